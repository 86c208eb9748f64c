package vf

import (
	"time"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// Correction says what to add to an event's quantities, usually less than zero.
type Correction struct {
	ResourceQuantity *Amount
	EffortQuantity   *Amount
	Note             string    // why; private
	ActsUnder        store.ID  // by which relationship somebody corrects for the provider
	At               time.Time // when it was found; zero means now
}

// Correct records an event that changes the quantities of an earlier one by
// the amounts given. It repeats everything else of the original.
func (l *Ledger) Correct(originalID store.ID, by Correction) (Event, error) {
	e, err := l.correction(originalID)
	if err != nil {
		return Event{}, err
	}
	e.ResourceQuantity, e.EffortQuantity = by.ResourceQuantity, by.EffortQuantity
	return l.Record(e.noted(by))
}

// Reverse takes back all that is left of an event.
func (l *Ledger) Reverse(originalID store.ID, note string) (Event, error) {
	return l.takeBack(originalID, Correction{Note: note})
}

// takeBack is Correct by all that is left.
func (l *Ledger) takeBack(originalID store.ID, by Correction) (Event, error) {
	if _, err := l.correction(originalID); err != nil {
		return Event{}, err
	}
	o := l.book.originals[originalID]
	by.ResourceQuantity, by.EffortQuantity = minus(o.Event.ResourceQuantity, o.Quantity), minus(o.Event.EffortQuantity, o.Effort)
	return l.Correct(originalID, by)
}

// ReverseAll takes back all that is left of many events, in the order given, in
// one step: the last thing that happened comes first. What nothing is left of
// stays as it is.
func (l *Ledger) ReverseAll(originals []store.ID, note string) ([]Event, error) {
	if err := l.loadOriginals(originals); err != nil {
		return nil, err
	}
	var back []Event
	for _, id := range originals {
		e, err := l.correction(id)
		if err != nil {
			return nil, err
		}
		o := l.book.originals[id]
		if o.Quantity == 0 && o.Effort == 0 {
			continue
		}
		e.ResourceQuantity, e.EffortQuantity = minus(o.Event.ResourceQuantity, o.Quantity), minus(o.Event.EffortQuantity, o.Effort)
		back = append(back, e.noted(Correction{Note: note}))
	}
	if len(back) == 0 {
		return nil, nil
	}
	return l.RecordAll(back)
}

// correction is the event that corrects another one, without its quantities.
func (l *Ledger) correction(i store.ID) (Event, error) {
	if l.broken != nil {
		return Event{}, l.broken
	}
	if l.book.originals[i] == nil {
		if err := l.loadOriginals([]store.ID{i}); err != nil {
			return Event{}, err
		}
	}
	o := l.book.originals[i]
	if o == nil {
		return Event{}, fault.NotFoundf("vf.unknown_event", "corrects", "there is no event %q in this commons", clip(string(i)))
	}
	e := o.Event
	return Event{
		Action: e.Action, Provider: e.Provider, Receiver: e.Receiver, InputOf: e.InputOf, OutputOf: e.OutputOf,
		ResourceInventoriedAs: e.ResourceInventoriedAs, ToResourceInventoriedAs: e.ToResourceInventoriedAs,
		ResourceConformsTo: e.ResourceConformsTo, ClassifiedAs: e.ClassifiedAs,
		RealizationOf: e.RealizationOf, ReciprocalRealizationOf: e.ReciprocalRealizationOf, InScopeOf: e.InScopeOf, Corrects: e.ID,
	}, nil
}

func (e Event) noted(c Correction) Event {
	e.Note, e.HasPointInTime, e.ActsUnder = c.Note, c.At, c.ActsUnder
	return e
}

func minus(like *Amount, left int64) *Amount {
	if like == nil {
		return nil
	}
	return &Amount{Micros: -left, Unit: like.Unit}
}
