package contribution

import (
	"slices"
	"strings"
	"time"

	"commonweal/contribution/equation"
	"commonweal/contribution/rollup"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// material are the actions by which things come to be and are used up. They
// are few beside contributions, which the columns hold in memory.
var material = []vf.Action{vf.Produce, vf.Consume, vf.Modify, vf.Accept, vf.DeliverService, vf.Raise}

// materialRoles are what they do in the graph.
var materialRoles = map[vf.Action]rollup.Role{vf.Produce: rollup.Produce, vf.Modify: rollup.Produce, vf.DeliverService: rollup.Produce,
	vf.Consume: rollup.Consume, vf.Accept: rollup.Consume, vf.Raise: rollup.Contribution}

// flowGraph is the flows behind some processes, ready to be asked.
type flowGraph struct {
	*rollup.Graph
	unit      quantity.Unit
	events    []rollup.Event
	row       map[string]int32 // the contribution that an event is
	outputs   []vf.Event       // produce events of the graph, oldest first
	processes map[store.ID]vf.Process
}

// flowsAsk says which flows to load.
type flowsAsk struct {
	// Targets reports whether an output belongs to what is asked for; the graph
	// holds it and everything behind it.
	Targets func(e vf.Event) bool
	Project store.ID  // all processes of a project; "" for none
	Before  time.Time // events recorded from then on are left out; zero: none are
	Waiting bool      // also contributions that are not validated yet
}

// loadFlows reads what buildFlows needs from the database.
func (p *Practice) loadFlows(r *store.Snapshot, l *equation.Ledger, ask flowsAsk) (*flowGraph, error) {
	things, err := p.materialEvents(r, ask.Before)
	if err != nil {
		return nil, err
	}
	s, err := settings.Get(r)
	if err != nil {
		return nil, err
	}
	var more []vf.Process
	if ask.Project != "" {
		if more, err = vf.Processes(r, vf.ProcessFilter{Project: ask.Project, Limit: mostProcesses}); err != nil {
			return nil, err
		}
	}
	return buildFlows(s, things, l, ask, more, func(ids []store.ID) (map[store.ID]vf.Process, error) { return vf.GetProcesses(r, ids) })
}

// buildFlows turns economic events into the graph of the roll-up: of the
// material events of the commons it finds the processes behind what is asked
// for (and takes in more), and of the contributions those to these processes.
func buildFlows(s *Settings, things []vf.Event, l *equation.Ledger, ask flowsAsk, more []vf.Process, named func([]store.ID) (map[store.ID]vf.Process, error)) (_ *flowGraph, err error) {
	g := &flowGraph{row: map[string]int32{}, unit: s.Currency}
	wanted := behind(things, ask, g)
	for _, x := range more {
		wanted[x.ID] = true
	}
	flows := rollup.Flows{Unit: s.Currency}
	for _, e := range things {
		if ofProcess := processOfEvent(e); wanted[ofProcess] || ofProcess == "" {
			flows.Events = append(flows.Events, materialEvent(e))
		}
	}
	g.contributions(l, s, wanted, ask.Waiting, &flows)
	if g.processes, err = named(ids(wanted)); err != nil {
		return nil, err
	}
	for _, id := range ids(wanted) {
		x := g.processes[id]
		flows.Processes = append(flows.Processes, rollup.Process{ID: string(id), Name: x.Name, Project: string(x.InScopeOf), End: x.HasEnd})
	}
	g.events = flows.Events
	g.Graph, err = rollup.Build(flows)
	return g, err
}

// materialEvents reads them all, in pages, oldest first.
func (p *Practice) materialEvents(r *store.Snapshot, before time.Time) ([]vf.Event, error) {
	var out []vf.Event
	f := vf.EventFilter{Actions: material, Limit: 500}
	for {
		page, err := p.Events.Events(r, f)
		if err != nil {
			return nil, err
		}
		for _, e := range page {
			if isMaterial(e) && (before.IsZero() || e.Created.Before(before)) {
				out = append(out, e)
			}
		}
		if len(page) < f.Limit {
			slices.Reverse(out)
			return out, nil
		}
		f.Before = vf.CursorOf(page[len(page)-1])
	}
}

// isMaterial leaves out accounts, which are opened by a raise of nothing,
// contributions, which the columns have, and what happened outside every
// process: a service or a payment.
func isMaterial(e vf.Event) bool {
	return !slices.ContainsFunc(e.ClassifiedAs, func(c string) bool { return strings.HasPrefix(c, "cw:contribution/") }) &&
		(e.Action == vf.Raise && e.ResourceQuantity != nil && e.ResourceQuantity.Sign() > 0 || e.Action != vf.Raise && processOfEvent(e) != "")
}

// behind finds the processes behind the targets: backward over the stocks that
// each used up, every event once.
func behind(things []vf.Event, ask flowsAsk, g *flowGraph) map[store.ID]bool {
	makers := map[store.ID][]store.ID{} // of a stock
	inputs := map[store.ID][]store.ID{} // of a process: stocks
	var open []store.ID
	for _, e := range things {
		switch materialRoles[e.Action] {
		case rollup.Produce:
			makers[e.ResourceInventoriedAs] = append(makers[e.ResourceInventoriedAs], e.OutputOf)
			if ask.Targets != nil && ask.Targets(e) || ask.Project != "" && e.InScopeOf == ask.Project {
				open = append(open, e.OutputOf)
				g.outputs = append(g.outputs, e)
			}
		case rollup.Consume:
			inputs[e.InputOf] = append(inputs[e.InputOf], e.ResourceInventoriedAs)
			if ask.Project != "" && e.InScopeOf == ask.Project {
				open = append(open, e.InputOf)
			}
		}
	}
	wanted := map[store.ID]bool{}
	for len(open) > 0 {
		process := open[len(open)-1]
		open = open[:len(open)-1]
		if process == "" || wanted[process] {
			continue
		}
		wanted[process] = true
		for _, stock := range inputs[process] {
			open = append(open, makers[stock]...)
		}
	}
	return wanted
}

func processOfEvent(e vf.Event) store.ID {
	if e.OutputOf != "" {
		return e.OutputOf
	}
	return e.InputOf
}

// materialEvent is a material event as the graph needs it.
func materialEvent(e vf.Event) rollup.Event {
	out := rollup.Event{ID: string(e.ID), Role: materialRoles[e.Action], Process: string(processOfEvent(e)), Resource: string(e.ResourceInventoriedAs),
		Provider: string(e.Provider), At: e.End()}
	if e.ResourceQuantity != nil {
		out.Quantity = *e.ResourceQuantity
	}
	return out
}

// contributionRoles are what contributions to a process do in the graph.
var contributionRoles = map[vf.Action]rollup.Role{vf.Work: rollup.Work, vf.Use: rollup.Use, vf.Cite: rollup.Cite, vf.Produce: rollup.Produce}

// contributions adds the contributions to the wanted processes. What somebody
// bought or gave for a process is an exchange, or a gift, whose yield the
// process used up.
func (g *flowGraph) contributions(l *equation.Ledger, s *Settings, wanted map[store.ID]bool, waiting bool, flows *rollup.Flows) {
	want := make([]bool, len(l.Processes))
	for i, id := range l.Processes {
		want[i] = wanted[store.ID(id)]
	}
	for i := range l.Len() {
		state := l.Flags[i] & allStates
		if l.Process[i] < 0 || !want[l.Process[i]] || state != equation.Validated && (!waiting || state != 0) {
			continue
		}
		row := l.Row(i)
		k := s.Kinds[row.Kind]
		e := rollup.Event{ID: row.ID.String(), Process: row.Process, Quantity: quantity.Micros(row.Quantity, quantity.Unit(row.Unit)), Provider: row.Person,
			Class: s.kindName(row.Kind), At: store.Time(row.At)}
		if row.Value != equation.Missing {
			value := s.money(row.Value)
			e.Value = &value
		} else {
			e.Value = &quantity.Amount{Unit: s.Currency} // care and love work are not priced, which is not the same as forgotten
		}
		g.row[e.ID] = int32(i)
		if role, ok := contributionRoles[k.Action]; ok {
			e.Role = role
			flows.Events = append(flows.Events, e)
			continue
		}
		flows.Events = append(flows.Events, usedUp(e, k, flows)...)
	}
}

// usedUp is what somebody bought or gave for a process: it came in, and the
// process took all of it.
func usedUp(e rollup.Event, k Kind, flows *rollup.Flows) []rollup.Event {
	thing := "of " + e.ID
	took := rollup.Event{ID: "use " + thing, Role: rollup.Consume, Process: e.Process, Resource: thing, Quantity: e.Quantity, At: e.At}
	if !k.FaceValue {
		e.Role, e.Process, e.Resource = rollup.Contribution, "", thing
		return []rollup.Event{e, took}
	}
	flows.Exchanges = append(flows.Exchanges, rollup.Exchange{ID: "exchange " + e.ID, Name: k.Name})
	came := rollup.Event{ID: "receipt " + thing, Role: rollup.Receipt, Exchange: "exchange " + e.ID, Resource: thing, Quantity: e.Quantity, At: e.At}
	e.Role, e.Process, e.Exchange = rollup.Payment, "", "exchange "+e.ID
	return []rollup.Event{e, came, took}
}

// ids are the members of a set, in order.
func ids(set map[store.ID]bool) []store.ID {
	out := make([]store.ID, 0, len(set))
	for id := range set {
		out = append(out, id)
	}
	slices.Sort(out)
	return out
}
