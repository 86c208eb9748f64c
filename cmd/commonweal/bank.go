package main

import (
	"encoding/json"

	"commonweal/books"
	"commonweal/books/bank"
	"commonweal/contribution"
	"commonweal/federation"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
	"commonweal/vf"
)

// openBank puts the room of statements and journals on the house: money goes
// into the accounts of contribution, and income for projects is shared out there.
func (h *House) openBank() *bank.Bank {
	b := &bank.Bank{Store: h.Store, Books: h.Books, Runner: h.Jobs, Actor: h.actor, Sockets: bank.Sockets{
		Till: func(tx *store.Tx, l *vf.Ledger, unit quantity.Unit) (bank.Till, error) {
			return contribution.OpenTill(tx, l, unit)
		},
		Take: takeIncomes, Return: returnIncomes,
		Kinds: []string{string(contribution.Sale), string(contribution.GrantIn), string(contribution.Donation), string(contribution.FeeIn)},
	}}
	h.Books.Behind = append(h.Books.Behind, dealsBehind, b.Behind)
	return b
}

// dealsBehind leads from an event to what was agreed with neighbors.
func dealsBehind(q *web.Request, r store.Reader, e *vf.Event) (out []books.Lead, err error) {
	deals, err := federation.Behind(q, r, e)
	for _, d := range deals {
		out = append(out, books.Lead{Text: q.T("books.event.deal", "who", d.With), Href: d.Href})
	}
	return out, err
}

// takeIncomes records what bank lines brought to projects.
func takeIncomes(tx *store.Tx, l *vf.Ledger, asks []bank.IncomeAsk) (taken []bank.Taken, record []byte, err error) {
	incomes := make([]contribution.IncomeAsk, len(asks))
	for i, a := range asks {
		incomes[i] = contribution.IncomeAsk{Kind: contribution.IncomeKind(a.Kind), Project: a.Project, Payer: a.Agent, Gross: a.Amount, At: a.At, Reference: a.Line.Reference}
	}
	list, err := contribution.TakeIncomes(tx, l, incomes)
	if err != nil {
		return nil, nil, err
	}
	for _, in := range list {
		taken = append(taken, bank.Taken{ID: in.ID, Event: in.Event})
	}
	record, err = json.Marshal(list)
	return taken, record, err
}

// returnIncomes takes such income back.
func returnIncomes(tx *store.Tx, l *vf.Ledger, ids []store.ID) (record []byte, done func(int64) error, err error) {
	list, err := contribution.ReturnIncomes(tx, l, ids)
	if err != nil {
		return nil, nil, err
	}
	record, err = json.Marshal(list)
	return record, func(seq int64) error { return contribution.Returned(tx, list, seq) }, err
}
