package vfroom

import (
	"maps"
	"slices"

	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
	"commonweal/vf"
	"commonweal/vf/trace"
)

// found reads what the first events of an answer name.
func found(q *web.Request, r *store.Snapshot, a *trace.Answer, ask vf.TraceAsk) (*traced, error) {
	n := &traced{on: ask.On}
	var ids []store.ID
	for _, x := range a.Nodes {
		if x.Kind == trace.EventNode && len(ids) < rowsShown {
			ids = append(ids, vf.TraceID(x.ID))
		}
	}
	var err error
	if n.events, err = vf.GetEvents(r, append(ids, ask.Events...)); err != nil {
		return nil, err
	}
	n.names, err = load(q, r, wanted{events: slices.Collect(maps.Values(n.events)), resources: append(queued(a), ask.Resources...), processes: ask.Processes, entities: []store.ID{ask.Lot}})
	return n, err
}

// traced is what a trace found, with its names.
type traced struct {
	*names
	events map[store.ID]vf.Event
	on     bool
	unit   quantity.Unit // of the start, when what came of it is asked
}

// start is what the trace is about, and its address.
func (n *traced) start(ask vf.TraceAsk) (label, path string) {
	switch {
	case ask.Lot != "":
		return n.q.T("vf.trace.lot", "code", n.lot(ask.Lot).BatchLotCode), n.q.Path("lots", string(ask.Lot))
	case len(ask.Resources) == 1:
		return n.resource(ask.Resources[0]), n.q.Path("resources", string(ask.Resources[0]))
	case len(ask.Processes) == 1:
		return n.processes[ask.Processes[0]].Name, n.q.Path("processes", string(ask.Processes[0]))
	}
	e := n.events[ask.Events[0]]
	return n.what(e), n.q.Path("books", "events", string(e.ID))
}

func (n *traced) row(x trace.Node) traceRow {
	e := n.events[vf.TraceID(x.ID)]
	row := traceRow{Depth: x.Depth, What: n.what(e), Who: n.who(e), Thing: n.thing(e), ThingHref: n.thingHref(e), Event: e, Href: n.q.Path("books", "events", string(e.ID))}
	row.Event.Note = "" // private: it is on the page of the event
	if row.Amount = e.ResourceQuantity; row.Amount == nil {
		row.Amount = e.EffortQuantity
	}
	if x.Amount != nil && row.Amount != nil {
		part := quantity.Micros(x.Amount.Micros(), row.Amount.Unit)
		if n.unit == "" {
			n.unit = row.Amount.Unit
		}
		if n.on { // what there is of the start, in its unit: said where that is the same
			part = quantity.Micros(min(part.Micros, row.Amount.Micros), row.Amount.Unit)
		}
		if !n.on || row.Amount.Unit == n.unit {
			row.Part = &part
		}
	}
	return row
}

// draw shows the first rows as a graph of records, processes and people's work,
// with events as the ways between them.
func (n *traced) draw(rows []traceRow, on bool) web.Graph {
	d := drawing{traced: n, at: map[string]int{}, edges: map[[2]string]bool{}}
	for _, row := range rows {
		if len(d.graph.Nodes) >= nodesDrawn {
			break
		}
		d.event(row)
	}
	d.layers(on)
	return d.graph
}

// layers numbers the layers that have nodes from 0; what came first stands at the left.
func (d *drawing) layers(on bool) {
	var used []int
	for _, x := range d.graph.Nodes {
		if !slices.Contains(used, x.Layer) {
			used = append(used, x.Layer)
		}
	}
	slices.Sort(used)
	if !on {
		slices.Reverse(used)
	}
	for i := range d.graph.Nodes {
		d.graph.Nodes[i].Layer = slices.Index(used, d.graph.Nodes[i].Layer)
	}
}

type drawing struct {
	*traced
	graph web.Graph
	at    map[string]int
	edges map[[2]string]bool
}

// node adds a node unless it is there.
func (d *drawing) node(id, label, kind string, layer int, path string) string {
	if _, there := d.at[id]; !there {
		d.at[id] = len(d.graph.Nodes)
		node := web.GraphNode{ID: id, Label: label, Kind: d.q.T("vf.trace." + kind), Layer: layer}
		if path != "" {
			node.Href = d.q.Path(path, id)
		}
		d.graph.Nodes = append(d.graph.Nodes, node)
	}
	return id
}

// event draws the way that an event is.
func (d *drawing) event(row traceRow) {
	e := row.Event
	record := func(i store.ID, layer int) string {
		return d.node(string(i), d.resource(i), "resource", layer, "resources")
	}
	step := func(i store.ID, layer int) string {
		return d.node(string(i), d.processes[i].Name, "process", layer, "processes")
	}
	nearer, further := row.Depth, row.Depth+1
	if d.on {
		nearer, further = further, nearer
	}
	var from, to string
	switch {
	case e.OutputOf != "" && e.InputOf == "":
		from = step(e.OutputOf, further)
		if x := first(e.ToResourceInventoriedAs, e.ResourceInventoriedAs); x != "" {
			to = record(x, nearer)
		}
	case e.InputOf != "":
		to = step(e.InputOf, nearer)
		switch {
		case e.OutputOf != "":
			from = step(e.OutputOf, further)
		case e.ResourceInventoriedAs != "":
			from = record(e.ResourceInventoriedAs, further)
		default:
			from = d.node("work "+string(e.InputOf)+string(e.Action), row.What, "work", further, "")
		}
	case e.ResourceInventoriedAs != "" && e.ToResourceInventoriedAs != "" && e.ResourceInventoriedAs != e.ToResourceInventoriedAs:
		from, to = record(e.ResourceInventoriedAs, further), record(e.ToResourceInventoriedAs, nearer)
	}
	if from == "" || to == "" || d.edges[[2]string{from, to}] {
		return
	}
	d.edges[[2]string{from, to}] = true
	label := row.What
	if row.Amount != nil {
		label += " " + d.q.Quantity(*row.Amount)
	}
	d.graph.Edges = append(d.graph.Edges, web.GraphEdge{From: from, To: to, Label: label})
}
