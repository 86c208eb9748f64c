package vfapi

import (
	"commonweal/platform/fault"
	"commonweal/platform/graphql"
	"commonweal/quantity"
	"commonweal/vf"
)

// root answers a field of Query; all of them need vf.see.
func root(f func(q *graphql.Query, args graphql.Args) (any, error)) graphql.Field {
	return graphql.Field{Needs: vf.See, Batch: func(q *graphql.Query, _ []any, args graphql.Args) ([]any, error) {
		v, err := f(q, args)
		return []any{v}, err
	}}
}

// oneByID answers a thing by its identifier; null when there is none.
func oneByID(find loader, is func(any) bool) graphql.Field {
	return root(func(q *graphql.Query, args graphql.Args) (any, error) {
		v, err := oneOf(q, find, args.ID("id"))
		if v == nil || is != nil && !is(v) {
			return nil, err
		}
		return v, err
	})
}

func (a *api) roots() graphql.Fields {
	out := graphql.Fields{
		"Query.agent": oneByID(agentsByID, nil), "Query.economicEvent": oneByID(eventsByID, nil), "Query.economicResource": oneByID(resourcesByID, nil),
		"Query.process": oneByID(processesByID, nil), "Query.resourceSpecification": oneByID(specificationsByID, nil), "Query.processSpecification": oneByID(stagesByID, nil),
		"Query.myAgent": root(func(q *graphql.Query, _ graphql.Args) (any, error) {
			return oneOf(q, agentsByID, q.Who.Agent)
		}),
		"Query.agents":                 root(agentList),
		"Query.economicEvents":         root(a.eventList),
		"Query.economicResources":      root(resourceList),
		"Query.processes":              root(processList),
		"Query.resourceSpecifications": root(specificationList),
		"Query.processSpecifications":  root(stageList),
		"Query.offers":                 root(proposals(vf.Offer)),
		"Query.requests":               root(proposals(vf.Request)),
		"Query.unit": root(func(_ *graphql.Query, args graphql.Args) (any, error) {
			if i, known := quantity.Lookup(quantity.Unit(args.Text("id"))); known {
				return &i, nil
			}
			return nil, nil
		}),
		"Query.units": root(func(*graphql.Query, graphql.Args) (any, error) {
			list := quantity.Units()
			out := make([]any, len(list))
			for i := range list {
				out[i] = &list[i]
			}
			return out, nil
		}),
		"Query.actions": root(func(*graphql.Query, graphql.Args) (any, error) {
			rows := vf.Actions()
			out := make([]any, len(rows))
			for i := range rows {
				out[i] = &rows[i]
			}
			return out, nil
		}),
	}
	for _, kind := range vf.Kinds() {
		out["Query."+fieldOf(kind)] = oneByID(entitiesByID, func(v any) bool { return v.(vf.Entity).Kind() == kind })
		out["Query."+plural(kind)] = root(entityList(kind))
	}
	return merge(out, actionFields())
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
	n, err := first(args)
	if err != nil {
		return nil, err
	}
	after, err := named(args)
	if err != nil {
		return nil, err
	}
	if !member(q.Who) { // their order and their cursors would tell the names
		return nil, fault.Forbiddenf("vf.list_people", "the list of people is for members; outsiders read the agents that events name")
	}
	list, err := vf.Agents(q.Reader, vf.AgentFilter{Kind: vf.AgentKind(args.Text("kind")), Class: args.Text("classifiedAs"), Search: args.Text("search"), After: after, Limit: n + 1})
	return page(list, n, after.ID != "", func(x *vf.Agent) string { return pack(x.Name, string(x.ID)) }, func(x *vf.Agent) any { return x }), err
}

func (a *api) eventList(q *graphql.Query, args graphql.Args) (any, error) {
	f, n, err := eventFilter(args)
	if err != nil {
		return nil, err
	}
	ids, err := a.core.Register.Find(q.Reader, f)
	if err != nil {
		return nil, err
	}
	found, err := eventsByID(q, ids)
	return a.eventPage(found, n, f), err
}

