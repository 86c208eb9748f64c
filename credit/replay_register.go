package credit

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"commonweal/platform/store"
	"commonweal/vf"
)

// replayedRegister is the register of obligations as the log has it.
type replayedRegister struct {
	debts  map[store.ID]*Obligation
	claims map[store.ID]store.ID // by claim, the obligation
	fresh  []Obligation          // whose claims the entry must make
	rounds map[store.ID]*replayedRound
}

// replayedRound is a round that is not over.
type replayedRound struct {
	Round
	sheet Sheet
	holds []Withheld
}

func newReplayedRegister() replayedRegister {
	return replayedRegister{debts: map[store.ID]*Obligation{}, claims: map[store.ID]store.ID{}, rounds: map[store.ID]*replayedRound{}}
}

// debts takes what an entry says of the register, and returns the legs it posted.
func (r *Replay) debts(b body, at time.Time) ([]Leg, error) {
	for _, o := range b.Obligations {
		if err := r.register.obligation(o); err != nil {
			return nil, err
		}
	}
	if b.Clearing == nil {
		return nil, r.register.discharge(b.Discharged)
	}
	return r.clearing(*b.Clearing, b.Discharged, at)
}

// debtMoves are the states that may follow a state by what sides say, or in time.
var debtMoves = map[DebtState][]DebtState{
	Proposed: {Proposed, Owed, Declined, Withdrawn, Lapsed},
	Owed:     {Owed, Disputed, Withdrawn},
	Disputed: {Disputed, Owed, Withdrawn},
}

func (r *replayedRegister) obligation(o Obligation) error {
	old, known := r.debts[o.ID]
	if !known {
		if o.State != Proposed && o.State != Owed || o.Open != o.Amount || o.Amount <= 0 || o.Debtor == o.Creditor || o.Round != "" {
			return breach("debt %s is not written down as a debt", o.ID)
		}
	} else {
		same := o
		same.State, same.Acknowledged, same.Disputed, same.Withdrawn, same.Claim, same.Basis = old.State, old.Acknowledged, old.Disputed, old.Withdrawn, old.Claim, old.Basis
		if encoded(same) != encoded(*old) || old.Claim != "" && o.Claim != old.Claim || old.Round != "" || !slices.Contains(debtMoves[old.State], o.State) {
			return breach("debt %s changed by more than what its sides may say", o.ID)
		}
	}
	switch {
	case o.State == Owed && (!o.Acknowledged.both() || o.Claim == "" || o.Disputed != (Sides{})):
		return breach("debt %s is open without both sides", o.ID)
	case known && o.State == Withdrawn && old.Acknowledged != (Sides{}) && !o.Withdrawn.both():
		return breach("debt %s is withdrawn by one side", o.ID)
	}
	r.debts[o.ID] = &o
	if o.Claim != "" && (!known || old.Claim == "") {
		r.claims[o.Claim], r.fresh = o.ID, append(r.fresh, o)
	}
	return nil
}

func (r *replayedRegister) discharge(done []Discharge) error {
	for _, d := range done {
		o, known := r.debts[d.Obligation]
		if !known || o.Round != "" {
			return breach("something is taken off debt %s, which is not there or in a round", d.Obligation)
		}
		after, err := o.paid(d.Amount)
		if err != nil {
			return err
		}
		*o = after
	}
	return nil
}

// events holds the claims of an entry against its obligations, and the events
// that settle claims of the register against what it took off.
func (r *replayedRegister) events(e Recorded, b body) error {
	claims, settled := map[store.ID]vf.Claim{}, map[store.ID]Micros{}
	if e.Changes != nil {
		for _, w := range e.Changes.Written {
			var c vf.Claim
			if w.Type == vf.KindClaim && w.Deleted == "" {
				if err := json.Unmarshal(w.Value, &c); err != nil {
					return breach("a claim of entry %d cannot be read: %v", e.Seq, err)
				}
				claims[c.ID] = c
			}
		}
		for _, x := range e.Changes.Events {
			for _, a := range x.Settles {
				if id, is := r.claims[a.Target]; is && a.ResourceQuantity != nil {
					settled[id] += Micros(a.ResourceQuantity.Micros)
				}
			}
		}
	}
	for _, o := range r.fresh {
		if c, made := claims[o.Claim]; !made || c.Provider != o.Debtor || c.Receiver != o.Creditor || c.ResourceQuantity == nil || *c.ResourceQuantity != o.Amount.of(o.Unit) {
			return breach("the claim of debt %s is missing or says something else", o.ID)
		}
	}
	r.fresh = nil
	for _, d := range b.Discharged {
		if settled[d.Obligation] -= d.Amount; settled[d.Obligation] == 0 {
			delete(settled, d.Obligation)
		}
	}
	if len(settled) > 0 {
		return breach("the events of entry %d do not settle what it takes off debts", e.Seq)
	}
	return nil
}

