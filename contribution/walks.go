package contribution

import (
	"math/big"
	"slices"

	"commonweal/contribution/equation"
	"commonweal/contribution/rollup"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// walks follows what was delivered for the distribution's deliverable back to
// the contributions behind it, as the log stood when the distribution was
// opened. A deliverable that no output was recorded for has no walk: then
// whatever was logged for it counts in full.
//
// Fractions follow quantities, not prices: a contribution without a price gets
// the part that its process gave, so that a rule may still value it.
func (p *Practice) walks(r *store.Snapshot, l *equation.Ledger, d Distribution) ([]equation.Walk, error) {
	if d.Deliverable == "" {
		return nil, nil
	}
	g, err := p.loadFlows(r, l, d.delivered())
	if err != nil {
		return nil, err
	}
	return g.walkBack(l, d)
}

// delivered asks for the flows behind what the distribution's income was for.
func (d Distribution) delivered() flowsAsk {
	class := delivers + d.Deliverable
	return flowsAsk{Before: d.At, Targets: func(e vf.Event) bool { return slices.Contains(e.ClassifiedAs, class) }}
}

// walkBack walks from the outputs of a graph to the rows of a ledger.
func (g *flowGraph) walkBack(l *equation.Ledger, d Distribution) ([]equation.Walk, error) {
	if len(g.outputs) == 0 {
		return nil, nil
	}
	one := quantity.Of(1, g.unit)
	worth := func(event int) quantity.Amount {
		e := g.events[event]
		if _, ours := g.row[e.ID]; ours && e.Value.Sign() <= 0 {
			return one
		}
		return *e.Value
	}
	priced := g.Reprice(func(event int) (quantity.Amount, bool) {
		_, ours := g.row[g.events[event].ID]
		if !ours {
			return quantity.Amount{}, false
		}
		return worth(event), true
	})
	var delivered []rollup.Delivery
	for _, e := range g.outputs {
		delivered = append(delivered, rollup.Delivery{Node: rollup.Node{Resource: string(e.ResourceInventoriedAs)}, Quantity: *e.ResourceQuantity})
	}
	walk, err := priced.Walk(delivered, rollup.Options{})
	if err != nil {
		return nil, err
	}
	out := equation.Walk{Deliverable: d.deliverable()}
	reached := map[int32]bool{}
	add := func(row int32, fraction *big.Rat) {
		num, den := equation.Fraction(fraction)
		out.Contribution, out.Num, out.Den = append(out.Contribution, row), append(out.Num, num), append(out.Den, den)
		reached[row] = true
	}
	for _, share := range walk.Shares {
		if share.Event < 0 {
			continue // all projects of one commons take part
		}
		if row, ours := g.row[g.events[share.Event].ID]; ours {
			add(row, new(big.Rat).Quo(share.Amount, worth(share.Event).Rat()))
		}
	}
	at := slices.Index(l.Deliverables, out.Deliverable)
	for i := range l.Len() { // logged for it, though outside of the processes that made it
		if at >= 0 && l.Deliverable[i] == int32(at) && !reached[int32(i)] {
			add(int32(i), big.NewRat(1, 1))
		}
	}
	return []equation.Walk{out}, nil
}
