package vfapi

import (
	"commonweal/platform/fault"
	"commonweal/platform/graphql"
	"commonweal/quantity"
	"commonweal/vf"
	"commonweal/vf/resolve"
)

func (a *api) roots() graphql.Fields {
	out := graphql.Fields{
		"Query.agent": resolve.OneByID(resolve.Agents, nil), "Query.economicEvent": resolve.OneByID(resolve.Events, nil), "Query.economicResource": resolve.OneByID(resolve.Resources, nil),
		"Query.process": resolve.OneByID(resolve.Processes, nil), "Query.resourceSpecification": resolve.OneByID(resolve.Specifications, nil), "Query.processSpecification": resolve.OneByID(resolve.Stages, nil),
		"Query.myAgent": resolve.Root(func(q *graphql.Query, _ graphql.Args) (any, error) {
			return resolve.OneOf(q, resolve.Agents, q.Who.Agent)
		}),
		"Query.agents":                 resolve.Root(agentList),
		"Query.economicEvents":         resolve.Root(a.eventList),
		"Query.economicResources":      resolve.Root(resourceList),
		"Query.processes":              resolve.Root(processList),
		"Query.resourceSpecifications": resolve.Root(specificationList),
		"Query.processSpecifications":  resolve.Root(stageList),
		"Query.offers":                 resolve.Root(proposals(vf.Offer)),
		"Query.requests":               resolve.Root(proposals(vf.Request)),
		"Query.unit": resolve.Root(func(_ *graphql.Query, args graphql.Args) (any, error) {
			if i, known := quantity.Lookup(quantity.Unit(args.Text("id"))); known {
				return &i, nil
			}
			return nil, nil
		}),
		"Query.units": resolve.Root(func(*graphql.Query, graphql.Args) (any, error) {
			list := quantity.Units()
			out := make([]any, len(list))
			for i := range list {
				out[i] = &list[i]
			}
			return out, nil
		}),
		"Query.actions": resolve.Root(func(*graphql.Query, graphql.Args) (any, error) {
			rows := vf.Actions()
			out := make([]any, len(rows))
			for i := range rows {
				out[i] = &rows[i]
			}
			return out, nil
		}),
	}
	for _, kind := range vf.Kinds() {
		out["Query."+fieldOf(kind)] = resolve.OneByID(resolve.Entities, func(v any) bool { return v.(vf.Entity).Kind() == kind })
		out["Query."+plural(kind)] = resolve.Root(entityList(kind))
	}
	return resolve.Merge(out, actionFields())
}

// actionFields answers the action table.
func actionFields() graphql.Fields {
	read := func(f func(*vf.Row) string) graphql.Field {
		return graphql.Field{Read: func(p any) any { return f(p.(*vf.Row)) }}
	}
	return graphql.Fields{
		"ActionDefinition.id":    read(func(r *vf.Row) string { return string(r.Action) }),
		"ActionDefinition.label": read(func(r *vf.Row) string { return string(r.Action) }),
		"ActionDefinition.pairsWith": {Read: func(p any) any {
			if w := p.(*vf.Row).PairsWith; w != "" {
				return string(w)
			}
			return nil
		}},
		"ActionDefinition.inputOutput":       read(func(r *vf.Row) string { return string(r.InputOutput) }),
		"ActionDefinition.createResource":    read(func(r *vf.Row) string { return string(r.CreateResource) }),
		"ActionDefinition.eventQuantity":     read(func(r *vf.Row) string { return string(r.EventQuantity) }),
		"ActionDefinition.accountingEffect":  read(func(r *vf.Row) string { return string(r.AccountingEffect) }),
		"ActionDefinition.onhandEffect":      read(func(r *vf.Row) string { return string(r.OnhandEffect) }),
		"ActionDefinition.locationEffect":    read(func(r *vf.Row) string { return string(r.LocationEffect) }),
		"ActionDefinition.containedEffect":   read(func(r *vf.Row) string { return string(r.ContainedEffect) }),
		"ActionDefinition.accountableEffect": read(func(r *vf.Row) string { return string(r.AccountableEffect) }),
		"ActionDefinition.stageEffect":       read(func(r *vf.Row) string { return string(r.StageEffect) }),
		"ActionDefinition.stateEffect":       read(func(r *vf.Row) string { return string(r.StateEffect) }),
	}
}

func agentList(q *graphql.Query, args graphql.Args) (any, error) {
	w, from, err := resolve.NamedWindow(args)
	if err != nil {
		return nil, err
	}
	if !resolve.Member(q.Who) { // their order and their cursors would tell the names
		return nil, fault.Forbiddenf("vf.list_people", "the list of people is for members; outsiders read the agents that events name")
	}
	list, err := vf.Agents(q.Reader, vf.AgentFilter{Kind: vf.AgentKind(args.Text("kind")), Class: args.Text("classifiedAs"), Search: args.Text("search"), After: from, Limit: w.N + 1, Back: w.Back})
	return resolve.PageOf(list, w, func(x *vf.Agent) string { return resolve.Pack(x.Name, string(x.ID)) }, func(x *vf.Agent) any { return x }), err
}

