package vf

import (
	"context"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// Many is recordings that are done in one act: bulk events.
type Many struct {
	List []Recording
	// Whole makes one refusal refuse all.
	Whole bool
	// Bad is what was found wrong with recordings before, by their place in
	// the list: they are not tried.
	Bad map[int]*fault.Error
	// Text is what the idempotency key stands for: a digest of what the list
	// was read from, which costs less than the list once more.
	Text string
}

// Outcome is what came of one recording of many: what it made, or why it was refused.
type Outcome struct {
	Done
	Refused *fault.Error `json:"refused,omitempty"`
}

// RecordMany records many events as one act. A
// refused one changes nothing, and the others stand, unless m.Whole: then
// nothing stands, and the error is the fault.List of all that is refused, the
// place of each in Line, from 1.
func (c *Core) RecordMany(ctx context.Context, who auth.Identity, key string, m Many) ([]Outcome, error) {
	if err := who.Must(Take); err != nil {
		return nil, err
	}
	return store.Write(ctx, c.Store, store.Command{Commons: who.Commons, Key: key, Ask: m.Text}, func(tx *store.Tx) ([]Outcome, error) {
		if err := who.In(tx); err != nil {
			return nil, err
		}
		l := Open(tx, c.Hooks...)
		out, err := l.recordMany(who, m)
		if err != nil || l.changes.Empty() {
			return out, err
		}
		return out, journalMany(tx, Recording{}.act(), who, l)
	})
}

func (l *Ledger) recordMany(who auth.Identity, m Many) ([]Outcome, error) {
	events := make([]Event, len(m.List))
	for i := range m.List {
		events[i] = m.List[i].Event
	}
	if err := l.loadRoles(events); err != nil {
		return nil, err
	}
	out, may, places := make([]Outcome, len(m.List)), make([]Recording, 0, len(m.List)), make([]int, 0, len(m.List))
	for i, r := range m.List {
		out[i].Refused = m.Bad[i]
		if out[i].Refused == nil {
			out[i].Refused = fault.As(who.Must(r.needs(who)))
		}
		if out[i].Refused == nil {
			out[i].Refused = fault.As(l.book.actsAs(who.Agent, r.Event.ActsUnder))
		}
		if out[i].Refused == nil {
			may, places = append(may, r), append(places, i)
		}
	}
	done, refused, err := l.RecordEach(may)
	if err != nil {
		return nil, err
	}
	for n, i := range places {
		out[i] = Outcome{done[n], refused[n]}
	}
	if !m.Whole {
		return out, nil
	}
	var bad fault.List
	for i := range out {
		if f := out[i].Refused; f != nil {
			bad = append(bad, f.AtLine(i+1))
		}
	}
	return out, bad.OrNil()
}
