package vfapi

import (
	"commonweal/platform/graphql"
	"commonweal/platform/store"
	"commonweal/vf"
)

// agents answers the interface's fields for each of its three types.
func (a *api) agents() graphql.Fields {
	out := graphql.Fields{}
	for _, typ := range []string{"Person", "Organization", "EcologicalAgent"} {
		fields := merge(
			private(same[vf.Agent](typ, "id", "name", "note", "image", "classifiedAs"), typ+".note"),
			graphql.Fields{
				typ + ".primaryLocation":              to(entitiesByID, by(func(x *vf.Agent) store.ID { return x.PrimaryLocation })),
				typ + ".economicEvents":               {Batch: a.eventsOf(func(p any, f *vf.EventFilter) { f.Agent = p.(*vf.Agent).ID })},
				typ + ".inventoriedEconomicResources": {Batch: a.resourcesOf(vf.ResourcesOf)},
			})
		out = merge(out, fields)
	}
	return out
}

func (a *api) specifications() graphql.Fields {
	return merge(
		private(same[vf.ResourceSpecification]("ResourceSpecification", "id", "name", "note", "image", "imageList", "resourceClassifiedAs=classifiedAs",
			"substitutable", "mediumOfExchange", "defaultUnitOfResource", "defaultUnitOfEffort"), "ResourceSpecification.note"),
		graphql.Fields{
			"ResourceSpecification.policy": {Read: func(p any) any {
				full := p.(*vf.ResourceSpecification).Policy.Full()
				return &full
			}},
			"ResourceSpecification.conformingResources": {Batch: a.resourcesOf(vf.ResourcesConforming)},
		},
		same[vf.Policy]("Policy", "negativeBalance", "partialAccept", "pairing", "wholeContainer"),
		private(same[vf.ProcessSpecification]("ProcessSpecification", "id", "name", "note", "image"), "ProcessSpecification.note"),
	)
}

func (a *api) processes() graphql.Fields {
	return merge(
		private(same[vf.Process]("Process", "id", "name", "note", "classifiedAs", "hasBeginning", "hasEnd", "finished"), "Process.note"),
		graphql.Fields{
			"Process.basedOn":       to(stagesByID, by(func(x *vf.Process) store.ID { return x.BasedOn })),
			"Process.inScopeOf":     to(agentsByID, by(func(x *vf.Process) store.ID { return x.InScopeOf })),
			"Process.plannedWithin": to(entitiesByID, by(func(x *vf.Process) store.ID { return x.PlannedWithin })),
			"Process.hasInput":      {Batch: a.sides(func(e *vf.Event) store.ID { return e.InputOf })},
			"Process.hasOutput":     {Batch: a.sides(func(e *vf.Event) store.ID { return e.OutputOf })},
		})
}

func (a *api) resources() graphql.Fields {
	ref := func(f func(*vf.Resource) store.ID) func(any) store.ID { return by(f) }
	return merge(
		private(same[vf.Resource]("EconomicResource", "id", "name", "note", "image", "imageList", "classifiedAs", "trackingIdentifier", "accountingQuantity",
			"onhandQuantity", "currentVirtualLocation", "currentCurrencyLocation", "unitOfEffort", "state"), "EconomicResource.note"),
		graphql.Fields{
			"EconomicResource.conformsTo":         to(specificationsByID, ref(func(x *vf.Resource) store.ID { return x.ConformsTo })),
			"EconomicResource.ofBatchLot":         to(entitiesByID, ref(func(x *vf.Resource) store.ID { return x.OfBatchLot })),
			"EconomicResource.primaryAccountable": to(agentsByID, ref(func(x *vf.Resource) store.ID { return x.PrimaryAccountable })),
			"EconomicResource.custodian":          to(agentsByID, ref(func(x *vf.Resource) store.ID { return x.Custodian })),
			"EconomicResource.currentLocation":    to(entitiesByID, ref(func(x *vf.Resource) store.ID { return x.CurrentLocation })),
			"EconomicResource.stage":              to(stagesByID, ref(func(x *vf.Resource) store.ID { return x.Stage })),
			"EconomicResource.containedIn":        to(resourcesByID, ref(func(x *vf.Resource) store.ID { return x.ContainedIn })),
			"EconomicResource.previousEvent":      to(eventsByID, ref(func(x *vf.Resource) store.ID { return x.PreviousEvent })),
			"EconomicResource.contains":           {Batch: contents},
			"EconomicResource.economicEvents":     {Batch: a.history},
		})
}

// contents answers what lies in containers.
func contents(q *graphql.Query, parents []any, _ graphql.Args) ([]any, error) {
	ids := make([]store.ID, len(parents))
	for i, p := range parents {
		ids[i] = p.(*vf.Resource).ID
	}
	inside, err := vf.ContentsOf(q.Reader, ids)
	at := map[store.ID][]any{}
	for i := range inside {
		at[inside[i].ContainedIn] = append(at[inside[i].ContainedIn], &inside[i])
	}
	return lists(ids, at), err
}

