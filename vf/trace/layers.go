package trace

import "slices"

// layers is how the stocks of a record lie one behind the other, since an
// inflow has queued behind what was there. What is drawn comes from the oldest.
type layers struct {
	since int                  // the place of that inflow in the chain
	lying []portion            // what is there, the oldest first
	last  uint32               // the latest stock
	drawn map[int][]portion    // by the place of an event in the chain
	taken map[uint32][]taking  // by stock
	rests map[uint32][]portion // by stock: what it was mixed with
	left  map[uint32]int64     // by stock: how much of it was mixed into a later one
}

// portion is how much of a stock goes somewhere.
type portion struct {
	stock  uint32
	amount int64
}

// taking is how much an event, by its place in the chain, takes of a stock.
type taking struct {
	place  int
	amount int64
}

// newLayers returns the layers of a record whose latest stock holds so much.
func newLayers(since int, last uint32, holds int64) *layers {
	l := &layers{since: since, last: last, drawn: map[int][]portion{}, taken: map[uint32][]taking{}, rests: map[uint32][]portion{}, left: map[uint32]int64{}}
	if holds > 0 {
		l.lying = []portion{{last, holds}}
	}
	return l
}

// come lets a stock begin with an amount: behind what lies there, or mixed
// with all of it. It returns how much it was mixed with.
func (l *layers) come(stock uint32, amount int64, queues bool) (before int64) {
	if !queues {
		for _, p := range l.lying {
			l.left[p.stock] = p.amount
			before += p.amount
		}
		l.rests[stock], l.lying = l.lying, nil
	}
	if amount += before; amount > 0 {
		l.lying = append(l.lying, portion{stock, amount})
	}
	l.last = stock
	return before
}

// draw takes an amount from the oldest layers. An event that takes nothing may
// have been about any of what lies there.
func (l *layers) draw(place int, amount int64) {
	if amount == 0 && len(l.lying) > 0 {
		l.drawn[place] = slices.Clone(l.lying)
		return
	}
	l.drawn[place] = l.from(amount)
	for i, p := range l.drawn[place] {
		if i < len(l.lying) {
			l.taken[p.stock] = append(l.taken[p.stock], taking{place, min(p.amount, l.lying[i].amount)})
		}
	}
	l.take(amount)
}

// from returns where an amount would be drawn from. What there is too little
// of is asked of the last layer, or of the latest stock when nothing lies there.
func (l *layers) from(amount int64) (out []portion) {
	for _, p := range l.lying {
		p.amount = min(p.amount, amount)
		if out = append(out, p); amount == p.amount {
			return out
		}
		amount -= p.amount
	}
	if len(out) == 0 {
		return []portion{{l.last, amount}}
	}
	out[len(out)-1].amount += amount
	return out
}

// take takes an amount off the oldest layers.
func (l *layers) take(amount int64) {
	for len(l.lying) > 0 && amount >= l.lying[0].amount {
		amount -= l.lying[0].amount
		l.lying = l.lying[1:]
	}
	if len(l.lying) > 0 {
		l.lying[0].amount -= amount
	}
}

// takenAt returns how much the event at a place took of a stock.
func (l *layers) takenAt(stock uint32, place int) int64 {
	taken := l.taken[stock] // by place
	n, found := slices.BinarySearchFunc(taken, place, func(t taking, place int) int { return t.place - place })
	if !found {
		return 0
	}
	return taken[n].amount
}

// less takes an amount off the last of several portions: what came late was
// asked of that one.
func less(portions []portion, amount int64) []portion {
	if amount == 0 || len(portions) < 2 {
		return portions
	}
	portions = slices.Clone(portions)
	portions[len(portions)-1].amount -= amount
	return portions
}
