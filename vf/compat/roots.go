package compat

import (
	"strings"
	"time"

	"commonweal/platform/graphql"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
	"commonweal/vf/resolve"
)

// loaders find the records of a type by their identifiers.
var loaders = map[string]resolve.Loader{
	"Agent": resolve.Agents, "Person": ofKind(resolve.Agents, "Person"), "Organization": ofKind(resolve.Agents, "Organization"),
	"EconomicEvent": resolve.Events, "EconomicResource": resolve.Resources, "Process": resolve.Processes,
	"ResourceSpecification": resolve.Specifications, "ProcessSpecification": resolve.Stages,
	"Fulfillment": allocationsByID("fulfills"), "Satisfaction": allocationsByID("satisfies"), "Settlement": allocationsByID("settles"),
	"ProposedIntent": proposedByID(intentsOf), "ProposedTo": proposedByID(agentsOf),
}

func init() {
	for typ := range kinds {
		loaders[typ] = ofKind(resolve.Entities, typ)
	}
}

// roots answers the fields of Query that find one record.
func (t *table) roots() {
	for name, def := range t.all() {
		find := loaders[def.Type.Name()]
		if strings.HasPrefix(name, "Query.") && find != nil && len(def.Arguments) == 1 && def.Arguments[0].Name == "id" {
			t.by(name, "the record of that identifier", resolve.OneByID(find, nil))
		}
	}
	t.by("Query.myAgent", "`Query.myAgent`", t.nativeField("Query.myAgent"))
	t.by("Query.unit", "`Query.unit`", t.nativeField("Query.unit"))
	t.by("Query.actions", "the action table", t.nativeField("Query.actions"))
	t.by("Query.action", "a row of the action table", resolve.Root(func(_ *graphql.Query, args graphql.Args) (any, error) { return actionOf(args.Text("id")), nil }))
	t.by("Query.units", "the table of units", resolve.Root(func(_ *graphql.Query, args graphql.Args) (any, error) {
		units := quantity.Units()
		list := make([]any, len(units))
		for i := range units {
			list[i] = &units[i]
		}
		return window(list, args)
	}))
}

// lists answers the fields of Query that list records.
func (t *table) lists() {
	for _, name := range []string{"agentRelationships", "agentRelationshipRoles", "agreements", "spatialThings", "plans", "offers", "requests", "recipeFlows", "recipeProcesses",
		"recipeExchanges", "economicResources", "resourceSpecifications", "processSpecifications"} {
		t.list(name, name, nil)
	}
	t.list("productBatches", "batchLotRecords", nil)
	t.list("agents", "agents", agentClass(""))
	t.list("people", "agents", agentClass(vf.Person))
	t.list("organizations", "agents", agentClass(vf.Organization))
	t.list("economicEvents", "economicEvents", eventAsk)
	t.by("Query.claims", "`Query.claims`, filtered", t.entities(vf.KindClaim, flowWanted))
	t.by("Query.commitments", "`Query.commitments`, filtered", t.entities(vf.KindCommitment, flowWanted))
	t.by("Query.proposals", "`Query.proposals`, filtered", t.entities(vf.KindProposal, t.proposalWanted))
	intents := t.entities(vf.KindIntent, flowWanted)
	t.by("Query.intents", "`Query.intents`, filtered, latest first", asked(intents, func(args graphql.Args) (graphql.Args, error) {
		if args.Has("orderBy") {
			return nil, graphql.Unimplemented("Query.intents(orderBy)", "intents come latest first by the time they are due")
		}
		return args, nil
	}))
	t.by("Query.processes", "`Query.processes`, filtered", t.processList())
	for property, typ := range allocationTypes {
		name := "Query." + strings.ToLower(typ) + "s"
		t.by(name, "the allocations of events (and for intents of commitments)", fromEnd(name, resolve.Root(allocationList(property))))
	}
}

// list answers a list by one of the 1.0 schema.
func (t *table) list(name, native string, change func(graphql.Args) (graphql.Args, error)) {
	f := t.nativeField("Query." + native)
	if change != nil {
		f = asked(f, change)
	}
	t.by("Query."+name, "`Query."+native+"`", paging(f))
}

// paged keeps of the arguments where the page begins and how long it is.
func paged(args graphql.Args) graphql.Args {
	return graphql.Args{"first": args["first"], "after": args["after"], "last": args["last"], "before": args["before"]}
}

func agentClass(kind vf.AgentKind) func(graphql.Args) (graphql.Args, error) {
	return func(args graphql.Args) (graphql.Args, error) {
		out := paged(args)
		if kind != "" {
			out["kind"] = string(kind)
		}
		switch classes := args.In("filter").Texts("classifiedAs"); len(classes) {
		case 0:
		case 1:
			out["classifiedAs"] = classes[0]
		default:
			return nil, graphql.Unimplemented("filter.classifiedAs", "agents are listed by one classification at a time")
		}
		return out, nil
	}
}