func resourceList(q *graphql.Query, args graphql.Args) (any, error) {
	n, err := first(args)
	if err != nil {
		return nil, err
	}
	after, err := identified(args)
	if err != nil {
		return nil, err
	}
	if args.Has("primaryAccountable") && args.Has("conformsTo") {
		return nil, fault.Invalidf("vf.two_filters", "conformsTo", "filter by the accountable agent or by the specification, not by both")
	}
	list, err := vf.Resources(q.Reader, vf.ResourceFilter{Accountable: args.ID("primaryAccountable"), ConformsTo: args.ID("conformsTo"), Search: args.Text("search"), Before: after, Limit: n + 1})
	return page(list, n, after != "", func(x *vf.Resource) string { return pack(string(x.ID)) }, func(x *vf.Resource) any { return x }), err
}

func processList(q *graphql.Query, args graphql.Args) (any, error) {
	n, err := first(args)
	if err != nil {
		return nil, err
	}
	after, err := identified(args)
	if err != nil {
		return nil, err
	}
	list, err := vf.Processes(q.Reader, vf.ProcessFilter{Project: args.ID("inScopeOf"), Search: args.Text("search"), Before: after, Limit: n + 1})
	return page(list, n, after != "", func(x *vf.Process) string { return pack(string(x.ID)) }, func(x *vf.Process) any { return x }), err
}

func specificationList(q *graphql.Query, args graphql.Args) (any, error) {
	n, err := first(args)
	if err != nil {
		return nil, err
	}
	after, err := named(args)
	if err != nil {
		return nil, err
	}
	list, err := vf.Specifications(q.Reader, args.Text("search"), after, n+1)
	return page(list, n, after.ID != "", func(x *vf.ResourceSpecification) string { return pack(x.Name, string(x.ID)) }, func(x *vf.ResourceSpecification) any { return x }), err
}

func stageList(q *graphql.Query, args graphql.Args) (any, error) {
	n, err := first(args)
	if err != nil {
		return nil, err
	}
	after, err := named(args)
	if err != nil {
		return nil, err
	}
	list, err := vf.ProcessSpecifications(q.Reader, args.Text("search"), after, n+1)
	return page(list, n, after.ID != "", func(x *vf.ProcessSpecification) string { return pack(x.Name, string(x.ID)) }, func(x *vf.ProcessSpecification) any { return x }), err
}

// entityList answers a page of a class, latest first.
func entityList(kind vf.Kind) func(*graphql.Query, graphql.Args) (any, error) {
	return func(q *graphql.Query, args graphql.Args) (any, error) {
		return entityPage(q, kind, args, nil)
	}
}

func entityPage(q *graphql.Query, kind vf.Kind, args graphql.Args, want func(vf.Entity) bool) (any, error) {
	n, err := first(args)
	if err != nil {
		return nil, err
	}
	before, err := timed(args)
	if err != nil {
		return nil, err
	}
	link := args.In("filter")
	if args.Text("search") != "" && !member(q.Who) && kind == vf.KindSpatialThing {
		return nil, fault.Forbiddenf("vf.search_places", "names of places are for members; outsiders list all places")
	}
	list, err := vf.ListEntities(q.Reader, kind, vf.ListFilter{Search: args.Text("search"), OpenOnly: args.Flag("openOnly"), Property: link.Text("property"), Target: link.ID("id"), Before: before, Limit: n + 1}, want)
	if err == nil && !member(q.Who) {
		for i := range list {
			list[i] = vf.Public(list[i])
		}
	}
	return page(list, n, before.ID != "", func(x *vf.Entity) string { return packTimed(vf.CursorOfEntity(*x)) }, func(x *vf.Entity) any { return *x }), err
}

func proposals(purpose vf.Purpose) func(*graphql.Query, graphql.Args) (any, error) {
	return func(q *graphql.Query, args graphql.Args) (any, error) {
		return entityPage(q, vf.KindProposal, args, func(e vf.Entity) bool { return e.(*vf.Proposal).Purpose == purpose })
	}
}
