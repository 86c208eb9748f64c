package vf

import (
	"fmt"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// written replays what was written of entities after n events of the act.
func (r *Replay) written(list []Written, n int) error {
	for _, w := range list {
		if w.After != n {
			continue
		}
		if err := r.write(w); err != nil {
			return fmt.Errorf("%s: %w", w.Type, err)
		}
	}
	return nil
}

func (r *Replay) write(w Written) error {
	b := r.book
	if w.Deleted != "" {
		e := b.entities[w.Deleted]
		if e == nil || e.Kind() != w.Type {
			return unknown(words[w.Type], "deleted", w.Deleted)
		}
		if r.users[w.Deleted] > 0 {
			return inUse(e)
		}
		r.use(e, -1)
		b.drop(e)
		return nil
	}
	e, err := decodeEntity(w.Type, w.Value)
	if err != nil {
		return err
	}
	h := e.head()
	if _, ok := store.ParseID(string(h.ID)); !ok {
		return fault.Invalidf("vf.identifier", "id", "%q is no identifier", clip(string(h.ID)))
	}
	before := b.entities[h.ID]
	was := int64(0)
	if before != nil {
		was = before.head().Revision
	}
	if (before != nil && before.Kind() != w.Type) || h.Revision != was+1 {
		return fault.Conflictf("vf.revision", "revision", "revision %d of %s follows revision %d", h.Revision, h.ID, was)
	}
	if err := b.put(e, before); err != nil {
		return err
	}
	if before != nil {
		r.use(before, -1)
	}
	r.use(e, 1)
	return nil
}

// use counts what an entity names.
func (r *Replay) use(e Entity, by int) {
	for _, x := range links(e) {
		r.count(x.ID, by)
	}
}

func (r *Replay) count(i store.ID, by int) {
	if i != "" {
		r.users[i] += by
	}
}

// useEvent counts the entities that an event names.
func (r *Replay) useEvent(e *Event) {
	r.count(e.ToLocation, 1)
	r.count(e.RealizationOf, 1)
	r.count(e.ReciprocalRealizationOf, 1)
	r.count(e.ActsUnder, 1)
	for _, l := range e.allocations() {
		for _, x := range *l.list {
			r.count(x.Target, 1)
		}
	}
}

// Entities returns every entity by its identifier, as the acts so far leave it,
// without what is private. The map is the caller's.
func (r *Replay) Entities() map[store.ID]Entity {
	out := make(map[store.ID]Entity, len(r.book.entities))
	for i, e := range r.book.entities {
		out[i] = e
	}
	return out
}
