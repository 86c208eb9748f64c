package rollup

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"

	"commonweal/quantity"
)

// percentBase is 100 % in millionths of a percent.
const percentBase = 100 * quantity.Scale

// price gives every vertex its value, upstream first, from what each event is
// worth by itself.
func (g *Graph) price() {
	g.worth = g.plain
	if g.derived {
		g.worth = slices.Clone(g.plain)
		g.setCashAside()
	}
	g.value = make([]rational, g.vertices())
	g.stock = make([]rational, len(g.nodes))
	g.given = make([]bool, len(g.nodes))
	for _, v := range g.order {
		switch {
		case g.cyclic[v] != none:
		case g.isNode(v):
			g.rollNode(v)
		default:
			g.rollCost(v)
		}
	}
	slices.SortFunc(g.held, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Subject, b.Subject), cmp.Compare(a.Code, b.Code))
	})
}

// appraise reads the quantity and the worth of each event by itself.
func (g *Graph) appraise() {
	g.percent, g.count, g.plain = make([]int64, len(g.role)), make([]int64, len(g.role)), make([]rational, len(g.role))
	for i := range g.flows.Events {
		e := &g.flows.Events[i]
		if moves(e.Role) {
			if g.quantityHeld(i, e) {
				continue
			}
			if e.Passive {
				g.derived = true
			} else {
				g.count[i] = e.Quantity.Micros
			}
		}
		switch {
		case e.Role == Consume:
		case e.Role == Cite && e.Percent > 0:
			g.percent[i], g.derived = e.Percent, true
		case e.Value != nil:
			g.plain[i] = g.inUnit(e, *e.Value, whole(e.Value.Micros))
		case e.PerUnit != nil:
			g.plain[i] = g.inUnit(e, *e.PerUnit, whole(e.PerUnit.Micros).mul(ratio(e.Quantity.Micros, quantity.Scale)))
		case e.Role == Cite:
			g.plain[i] = g.inUnit(e, e.Quantity, whole(e.Quantity.Micros))
		case e.Role != Produce && e.Role != Receipt:
			g.hold(e, "rollup.no_value", "it has neither a value nor a value per unit, so it counts as zero",
				"give the event a value, or its kind of work or use a rate")
		}
	}
}

// moves reports whether a role brings or takes a quantity of a resource.
func moves(r Role) bool {
	return r == Contribution || r == Receipt || r == Produce || r == Consume
}

// quantityHeld reports (and lists) a quantity that cannot be counted with.
func (g *Graph) quantityHeld(i int, e *Event) bool {
	unit := g.unit[g.node[i]]
	before := len(g.held)
	switch {
	case e.Quantity.Sign() < 0:
		g.hold(e, "rollup.negative", fmt.Sprintf("its quantity is %s", e.Quantity), "net corrections against the event they correct first")
	case e.Quantity.IsZero() && e.Role != Consume:
		g.hold(e, "rollup.no_quantity", "it brought a quantity of zero, so its value reaches nobody", "correct the quantity")
	case unit != "" && e.Quantity.Unit != unit:
		g.hold(e, "rollup.unit", fmt.Sprintf("it counts %q in %s, while the resource is counted in %s", e.Resource, e.Quantity.Unit, unit),
			"convert the quantity before it is recorded")
	default:
		return false
	}
	g.held[before].quantity = true
	return true
}

// inUnit returns v, or zero with a finding when amount is in another unit of
// value or negative.
func (g *Graph) inUnit(e *Event, amount quantity.Amount, v rational) rational {
	switch {
	case amount.IsZero():
		return rational{}
	case amount.Unit != g.flows.Unit:
		g.hold(e, "rollup.currency", fmt.Sprintf("its value is in %s, while this equation counts in %s", amount.Unit, g.flows.Unit),
			"convert it at a rate that was decided, or use a bucket of that unit")
	case v.sign() < 0:
		g.hold(e, "rollup.negative", fmt.Sprintf("its value is %s", amount), "net corrections against the event they correct first")
	default:
		return v
	}
	return rational{}
}

func (g *Graph) hold(e *Event, code, reason, fix string) {
	g.held = append(g.held, Finding{Code: code, Subject: e.ID, Reason: reason, Fix: fix})
}

// setCashAside takes the worth of passive cash out of its account.
func (g *Graph) setCashAside() {
	for i := range g.flows.Events {
		if g.role[i] == Contribution && g.flows.Events[i].Passive {
			if g.passive == nil {
				g.passive = map[int32]rational{}
			}
			g.passive[g.node[i]] = g.passive[g.node[i]].add(g.worth[i])
			g.worth[i] = rational{}
		}
	}
}

