package credit

import (
	"context"
	"slices"
	"time"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/vf"
)

// beginAsking lets everybody look at what a round would do, and hold back, from now on.
// It is of the clock: long work does it when it has worked the preview out.
func beginAsking(tx *store.Tx, id store.ID, o Outcome) (Round, error) {
	r, s, _, err := wholeRound(tx, id)
	if err != nil || r.State != Solving {
		return r, err // done before, or canceled meanwhile
	}
	if err := provedIn(tx, r, s.Sheet, o); err != nil {
		return r, err
	}
	r.State, r.Until, r.Figures = Asking, tx.Now().Add(time.Duration(r.Hours)*time.Hour), &o.Figures
	if _, err := record(tx, "credit.ask_round", auth.Identity{}, body{registered: registered{Clearing: &Clearing{Round: r.ID, State: r.State, Until: r.Until}}}, nil, nil); err != nil {
		return r, err
	}
	if _, err := tx.Exec(keepOutcome, r.ID, encoded(o)); err != nil {
		return r, err
	}
	return r, keepRound(tx, r)
}

// provedIn proves an outcome in the act that takes it.
func provedIn(tx *store.Tx, r Round, s Sheet, o Outcome) error {
	set, err := settings.Get(tx)
	if err != nil {
		return err
	}
	step, _ := set.stepOf(r.Unit)
	return o.check(r, s, step)
}

// CloseRounds ends the time for looking in the rounds where it is over, and
// begins to settle them. It returns how many.
func (p *Practice) CloseRounds(ctx context.Context, commons store.ID) (int, error) {
	var due []Round
	err := p.Store.Read(ctx, commons, func(r *store.Snapshot) error {
		going, err := store.All(r, scanRound, roundsGoing)
		due = slices.DeleteFunc(going, func(x Round) bool { return !x.over(r.Now()) })
		return err
	})
	if err != nil || len(due) == 0 {
		return 0, err
	}
	return store.Write(ctx, p.Store, store.Command{Commons: commons}, func(tx *store.Tx) (n int, err error) {
		for _, r := range due {
			ended, err := p.endAsking(tx, r.ID)
			if err != nil {
				return n, err
			}
			if ended {
				n++
			}
		}
		return n, nil
	})
}

func (r Round) over(now time.Time) bool { return r.State == Asking && !now.Before(r.Until) }

// endAsking goes on to settling, by the clock of the lane.
func (p *Practice) endAsking(tx *store.Tx, id store.ID) (bool, error) {
	r, err := roundFor(tx, id)
	if err != nil || !r.over(tx.Now()) {
		return false, err
	}
	r.State = Settling
	if r.Run, err = p.startClearing(tx, auth.Identity{}, r.ID); err != nil {
		return false, err
	}
	if _, err := record(tx, "credit.end_asking", auth.Identity{}, body{registered: registered{Clearing: &Clearing{Round: r.ID, State: r.State}}}, nil, nil); err != nil {
		return false, err
	}
	return true, keepRound(tx, r)
}

// settleRound settles a round in one act: debts are set off by events that settle
// their claims, lines of credit pay and receive, what was reserved and not used
// is free again. It takes an outcome only with its proof.
func settleRound(tx *store.Tx, id store.ID, o Outcome) (Round, error) {
	r, s, holds, err := wholeRound(tx, id)
	if err != nil || r.State != Settling {
		return r, err
	}
	sheet := s.without(holds)
	if err := provedIn(tx, r, sheet, o); err != nil {
		return r, err
	}
	set, err := settings.Get(tx)
	if err != nil {
		return r, err
	}
	reg := &register{tx: tx, s: set, ledger: vf.Open(tx)}
	t := &table{tx: tx, s: set, ledger: reg.ledger, currency: set.Currencies[r.Currency]}
	if err := t.releaseLines(s.Sheet); err != nil {
		return r, err
	}
	done, err := reg.setOff(r, s.Sheet, sheet, o)
	if err != nil {
		return r, err
	}
	payments, err := t.settleLines(r, sheet, o)
	if err != nil {
		return r, err
	}
	r.State, r.Figures = Settled, &o.Figures
	seq, err := record(tx, "credit.settle_round", auth.Identity{}, body{registered: registered{Discharged: done, Clearing: &Clearing{Round: r.ID, State: r.State, Outcome: &o, Payments: payments}}}, nil, reg.ledger)
	if err != nil {
		return r, err
	}
	if err := t.keepPayments(payments, seq); err != nil {
		return r, err
	}
	if _, err := tx.Exec(keepOutcome, r.ID, encoded(o)); err != nil {
		return r, err
	}
	return r, keepRound(tx, r)
}

// setOff takes the amounts of an outcome off the obligations of the round, and
// lets go of all that it held.
func (r *register) setOff(round Round, all, sheet Sheet, o Outcome) (done []Discharge, err error) {
	list, err := letGo(r.tx, round, all)
	if err != nil {
		return nil, err
	}
	off := map[store.ID]Micros{}
	for i, d := range sheet.Debts {
		off[d.ID] = o.SetOff[i]
	}
	var touched []Obligation
	for _, x := range list {
		if amount := off[x.ID]; amount > 0 {
			touched, done = append(touched, x), append(done, Discharge{x.ID, amount})
		}
	}
	_, err = r.discharge(touched, done, "cw:credit/setoff")
	return done, err
}

