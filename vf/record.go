package vf

import (
	"fmt"
	"slices"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// recordAll records the events, some of which create records. The book moves
// on event by event; the database is written once, at the end.
func (l *Ledger) recordAll(events []Event, created []Resource) ([]Event, error) {
	if l.broken != nil {
		return nil, l.broken
	}
	created = slices.Clone(created)
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
	if err := l.loadNamed(created); err != nil {
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

// loadNamed loads what new records name.
func (l *Ledger) loadNamed(created []Resource) error {
	var w want
	l.known.mu.RLock()
	for i := range created {
		w.specs = l.wantSpec(w.specs, created[i].ConformsTo)
		w.entities = append(w.entities, created[i].OfBatchLot)
	}
	l.known.mu.RUnlock()
	if err := l.loadFacts(w); err != nil {
		return err
	}
	return l.loadEntities(w.entities)
}

// batch is what a stretch of events has done to the book and not to the database.
type batch struct {
	records map[store.ID]*Resource
	order   []store.ID
	flows   map[*Flow]bool
	lists   []Listing
	kept    int
}

// run applies the events to the book, one after the other.
func (l *Ledger) run(events []Event, done *batch) ([]Event, error) {
	if err := l.load(events); err != nil {
		return nil, err
	}
	out := make([]Event, len(events))
	for i, e := range events {
		effects, err := l.apply(e)
		if err != nil {
			return nil, at(i, len(events), err)
		}
		l.keep(effects, done)
		out[i] = effects.Event
	}
	return out, nil
}

// apply says what an event comes to, and changes nothing.
func (l *Ledger) apply(e Event) (*Effects, error) {
	if e.ID != "" {
		return nil, fault.Invalidf("vf.identifier", "id", "the event says it is %s; events get their identifiers here, leave it empty", clip(string(e.ID)))
	}
	var err error
	if e.ID, err = eventID(l.tx.Now(), l.events, l.tx.NewID()); err != nil {
		return nil, err
	}
	l.events++
	effects, err := Apply(l.book, e.normal(l.tx.Now()))
	if err != nil {
		return nil, l.explain(err, &e)
	}
	for _, h := range l.hooks {
		if h.Refuse == nil {
			continue
		}
		if err := h.Refuse(l.tx, effects.Event, effects.Records); err != nil {
			return nil, err
		}
	}
	return effects, nil
}

// keep makes the effects of an event part of the book, to be written later.
func (l *Ledger) keep(effects *Effects, done *batch) {
	l.book.Keep(effects)
	done.add(effects)
	l.warnings = append(l.warnings, effects.Warnings...)
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
	b.lists = append(b.lists, f.Listings...)
}

// write appends the events and writes each touched record and flow once.
func (l *Ledger) write(events []Event, done *batch) error {
	for _, i := range done.order {
		if err := records.Put(l.tx, *done.records[i]); err != nil {
			return err
		}
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
	if err := l.writeListings(done.lists); err != nil {
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
