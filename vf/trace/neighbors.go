package trace

import "cmp"

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

func (x node) compare(y node) int {
	return cmp.Or(cmp.Compare(x.kind, y.kind), cmp.Compare(x.n, y.n), cmp.Compare(x.i, y.i))
}

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

// enters reports whether what an event puts into its process becomes part of
// what the process makes: not what is only taken in to be given back.
func (g *Graph) enters(n uint32) bool { return g.there(n) && g.events[n].half == NoHalf }

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

// from receives what a node came from: the number of a node, and how.
type from func(parent uint32, kind EdgeKind)

// ofProcess yields what a process came from.
func (g *Graph) ofProcess(p uint32, yield from) {
	for _, n := range g.process[p].inputs {
		if g.enters(n) {
			yield(g.events[n].node, Flow)
		}
	}
}

// ofStock yields what a stock of a record came from: its inflow, and what was
// left when that came and mixed with it.
func (g *Graph) ofStock(r *record, i uint32, yield from) {
	s := &r.stocks[i]
	if s.event == none {
		return
	}
	yield(g.events[s.event].node, Flow)
	for _, p := range r.restsOf(i) {
		yield(r.stocks[p.stock].node, Rest)
	}
}

// ofEvent yields what an event came from.
func (g *Graph) ofEvent(n uint32, yield from) {
	if !g.there(n) {
		return
	}
	e := &g.events[n]
	if e.out != none {
		yield(g.process[e.out].node, Flow)
	}
	if e.pair != none && g.there(e.pair) {
		g.ofReturn(e, yield)
	}
	if g.draws(n) {
		g.ofDrawing(n, yield)
	}
}

// ofReturn yields what an event that gives a thing back came from: what took
// it in, and the container that it lay in.
func (g *Graph) ofReturn(e *event, yield from) {
	p := &g.events[e.pair]
	yield(p.node, Same)
	if p.half != PutsIn || p.container == none || e.out == none {
		return
	}
	for _, c := range g.process[e.out].inputs {
		if g.there(c) && g.events[c].from == p.container {
			yield(g.events[c].node, Carrier)
		}
	}
}

// ofDrawing yields what an event draws from: the stocks, what had come in
// without being recorded, and what lies in the record.
func (g *Graph) ofDrawing(n uint32, yield from) {
	e := &g.events[n]
	r := &g.record[e.from]
	for _, p := range r.drawnAt(int(e.fromPlace)) {
		yield(r.stocks[p.stock].node, Flow)
	}
	for _, l := range r.late.byDraw[n] {
		yield(g.events[l.inflow].node, Late)
	}
	for _, c := range r.contents {
		if g.inside(c, n) {
			yield(g.events[c].node, Contents)
		}
	}
}
