package ledger

import (
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// A correction does three things, so that the books stand as if the original
// had been recorded with what is left of it:
//
//   - it takes the original's own effect from the accounts that the original was
//     entered on;
//   - it follows the records: where one was handed over later, that much less came
//     along, for everybody who has had it since;
//   - when nothing is left of an original that handed over a record in place, it
//     hands the record back with all it holds by now, as package vf does.

// original returns what an event corrects: its row, or -1 when it has no
// entry, and its place; known is false for what is no correction.
func (l *Ledger) original(e *vf.Event) (row int32, at place, known bool) {
	if e.Corrects == "" {
		return -1, at, false
	}
	of := keyOf(e.Corrects)
	if i, entered := l.byEvent[of]; entered {
		return i, place{l.rows[i].log, l.rows[i].n}, true
	}
	at, known = l.silent[of]
	return -1, at, known
}

// correct appends the postings of a correction that stands at a place, of an
// original that stood at another.
func (l *Ledger) correct(e *vf.Event, c class, original int32, was, at place) {
	if original >= 0 {
		l.takeOwn(e, original)
	} else {
		l.enterOwn(e, c, was)
	}
	for _, p := range e.Postings() {
		if _, known := l.resources[p.Resource]; known && p.Accounting != 0 {
			l.add(p.Resource, p.Accounting, e)
			l.follow(p.Resource, p.Accounting, was)
		}
	}
	if l.undone(e) {
		l.handBack(e, at)
	}
}

// takeOwn appends what a correction changes of the original's own effect, on
// its accounts. Each posting of that is the original's quantity or the
// negation, so nothing is rounded; what came along with a record is no part of it.
func (l *Ledger) takeOwn(e *vf.Event, original int32) {
	for _, p := range l.postingsOf(original) {
		l.put(l.accounts.list[p.account], l.units.list[p.unit], p.micros)
	}
	for _, id := range records(e) {
		for _, h := range l.handings[id] {
			if h.event == l.rows[original].event {
				l.comeAlong(id, h, -h.first)
			}
		}
	}
	for i := l.opened; i < len(l.postings); i++ {
		p := &l.postings[i]
		switch change := l.changeOn(p.account, e); {
		case p.micros > 0:
			p.micros = change
		case p.micros < 0:
			p.micros = -change
		}
	}
}

// changeOn is how much a correction changes what the original entered on an account.
func (l *Ledger) changeOn(account uint32, e *vf.Event) int64 {
	change := e.ResourceQuantity
	if a := l.accounts.list[account]; e.EffortQuantity != nil && (a == Hours || a == Contributed || a == Contributions) {
		change = e.EffortQuantity
	}
	if change == nil {
		return 0
	}
	return change.Micros
}

// enterOwn appends the own effect of a correction whose original has no entry,
// on the accounts of who was accountable then.
func (l *Ledger) enterOwn(e *vf.Event, c class, was place) {
	for _, p := range e.Postings() {
		if r, known := l.resources[p.Resource]; known && p.Accounting != 0 {
			r.owner, r.unit = l.ownerAt(p.Resource, was), e.ResourceQuantity.Unit
			l.enter(r, p.Accounting, e, c)
		}
	}
}

// follow takes what a correction adds to a record along to everybody whom the
// record was handed to after the original.
func (l *Ledger) follow(id store.ID, micros int64, was place) {
	list := l.handings[id]
	for i := range list {
		if was.before(list[i].at) {
			sum, err := quantity.AddMicros(list[i].came, micros)
			list[i].came, l.overflowed = sum, l.overflowed || err != nil
			l.comeAlong(id, list[i], micros)
		}
	}
}

// undone notes what a correction leaves of an event that has one record on
// both sides, and reports whether nothing is left and the receiver is still
// accountable for a record that such an event hands over.
func (l *Ledger) undone(e *vf.Event) bool {
	left, shared := l.shared[keyOf(e.Corrects)]
	if !shared || e.ResourceQuantity == nil {
		return false
	}
	left += e.ResourceQuantity.Micros
	l.shared[keyOf(e.Corrects)] = left
	row, _ := e.Action.Row()
	hands := row.AccountableEffect == vf.UpdateTo || row.Implies == vf.Transfer
	return left == 0 && hands && e.Provider != e.Receiver && l.resources[e.ResourceInventoriedAs].owner == e.Receiver
}

// handBack returns a record to the provider of the event that handed it over, by
// the accounts of that event where it did; what changed no hands gives nothing back.
func (l *Ledger) handBack(e *vf.Event, at place) {
	id := e.ResourceInventoriedAs
	for _, h := range l.handings[id] {
		if h.event == keyOf(e.Corrects) && h.from == e.Provider {
			l.handOver(id, e.Provider, handing{event: keyOf(e.ID), at: at, lost: h.gain, gain: h.lost})
			return
		}
	}
}
