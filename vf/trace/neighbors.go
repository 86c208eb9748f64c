package trace

// Kind is what a node is.
type Kind uint8

// The kinds of node.
const (
	EventNode Kind = iota
	ProcessNode
	StockNode
)

// EdgeKind says what an edge means.
type EdgeKind uint8

// The kinds of edge.
const (
	Flow     EdgeKind = iota // something flows
	Same                     // the same thing, taken in and given back
	Rest                     // what was left in the record when more came in
	Contents                 // what lies in a container when something happens to it
	Carrier                  // the container that something came out of
	Late                     // drawn before the inflow was recorded, though it had happened
)

// String returns the word of the kind, as exports write it.
func (k EdgeKind) String() string {
	return [...]string{Flow: "flow", Same: "same", Rest: "rest", Contents: "contents", Carrier: "carrier", Late: "late"}[k]
}

// node names a node inside the graph: an event, a process, or a stock by its
// record and number.
type node struct {
	kind Kind
	n    uint32
	i    uint32
}

func eventNode(n uint32) node { return node{EventNode, n, 0} }

// draws reports whether an event takes from, uses or cites what its record
// holds, rather than adding to it.
func (g *Graph) draws(n uint32) bool {
	x := &g.events[n]
	switch {
	case x.from == none || x.out != none && x.in == none:
		return false
	case x.in != none || x.to != none:
		return true
	}
	return x.onhand[0] < 0 || x.accounted[0] < 0 // lower, or a transfer that leaves the books; not raise
}

// there reports whether an event counts: corrections and what they have undone do not.
func (g *Graph) there(n uint32) bool { return !g.events[n].undone && !g.events[n].correction }

// inside reports whether a PutsIn event's record lies in its container when
// another event happens.
func (g *Graph) inside(c, when uint32) bool {
	out := none
	for r := g.events[c].returns; r != none; r = g.events[r].nextReturn { // the newest first
		if g.there(r) {
			out = r
		}
	}
	return g.there(c) && c < when && (out == none || when < out)
}

// upstream calls yield with what a node came from.
func (g *Graph) upstream(x node, yield func(node, EdgeKind)) {
	switch x.kind {
	case ProcessNode:
		for _, n := range g.process[x.n].inputs {
			if g.there(n) && g.events[n].half == NoHalf {
				yield(eventNode(n), Flow)
			}
		}
	case StockNode:
		stocks := g.settle(x.n)
		if s := stocks[x.i]; s.event != none {
			yield(eventNode(s.event), Flow)
			if s.before > 0 && x.i > 0 {
				yield(node{StockNode, x.n, x.i - 1}, Rest)
			}
		}
	case EventNode:
		g.upstreamOfEvent(x.n, yield)
	}
}

func (g *Graph) upstreamOfEvent(n uint32, yield func(node, EdgeKind)) {
	e := &g.events[n]
	if e.out != none {
		yield(node{ProcessNode, e.out, 0}, Flow)
	}
	if e.pair != none && g.there(e.pair) {
		yield(eventNode(e.pair), Same)
		if p := &g.events[e.pair]; p.half == PutsIn && p.container != none && e.out != none {
			for _, c := range g.process[e.out].inputs {
				if g.there(c) && g.events[c].from == p.container {
					yield(eventNode(c), Carrier)
				}
			}
		}
	}
	if !g.draws(n) {
		return
	}
	yield(node{StockNode, e.from, uint32(g.stockAt(e.from, int(e.fromPlace)))}, Flow)
	for _, l := range g.record[e.from].late {
		if l.draw == n {
			yield(eventNode(l.inflow), Late)
		}
	}
	for _, c := range g.record[e.from].contents {
		if g.inside(c, n) {
			yield(eventNode(c), Contents)
		}
	}
}

// downstream calls yield with what came of a node: upstream, read the other way.
func (g *Graph) downstream(x node, yield func(node, EdgeKind)) {
	switch x.kind {
	case ProcessNode:
		for _, n := range g.process[x.n].outputs {
			if g.there(n) {
				yield(eventNode(n), Flow)
			}
		}
	case StockNode:
		g.downstreamOfStock(x, yield)
	case EventNode:
		g.downstreamOfEvent(x.n, yield)
	}
}

func (g *Graph) downstreamOfStock(x node, yield func(node, EdgeKind)) {
	stocks := g.settle(x.n)
	chain := g.record[x.n].chain
	last := int(x.i) == len(stocks)-1
	until := len(chain)
	if !last {
		until = stocks[x.i+1].at + 1 // what brings the next inflow may draw too: a record passed on in place
	}
	for place := stocks[x.i].at + 1; place < until; place++ {
		if l := chain[place]; !l.to && g.there(l.event) && g.draws(l.event) {
			yield(eventNode(l.event), Flow)
		}
	}
	if !last && stocks[x.i+1].before > 0 && x.i+1 > 0 && stocks[x.i+1].event != none {
		yield(node{StockNode, x.n, x.i + 1}, Rest)
	}
}

func (g *Graph) downstreamOfEvent(n uint32, yield func(node, EdgeKind)) {
	e := &g.events[n]
	if e.in != none && e.half == NoHalf {
		yield(node{ProcessNode, e.in, 0}, Flow)
	}
	for r := e.returns; r != none; r = g.events[r].nextReturn {
		if g.there(r) {
			yield(eventNode(r), Same)
		}
	}
	if e.half == PutsIn && e.container != none {
		for _, l := range g.record[e.container].chain {
			if !l.to && g.there(l.event) && g.draws(l.event) && g.inside(n, l.event) {
				yield(eventNode(l.event), Contents)
			}
		}
	}
	if e.in != none && e.from != none {
		for _, o := range g.process[e.in].outputs {
			if p := g.events[o].pair; p != none && g.there(o) && g.there(p) && g.events[p].half == PutsIn && g.events[p].container == e.from {
				yield(eventNode(o), Carrier)
			}
		}
	}
	g.intoStock(n, e.from, e.fromPlace, yield)
	if e.to != e.from {
		g.intoStock(n, e.to, e.toPlace, yield)
	}
}

// intoStock yields the stock that an event begins in a record, if it does.
func (g *Graph) intoStock(n, r, place uint32, yield func(node, EdgeKind)) {
	if r == none {
		return
	}
	stocks := g.settle(r)
	if i := g.stockAt(r, int(place)+1); stocks[i].event == n {
		yield(node{StockNode, r, uint32(i)}, Flow)
	}
	for _, l := range g.record[r].late {
		if l.inflow == n {
			yield(eventNode(l.draw), Late)
		}
	}
}