// portions divides the cost of each process over its outputs and of each
// exchange over its receipts.
func (g *Graph) portions() {
	g.portion = make([]rational, len(g.role))
	for v := len(g.nodes); v < g.vertices(); v++ {
		outs := g.out.of(int32(v))
		if len(outs) == 1 {
			g.portion[outs[0]] = whole(1)
			continue
		}
		for _, weight := range []func(int32) rational{g.declaredWeight, g.receiptValue, g.sameUnit(outs), equalWeight} {
			if g.divide(outs, weight) {
				break
			}
		}
	}
}

// divide sets portions in proportion to weight; false when all weigh nothing.
func (g *Graph) divide(outs []int32, weight func(int32) rational) bool {
	var total rational
	for _, i := range outs {
		total = total.add(weight(i))
	}
	if total.sign() <= 0 {
		return false
	}
	for _, i := range outs {
		g.portion[i] = weight(i).div(total)
	}
	return true
}

func (g *Graph) declaredWeight(i int32) rational { return whole(max(0, g.flows.Events[i].Weight)) }

func (g *Graph) receiptValue(i int32) rational {
	if g.role[i] != Receipt {
		return rational{}
	}
	return g.plain[i]
}

// sameUnit weighs by quantity if all events count in one unit.
func (g *Graph) sameUnit(outs []int32) func(int32) rational {
	one := true
	for _, i := range outs {
		one = one && g.flows.Events[i].Quantity.Unit == g.flows.Events[outs[0]].Quantity.Unit
	}
	return func(i int32) rational {
		if !one {
			return rational{}
		}
		return whole(g.count[i])
	}
}

func equalWeight(int32) rational { return whole(1) }

// rollNode values a node: all that its sources cost over all that they brought.
func (g *Graph) rollNode(v int32) {
	var cost, stock tally
	given := true
	for _, i := range g.sources(v) {
		if g.count[i] == 0 {
			continue
		}
		stock.add(whole(g.count[i]))
		if g.role[i] == Contribution {
			cost.add(g.worth[i])
			continue
		}
		given = false
		cost.add(g.value[g.owner[i]].mul(g.portion[i]))
	}
	g.stock[v], g.given[v] = stock.sum(), given
	if !g.stock[v].isZero() {
		g.value[v] = cost.sum().div(g.stock[v])
	}
}

// rollCost sums what went into a process or exchange. Percentages of citation
// all stand on one base: the sum of what is not cited.
func (g *Graph) rollCost(v int32) {
	var inputs, cited tally
	percents := false
	for _, i := range g.in.of(v) {
		switch g.role[i] {
		case Consume:
			inputs.add(whole(g.count[i]).mul(g.value[g.node[i]]))
		case Cite:
			cited.add(g.worth[i])
			percents = percents || g.percent[i] != 0
		default:
			inputs.add(g.worth[i])
		}
	}
	base := inputs.sum()
	if percents {
		for _, i := range g.in.of(v) {
			if p := g.percent[i]; p > 0 {
				g.worth[i] = base.mul(ratio(p, percentBase))
				cited.add(g.worth[i])
			}
		}
	}
	g.value[v] = base.add(cited.sum())
}

// Value is what one unit of a resource is worth, in whole units of Flows.Unit,
// exactly. It is zero for a resource that nothing is known to have gone into,
// and NotFound for one that no event names.
func (g *Graph) Value(n Node) (*big.Rat, error) {
	v, err := g.find(n)
	if err != nil {
		return nil, err
	}
	return g.value[v].Rat(), nil
}

// CostOf is what all inputs of a process are worth together.
func (g *Graph) CostOf(process string) (*big.Rat, error) {
	return g.costOf(g.processAt, process, len(g.nodes))
}

// CostOfExchange is what an exchange cost: payments, expenses and the work in it.
func (g *Graph) CostOfExchange(exchange string) (*big.Rat, error) {
	return g.costOf(g.exchangeAt, exchange, len(g.nodes)+len(g.flows.Processes))
}

func (g *Graph) costOf(at map[string]int32, id string, shift int) (*big.Rat, error) {
	i, ok := at[id]
	if !ok {
		return nil, unknown(id)
	}
	v := i + int32(shift)
	if err := g.refuseCycle(v); err != nil {
		return nil, err
	}
	return inUnits(g.value[v]), nil
}

// inUnits turns millionths into whole units.
func inUnits(micros rational) *big.Rat { return micros.mul(ratio(1, quantity.Scale)).Rat() }
