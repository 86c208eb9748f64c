package credit

import (
	"context"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// SplitAsk splits an amount evenly: one account pays the others, or asks each of
// them for their part.
type SplitAsk struct {
	Account store.ID        `json:"account"`
	Others  []store.ID      `json:"others"` // accounts, or agents
	Amount  quantity.Amount `json:"amount"` // of all together
	Ask     bool            `json:"ask,omitempty"`
	// Myself counts the account as one of those who share, so that the others
	// together move less than the amount.
	Myself  bool   `json:"myself,omitempty"`
	Note    string `json:"note,omitempty"`
	Private bool   `json:"private,omitempty"`
}

// maxSplit is among how many an amount is split.
const maxSplit = 100

// Split splits an amount among many. Paying is one payment, of which all legs
// take effect or none; asking makes one request for each, all or none.
// The parts differ by at most the smallest amount, and those named first get the
// larger ones.
//
// Faults: credit.split_number, .split_small, and those of MakePayment.
func Split(ctx context.Context, db *store.Store, who auth.Identity, key string, ask SplitAsk) ([]Payment, error) {
	return auth.Perform(ctx, db, who, key, Pay, ask, split)
}

func split(tx *store.Tx, who auth.Identity, ask SplitAsk) ([]Payment, error) {
	s, err := settings.Get(tx)
	if err != nil {
		return nil, err
	}
	found, err := accounts.Get(tx, ask.Account)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, fault.NotFoundf("credit.unknown_account", "account", "%.40q is no account, and nobody who has one in this currency", ask.Account)
	}
	parts, err := ask.parts(s.Currencies[found[0].Currency])
	if err != nil {
		return nil, err
	}
	legs := make([]AskedLeg, len(ask.Others))
	for i, other := range ask.Others {
		legs[i] = AskedLeg{From: ask.Account, To: other, Amount: parts[i]}
	}
	if !ask.Ask {
		p, err := makePayment(tx, who, PayAsk{Legs: legs, Note: ask.Note, Private: ask.Private})
		return []Payment{p}, err
	}
	var made []Payment
	for _, l := range legs {
		l.From, l.To = l.To, l.From
		p, err := makePayment(tx, who, PayAsk{Workflow: "request", Legs: []AskedLeg{l}, Note: ask.Note, Private: ask.Private})
		if err != nil {
			return nil, err
		}
		made = append(made, p)
	}
	return made, nil
}

// parts are the parts of the others, in their order.
func (ask SplitAsk) parts(c Currency) ([]quantity.Amount, error) {
	n := int64(len(ask.Others))
	if n < 1 || n > maxSplit {
		return nil, fault.Invalidf("credit.split_number", "others", "an amount is split among 1 to %d others, not %d", maxSplit, n)
	}
	if err := c.amount(ask.Amount, "amount"); err != nil {
		return nil, err
	}
	if ask.Myself {
		n++
	}
	steps := ask.Amount.Micros / int64(c.Step())
	if steps < n {
		return nil, fault.Invalidf("credit.split_small", "amount", "%s is too little to split in %d; each part is at least %s", ask.Amount, n, c.Step().of(c.Unit))
	}
	parts := make([]quantity.Amount, len(ask.Others))
	for i := range parts {
		part := steps / n
		if int64(i) < steps%n {
			part++
		}
		parts[i] = quantity.Micros(part*int64(c.Step()), c.Unit)
	}
	return parts, nil
}
