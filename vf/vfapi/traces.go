package vfapi

import (
	"slices"

	"commonweal/platform/graphql"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
	"commonweal/vf/resolve"
	"commonweal/vf/trace"
)

// traced is an answer of the tracer with what its nodes are.
type traced struct {
	answer *trace.Answer
	nodes  []any
	queued []any
}

type tracedNode struct {
	trace.Node
	item   any
	amount *quantity.Amount
}

// maxTraced is how many nodes the API names in one answer; lines of JSON
// (/trace.ndjson) have no such bound.
const maxTraced = 2_000

func (a *api) traces() graphql.Fields {
	out := graphql.Fields{
		"Query.trace": resolve.Root(func(q *graphql.Query, args graphql.Args) (any, error) { return a.walk(q, ask(args, false)) }),
		"Query.track": resolve.Root(func(q *graphql.Query, args graphql.Args) (any, error) { return a.walk(q, ask(args, true)) }),

		"Trace.nodes":     {Read: func(p any) any { return p.(*traced).nodes }},
		"Trace.queued":    {Read: func(p any) any { return p.(*traced).queued }},
		"Trace.truncated": {Read: func(p any) any { return p.(*traced).answer.Truncated }},
		"Trace.edges": {Read: func(p any) any {
			edges := p.(*traced).answer.Edges
			out := make([]any, len(edges))
			for i := range edges {
				out[i] = &edges[i]
			}
			return out
		}},
		"TraceNode.item":         {Read: func(p any) any { return p.(*tracedNode).item }},
		"TraceNode.depth":        {Read: func(p any) any { return p.(*tracedNode).Depth }},
		"TraceNode.amount":       {Read: func(p any) any { return p.(*tracedNode).amount }},
		"TraceNode.unattributed": {Read: func(p any) any { return p.(*tracedNode).Unattributed }},
		"TraceEdge.from":         {Read: func(p any) any { return p.(*trace.Edge).From }},
		"TraceEdge.to":           {Read: func(p any) any { return p.(*trace.Edge).To }},
		"TraceEdge.loop":         {Read: func(p any) any { return p.(*trace.Edge).Loop }},
		"TraceEdge.kind":         {Read: func(p any) any { return p.(*trace.Edge).Kind.String() }},
	}
	for typ, start := range map[string]func(store.ID, *vf.TraceAsk){
		"EconomicEvent":    func(i store.ID, t *vf.TraceAsk) { t.Events = []store.ID{i} },
		"EconomicResource": func(i store.ID, t *vf.TraceAsk) { t.Resources = []store.ID{i} },
		"Process":          func(i store.ID, t *vf.TraceAsk) { t.Processes = []store.ID{i} },
	} {
		out[typ+".trace"], out[typ+".track"] = a.walksFrom(start, false), a.walksFrom(start, true)
	}
	return out
}

// ask reads the arguments of a trace.
func ask(args graphql.Args, on bool) vf.TraceAsk {
	t := vf.TraceAsk{On: on, Reach: args.Flag("reach"), MaxDepth: args.Int("depth", 0), MaxNodes: min(args.Int("nodes", maxTraced), maxTraced), Lot: args.ID("lot")}
	for name, to := range map[string]*[]store.ID{"resource": &t.Resources, "event": &t.Events, "process": &t.Processes} {
		if args.Has(name) {
			*to = []store.ID{args.ID(name)}
		}
	}
	return t
}

// walksFrom traces each parent: in memory, then names everything found at once.
func (a *api) walksFrom(start func(store.ID, *vf.TraceAsk), on bool) graphql.Field {
	return graphql.Field{Batch: func(q *graphql.Query, parents []any, args graphql.Args) ([]any, error) {
		asks := make([]vf.TraceAsk, len(parents))
		for i, p := range parents {
			asks[i] = ask(args, on)
			start(resolve.IDOf(p), &asks[i])
		}
		return a.walks(q, asks)
	}}
}

func (a *api) walk(q *graphql.Query, t vf.TraceAsk) (any, error) {
	out, err := a.walks(q, []vf.TraceAsk{t})
	if err != nil {
		return nil, err
	}
	if e, failed := out[0].(error); failed {
		return nil, e
	}
	return out[0], nil
}

func (a *api) walks(q *graphql.Query, asks []vf.TraceAsk) ([]any, error) {
	out := make([]any, len(asks))
	var events, processes, resources []store.ID
	for i, t := range asks {
		answer, err := a.core.Tracer.Trace(q.Context, q.Reader, t)
		if err != nil {
			out[i] = err
			continue
		}
		out[i] = &traced{answer: answer}
		for _, n := range answer.Nodes {
			switch id := vf.TraceID(n.ID); n.Kind {
			case trace.EventNode:
				events = append(events, id)
			case trace.ProcessNode:
				processes = append(processes, id)
			default:
				resources = append(resources, id)
			}
		}
	}
	return out, a.nameNodes(q, out, events, processes, resources)
}

// nameNodes reads what the nodes of all answers are.
func (a *api) nameNodes(q *graphql.Query, answers []any, events, processes, resources []store.ID) error {
	things := map[trace.Kind][]any{}
	for kind, of := range map[trace.Kind]struct {
		find resolve.Loader
		ids  []store.ID
	}{trace.EventNode: {resolve.Events, events}, trace.ProcessNode: {resolve.Processes, processes}, trace.StockNode: {resolve.Resources, resources}} {
		found, err := of.find(q, of.ids)
		if err != nil {
			return err
		}
		things[kind] = found
	}
	for _, x := range answers {
		t, ok := x.(*traced)
		if !ok {
			continue
		}
		for _, n := range t.answer.Nodes { // in the order in which their identifiers were gathered
			item := things[n.Kind][0]
			things[n.Kind] = things[n.Kind][1:]
			t.nodes = append(t.nodes, &tracedNode{n, item, amountOf(n, item)})
			if n.Kind == trace.StockNode && slices.Contains(t.answer.Queued, n.ID) && !slices.Contains(t.queued, item) {
				t.queued = append(t.queued, item)
			}
		}
	}
	return nil
}

// amountOf is what of a node belongs to the answer, in the unit of the event
// or record.
func amountOf(n trace.Node, item any) *quantity.Amount {
	if n.Amount == nil {
		return nil
	}
	var unit quantity.Unit
	switch x := item.(type) {
	case *vf.Event:
		switch {
		case x.ResourceQuantity != nil:
			unit = x.ResourceQuantity.Unit
		case x.EffortQuantity != nil:
			unit = x.EffortQuantity.Unit
		}
	case *vf.Resource:
		unit = x.Accounting.Unit
	}
	v := quantity.Micros(n.Amount.Micros(), unit)
	return &v
}
