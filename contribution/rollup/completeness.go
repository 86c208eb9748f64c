package rollup

import (
	"cmp"
	"fmt"
	"slices"
)

// Completeness lists flows that look unlogged: without them somebody upstream
// goes unpaid, and nobody has a reason to notice. Nothing is refused because
// of it. With process identifiers given, only those processes and what stands
// behind them are looked at; with none, everything is. Findings are ordered by
// code, then subject.
func (g *Graph) Completeness(processes []string) []Finding {
	c := completeness{g: g}
	scope := c.scope(processes)
	for v := range int32(g.vertices()) {
		switch {
		case !scope[v]:
		case g.isNode(v):
			c.node(v)
		case g.isProcess(v):
			c.process(v)
		default:
			c.exchange(v)
		}
	}
	slices.SortFunc(c.found, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.Subject, b.Subject), cmp.Compare(a.Reason, b.Reason))
	})
	return c.found
}

type completeness struct {
	g     *Graph
	found []Finding
	taken []rational // per node: consumed so far; built when first asked
}

// scope marks the vertices that the report covers.
func (c *completeness) scope(processes []string) []bool {
	g := c.g
	scope := make([]bool, g.vertices())
	if processes == nil {
		for v := range scope {
			scope[v] = true
		}
		return scope
	}
	var stack []int32
	for _, id := range processes {
		if i, ok := g.processAt[id]; ok {
			stack = append(stack, i+int32(len(g.nodes)))
		}
	}
	for len(stack) > 0 {
		v := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if scope[v] {
			continue
		}
		scope[v] = true
		g.links(v, func(l link) bool {
			stack = append(stack, l.to)
			return true
		})
	}
	return scope
}

func (c *completeness) add(code, subject, fix, reason string, args ...any) *Finding {
	c.found = append(c.found, Finding{Code: code, Subject: subject, Fix: fix, Reason: fmt.Sprintf(reason, args...)})
	return &c.found[len(c.found)-1]
}

func (c *completeness) process(v int32) {
	g := c.g
	p := &g.flows.Processes[int(v)-len(g.nodes)]
	ins, outs := g.in.of(v), g.out.of(v)
	count := map[Role]int{}
	for _, i := range ins {
		count[g.role[i]]++
		c.input(v, i)
	}
	switch {
	case len(outs) > 0 && len(ins) == 0:
		c.add("rollup.no_input", p.ID, "log the work, materials and machines that went in", "process %q has %d outputs and nothing that went in", orElse(p.Name, p.ID), len(outs))
	case len(outs) > 0 && count[Work] == 0:
		c.add("rollup.no_work", p.ID, "ask who did it and draft their hours", "process %q made something without anybody's work", orElse(p.Name, p.ID))
	case len(outs) == 0 && len(ins) > 0:
		f := c.add("rollup.no_output", p.ID, "log what was made or which service was delivered; until then no income reaches these inputs", "process %q took %d inputs and has no output", orElse(p.Name, p.ID), len(ins))
		f.Estimate = inUnits(g.value[v])
	}
	c.expected(p, ins)
	c.processBalance(p, ins, outs)
}

// input looks at one input: a use nobody owns, a citation nobody wrote, a
// circle that was cut.
func (c *completeness) input(v, i int32) {
	g := c.g
	e := &g.flows.Events[i]
	if g.role[i] != Use && g.role[i] != Cite {
		return
	}
	n := g.node[i]
	if e.Provider == "" && (n == none || g.stock[n].isZero()) {
		what := map[Role]string{Use: "owner", Cite: "author"}[g.role[i]]
		f := c.add("rollup.no_owner", e.ID, "name who made it available, or log how it came in", "%s of %q has no %s, so its worth reaches nobody", g.role[i], e.Resource, what)
		f.Estimate = inUnits(g.worth[i])
	}
	if n != none && g.isCut(v, n) {
		c.add("rollup.cut_cycle", e.ID, "nothing, if that is so; else give the later state of the resource its own stage",
			"%q was itself made with what this process makes; its owner or author is credited instead of those behind it", e.Resource)
	}
}

