package credit

import (
	"time"

	"commonweal/credit/limit"
	"commonweal/platform/store"
	"commonweal/vf"
)

// figures are what the limits of the accounts of a currency follow from, read
// once for all of them.
type figures struct {
	windows map[int]map[store.ID]limit.Receipts // by the months that a policy looks at
	ever    map[store.ID]limit.Receipts
}

// readFigures reads what the policies of groups need, of all accounts of a
// currency, or with the statement for one of that account.
func readFigures(r store.Reader, s *store.Statement, of store.ID, groups []Group, at time.Time, zone *time.Location) (f figures, err error) {
	f.windows = map[int]map[store.ID]limit.Receipts{}
	for _, g := range groups {
		if t := g.Policy.Turnover; t != nil && f.windows[t.Months] == nil {
			from, to := limit.Window(at, t.Months, zone)
			if f.windows[t.Months], err = readReceipts(r, s, of, from, to); err != nil {
				return f, err
			}
		}
		if g.Policy.Growth != nil && f.ever == nil {
			if f.ever, err = readReceipts(r, s, of, time.Unix(0, 0), at.Add(time.Second)); err != nil {
				return f, err
			}
		}
	}
	return f, nil
}

// on puts the figures of an account in its place, as its policy needs them.
func (f figures) on(a *Account, p limit.Policy) {
	a.Limits.Traded, a.Limits.Received = 0, nil
	if p.Turnover != nil {
		a.Limits.Traded = p.Turnover.Counted(f.windows[p.Turnover.Months][a.ID])
	}
	if p.Growth != nil {
		a.Limits.Received = f.ever[a.ID]
	}
}

// refigure gives the accounts of a currency the bands that follow from their
// figures as they are now, and returns what changed.
func refigure(tx *store.Tx, s *Settings, c Currency, why BandChange) (changes []BandChange, err error) {
	f, err := readFigures(tx, receiptsOfAll, c.ID, c.Groups(), tx.Now(), s.Zone)
	if err != nil {
		return nil, err
	}
	list, err := membersOf(tx, c.ID)
	if err != nil {
		return nil, err
	}
	for _, a := range list {
		f.on(&a, c.policy(a.Limits.Group))
		change, changed := a.rebind(c, tx.Now())
		if changed {
			change.By, change.Reason = why.By, why.Reason
			changes = append(changes, change)
		}
		if err := accounts.Put(tx, a); err != nil {
			return nil, err
		}
	}
	return changes, nil
}

// refigureOne does the same for one account, after its group or its decision changed.
func refigureOne(tx *store.Tx, s *Settings, a *Account, why BandChange) (changes []BandChange, err error) {
	c := s.Currencies[a.Currency]
	if a.Role == OfMember {
		f, err := readFigures(tx, receiptsOfAccount, a.ID, []Group{{Policy: c.policy(a.Limits.Group)}}, tx.Now(), s.Zone)
		if err != nil {
			return nil, err
		}
		f.on(a, c.policy(a.Limits.Group))
	}
	if change, changed := a.rebind(c, tx.Now()); changed || a.Limits.Decision != nil {
		change.By, change.Reason = why.By, why.Reason
		changes = append(changes, change)
	}
	return changes, accounts.Put(tx, *a)
}

// Exposure is what policies would mean for the accounts there are.
type Exposure struct {
	Accounts int
	// Credit is how far all of them together may go below zero, now and then.
	Now, Then Micros
	Wider     int // accounts that may go further below zero than now
	Narrower  int
	// Outside are accounts that stand outside of what their band would be: they would only move back.
	Outside int
}

// Simulate says what policies would mean for the accounts there are, without
// changing any. balances are those of the accounts.
func Simulate(r store.Reader, s *Settings, c Currency, groups []Group, at time.Time, balances func([]store.ID) (map[store.ID]Micros, error)) (e Exposure, err error) {
	c.Limits = groups
	f, err := readFigures(r, receiptsOfAll, c.ID, groups, at, s.Zone)
	if err != nil {
		return e, err
	}
	list, err := membersOf(r, c.ID)
	if err != nil {
		return e, err
	}
	ids := make([]store.ID, len(list))
	for i, a := range list {
		ids[i] = a.ID
	}
	stand, err := balances(ids)
	if err != nil {
		return e, err
	}
	for _, a := range list {
		now := a.Band
		f.on(&a, c.policy(a.Limits.Group))
		a.rebind(c, at)
		e.add(now, a.Band, stand[a.ID])
	}
	return e, nil
}

// add counts one account.
func (e *Exposure) add(now, then Band, balance Micros) {
	e.Accounts++
	e.Now, e.Then = saturated(e.Now, -now.Floor), saturated(e.Then, -then.Floor)
	switch {
	case then.Floor < now.Floor:
		e.Wider++
	case then.Floor > now.Floor:
		e.Narrower++
	}
	if balance < then.Floor || then.Ceiling != nil && balance > *then.Ceiling {
		e.Outside++
	}
}

// balancesIn reads the balances of accounts.
func balancesIn(r store.Reader) func([]store.ID) (map[store.ID]Micros, error) {
	return func(ids []store.ID) (map[store.ID]Micros, error) {
		records, err := vf.GetResources(r, ids)
		out := make(map[store.ID]Micros, len(ids))
		for id, x := range records {
			out[id] = Micros(x.Accounting.Micros)
		}
		return out, err
	}
}
