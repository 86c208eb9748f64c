package vf

import (
	"embed"
	"fmt"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

//go:embed schema/*.sql
var files embed.FS

// Schema is the tables of the core.
var Schema = store.Schema{Room: "vf", Files: files}

// Hooks is the socket of the core: what other rooms have to say about an
// event. The assembly fills it and gives it to every room that records events.
type Hooks struct {
	// Refuse is asked before an event is kept, with the event and the records
	// it touches as they would stand afterwards; an error refuses the event.
	Refuse func(tx *store.Tx, e Event, after []*Resource) error
	// React may record further events in the same transaction.
	React func(l *Ledger, e Event) error
}

// Ledger is the core as one act sees it: it adds agents, processes and
// resources and records events, in the act's transaction. Open it first thing
// in the act, and journal its Changes last.
//
// A refusal changes nothing, so an act may try the next event after one. What
// fails for another reason makes the whole act fail.
type Ledger struct {
	tx       *store.Tx
	hooks    []Hooks
	known    *facts
	learned  *facts
	book     *Book
	changes  Changes
	sealed   map[string]string
	warnings []Warning
	broken   error
	events   int // recorded or tried by this ledger
}

// Open opens the ledger of the act's commons.
func Open(tx *store.Tx, hooks ...Hooks) *Ledger {
	l := &Ledger{tx: tx, hooks: hooks, book: NewBook()}
	l.known, l.broken = known.Get(tx)
	return l
}

// Changes returns everything done on this ledger so far, without what is
// private; the act journals it under "vf".
func (l *Ledger) Changes() Changes { return l.changes }

// Sealed returns the private texts that go with Changes, by the names under
// which the journal commits to them: "agent/ID/name", "event/ID/note". It is
// nil when there are none.
func (l *Ledger) Sealed() map[string]string { return l.sealed }

// Warnings returns what was unusual about the events recorded so far.
func (l *Ledger) Warnings() []Warning { return l.warnings }

func (l *Ledger) seal(kind string, i store.ID, field, text string) {
	if text == "" {
		return
	}
	if l.sealed == nil {
		l.sealed = map[string]string{}
	}
	l.sealed[kind+"/"+string(i)+"/"+field] = text
}

// give returns the identifier, or a fresh one when it is empty.
func (l *Ledger) give(field string, i store.ID) (store.ID, error) {
	if i == "" {
		return l.tx.NewID(), nil
	}
	if _, ok := store.ParseID(string(i)); !ok {
		return "", fault.Invalidf("vf.identifier", field, "%q is no identifier; leave it empty and one is made", clip(string(i)))
	}
	return i, nil
}

// Record records one event and returns it as it is stored: with its
// identifier, the time of recording, its links in the chains, its stage and
// its pair. It needs no query when it names no inventoried resource and what
// it names was seen before.
func (l *Ledger) Record(e Event) (Event, error) {
	out, err := l.recordAll([]Event{e}, nil)
	if err != nil {
		return Event{}, err
	}
	return out[0], nil
}

// RecordNew records an event that creates the record r: the receiving record
// where the action says optionalTo, else the resource itself. r says what the
// event does not: name, note, specification, classifications, tracking
// identifier, lot. Its quantities, place and agents come from the event.
func (l *Ledger) RecordNew(e Event, r Resource) (Event, Resource, error) {
	if r.ID == "" {
		r.ID = l.tx.NewID()
	} else if err := l.unused(r.ID); err != nil {
		return Event{}, Resource{}, err
	}
	if row := e.Action.row(); row != nil && row.CreateResource == OptionalTo {
		e.ToResourceInventoriedAs = r.ID
	} else {
		e.ResourceInventoriedAs = r.ID
	}
	out, err := l.recordAll([]Event{e}, []Resource{r})
	if err != nil {
		return Event{}, Resource{}, err
	}
	return out[0], *l.book.records[r.ID], nil
}

// RecordAll records events in order, or none of them: it loads what they need
// with one query per kind of thing and writes each record they touch once. An
// error names the event by its place in the list.
func (l *Ledger) RecordAll(events []Event) ([]Event, error) { return l.recordAll(events, nil) }

// RecordAllNew is RecordAll for events that create records: every record of
// the list is named, by its identifier, by an event that creates it.
func (l *Ledger) RecordAllNew(events []Event, created []Resource) ([]Event, error) {
	ids := make([]store.ID, len(created))
	for i := range created {
		ids[i] = created[i].ID
	}
	if err := l.unused(ids...); err != nil {
		return nil, err
	}
	return l.recordAll(events, created)
}

// unused checks the identifiers of new records and loads what has them
// already, so that announcing such a record is refused.
func (l *Ledger) unused(ids ...store.ID) error {
	for _, i := range ids {
		if _, ok := store.ParseID(string(i)); !ok {
			return fault.Invalidf("vf.identifier", "resource.id", "%q is no identifier; the event names the new record by it", clip(string(i)))
		}
	}
	return l.loadRecords(l.missing(ids))
}

func (l *Ledger) recordAll(events []Event, created []Resource) ([]Event, error) {
	if l.broken != nil {
		return nil, l.broken
	}
	if err := l.announce(created); err != nil {
		return nil, err
	}
	batch := &batch{records: map[store.ID]*Resource{}, flows: map[*Flow]bool{}}
	out, err := l.run(events, batch)
	if err == nil {
		err = l.book.unborn(created)
	}
	if err != nil {
		for i := range created {
			l.book.forget(created[i].ID)
		}
		if batch.kept > 0 || fault.As(err) == nil { // the book has moved on: nothing may follow
			l.broken = err
		}
		return nil, err
	}
	if err := l.write(out, batch); err != nil {
		l.broken = err
		return nil, err
	}
	l.note(out, created)
	return l.react(out)
}

// announce makes the records known that the events create.
func (l *Ledger) announce(created []Resource) error {
	var w want
	l.known.mu.RLock()
	for i := range created {
		w.specs = l.wantSpec(w.specs, created[i].ConformsTo)
	}
	l.known.mu.RUnlock()
	if err := l.loadFacts(w); err != nil {
		return err
	}
	for i := range created {
		created[i].ClassifiedAs = set(created[i].ClassifiedAs)
		if err := l.book.announce(created[i]); err != nil {
			for _, r := range created[:i] {
				l.book.forget(r.ID)
			}
			return err
		}
	}
	return nil
}

// batch is what a stretch of events has done to the book and not to the database.
type batch struct {
	records map[store.ID]*Resource
	order   []store.ID
	flows   map[*Flow]bool
	kept    int
}

// run applies the events to the book, one after the other.
func (l *Ledger) run(events []Event, done *batch) ([]Event, error) {
	if err := l.load(events); err != nil {
		return nil, err
	}
	out := make([]Event, len(events))
	for i, e := range events {
		var err error
		if e.ID != "" {
			return nil, at(i, len(events), fault.Invalidf("vf.identifier", "id", "the event says it is %s; events get their identifiers here, leave it empty", clip(string(e.ID))))
		}
		if e.ID, err = eventID(l.tx.Now(), l.events, l.tx.NewID()); err != nil {
			return nil, err
		}
		l.events++
		effects, err := Apply(l.book, e.normal(l.tx.Now()))
		if err != nil {
			return nil, at(i, len(events), l.explain(err, &e))
		}
		for _, h := range l.hooks {
			if h.Refuse == nil {
				continue
			}
			if err := h.Refuse(l.tx, effects.Event, effects.Records); err != nil {
				return nil, at(i, len(events), err)
			}
		}
		l.book.Keep(effects)
		done.add(effects)
		l.warnings = append(l.warnings, effects.Warnings...)
		out[i] = effects.Event
	}
	return out, nil
}

// at names the event in a list; a single event needs no number.
func at(i, n int, err error) error {
	if n == 1 {
		return err
	}
	return fmt.Errorf("event %d of %d: %w", i+1, n, err)
}

func (b *batch) add(f *Effects) {
	b.kept++
	for _, r := range f.Records {
		if b.records[r.ID] == nil {
			b.order = append(b.order, r.ID)
		}
		b.records[r.ID] = r
	}
	for _, w := range f.Flows {
		b.flows[w] = true
	}
}

// write appends the events and writes each touched record and flow once.
func (l *Ledger) write(events []Event, done *batch) error {
	records := make([]*Resource, 0, len(done.order))
	for _, i := range done.order {
		records = append(records, done.records[i])
	}
	if err := write(l.tx, writeResource, resourceRow, records); err != nil {
		return err
	}
	var flows []*Flow
	for w := range done.flows {
		if l.book.flow(w.Process, w.Resource, w.Action) == w { // the last word on this flow
			flows = append(flows, w)
		}
	}
	if err := write(l.tx, writeFlow, flowRow, flows); err != nil {
		return err
	}
	for i := range events {
		if err := appendEvent(l.tx, &events[i]); err != nil {
			return err
		}
	}
	return nil
}

// note adds the events and what they created to the changes.
func (l *Ledger) note(events []Event, created []Resource) {
	for _, r := range created {
		l.seal("resource", r.ID, "note", r.Note)
		r.Note = ""
		l.changes.Resources = append(l.changes.Resources, r)
	}
	for _, e := range events {
		l.seal("event", e.ID, "note", e.Note)
		e.Note = ""
		l.changes.Events = append(l.changes.Events, e)
	}
}

// react lets other rooms record what follows from the events.
func (l *Ledger) react(events []Event) ([]Event, error) {
	for _, h := range l.hooks {
		if h.React == nil {
			continue
		}
		for _, e := range events {
			if err := h.React(l, e); err != nil {
				l.broken = err
				return nil, err
			}
		}
	}
	return events, nil
}
