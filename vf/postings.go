package vf

import "commonweal/platform/store"

// Posting is what one event adds to one record, in millionths of its unit.
type Posting struct {
	Resource   store.ID
	Accounting int64
	Onhand     int64
}

// part is one row of the table at work between two records: the event's own
// row, or the one it implies. Either record may be absent ("").
type part struct {
	row      *Row
	from, to store.ID
}

// parts expands an event into the rows that act. When provider and receiver
// differ and a receiving record is named, an input first passes the resource
// on and then acts on the receiving record; an output first acts on the
// resource and then passes it on. Applying both rows to one record would
// count the quantity twice.
func (e *Event) parts() (p [2]part, n int) {
	row, x, y := e.Action.row(), e.ResourceInventoriedAs, e.ToResourceInventoriedAs
	own := part{row, x, y}
	if !e.passesOn() || x == y {
		p[0] = own
		return p, 1
	}
	implied := part{row.Implies.row(), x, y}
	if row.InputOutput == Input {
		return [2]part{implied, {row, y, ""}}, 2
	}
	return [2]part{{row, x, ""}, implied}, 2
}

// passesOn reports whether the event implies a transfer between two agents
// into a receiving record.
func (e *Event) passesOn() bool { return e.implies() && e.ToResourceInventoriedAs != "" }

// implies reports whether the event stands for a transfer too: its action
// implies one, and provider and receiver differ.
func (e *Event) implies() bool {
	return e.Provider != e.Receiver && e.Action.row().Implies != ""
}

// Postings returns what the event adds to each record it names. It depends on
// the event alone, so balances can be recomputed from events and nothing else.
func (e *Event) Postings() []Posting {
	if e.ResourceQuantity == nil || !e.Action.row().ChangesQuantity() {
		return nil
	}
	q := e.ResourceQuantity.Micros
	var list []Posting
	add := func(id store.ID, acc, onh int64) {
		if id == "" || (acc == 0 && onh == 0) {
			return
		}
		for i := range list {
			if list[i].Resource == id {
				list[i].Accounting += acc * q
				list[i].Onhand += onh * q
				return
			}
		}
		list = append(list, Posting{id, acc * q, onh * q})
	}
	parts, n := e.parts()
	for _, p := range parts[:n] {
		accFrom, accTo := p.row.AccountingEffect.signs()
		onhFrom, onhTo := p.row.OnhandEffect.signs()
		add(p.from, accFrom, onhFrom)
		add(p.to, accTo, onhTo)
	}
	return list
}
