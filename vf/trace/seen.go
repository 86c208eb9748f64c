package trace

import "slices"

// seen numbers the nodes that a walk has come to. It is an array over all
// nodes there could be, used by one walk after the other: what an earlier walk
// wrote carries its generation and does not count.
type seen struct {
	generation uint32
	slots      []slot
}

type slot struct{ generation, number uint32 }

// begin starts a walk over so many possible nodes.
func (s *seen) begin(nodes int) {
	if s.generation++; s.generation == 0 { // after four billion walks
		clear(s.slots)
		s.generation = 1
	}
	if len(s.slots) < nodes {
		s.slots = slices.Grow(s.slots, nodes-len(s.slots))
		s.slots = s.slots[:cap(s.slots)]
	}
}

// number returns the number of a node, if it has one in this walk.
func (s *seen) number(at int) (int, bool) {
	x := s.slots[at]
	return int(x.number), x.generation == s.generation
}

func (s *seen) set(at, number int) { s.slots[at] = slot{s.generation, uint32(number)} }

// nodes is how many nodes there could be: events, processes, a stock for each
// side of each event, and what each record held before any.
func (g *Graph) nodes() int { return 3*len(g.events) + len(g.process) + len(g.record) }

// place is where a node stands among all that could be.
func (g *Graph) place(x node) int {
	events := len(g.events)
	switch x.kind {
	case EventNode:
		return int(x.n)
	case ProcessNode:
		return 3*events + int(x.n)
	}
	s := g.settle(x.n)[x.i]
	if s.event == none {
		return 3*events + len(g.process) + int(x.n)
	}
	if g.events[s.event].from == x.n {
		return events + 2*int(s.event)
	}
	return events + 2*int(s.event) + 1
}
