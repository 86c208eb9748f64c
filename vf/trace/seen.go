package trace

import "slices"

// seen numbers the nodes that a walk has come to. It is an array over all
// nodes, used by one walk after the other: what an earlier walk wrote carries
// its generation and does not count.
type seen struct {
	generation uint32
	slots      []slot
}

type slot struct{ generation, number uint32 }

// begin starts a walk over so many nodes.
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

// number returns the number of a node in the answer, if it has one in this walk.
func (s *seen) number(at uint32) (int, bool) {
	x := s.slots[at]
	return int(x.number), x.generation == s.generation
}

func (s *seen) set(at uint32, number int) { s.slots[at] = slot{s.generation, uint32(number)} }

// marks is a set of nodes, a bit each.
type marks []uint64

// begin empties the set and makes room for so many nodes.
func (m *marks) begin(nodes int) {
	clear(*m)
	if words := (nodes + 63) / 64; len(*m) < words {
		*m = make(marks, words+words/8)
	}
}

// add adds a node and reports whether it was not there.
func (m marks) add(n uint32) bool {
	word, bit := &m[n/64], uint64(1)<<(n%64)
	if *word&bit != 0 {
		return false
	}
	*word |= bit
	return true
}
