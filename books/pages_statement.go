package books

import (
	"cmp"
	"slices"
	"time"

	"commonweal/books/ledger"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
)

// statementPage is a statement of a period: figures, a drawing, and sheets.
type statementPage struct {
	Word, Title, Lead string
	Tabs              []web.Tab
	Period            period
	Form              *web.Form
	Compare           []web.Option
	Units             []web.Tab
	Figures           []figureRow
	Chart             *web.Chart
	Sheets            []sheet
	Hash, CSV         string
	Size              int64
}

// statementOf fills a statement.
type statementOf struct {
	q      *web.Request
	v      *View
	called func(store.ID) string
	page   *statementPage
	filter ledger.Filter // of the period
	before ledger.Filter // of what it is compared with
	then   bool          // there is something to compare with
}

// statement answers with a statement that fill makes, as a page, as CSV or as JSON.
func (b *Books) statement(word string, fill func(*statementOf) error) web.Handler {
	return func(q *web.Request) error {
		return b.show(q, func(v *View, called func(store.ID) string) error {
			p, err := periodOf(q, v)
			if err != nil {
				return err
			}
			page := statementPage{Word: word, Title: q.T("books." + word + ".title"), Lead: q.T("books." + word + ".lead"), Tabs: tabs(q, word), Period: p, Form: q.Form(), Size: p.Filter.Size}
			for _, how := range [...]string{"before", "year", "none"} {
				page.Compare = append(page.Compare, web.Option{Value: how, Label: q.T("books.period.compare_" + how)})
			}
			s := statementOf{q, v, called, &page, p.Filter, p.Before, p.Then != ""}
			if err := fill(&s); err != nil {
				return err
			}
			page.Hash = s.filter.Hash()
			return page.answer(q, s.filter)
		})
	}
}

func (p *statementPage) answer(q *web.Request, f ledger.Filter) error {
	if q.WantsJSON() {
		return q.JSON(map[string]any{"filter": f, "hash": p.Hash, "sheets": p.Sheets})
	}
	if q.R.URL.Query().Get("format") == "csv" {
		table, err := tableOf(p.Sheets, q.T("books.column.unit"))
		if err != nil {
			return err
		}
		return q.Download(fileName(q, Format(p.Word), f), "text/csv; charset=utf-8", table)
	}
	query := q.R.URL.Query()
	query.Set("format", "csv")
	p.CSV = q.R.URL.Path + "?" + query.Encode()
	return q.Render(web.Page{Template: "books/statement.html", Title: p.Title, Active: atBooks, Data: p,
		Crumbs: []web.Crumb{{Label: q.T("books.nav.books"), Path: q.Path("books")}, {Label: p.Title}}})
}

// name is an account in words, with the way to its movements.
func (s *statementOf) name(b ledger.Balance) cell {
	f := s.filter
	f.Unit = b.Unit
	return text(accountName(s.q, s.v, s.called, b.Account), accountHref(s.q, b.Account, f))
}

// who is somebody in words, with the way to what the books say of them.
func (s *statementOf) who(id store.ID) cell {
	if id == "" {
		return text("", "")
	}
	return text(s.called(id), agentHref(s.q, id, s.filter))
}

// heads are the columns of what a period did, beside the compared one.
func (s *statementOf) heads(first string) []column {
	out := []column{{Label: first}, {Label: s.page.Period.Label, Amount: true}}
	if s.then {
		out = append(out, column{Label: s.page.Period.Then, Amount: true, Quiet: true})
	}
	return out
}

// beside is an amount and, where there is something to compare with, the one
// of the other period.
func (s *statementOf) beside(now, then int64, unit quantity.Unit) []cell {
	out := []cell{amount(quantity.Micros(now, unit))}
	if s.then {
		out = append(out, amount(quantity.Micros(then, unit)))
	}
	return out
}

// pair is the balances of an account and unit in both periods.
type pair struct{ now, then ledger.Balance }

// both asks the same of both periods, by what ask says.
func (s *statementOf) both(ask func(ledger.Filter) ([]ledger.Balance, error), narrow func(*ledger.Filter)) (out []pair, err error) {
	f, before := s.filter, s.before
	narrow(&f)
	narrow(&before)
	now, err := ask(f)
	if err != nil {
		return nil, err
	}
	type at struct {
		account ledger.Account
		unit    quantity.Unit
	}
	place := map[at]int{}
	for _, b := range now {
		place[at{b.Account, b.Unit}] = len(out)
		out = append(out, pair{now: b})
	}
	if !s.then {
		return out, nil
	}
	then, err := ask(before)
	for _, b := range then {
		i, there := place[at{b.Account, b.Unit}]
		if !there {
			i = len(out)
			out = append(out, pair{now: ledger.Balance{Account: b.Account, Unit: b.Unit}})
		}
		out[i].then = b
	}
	slices.SortStableFunc(out, func(a, b pair) int {
		return cmp.Or(cmp.Compare(a.now.Account, b.now.Account), cmp.Compare(a.now.Unit, b.now.Unit))
	})
	return out, err
}

// today is the day in the zone of the commons.
func (s *statementOf) today() string { return s.v.Now().In(s.v.Ledger.Zone()).Format(time.DateOnly) }
