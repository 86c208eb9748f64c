package books

import (
	"net/url"
	"strconv"

	"commonweal/books/ledger"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
)

// longestLog bounds the number of entries that an address may name.
const longestLog = 1 << 53

// filterOf reads the filter of an address: every page, table, program and
// download asks the books by the same parameters. What is wrong with it is on
// the form.
func filterOf(f *web.Form) ledger.Filter {
	return ledger.Filter{From: f.Date("from"), To: f.Date("to"), By: ledger.Time(f.Raw("by")), Size: f.Int("entries", 0, longestLog), Unit: quantity.Unit(f.Raw("unit")),
		Account: ledger.Account(f.Raw("account")), Project: f.ID("project"), Agent: f.ID("agent")}
}

// parameters writes a filter as filterOf reads it.
func parameters(f ledger.Filter) string {
	values := url.Values{}
	for _, p := range []struct{ name, value string }{{"from", f.From}, {"to", f.To}, {"by", string(f.By)}, {"entries", strconv.FormatInt(f.Size, 10)},
		{"unit", string(f.Unit)}, {"account", string(f.Account)}, {"project", string(f.Project)}, {"agent", string(f.Agent)}} {
		if p.value != "" && p.value != "0" {
			values.Set(p.name, p.value)
		}
	}
	return "?" + values.Encode()
}

// accountHref is the address of an account, asked by a filter.
func accountHref(q *web.Request, a ledger.Account, f ledger.Filter) string {
	f.Account = ""
	return q.Path("books", "accounts", string(a)) + parameters(f)
}

// agentHref is the address of what the books say of somebody.
func agentHref(q *web.Request, id store.ID, f ledger.Filter) string {
	f.Account, f.Project, f.Agent = "", "", ""
	return q.Path("books", "agents", string(id)) + parameters(f)
}
