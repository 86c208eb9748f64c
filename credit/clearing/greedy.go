package clearing

import (
	"cmp"
	"slices"
)

// Bilateral sets off only what any two members owe each other: a preview, and a
// yardstick of what circles are worth. Lines of credit and weights count for
// nothing.
func Bilateral(p *Problem) ([]int64, error) {
	return unplanned(p, func(*graph, []int64) {})
}

// Greedy goes on from Bilateral with any circle that a walk along the debts
// happens to close, without looking ahead. It leaves a part of the optimum
// behind: a set-off between two can use up a debt that a longer circle needs,
// and the longer one discharges more.
func Greedy(p *Problem) ([]int64, error) {
	return unplanned(p, func(g *graph, left []int64) {
		newWalk(g, left).circles(func(Circle) bool { return true })
	})
}

// unplanned sets off pairs, and then what more takes off.
func unplanned(p *Problem, more func(g *graph, left []int64)) ([]int64, error) {
	bare := Problem{Members: p.Members, Obligations: p.Obligations}
	if err := bare.Check(); err != nil {
		return nil, err
	}
	g := newGraph(newCanon(&bare))
	left := make([]int64, len(g.Arcs))
	for i, a := range g.Arcs {
		left[i] = a.Upper
	}
	g.pairs(left)
	more(g, left)
	for i, a := range g.Arcs {
		left[i] = a.Upper - left[i]
	}
	setOff, _ := g.handOut(left)
	return setOff, nil
}

// pairs takes off what arcs between the same two nodes have in common.
func (g *graph) pairs(left []int64) {
	order := make([]int32, len(g.Arcs))
	for i := range order {
		order[i] = int32(i)
	}
	ends := func(i int32) (int32, int32) {
		a := g.Arcs[i]
		return min(a.Tail, a.Head), max(a.Tail, a.Head)
	}
	slices.SortStableFunc(order, func(i, j int32) int {
		x, y := ends(i)
		v, w := ends(j)
		return cmp.Or(cmp.Compare(x, v), cmp.Compare(y, w), cmp.Compare(g.Arcs[i].Tail, g.Arcs[j].Tail))
	})
	for from := 0; from < len(order); {
		x, y := ends(order[from])
		to := from + 1
		for to < len(order) {
			if v, w := ends(order[to]); v != x || w != y {
				break
			}
			to++
		}
		g.pair(order[from:to], left)
		from = to
	}
}

// pair takes off what the arcs one way have in common with those the other way.
func (g *graph) pair(arcs []int32, left []int64) {
	there, back := 0, len(arcs)-1
	for there < back && g.Arcs[arcs[there]].Tail != g.Arcs[arcs[back]].Tail {
		a, b := arcs[there], arcs[back]
		common := min(left[a], left[b])
		left[a] -= common
		left[b] -= common
		if left[a] == 0 {
			there++
		} else {
			back--
		}
	}
}
