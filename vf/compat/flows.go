package compat

import (
	"slices"

	"commonweal/platform/graphql"
	"commonweal/platform/store"
	"commonweal/vf"
	"commonweal/vf/resolve"
)

func (t *table) events() {
	const typ = "EconomicEvent"
	t.same(typ, typ, "provider", "receiver", "realizationOf", "toLocation", "inputOf", "outputOf", "resourceConformsTo", "resourceInventoriedAs",
		"toResourceInventoriedAs", "resourceClassifiedAs", "resourceQuantity", "effortQuantity", "hasBeginning", "hasEnd", "hasPointInTime", "note")
	t.by(typ+".action", "`EconomicEvent.action`, with its row of the action table", mapped(t.nativeField(typ+".action"), actionOf))
	t.by(typ+".inScopeOf", "`EconomicEvent.inScopeOf`, as a list", mapped(t.nativeField(typ+".inScopeOf"), scope))
	t.by(typ+".deletable", "always false: events are corrected, never deleted", graphql.Field{Read: func(any) any { return false }})
	t.by(typ+".previous", "the process it is an output of; else the resource it was taken from", around(func(e *vf.Event) (process, resource store.ID) {
		if e.OutputOf != "" {
			return e.OutputOf, ""
		}
		return "", e.ResourceInventoriedAs
	}))
	t.by(typ+".next", "the process it is an input of; else the resource it went to", around(func(e *vf.Event) (process, resource store.ID) {
		switch {
		case e.InputOf != "":
			return e.InputOf, ""
		case e.ToResourceInventoriedAs != "":
			return "", e.ToResourceInventoriedAs
		case e.OutputOf != "":
			return "", e.ResourceInventoriedAs
		}
		return "", ""
	}))
	for _, typ := range []string{"EconomicEvent", "EconomicResource"} {
		t.by(typ+".trace", "the nodes of `"+typ+".trace`", t.items(typ+".trace"))
		t.by(typ+".track", "the nodes of `"+typ+".track`", t.items(typ+".track"))
	}
}

// around answers what an event comes from or leads to: a process or a resource.
func around(of func(*vf.Event) (process, resource store.ID)) graphql.Field {
	return graphql.Field{Batch: func(q *graphql.Query, parents []any, _ graphql.Args) ([]any, error) {
		processes, resources := make([]store.ID, len(parents)), make([]store.ID, len(parents))
		for i, p := range parents {
			processes[i], resources[i] = of(p.(*vf.Event))
		}
		things, err := resolve.Processes(q, processes)
		if err != nil {
			return nil, err
		}
		stocks, err := resolve.Resources(q, resources)
		out := make([]any, len(parents))
		for i := range parents {
			list := []any{}
			for _, v := range []any{things[i], stocks[i]} {
				if v != nil {
					list = append(list, v)
				}
			}
			out[i] = list
		}
		return out, err
	}}
}

// items answers the nodes of a trace without what the published schema lacks
// of them: depth, amounts and edges.
func (t *table) items(name string) graphql.Field {
	nodes, item := t.nativeField("Trace.nodes").Read, t.nativeField("TraceNode.item").Read
	return mapped(t.nativeField(name), func(v any) any {
		list := []any{}
		for _, n := range nodes(v).([]any) {
			if x := item(n); x != nil {
				list = append(list, x)
			}
		}
		return list
	})
}

func (t *table) processes() {
	const typ = "Process"
	t.same(typ, typ, "name", "hasBeginning", "hasEnd", "finished", "classifiedAs", "note", "basedOn", "plannedWithin")
	t.by(typ+".inScopeOf", "`Process.inScopeOf`, as a list", mapped(t.nativeField(typ+".inScopeOf"), scope))
	t.by(typ+".deletable", "always false: a process stays", graphql.Field{Read: func(any) any { return false }})
	for side, list := range map[string]string{"Inputs": "hasInput", "Outputs": "hasOutput"} {
		events := t.nativeField(typ + "." + list)
		t.by(typ+".observed"+side, "`Process."+list+"`", filtered(events, flowWanted))
		t.by(typ+".unplanned"+side, "`Process."+list+"` that fulfill nothing", filtered(kept(events, func(v any) bool { return len(v.(*vf.Event).Fulfills) == 0 }), flowWanted))
		t.by(typ+".committed"+side, "`Process.committed"+side+"`", filtered(t.nativeField(typ+".committed"+side), flowWanted))
		t.by(typ+".intended"+side, "`Process.intended"+side+"`", filtered(t.nativeField(typ+".intended"+side), flowWanted))
	}
	t.by(typ+".previous", "`Process.hasInput`", t.nativeField(typ+".hasInput"))
	t.by(typ+".next", "`Process.hasOutput`", t.nativeField(typ+".hasOutput"))
	t.by(typ+".nextProcesses", "the processes that the records it put out went into", t.across(typ+".hasOutput", func(e *vf.Event) store.ID { return e.InputOf }))
	t.by(typ+".previousProcesses", "the processes that the records it took in came out of", t.across(typ+".hasInput", func(e *vf.Event) store.ID { return e.OutputOf }))
	t.by(typ+".workingAgents", "the providers of its `work` events", windows(t.agentsIn(func(v any) []store.ID {
		if e, is := v.(*vf.Event); is && e.Action == vf.Work {
			return []store.ID{e.Provider}
		}
		return nil
	}, typ+".hasInput")))
	t.by(typ+".involvedAgents", "the agents of its events and commitments", windows(t.agentsIn(sides,
		typ+".hasInput", typ+".hasOutput", typ+".committedInputs", typ+".committedOutputs")))
}

