package rollup

import (
	"fmt"
	"slices"
	"strings"

	"commonweal/platform/fault"
)

// cycle is a closed path of consumption, as vertices, the first not repeated.
type cycle []int32

// link is one dependence of a vertex on another: value flows from To.
type link struct {
	to    int32
	event int32
	soft  bool // use, citation or payment: it can be cut
}

// links yields what vertex v depends on.
func (g *Graph) links(v int32, yield func(link) bool) {
	for _, event := range g.in.of(v) {
		if l, ok := g.linkOf(event); ok && !yield(l) {
			return
		}
	}
}

// linkOf returns the link that an event in the row of a vertex makes, and
// whether it makes one.
func (g *Graph) linkOf(event int32) (link, bool) {
	switch g.role[event] {
	case Produce, Receipt:
		return link{to: g.owner[event], event: event}, true
	case Use, Cite, Payment:
		return link{to: g.node[event], event: event, soft: true}, g.node[event] != none
	case Consume:
		return link{to: g.node[event], event: event}, true
	}
	return link{}, false
}

// sortVertices puts upstream before downstream with Tarjan's algorithm for
// strongly connected components, on an explicit stack. Vertices that reach
// each other form a knot; soft links inside a knot are cut, and what is still
// closed then is a cycle of consumption.
func (g *Graph) sortVertices() {
	n := g.vertices()
	g.position, g.knot, g.cyclic = make([]int32, n), make([]int32, n), make([]int32, n)
	g.order = make([]int32, 0, n)
	for v := range n {
		g.knot[v], g.cyclic[v] = none, none
	}
	all := make([]int32, n)
	for v := range all {
		all[v] = int32(v)
	}
	knots := int32(0)
	var inner *tarjan // visits each vertex of a knot once, whatever the knot
	newTarjan(g).run(all, func(link) bool { return true }, func(group []int32) {
		if len(group) == 1 {
			g.order = append(g.order, group[0])
			return
		}
		for _, v := range group {
			g.knot[v] = knots
		}
		knots++
		if inner == nil {
			inner = newTarjan(g)
		}
		g.untie(inner, group)
	})
	for i, v := range g.order {
		g.position[v] = int32(i)
	}
	g.taint()
}

// untie orders a knot without its soft links.
func (g *Graph) untie(t *tarjan, group []int32) {
	inside := g.knot[group[0]]
	hard := func(l link) bool { return !l.soft && g.knot[l.to] == inside }
	t.run(slices.Clone(group), hard, func(closed []int32) {
		g.order = append(g.order, closed...)
		if len(closed) == 1 {
			return
		}
		number := int32(len(g.cycles))
		g.cycles = append(g.cycles, g.shortestCycle(closed))
		for _, v := range closed {
			g.cyclic[v] = number
		}
	})
}

// taint passes a cycle on to everything that consumes from it.
func (g *Graph) taint() {
	if len(g.cycles) == 0 {
		return
	}
	for _, v := range g.order {
		if g.cyclic[v] != none {
			continue
		}
		g.links(v, func(l link) bool {
			if !l.soft {
				g.cyclic[v] = max(g.cyclic[v], g.cyclic[l.to])
			}
			return g.cyclic[v] == none
		})
	}
}

// shortestCycle returns a shortest closed path inside a group, starting from
// the vertex whose name comes first, so that the report is always the same.
func (g *Graph) shortestCycle(group []int32) cycle {
	inside := make(map[int32]bool, len(group))
	for _, v := range group {
		inside[v] = true
	}
	first := slices.MinFunc(group, func(a, b int32) int { return strings.Compare(g.name(a), g.name(b)) })
	from := map[int32]int32{}
	queue := []int32{first}
	for len(queue) > 0 {
		v := queue[0]
		queue = queue[1:]
		var next []int32
		g.links(v, func(l link) bool {
			if !l.soft && inside[l.to] {
				next = append(next, l.to)
			}
			return true
		})
		slices.SortFunc(next, func(a, b int32) int { return strings.Compare(g.name(a), g.name(b)) })
		for _, w := range next {
			if w == first {
				path := cycle{}
				for u := v; u != first; u = from[u] {
					path = append(path, u)
				}
				return append(cycle{first}, path...) // in the direction in which value flows
			}
			if _, seen := from[w]; !seen {
				from[w] = v
				queue = append(queue, w)
			}
		}
	}
	return group // unreachable: a closed group holds a cycle through each of its vertices
}

// refuseCycle returns the error for a vertex that depends on a cycle, or nil.
func (g *Graph) refuseCycle(v int32) error {
	if g.cyclic[v] == none {
		return nil
	}
	return fault.Conflictf("rollup.cycle", "", "value would flow in a circle: %s; a resource cannot be made from itself at the same stage: give the later state its own stage, or correct the event that closes the circle",
		g.CycleText(g.cycles[g.cyclic[v]]))
}

// CycleText names a cycle: "dough → baking → bread → crumbing → dough".
func (g *Graph) CycleText(c []int32) string {
	const most = 12
	var names []string
	for i, v := range c {
		if i == most {
			names = append(names, fmt.Sprintf("… %d more …", len(c)-most))
			break
		}
		names = append(names, g.name(v))
	}
	return strings.Join(append(names, g.name(c[0])), " → ")
}

// name is what people call a vertex.
func (g *Graph) name(v int32) string {
	switch i := int(v) - len(g.nodes); {
	case i < 0:
		if n := g.nodes[v]; n.Stage != "" {
			return n.Resource + " (" + n.Stage + ")"
		}
		return g.nodes[v].Resource
	case i < len(g.flows.Processes):
		p := g.flows.Processes[i]
		return orElse(p.Name, p.ID)
	default:
		x := g.flows.Exchanges[i-len(g.flows.Processes)]
		return orElse(x.Name, x.ID)
	}
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
