package books

import (
	"maps"
	"slices"

	"commonweal/books/ledger"
	"commonweal/platform/web"
	"commonweal/quantity"
)

// cash answers where the money in the bank came from and went, as it moved: a
// share of a distribution counts when it is paid out, not before.
func (s *statementOf) cash() error {
	if s.filter.Unit == "" {
		s.filter.Unit = s.v.Commons.Currency
	}
	s.before.Unit = s.filter.Unit
	if err := s.cashUnits(); err != nil {
		return err
	}
	sides, err := s.both(s.v.Ledger.Sides, func(f *ledger.Filter) { f.Account = ledger.Bank })
	if err != nil {
		return err
	}
	var bank pair
	in, out := s.cashSheet("books.cash.in"), s.cashSheet("books.cash.out")
	totals := [2]pair{}
	for _, p := range grouped(sides, slices.Collect(maps.Keys(sideWords))...) {
		now, then := -p.now.Change(), -p.then.Change() // what the other side lost came into the bank
		switch {
		case p.now.Account == ledger.Bank:
			bank = p
		case now == 0 && then == 0:
		case now > 0 || now == 0 && then > 0:
			in.row(append([]cell{s.side(p.now)}, s.beside(now, then, p.now.Unit)...)...)
			totals[0].now.Debits, totals[0].then.Debits = totals[0].now.Debits+now, totals[0].then.Debits+then
		default:
			out.row(append([]cell{s.side(p.now)}, s.beside(-now, -then, p.now.Unit)...)...)
			totals[1].now.Debits, totals[1].then.Debits = totals[1].now.Debits-now, totals[1].then.Debits-then
		}
	}
	for i, x := range []*sheet{&in, &out} {
		slices.SortStableFunc(x.Rows, func(a, b []cell) int { c, _ := b[1].Amount.Cmp(*a[1].Amount); return c })
		if len(x.Rows) > 1 {
			x.row(append([]cell{text(s.q.T("books.overview.sum"), "").strong()}, s.beside(totals[i].now.Debits, totals[i].then.Debits, s.filter.Unit)...)...)
		}
	}
	account := s.cashSheet("books.cash.account")
	for _, line := range []struct {
		key       string
		now, then int64
	}{{"books.overview.start", bank.now.Opening, bank.then.Opening}, {"books.own.came", totals[0].now.Debits, totals[0].then.Debits},
		{"books.own.went", -totals[1].now.Debits, -totals[1].then.Debits}, {"books.overview.end", bank.now.Closing, bank.then.Closing}} {
		account.row(append([]cell{text(s.q.T(line.key), "")}, s.beside(line.now, line.then, s.filter.Unit)...)...)
	}
	s.page.Sheets = append(s.page.Sheets, account, in, out)
	return s.cashChart(bank.now.Opening)
}

// sideWords are the messages for those who have money with the commons, as
// sides of what it pays.
var sideWords = map[ledger.Account]string{"Liabilities:Members": "books.cash.members", "Liabilities:Organizations": "books.cash.organizations",
	"Liabilities:Projects": "books.cash.projects", "Liabilities:Others": "books.cash.others"}

// side is where money came from or went, in words.
func (s *statementOf) side(b ledger.Balance) cell {
	out := s.name(b)
	if key := sideWords[b.Account]; key != "" {
		out.Text = s.q.T(key)
	}
	return out
}

// grouped makes one of all accounts below each parent, which must stand
// together: a cash flow names no people.
func grouped(sides []pair, parents ...ledger.Account) (out []pair) {
	for _, p := range sides {
		for _, parent := range parents {
			if p.now.Account.In(parent) {
				p.now.Account = parent
			}
		}
		last := len(out) - 1
		if last < 0 || out[last].now.Account != p.now.Account || out[last].now.Unit != p.now.Unit {
			out = append(out, p)
			continue
		}
		for _, x := range [...]struct{ to, by *ledger.Balance }{{&out[last].now, &p.now}, {&out[last].then, &p.then}} {
			x.to.Debits += x.by.Debits // of the postings of one bank: bounded by its own sums
			x.to.Credits += x.by.Credits
		}
	}
	return out
}

func (s *statementOf) cashSheet(key string) sheet {
	return sheet{Title: s.q.T(key), None: s.q.T("books.overview.nothing"), Columns: s.heads(s.q.T("books.column.what"))}
}

// cashUnits leads from one kind of money to another.
func (s *statementOf) cashUnits() error {
	banks, err := s.v.Ledger.Balances(ledger.Filter{Size: s.filter.Size, Account: ledger.Bank})
	s.page.Units = unitTabs(s.q, banks, s.filter.Unit)
	return err
}

// mostMonths is how many months a drawing shows.
const mostMonths = 36

// cashChart draws what was in the bank at the end of each month.
func (s *statementOf) cashChart(opening int64) error {
	f := s.filter
	f.Account = ledger.Bank
	months, sums, err := s.v.Ledger.Months(f, ledger.Bank)
	if err != nil || len(months) < 2 {
		return err
	}
	c := &web.Chart{Kind: "area", Title: s.q.T("books.cash.chart"), Summary: s.q.T("books.cash.chart_text"), Unit: f.Unit, Over: s.q.T("books.overview.month"), Series: []web.Series{{Name: s.q.T("books.overview.bank")}}}
	held := opening
	for i, month := range months {
		if held, err = quantity.AddMicros(held, sums[0][i]); err != nil {
			return err
		}
		if i >= len(months)-mostMonths {
			c.Categories = append(c.Categories, month)
			c.Series[0].Values = append(c.Series[0].Values, quantity.Micros(held, f.Unit))
		}
	}
	s.page.Chart = c
	return nil
}
