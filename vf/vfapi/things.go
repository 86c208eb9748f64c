package vfapi

import (
	"commonweal/platform/graphql"
	"commonweal/platform/store"
	"commonweal/vf"
	"commonweal/vf/resolve"
)

// agents answers the interface's fields for each of its three types.
func (a *api) agents() graphql.Fields {
	out := graphql.Fields{}
	for _, typ := range []string{"Person", "Organization", "EcologicalAgent"} {
		fields := resolve.Merge(
			resolve.Private(resolve.Same[vf.Agent](typ, "id", "name", "note", "image", "classifiedAs"), typ+".note"),
			graphql.Fields{
				typ + ".primaryLocation":              resolve.To(resolve.Entities, resolve.By(func(x *vf.Agent) store.ID { return x.PrimaryLocation })),
				typ + ".economicEvents":               {Batch: resolve.EventsOf(a.core, func(p any, f *vf.EventFilter) { f.Agent = p.(*vf.Agent).ID })},
				typ + ".inventoriedEconomicResources": {Batch: resolve.ResourcesOf(vf.ResourcesOf)},
			})
		out = resolve.Merge(out, fields)
	}
	return out
}

func (a *api) specifications() graphql.Fields {
	return resolve.Merge(
		resolve.Private(resolve.Same[vf.ResourceSpecification]("ResourceSpecification", "id", "name", "note", "image", "imageList", "resourceClassifiedAs=classifiedAs",
			"substitutable", "mediumOfExchange", "defaultUnitOfResource", "defaultUnitOfEffort"), "ResourceSpecification.note"),
		graphql.Fields{
			"ResourceSpecification.policy": {Read: func(p any) any {
				full := p.(*vf.ResourceSpecification).Policy.Full()
				return &full
			}},
			"ResourceSpecification.conformingResources": {Batch: resolve.ResourcesOf(vf.ResourcesConforming)},
		},
		resolve.Same[vf.Policy]("Policy", "negativeBalance", "partialAccept", "pairing", "wholeContainer", "containers", "withdrawal"),
		resolve.Private(resolve.Same[vf.ProcessSpecification]("ProcessSpecification", "id", "name", "note", "image"), "ProcessSpecification.note"),
	)
}

func (a *api) processes() graphql.Fields {
	return resolve.Merge(
		resolve.Private(resolve.Same[vf.Process]("Process", "id", "name", "note", "classifiedAs", "hasBeginning", "hasEnd", "finished"), "Process.note"),
		graphql.Fields{
			"Process.basedOn":       resolve.To(resolve.Stages, resolve.By(func(x *vf.Process) store.ID { return x.BasedOn })),
			"Process.inScopeOf":     resolve.To(resolve.Agents, resolve.By(func(x *vf.Process) store.ID { return x.InScopeOf })),
			"Process.plannedWithin": resolve.To(resolve.Entities, resolve.By(func(x *vf.Process) store.ID { return x.PlannedWithin })),
			"Process.hasInput":      {Batch: a.sides(func(e *vf.Event) store.ID { return e.InputOf })},
			"Process.hasOutput":     {Batch: a.sides(func(e *vf.Event) store.ID { return e.OutputOf })},
		})
}

