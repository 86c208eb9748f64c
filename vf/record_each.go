package vf

import (
	"slices"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// RecordEach records every event that can be recorded, in order, and says of
// each of the others why not: a refused event changes nothing, and what comes
// after it is judged as if it had not been there. A record that an event
// creates may be named by the events behind it.
//
// The lists it returns are as long as the list it gets. Like RecordAll it loads
// what all need with one query per kind of thing and writes each record once.
// The last error is none of the events'; the act must fail.
func (l *Ledger) RecordEach(list []Recording) ([]Done, []*fault.Error, error) {
	if l.broken != nil {
		return nil, nil, l.broken
	}
	list = slices.Clone(list)
	refused := make([]*fault.Error, len(list))
	if err := l.expect(list, refused); err != nil {
		return nil, nil, err
	}
	done, batch := make([]Done, len(list)), &batch{records: map[store.ID]*Resource{}, flows: map[*Flow]bool{}}
	var events []Event
	var created []Resource
	for i := range list {
		if refused[i] != nil {
			continue
		}
		effects, err := l.applyNew(list[i])
		if f := fault.As(err); f != nil {
			refused[i] = f
			continue
		} else if err != nil {
			l.broken = err
			return nil, nil, err
		}
		l.keep(effects, batch)
		done[i].ID = effects.Event.ID
		events = append(events, effects.Event)
		if list[i].New != nil {
			done[i].Resource = list[i].New.ID
			created = append(created, *list[i].New)
		}
	}
	if err := l.write(events, batch); err != nil {
		l.broken = err
		return nil, nil, err
	}
	l.note(events, created)
	_, err := l.react(events)
	return done, refused, err
}

// expect names the records that the events create and loads what the events need.
func (l *Ledger) expect(list []Recording, refused []*fault.Error) error {
	events, fresh := make([]Event, len(list)), []Resource{}
	var ids []store.ID
	for i := range list {
		r := &list[i]
		if r.New != nil {
			r.New = ownRecord(r.New)
			if r.New.ID == "" {
				r.New.ID = l.tx.NewID()
			} else if _, ok := store.ParseID(string(r.New.ID)); !ok {
				refused[i] = fault.Invalidf("vf.identifier", "resource.id", "%q is no identifier; the event names the new record by it", clip(string(r.New.ID)))
				continue
			}
			r.Event = creating(r.Event, r.New.ID)
			ids, fresh = append(ids, r.New.ID), append(fresh, *r.New)
		}
		events[i] = r.Event
	}
	if err := l.loadRecords(l.missing(ids)); err != nil {
		return err
	}
	if err := l.loadNamed(fresh); err != nil {
		return err
	}
	return l.load(events)
}

// ownRecord is a copy, so that what is recorded stays the caller's.
func ownRecord(r *Resource) *Resource {
	own := *r
	own.ClassifiedAs = set(own.ClassifiedAs)
	return &own
}

// creating is the event with the record that it creates in the place for it:
// the receiving record where the action says optionalTo, else the resource itself.
func creating(e Event, record store.ID) Event {
	if row := e.Action.row(); row != nil && row.CreateResource == OptionalTo {
		e.ToResourceInventoriedAs = record
	} else {
		e.ResourceInventoriedAs = record
	}
	return e
}

// applyNew is apply for an event that may create a record; refused, it leaves
// no trace of the record.
func (l *Ledger) applyNew(r Recording) (*Effects, error) {
	if r.New == nil {
		return l.apply(r.Event)
	}
	if err := l.book.announce(*r.New); err != nil {
		return nil, err
	}
	effects, err := l.apply(r.Event)
	if err == nil && !slices.ContainsFunc(effects.Records, func(x *Resource) bool { return x.ID == r.New.ID }) {
		err = l.book.unborn([]Resource{*r.New})
	}
	if err != nil {
		l.book.forget(r.New.ID)
		return nil, err
	}
	return effects, nil
}
