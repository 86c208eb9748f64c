package vf

import (
	"embed"

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
// resources and records events, in the act's transaction. An act opens one
// ledger, first thing, and journals its Changes last: a second one would not
// see what the first still holds in memory, and a ledger opened after the act
// has written cannot remember for later acts what it looked up.
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
	out, err := l.recordAll([]Event{creating(e, r.ID)}, []Resource{r})
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

// Records returns records as they stand, after what this ledger did so far, by
// identifier; one that does not exist is not among them. Records that acts
// touched lately cost no query.
func (l *Ledger) Records(ids ...store.ID) (map[store.ID]Resource, error) {
	if l.broken != nil {
		return nil, l.broken
	}
	if err := l.loadRecords(l.missing(ids)); err != nil {
		return nil, err
	}
	out := make(map[store.ID]Resource, len(ids))
	for _, i := range ids {
		if r := l.book.records[i]; r != nil {
			out[i] = *r
		}
	}
	return out, nil
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
