package circulation

import (
	"context"
	"math"
)

// simplex finds a circulation of least cost by the network simplex method of
// Dantzig, with strongly feasible trees (Cunningham, "A network simplex
// method", 1976), which cannot go round in circles, and the block search for
// entering arcs (Grigoriadis, "An efficient implementation of the network
// simplex method", 1986).
//
// It needs no artificial arcs: the circulation begins empty and the component
// is strongly connected, so the ways to the root along arcs make a tree in
// which every node can send something up. Nor does it add amounts up, so any
// that fit 64 bits are exact.
type simplex struct {
	*residual
	tree
	price  []int64 // by node, in units of cost: tree arcs have the reduced cost zero
	cursor int
	block  int
	tail   []int32 // by arc
	pivots int
}

func newSimplex(r *residual) *simplex {
	r.empty()
	n := r.nodes()
	s := &simplex{residual: r, tree: newTree(n), price: make([]int64, n), tail: make([]int32, len(r.head))}
	for a, b := range r.back {
		s.tail[a] = r.head[b]
	}
	s.block = max(int(math.Sqrt(float64(len(r.head)))), 10)
	s.grow(r.busiest())
	return s
}

// empty takes all flow back.
func (r *residual) empty() {
	for _, a := range r.place {
		r.send(a, -r.left[r.back[a]])
	}
}

// busiest is the first node of the most arcs: the hub, where there is one.
func (r *residual) busiest() (best int32) {
	for u := range int32(r.nodes()) {
		if r.first[u+1]-r.first[u] > r.first[best+1]-r.first[best] {
			best = u
		}
	}
	return best
}

// grow makes the first tree: from the root against the arcs, nearest first.
func (s *simplex) grow(root int32) {
	reached := []int32{root}
	s.up[root] = -1
	for at := 0; at < len(reached); at++ {
		v := reached[at]
		for a := s.first[v]; a < s.first[v+1]; a++ {
			u, arc := s.head[a], s.back[a]
			if u == root || s.up[u] >= 0 || s.left[arc] == 0 {
				continue
			}
			s.hang(u, v, arc)
			s.depth[u] = s.depth[v] + 1
			s.price[u] = s.price[v] - int64(s.cost[arc])
			reached = append(reached, u)
		}
	}
}

// solve pivots until no arc that can carry more has a negative reduced cost.
func (s *simplex) solve(ctx context.Context) error {
	for {
		entering := s.entering()
		if entering < 0 {
			return nil
		}
		if s.pivots++; s.pivots%4096 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		s.pivot(entering)
	}
}

func (s *simplex) reduced(a int32) int64 {
	return int64(s.cost[a]) + s.price[s.tail[a]] - s.price[s.head[a]]
}

// entering is the arc of the lowest reduced cost in the next block that has one
// below zero; -1 when no block has.
func (s *simplex) entering() int32 {
	best, least := int32(-1), int64(0)
	for seen := 0; seen < len(s.head); {
		for range s.block {
			a := int32(s.cursor)
			if s.cursor++; s.cursor == len(s.head) {
				s.cursor = 0
			}
			if s.left[a] > 0 {
				if c := s.reduced(a); c < least {
					best, least = a, c
				}
			}
		}
		if seen += s.block; best >= 0 {
			return best
		}
	}
	return -1
}

// pivot sends what fits round the circle that an arc closes with the tree, and
// lets it take the place of the tree arc that is full.
func (s *simplex) pivot(e int32) {
	u, v := s.tail[e], s.head[e]
	c := s.reduced(e)
	join := s.meet(u, v)
	amount, leaving, below := s.blocking(e, u, v, join)
	if amount > 0 {
		s.send(e, amount)
		for x := v; x != join; x = s.parent[x] {
			s.send(s.up[x], amount)
		}
		for x := u; x != join; x = s.parent[x] {
			s.send(s.back[s.up[x]], amount)
		}
	}
	switch {
	case leaving < 0: // the arc itself is full: the tree stays
	case below:
		s.rehang(leaving, u, v, e, s.back)
		s.shift(u, -c)
	default:
		s.rehang(leaving, v, u, s.back[e], s.back)
		s.shift(v, c)
	}
}

// blocking finds what fits round the circle, and the node whose tree arc is the
// last of the full ones as seen from the join in the direction of the flow: the
// choice that keeps the tree strongly feasible. leaving is -1 when that is the
// entering arc; below says that it is on the side of the entering arc's tail.
func (s *simplex) blocking(e, u, v, join int32) (amount int64, leaving int32, below bool) {
	amount, leaving = s.left[e], -1
	for x := u; x != join; x = s.parent[x] {
		if can := s.left[s.back[s.up[x]]]; can < amount {
			amount, leaving, below = can, x, true
		}
	}
	for x := v; x != join; x = s.parent[x] {
		if can := s.left[s.up[x]]; can <= amount {
			amount, leaving, below = can, x, false
		}
	}
	return amount, leaving, below
}

// shift moves the prices of a subtree, and counts its depths again.
func (s *simplex) shift(root int32, by int64) {
	for x := root; x >= 0; x = s.following(x, root) {
		s.price[x] += by
		s.depth[x] = s.depth[s.parent[x]] + 1
	}
}
