package vf

import (
	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// Book holds the part of a commons that a stretch of events looks at: agents,
// specifications, processes, records, and what processes hold of them. Apply
// reads it, Keep changes it. The ledger fills one from the database for an
// act; a Replay grows one from the journal.
type Book struct {
	agents    map[store.ID]bool
	specs     map[store.ID]*ResourceSpecification
	stages    map[store.ID]bool
	processes map[store.ID]*Process
	records   map[store.ID]*Resource
	fresh     map[store.ID]bool              // records whose first event is still to come
	inside    map[store.ID]map[store.ID]bool // container → what lies directly in it
	flows     map[store.ID]map[flowKey]*Flow // process → what it holds
	originals map[store.ID]*Original         // events that may be corrected
	archive   *archive                       // of a replay: all events, kept small, in place of originals
	entities  map[store.ID]Entity
	met       map[metKey]Met // of commitments, intents and claims
}

// NewBook returns an empty book.
func NewBook() *Book {
	return &Book{
		agents:    map[store.ID]bool{},
		specs:     map[store.ID]*ResourceSpecification{},
		stages:    map[store.ID]bool{},
		processes: map[store.ID]*Process{},
		records:   map[store.ID]*Resource{},
		fresh:     map[store.ID]bool{},
		inside:    map[store.ID]map[store.ID]bool{},
		flows:     map[store.ID]map[flowKey]*Flow{},
		originals: map[store.ID]*Original{},
		entities:  map[store.ID]Entity{},
		met:       map[metKey]Met{},
	}
}

// Flow is what a process holds of a record by one action: the sum of the
// halves of a pair, what was combined, what came out.
type Flow struct {
	Process  store.ID
	Resource store.ID
	Action   Action
	Event    store.ID // the latest event of the flow
	By       store.ID // its receiver
	Micros   int64    // the sum, corrections included
	// Container is where a combine put the record ("" while it waits for an
	// output), or where a separate took it from.
	Container store.ID
	// Combined is, of a separate, how much had gone in. The flow of a separate
	// is about the latest one: the record may go in and out again.
	Combined int64
}

type flowKey struct {
	resource store.ID
	action   Action
}

// Original is an event with what corrections have left of its quantities.
type Original struct {
	Event    Event
	Quantity int64
	Effort   int64
	// Allocated is what is left of its allocations; nil when it has none.
	Allocated map[metKey]Met
}

// Effects is what an event does: the event as it is to be stored, and every
// record and flow it touches as they stand afterwards.
type Effects struct {
	Event    Event
	Records  []*Resource
	Flows    []*Flow
	Listings []Listing
	Original *Original // of a correction
	Warnings []Warning
}

// Warning is something unusual that is recorded all the same.
type Warning struct {
	Event   store.ID `json:"event"`
	Code    string   `json:"code"`
	Field   string   `json:"field,omitempty"`
	Message string   `json:"message"`
}

// Keep makes the effects of an event part of the book.
func (b *Book) Keep(f *Effects) {
	for _, r := range f.Records {
		if old := b.records[r.ID]; old != nil && old.ContainedIn != r.ContainedIn {
			delete(b.inside[old.ContainedIn], r.ID)
		}
		b.putRecord(r)
		delete(b.fresh, r.ID)
	}
	for _, w := range f.Flows {
		b.putFlow(w)
	}
	if f.Original != nil {
		b.putOriginal(f.Original)
	}
	for _, l := range f.Event.allocations() {
		b.meet(l.property, *l.list, 1)
	}
}

// original returns an event that may be corrected with what is left of it, or nil.
func (b *Book) original(i store.ID) *Original {
	if b.archive != nil {
		return b.archive.get(i)
	}
	return b.originals[i]
}

func (b *Book) putOriginal(o *Original) {
	if b.archive != nil {
		b.archive.put(o)
		return
	}
	b.originals[o.Event.ID] = o
}

// announce makes a record known that the next events create. It may say what
// it is; what it holds, where, and whose it is comes from the event.
func (b *Book) announce(r Resource) error {
	if b.records[r.ID] != nil {
		return fault.Conflictf("vf.resource_exists", "resource.id", "there is a record %s already", r.ID)
	}
	if err := r.check(b); err != nil {
		return err
	}
	b.records[r.ID], b.fresh[r.ID] = &r, true
	return nil
}

// unborn refuses announced records that no event has created.
func (b *Book) unborn(created []Resource) error {
	for _, r := range created {
		if b.fresh[r.ID] {
			return withoutEvent(r.ID)
		}
	}
	return nil
}

// forget takes back an announcement.
func (b *Book) forget(i store.ID) {
	if b.fresh[i] {
		delete(b.records, i)
		delete(b.fresh, i)
	}
}

// putRecord adds or replaces a record.
func (b *Book) putRecord(r *Resource) {
	b.records[r.ID] = r
	if r.ContainedIn == "" {
		return
	}
	if b.inside[r.ContainedIn] == nil {
		b.inside[r.ContainedIn] = map[store.ID]bool{}
	}
	b.inside[r.ContainedIn][r.ID] = true
}

func (b *Book) putFlow(w *Flow) {
	if b.flows[w.Process] == nil {
		b.flows[w.Process] = map[flowKey]*Flow{}
	}
	b.flows[w.Process][flowKey{w.Resource, w.Action}] = w
}

// flow returns what the process holds of the record by the action, or nil.
func (b *Book) flow(process, resource store.ID, a Action) *Flow {
	return b.flows[process][flowKey{resource, a}]
}

// policy returns the policy that governs a record: that of its specification.
func (b *Book) policy(r *Resource) Policy {
	if s := b.specs[r.ConformsTo]; s != nil {
		return s.Policy
	}
	return Policy{}
}

// resolve refuses an event that names something the book does not know.
func (b *Book) resolve(e *Event) error {
	for _, a := range [...]struct {
		field string
		id    store.ID
	}{{"provider", e.Provider}, {"receiver", e.Receiver}, {"inScopeOf", e.InScopeOf}} {
		if a.id != "" && !b.agents[a.id] {
			return unknown("agent", a.field, a.id)
		}
	}
	for _, p := range [...]struct {
		field string
		id    store.ID
	}{{"inputOf", e.InputOf}, {"outputOf", e.OutputOf}} {
		if p.id != "" && b.processes[p.id] == nil {
			return unknown("process", p.field, p.id)
		}
	}
	if e.ResourceConformsTo != "" && b.specs[e.ResourceConformsTo] == nil {
		return unknown("specification", "resourceConformsTo", e.ResourceConformsTo)
	}
	for _, r := range [...]struct {
		field string
		id    store.ID
	}{{"resourceInventoriedAs", e.ResourceInventoriedAs}, {"toResourceInventoriedAs", e.ToResourceInventoriedAs}} {
		if r.id != "" && b.records[r.id] == nil {
			return unknown("resource", r.field, r.id)
		}
	}
	if e.Corrects != "" && b.original(e.Corrects) == nil {
		return unknown("event", "corrects", e.Corrects)
	}
	for _, n := range e.entities() {
		if n.ID != "" && !b.has(n.Kind, n.ID) {
			return unknown(words[n.Kind], n.Property, n.ID)
		}
	}
	return nil
}

func withoutEvent(record store.ID) error {
	return fault.Invalidf("vf.record_without_event", "resource.id", "no event creates the record %s; a record comes into being by an event", record)
}

func unknown(what, field string, id store.ID) error {
	return fault.Invalidf("vf.unknown_"+what, field, "there is no %s %q in this commons", what, clip(string(id)))
}
