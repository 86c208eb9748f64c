package clearing_test

import (
	"time"

	"commonweal/credit/clearing"
)

// outcome is what a set-off is judged by: worth first, then as little overdraft
// as can be, then as little credit moved; and then, where it is asked for, by
// the debt times days of age that it takes away.
type outcome struct{ worth, drawn, moved, aged int64 }

func (a outcome) better(b outcome) bool {
	switch {
	case a.worth != b.worth:
		return a.worth > b.worth
	case a.drawn != b.drawn:
		return a.drawn < b.drawn
	case a.moved != b.moved:
		return a.moved < b.moved
	}
	return a.aged > b.aged
}

// outcomeOf judges a result.
func outcomeOf(p *clearing.Problem, r *clearing.Result) (out outcome) {
	for i, o := range p.Obligations {
		out.worth += r.SetOff[i] * int64(max(o.Weight, 1))
		out.aged += r.SetOff[i] * age(p, o)
	}
	for _, u := range r.Credit {
		out.drawn += u.Drawn
		out.moved += u.Paid + u.Drawn
	}
	return out
}

// age counts the days by which a debt is older than the youngest; a debt
// without a day is as young.
func age(p *clearing.Problem, o clearing.Obligation) int64 {
	youngest := clearing.Day(0)
	for _, other := range p.Obligations {
		youngest = max(youngest, other.Due)
	}
	if o.Due == 0 {
		return 0
	}
	return int64(date(youngest).Sub(date(o.Due)).Hours() / 24)
}

func date(d clearing.Day) time.Time {
	t, err := time.Parse(time.DateOnly, d.String())
	if err != nil {
		panic(err)
	}
	return t
}

// searchArc is an arc of the search: nodes are members, then hubs.
type searchArc struct {
	tail, head int32
	upper      int64
	unit       outcome // of one unit
}

func (a outcome) plus(n int64, unit outcome) outcome {
	return outcome{a.worth + n*unit.worth, a.drawn + n*unit.drawn, a.moved + n*unit.moved, a.aged + n*unit.aged}
}

// search tries every circulation there is: an oracle for a few members and
// small amounts, which shares nothing with the solvers.
func search(p *clearing.Problem) outcome {
	var arcs []searchArc
	for _, o := range p.Obligations {
		arcs = append(arcs, searchArc{tail: o.Debtor, head: o.Creditor, upper: o.Amount, unit: outcome{worth: int64(max(o.Weight, 1)), aged: age(p, o)}})
	}
	for _, l := range p.Lines {
		hub := int32(len(p.Members)) + l.Hub
		arcs = append(arcs, searchArc{tail: hub, head: l.Member, upper: l.Balance, unit: outcome{moved: 1}},
			searchArc{tail: hub, head: l.Member, upper: l.Overdraft, unit: outcome{drawn: 1, moved: 1}}, searchArc{tail: l.Member, head: hub, upper: l.Room})
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
				try(i+1, now.plus(f, a.unit))
			}
			balance[a.tail] += f
			balance[a.head] -= f
		}
	}
	try(0, outcome{})
	return best
}
