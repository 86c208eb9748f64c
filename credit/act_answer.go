package credit

import (
	"context"
	"math"
	"slices"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// AnswerAsk says something about debts.
type AnswerAsk struct {
	Obligations []store.ID `json:"obligations"`
	Say         Saying     `json:"say"`
}

// AnswerObligations says something about debts for the side, or the sides, that
// one speaks for, about all or none: acknowledge, decline, dispute, settle the
// dispute, withdraw.
//
// Faults: credit.debts, .unknown_obligation, .not_your_debt, .obligation_state, .in_round, .saying.
func AnswerObligations(ctx context.Context, db *store.Store, who auth.Identity, key string, ask AnswerAsk) ([]Obligation, error) {
	return auth.Perform(ctx, db, who, key, Owe, ask, answerObligations)
}

func answerObligations(tx *store.Tx, who auth.Identity, ask AnswerAsk) ([]Obligation, error) {
	if len(ask.Obligations) == 0 || len(ask.Obligations) > maxDebts {
		return nil, fault.Invalidf("credit.debts", "obligations", "%d debts; one to %d are answered at a time", len(ask.Obligations), maxDebts)
	}
	if !slices.Contains([]Saying{Acknowledge, Decline, Dispute, Settle, Withdraw}, ask.Say) {
		return nil, fault.Invalidf("credit.saying", "say", "%.40q says nothing of a debt; choose acknowledge, decline, dispute, settle or withdraw", ask.Say)
	}
	list, reg, err := openKnown(tx, who, ask.Obligations)
	if err != nil {
		return nil, err
	}
	for i, o := range list {
		sides := reg.speaks(o)
		if len(sides) == 0 && !(ask.Say == Withdraw && o.State == Proposed && o.By == who.Agent) {
			return nil, notYourDebt()
		}
		if list[i], err = o.said(ask.Say, sides...); err != nil {
			return nil, err
		}
	}
	if err := reg.void(list); err != nil {
		return nil, err
	}
	return list, reg.close("credit.answer_debt", list)
}

func notYourDebt() error {
	return fault.Forbiddenf("credit.not_your_debt", "this debt is between others; you write down what you owe and what is owed to you")
}

// openKnown opens the register on obligations that must be there.
func openKnown(tx *store.Tx, who auth.Identity, ids []store.ID) ([]Obligation, *register, error) {
	s, err := settings.Get(tx)
	if err != nil {
		return nil, nil, err
	}
	list, err := known(tx, ids)
	if err != nil {
		return nil, nil, err
	}
	var agents []store.ID
	for _, o := range list {
		agents = append(agents, o.Debtor, o.Creditor)
	}
	reg, err := openRegister(tx, who, s, agents)
	return list, reg, err
}

// PaidAsk says that a debt was paid outside of the commons' accounts.
type PaidAsk struct {
	Obligation store.ID        `json:"obligation"`
	Amount     quantity.Amount `json:"amount,omitzero"` // zero: all that is open
}

// Discharge is one settling of an obligation, by payment or by a round.
type Discharge struct {
	Obligation store.ID `json:"obligation"`
	Amount     Micros   `json:"amount"`
}

// ConfirmPaid takes what the creditor has received off a debt.
//
// Faults: credit.unknown_obligation, .not_your_debt, .obligation_state, .in_round, .over_settled, .unit.
func ConfirmPaid(ctx context.Context, db *store.Store, who auth.Identity, key string, ask PaidAsk) (Obligation, error) {
	return auth.Perform(ctx, db, who, key, Owe, ask, confirmPaid)
}

func confirmPaid(tx *store.Tx, who auth.Identity, ask PaidAsk) (Obligation, error) {
	list, reg, err := openKnown(tx, who, []store.ID{ask.Obligation})
	if err != nil {
		return Obligation{}, err
	}
	o := list[0]
	amount := Micros(ask.Amount.Micros)
	switch {
	case !slices.Contains(reg.speaks(o), Creditor):
		return o, fault.Forbiddenf("credit.not_your_claim", "only who is owed can say that it was paid")
	case o.Round != "":
		return o, inRound()
	case ask.Amount == (quantity.Amount{}):
		amount = o.Open
	case ask.Amount.Unit != o.Unit:
		return o, fault.Invalidf("credit.debt_unit", "amount", "this debt is in %s, not in %s", o.Unit, ask.Amount.Unit)
	}
	done := []Discharge{{o.ID, amount}}
	list, err = reg.discharge(list, done, "cw:credit/paid")
	if err != nil {
		return o, err
	}
	_, err = record(tx, "credit.confirm_paid", who, body{registered: registered{Discharged: done}}, nil, reg.ledger)
	return list[0], err
}

// discharge takes amounts off obligations, which are in the order of the list,
// and records the events that settle their claims.
func (r *register) discharge(list []Obligation, done []Discharge, class string) ([]Obligation, error) {
	list = slices.Clone(list)
	events := make([]vf.Event, len(done))
	for i, d := range done {
		o, err := list[i].paid(d.Amount)
		if err != nil {
			return nil, err
		}
		amount := d.Amount.of(o.Unit)
		events[i] = vf.Event{Action: vf.Transfer, Provider: o.Debtor, Receiver: o.Creditor, ResourceConformsTo: r.s.byUnit(o.Unit).ID, ResourceQuantity: &amount,
			HasPointInTime: r.tx.Now(), ClassifiedAs: []string{class}, Settles: []vf.Allocation{{Target: o.Claim}}}
		list[i] = o
	}
	if _, err := r.ledger.RecordAll(events); err != nil {
		return nil, err
	}
	return list, putAll(r.tx, list)
}

// LapseDebts ends what was written down and nobody acknowledged in ninety days,
// and returns how many debts that were.
func (p *Practice) LapseDebts(ctx context.Context, commons store.ID) (n int, err error) {
	stale := func(r store.Reader) (ids []store.ID, err error) {
		return store.All(r, scanIdentifier, staleIDs, store.Micros(r.Now().Add(-usualAnswer)))
	}
	err = p.Store.Read(ctx, commons, func(r *store.Snapshot) error {
		ids, err := stale(r)
		n = len(ids)
		return err
	})
	if err != nil || n == 0 {
		return 0, err
	}
	return store.Write(ctx, p.Store, store.Command{Commons: commons}, func(tx *store.Tx) (int, error) {
		ids, err := stale(tx)
		if err != nil || len(ids) == 0 {
			return 0, err
		}
		list, reg, err := openKnown(tx, auth.Identity{}, ids)
		if err != nil {
			return 0, err
		}
		for i := range list {
			list[i].State = Lapsed
		}
		return len(list), reg.close("credit.lapse_debts", list)
	})
}

func scanIdentifier(r store.Scanner) (id store.ID, err error) { return id, r.Scan(&id) }

// forgetReferences destroys what debts of a person are for, inside the act that
// erases them: here and in the private fields of the log, for both sides.
func forgetReferences(tx *store.Tx, person store.ID) error {
	list, err := store.All(tx, scanJSON[Obligation], obligationsOf, person, math.MaxInt32)
	if err != nil {
		return err
	}
	var fields []string
	for _, o := range list {
		if o.Reference == "" {
			continue
		}
		fields = append(fields, "obligation/"+string(o.ID))
		o.Reference = ""
		if err := obligations.Put(tx, o); err != nil {
			return err
		}
	}
	return journal.EraseFields(tx, fields)
}
