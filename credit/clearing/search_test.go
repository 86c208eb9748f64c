package clearing_test

import "commonweal/credit/clearing"

// outcome is what a set-off is judged by: worth first, then as little overdraft
// as can be, then as little credit moved.
type outcome struct{ worth, drawn, moved int64 }

func (a outcome) better(b outcome) bool {
	switch {
	case a.worth != b.worth:
		return a.worth > b.worth
	case a.drawn != b.drawn:
		return a.drawn < b.drawn
	}
	return a.moved < b.moved
}

// searchArc is an arc of the search: nodes are members, then hubs.
type searchArc struct {
	tail, head                 int32
	upper, worth, drawn, moved int64
}

// search tries every circulation there is: an oracle for a few members and
// small amounts, which shares nothing with the solvers.
func search(p *clearing.Problem) outcome {
	var arcs []searchArc
	for _, o := range p.Obligations {
		arcs = append(arcs, searchArc{tail: o.Debtor, head: o.Creditor, upper: o.Amount, worth: int64(max(o.Weight, 1))})
	}
	for _, l := range p.Lines {
		hub := int32(len(p.Members)) + l.Hub
		arcs = append(arcs, searchArc{tail: hub, head: l.Member, upper: l.Balance, moved: 1},
			searchArc{tail: hub, head: l.Member, upper: l.Overdraft, drawn: 1, moved: 1}, searchArc{tail: l.Member, head: hub, upper: l.Room})
	}
	last := map[int32]int{} // by node: the last arc that touches it
	for i, a := range arcs {
		last[a.tail], last[a.head] = i, i
	}
	best, balance := outcome{}, make([]int64, len(p.Members)+len(p.Hubs))
	var try func(i int, now outcome)
	try = func(i int, now outcome) {
		if i == len(arcs) {
			if now.better(best) {
				best = now
			}
			return
		}
		a := arcs[i]
		for f := int64(0); f <= a.upper; f++ {
			balance[a.tail] -= f
			balance[a.head] += f
			if (last[a.tail] != i || balance[a.tail] == 0) && (last[a.head] != i || balance[a.head] == 0) {
				try(i+1, outcome{now.worth + f*a.worth, now.drawn + f*a.drawn, now.moved + f*a.moved})
			}
			balance[a.tail] += f
			balance[a.head] -= f
		}
	}
	try(0, outcome{})
	return best
}
