package rollup

import (
	"cmp"
	"slices"
	"sync"

	"commonweal/platform/fault"
	"commonweal/quantity"
)

// Graph is the compiled form of Flows: columns of numbers and the order in
// which value flows. It is safe for concurrent readers.
//
// Vertices are numbered: first the nodes (a resource at a stage), then the
// processes, then the exchanges. An event is a number too: its place in
// Flows.Events.
type Graph struct {
	flows Flows
	nodes []Node
	// numbers by identifier
	nodeAt     map[Node]int32
	processAt  map[string]int32
	exchangeAt map[string]int32
	eventAt    map[string]int32

	role  []Role
	owner []int32 // per event: the process or exchange; for a contribution its node
	node  []int32 // per event: the resource it touches, or none
	in    rows    // per vertex: sources of a node, inputs of a process, costs of an exchange
	out   rows    // per vertex: outputs of a process, receipts of an exchange
	unit  []quantity.Unit

	order    []int32 // vertices, upstream before downstream
	position []int32 // per vertex: its place in order
	knot     []int32 // per vertex: the group of vertices that reach each other, or none
	cycles   []cycle // cycles of consumption
	cyclic   []int32 // per vertex: the cycle it depends on, or none

	percent []int64    // per event: of a citation, in millionths of a percent
	count   []int64    // per event: the quantity that counts, in millionths; zero when held
	plain   []rational // per event: its worth by itself, in millionths of Flows.Unit
	worth   []rational // per event: the same after percentages and passive cash
	derived bool       // there are any of these, so worth differs from plain
	portion []rational // per output or receipt: its part of the cost of its owner
	value   []rational // per node: per unit; per process and exchange: its whole cost
	stock   []rational // per node: what all sources brought, in millionths
	passive map[int32]rational
	given   []bool // per node: every source is a contribution
	held    []Finding

	scratch sync.Pool
}

const none = int32(-1)

// rows is a list per vertex in two arrays (compressed rows).
type rows struct{ start, item []int32 }

func (r rows) of(v int32) []int32 { return r.item[r.start[v]:r.start[v+1]] }

// Build compiles flows and rolls their value up. It refuses what cannot be a
// graph: an identifier given twice, an event that names a process or exchange
// that is not there, a role that lacks what it needs. What is merely doubtful
// (no value, a foreign currency, a negative quantity) counts as zero and is
// listed by Held.
func Build(flows Flows) (*Graph, error) {
	g := &Graph{flows: flows}
	if err := g.index(); err != nil {
		return nil, err
	}
	g.connect()
	g.sortVertices()
	g.appraise()
	g.portions()
	g.price()
	return g, nil
}

// Reprice returns the graph with other event values, as after a change of
// formula: worth is asked for each event by its place in Flows.Events, and
// false keeps the value that the event has. The structure is shared, so this
// costs a fraction of Build.
func (g *Graph) Reprice(worth func(event int) (quantity.Amount, bool)) *Graph {
	c := &Graph{flows: g.flows, nodes: g.nodes, nodeAt: g.nodeAt, processAt: g.processAt, exchangeAt: g.exchangeAt,
		eventAt: g.eventAt, role: g.role, owner: g.owner, node: g.node, in: g.in, out: g.out, unit: g.unit, order: g.order,
		position: g.position, knot: g.knot, cycles: g.cycles, cyclic: g.cyclic, count: g.count,
		percent: g.percent, plain: slices.Clone(g.plain), portion: g.portion, derived: g.derived}
	changed := map[string]bool{}
	divide := false
	var fixed []int32 // percentages that a value takes the place of
	for i := range g.role {
		if v, ok := worth(i); ok && g.role[i] != Consume {
			e := &g.flows.Events[i]
			changed[e.ID] = true
			divide = divide || g.role[i] == Receipt
			if g.percent[i] != 0 {
				fixed = append(fixed, int32(i))
			}
			c.plain[i] = c.inUnit(e, v, whole(v.Micros))
		}
	}
	if len(fixed) > 0 {
		c.percent = slices.Clone(g.percent)
		for _, i := range fixed {
			c.percent[i] = 0
		}
	}
	for _, f := range g.held { // what was held for its value alone is held no more
		if !changed[f.Subject] || f.quantity {
			c.held = append(c.held, f)
		}
	}
	if divide {
		c.portions()
	}
	c.price()
	return c
}

// Held lists the events that count as zero because something about them is
// missing or wrong, ordered by identifier.
func (g *Graph) Held() []Finding { return slices.Clone(g.held) }

// vertices returns how many there are.
func (g *Graph) vertices() int {
	return len(g.nodes) + len(g.flows.Processes) + len(g.flows.Exchanges)
}

func (g *Graph) isNode(v int32) bool { return int(v) < len(g.nodes) }

func (g *Graph) isProcess(v int32) bool {
	return int(v) >= len(g.nodes) && int(v) < len(g.nodes)+len(g.flows.Processes)
}

// sources returns the events that brought a node, oldest first.
func (g *Graph) sources(node int32) []int32 { return g.in.of(node) }

