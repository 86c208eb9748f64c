package trace

import (
	"bytes"
	"context"
	"slices"

	"commonweal/platform/fault"
)

// Direction says which way to walk.
type Direction uint8

// The directions.
const (
	Back Direction = iota // trace: what it came from
	On                    // track: what came of it
)

// Ask says what to follow and how far.
type Ask struct {
	Direction Direction
	// Records, Events and Processes are where the walk starts: all records of
	// a lot, for a recall.
	Records, Events, Processes []ID
	// Amount is how much of the only record is asked about, in millionths; zero
	// means what it holds now going back, and all it ever held going on.
	Amount int64
	// Reach leaves the amounts out: everything there is a way to (recall).
	Reach    bool
	MaxDepth int // zero: no bound
	MaxNodes int // zero: 100,000
	// Found, when set, is called with each node as the walk comes to it.
	Found func(Node)
}

// Node is one node of an answer.
type Node struct {
	Kind  Kind
	ID    ID  // of the event or process; of a stock, its record
	Place int // of a stock: the position of its inflow in the chain of the record, from 1; 0 before any
	Depth int // steps from the start
	// Amount is what of the node belongs to the answer, in millionths; nil when
	// nobody can say, or when the walk was for reach.
	Amount *Amount
	// Unattributed says that part of the amount came from nowhere: the record
	// held less than was drawn.
	Unattributed bool
	key          node
}

// Edge leads from a node to one that came of it, by their numbers in the answer.
type Edge struct {
	From, To int
	Kind     EdgeKind
	Amount   *Amount // in millionths; nil as for nodes
	// Loop marks an edge that was cut to compute amounts: what was made went
	// back into its own making.
	Loop bool
}

// Answer is what a walk found.
type Answer struct {
	Nodes []Node // in the order in which the walk came to them
	Edges []Edge
	// Truncated says that a bound was reached; Frontier lists the nodes behind
	// which more would follow.
	Truncated bool
	Frontier  []int
	// Uneven lists the processes whose outputs were weighted equally because
	// their units differ.
	Uneven []ID
	// Queued lists the records in which what came in first was drawn first, at
	// least at times; in all others it was mixed.
	Queued []ID
}

// only is the amount asked about, zero when nobody says or the walk starts
// from several records.
func (a *Ask) only() int64 {
	if len(a.Records) != 1 {
		return 0
	}
	return max(a.Amount, 0)
}

// defaultNodes is how many nodes an answer has when nobody says.
const defaultNodes = 100_000

// Walk answers. Faults: trace.unknown_start when nothing starts there.
func (g *Graph) Walk(ctx context.Context, ask Ask) (*Answer, error) {
	if ask.MaxNodes <= 0 {
		ask.MaxNodes = defaultNodes
	}
	g.refresh()
	starts, err := g.starts(ask)
	if err != nil {
		return nil, err
	}
	g.seen.begin(len(g.nodes))
	w := &walk{g: g, ask: ask, answer: &Answer{}}
	if err := w.spread(ctx, starts); err != nil {
		return nil, err
	}
	w.queued()
	if !ask.Reach {
		w.weigh(starts)
	}
	return w.answer, nil
}

// queued notes by which rule the records in the answer were read.
func (w *walk) queued() {
	for _, x := range w.answer.Nodes {
		if x.Kind == StockNode && w.g.record[x.key.n].layers != nil {
			w.answer.Queued = append(w.answer.Queued, x.ID)
		}
	}
	slices.SortFunc(w.answer.Queued, compareIDs)
	w.answer.Queued = slices.Compact(w.answer.Queued)
}

func compareIDs(a, b ID) int { return bytes.Compare(a[:], b[:]) }

type walk struct {
	g      *Graph
	ask    Ask
	answer *Answer
	found  []uint32 // the nodes of the answer, by their numbers in the graph
}

