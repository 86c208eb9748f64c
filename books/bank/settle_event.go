package bank

import (
	"maps"
	"slices"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// tills are the accounts of an act, by currency.
type tills struct {
	open func(*store.Tx, *vf.Ledger, quantity.Unit) (Till, error)
	tx   *store.Tx
	l    *vf.Ledger
	by   map[quantity.Unit]openTill
}

type openTill struct {
	Till
	specification store.ID
	accounts      map[store.ID]store.ID
}

// in opens the accounts of agents, by currency. first is called with the
// specifications of the currencies before anything is recorded; nil for nothing.
func (t *tills) in(agents map[quantity.Unit][]store.ID, first func(specifications []store.ID) error) error {
	t.by = map[quantity.Unit]openTill{}
	var specifications []store.ID
	for unit := range agents {
		till, err := t.open(t.tx, t.l, unit)
		if err != nil {
			return err
		}
		t.by[unit] = openTill{Till: till, specification: till.Specification()}
		specifications = append(specifications, till.Specification())
	}
	if first != nil {
		if err := first(specifications); err != nil {
			return err
		}
	}
	for unit, list := range agents {
		till := t.by[unit]
		var err error
		if till.accounts, err = till.Accounts(list); err != nil {
			return err
		}
		t.by[unit] = till
	}
	return nil
}

// prepare opens the accounts that the parts of a settlement need.
func (t *tills) prepare(s *settlement) error {
	agents := map[quantity.Unit][]store.ID{}
	_ = s.parts(func(_ *Line, p *PartDone) error {
		unit := p.Amount.Unit
		if p.As == Recorded || p.As == Between {
			return nil
		}
		if len(agents[unit]) == 0 {
			agents[unit] = []store.ID{s.commons.Agent}
		}
		if p.As == Owed && !slices.Contains(agents[unit], p.Agent) {
			agents[unit] = append(agents[unit], p.Agent)
		}
		return nil
	})
	return t.in(agents, nil)
}

// The classifications of the events that this room records.
const (
	classIncome  = "cw:income/"
	classExpense = "cw:expense/"
	classPayout  = "cw:payout" // what was owed was paid
	classPayin   = "cw:payin"  // somebody brought money that is owed to them now
)

// event is the event of a part that is not recorded yet.
func (s *settlement) event(l *Line, p *PartDone) (vf.Event, error) {
	at, err := s.noon(l.Day)
	if err != nil {
		return vf.Event{}, err
	}
	size, err := size(p.Amount)
	if err != nil {
		return vf.Event{}, err
	}
	e := vf.Event{ResourceQuantity: &size, HasPointInTime: at, InScopeOf: p.Project}
	in, till := p.Amount.Sign() > 0, s.tills.by[p.Amount.Unit]
	if p.As == Owed {
		e.Action, e.ClassifiedAs = vf.Lower, []string{classPayout}
		if in {
			e.Action, e.ClassifiedAs = vf.Raise, []string{classPayin}
		}
		e.Provider, e.Receiver, e.ResourceInventoriedAs = p.Agent, p.Agent, till.accounts[p.Agent]
		return e, nil
	}
	if p.As == Settles {
		if err := s.settles(&e, p, size, in); err != nil {
			return e, err
		}
	}
	e.Action, e.ResourceConformsTo, e.ClassifiedAs = vf.Transfer, till.specification, []string{p.class()}
	pot := till.accounts[s.commons.Agent]
	if in {
		e.Provider, e.Receiver, e.ToResourceInventoriedAs = p.Agent, s.commons.Agent, pot
	} else {
		e.Provider, e.Receiver, e.ResourceInventoriedAs = s.commons.Agent, p.Agent, pot
	}
	return e, nil
}

// class is the classification of money that the pot gains or loses. Income
// that is given back keeps its class, and so does an expense that comes back.
func (p *Part) class() string {
	switch {
	case p.As == Income, p.As == Settles && p.Amount.Sign() > 0:
		return classIncome + p.Kind
	}
	return classExpense + p.Kind
}

// settles lets the event pay a claim or a commitment.
func (s *settlement) settles(e *vf.Event, p *PartDone, size quantity.Amount, in bool) error {
	var provider, receiver store.ID
	allocated := []vf.Allocation{{Target: p.On, ResourceQuantity: &size}}
	switch x := s.promise[p.On].(type) {
	case *vf.Claim:
		provider, receiver, e.Settles, e.RealizationOf = x.Provider, x.Receiver, allocated, x.ClaimUnder
	case *vf.Commitment:
		provider, receiver, e.Fulfills = x.Provider, x.Receiver, allocated
	default:
		return fault.NotFoundf("bank.promise", "as", "there is no such claim or promise any more")
	}
	ours, other := receiver, provider
	if !in {
		ours, other = provider, receiver
	}
	if ours != s.commons.Agent || other == "" {
		return fault.Conflictf("bank.promise_side", "as", "the money goes the other way than was promised, or between others")
	}
	p.Agent = other
	if p.Kind == "" {
		p.Kind = map[bool]string{true: "sale", false: "purchase"}[in]
	}
	return nil
}

// size is an amount without its sign.
func size(a quantity.Amount) (quantity.Amount, error) {
	if a.Sign() < 0 {
		return a.Neg()
	}
	return a, nil
}

// shares reports whether income of a kind is shared out by a practice.
func (b *Bank) shares(kind string) bool { return b.Take != nil && slices.Contains(b.Kinds, kind) }

var evidenceOf = store.ByIDs(`SELECT event FROM bank_evidence WHERE commons_id = $1 AND event IN (*)`)

// recorded checks the events that lines are said to be: each stands behind no
// other line and moves just that much money.
func (s *settlement) recorded() error {
	var ids []store.ID
	_ = s.parts(func(_ *Line, p *PartDone) error {
		if p.As == Recorded {
			ids = append(ids, p.On)
		}
		return nil
	})
	if len(ids) == 0 {
		return nil
	}
	taken, err := store.AllOf(s.tx, scanID, evidenceOf, ids)
	if err != nil {
		return err
	}
	effects, err := effectsOf(s.tx, ids)
	if err != nil {
		return err
	}
	return s.parts(func(_ *Line, p *PartDone) error {
		effect, known := effects[p.On]
		switch {
		case p.As != Recorded:
			return nil
		case slices.Contains(taken, p.On):
			return fault.Conflictf("bank.event_taken", "as", "another line stands behind this event already")
		case !known || effect != p.Amount:
			return fault.Conflictf("bank.event_amount", "as", "the event moves %s, the part is %s; it may have been corrected meanwhile", effect, p.Amount)
		}
		p.Done = p.On
		taken = append(taken, p.On)
		return nil
	})
}

// effectsOf returns what events, with all their corrections, add to what is in
// the bank. Events that move no money are left out.
func effectsOf(r store.Reader, ids []store.ID) (map[store.ID]quantity.Amount, error) {
	events, err := vf.GetEvents(r, ids)
	if err != nil {
		return nil, err
	}
	corrections, err := vf.Corrections(r, ids...)
	if err != nil {
		return nil, err
	}
	all := slices.Concat(slices.Collect(maps.Values(events)), corrections)
	money, err := moneyOf(r, all)
	if err != nil {
		return nil, err
	}
	out := map[store.ID]quantity.Amount{}
	for i := range all {
		e := &all[i]
		of := e.ID
		if e.Corrects != "" {
			of = e.Corrects
		}
		for _, p := range e.Postings() {
			if !money[p.Resource] || p.Accounting == 0 {
				continue
			}
			sum, err := quantity.AddMicros(out[of].Micros, p.Accounting)
			if err != nil {
				return nil, err
			}
			out[of] = quantity.Micros(sum, e.ResourceQuantity.Unit)
		}
	}
	return out, nil
}

// moneyOf tells which records that events name are money.
func moneyOf(r store.Reader, events []vf.Event) (map[store.ID]bool, error) {
	var ids, kinds []store.ID
	for i := range events {
		for _, id := range []store.ID{events[i].ResourceInventoriedAs, events[i].ToResourceInventoriedAs} {
			if id != "" {
				ids = append(ids, id)
			}
		}
	}
	resources, err := vf.GetResources(r, ids)
	if err != nil {
		return nil, err
	}
	for _, x := range resources {
		kinds = append(kinds, x.ConformsTo)
	}
	specifications, err := vf.GetSpecifications(r, kinds)
	out := make(map[store.ID]bool, len(resources))
	for id, x := range resources {
		out[id] = specifications[x.ConformsTo].MediumOfExchange
	}
	return out, err
}