// index numbers everything and checks that every name leads somewhere.
func (g *Graph) index() error {
	f := &g.flows
	var bad fault.List
	g.processAt, g.exchangeAt = make(map[string]int32, len(f.Processes)), make(map[string]int32, len(f.Exchanges))
	for i, p := range f.Processes {
		bad = appendDuplicate(bad, g.processAt, p.ID, int32(i), "process")
	}
	for i, x := range f.Exchanges {
		bad = appendDuplicate(bad, g.exchangeAt, x.ID, int32(i), "exchange")
	}
	g.eventAt = make(map[string]int32, len(f.Events))
	g.nodeAt = make(map[Node]int32, len(f.Events)/4)
	g.role = make([]Role, len(f.Events))
	g.owner, g.node = make([]int32, len(f.Events)), make([]int32, len(f.Events))
	for i := range f.Events {
		e := &f.Events[i]
		bad = appendDuplicate(bad, g.eventAt, e.ID, int32(i), "event")
		g.role[i] = e.Role
		g.node[i] = g.number(e)
		if err := g.place(e, i); err != nil {
			bad = append(bad, err)
		}
	}
	if len(bad) > 0 {
		return bad
	}
	// Owners were numbered among their own kind; now all nodes are known.
	shift := int32(len(g.nodes))
	for i := range g.owner {
		switch g.role[i] {
		case Contribution:
			g.owner[i] = g.node[i]
		case Work, Use, Consume, Cite, Produce:
			g.owner[i] += shift
		default:
			g.owner[i] += shift + int32(len(f.Processes))
		}
	}
	return nil
}

func appendDuplicate(bad fault.List, at map[string]int32, id string, i int32, what string) fault.List {
	if _, twice := at[id]; twice || id == "" {
		return append(bad, fault.Invalidf("rollup.identifier", "id", "%s %q is given twice or has no identifier; each needs its own", what, id))
	}
	at[id] = i
	return bad
}

// number returns the node that an event touches, or none.
func (g *Graph) number(e *Event) int32 {
	n := Node{e.Resource, e.Stage}
	if e.Resource == "" {
		if e.Role != Produce {
			return none
		}
		n = Node{Resource: e.ID}
	}
	if v, ok := g.nodeAt[n]; ok {
		return v
	}
	v := int32(len(g.nodes))
	g.nodes = append(g.nodes, n)
	g.nodeAt[n] = v
	return v
}

// place finds the process or exchange of an event.
func (g *Graph) place(e *Event, i int) *fault.Error {
	var ok bool
	switch e.Role {
	case Contribution:
		ok = e.Process == "" && e.Exchange == ""
	case Work, Use, Consume, Cite, Produce:
		g.owner[i], ok = g.processAt[e.Process]
	case Receipt, Payment, Expense, ExchangeWork:
		g.owner[i], ok = g.exchangeAt[e.Exchange]
	default:
		return fault.Invalidf("rollup.role", "role", "event %q has the unknown role %d", e.ID, e.Role)
	}
	if !ok {
		return fault.Invalidf("rollup.place", "process", "event %q names the process %q and the exchange %q, but its role needs one that is given (none for a contribution)",
			e.ID, e.Process, e.Exchange)
	}
	if g.node[i] == none && (e.Role == Contribution || e.Role == Receipt || e.Role == Consume) {
		return fault.Invalidf("rollup.resource", "resource", "event %q names no resource, but its role needs one", e.ID)
	}
	return nil
}

// connect fills the rows and fixes the unit of every node.
func (g *Graph) connect() {
	in, out := make([]int32, len(g.role)), make([]int32, len(g.role))
	for i, role := range g.role {
		in[i], out[i] = g.owner[i], none
		if role == Produce || role == Receipt {
			in[i], out[i] = g.node[i], g.owner[i]
		}
	}
	n := g.vertices()
	g.in, g.out = group(n, in), group(n, out)
	g.unit = make([]quantity.Unit, len(g.nodes))
	for v := range g.nodes {
		sources := g.in.of(int32(v))
		slices.SortFunc(sources, g.byTime)
		if len(sources) > 0 {
			g.unit[v] = g.flows.Events[sources[0]].Quantity.Unit
		}
	}
}

// group lists the events of each of n vertices; of[i] is the vertex of event i.
func group(n int, of []int32) rows {
	r := rows{start: make([]int32, n+1)}
	for _, v := range of {
		if v != none {
			r.start[v+1]++
		}
	}
	for v := range n {
		r.start[v+1] += r.start[v]
	}
	r.item = make([]int32, r.start[n])
	next := slices.Clone(r.start)
	for i, v := range of {
		if v != none {
			r.item[next[v]] = int32(i)
			next[v]++
		}
	}
	return r
}

// byTime orders events by when they ended, then by identifier.
func (g *Graph) byTime(a, b int32) int {
	x, y := &g.flows.Events[a], &g.flows.Events[b]
	if c := x.At.Compare(y.At); c != 0 {
		return c
	}
	return cmp.Compare(x.ID, y.ID)
}
