package credit

import (
	"context"
	"slices"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// MoveAsk moves a payment on that waits.
type MoveAsk struct {
	Payment store.ID `json:"payment"`
	To      State    `json:"to"` // completed, rejected or canceled
	// Amount, of a payment that is completed from a reservation: less than was
	// reserved; the rest is free again. Zero: all of it.
	Amount quantity.Amount `json:"amount,omitzero"`
	Reason string          `json:"reason,omitempty"`
}

// MovePayment answers a payment that waits: accept, reject, cancel, or post what
// was reserved. Who may is what its workflow says.
//
// Faults: credit.unknown_payment, .no_such_move, .not_yours_to_move, .part, and those of MakePayment where it was not reserved.
func MovePayment(ctx context.Context, db *store.Store, who auth.Identity, key string, ask MoveAsk) (Payment, error) {
	return auth.Perform(ctx, db, who, key, Pay, ask, movePayment)
}

func movePayment(tx *store.Tx, who auth.Identity, ask MoveAsk) (Payment, error) {
	if len(ask.Reason) > maxNote {
		return Payment{}, fault.Invalidf("credit.note", "reason", "the description has %d bytes; at most %d are kept", len(ask.Reason), maxNote)
	}
	t, p, err := seat(tx, ask.Payment)
	if err != nil {
		return Payment{}, err
	}
	w, err := workflow(p.Workflow)
	if err != nil {
		return Payment{}, err
	}
	if err := w.may(p.State, ask.To, t.roles(who, p)); err != nil {
		return Payment{}, err
	}
	legs, err := t.part(p, w, ask)
	if err != nil {
		return Payment{}, err
	}
	return t.move(who, p, w, Moved{Payment: p.ID, To: ask.To, Legs: legs}, ask.Reason)
}

// seat sets the table for a payment that was made before.
func seat(tx *store.Tx, id store.ID) (*table, Payment, error) {
	s, err := settings.Get(tx)
	if err != nil {
		return nil, Payment{}, err
	}
	found, err := store.AllOf(tx, scanPayment, paymentsByID, []store.ID{id})
	if err != nil {
		return nil, Payment{}, err
	}
	if len(found) == 0 {
		return nil, Payment{}, fault.NotFoundf("credit.unknown_payment", "payment", "there is no payment %.40q", id)
	}
	p := found[0]
	t := &table{tx: tx, s: s, ledger: vf.Open(tx), currency: s.Currencies[p.Currency]}
	return t, p, t.load(accountsOf(p.Legs)...)
}

func accountsOf(legs []Leg) []store.ID {
	ids := make([]store.ID, 0, 2*len(legs))
	for _, l := range legs {
		ids = append(ids, l.From, l.To)
	}
	return ids
}

// part returns the legs that are posted: all, or of a reservation for one
// payment the part that is asked for, with the fees in proportion, rounded down.
func (t *table) part(p Payment, w Workflow, ask MoveAsk) ([]Leg, error) {
	if ask.To != Completed {
		return nil, nil
	}
	if ask.Amount.IsZero() {
		return p.Legs, nil
	}
	main := p.Legs[0]
	for _, l := range p.Legs[1:] {
		if l.Kind != FeeOf {
			return nil, fault.Invalidf("credit.part", "amount", "a payment of several legs is posted as a whole")
		}
	}
	if !w.Reserves || Micros(ask.Amount.Micros) > main.Amount {
		return nil, fault.Invalidf("credit.part", "amount", "%s cannot be posted of it; at most what was reserved, %s", ask.Amount, main.Amount.of(t.currency.Unit))
	}
	if err := t.currency.amount(ask.Amount, "amount"); err != nil {
		return nil, err
	}
	var out []Leg
	for _, l := range p.Legs {
		var err error
		if l.Amount, err = l.Amount.share(Micros(ask.Amount.Micros), main.Amount, t.currency.Step()); err != nil {
			return nil, err
		}
		if l.Amount > 0 {
			out = append(out, l)
		}
	}
	return out, nil
}

// move takes a payment that waits to its end: what was reserved is free again,
// and the legs of the move are posted.
func (t *table) move(who auth.Identity, p Payment, w Workflow, m Moved, reason string) (Payment, error) {
	nets, err := netOf(p.Legs)
	if err != nil {
		return p, err
	}
	for _, n := range nets {
		if w.Reserves {
			if err := t.reserve(n, -1); err != nil {
				return p, err
			}
		}
		if _, err := t.tx.Exec(deleteWaiting, n.account, p.ID); err != nil {
			return p, err
		}
	}
	if m.To == Completed {
		if err := t.settle(p, w, m.Legs); err != nil {
			return p, err
		}
	}
	p.State = m.To
	if m.To == Completed && !slices.Equal(m.Legs, p.Legs) {
		p.Reserved, p.Legs = p.Legs[0].Amount, m.Legs
	}
	if _, err := t.tx.Exec(setState, p.ID, string(m.To), encoded(p.Legs), p.more()); err != nil {
		return p, err
	}
	seq, err := record(t.tx, "credit.move", who, body{Moves: []Moved{m}, Grown: t.grown, Warned: t.warned}, sealedReason(reason), t.ledger)
	if err != nil {
		return p, err
	}
	if err := t.lines(p.ID, seq); err != nil {
		return p, err
	}
	return p, t.tx.Append(insertStep, p.ID, seq, string(m.To), store.Micros(t.tx.Now()), who.Agent, reason)
}

// settle posts the legs of a payment that waited. What was reserved is not
// judged again: it fits, whatever became of the bands since.
func (t *table) settle(p Payment, w Workflow, legs []Leg) error {
	if !w.Reserves {
		nets, err := netOf(legs)
		if err != nil {
			return err
		}
		if err := t.admit(nets); err != nil {
			return err
		}
	}
	return t.post(legs)
}

func sealedReason(reason string) map[string]string {
	if reason == "" {
		return nil
	}
	return map[string]string{"reason": reason}
}