// starts returns the nodes to begin with.
func (g *Graph) starts(ask Ask) (out []uint32, err error) {
	for _, i := range ask.Records {
		if r, ok := g.records.number[i]; ok {
			out = append(out, g.startsOf(r, ask)...)
		}
	}
	for _, i := range ask.Events {
		if n, ok := g.byID[i]; ok {
			if o, corrects := g.original[n]; corrects {
				n = o
			}
			out = append(out, g.events[n].node)
		}
	}
	for _, i := range ask.Processes {
		if p, ok := g.processes.number[i]; ok {
			out = append(out, g.process[p].node)
		}
	}
	if len(out) == 0 {
		return nil, fault.NotFoundf("trace.unknown_start", "start", "no event names anything of what the trace starts from")
	}
	return out, nil
}

// startsOf returns the stocks of a record: those that what is asked about would
// be drawn from going back, with what lies in it now; all of them going on.
func (g *Graph) startsOf(r uint32, ask Ask) (out []uint32) {
	rec := &g.record[r]
	if ask.Direction == On {
		for i, s := range rec.stocks {
			if i > 0 || len(rec.stocks) == 1 || rec.stocks[1].at > 0 {
				out = append(out, s.node)
			}
		}
		return out
	}
	for _, p := range rec.heldIn(ask.only()) {
		out = append(out, rec.stocks[p.stock].node)
	}
	for _, c := range rec.contents {
		if g.inside(c, uint32(len(g.events))) {
			out = append(out, g.events[c].node)
		}
	}
	return out
}

// spread visits everything within reach, breadth first: of each depth, first
// what is reached within a record (Rest), which costs no depth.
func (w *walk) spread(ctx context.Context, starts []uint32) error {
	for _, s := range starts {
		w.visit(s, 0)
	}
	for depth, begin := 0, 0; begin < len(w.found); depth++ {
		if err := w.steps(ctx, begin, depth, true); err != nil {
			return err
		}
		end := len(w.found)
		if err := w.steps(ctx, begin, depth+1, false); err != nil {
			return err
		}
		begin = end
	}
	slices.Sort(w.answer.Frontier)
	w.answer.Frontier = slices.Compact(w.answer.Frontier)
	w.answer.Truncated = len(w.answer.Frontier) > 0
	return nil
}

// steps takes the edges of one sort from the nodes of one depth, which are
// those from a number on, to the nodes of a depth.
func (w *walk) steps(ctx context.Context, begin, to int, rest bool) error {
	next, end := w.g.ways(w.ask.Direction), len(w.found)
	for from := begin; from < end; from++ {
		if from%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		for _, e := range next.of(w.found[from]) {
			if (e.kind() == Rest) == rest && !w.step(from, to, e) {
				w.answer.Frontier = append(w.answer.Frontier, from)
			}
		}
		if rest {
			end = len(w.found)
		}
	}
	return nil
}

// step takes one edge, and reports whether no bound is in the way.
func (w *walk) step(from, depth int, e end) bool {
	n, there := w.g.seen.number(e.node())
	if !there {
		if len(w.found) >= w.ask.MaxNodes || w.ask.MaxDepth > 0 && depth > w.ask.MaxDepth {
			return false
		}
		n = w.visit(e.node(), depth)
	}
	edge := Edge{From: n, To: from, Kind: e.kind()}
	if w.ask.Direction == On {
		edge.From, edge.To = from, n
	}
	w.answer.Edges = append(w.answer.Edges, edge)
	return true
}

// visit numbers a node and notes that it is to be gone on from.
func (w *walk) visit(at uint32, depth int) int {
	if n, there := w.g.seen.number(at); there {
		return n
	}
	n := len(w.found)
	w.g.seen.set(at, n)
	w.found = append(w.found, at)
	v := w.g.nodeOf(at)
	v.Depth = depth
	w.answer.Nodes = append(w.answer.Nodes, v)
	if w.ask.Found != nil {
		w.ask.Found(v)
	}
	return n
}

// nodeOf says what the node with a number is.
func (g *Graph) nodeOf(at uint32) Node {
	k := g.nodes[at]
	v := Node{Kind: k.kind, key: k}
	switch k.kind {
	case EventNode:
		v.ID = g.events[k.n].id
	case ProcessNode:
		v.ID = g.processes.ids[k.n]
	case StockNode:
		v.ID = g.records.ids[k.n]
		v.Place = g.record[k.n].stocks[k.i].at + 1
	}
	return v
}
