package credit

import (
	"context"
	"slices"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// RefundAsk takes a payment back, whole or in part.
type RefundAsk struct {
	Payment store.ID `json:"payment"`
	// Amount, of a payment with one leg beside its fees: how much of it. Zero:
	// all that was not taken back yet.
	Amount quantity.Amount `json:"amount,omitzero"`
	Note   string          `json:"note,omitempty"`
}

// Refund takes back a payment that was completed: an opposite payment that names
// it, by who was paid, or by a steward. Fees come back in proportion: all refunds
// of a payment together give back exactly what it took.
//
// Faults: credit.unknown_payment, .not_completed, .not_your_account, .refunded, .part, .spendable, .cannot_receive.
func Refund(ctx context.Context, db *store.Store, who auth.Identity, key string, ask RefundAsk) (Payment, error) {
	return auth.Perform(ctx, db, who, key, Pay, ask, refund)
}

func refund(tx *store.Tx, who auth.Identity, ask RefundAsk) (Payment, error) {
	t, original, err := seat(tx, ask.Payment)
	if err != nil {
		return Payment{}, err
	}
	switch as := t.roles(who, original); {
	case original.Workflow == inRounds:
		return Payment{}, fault.Conflictf("credit.round_payment", "payment", "a clearing round made this payment; what is settled stays settled, and a mistake is a new debt")
	case original.State != Completed || original.Reverses != "" || original.Workflow == exchange:
		return Payment{}, fault.Conflictf("credit.not_completed", "payment", "a payment is taken back that was completed, and that takes none back itself")
	case !slices.Contains(as, Payee) && !slices.Contains(as, Steward):
		return Payment{}, fault.Forbiddenf("credit.not_your_account", "these accounts are not yours: you pay from accounts that you hold, and ask for payment to them")
	case len(ask.Note) > maxNote:
		return Payment{}, fault.Invalidf("credit.note", "note", "the description has %d bytes; at most %d are kept", len(ask.Note), maxNote)
	}
	done, err := store.All(tx, scanPayment, refundsOf, original.ID)
	if err != nil {
		return Payment{}, err
	}
	legs, err := t.opposite(original.Legs, done, ask.Amount)
	if err != nil {
		return Payment{}, err
	}
	p := Payment{ID: tx.NewID(), Currency: original.Currency, Workflow: "refund", State: Completed, Legs: legs, Author: who.Agent, At: tx.Now(), Reverses: original.ID, Note: ask.Note, About: original.About}
	nets, err := netOf(legs)
	if err != nil {
		return Payment{}, err
	}
	if err := t.admit(nets); err != nil {
		return Payment{}, err
	}
	t.back = true
	if err := t.post(legs); err != nil {
		return Payment{}, err
	}
	return p, t.close("credit.refund", who, &p)
}

// opposite returns the legs that take a payment back: all that is left of it, or
// an amount of its one leg with the fees in proportion. Fees follow the sum of
// all refunds, so that several come to what one would.
func (t *table) opposite(legs []Leg, done []Payment, amount quantity.Amount) ([]Leg, error) {
	legs = merged(legs)
	before := make([]Micros, len(legs)) // given back of each leg
	for _, p := range done {
		for _, back := range p.Legs {
			i := slices.IndexFunc(legs, func(l Leg) bool { return l.same(back.turned()) })
			before[i] += back.Amount
		}
	}
	target := make([]Micros, len(legs))
	for i, l := range legs {
		target[i] = l.Amount
	}
	if !amount.IsZero() {
		if err := t.proportion(legs, before, target, amount); err != nil {
			return nil, err
		}
	}
	var out []Leg
	for i, l := range legs {
		if l.Amount = target[i] - before[i]; l.Amount > 0 {
			out = append(out, l.turned())
		}
	}
	if len(out) == 0 {
		return nil, fault.Conflictf("credit.refunded", "payment", "this payment was taken back already, all of it")
	}
	return out, nil
}

// proportion lowers the targets to what one more refund of the amount comes to.
func (t *table) proportion(legs []Leg, before, target []Micros, amount quantity.Amount) error {
	if err := t.currency.amount(amount, "amount"); err != nil {
		return err
	}
	for _, l := range legs[1:] {
		if l.Kind != FeeOf {
			return fault.Invalidf("credit.part", "amount", "a payment of several legs is taken back as a whole")
		}
	}
	whole := legs[0].Amount
	if Micros(amount.Micros) > whole-before[0] {
		return fault.Invalidf("credit.part", "amount", "%s is more than is left to take back, %s", amount, (whole - before[0]).of(t.currency.Unit))
	}
	total := before[0] + Micros(amount.Micros)
	for i, l := range legs {
		var err error
		if target[i], err = l.Amount.share(total, whole, t.currency.Step()); err != nil {
			return err
		}
	}
	return nil
}

// same reports whether two legs are the same but for their amounts.
func (l Leg) same(o Leg) bool {
	return l.From == o.From && l.To == o.To && l.Kind == o.Kind && l.Name == o.Name
}

// turned is the leg the other way.
func (l Leg) turned() Leg {
	l.From, l.To = l.To, l.From
	return l
}

// merged puts legs together that are the same but for their amounts.
func merged(legs []Leg) []Leg {
	var out []Leg
	for _, l := range legs {
		if i := slices.IndexFunc(out, l.same); i >= 0 {
			out[i].Amount += l.Amount // both were posted, so the sum was admitted
			continue
		}
		out = append(out, l)
	}
	return out
}
