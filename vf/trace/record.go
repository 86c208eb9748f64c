package trace

import "slices"

// record is the chain of a record, its events by position, and the stocks that
// follow from it.
type record struct {
	chain    []link
	contents []uint32 // PutsIn events whose container it is
	stocks   []stock
	late     lates
	// physical says that the stocks are of what is on hand; those of a record
	// in which nothing was ever on hand are of what the accounts say.
	physical bool
	balance  int64 // at the end of the chain
}

// link is one event in the chain of a record: from its own side or as receiver.
type link struct {
	event uint32
	to    bool
}

// stock is what a record holds from one inflow to the next.
type stock struct {
	at     int    // place in the chain of the inflow; -1 before any
	event  uint32 // the inflow; none before any
	node   uint32 // its number
	before int64  // what was there when it came; never below zero
	inflow int64
}

// settle computes the stocks of a record from its chain.
func (g *Graph) settle(r uint32) {
	rec := &g.record[r]
	rec.physical = slices.ContainsFunc(rec.chain, func(l link) bool { return g.change(l, true) != 0 })
	rec.stocks, rec.late, rec.balance = append(rec.stocks[:0], stock{at: -1, event: none}), lates{}, 0
	for i := range rec.chain {
		g.settleLink(rec, i)
	}
}

// settleLink goes on by one event of the chain.
func (g *Graph) settleLink(rec *record, i int) {
	l := rec.chain[i]
	if !g.there(l.event) {
		return
	}
	d := g.change(l, rec.physical)
	if d > 0 {
		rec.stocks = append(rec.stocks, stock{at: i, event: l.event, before: max(rec.balance, 0), inflow: d})
	}
	if d > 0 && rec.balance < 0 {
		rec.late.cover(l.event, g.events[l.event].at, min(d, -rec.balance))
	}
	if rec.balance += d; d < 0 && rec.balance < 0 && !l.to && g.draws(l.event) {
		rec.late.owe(l.event, g.events[l.event].at, min(-d, -rec.balance))
	}
}

// change is what an event changes of a record.
func (g *Graph) change(l link, physical bool) int64 {
	side := 0
	if l.to {
		side = 1
	}
	x := &g.events[l.event]
	if x.from == x.to { // one record on both sides
		if physical {
			return x.onhand[0] + x.onhand[1]
		}
		return x.accounted[0] + x.accounted[1]
	}
	if physical {
		return x.onhand[side]
	}
	return x.accounted[side]
}

// stockAt returns which stock of a record an event at a place of its chain draws from.
func (g *Graph) stockAt(r uint32, place int) int {
	stocks := g.record[r].stocks
	low, high := 0, len(stocks)-1
	for low < high {
		middle := (low + high + 1) / 2
		if stocks[middle].at < place {
			low = middle
		} else {
			high = middle - 1
		}
	}
	return low
}

// History returns the events of a record by its chain, newest first, at most so
// many behind the event from (zero: the newest of all); back: the oldest first,
// those in front of it.
func (g *Graph) History(r, from ID, limit int, back bool) (out []ID) {
	n, there := g.records.number[r]
	if !there {
		return nil
	}
	chain := g.record[n].chain
	begin, end := 0, len(chain)
	if e, there := g.byID[from]; there {
		for end > 0 && chain[end-1].event >= e {
			end--
		}
		for begin < len(chain) && chain[begin].event <= e {
			begin++
		}
	}
	if back {
		for i := begin; i < len(chain) && len(out) < limit; i++ {
			out = append(out, g.events[chain[i].event].id)
		}
		return out
	}
	for i := end - 1; i >= 0 && len(out) < limit; i-- {
		out = append(out, g.events[chain[i].event].id)
	}
	return out
}