// clearing takes what became of a round.
func (r *Replay) clearing(c Clearing, done []Discharge, at time.Time) ([]Leg, error) {
	if c.Opened != nil && c.Sheet != nil {
		return nil, r.opened(&replayedRound{Round: *c.Opened, sheet: *c.Sheet})
	}
	round, known := r.register.rounds[c.Round]
	if !known {
		return nil, breach("round %s goes on and is not going on", c.Round)
	}
	switch {
	case round.State == Asking && c.State == Asking && at.Before(round.Until):
		round.holds = append(round.holds, c.Holds...)
		return nil, nil
	case round.State == Solving && c.State == Asking && c.Until.Equal(at.Add(time.Duration(round.Hours)*time.Hour)):
		round.State, round.Until = Asking, c.Until
		return nil, nil
	case round.State == Asking && c.State == Settling && !at.Before(round.Until):
		round.State = Settling
		return nil, nil
	case c.State == Dropped:
		return nil, r.over(round)
	case round.State == Settling && c.State == Settled && c.Outcome != nil:
		return r.settled(round, c, done)
	}
	return nil, breach("round %s went from %s to %s", c.Round, round.State, c.State)
}

// opened holds a snapshot against the register and the accounts.
func (r *Replay) opened(round *replayedRound) error {
	for _, d := range round.sheet.Debts {
		o, known := r.register.debts[d.ID]
		if !known || o.State != Owed || o.Round != "" || o.Unit != round.Unit || o.Open != d.Amount || o.Debtor != d.Debtor || o.Creditor != d.Creditor || strings.ReplaceAll(o.Due, "-", "") != strings.ReplaceAll(d.Due.String(), "-", "") {
			return breach("debt %s of round %s is not as it was", d.ID, round.ID)
		}
		o.Round = round.ID
	}
	for _, l := range round.sheet.Lines {
		a, known := r.accounts[l.Account]
		if !known || a.Agent != l.Agent || a.Currency != round.Currency || l.Balance < 0 || l.Overdraft < 0 || l.Room < 0 {
			return breach("round %s takes a line of account %s, which is none of its", round.ID, l.Account)
		}
		at := a.position(r.balances[a.ID])
		room, _ := at.Room()
		if out := l.Balance + l.Overdraft; out > max(0, at.Spendable()) || out > 0 && a.Standing != Open || a.Standing == Closed || l.Room > max(0, room) || l.Balance > max(0, at.Balance-at.Outgoing) {
			return breach("round %s takes more of account %s than there is", round.ID, l.Account)
		}
		l.reserve(a, 1)
	}
	if round.State != Solving || round.sheet.problem(round.Round).Digest() != round.Snapshot {
		return breach("round %s does not begin with its snapshot", round.ID)
	}
	r.register.rounds[round.ID] = round
	return nil
}

// over frees what a round held.
func (r *Replay) over(round *replayedRound) error {
	for _, d := range round.sheet.Debts {
		r.register.debts[d.ID].Round = ""
	}
	for _, l := range round.sheet.Lines {
		l.reserve(r.accounts[l.Account], -1)
	}
	delete(r.register.rounds, round.ID)
	return nil
}

// settled proves a round: its outcome, what it took off debts, and what its
// lines of credit paid and received.
func (r *Replay) settled(round *replayedRound, c Clearing, done []Discharge) ([]Leg, error) {
	sheet := round.sheet.without(round.holds)
	if err := c.Outcome.check(round.Round, sheet, 1); err != nil {
		return nil, err
	}
	off := map[store.ID]Micros{}
	for i, d := range sheet.Debts {
		off[d.ID] = c.Outcome.SetOff[i]
	}
	for _, d := range done {
		if off[d.Obligation] -= d.Amount; off[d.Obligation] < 0 {
			return nil, breach("round %s takes more off debt %s than it sets off", round.ID, d.Obligation)
		}
		delete(off, d.Obligation)
	}
	for id, left := range off {
		if left != 0 {
			return nil, breach("round %s does not take off debt %s what it sets off", round.ID, id)
		}
	}
	if err := r.over(round); err != nil {
		return nil, err
	}
	if err := r.register.discharge(done); err != nil {
		return nil, err
	}
	return r.used(round, sheet, c)
}

// used holds the payments of a round against the use of its lines.
func (r *Replay) used(round *replayedRound, s Sheet, c Clearing) (legs []Leg, err error) {
	nets := map[store.ID]Micros{}
	for i, u := range c.Outcome.Uses {
		nets[s.Lines[i].Account] = u.net()
	}
	fund := r.currencies[round.Currency].Fund
	sum := Micros(0)
	for _, p := range c.Payments {
		if len(p.Legs) != 1 || p.Legs[0].Kind != SetOff || p.Legs[0].Amount <= 0 || (p.Legs[0].From == fund) == (p.Legs[0].To == fund) || p.Workflow != inRounds {
			return nil, breach("payment %s is none of a round", p.ID)
		}
		l := p.Legs[0]
		account, amount := l.From, -l.Amount
		if account == fund {
			account, amount = l.To, l.Amount
		}
		if nets[account] != amount {
			return nil, breach("payment %s of round %s is not what its line was used for", p.ID, round.ID)
		}
		delete(nets, account)
		sum, legs = sum+amount, append(legs, l)
	}
	for account, n := range nets {
		if n != 0 {
			return nil, breach("round %s uses the line of account %s without a payment", round.ID, account)
		}
	}
	if sum != 0 {
		return nil, breach("the lines of round %s pay %d more than they receive", round.ID, -sum)
	}
	return legs, r.post(legs)
}
