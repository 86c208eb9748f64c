package trace

import "slices"

// edges are the ways of the graph by the numbers of its nodes, in both
// directions. What a node came from is computed by the rules of neighbors.go;
// what came of it is the same, turned.
type edges struct {
	nodes    []node // by number
	up, down lists
	// fresh says that everything recorded is in them. While they are, an event
	// adds its own edges; what changes older ones (a correction, a container
	// named later) lets the next walk make all of them anew.
	fresh bool
}

// lists holds a list of ends for each node, in one array. Those made at once
// lie side by side; one that has grown out of its room moves to the end.
type lists struct {
	spans []span
	ends  []end
}

type span struct{ at, n, room uint32 }

// end is the node at the other end of an edge, and the kind of the edge.
type end uint32

// endBits is how many bits an end has for its node: half a billion.
const endBits = 29

func endAt(n uint32, k EdgeKind) end { return end(uint32(k)<<endBits | n) }

func (e end) node() uint32 { return uint32(e) & (1<<endBits - 1) }

func (e end) kind() EdgeKind { return EdgeKind(e >> endBits) }

func (l *lists) of(n uint32) []end {
	s := l.spans[n]
	return l.ends[s.at : s.at+s.n]
}

// add puts an end at the end of a list.
func (l *lists) add(n uint32, e end) {
	s := &l.spans[n]
	if s.n == s.room {
		at := uint32(len(l.ends))
		s.room = max(4, 2*s.n)
		l.ends = slices.Grow(l.ends, int(s.room))[:at+s.room]
		copy(l.ends[at:], l.of(n))
		s.at = at
	}
	l.ends[s.at+s.n] = e
	s.n++
}

// edge is one edge while all are gathered.
type edge struct {
	child  uint32
	parent end
}

// gather makes the lists of all edges by one end; end says what is at the other.
func gather(nodes int, all []edge, of func(edge) (uint32, end)) lists {
	l := lists{spans: make([]span, nodes), ends: make([]end, len(all))}
	for _, e := range all {
		n, _ := of(e)
		l.spans[n].room++
	}
	at := uint32(0)
	for n := range l.spans {
		l.spans[n].at = at
		at += l.spans[n].room
	}
	for _, e := range all {
		n, other := of(e)
		l.add(n, other)
	}
	return l
}

func upward(e edge) (uint32, end) { return e.child, e.parent }

func downward(e edge) (uint32, end) {
	return e.parent.node(), endAt(e.child, e.parent.kind())
}

// refresh makes all edges anew if some are missing.
func (g *Graph) refresh() {
	if g.fresh {
		return
	}
	g.numberNodes()
	all := make([]edge, 0, 3*len(g.events))
	for child, k := range g.nodes {
		g.upstream(k, func(parent uint32, kind EdgeKind) {
			all = append(all, edge{uint32(child), endAt(parent, kind)})
		})
	}
	g.up, g.down = gather(len(g.nodes), all, upward), gather(len(g.nodes), all, downward)
	g.fresh = true
}

// numberNodes gives every node its number, stocks from what their records say now.
func (g *Graph) numberNodes() {
	g.nodes = slices.Grow(g.nodes[:0], 3*len(g.events)/2+len(g.record))
	number := func(k node) uint32 {
		g.nodes = append(g.nodes, k)
		return uint32(len(g.nodes) - 1)
	}
	for n := range g.events {
		g.events[n].node = number(node{EventNode, uint32(n), 0})
	}
	for p := range g.process {
		g.process[p].node = number(node{ProcessNode, uint32(p), 0})
	}
	for r := range g.record {
		g.settle(uint32(r))
		for i := range g.record[r].stocks {
			g.record[r].stocks[i].node = number(node{StockNode, uint32(r), uint32(i)})
		}
	}
}

// upstream yields what a node came from.
func (g *Graph) upstream(k node, yield from) {
	switch k.kind {
	case EventNode:
		g.ofEvent(k.n, yield)
	case ProcessNode:
		g.ofProcess(k.n, yield)
	case StockNode:
		g.ofStock(&g.record[k.n], k.i, yield)
	}
}
