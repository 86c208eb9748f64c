package vf

import (
	"slices"

	"github.com/google/uuid"

	"commonweal/platform/store"
	"commonweal/quantity"
)

// archive keeps what corrections need of every event of a replay in about a
// hundred bytes each, so that the journal of a large commons can be replayed
// in memory. Names are kept once and stand for numbers.
type archive struct {
	numbers map[store.ID]uint32
	names   []store.ID
	events  map[uuid.UUID]*archived
	pairs   map[uuid.UUID]store.ID // of the few events that have one
	divided map[uuid.UUID]divided  // of the few events that fulfill, satisfy or settle
}

// archived is one event: the fields that a correction must repeat, its units,
// and what corrections have left of its quantities.
type archived struct {
	names                  [archivedNames]uint32
	quantity, effort       int64
	hasQuantity, hasEffort bool
	opens                  bool // its record begins with it
}

func newArchive() *archive {
	return &archive{numbers: map[store.ID]uint32{"": 0}, names: []store.ID{""}, events: map[uuid.UUID]*archived{}, pairs: map[uuid.UUID]store.ID{}, divided: map[uuid.UUID]divided{}}
}

// divided is how an event was allocated, and what is left of that.
type divided struct {
	fulfills, satisfies, settles []Allocation
	left                         map[metKey]Met
}

// archivedNames is how many names an archived event has.
const archivedNames = 14

// named returns the places of the names in an event, always in the same order.
func named(e *Event, action, unit, effortUnit *store.ID) [archivedNames]*store.ID {
	return [archivedNames]*store.ID{action, unit, effortUnit, &e.Provider, &e.Receiver, &e.InputOf, &e.OutputOf,
		&e.ResourceInventoriedAs, &e.ToResourceInventoriedAs, &e.ResourceConformsTo, &e.RealizationOf, &e.InScopeOf, &e.Corrects, &e.ReciprocalRealizationOf}
}

// put keeps an event, or what a correction has left of one.
func (a *archive) put(o *Original) {
	e := o.Event
	action, unit, effortUnit := store.ID(e.Action), store.ID(""), store.ID("")
	x := &archived{quantity: o.Quantity, effort: o.Effort, hasQuantity: e.ResourceQuantity != nil, hasEffort: e.EffortQuantity != nil, opens: e.ChainPosition == 1}
	if x.hasQuantity {
		unit = store.ID(e.ResourceQuantity.Unit)
	}
	if x.hasEffort {
		effortUnit = store.ID(e.EffortQuantity.Unit)
	}
	for i, name := range named(&e, &action, &unit, &effortUnit) {
		x.names[i] = a.number(*name)
	}
	key := uuid.MustParse(string(e.ID)) // checked when the event was read
	a.events[key] = x
	if e.PairOf != "" {
		a.pairs[key] = e.PairOf
	}
	if e.allocates() {
		a.divided[key] = divided{e.Fulfills, e.Satisfies, e.Settles, o.Allocated}
	}
}

func (a *archive) number(name store.ID) uint32 {
	n, ok := a.numbers[name]
	if !ok {
		n = uint32(len(a.names))
		a.numbers[name], a.names = n, append(a.names, name)
	}
	return n
}

// get returns an event as put was given it, in the fields that are kept; nil
// when there is none.
func (a *archive) get(i store.ID) *Original {
	key, err := uuid.Parse(string(i))
	x := a.events[key]
	if err != nil || x == nil {
		return nil
	}
	o := &Original{Event: Event{ID: i, PairOf: a.pairs[key]}, Quantity: x.quantity, Effort: x.effort}
	if x.opens {
		o.Event.ChainPosition = 1
	}
	var action, unit, effortUnit store.ID
	for n, name := range named(&o.Event, &action, &unit, &effortUnit) {
		*name = a.names[x.names[n]]
	}
	o.Event.Action = Action(action)
	if d, ok := a.divided[key]; ok {
		o.Event.Fulfills, o.Event.Satisfies, o.Event.Settles, o.Allocated = d.fulfills, d.satisfies, d.settles, d.left
	}
	if x.hasQuantity {
		o.Event.ResourceQuantity = &Amount{Micros: x.quantity, Unit: quantity.Unit(unit)}
	}
	if x.hasEffort {
		o.Event.EffortQuantity = &Amount{Micros: x.effort, Unit: quantity.Unit(effortUnit)}
	}
	return o
}

// ids returns the identifiers of all events, in order.
func (a *archive) ids() []store.ID {
	ids := make([]store.ID, 0, len(a.events))
	for key := range a.events {
		ids = append(ids, store.ID(key.String()))
	}
	slices.Sort(ids)
	return ids
}
