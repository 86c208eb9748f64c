package books_test

import (
	"encoding/csv"
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"commonweal/books"
	"commonweal/books/ledger"
	"commonweal/quantity"
)

// Every page, table and program that asks the same gets the same: what the
// commons owes, what is in the bank, and what moved.
func TestOneNumberOnEveryScreen(t *testing.T) {
	eachCounter(t, func(t *testing.T, c *counter) {
		question := url.Values{"from": {"2026-01-01"}, "to": {"2026-12-31"}, "entries": {"9"}, "unit": {"EUR"}}.Encode()
		var balances []ledger.Balance
		must(t, c.Read(t.Context(), c.id, func(v *books.View) (err error) {
			balances, err = v.Ledger.Balances(ledger.Filter{From: "2026-01-01", To: "2026-12-31", Size: min(9, v.Head.Size), Unit: "EUR"})
			question = strings.Replace(question, "entries=9", "entries="+quantity.Of(min(9, v.Head.Size), "").Decimal(), 1)
			return err
		}))
		closing := map[ledger.Account]string{}
		for _, b := range balances {
			closing[b.Account] = quantity.Micros(b.Closing, "EUR").Decimal()
		}
		bank, owed := closing[ledger.Bank], strings.TrimPrefix(closing[c.owedRobin(t)], "-")
		for path, want := range map[string]figure{
			"/c/shop/books/own":                       {"In the bank", 5, bank},
			"/c/shop/books/cash":                      {"At the end", 2, bank},
			"/c/shop/books/owed":                      {robinName, 2, owed},
			"/c/shop/books/accounts/Assets:Bank":      {},
			"/c/shop/books":                           {},
			"/c/shop/books/agents/" + string(c.robin): {},
		} {
			answer := c.ask("stew", "GET", path+"?"+question, "", "Accept", "application/json")
			var told struct {
				Filter ledger.Filter
				Hash   string
			}
			if err := json.Unmarshal(answer.Body.Bytes(), &told); err != nil || told.Hash != told.Filter.Hash() {
				t.Fatalf("%s: %v, hash %s of %+v", path, err, told.Hash, told.Filter)
			}
			page := c.ask("stew", "GET", path+"?"+question, "")
			if page.Code != 200 || !strings.Contains(page.Body.String(), told.Hash) {
				t.Errorf("%s: %d, and not the same question as for programs, %s", path, page.Code, told.Hash)
			}
			if want.line == "" {
				continue
			}
			table := c.ask("stew", "GET", path+"?format=csv&"+question, "").Body.String()
			if got := want.in(t, table); got != want.amount {
				t.Errorf("%s: %s is %s, the books say %s", path, want.line, got, want.amount)
			}
		}
	})
}

// figure is an amount in a table: the line that it is in, and the column.
type figure struct {
	line   string
	column int
	amount string
}

func (f figure) in(t *testing.T, table string) string {
	t.Helper()
	r := csv.NewReader(strings.NewReader(table))
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	must(t, err)
	for _, row := range rows {
		if len(row) > f.column && row[1] == f.line {
			return row[f.column]
		}
	}
	t.Fatalf("no line about %q in\n%s", f.line, table)
	return ""
}

// owedRobin is the account of what is owed to Robin.
func (c *counter) owedRobin(t *testing.T) (a ledger.Account) {
	must(t, c.Read(t.Context(), c.id, func(v *books.View) error { a = v.Ledger.Owed(c.robin); return nil }))
	return a
}

// Outsiders of open books read statements with codes for people.
func TestStatementsNameNobodyToOutsiders(t *testing.T) {
	eachCounter(t, func(t *testing.T, c *counter) {
		for _, path := range []string{"owed", "own", "cash", "agents/" + string(c.robin), "owed?format=csv"} {
			page := c.ask("", "GET", "/c/shop/books/"+path, "")
			if page.Code != 200 || strings.Contains(page.Body.String(), "Secretname") || strings.Contains(page.Body.String(), "Hiddenname") {
				t.Errorf("%s answers %d, or names people", path, page.Code)
			}
		}
		for path, status := range map[string]int{"agents/nobody": 404, "owed?from=x": 422, "owed?by=moon": 422, "own?entries=999999": 422, "cash?from=2026-02-01&to=2026-01-01": 422} {
			if page := c.ask("", "GET", "/c/shop/books/"+path, ""); page.Code != status {
				t.Errorf("%s answers %d, not %d", path, page.Code, status)
			}
		}
	})
}