// sides are the agents of a flow.
func sides(v any) []store.ID {
	f := flowOf(v)
	return []store.ID{f.provider, f.receiver}
}

// agentsIn answers the agents that lists of the parents name, each once.
func (t *table) agentsIn(named func(any) []store.ID, lists ...string) graphql.Field {
	return graphql.Field{Batch: func(q *graphql.Query, parents []any, args graphql.Args) ([]any, error) {
		all := make([]any, len(parents))
		for i := range all {
			all[i] = []any{}
		}
		for _, name := range lists {
			values, err := t.nativeField(name).Batch(q, parents, graphql.Args{})
			if err != nil {
				return nil, err
			}
			for i, v := range values {
				all[i] = slices.Concat(all[i].([]any), v.([]any))
			}
		}
		return t.through(q, all, resolve.Agents, named)
	}}
}

func (t *table) resources() {
	const typ = "EconomicResource"
	t.same(typ, typ, "primaryAccountable", "currentLocation", "stage", "lot=ofBatchLot", "conformsTo", "name", "classifiedAs", "trackingIdentifier", "image", "imageList",
		"accountingQuantity", "onhandQuantity", "note", "unitOfEffort", "contains")
	t.by(typ+".containedIn", "`EconomicResource.containedIn`, where that is one", mapped(t.nativeField(typ+".containedIn"), soleContainer))
	t.by(typ+".state", "`EconomicResource.state`, where that is an action", mapped(t.nativeField(typ+".state"), func(v any) any {
		if row := actionOf(v); row != nil {
			return row
		}
		return graphql.Unimplemented(typ+".state", "the state "+v.(string)+" is no action, and the published schema has no other states")
	}))
	t.by(typ+".commitments", "`Commitment.resourceInventoriedAs`", windows(linked(vf.KindCommitment, "resourceInventoriedAs")))
	t.by(typ+".intents", "`Intent.resourceInventoriedAs`", windows(linked(vf.KindIntent, "resourceInventoriedAs")))
	history := t.chain()
	from := func(e *vf.Event, r store.ID) bool { return e.ResourceInventoriedAs == r }
	to := func(e *vf.Event, r store.ID) bool { return e.ToResourceInventoriedAs == r }
	into := func(e *vf.Event, r store.ID) bool { return to(e, r) || (from(e, r) && e.OutputOf != "") }
	t.by(typ+".economicEventsInOutFrom", "of the 500 latest `EconomicResource.economicEvents`, those with it as `resourceInventoriedAs`", windows(ofResource(history, from)))
	t.by(typ+".economicEventsTo", "of the 500 latest `EconomicResource.economicEvents`, those with it as `toResourceInventoriedAs`", windows(ofResource(history, to)))
	t.by(typ+".previous", "of the 500 latest `EconomicResource.economicEvents`, what went into it", ofResource(history, into))
	t.by(typ+".next", "of the 500 latest `EconomicResource.economicEvents`, what went out of it", ofResource(history, func(e *vf.Event, r store.ID) bool { return !into(e, r) }))
}

// soleContainer is the only one of a list; of several the published schema knows nothing.
func soleContainer(v any) any {
	switch list := v.([]any); len(list) {
	case 0:
		return nil
	case 1:
		return list[0]
	default:
		return graphql.Unimplemented("EconomicResource.containedIn", "the resource is listed in several others, and the published schema has one")
	}
}

// chain answers the latest events of resources as plain lists.
func (t *table) chain() graphql.Field {
	return mapped(asked(t.nativeField("EconomicResource.economicEvents"), func(graphql.Args) (graphql.Args, error) {
		return graphql.Args{"first": int64(resolve.PageLimit)}, nil
	}), func(v any) any { return v.(*resolve.Connection).Nodes })
}

// ofResource leaves of the events of each resource those that are wanted.
func ofResource(f graphql.Field, want func(*vf.Event, store.ID) bool) graphql.Field {
	return graphql.Field{Batch: func(q *graphql.Query, parents []any, args graphql.Args) ([]any, error) {
		values, err := f.Batch(q, parents, args)
		for i, v := range values {
			if list, ok := v.([]any); ok {
				values[i] = slices.DeleteFunc(list, func(e any) bool { return !want(e.(*vf.Event), recordOf(parents[i]).id) })
			}
		}
		return values, err
	}}
}