// lists gives each parent its list, which may be empty.
func lists(ids []store.ID, of map[store.ID][]any) []any {
	out := make([]any, len(ids))
	for i, id := range ids {
		if of[id] == nil {
			out[i] = []any{}
			continue
		}
		out[i] = of[id]
	}
	return out
}

func (a *api) events() graphql.Fields {
	ref := func(f func(*vf.Event) store.ID) func(any) store.ID { return by(f) }
	return merge(
		same[vf.Event]("EconomicEvent", "id", "action", "resourceClassifiedAs", "resourceQuantity", "effortQuantity", "hasBeginning", "hasEnd",
			"hasPointInTime", "created", "state", "image"),
		graphql.Fields{
			"EconomicEvent.note":                    {Needs: vf.SeePrivate, Batch: notes},
			"EconomicEvent.provider":                to(agentsByID, ref(func(x *vf.Event) store.ID { return x.Provider })),
			"EconomicEvent.receiver":                to(agentsByID, ref(func(x *vf.Event) store.ID { return x.Receiver })),
			"EconomicEvent.inScopeOf":               to(agentsByID, ref(func(x *vf.Event) store.ID { return x.InScopeOf })),
			"EconomicEvent.inputOf":                 to(processesByID, ref(func(x *vf.Event) store.ID { return x.InputOf })),
			"EconomicEvent.outputOf":                to(processesByID, ref(func(x *vf.Event) store.ID { return x.OutputOf })),
			"EconomicEvent.resourceInventoriedAs":   to(resourcesByID, ref(func(x *vf.Event) store.ID { return x.ResourceInventoriedAs })),
			"EconomicEvent.toResourceInventoriedAs": to(resourcesByID, ref(func(x *vf.Event) store.ID { return x.ToResourceInventoriedAs })),
			"EconomicEvent.resourceConformsTo":      to(specificationsByID, ref(func(x *vf.Event) store.ID { return x.ResourceConformsTo })),
			"EconomicEvent.stage":                   to(stagesByID, ref(func(x *vf.Event) store.ID { return x.Stage })),
			"EconomicEvent.toLocation":              to(entitiesByID, ref(func(x *vf.Event) store.ID { return x.ToLocation })),
			"EconomicEvent.realizationOf":           to(entitiesByID, ref(func(x *vf.Event) store.ID { return x.RealizationOf })),
			"EconomicEvent.reciprocalRealizationOf": to(entitiesByID, ref(func(x *vf.Event) store.ID { return x.ReciprocalRealizationOf })),
			"EconomicEvent.corrects":                to(eventsByID, ref(func(x *vf.Event) store.ID { return x.Corrects })),
			"EconomicEvent.previousEvent":           to(eventsByID, ref(func(x *vf.Event) store.ID { return x.PreviousEvent })),
			"EconomicEvent.toPreviousEvent":         to(eventsByID, ref(func(x *vf.Event) store.ID { return x.ToPreviousEvent })),
			"EconomicEvent.pairOf":                  to(eventsByID, ref(func(x *vf.Event) store.ID { return x.PairOf })),
			"EconomicEvent.fulfills":                {Read: func(p any) any { return allocations(p.(*vf.Event).Fulfills) }},
			"EconomicEvent.satisfies":               {Read: func(p any) any { return allocations(p.(*vf.Event).Satisfies) }},
			"EconomicEvent.settles":                 {Read: func(p any) any { return allocations(p.(*vf.Event).Settles) }},
			"EconomicEvent.correctedBy":             {Batch: corrections},
		})
}

// notes answers what was written about events, which may be erased.
func notes(q *graphql.Query, parents []any, _ graphql.Args) ([]any, error) {
	ids := make([]store.ID, len(parents))
	for i, p := range parents {
		ids[i] = p.(*vf.Event).ID
	}
	found, err := vf.NotesOf(q.Reader, ids)
	out := make([]any, len(parents))
	for i, id := range ids {
		if note, there := found[id]; there {
			out[i] = note
		}
	}
	return out, err
}

// allocations are the parts of a flow as values of the API.
func allocations(list []vf.Allocation) any {
	out := make([]any, len(list))
	for i := range list {
		out[i] = &list[i]
	}
	return out
}

func corrections(q *graphql.Query, parents []any, _ graphql.Args) ([]any, error) {
	ids := make([]store.ID, len(parents))
	for i, p := range parents {
		ids[i] = p.(*vf.Event).ID
	}
	list, err := vf.CorrectionsOf(q.Reader, ids)
	of := map[store.ID][]any{}
	for i := range list {
		of[list[i].Corrects] = append(of[list[i].Corrects], &list[i])
	}
	return lists(ids, of), err
}