// expected compares a process with its recipe, its bookings and its designs.
func (c *completeness) expected(p *Process, ins []int32) {
	logged := func(role Role, resource string) bool {
		return slices.ContainsFunc(ins, func(i int32) bool {
			return c.g.role[i] == role && (resource == "" || c.g.flows.Events[i].Resource == resource)
		})
	}
	for _, d := range p.Designs {
		if !logged(Cite, d) {
			c.add("rollup.no_cite", p.ID, "add a cite event for the design", "process %q follows %q without citing it", orElse(p.Name, p.ID), d)
		}
	}
	for _, x := range p.Expects {
		if !logged(x.Role, x.Resource) {
			c.add("rollup.expected", p.ID, "log it, or note why it was not needed", "%s wants a %s of %q that was never logged", orElse(x.Why, "the plan"), x.Role, x.Resource)
		}
	}
}

// processBalance compares what went in with what came out where all of it is
// counted in one unit that cannot appear from nothing.
func (c *completeness) processBalance(p *Process, ins, outs []int32) {
	g := c.g
	var in, out rational
	unit := ""
	same := func(i int32) bool {
		u := string(g.flows.Events[i].Quantity.Unit)
		if unit == "" {
			unit = u
		}
		return u == unit
	}
	materials := 0
	for _, i := range ins {
		if g.role[i] != Consume {
			continue
		}
		if !same(i) {
			return
		}
		materials++
		in = in.add(whole(g.count[i]))
	}
	for _, i := range outs {
		if !same(i) {
			return
		}
		out = out.add(whole(g.count[i]))
	}
	if materials > 0 && len(outs) > 0 && unit != "one" && out.cmp(in) > 0 {
		c.add("rollup.mass_gap", p.ID, "log the missing material, or correct a quantity", "process %q made %s %s out of %s %s",
			orElse(p.Name, p.ID), decimal(out), unit, decimal(in), unit)
	}
}

func (c *completeness) exchange(v int32) {
	g := c.g
	x := &g.flows.Exchanges[int(v)-len(g.nodes)-len(g.flows.Processes)]
	costs, receipts := g.in.of(v), g.out.of(v)
	switch {
	case len(receipts) == 0 && len(costs) > 0:
		f := c.add("rollup.purchase_unlinked", x.ID, "link the payment to what was received for it", "exchange %q was paid for, but nothing received is linked to it", orElse(x.Name, x.ID))
		f.Estimate = inUnits(g.value[v])
	case len(receipts) > 0 && !slices.ContainsFunc(costs, func(i int32) bool { return g.role[i] == Payment }):
		c.add("rollup.receipt_unpaid", x.ID, "link the payment, or record the goods as given", "what exchange %q brought in has no payment", orElse(x.Name, x.ID))
	}
}

// node compares what was consumed of a resource with what came in.
func (c *completeness) node(v int32) {
	g := c.g
	if c.taken == nil {
		c.taken = make([]rational, len(g.nodes))
		for i, role := range g.role {
			if role == Consume {
				c.taken[g.node[i]] = c.taken[g.node[i]].add(whole(g.count[i]))
			}
		}
	}
	gap := c.taken[v].sub(g.stock[v])
	if gap.sign() <= 0 || g.cyclic[v] != none {
		return
	}
	n := g.nodes[v]
	if g.stock[v].isZero() {
		c.add("rollup.no_source", n.Resource, "log who gave, bought or made it", "%q is consumed but never came in", g.name(v))
		return
	}
	f := c.add("rollup.stock_gap", n.Resource, "log the missing delivery, or correct a quantity", "%s of %q was consumed, but only %s came in",
		decimal(c.taken[v]), g.name(v), decimal(g.stock[v]))
	f.Estimate = inUnits(gap.mul(g.value[v]))
}

// decimal prints millionths as whole units.
func decimal(micros rational) string {
	r := inUnits(micros)
	if r.IsInt() {
		return r.RatString()
	}
	digits, exact := r.FloatPrec()
	if !exact {
		digits = 6
	}
	return r.FloatString(digits)
}