func (a *api) resources() graphql.Fields {
	ref := func(f func(*vf.Resource) store.ID) func(any) store.ID { return resolve.By(f) }
	return resolve.Merge(
		resolve.Private(resolve.Same[vf.Resource]("EconomicResource", "id", "name", "note", "image", "imageList", "classifiedAs", "trackingIdentifier", "accountingQuantity",
			"onhandQuantity", "currentVirtualLocation", "currentCurrencyLocation", "unitOfEffort", "state"), "EconomicResource.note"),
		graphql.Fields{
			"EconomicResource.conformsTo":         resolve.To(resolve.Specifications, ref(func(x *vf.Resource) store.ID { return x.ConformsTo })),
			"EconomicResource.ofBatchLot":         resolve.To(resolve.Entities, ref(func(x *vf.Resource) store.ID { return x.OfBatchLot })),
			"EconomicResource.primaryAccountable": resolve.To(resolve.Agents, ref(func(x *vf.Resource) store.ID { return x.PrimaryAccountable })),
			"EconomicResource.custodian":          resolve.To(resolve.Agents, ref(func(x *vf.Resource) store.ID { return x.Custodian })),
			"EconomicResource.currentLocation":    resolve.To(resolve.Entities, ref(func(x *vf.Resource) store.ID { return x.CurrentLocation })),
			"EconomicResource.stage":              resolve.To(resolve.Stages, ref(func(x *vf.Resource) store.ID { return x.Stage })),
			"EconomicResource.containedIn":        resolve.ToMany(resolve.Resources, func(x any) []store.ID { return x.(*vf.Resource).Containers() }),
			"EconomicResource.previousEvent":      resolve.To(resolve.Events, ref(func(x *vf.Resource) store.ID { return x.PreviousEvent })),
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
		for _, c := range inside[i].Containers() {
			at[c] = append(at[c], &inside[i])
		}
	}
	return resolve.Lists(ids, at), err
}

func (a *api) events() graphql.Fields {
	ref := func(f func(*vf.Event) store.ID) func(any) store.ID { return resolve.By(f) }
	return resolve.Merge(
		resolve.Same[vf.Event]("EconomicEvent", "id", "action", "resourceClassifiedAs", "resourceQuantity", "effortQuantity", "hasBeginning", "hasEnd",
			"hasPointInTime", "created", "state", "image", "queued"),
		graphql.Fields{
			"EconomicEvent.note":                    {Needs: vf.SeePrivate, Batch: notes},
			"EconomicEvent.provider":                resolve.To(resolve.Agents, ref(func(x *vf.Event) store.ID { return x.Provider })),
			"EconomicEvent.receiver":                resolve.To(resolve.Agents, ref(func(x *vf.Event) store.ID { return x.Receiver })),
			"EconomicEvent.inScopeOf":               resolve.To(resolve.Agents, ref(func(x *vf.Event) store.ID { return x.InScopeOf })),
			"EconomicEvent.inputOf":                 resolve.To(resolve.Processes, ref(func(x *vf.Event) store.ID { return x.InputOf })),
			"EconomicEvent.outputOf":                resolve.To(resolve.Processes, ref(func(x *vf.Event) store.ID { return x.OutputOf })),
			"EconomicEvent.resourceInventoriedAs":   resolve.To(resolve.Resources, ref(func(x *vf.Event) store.ID { return x.ResourceInventoriedAs })),
			"EconomicEvent.toResourceInventoriedAs": resolve.To(resolve.Resources, ref(func(x *vf.Event) store.ID { return x.ToResourceInventoriedAs })),
			"EconomicEvent.resourceConformsTo":      resolve.To(resolve.Specifications, ref(func(x *vf.Event) store.ID { return x.ResourceConformsTo })),
			"EconomicEvent.stage":                   resolve.To(resolve.Stages, ref(func(x *vf.Event) store.ID { return x.Stage })),
			"EconomicEvent.toLocation":              resolve.To(resolve.Entities, ref(func(x *vf.Event) store.ID { return x.ToLocation })),
			"EconomicEvent.realizationOf":           resolve.To(resolve.Entities, ref(func(x *vf.Event) store.ID { return x.RealizationOf })),
			"EconomicEvent.reciprocalRealizationOf": resolve.To(resolve.Entities, ref(func(x *vf.Event) store.ID { return x.ReciprocalRealizationOf })),
			"EconomicEvent.corrects":                resolve.To(resolve.Events, ref(func(x *vf.Event) store.ID { return x.Corrects })),
			"EconomicEvent.previousEvent":           resolve.To(resolve.Events, ref(func(x *vf.Event) store.ID { return x.PreviousEvent })),
			"EconomicEvent.toPreviousEvent":         resolve.To(resolve.Events, ref(func(x *vf.Event) store.ID { return x.ToPreviousEvent })),
			"EconomicEvent.pairOf":                  resolve.To(resolve.Events, ref(func(x *vf.Event) store.ID { return x.PairOf })),
			"EconomicEvent.fulfills":                {Read: func(p any) any { return allocations(p.(*vf.Event).Fulfills) }},
			"EconomicEvent.satisfies":               {Read: func(p any) any { return allocations(p.(*vf.Event).Satisfies) }},
			"EconomicEvent.settles":                 {Read: func(p any) any { return allocations(p.(*vf.Event).Settles) }},
			"EconomicEvent.correctedBy":             {Batch: corrections},
			"EconomicEvent.actsUnder":               resolve.To(resolve.Entities, ref(func(x *vf.Event) store.ID { return x.ActsUnder })),
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
	return resolve.Lists(ids, of), err
}
