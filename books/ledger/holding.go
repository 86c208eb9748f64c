package ledger

import (
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// resource is one record that events add to.
type resource struct {
	money bool
	owner store.ID // who is accountable for it
	held  int64    // accounting quantity
	unit  quantity.Unit
	name  string
	code  string
}

// ours reports whether an agent is the commons or one of its projects.
func (l *Ledger) ours(id store.ID) bool { return id == l.commons || l.agents[id].project }

// bookOf returns the account of what a record holds and the one against it. Of
// what is ours it stays open: a pot gains by income, a stock by what was done.
func (l *Ledger) bookOf(r resource) (holds, against Account) {
	switch {
	case r.money && r.owner == l.commons:
		return Bank, ""
	case r.money:
		return Bank, l.owed(r.owner)
	case l.ours(r.owner) || r.owner == "":
		return Account("Assets:Inventory:R" + r.code), ""
	}
	return Account("Assets:Entrusted:R" + r.code), Account("Liabilities:Entrusted:" + l.tail(r.owner))
}

// accountable returns who is accountable for the two records of an event after
// it, by the columns createResource and accountableEffect of the action table
// (www.valueflo.ws), with the transfers that an action implies.
func (l *Ledger) accountable(e *vf.Event) (x, y store.ID) {
	row, _ := e.Action.Row()
	from, to := e.ResourceInventoriedAs, e.ToResourceInventoriedAs
	passes := row.Implies == vf.Transfer && e.Provider != e.Receiver
	x, y = l.resources[from].owner, l.resources[to].owner
	if x == "" {
		x = e.Receiver
		if passes && to != "" && to != from {
			x = e.Provider // who made it, and then passed it on
		}
	}
	switch {
	case row.AccountableEffect == vf.UpdateTo || passes || y == "" && row.AccountableEffect == vf.New:
		y = e.Receiver
	case y == "" && from != "":
		y = x
	case y == "":
		y = e.Provider
	}
	switch {
	case from == to:
		x = y
	case passes && to == "" && row.InputOutput == vf.Output:
		x = e.Receiver
	}
	return x, y
}

// add counts what an event adds to a record.
func (l *Ledger) add(id store.ID, micros int64, e *vf.Event) {
	r := l.resources[id]
	r.unit = e.ResourceQuantity.Unit
	sum, err := quantity.AddMicros(r.held, micros)
	r.held, l.overflowed = sum, l.overflowed || err != nil
	l.resources[id] = r
}

// enter appends the two postings of what a record gains.
func (l *Ledger) enter(r resource, micros int64, e *vf.Event, c class) {
	l.pairOf(r, e, c, micros).put(l, r.unit, micros)
}

// pair is the account of what a record holds and the one against it.
type pair struct{ holds, against Account }

// pairOf returns the accounts of what a record gains or, below zero, loses in an event.
func (l *Ledger) pairOf(r resource, e *vf.Event, c class, gained int64) pair {
	holds, against := l.bookOf(r)
	switch {
	case against != "":
	case r.money:
		against = l.counter(e, c, gained)
	default:
		against = Account("Equity:Inventory:" + part(string(e.Action)))
	}
	return pair{holds, against}
}

// put appends the two postings.
func (p pair) put(l *Ledger, unit quantity.Unit, micros int64) {
	l.put(p.holds, unit, micros)
	l.put(p.against, unit, -micros)
}

// Stock returns what an account of stock is called, and what kind of thing it
// holds; nothing for an account that is none.
func (l *Ledger) Stock(a Account) (name, kind string) { return l.stocks[a].name, l.stocks[a].kind }

// stock is a record of things in words.
type stock struct{ name, kind string }
