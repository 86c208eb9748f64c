package books

import (
	"slices"
	"strconv"

	"commonweal/books/ledger"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
)

// rowsShown is how many rows of a list one page shows.
const rowsShown = 50

// registerRow is one posting of an account.
type registerRow struct {
	ledger.Line
	What, Who, Href string
}

// accountRow is an account below another one.
type accountRow struct {
	Label, Name, Href string
	ledger.Balance
	Change, Held quantity.Amount
}

type accountPage struct {
	Tabs             []web.Tab
	Name             string // as exports call it
	Label            string
	Units            []web.Tab
	Unit             quantity.Unit
	Rows             []registerRow
	Below            []accountRow
	Balance          *ledger.Balance
	Opening, Closing quantity.Amount
	From, To         string
	Total            int
	Newer, Older     string
	Hash             string
	Size             int64
	Form             *web.Form
}

// account is the register of an account, or the accounts below it.
func (b *Books) account(q *web.Request) error {
	name := ledger.Account(q.R.PathValue("account"))
	f := q.Form()
	filter := filterOf(f)
	skip := int(f.Int("skip", 0, 1<<40))
	if !f.OK() {
		return f.Err()
	}
	filter.Account = name
	return b.show(q, func(v *View, called func(store.ID) string) (err error) {
		if filter, err = v.Pin(filter); err != nil {
			return err
		}
		every := filter
		every.Unit = ""
		all, err := v.Ledger.Balances(every)
		if err != nil {
			return err
		}
		ever := all // an account may exist and have nothing in these days
		if len(all) == 0 {
			if ever, err = v.Ledger.Balances(ledger.Filter{Size: filter.Size, Account: name}); err != nil {
				return err
			}
			if len(ever) == 0 {
				return fault.NotFoundf("books.unknown_account", "account", "the books have no account %.80q here", string(name))
			}
		}
		if filter.Unit == "" {
			filter.Unit = usualUnit(ever, v.Commons.Currency)
		}
		page := accountPage{Tabs: tabs(q, ""), Name: string(name), Label: accountName(q, v, called, name), Unit: filter.Unit, Units: unitTabs(q, all, filter.Unit),
			From: filter.From, To: filter.To, Hash: filter.Hash(), Size: filter.Size, Form: f}
		x := accountOf{q, v, called, name, filter, &page}
		x.below(all)
		if err := x.register(skip); err != nil {
			return err
		}
		if q.WantsJSON() {
			return q.JSON(map[string]any{"filter": filter, "hash": page.Hash, "account": name, "balances": all, "lines": page.Rows})
		}
		return q.Render(web.Page{Template: "books/account.html", Title: page.Label, Active: atBooks, Data: page,
			Crumbs: []web.Crumb{{Label: q.T("books.nav.books"), Path: q.Path("books")}, {Label: page.Label}}})
	})
}

// usualUnit is the currency of the commons where the accounts have it, else
// the first unit they have.
func usualUnit(all []ledger.Balance, currency quantity.Unit) quantity.Unit {
	for _, b := range all {
		if b.Unit == currency {
			return currency
		}
	}
	return all[0].Unit
}

// unitTabs lead from unit to unit; none when there is only one.
func unitTabs(q *web.Request, all []ledger.Balance, current quantity.Unit) (out []web.Tab) {
	seen := map[quantity.Unit]bool{}
	query := q.R.URL.Query()
	query.Del("skip")
	for _, b := range all {
		if seen[b.Unit] {
			continue
		}
		seen[b.Unit] = true
		query.Set("unit", string(b.Unit))
		out = append(out, web.Tab{Label: q.UnitName(b.Unit), Href: q.R.URL.Path + "?" + query.Encode(), Current: b.Unit == current})
	}
	if len(out) < 2 {
		return nil
	}
	return out
}

// accountOf fills the page of an account.
type accountOf struct {
	q      *web.Request
	v      *View
	called func(store.ID) string
	name   ledger.Account
	filter ledger.Filter
	page   *accountPage
}

func (x *accountOf) href(a ledger.Account) string {
	return accountHref(x.q, a, x.filter)
}

// below lists the accounts below this one that hold the unit.
func (x *accountOf) below(all []ledger.Balance) {
	for _, b := range all {
		switch {
		case b.Unit != x.filter.Unit:
		case b.Account == x.name:
			x.page.Balance = &b
			x.page.Opening, x.page.Closing = quantity.Micros(b.Opening, b.Unit), quantity.Micros(b.Closing, b.Unit)
		default:
			x.page.Below = append(x.page.Below, accountRow{accountName(x.q, x.v, x.called, b.Account), string(b.Account), x.href(b.Account), b,
				quantity.Micros(b.Change(), b.Unit), quantity.Micros(b.Closing, b.Unit)})
		}
	}
	slices.SortFunc(x.page.Below, func(a, b accountRow) int {
		size := func(n int64) int64 { return max(n, -n) }
		return int(max(-1, min(1, size(b.Closing)-size(a.Closing))))
	})
}

// register reads a page of the account's postings, newest first.
func (x *accountOf) register(skip int) error {
	lines, total, err := x.v.Ledger.Register(x.filter, skip, rowsShown)
	if err != nil {
		return err
	}
	x.page.Total = total
	for _, line := range lines {
		x.page.Rows = append(x.page.Rows, registerRow{line, KindName(x.q, line.Entry), x.called(line.Entry.Payee), x.q.Path("books", "events", string(line.Entry.Event))})
	}
	at := func(skip int) string { return x.href(x.name) + "&skip=" + strconv.Itoa(skip) }
	if skip > 0 {
		x.page.Newer = at(max(0, skip-rowsShown))
	}
	if skip+rowsShown < total {
		x.page.Older = at(skip + rowsShown)
	}
	return nil
}
