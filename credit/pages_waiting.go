package credit

import (
	"slices"
	"time"

	"commonweal/platform/auth"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
)

// waitingRow is a payment that waits, as somebody with a part in it sees it.
type waitingRow struct {
	ID          store.ID
	Text        string // "Cleo asks you for 2 hours"
	Note        string
	Href        string
	Until       time.Time
	Accept      time.Time // when it is paid by the payer's own terms
	Mine        bool      // it waits for the reader
	May         may
	Amount      quantity.Amount
	AcceptLabel string
}

// may is what the reader may do with a payment that waits.
type may struct{ Complete, Reject, Cancel bool }

// moves says what somebody may do with a payment that waits.
func moves(who auth.Identity, p Payment, account func(store.ID) Account) (m may) {
	w, err := workflow(p.Workflow)
	if err != nil {
		return m
	}
	as := rolesIn(who, p, account)
	can := func(to State) bool { return w.may(p.State, to, as) == nil }
	return may{Complete: can(Completed), Reject: can(Rejected), Cancel: can(Canceled)}
}

// waitingRows lists what waits on accounts: what the reader shall answer first.
func waitingRows(q *web.Request, r store.Reader, s *Settings, held []Account) ([]waitingRow, error) {
	ids := make([]store.ID, len(held))
	for i, a := range held {
		ids[i] = a.ID
	}
	list, err := waitingFor(r, ids)
	if err != nil {
		return nil, err
	}
	called, err := loadFaces(q, r, s, accountsIn(list)...)
	if err != nil {
		return nil, err
	}
	rows := make([]waitingRow, 0, len(list))
	for _, p := range list {
		rows = append(rows, waitingRowOf(q, s.Currencies[p.Currency], p, called))
	}
	slices.SortStableFunc(rows, func(a, b waitingRow) int {
		switch {
		case a.Mine == b.Mine:
			return 0
		case a.Mine:
			return -1
		}
		return 1
	})
	return rows, nil
}

func waitingRowOf(q *web.Request, c Currency, p Payment, called faces) waitingRow {
	main := p.Legs[0]
	amount := traded(p.Legs).of(c.Unit)
	payer := called.account(main.From).heldBy(q.Who.Agent)
	other := called[main.From].Name
	side := "payee"
	if payer {
		other, side = called[main.To].Name, "payer"
	}
	row := waitingRow{ID: p.ID, Href: q.Path("credit", "payments", string(p.ID)), Until: p.Until, Accept: p.Accept, Amount: amount, May: moves(q.Who, p, called.account),
		Text: q.T("credit.waiting."+p.Workflow+"_"+side, "who", other, "amount", q.Quantity(amount)), AcceptLabel: q.T("credit.waiting.accept_" + p.Workflow)}
	row.Mine = row.May.Complete && p.Workflow != "reserve"
	if readerOf(q.Who).note(p, called.account) {
		row.Note = p.Note
	}
	return row
}

// traded is what a payment moves beside its fees.
func traded(legs []Leg) (sum Micros) {
	for _, l := range legs {
		if l.Kind != FeeOf {
			sum = saturated(sum, l.Amount)
		}
	}
	return sum
}
