package circulation

import (
	"context"
	"math"
	"slices"
)

// The constants of the scaling. They decide time, and of equally good answers
// which one is found; they are part of the version of the solver.
const (
	looseness   = 8  // the first epsilon is the dearest cost divided by this
	stride      = 16 // each epsilon divided by the next
	longestWalk = 4  // arcs of a partial augmentation
	patience    = 4  // how far the proof may lower a price
)

// scaling finds a circulation of least cost by cost scaling: Goldberg and
// Tarjan ("Finding minimum-cost circulations by successive approximation",
// 1990), with the partial augmentations and global price updates of Goldberg
// ("The partial augment-relabel algorithm for the maximum flow problem", 2008,
// and "An efficient implementation of a scaling minimum-cost flow algorithm",
// 1997).
//
// Costs are multiplied by scale. A circulation is loose by epsilon when no arc
// that can carry more has a reduced cost below -epsilon; once it is loose by
// one while costs are multiplied by more than the number of nodes, every circle
// that would still gain would have to be longer than there are nodes, so none
// is left. Circles of debts are short, and the proof is usually found long
// before: it is tried after every phase.
type scaling struct {
	*residual
	scale   int64
	epsilon int64
	price   []int64 // by node, multiplied by scale
	excess  []int64 // by node: what arrived more than left
	next    []int32 // by node: the arc to look at first; those before it cannot be used
	waiting queue   // nodes with an excess
	search  levels

	relabels int // since the last global update
	phases   int
}

// canScale reports whether cost scaling has the room it needs: what could lie
// at any node must fit its excess.
func canScale(r *residual) bool {
	const most = math.MaxInt64 / 2
	for u := range r.nodes() {
		in, out := uint64(0), uint64(0)
		for a := r.first[u]; a < r.first[u+1] && max(in, out) <= most; a++ {
			out += uint64(r.left[a])
			in += uint64(r.left[r.back[a]])
		}
		if max(in, out) > most {
			return false
		}
	}
	return true
}

// scaleFor is the factor that costs are multiplied by: more than the number of
// nodes, or as large as prices in 64 bits allow.
func scaleFor(nodes, dearest int64) int64 {
	const room = math.MaxInt64 / 16 // a price falls by less than four times nodes · dearest · scale
	return min(nodes+1, room/max(dearest, 1)/nodes)
}

func newScaling(r *residual, start []int64) *scaling {
	n := r.nodes()
	s := &scaling{residual: r, price: make([]int64, n), excess: make([]int64, n), next: make([]int32, n), waiting: newQueue(n), search: newLevels(n)}
	s.scale = scaleFor(int64(n), r.dearest())
	s.begin(start)
	return s
}

// begin takes up prices, such as those of the last round. They count from the
// lowest, and for no more than the longest way could cost, so that they fit.
func (s *scaling) begin(start []int64) {
	s.epsilon = max(s.dearest()*s.scale/looseness, 1)
	if start == nil {
		return
	}
	s.epsilon = max(s.epsilon/stride, 1) // whoever knows prices needs no rough phase
	lowest, most := slices.Min(start), int64(s.nodes())*s.dearest()
	for u, p := range start {
		s.price[u] = int64(min(uint64(p)-uint64(lowest), uint64(most))) * s.scale
	}
}

// solve returns the prices that prove the circulation, in units of cost; nil
// when it cannot: then the graph was too large to scale its costs far enough.
func (s *scaling) solve(ctx context.Context) ([]int64, error) {
	for ; ; s.epsilon = max(s.epsilon/stride, 1) {
		s.phases++
		if err := s.phase(ctx); err != nil {
			return nil, err
		}
		if exact := s.prove(); exact != nil || s.epsilon == 1 {
			return exact, nil
		}
	}
}

// phase makes the circulation loose by no more than epsilon.
func (s *scaling) phase(ctx context.Context) error {
	s.saturate()
	s.relabels = 0
	s.globalUpdate()
	for !s.waiting.empty() {
		u := s.waiting.pop()
		for s.excess[u] > 0 {
			s.augment(u)
			if s.relabels < s.nodes() {
				continue
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			s.relabels = 0
			s.globalUpdate()
		}
	}
	return ctx.Err()
}

// saturate fills every arc of negative reduced cost. What then lies at nodes
// instead of flowing on is their excess.
func (s *scaling) saturate() {
	for u := range int32(s.nodes()) {
		pu := s.price[u]
		for a := s.first[u]; a < s.first[u+1]; a++ {
			v := s.head[a]
			if amount := s.left[a]; amount > 0 && int64(s.cost[a])*s.scale+pu-s.price[v] < 0 {
				s.send(a, amount)
				s.excess[u] -= amount
				s.excess[v] += amount
			}
		}
	}
	for u := range int32(s.nodes()) {
		s.next[u] = s.first[u]
		if s.excess[u] > 0 {
			s.waiting.push(u)
		}
	}
}
