package vf

import (
	"context"
	"encoding/json"
	"slices"
	"sync"

	"github.com/google/uuid"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf/trace"
)

// Tracer answers what something came from and what came of it. Like a
// Register it is an index in memory beside the events, one graph a commons,
// which extends itself by what was recorded since; it may be dropped at any
// time. It holds about 330 bytes per event.
//
// Make one per store and share it; it is safe for concurrent use. Walks in one
// commons take turns: they take milliseconds.
type Tracer struct {
	mu      sync.Mutex
	commons map[store.ID]*traced
}

// NewTracer returns an empty tracer.
func NewTracer() *Tracer { return &Tracer{commons: map[store.ID]*traced{}} }

// traced is the graph of one commons.
type traced struct {
	mu      sync.Mutex
	graph   *trace.Graph
	last    store.ID
	version int64 // of the latest snapshot that it was read from
}

// TraceAsk says what to follow. Identifiers that are none are refused.
type TraceAsk struct {
	On                           bool // what came of it; else what it came from
	Resources, Events, Processes []store.ID
	Lot                          store.ID // all records of a BatchLotRecord
	Amount                       *Amount  // of the only resource; nil: all of it
	Reach                        bool     // everything there is a way to, without amounts: a recall
	MaxDepth, MaxNodes           int
	Found                        func(trace.Node) // called with each node as it is found; it must not block
}

// Trace walks. Faults: vf.identifier, trace.unknown_start.
func (t *Tracer) Trace(ctx context.Context, r *store.Snapshot, ask TraceAsk) (a *trace.Answer, err error) {
	err = t.with(r, ask, func(g *trace.Graph, w trace.Ask) error {
		a, err = g.Walk(ctx, w)
		return err
	})
	return a, err
}

// Reach returns how much there is a way to, the starts among it, whatever the
// bounds of the question: how much lies behind a trace that was cut off.
// Faults as of Trace.
func (t *Tracer) Reach(ctx context.Context, r *store.Snapshot, ask TraceAsk) (n trace.Reached, err error) {
	err = t.with(r, ask, func(g *trace.Graph, w trace.Ask) error {
		n, err = g.Reach(ctx, w)
		return err
	})
	return n, err
}

// with asks the graph of the commons, which knows all that the snapshot has.
func (t *Tracer) with(r *store.Snapshot, ask TraceAsk, walk func(*trace.Graph, trace.Ask) error) error {
	w, err := ask.inBinary(r)
	if err != nil {
		return err
	}
	g := t.of(r.Commons())
	g.mu.Lock()
	defer g.mu.Unlock()
	if err := g.extend(r); err != nil {
		return err
	}
	return walk(g.graph, w)
}

// inBinary is the question as the graph takes it, a lot as its records.
func (ask TraceAsk) inBinary(r *store.Snapshot) (trace.Ask, error) {
	w := trace.Ask{Reach: ask.Reach, MaxDepth: ask.MaxDepth, MaxNodes: ask.MaxNodes, Found: ask.Found}
	if ask.On {
		w.Direction = trace.On
	}
	if ask.Amount != nil {
		w.Amount = ask.Amount.Micros
	}
	resources := slices.Clone(ask.Resources)
	if ask.Lot != "" {
		of, err := ResourcesOfLots(r, []store.ID{ask.Lot})
		if err != nil {
			return w, err
		}
		for _, x := range of {
			resources = append(resources, x.ID)
		}
	}
	for _, l := range [...]struct {
		field string
		from  []store.ID
		to    *[]trace.ID
	}{{"resource", resources, &w.Records}, {"event", ask.Events, &w.Events}, {"process", ask.Processes, &w.Processes}} {
		for _, i := range l.from {
			key, err := uuid.Parse(string(i))
			if err != nil {
				return w, fault.Invalidf("vf.identifier", l.field, "%q is no identifier", clip(string(i)))
			}
			*l.to = append(*l.to, trace.ID(key))
		}
	}
	return w, nil
}

// Warm reads what the tracer does not know yet, so that the first walk is not slow.
func (t *Tracer) Warm(r *store.Snapshot) error {
	g := t.of(r.Commons())
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.extend(r)
}

func (t *Tracer) of(commons store.ID) *traced {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.commons[commons] == nil {
		t.commons[commons] = &traced{graph: trace.New(), last: lowest}
	}
	return t.commons[commons]
}

