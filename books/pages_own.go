package books

import (
	"commonweal/books/ledger"
	"commonweal/quantity"
)

// own answers what there is, in every unit: money, of which some is owed, and
// things; how it was when the period began, what came and what went.
func (s *statementOf) own() error {
	balances, err := s.v.Ledger.Balances(s.filter)
	if err != nil {
		return err
	}
	money, things, kept := s.ownSheet("books.own.money"), s.ownSheet("books.own.things"), s.ownSheet("books.own.kept")
	owed := map[quantity.Unit]*ledger.Balance{}
	for _, b := range balances {
		switch {
		case b.Account.In("Liabilities:Entrusted") || b.Opening == 0 && b.Debits == 0 && b.Credits == 0:
		case b.Account.In(ledger.Liabilities):
			if err := plus(owed, b); err != nil {
				return err
			}
		case b.Account.In(ledger.Inventory):
			s.ownRow(&things, s.name(b), b)
		case b.Account.In("Assets:Entrusted"):
			s.ownRow(&kept, s.name(b), b)
		}
	}
	for _, b := range balances {
		if b.Account != ledger.Bank {
			continue
		}
		s.ownRow(&money, s.name(b), b)
		s.ownFigure(b)
		debt := owed[b.Unit]
		if debt == nil {
			continue
		}
		of := *debt
		of.Account = ledger.Liabilities
		s.ownRow(&money, cell{Text: s.q.T("books.own.of_others"), Href: s.name(of).Href}, of)
		if err := plus(owed, b); err != nil { // what is left is the pot
			return err
		}
		s.ownRow(&money, text(s.q.T("books.own.pot"), "").strong(), *owed[b.Unit])
	}
	s.page.Sheets = append(s.page.Sheets, money, things)
	if len(kept.Rows) > 0 {
		s.page.Sheets = append(s.page.Sheets, kept)
	}
	return nil
}

// plus adds a balance to the sum of its unit.
func plus(sums map[quantity.Unit]*ledger.Balance, b ledger.Balance) error {
	sum := sums[b.Unit]
	if sum == nil {
		sums[b.Unit] = &b
		return nil
	}
	for _, x := range []struct {
		to *int64
		by int64
	}{{&sum.Opening, b.Opening}, {&sum.Debits, b.Debits}, {&sum.Credits, b.Credits}, {&sum.Closing, b.Closing}} {
		n, err := quantity.AddMicros(*x.to, x.by)
		if err != nil {
			return err
		}
		*x.to = n
	}
	return nil
}

func (s *statementOf) ownSheet(key string) sheet {
	t := s.q.T
	return sheet{Title: t(key), Text: t(key + "_text"), None: t(key + "_none"), Columns: []column{{Label: t("books.column.what")}, {Label: t("books.overview.start"), Amount: true, Quiet: true},
		{Label: t("books.own.came"), Amount: true, Quiet: true}, {Label: t("books.own.went"), Amount: true, Quiet: true}, {Label: t("books.overview.end"), Amount: true}}}
}

func (s *statementOf) ownRow(to *sheet, name cell, b ledger.Balance) {
	of := func(micros int64) cell { return amount(quantity.Micros(micros, b.Unit)) }
	end := of(b.Closing)
	end.Strong = name.Strong
	to.row(name, of(b.Opening), of(b.Debits), of(-b.Credits), end)
}

func (s *statementOf) ownFigure(b ledger.Balance) {
	s.page.Figures = append(s.page.Figures, figureRow{Label: s.q.T("books.overview.bank"), Now: quantity.Micros(b.Closing, b.Unit), Href: s.name(b).Href})
}
