package vfroom

import (
	"slices"

	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/vf"
	"commonweal/vf/naming"
)

// names is everything that the events and records of a page name, read in one
// question per kind of thing.
type names struct {
	q         *web.Request
	resources map[store.ID]vf.Resource
	processes map[store.ID]vf.Process
	specs     map[store.ID]vf.ResourceSpecification
	stages    map[store.ID]vf.ProcessSpecification
	entities  map[store.ID]vf.Entity
	agents    naming.Names
}

// wanted is what a page is about to name.
type wanted struct {
	events                                                []vf.Event
	records                                               []vf.Resource // read already
	agents, resources, processes, specs, stages, entities []store.ID    // entities are places, lots and whatever else has no table of its own
}

// load reads what a page names. What is empty is asked for nowhere.
func load(q *web.Request, r store.Reader, w wanted) (*names, error) {
	n := &names{q: q}
	for _, e := range w.events {
		w.agents = append(w.agents, e.Provider, e.Receiver)
		w.resources = append(w.resources, e.ResourceInventoriedAs, e.ToResourceInventoriedAs)
		w.processes = append(w.processes, e.InputOf, e.OutputOf)
		w.specs = append(w.specs, e.ResourceConformsTo)
		w.entities = append(w.entities, e.ToLocation, e.ActsUnder)
	}
	for _, x := range w.records {
		w.resources = append(w.resources, x.Containers()...)
	}
	var err error
	if n.resources, err = vf.GetResources(r, w.resources); err != nil {
		return nil, err
	}
	for _, x := range w.records {
		n.resources[x.ID] = x
	}
	for _, x := range n.resources {
		w.agents = append(w.agents, x.PrimaryAccountable, x.Custodian)
		w.specs = append(w.specs, x.ConformsTo)
		w.stages = append(w.stages, x.Stage)
		w.entities = append(w.entities, x.CurrentLocation, x.OfBatchLot)
	}
	if n.processes, err = vf.GetProcesses(r, w.processes); err != nil {
		return nil, err
	}
	if n.specs, err = vf.GetSpecifications(r, w.specs); err != nil {
		return nil, err
	}
	if n.stages, err = vf.GetProcessSpecifications(r, w.stages); err != nil {
		return nil, err
	}
	if n.entities, err = vf.Entities(r, w.entities); err != nil {
		return nil, err
	}
	for _, e := range n.entities {
		if x, is := e.(*vf.AgentRelationship); is {
			w.agents = append(w.agents, x.Subject, x.Object)
		}
	}
	n.agents, err = naming.Load(q, r, w.agents...)
	return n, err
}

// lot is a batch or lot; the zero value when there is none.
func (n *names) lot(i store.ID) vf.BatchLotRecord {
	if l, ok := n.entities[i].(*vf.BatchLotRecord); ok {
		return *l
	}
	return vf.BatchLotRecord{}
}

// place is what a place is called; "" where there is none that the reader may
// know of.
func (n *names) place(i store.ID) string {
	s, ok := n.entities[i].(*vf.SpatialThing)
	if !ok || s.Private && !naming.IsMember(n.q) {
		return ""
	}
	return s.Name
}

// resource is what a record is called: its name, else what it is.
func (n *names) resource(i store.ID) string {
	x, there := n.resources[i]
	if !there {
		return ""
	}
	if x.Name != "" {
		return x.Name
	}
	if name := n.specs[x.ConformsTo].Name; name != "" {
		return name
	}
	return n.q.T("vf.resource.nameless")
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

// thingHref is the page of what an event is about: the record it touched.
func (n *names) thingHref(e vf.Event) string {
	if i := first(e.ResourceInventoriedAs, e.ToResourceInventoriedAs); i != "" {
		return n.q.Path("resources", string(i))
	}
	if e.ResourceConformsTo != "" {
		return n.q.Path("specifications", string(e.ResourceConformsTo))
	}
	return ""
}

// who names who gave, and who took where that is somebody else.
func (n *names) who(e vf.Event) string {
	from := n.agents.Of(e.Provider)
	if x, is := n.entities[e.ActsUnder].(*vf.AgentRelationship); is {
		from = n.q.T("vf.trace.by", "who", from, "person", n.agents.Of(x.Subject))
	}
	if e.Receiver == e.Provider {
		return from
	}
	return n.q.T("vf.trace.between", "from", from, "to", n.agents.Of(e.Receiver))
}

// eventRow is one event in a list.
type eventRow struct {
	Event                vf.Event
	Href                 string
	What, Who            string
	Thing, ThingHref     string
	Process, ProcessHref string
	Amount, Effort       *vf.Amount
	Change               *vf.Amount // of the record that the list is about
	Note                 string     // members only
}

// rows words a list of events.
func (n *names) rows(events []vf.Event) []eventRow {
	out := make([]eventRow, len(events))
	for i, e := range events {
		out[i] = n.event(e)
	}
	return out
}

func (n *names) event(e vf.Event) eventRow {
	row := eventRow{Event: e, Href: n.q.Path("books", "events", string(e.ID)), What: n.what(e), Who: n.who(e),
		Thing: n.thing(e), ThingHref: n.thingHref(e), Amount: e.ResourceQuantity, Effort: e.EffortQuantity}
	if p := first(e.InputOf, e.OutputOf); p != "" {
		row.Process, row.ProcessHref = n.processes[p].Name, n.q.Path("processes", string(p))
	}
	if e.Corrects != "" {
		row.What = n.q.T("vf.event.corrected", "what", row.What)
	}
	if naming.IsMember(n.q) {
		row.Note = e.Note
	}
	row.Event.Note = ""
	return row
}

// first returns the first identifier that is not empty.
func first(ids ...store.ID) store.ID {
	i := slices.IndexFunc(ids, func(i store.ID) bool { return i != "" })
	if i < 0 {
		return ""
	}
	return ids[i]
}