// letGo lets go of the obligations of a round, in the order of their identifiers.
func letGo(tx *store.Tx, r Round, s Sheet) ([]Obligation, error) {
	ids := make([]store.ID, len(s.Debts))
	for i, d := range s.Debts {
		ids[i] = d.ID
	}
	list, err := obligationsIn(tx, ids)
	if err != nil {
		return nil, err
	}
	for i := range list {
		if list[i].Round != r.ID {
			return nil, fault.Conflictf("credit.round_broken", "round", "the debt %s does not belong to this round any more", list[i].ID)
		}
		list[i].Round = ""
	}
	return list, putAll(tx, list)
}

// releaseLines frees what accounts lent to a round.
func (t *table) releaseLines(s Sheet) error {
	ids := make([]store.ID, 0, len(s.Lines)+1)
	for _, l := range s.Lines {
		ids = append(ids, l.Account)
	}
	if t.currency.ID != "" {
		ids = append(ids, t.currency.Fund)
	}
	for some := range slices.Chunk(ids, perChunk) {
		if err := t.load(some...); err != nil {
			return err
		}
	}
	for _, l := range s.Lines {
		a := t.of(l.Account)
		l.reserve(&a, -1)
		t.accounts[a.ID] = a
		if err := accounts.Put(t.tx, a); err != nil {
			return err
		}
	}
	return nil
}

// settleLines posts what the lines of a round pay and receive: first all that pay, to
// the fund, then all that receive, from it. What was reserved is not judged again.
func (t *table) settleLines(r Round, s Sheet, o Outcome) (made []Payment, err error) {
	for _, paying := range []bool{true, false} {
		for i, u := range o.Uses {
			if n := u.net(); n != 0 && (n < 0) == paying {
				made = append(made, r.payment(t.tx.NewID(), t.tx.Now(), s.Lines[i].Account, t.currency.Fund, n))
			}
		}
	}
	var legs []Leg
	for _, p := range made {
		legs = append(legs, p.Legs...)
	}
	return made, t.post(legs)
}

// payment is the part of one account in a round.
func (r Round) payment(id store.ID, at time.Time, account, fund store.ID, net Micros) Payment {
	leg := Leg{From: account, To: fund, Amount: -net, Kind: SetOff}
	if net > 0 {
		leg = Leg{From: fund, To: account, Amount: net, Kind: SetOff}
	}
	return Payment{ID: id, Currency: r.Currency, Workflow: inRounds, State: Completed, Legs: []Leg{leg}, At: at, Private: true}
}

// inRounds is the workflow of payments that rounds make; nobody makes one by hand.
const inRounds = "round"

// keepPayments keeps the payments of a round with their lines on the accounts.
func (t *table) keepPayments(payments []Payment, seq int64) error {
	if len(t.posted) != len(payments) {
		return fault.Conflictf("credit.round_broken", "round", "%d legs were posted for %d payments", len(t.posted), len(payments))
	}
	var written []line
	for _, p := range payments {
		p.Seq = seq
		if err := appendPayment(t.tx, p); err != nil {
			return err
		}
		written = linesOf(written, p.ID, p.Legs)
	}
	t.posted = t.posted[:0]
	return t.writeLines(written, seq)
}

// CancelAsk ends a round without setting anything off.
type CancelAsk struct {
	Round  store.ID `json:"round"`
	Reason string   `json:"reason"`
}

// CancelRound ends a round without setting anything off: all that it held is free again.
//
// Faults: credit.unknown_round, .round_state, .round_reason.
func CancelRound(ctx context.Context, db *store.Store, who auth.Identity, key string, ask CancelAsk) (Round, error) {
	return auth.Perform(ctx, db, who, key, Clear, ask, cancelRound)
}

func cancelRound(tx *store.Tx, who auth.Identity, ask CancelAsk) (Round, error) {
	if ask.Reason == "" || len(ask.Reason) > maxNote {
		return Round{}, fault.Invalidf("credit.round_reason", "reason", "say why, in 1 to %d bytes: everybody in the round reads it", maxNote)
	}
	r, s, _, err := wholeRound(tx, ask.Round)
	if err != nil {
		return r, err
	}
	if r.State == Settled || r.State == Dropped {
		return r, r.not()
	}
	set, err := settings.Get(tx)
	if err != nil {
		return r, err
	}
	t := &table{tx: tx, s: set, currency: set.Currencies[r.Currency]}
	if err := t.releaseLines(s.Sheet); err != nil {
		return r, err
	}
	if _, err := letGo(tx, r, s.Sheet); err != nil {
		return r, err
	}
	r.State = Dropped
	if _, err := record(tx, "credit.cancel_round", who, body{Reason: ask.Reason, registered: registered{Clearing: &Clearing{Round: r.ID, State: r.State}}}, nil, nil); err != nil {
		return r, err
	}
	return r, keepRound(tx, r)
}
