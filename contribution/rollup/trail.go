package rollup

import (
	"math/big"
	"slices"
	"sync"
)

// trail is everything a walk did, for explaining it.
type trail struct {
	arrivals []arrival
	credits  []credit
	once     sync.Once         // builds what follows when first asked
	into     map[state][]int32 // arrivals at a state
	sums     map[state]rational
	of       map[int32][]int32 // credits of an event
}

type arrival struct {
	at, from state
	event    int32
	amount   rational
}

type credit struct {
	event  int32
	from   state
	amount rational
}

// Hop is one step from a delivery back to a contribution.
type Hop struct {
	Kind  string // "resource", "process" or "exchange"
	ID    string // resource, process or exchange
	Stage string // of a resource
	// Via is the event that led here, empty for the first hop.
	Via string
	// Amount is all that the walk brought here through Via: whole units of the
	// resource, or the part of the process or exchange.
	Amount *big.Rat
	// Served is true behind a use, a citation or a payment, where a resource is
	// not used up.
	Served bool
}

// Path is one way from a delivery to an event, and the part of the share that
// came along it.
type Path struct {
	Amount *big.Rat
	Hops   []Hop
}

// Paths explains the share of an event (its place in Flows.Events) by the ways
// in which the walk reached it, at most limit of them. The first follows the
// largest arrival at every step. When complete is true these are all, and they
// add up to the share; a graph can hold more ways than anybody can list.
func (w *Walk) Paths(event, limit int) (paths []Path, complete bool) {
	if _, ok := w.events[event]; !ok {
		return nil, true
	}
	w.trail.once.Do(w.trail.build)
	var stack []branch
	for _, c := range w.trail.of[int32(event)] {
		stack = append(stack, branch{at: w.trail.credits[c].from, amount: w.trail.credits[c].amount})
	}
	for len(stack) > 0 && len(paths) < limit {
		top := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if top.at == start {
			paths = append(paths, Path{Amount: inUnits(top.amount), Hops: w.hops(top)})
			continue
		}
		stack = w.trail.back(top, stack)
	}
	return paths, len(stack) == 0
}

// branch is a path under construction, from the event towards the delivery.
type branch struct {
	at     state
	amount rational // the part of the share on this branch
	tail   *step
}

type step struct {
	arrival int32
	next    *step
}

// hops writes a finished branch out, delivery first.
func (w *Walk) hops(b branch) []Hop {
	g := w.g
	var out []Hop
	for s := b.tail; s != nil; s = s.next {
		a := w.trail.arrivals[s.arrival]
		hop := Hop{Served: a.at.ch == served}
		if a.event != none {
			hop.Via = g.flows.Events[a.event].ID
		}
		switch i := int(a.at.v) - len(g.nodes); {
		case i < 0:
			n := g.nodes[a.at.v]
			hop.Kind, hop.ID, hop.Stage, hop.Amount = "resource", n.Resource, n.Stage, inUnits(a.amount)
		case i < len(g.flows.Processes):
			hop.Kind, hop.ID, hop.Amount = "process", g.flows.Processes[i].ID, a.amount.Rat()
		default:
			hop.Kind, hop.ID, hop.Amount = "exchange", g.flows.Exchanges[i-len(g.flows.Processes)].ID, a.amount.Rat()
		}
		out = append(out, hop)
	}
	return out
}

// back puts every way in which demand arrived at the state of a branch on the
// stack, the largest on top.
func (t *trail) back(b branch, stack []branch) []branch {
	arrivals := t.into[b.at]
	if len(arrivals) == 1 {
		return append(stack, branch{t.arrivals[arrivals[0]].from, b.amount, &step{arrivals[0], b.tail}})
	}
	first := len(stack)
	for _, i := range arrivals {
		portion := t.arrivals[i].amount.div(t.sums[b.at])
		stack = append(stack, branch{t.arrivals[i].from, b.amount.mul(portion), &step{i, b.tail}})
	}
	slices.SortStableFunc(stack[first:], func(x, y branch) int { return x.amount.cmp(y.amount) })
	return stack
}

// build indexes the trail.
func (t *trail) build() {
	t.into, t.sums, t.of = map[state][]int32{}, map[state]rational{}, map[int32][]int32{}
	for i, a := range t.arrivals {
		t.into[a.at] = append(t.into[a.at], int32(i))
		t.sums[a.at] = t.sums[a.at].add(a.amount)
	}
	for i, c := range t.credits {
		t.of[c.event] = append(t.of[c.event], int32(i))
	}
}
