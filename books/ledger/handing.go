package ledger

import (
	"commonweal/platform/store"
	"commonweal/vf"
)

// place is where an event stands in the log.
type place struct {
	log int64
	n   int32
}

// before reports whether the event stands before another one.
func (p place) before(o place) bool { return p.log < o.log || p.log == o.log && p.n < o.n }

// handing is the moment in which a record changed hands with all it held.
type handing struct {
	event      key      // that did it, or whose correction did
	at         place    // of the event
	from       store.ID // who was accountable until then
	lost, gain pair     // the accounts of who gave and of who got it
	first      int64    // what came along when it was recorded
	came       int64    // the same, as corrected since
}

// pass hands a record to whom is now accountable for it, with all it holds.
func (l *Ledger) pass(id, owner store.ID, e *vf.Event, c class, at place) {
	was, known := l.resources[id]
	if !known || was.owner == owner {
		return
	}
	r := was
	r.owner = owner
	l.handOver(id, owner, handing{event: keyOf(e.ID), at: at, lost: l.pairOf(was, e, c, -was.held), gain: l.pairOf(r, e, c, was.held)})
}

// handOver makes somebody accountable for a record. h says by what and on
// which accounts; nothing comes along of a record that was nobody's.
func (l *Ledger) handOver(id, owner store.ID, h handing) {
	r := l.resources[id]
	h.from, h.first, h.came = r.owner, r.held, r.held
	r.owner = owner
	l.resources[id] = r
	if h.from != "" {
		l.handings[id] = append(l.handings[id], h)
		l.comeAlong(id, h, h.came)
	}
}

// comeAlong appends the postings of what a record takes along to who gets it.
func (l *Ledger) comeAlong(id store.ID, h handing, micros int64) {
	if micros != 0 {
		unit := l.resources[id].unit
		h.lost.put(l, unit, -micros)
		h.gain.put(l, unit, micros)
	}
}

// ownerAt returns who was accountable for a record after the event at a place.
func (l *Ledger) ownerAt(id store.ID, at place) store.ID {
	for _, h := range l.handings[id] {
		if at.before(h.at) {
			return h.from
		}
	}
	return l.resources[id].owner
}

// records are those that an event names, each once.
func records(e *vf.Event) []store.ID {
	from, to := e.ResourceInventoriedAs, e.ToResourceInventoriedAs
	if from == to {
		return []store.ID{from}
	}
	return []store.ID{from, to}
}
