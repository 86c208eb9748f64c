package credit

import (
	"maps"
	"slices"

	"commonweal/credit/limit"
	"commonweal/platform/store"
)

// InGroup is an account that was put into a group.
type InGroup struct {
	Account store.ID `json:"account"`
	Group   string   `json:"group"`
}

// Warning is an account that left its soft band, on a side; it is told once.
type Warning struct {
	Account store.ID       `json:"account"`
	Side    limit.Crossing `json:"side"`
}

// limits does what follows for the limits of accounts from legs that were
// posted: lines grow with receipts, fall where one was taken back, and who left
// the soft band is noted. Everything it looks at is in memory.
func (t *table) limits(legs []Leg) error {
	if t.currency.grows() {
		if err := t.grow(legs); err != nil {
			return err
		}
	}
	return t.warn(legs)
}

// traded is the leg as trade between two members: who was paid, with which
// account, by whom. Of a leg that takes another back it is that other leg.
func (t *table) traded(l Leg) (receiver Account, partner store.ID, trade bool) {
	if t.back {
		l = l.turned()
	}
	from, to := t.of(l.From), t.of(l.To)
	return to, from.Agent, l.Kind == Trade && from.Role == OfMember && to.Role == OfMember && from.Agent != to.Agent
}

// grow counts receipts and gives accounts the bands that follow.
func (t *table) grow(legs []Leg) error {
	touched := map[store.ID]Account{}
	for _, l := range legs {
		a, partner, trade := t.traded(l)
		if !trade || t.currency.policy(a.Limits.Group).Growth == nil {
			continue
		}
		if seen, again := touched[a.ID]; again {
			a = seen
		} else if a.Limits.Received = maps.Clone(a.Limits.Received); a.Limits.Received == nil {
			a.Limits.Received = limit.Receipts{}
		}
		if t.back {
			a.Limits.Received.TakeBack(string(partner), limit.Micros(l.Amount))
		} else {
			a.Limits.Received.Add(string(partner), limit.Micros(l.Amount))
		}
		touched[a.ID] = a
	}
	for _, id := range slices.Sorted(maps.Keys(touched)) {
		a := touched[id]
		if change, changed := a.rebind(t.currency, t.tx.Now()); changed {
			t.grown = append(t.grown, change)
		}
		t.accounts[id] = a
		if err := accounts.Put(t.tx, a); err != nil {
			return err
		}
	}
	return nil
}

// warn notes the accounts of members that left their soft band by these legs.
func (t *table) warn(legs []Leg) error {
	soft := map[store.ID]limit.Band{}
	var ids []store.ID
	for _, id := range accountsOf(legs) {
		a := t.of(id)
		if _, seen := soft[id]; seen || a.Role != OfMember {
			continue
		}
		if within := t.currency.policy(a.Limits.Group).Inside(a.Band.limited()); within != nil {
			soft[id], ids = *within, append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	records, err := t.ledger.Records(ids...)
	if err != nil {
		return err
	}
	before := make(map[store.ID]Micros, len(ids))
	for _, id := range ids {
		before[id] = Micros(records[id].Accounting.Micros)
	}
	for _, l := range legs {
		before[l.From] += l.Amount
		before[l.To] -= l.Amount
	}
	for _, id := range ids {
		if side := soft[id].Crossed(limit.Micros(before[id]), limit.Micros(records[id].Accounting.Micros)); side != "" {
			t.warned = append(t.warned, Warning{Account: id, Side: side})
		}
	}
	return nil
}