// Histories returns the newest events of records by their chains, newest
// first, at most so many each behind the event from (empty: the newest of all);
// back: the oldest first, those in front of it.
func (t *Tracer) Histories(r *store.Snapshot, resources []store.ID, from store.ID, limit int, back bool) (map[store.ID][]store.ID, error) {
	g := t.of(r.Commons())
	g.mu.Lock()
	defer g.mu.Unlock()
	if err := g.extend(r); err != nil {
		return nil, err
	}
	out := map[store.ID][]store.ID{}
	for _, x := range resources {
		for _, e := range g.graph.History(traceID(x), traceID(from), size(limit), back) {
			out[x] = append(out[x], TraceID(e))
		}
	}
	return out, nil
}

// TraceID returns the identifier of a node of an answer.
func TraceID(i trace.ID) store.ID { return store.ID(uuid.UUID(i).String()) }

var eventsToTrace = store.SQL(`SELECT id, at, action, provider, receiver, input_of, output_of, resource_id, to_resource_id, quantity, unit, effort, effort_unit, corrects, more
	FROM vf_event WHERE commons_id = $1 AND id > $2 ORDER BY id`)

// extend reads the events behind the last one.
func (g *traced) extend(r *store.Snapshot) error {
	if r.Version() <= g.version {
		return nil
	}
	err := r.Scan(eventsToTrace, func(v store.Values) error {
		e := Event{ID: store.ID(v.Text(0)), Action: Action(v.Text(2)), Provider: store.ID(v.Text(3)), Receiver: store.ID(v.Text(4)), InputOf: store.ID(v.Text(5)), OutputOf: store.ID(v.Text(6)),
			ResourceInventoriedAs: store.ID(v.Text(7)), ToResourceInventoriedAs: store.ID(v.Text(8)), Corrects: store.ID(v.Text(13))}
		if unit := v.Text(10); unit != "" {
			e.ResourceQuantity = &Amount{Micros: v.Int(9), Unit: quantity.Unit(unit)}
		}
		if unit := v.Text(12); unit != "" {
			e.EffortQuantity = &Amount{Micros: v.Int(11), Unit: quantity.Unit(unit)}
		}
		if more := v.Text(14); more != "" {
			var m rest
			if err := json.Unmarshal([]byte(more), &m); err != nil {
				return err
			}
			e.PairOf, e.Queued = m.PairOf, m.Queued
		}
		if err := g.graph.Add(e.traced(v.Int(1))); err != nil {
			return err
		}
		g.last = e.ID
		return nil
	}, g.last)
	if err == nil {
		g.version = r.Version()
	}
	return err
}

// traced is an event as the graph takes it.
func (e *Event) traced(at int64) trace.Event {
	out := trace.Event{ID: traceID(e.ID), At: at, InputOf: traceID(e.InputOf), OutputOf: traceID(e.OutputOf), From: traceID(e.ResourceInventoriedAs),
		To: traceID(e.ToResourceInventoriedAs), PairOf: traceID(e.PairOf), Corrects: traceID(e.Corrects), Half: e.Action.row().half(), Queues: e.Queued}
	switch {
	case e.ResourceQuantity != nil:
		out.Quantity, out.Unit = e.ResourceQuantity.Micros, string(e.ResourceQuantity.Unit)
	case e.EffortQuantity != nil:
		out.Quantity, out.Unit = e.EffortQuantity.Micros, string(e.EffortQuantity.Unit)
	}
	for _, p := range e.Postings() {
		if p.Resource == e.ResourceInventoriedAs {
			out.FromOnhand, out.FromAccounted = out.FromOnhand+p.Onhand, out.FromAccounted+p.Accounting
		} else {
			out.ToOnhand, out.ToAccounted = out.ToOnhand+p.Onhand, out.ToAccounted+p.Accounting
		}
	}
	return out
}

// half says which side of a pair the action is, from the action table.
func (r *Row) half() trace.Half {
	switch {
	case r == nil:
		return trace.NoHalf
	case r.ContainedEffect == Update:
		return trace.PutsIn
	case r.ContainedEffect == Remove, r.PairsWith != "" && r.InputOutput == Output:
		return trace.Returns
	case r.PairsWith != "":
		return trace.TakesIn
	}
	return trace.NoHalf
}

// traceID is an identifier as the graph keeps it; what is empty is zero.
func traceID(i store.ID) trace.ID {
	key, err := uuid.Parse(string(i))
	if err != nil {
		return trace.ID{}
	}
	return trace.ID(key)
}

var resourcesByLot = store.ByIDs("SELECT " + resourceColumns + " FROM vf_resource WHERE commons_id = $1 AND lot IN (*) ORDER BY id")

// ResourcesOfLots returns the records of batches or lots.
func ResourcesOfLots(r store.Reader, lots []store.ID) ([]Resource, error) {
	return store.AllOf(r, scanResource, resourcesByLot, lots)
}
