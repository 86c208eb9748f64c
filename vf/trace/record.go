package trace

import "slices"

// record is the chain of a record, its events by position, and the stocks that
// follow from it.
type record struct {
	chain    []link
	contents []uint32 // PutsIn events whose container it is
	stocks   []stock
	late     lates
	layers   *layers // since an inflow has queued behind what was there; nil before
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

// stock is what a record holds from one inflow to the next, where the inflow
// mixed with what was there; where it queued behind it, the inflow alone.
type stock struct {
	at     int    // place in the chain of the inflow; -1 before any
	event  uint32 // the inflow; none before any
	node   uint32 // its number
	before int64  // what was there when it came, and mixed with it; never below zero
	inflow int64
	lent   int64 // of the inflow: what had been drawn already when it was recorded
}

// size is what of a stock can be drawn.
func (k stock) size() int64 { return k.before + k.inflow - k.lent }

// settle computes the stocks of a record from its chain.
func (g *Graph) settle(r uint32) {
	rec := &g.record[r]
	rec.physical = slices.ContainsFunc(rec.chain, func(l link) bool { return g.change(l, true) != 0 })
	rec.stocks, rec.late, rec.balance = append(rec.stocks[:0], stock{at: -1, event: none}), lates{}, 0
	rec.layers = nil
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
	rec.draw(i, max(-d, 0), !l.to && g.draws(l.event))
	if d > 0 {
		rec.come(i, d, &g.events[l.event], l.event)
	}
	if rec.balance += d; d < 0 && rec.balance < 0 && !l.to && g.draws(l.event) {
		rec.late.owe(l.event, g.events[l.event].at, min(-d, -rec.balance))
	}
}

// draw takes from the layers, if there are any; a drawing is noted.
func (rec *record) draw(place int, amount int64, drawing bool) {
	switch {
	case rec.layers == nil:
	case drawing:
		rec.layers.draw(place, amount)
	default:
		rec.layers.take(amount)
	}
}

// come begins a stock with an inflow: of what covers earlier drawings, the
// rest, mixed with what is there or behind it.
func (rec *record) come(place int, amount int64, e *event, n uint32) {
	k := stock{at: place, event: n, before: max(rec.balance, 0), inflow: amount}
	if rec.balance < 0 {
		k.lent = rec.late.cover(n, e.at, min(amount, -rec.balance))
	}
	last := uint32(len(rec.stocks)) - 1
	if e.queues && rec.layers == nil {
		rec.layers = newLayers(place, last, rec.balance)
	}
	if rec.layers != nil {
		k.before = rec.layers.come(last+1, amount+min(rec.balance, 0), e.queues)
	}
	rec.stocks = append(rec.stocks, k)
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

// stockAt returns the latest stock of a record that began before a place of its chain.
func (rec *record) stockAt(place int) uint32 {
	stocks := rec.stocks
	low, high := 0, len(stocks)-1
	for low < high {
		middle := (low + high + 1) / 2
		if stocks[middle].at < place {
			low = middle
		} else {
			high = middle - 1
		}
	}
	return uint32(low)
}

// drawnAt returns the stocks that an event at a place of the chain draws from,
// with how much of each: of a mix the latest, whatever the amount.
func (rec *record) drawnAt(place int) []portion {
	if rec.layers != nil && place >= rec.layers.since {
		return rec.layers.drawn[place]
	}
	return []portion{{stock: rec.stockAt(place), amount: 1}}
}

// restsOf returns what earlier stocks a stock was mixed with, and how much of each.
func (rec *record) restsOf(i uint32) []portion {
	switch k := rec.stocks[i]; {
	case rec.layers != nil && k.at >= rec.layers.since:
		return rec.layers.rests[i]
	case k.before > 0:
		return []portion{{i - 1, k.before}}
	}
	return nil
}

// leftOf returns how much of a stock was mixed into a later one.
func (rec *record) leftOf(i uint32) int64 {
	if rec.layers != nil {
		if left, mixed := rec.layers.left[i]; mixed {
			return left
		}
	}
	if next := int(i) + 1; next < len(rec.stocks) && (rec.layers == nil || rec.stocks[next].at < rec.layers.since) {
		return rec.stocks[next].before
	}
	return 0
}

// takenBy returns how much of a stock an event took.
func (rec *record) takenBy(i uint32, e *event) int64 {
	if place := int(e.fromPlace); rec.layers != nil && place >= rec.layers.since {
		return rec.layers.takenAt(i, place)
	}
	return max(-min(e.onhand[0], 0), -min(e.accounted[0], 0))
}

// heldIn returns the stocks that an amount of the record would be drawn from
// now (zero: all it holds), with how much of each.
func (rec *record) heldIn(amount int64) []portion {
	if amount == 0 {
		amount = max(rec.balance, 0)
	}
	if rec.layers != nil {
		return rec.layers.from(amount)
	}
	return []portion{{uint32(len(rec.stocks) - 1), amount}}
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
