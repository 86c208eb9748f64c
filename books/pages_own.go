package books

import (
	"cmp"
	"maps"
	"slices"

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
	ours, others := piles{}, piles{}
	owed := map[quantity.Unit]*ledger.Balance{}
	for _, b := range balances {
		switch {
		case b.Account.In("Liabilities:Entrusted") || b.Opening == 0 && b.Debits == 0 && b.Credits == 0:
		case b.Account.In(ledger.Liabilities):
			err = plus(owed, b)
		case b.Account.In(ledger.Inventory):
			err = ours.add(s, b)
		case b.Account.In("Assets:Entrusted"):
			err = others.add(s, b)
		}
		if err != nil {
			return err
		}
	}
	ours.write(s, &things)
	others.write(s, &kept)
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
		all := *debt
		all.Account = ledger.Liabilities
		owing := ledger.Balance{Opening: -debt.Opening, Debits: debt.Credits, Credits: debt.Debits, Closing: -debt.Closing, Unit: b.Unit}
		s.ownRow(&money, cell{Text: s.q.T("books.own.of_others"), Href: s.name(all).Href}, owing)
		if err := debt.Plus(b); err != nil { // what is left is the pot
			return err
		}
		of := func(micros int64) cell { return amount(quantity.Micros(micros, b.Unit)) }
		money.row(text(s.q.T("books.own.pot"), "").strong(), of(debt.Opening), cell{}, cell{}, of(debt.Closing).strong())
	}
	s.page.Sheets = append(s.page.Sheets, money, things)
	if len(kept.Rows) > 0 {
		s.page.Sheets = append(s.page.Sheets, kept)
	}
	return nil
}

// piles are the records of each kind of thing and unit, added up.
type piles map[pile]*piled

type pile struct {
	kind string
	unit quantity.Unit
}

type piled struct {
	sum  ledger.Balance
	of   ledger.Balance // the first record
	many int
}

func (p piles) add(s *statementOf, b ledger.Balance) error {
	_, kind := s.v.Ledger.Stock(b.Account)
	at := p[pile{kind, b.Unit}]
	if at == nil {
		p[pile{kind, b.Unit}] = &piled{b, b, 1}
		return nil
	}
	at.many++
	return at.sum.Plus(b)
}

// write fills a sheet by the names of things; one record leads to its account,
// several to all of them.
func (p piles) write(s *statementOf, to *sheet) {
	for _, at := range slices.SortedFunc(maps.Keys(p), func(a, b pile) int { return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.unit, b.unit)) }) {
		x := p[at]
		name := s.name(x.of)
		if x.many > 1 {
			all := x.of
			all.Account = ledger.Inventory
			if x.of.Account.In("Assets:Entrusted") {
				all.Account = "Assets:Entrusted"
			}
			name.Href, name.Text = s.name(all).Href, s.q.T("books.own.many", "what", at.kind, "n", x.many)
		}
		s.ownRow(to, name, x.sum)
	}
}

// plus adds a balance to the sum of its unit.
func plus(sums map[quantity.Unit]*ledger.Balance, b ledger.Balance) error {
	sum := sums[b.Unit]
	if sum == nil {
		sums[b.Unit] = &b
		return nil
	}
	return sum.Plus(b)
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
