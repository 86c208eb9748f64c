package trace

import (
	"context"

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
	// Records lists each record once, with the numbers of its stocks.
	Records map[ID][]int
	// Truncated says that a bound was reached; Frontier lists the nodes behind
	// which more would follow.
	Truncated bool
	Frontier  []int
	// Uneven lists the processes whose outputs were weighted equally because
	// their units differ.
	Uneven []ID
}

// defaultNodes is how many nodes an answer has when nobody says.
const defaultNodes = 100_000

// Walk answers. Faults: trace.unknown_start when nothing starts there.
func (g *Graph) Walk(ctx context.Context, ask Ask) (*Answer, error) {
	w := &walk{g: g, ask: ask, ctx: ctx, answer: &Answer{Records: map[ID][]int{}}}
	if w.ask.MaxNodes <= 0 {
		w.ask.MaxNodes = defaultNodes
	}
	g.seen.begin(g.nodes())
	starts, err := w.starts()
	if err != nil {
		return nil, err
	}
	if err := w.spread(starts); err != nil {
		return nil, err
	}
	if !ask.Reach {
		w.weigh(starts)
	}
	return w.answer, nil
}

type walk struct {
	g      *Graph
	ask    Ask
	ctx    context.Context
	answer *Answer
}

// starts returns the nodes to begin with.
func (w *walk) starts() ([]node, error) {
	var out []node
	for _, i := range w.ask.Records {
		if r, ok := w.g.records.number[i]; ok {
			out = append(out, w.startsOf(r)...)
		}
	}
	for _, i := range w.ask.Events {
		if n, ok := w.g.byID[i]; ok {
			out = append(out, eventNode(n))
		}
	}
	for _, i := range w.ask.Processes {
		if p, ok := w.g.processes.number[i]; ok {
			out = append(out, node{ProcessNode, p, 0})
		}
	}
	if len(out) == 0 {
		return nil, fault.NotFoundf("trace.unknown_start", "start", "no event names anything of what the trace starts from")
	}
	return out, nil
}

// startsOf returns the stocks of a record: the last one going back, with what
// lies in it now; all of them going on.
func (w *walk) startsOf(r uint32) (out []node) {
	stocks := w.g.settle(r)
	if w.ask.Direction == On {
		for i := range stocks {
			if i > 0 || len(stocks) == 1 || stocks[1].at > 0 {
				out = append(out, node{StockNode, r, uint32(i)})
			}
		}
		return out
	}
	out = append(out, node{StockNode, r, uint32(len(stocks) - 1)})
	for _, c := range w.g.record[r].contents {
		if w.g.inside(c, uint32(len(w.g.events))) {
			out = append(out, eventNode(c))
		}
	}
	return out
}

// spread visits everything within reach, breadth first. Steps within a record
// (Rest) cost no depth.
func (w *walk) spread(starts []node) error {
	for _, s := range starts {
		w.visit(s, 0)
	}
	next := w.g.upstream
	if w.ask.Direction == On {
		next = w.g.downstream
	}
	var from, depth int
	var open bool
	step := func(to node, kind EdgeKind) {
		further := depth + 1
		if kind == Rest {
			further = depth
		}
		n, there := w.g.seen.number(w.g.place(to))
		if !there {
			if len(w.answer.Nodes) >= w.ask.MaxNodes || (w.ask.MaxDepth > 0 && further > w.ask.MaxDepth) {
				open = true
				return
			}
			n = w.visit(to, further)
		}
		e := Edge{From: n, To: from, Kind: kind}
		if w.ask.Direction == On {
			e.From, e.To = from, n
		}
		w.answer.Edges = append(w.answer.Edges, e)
	}
	for from = 0; from < len(w.answer.Nodes); from++ {
		if from%1024 == 0 && w.ctx.Err() != nil {
			return w.ctx.Err()
		}
		depth, open = w.answer.Nodes[from].Depth, false
		next(w.answer.Nodes[from].key, step)
		if open {
			w.answer.Truncated, w.answer.Frontier = true, append(w.answer.Frontier, from)
		}
	}
	return nil
}

// visit numbers a node and notes that it is to be gone on from.
func (w *walk) visit(x node, depth int) int {
	at := w.g.place(x)
	if n, there := w.g.seen.number(at); there {
		return n
	}
	n := len(w.answer.Nodes)
	w.g.seen.set(at, n)
	v := Node{Kind: x.kind, Depth: depth, key: x}
	switch x.kind {
	case EventNode:
		v.ID = w.g.events[x.n].id
	case ProcessNode:
		v.ID = w.g.processes.ids[x.n]
	case StockNode:
		v.ID = w.g.records.ids[x.n]
		v.Place = w.g.settle(x.n)[x.i].at + 1
		w.answer.Records[v.ID] = append(w.answer.Records[v.ID], n)
	}
	w.answer.Nodes = append(w.answer.Nodes, v)
	if w.ask.Found != nil {
		w.ask.Found(v)
	}
	return n
}
