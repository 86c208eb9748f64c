package vfroom

import (
	"slices"

	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
	"commonweal/vf"
	"commonweal/vf/naming"
	"commonweal/vf/trace"
)

// names is everything that a trace names, read in one question per kind.
type names struct {
	q         *web.Request
	events    map[store.ID]vf.Event
	resources map[store.ID]vf.Resource
	processes map[store.ID]vf.Process
	specs     map[store.ID]vf.ResourceSpecification
	lots      map[store.ID]vf.BatchLotRecord
	agents    naming.Names
	on        bool
}

// found reads what the first events of an answer name.
func found(q *web.Request, r *store.Snapshot, a *trace.Answer, ask vf.TraceAsk) (*names, error) {
	n := &names{q: q, on: ask.On}
	var events []store.ID
	for _, x := range a.Nodes {
		if x.Kind == trace.EventNode && len(events) < rowsShown {
			events = append(events, vf.TraceID(x.ID))
		}
	}
	var err error
	if n.events, err = vf.GetEvents(r, append(events, ask.Events...)); err != nil {
		return nil, err
	}
	agents, resources, processes, specs := []store.ID{}, slices.Clone(ask.Resources), slices.Clone(ask.Processes), []store.ID{}
	for _, e := range n.events {
		agents = append(agents, e.Provider, e.Receiver)
		resources = append(resources, e.ResourceInventoriedAs, e.ToResourceInventoriedAs)
		processes = append(processes, e.InputOf, e.OutputOf)
		specs = append(specs, e.ResourceConformsTo)
	}
	if n.resources, err = vf.GetResources(r, resources); err != nil {
		return nil, err
	}
	for _, x := range n.resources {
		specs = append(specs, x.ConformsTo)
	}
	if n.processes, err = vf.GetProcesses(r, processes); err != nil {
		return nil, err
	}
	if n.specs, err = vf.GetSpecifications(r, specs); err != nil {
		return nil, err
	}
	if n.lots, err = vf.Get[vf.BatchLotRecord](r, []store.ID{ask.Lot}); err != nil {
		return nil, err
	}
	n.agents, err = naming.Load(q, r, agents...)
	return n, err
}

// start is what the trace is about, and its address.
func (n *names) start(ask vf.TraceAsk) (label, path string) {
	switch {
	case ask.Lot != "":
		return n.q.T("vf.trace.lot", "code", n.lots[ask.Lot].BatchLotCode), ""
	case len(ask.Resources) == 1:
		return n.resource(ask.Resources[0]), ""
	case len(ask.Processes) == 1:
		return n.processes[ask.Processes[0]].Name, ""
	}
	e := n.events[ask.Events[0]]
	return n.what(e), n.q.Path("books", "events", string(e.ID))
}

// resource is what a record is called: its name, else what it is.
func (n *names) resource(i store.ID) string {
	x := n.resources[i]
	if x.Name != "" {
		return x.Name
	}
	return n.specs[x.ConformsTo].Name
}

// what says in words what an event did.
func (n *names) what(e vf.Event) string { return n.q.T("vf.action." + string(e.Action)) }

// thing is what an event is about.
func (n *names) thing(e vf.Event) string {
	for _, i := range [...]store.ID{e.ResourceInventoriedAs, e.ToResourceInventoriedAs} {
		if name := n.resource(i); i != "" && name != "" {
			return name
		}
	}
	return n.specs[e.ResourceConformsTo].Name
}

func (n *names) row(x trace.Node) traceRow {
	e := n.events[vf.TraceID(x.ID)]
	row := traceRow{Depth: x.Depth, What: n.what(e), Who: n.agents.Of(e.Provider), Thing: n.thing(e), Event: e, Href: n.q.Path("books", "events", string(e.ID))}
	if e.Receiver != e.Provider {
		row.Who = n.q.T("vf.trace.between", "from", n.agents.Of(e.Provider), "to", n.agents.Of(e.Receiver))
	}
	row.Event.Note = "" // private: it is on the page of the event
	if row.Amount = e.ResourceQuantity; row.Amount == nil {
		row.Amount = e.EffortQuantity
	}
	if x.Amount != nil && row.Amount != nil {
		part := quantity.Micros(rounded(x.Amount), row.Amount.Unit)
		if n.on { // what there is of the start, in its unit: said where that is the same
			part = quantity.Micros(min(part.Micros, row.Amount.Micros), row.Amount.Unit)
		}
		row.Part = &part
	}
	return row
}

// draw shows the first rows as a graph of records, processes and people's work,
// with events as the ways between them.
func (n *names) draw(rows []traceRow, on bool) web.Graph {
	d := drawing{names: n, at: map[string]int{}, edges: map[[2]string]bool{}}
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
	*names
	graph web.Graph
	at    map[string]int
	edges map[[2]string]bool
}

// node adds a node unless it is there.
func (d *drawing) node(id, label, kind string, layer int) string {
	if _, there := d.at[id]; !there {
		d.at[id] = len(d.graph.Nodes)
		d.graph.Nodes = append(d.graph.Nodes, web.GraphNode{ID: id, Label: label, Kind: d.q.T("vf.trace." + kind), Layer: layer})
	}
	return id
}

// event draws the way that an event is.
func (d *drawing) event(row traceRow) {
	e := row.Event
	record := func(i store.ID, layer int) string {
		return d.node(string(i), d.resource(i), "resource", layer)
	}
	step := func(i store.ID, layer int) string {
		return d.node(string(i), d.processes[i].Name, "process", layer)
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
			from = d.node("work "+string(e.InputOf)+string(e.Action), row.What, "work", further)
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

func first(ids ...store.ID) store.ID {
	for _, i := range ids {
		if i != "" {
			return i
		}
	}
	return ""
}