// eventAsk turns the filters of events into that of the 1.0 schema.
func eventAsk(args graphql.Args) (graphql.Args, error) {
	filter, out, ask := args.In("filter"), paged(args), map[string]any{}
	if err := refuseEvents(filter); err != nil {
		return nil, err
	}
	for name, to := range map[string]string{"providerId": "provider", "receiverId": "receiver"} {
		switch list := filter.Texts(name); len(list) {
		case 0:
		case 1:
			ask[to] = list[0]
		default:
			return nil, graphql.Unimplemented("filter."+name, "events are listed by one agent at a time")
		}
	}
	if actions := texts(filter, "action"); len(actions) > 0 {
		list := make([]any, len(actions))
		for i, a := range actions {
			list[i] = a
		}
		ask["action"] = list
	}
	ask["from"], ask["until"] = filter["startDate"], filter["endDate"]
	out["filter"] = ask
	return out, nil
}

func refuseEvents(filter graphql.Args) error {
	for _, name := range []string{"searchString", "resourceClassifiedAs"} {
		if filter.Has(name) {
			return graphql.Unimplemented("filter."+name, "events are listed by agent, action and time")
		}
	}
	return nil
}

// entities answers a filtered list of a class, page by page.
func (t *table) entities(kind vf.Kind, wants wanting) graphql.Field {
	return paging(resolve.Root(func(q *graphql.Query, args graphql.Args) (any, error) {
		want, err := wants(args.In("filter"))
		if err != nil {
			return nil, err
		}
		w, from, err := resolve.TimedWindow(args)
		if err != nil {
			return nil, err
		}
		list, err := vf.ListEntities(q.Reader, kind, vf.ListFilter{Before: from, Limit: w.N + 1, Back: w.Back}, resolve.Member(q.Who), func(e vf.Entity) bool { return want(e) })
		return resolve.PageOf(list, w, func(e *vf.Entity) string { return resolve.PackTimed(vf.CursorOfEntity(*e)) }, func(e *vf.Entity) any { return *e }), err
	}))
}

// proposalWanted reads the filter of proposals.
func (t *table) proposalWanted(filter graphql.Args) (func(v any) bool, error) {
	if err := refuseParts(filter, "active", "isOffer", "isRequest"); err != nil {
		return nil, err
	}
	now := time.Now()
	return func(v any) bool {
		p := v.(*vf.Proposal)
		active := !p.HasBeginning.After(now) && (p.HasEnd.IsZero() || p.HasEnd.After(now))
		return (!filter.Has("active") || active == filter.Flag("active")) && (!filter.Has("isOffer") || (p.Purpose == vf.Offer) == filter.Flag("isOffer")) &&
			(!filter.Has("isRequest") || (p.Purpose == vf.Request) == filter.Flag("isRequest"))
	}, nil
}

// processList answers processes; those that are not wanted are passed over.
func (t *table) processList() graphql.Field {
	return fromEnd("Query.processes", resolve.Root(func(q *graphql.Query, args graphql.Args) (any, error) {
		want, err := processWanted(args.In("filter"))
		if err != nil {
			return nil, err
		}
		n, err := resolve.First(args)
		if err != nil {
			return nil, err
		}
		after, err := resolve.Identified(args)
		if err != nil {
			return nil, err
		}
		var list []vf.Process
		for before := after; len(list) <= n; {
			page, err := vf.Processes(q.Reader, vf.ProcessFilter{Search: args.In("filter").Text("searchString"), Before: before, Limit: resolve.PageLimit})
			if err != nil {
				return nil, err
			}
			for i := range page {
				if want(&page[i]) {
					list = append(list, page[i])
				}
			}
			if len(page) < resolve.PageLimit {
				break
			}
			before = page[len(page)-1].ID
		}
		list = list[:min(len(list), n+1)]
		return resolve.Page(list, n, after != "", func(p *vf.Process) string { return resolve.Pack(string(p.ID)) }, func(p *vf.Process) any { return p }), nil
	}))
}

// agentEvents answers the events of agents.
func (t *table) agentEvents(typ string) {
	for name, ask := range map[string]func(store.ID, *vf.EventFilter){
		"economicEvents":           func(a store.ID, f *vf.EventFilter) { f.Agent = a },
		"economicEventsAsProvider": func(a store.ID, f *vf.EventFilter) { f.Provider = a },
		"economicEventsAsReceiver": func(a store.ID, f *vf.EventFilter) { f.Receiver = a },
		"economicEventsInScope":    func(a store.ID, f *vf.EventFilter) { f.Project = a },
	} {
		of := resolve.EventsOf(t.core, func(p any, f *vf.EventFilter) { ask(recordOf(p).id, f) })
		t.by(typ+"."+name, "`"+typ+".economicEvents`", paging(asked(graphql.Field{Batch: of}, eventAsk)))
	}
}

// inventory answers the records that agents are accountable for.
func (t *table) inventory(typ string) graphql.Field {
	name := typ + ".inventoriedEconomicResources"
	return paging(asked(t.nativeField(name), func(args graphql.Args) (graphql.Args, error) {
		for part, v := range args.In("filter") {
			if v != nil {
				return nil, graphql.Unimplemented(name+"(filter."+part+")", "the records of an agent are listed whole; page with first and after")
			}
		}
		return args, nil
	}))
}
