package clearing

import (
	"cmp"
	"context"
	"math"
	"slices"

	"commonweal/credit/clearing/circulation"
)

// swap is a change of an optimal result that keeps it optimal: more or less of
// an obligation or of a use of a line at whose prices nothing is gained or lost.
type swap struct {
	circulation.Arc
	of  *int64 // the set-off or use that it changes
	way int64  // +1 or -1
}

// takeOldest changes an optimal result into the one that, of all with as much
// worth, takes away most debt times age: the sum of set-off times the days by
// which the debt is older than the youngest. No day counts as the youngest.
//
// Two optimal results differ by circles along which prices gain nothing, so it
// is one more circulation of greatest worth, of these arcs alone.
func (g *graph) takeOldest(ctx context.Context, prices []int64, r *Result, workers int) error {
	swaps := g.swaps(prices, r)
	slices.SortStableFunc(swaps, func(a, b swap) int { return cmp.Compare(a.Tail, b.Tail) })
	n := circulation.Network{Nodes: g.Nodes, Arcs: make([]circulation.Arc, len(swaps))}
	for i, s := range swaps {
		n.Arcs[i] = s.Arc
	}
	if !slices.ContainsFunc(n.Arcs, func(a circulation.Arc) bool { return a.Worth != 0 }) {
		return nil // all are of one age
	}
	found, err := circulation.Maximize(ctx, n, circulation.Options{Workers: workers})
	if err != nil {
		return err
	}
	for i, s := range swaps {
		*s.of += s.way * found.Flow[i]
	}
	r.SetOff, r.Credit = g.handOut(g.amounts(r)) // equal debts: by day and id again
	return nil
}

// swaps are the changes that there are, each worth the days of its debt.
func (g *graph) swaps(prices []int64, r *Result) (out []swap) {
	youngest := g.youngest()
	for i, s := range g.sources {
		a := g.Arcs[i]
		if int64(a.Worth)+prices[a.Tail]-prices[a.Head] != 0 {
			continue
		}
		if s.use() != none {
			out = addSwaps(out, a, 0, a.Upper, used(r.Credit, s))
			continue
		}
		for _, j := range g.order[s.from:s.to] {
			o := &g.p.Obligations[j]
			out = addSwaps(out, a, youngest-o.Due.number(youngest), o.Amount, &r.SetOff[j])
		}
	}
	return out
}

// addSwaps adds what an arc may carry more, and less, than it does.
func addSwaps(out []swap, a circulation.Arc, age int32, upper int64, of *int64) []swap {
	if *of < upper {
		out = append(out, swap{circulation.Arc{Upper: upper - *of, Tail: a.Tail, Head: a.Head, Worth: age}, of, +1})
	}
	if *of > 0 {
		out = append(out, swap{circulation.Arc{Upper: *of, Tail: a.Head, Head: a.Tail, Worth: -age}, of, -1})
	}
	return out
}

// youngest is the number of the latest day on which a debt is due; none of them
// dated: zero.
func (g *graph) youngest() int32 {
	latest := int32(math.MinInt32)
	for i := range g.p.Obligations {
		latest = max(latest, g.p.Obligations[i].Due.number(math.MinInt32))
	}
	return max(latest, 0)
}
