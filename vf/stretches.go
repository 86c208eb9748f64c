package vf

import (
	"strings"

	"commonweal/platform/auth"
	"commonweal/platform/store"
)

// maxSealed is how many private texts one entry of the journal commits to: each
// takes about 120 bytes of what an entry may hold.
const maxSealed = 400

// journalMany appends the records of an act with many events: as few as hold
// the commitments to its private texts. Each can be replayed behind the one
// before it, because a record stands with the event that creates it.
func journalMany(tx *store.Tx, act string, who auth.Identity, l *Ledger) error {
	if len(l.sealed) <= maxSealed {
		return Journal(tx, act, who, l)
	}
	for _, part := range l.stretches() {
		if err := Journal(tx, act, who, part); err != nil {
			return err
		}
	}
	return nil
}

// stretches parts the changes of a ledger between its events. What was written
// before them stands in the first part, what was after them in the last.
func (l *Ledger) stretches() (parts []*Ledger) {
	created, private := map[store.ID]Resource{}, l.sealedBy()
	for _, r := range l.changes.Resources {
		created[r.ID] = r
	}
	part := &Ledger{changes: l.changes, sealed: map[string]string{}}
	part.changes.Resources, part.changes.Events, part.changes.Finished, part.changes.Described = nil, nil, nil, nil
	take := func(id store.ID) {
		for _, field := range private[id] {
			part.sealed[field] = l.sealed[field]
		}
		delete(private, id)
	}
	for _, e := range l.changes.Events {
		if len(part.sealed)+2 > maxSealed {
			parts, part = append(parts, part), &Ledger{sealed: map[string]string{}}
		}
		part.changes.Events = append(part.changes.Events, e)
		take(e.ID)
		for _, id := range [...]store.ID{e.ResourceInventoriedAs, e.ToResourceInventoriedAs} {
			if r, is := created[id]; is {
				part.changes.Resources = append(part.changes.Resources, r)
				delete(created, id)
				take(id)
			}
		}
	}
	part.changes.Finished, part.changes.Described = l.changes.Finished, l.changes.Described
	for id := range private { // of what reactions added
		take(id)
	}
	return append(parts, part)
}

// sealedBy lists the names of private texts by what they belong to.
func (l *Ledger) sealedBy() map[store.ID][]string {
	out := map[store.ID][]string{}
	for name := range l.sealed { // "event/ID/note"
		_, rest, _ := strings.Cut(name, "/")
		id, _, _ := strings.Cut(rest, "/")
		out[store.ID(id)] = append(out[store.ID(id)], name)
	}
	return out
}
