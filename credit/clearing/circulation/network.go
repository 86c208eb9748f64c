package circulation

import (
	"math"

	"commonweal/platform/fault"
)

// MaxWorth bounds the worth of an arc, either way.
const MaxWorth = 1 << 30

// maxArcs keeps the indices of arcs and of their reverses in 31 bits.
const maxArcs = math.MaxInt32 / 2

// Arc carries from Tail to Head at most Upper; each unit is worth Worth.
type Arc struct {
	Upper      int64 // zero or more
	Tail, Head int32 // nodes, counted from 0; never the same
	Worth      int32
}

// Network is a directed multigraph. Its arcs stand in the order of their tails;
// the order within one tail is a preference: of equally good circulations the
// solvers tend to the earlier arcs.
type Network struct {
	Nodes int
	Arcs  []Arc
}

// Check refuses a network that no solver can read.
func (n Network) Check() error {
	if n.Nodes < 0 || n.Nodes >= math.MaxInt32 || len(n.Arcs) > maxArcs {
		return fault.Invalidf("clearing.size", "", "a network of %d nodes and %d arcs is too large: at most %d of either", n.Nodes, len(n.Arcs), maxArcs)
	}
	before := int32(0)
	for i, a := range n.Arcs {
		switch {
		case a.Tail < 0 || a.Head < 0 || int(a.Tail) >= n.Nodes || int(a.Head) >= n.Nodes || a.Tail == a.Head:
			return fault.Invalidf("clearing.arc", "", "arc %d goes from %d to %d; it must join two of the nodes 0 to %d", i, a.Tail, a.Head, n.Nodes-1)
		case a.Tail < before:
			return fault.Invalidf("clearing.arc_order", "", "arc %d begins at node %d, but the one before it at %d; arcs must stand in the order of their tails", i, a.Tail, before)
		case a.Upper < 0 || a.Worth > MaxWorth || a.Worth < -MaxWorth:
			return fault.Invalidf("clearing.arc_bounds", "", "arc %d carries %d, worth %d each; it must carry zero or more, worth at most %d", i, a.Upper, a.Worth, MaxWorth)
		}
		before = a.Tail
	}
	return nil
}

// offsets are where the arcs of each node begin, and where the last end.
func (n Network) offsets() []int32 {
	first := make([]int32, n.Nodes+1)
	for _, a := range n.Arcs {
		first[a.Tail+1]++
	}
	for u := range n.Nodes {
		first[u+1] += first[u]
	}
	return first
}

// Solution is a circulation of greatest worth and the proof that it is one.
type Solution struct {
	Flow  []int64 // by arc
	Price []int64 // by node: see Proven
	Parts []Part  // the strongly connected components of two nodes or more, largest first
}

// Part tells how one strongly connected component was solved.
type Part struct {
	Nodes  int    `json:"nodes"`
	Arcs   int    `json:"arcs"`
	Method Method `json:"method"`
	Rounds int    `json:"rounds"` // phases of scaling, or pivots of the simplex
}

// Proven reports whether prices prove that an arc carries the right flow: what
// is short of its upper bound must not gain, and what flows must not lose.
func Proven(worth, tail, head, flow, upper int64) bool {
	gain := worth + tail - head
	return (flow >= upper || gain <= 0) && (flow <= 0 || gain >= 0)
}
