package circulation

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
)

// recipe draws networks as trade makes them: a few members owe and are owed
// much, amounts have heavy tails.
type recipe struct {
	nodes, arcs int
	skew        float64 // of the rank of both ends: 0 is uniform
	upward      float64 // the share of arcs that go from lower to higher numbers only: those seldom clear
	seed        uint64
}

func (g recipe) network() Network {
	r := rand.New(rand.NewPCG(g.seed, 1))
	label := r.Perm(g.nodes)
	pick := func() int {
		x := r.Float64()
		return min(int(float64(g.nodes)*math.Pow(x, 1+g.skew)), g.nodes-1)
	}
	n := Network{Nodes: g.nodes}
	for len(n.Arcs) < g.arcs {
		u, v := pick(), pick()
		if r.IntN(3) > 0 { // creditors are others than debtors
			v = (v*7919 + 13) % g.nodes
		}
		u, v = label[u], label[v]
		if u == v {
			continue
		}
		if u > v && r.Float64() < g.upward {
			u, v = v, u
		}
		amount := int64(100 * math.Pow(1-r.Float64(), -0.9))
		n.Arcs = append(n.Arcs, Arc{min(amount, 1e12), int32(u), int32(v), 1})
	}
	slices.SortFunc(n.Arcs, func(a, b Arc) int { return cmp.Or(cmp.Compare(a.Tail, b.Tail), cmp.Compare(a.Head, b.Head)) })
	merged := n.Arcs[:0]
	for _, a := range n.Arcs {
		if k := len(merged) - 1; k >= 0 && merged[k].Tail == a.Tail && merged[k].Head == a.Head {
			merged[k].Upper += a.Upper
			continue
		}
		merged = append(merged, a)
	}
	n.Arcs = merged
	return n
}