func (a *api) eventList(q *graphql.Query, args graphql.Args) (any, error) {
	f, w, err := resolve.EventFilter(args)
	if err != nil {
		return nil, err
	}
	ids, err := a.core.Register.Find(q.Reader, f)
	if err != nil {
		return nil, err
	}
	found, err := resolve.Events(q, ids)
	return resolve.EventPage(a.core, found, w, f), err
}

func resourceList(q *graphql.Query, args graphql.Args) (any, error) {
	w, from, err := resolve.IdentifiedWindow(args)
	if err != nil {
		return nil, err
	}
	if args.Has("primaryAccountable") && args.Has("conformsTo") {
		return nil, fault.Invalidf("vf.two_filters", "conformsTo", "filter by the accountable agent or by the specification, not by both")
	}
	list, err := vf.Resources(q.Reader, vf.ResourceFilter{Accountable: args.ID("primaryAccountable"), ConformsTo: args.ID("conformsTo"), Search: args.Text("search"), Before: from, Limit: w.N + 1, Back: w.Back})
	return resolve.PageOf(list, w, func(x *vf.Resource) string { return resolve.Pack(string(x.ID)) }, func(x *vf.Resource) any { return x }), err
}

func processList(q *graphql.Query, args graphql.Args) (any, error) {
	w, from, err := resolve.IdentifiedWindow(args)
	if err != nil {
		return nil, err
	}
	list, err := vf.Processes(q.Reader, vf.ProcessFilter{Project: args.ID("inScopeOf"), Search: args.Text("search"), Before: from, Limit: w.N + 1, Back: w.Back})
	return resolve.PageOf(list, w, func(x *vf.Process) string { return resolve.Pack(string(x.ID)) }, func(x *vf.Process) any { return x }), err
}

func specificationList(q *graphql.Query, args graphql.Args) (any, error) {
	w, from, err := resolve.NamedWindow(args)
	if err != nil {
		return nil, err
	}
	list, err := vf.SpecificationsIn(q.Reader, args.Text("search"), from, w.N+1, w.Back)
	return resolve.PageOf(list, w, func(x *vf.ResourceSpecification) string { return resolve.Pack(x.Name, string(x.ID)) }, func(x *vf.ResourceSpecification) any { return x }), err
}

func stageList(q *graphql.Query, args graphql.Args) (any, error) {
	w, from, err := resolve.NamedWindow(args)
	if err != nil {
		return nil, err
	}
	list, err := vf.ProcessSpecificationsIn(q.Reader, args.Text("search"), from, w.N+1, w.Back)
	return resolve.PageOf(list, w, func(x *vf.ProcessSpecification) string { return resolve.Pack(x.Name, string(x.ID)) }, func(x *vf.ProcessSpecification) any { return x }), err
}

// entityList answers a page of a class, latest first.
func entityList(kind vf.Kind) func(*graphql.Query, graphql.Args) (any, error) {
	return func(q *graphql.Query, args graphql.Args) (any, error) {
		return entityPage(q, kind, args, nil)
	}
}

func entityPage(q *graphql.Query, kind vf.Kind, args graphql.Args, want func(vf.Entity) bool) (any, error) {
	w, from, err := resolve.TimedWindow(args)
	if err != nil {
		return nil, err
	}
	link := args.In("filter")
	if args.Text("search") != "" && !resolve.Member(q.Who) && kind == vf.KindSpatialThing {
		return nil, fault.Forbiddenf("vf.search_places", "names of places are for members; outsiders list all places")
	}
	list, err := vf.ListEntities(q.Reader, kind, vf.ListFilter{Search: args.Text("search"), OpenOnly: args.Flag("openOnly"), Property: link.Text("property"), Target: link.ID("id"), Before: from, Limit: w.N + 1, Back: w.Back}, resolve.Member(q.Who), want)
	return resolve.PageOf(list, w, func(x *vf.Entity) string { return resolve.PackTimed(vf.CursorOfEntity(*x)) }, func(x *vf.Entity) any { return *x }), err
}

func proposals(purpose vf.Purpose) func(*graphql.Query, graphql.Args) (any, error) {
	return func(q *graphql.Query, args graphql.Args) (any, error) {
		return entityPage(q, vf.KindProposal, args, func(e vf.Entity) bool { return e.(*vf.Proposal).Purpose == purpose })
	}
}
