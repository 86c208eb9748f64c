package books

import (
	"slices"
	"strconv"

	"commonweal/books/ledger"
	"commonweal/quantity"
)

// owed answers who is owed what: by the commons, to the commons, since when,
// and what was promised and is still to come.
func (s *statementOf) owed() error {
	f := s.filter
	f.Account = ledger.Liabilities
	aged, err := s.v.Ledger.Aged(f, s.today())
	if err != nil {
		return err
	}
	slices.SortStableFunc(aged, func(a, b ledger.Aged) int { return int(max(-1, min(1, a.Closing-b.Closing))) }) // debts stand below zero
	payable, receivable := s.agedSheet("books.owed.by_us"), s.agedSheet("books.owed.to_us")
	for _, a := range aged {
		switch {
		case a.Account.In("Liabilities:Entrusted"): // things of others; what we have stands under what we own
		case a.Closing < 0:
			s.agedRow(&payable, a, -1)
		default:
			s.agedRow(&receivable, a, 1)
		}
	}
	s.page.Figures = append(s.page.Figures, s.sum("books.owed.by_us", aged, -1), s.sum("books.owed.to_us", aged, 1))
	s.page.Sheets = append(s.page.Sheets, payable, receivable)
	return s.promises()
}

func (s *statementOf) agedSheet(key string) sheet {
	columns := []column{{Label: s.q.T("books.column.who")}, {Label: s.q.T("books.column.amount"), Amount: true}}
	low := 0
	for _, days := range ledger.Ages {
		columns = append(columns, column{Label: s.q.T("books.owed.days", "from", strconv.Itoa(low), "to", strconv.Itoa(days)), Amount: true, Quiet: true})
		low = days + 1
	}
	columns = append(columns, column{Label: s.q.T("books.owed.older"), Amount: true, Quiet: true})
	return sheet{Title: s.q.T(key), Text: s.q.T(key + "_text"), None: s.q.T(key + "_none"), Columns: columns}
}

func (s *statementOf) agedRow(to *sheet, a ledger.Aged, sign int64) {
	who := s.name(a.Balance)
	if holder := s.v.Ledger.Holder(a.Account); holder != "" {
		who = s.who(holder)
	}
	cells := []cell{who, amount(quantity.Micros(sign*a.Closing, a.Unit))}
	for _, part := range a.Parts {
		if part == 0 {
			cells = append(cells, cell{})
			continue
		}
		cells = append(cells, amount(quantity.Micros(sign*part, a.Unit)))
	}
	to.row(cells...)
}

// sum adds up the debts of one sign in the currency of the commons.
func (s *statementOf) sum(key string, aged []ledger.Aged, sign int64) figureRow {
	row := figureRow{Label: s.q.T(key), Now: quantity.Micros(0, s.v.Commons.Currency)}
	for _, a := range aged {
		if a.Unit == row.Now.Unit && sign*a.Closing > 0 && !a.Account.In("Liabilities:Entrusted") {
			row.Now.Micros += sign * a.Closing // a part of a sum that was added without a fault
		}
	}
	f := s.filter
	f.Unit = row.Now.Unit
	if row.Now.Micros != 0 { // with nothing owed there may be no such account yet
		row.Href = accountHref(s.q, ledger.Liabilities, f)
	}
	return row
}

// promises lists what is still open of commitments and claims.
func (s *statementOf) promises() error {
	open, err := s.v.Ledger.Promises(s.filter)
	if err != nil {
		return err
	}
	give, get, among := s.promiseSheet("books.owed.give"), s.promiseSheet("books.owed.get"), s.promiseSheet("books.owed.among")
	end := s.today()
	if s.filter.To != "" && s.filter.To < end {
		end = s.filter.To
	}
	for _, p := range open {
		switch {
		case s.v.Ledger.Payable(p):
			s.promiseRow(&give, p, end)
		case s.v.Ledger.Receivable(p):
			s.promiseRow(&get, p, end)
		default:
			s.promiseRow(&among, p, end)
		}
	}
	for _, x := range []sheet{give, get, among} {
		if len(x.Rows) > 0 {
			s.page.Sheets = append(s.page.Sheets, x)
		}
	}
	return nil
}

func (s *statementOf) promiseSheet(key string) sheet {
	t := s.q.T
	return sheet{Title: t(key), Text: t(key + "_text"), Columns: []column{{Label: t("books.column.what")}, {Label: t("books.event.from")}, {Label: t("books.event.to")},
		{Label: t("books.owed.asked"), Amount: true, Quiet: true}, {Label: t("books.owed.open"), Amount: true}, {Label: t("books.owed.due")}, {Label: ""}}}
}

func (s *statementOf) promiseRow(to *sheet, p ledger.Promise, end string) {
	what := p.Name
	if what == "" {
		what = actionName(s.q, p.Action)
	}
	href := ""
	if p.Agreement != "" {
		href = s.q.Path("agreements", string(p.Agreement))
	}
	state := cell{}
	if p.Due != "" && p.Due < end {
		state = cell{Text: s.q.T("books.owed.late"), Tone: "warn"}
	}
	to.row(text(what, href), s.who(p.Provider), s.who(p.Receiver), amount(p.Asked), amount(p.Open), cell{Day: p.Due}, state)
}
