package credit

import (
	"slices"

	"commonweal/credit/pool"
	"commonweal/platform/store"
)

// replayedPool is a pool as the log gives it.
type replayedPool struct {
	account, currency store.ID
	*pool.Pool
}

// pool holds what an act says of a pool against its rules: it is founded on an
// account that opened with it, and each step moves what its rules say, to the
// letter, between that account and those of the members.
func (r *Replay) pool(c PoolChange, payments []Payment) error {
	if f := c.Founded; f != nil {
		a := r.accounts[f.Account]
		if a == nil || a.Role != Pool || a.Currency != f.Currency || r.balances[f.Account] != 0 || r.pools[f.ID].Pool != nil {
			return breach("pool %s has no new account of its own", f.ID)
		}
		p, err := pool.Found(f.Rules)
		if err != nil {
			return breach("pool %s: %v", f.ID, err)
		}
		r.pools[f.ID] = replayedPool{f.Account, f.Currency, p}
	}
	if c.Step == nil {
		return nil
	}
	p := r.pools[c.Step.Pool]
	if p.Pool == nil {
		return breach("a step is taken in pool %s, which was never founded", c.Step.Pool)
	}
	moves, err := p.Take(c.Step.Step)
	if err != nil {
		return breach("pool %s, step %d: %v", c.Step.Pool, c.Step.Nth, err)
	}
	if c.Step.Nth != p.Steps || !slices.Equal(moves, c.Step.Moves) {
		return breach("step %d of pool %s moved something else than its rules say", c.Step.Nth, c.Step.Pool)
	}
	r.stepping = p.account
	return r.poolLegs(p, moves, payments)
}

// poolLegs holds the legs that a step posted against what moved.
func (r *Replay) poolLegs(p replayedPool, moves []pool.Move, payments []Payment) error {
	type leg struct {
		from, to string
		amount   Micros
	}
	var want, got []leg
	at := func(place string) string {
		if pool.Own(place) {
			return string(p.account)
		}
		return place
	}
	for _, m := range moves {
		if l := (leg{at(m.From), at(m.To), Micros(m.Amount)}); l.from != l.to {
			want = append(want, l)
		}
	}
	of := func(id store.ID) string {
		if a := r.accounts[id]; a != nil && id != p.account {
			return string(a.Agent)
		}
		return string(id)
	}
	for _, made := range payments {
		for _, l := range made.Legs {
			got = append(got, leg{of(l.From), of(l.To), l.Amount})
		}
	}
	if !slices.Equal(want, got) {
		return breach("what the step of a pool posted is not what it moved")
	}
	return nil
}
