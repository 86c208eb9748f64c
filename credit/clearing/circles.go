package clearing

import (
	"iter"
	"slices"
)

// Circle is a closed walk along which one amount is set off.
type Circle struct {
	Amount int64
	// Nodes are the debtors on the way: each owes the next, and the last owes
	// the first. Below len(Members) a member of the problem, above a hub.
	Nodes []int32
}

// Name is who a node of a circle is: a member or a hub.
func (p *Problem) Name(node int32) string {
	if n := int32(len(p.Members)); node >= n {
		return p.Hubs[node-n]
	}
	return p.Members[node]
}

// Circles takes a result apart into circles that add up to it: the figure of a
// round. They are the same for the same problem and result; there are no more
// of them than there are pairs of members with a set-off, and uses of credit.
func Circles(p *Problem, r *Result) iter.Seq[Circle] {
	return func(yield func(Circle) bool) {
		g := newGraph(newCanon(p))
		newWalk(g, g.amounts(r)).circles(yield)
	}
}

// amounts are what a result moves over the arcs.
func (g *graph) amounts(r *Result) []int64 {
	out := make([]int64, len(g.sources))
	for i, s := range g.sources {
		if s.use() != none {
			out[i] = *used(r.Credit, s)
			continue
		}
		for _, j := range g.order[s.from:s.to] {
			out[i] += r.SetOff[j]
		}
	}
	return out
}

// walk goes along arcs that have something left and takes out the circles it
// closes.
type walk struct {
	*graph
	left []int64 // by arc
	next []int32 // by node: the arc to try
	end  []int32
	on   []int32 // by node: 1 + its place on the path, 0 when it is not on it
	path []int32 // nodes
	arcs []int32 // by place on the path: the arc that leaves it
}

func newWalk(g *graph, left []int64) *walk {
	w := &walk{graph: g, left: left, next: make([]int32, g.Nodes), end: make([]int32, g.Nodes), on: make([]int32, g.Nodes)}
	for i := range g.Arcs {
		w.end[g.Arcs[i].Tail] = int32(i) + 1
	}
	for i, a := range slices.Backward(g.Arcs) {
		w.next[a.Tail] = int32(i)
	}
	return w
}

// circles walks from each node in turn until nothing leads on from it.
func (w *walk) circles(yield func(Circle) bool) {
	for u := range int32(w.Nodes) {
		w.enter(u)
		for len(w.path) > 0 {
			if c, closed := w.step(); closed && !yield(c) {
				return
			}
		}
	}
}

func (w *walk) enter(u int32) {
	w.path = append(w.path, u)
	w.on[u] = int32(len(w.path))
}

func (w *walk) leave() {
	w.on[w.path[len(w.path)-1]] = 0
	w.path = w.path[:len(w.path)-1]
	w.arcs = w.arcs[:max(len(w.path)-1, 0)]
}

// step goes one arc on, or one back from a dead end. A circle that it closes
// is taken out.
func (w *walk) step() (Circle, bool) {
	u := w.path[len(w.path)-1]
	for w.next[u] < w.end[u] && w.left[w.next[u]] == 0 {
		w.next[u]++
	}
	a := w.next[u]
	if a >= w.end[u] {
		if w.leave(); len(w.path) > 0 { // nothing that leads here leads on
			w.next[w.path[len(w.path)-1]]++
		}
		return Circle{}, false
	}
	v := w.Arcs[a].Head
	w.arcs = append(w.arcs, a)
	if w.on[v] == 0 {
		w.enter(v)
		return Circle{}, false
	}
	return w.take(int(w.on[v]) - 1), true
}

// take takes the circle out that begins at a place of the path, and goes back
// to where it began.
func (w *walk) take(from int) Circle {
	arcs := w.arcs[from:]
	c := Circle{Amount: w.left[arcs[0]], Nodes: make([]int32, len(arcs))}
	for _, a := range arcs {
		c.Amount = min(c.Amount, w.left[a])
	}
	for i, a := range arcs {
		w.left[a] -= c.Amount
		c.Nodes[i] = w.node(w.path[from+i])
	}
	for len(w.path) > from+1 {
		w.on[w.path[len(w.path)-1]] = 0
		w.path = w.path[:len(w.path)-1]
	}
	w.arcs = w.arcs[:from]
	return c
}

// node is a node as the problem counts it.
func (w *walk) node(node int32) int32 {
	if n := int32(len(w.rank)); node >= n {
		return n + w.hubs[node-n]
	}
	return w.members[node]
}
