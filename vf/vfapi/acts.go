package vfapi

import (
	"encoding/json"

	"commonweal/platform/fault"
	"commonweal/platform/graphql"
	"commonweal/platform/store"
	"commonweal/vf"
)

// response is what an event came to.
type response struct{ event, resource store.ID }

func (a *api) acts() graphql.Fields {
	out := graphql.Fields{
		"Mutation.createEconomicEvent":           {Act: a.recordEvent},
		"Mutation.correctEconomicEvent":          {Act: a.correctEvent},
		"EconomicEventResponse.economicEvent":    to(eventsByID, by(func(r *response) store.ID { return r.event })),
		"EconomicEventResponse.economicResource": to(resourcesByID, by(func(r *response) store.ID { return r.resource })),

		"Mutation.createAgent":                 {Act: adding[vf.Agent](a, "agent", agentsByID)},
		"Mutation.createResourceSpecification": {Act: adding[vf.ResourceSpecification](a, "resourceSpecification", specificationsByID)},
		"Mutation.createProcessSpecification":  {Act: adding[vf.ProcessSpecification](a, "processSpecification", stagesByID)},
		"Mutation.createProcess":               {Act: adding[vf.Process](a, "process", processesByID)},
		"Mutation.finishProcess":               {Act: a.finishProcess},
		"Mutation.setPolicy":                   {Act: a.setPolicy},
	}
	for _, kind := range vf.Kinds() {
		out["Mutation.create"+string(kind)] = graphql.Field{Act: a.create(kind)}
		out["Mutation.update"+string(kind)] = graphql.Field{Act: a.update(kind)}
		out["Mutation.delete"+string(kind)] = graphql.Field{Act: a.remove(kind)}
	}
	return out
}

// do does one step and reads back what it came to.
func (a *api) do(q *graphql.Query, args graphql.Args, step vf.Step) (vf.Done, error) {
	done, err := a.core.Do(q.Context, q.Who, q.IdempotencyKey(args), step)
	if err != nil {
		return vf.Done{}, err
	}
	return done[0], nil
}

// back reads the thing that an act has made or changed.
func back(q *graphql.Query, find loader, i store.ID) (any, error) {
	var out any
	err := q.Store.Read(q.Context, q.Commons.ID, func(r *store.Snapshot) error {
		q.Reader = r
		q.Forget()
		var err error
		out, err = oneOf(q, find, i)
		return err
	})
	return out, err
}

// decode reads an input object into a Go type by the names of its JSON.
func decode(in map[string]any, to any) error {
	raw, err := json.Marshal(measures(in))
	if err != nil {
		return err
	}
	return vf.DecodeStrict(raw, to)
}

// measures turns what the API calls a measure into what the core calls an
// amount, wherever it stands, and leaves out what is null.
func measures(v any) any {
	switch x := v.(type) {
	case map[string]any:
		if n, is := x["hasNumericalValue"]; is {
			return map[string]any{"value": n, "unit": x["hasUnit"]}
		}
		out := make(map[string]any, len(x))
		for k, v := range x {
			if v != nil {
				out[k] = measures(v)
			}
		}
		return out
	case []any:
		out := make([]any, len(x))
		for i := range x {
			out[i] = measures(x[i])
		}
		return out
	}
	return v
}

func (a *api) recordEvent(q *graphql.Query, args graphql.Args) (any, error) {
	step := vf.Recording{}
	if err := decode(args.In("event"), &step.Event); err != nil {
		return nil, err
	}
	if args.Has("newInventoriedResource") {
		step.New = &vf.Resource{}
		if err := decode(args.In("newInventoriedResource"), step.New); err != nil {
			return nil, err
		}
	}
	done, err := a.do(q, args, step)
	return &response{done.ID, done.Resource}, err
}

func (a *api) correctEvent(q *graphql.Query, args graphql.Args) (any, error) {
	step := vf.Correcting{Event: args.ID("id"), Correction: vf.Correction{Note: args.Text("note")}}
	for name, to := range map[string]**vf.Amount{"resourceQuantity": &step.Correction.ResourceQuantity, "effortQuantity": &step.Correction.EffortQuantity} {
		if args.Has(name) {
			*to = &vf.Amount{}
			if err := decode(args.In(name), *to); err != nil {
				return nil, err
			}
		}
	}
	done, err := a.do(q, args, step)
	return &response{event: done.ID}, err
}

// adding adds an agent, a specification or a process from its input.
func adding[T any](a *api, name string, find loader) func(*graphql.Query, graphql.Args) (any, error) {
	return func(q *graphql.Query, args graphql.Args) (any, error) {
		var x T
		in := args.In(name)
		if c, there := in["resourceClassifiedAs"]; there { // the core has one name for it on all classes
			in["classifiedAs"] = c
			delete(in, "resourceClassifiedAs")
		}
		if err := decode(in, &x); err != nil {
			return nil, err
		}
		done, err := a.do(q, args, vf.Adding{Thing: x})
		if err != nil {
			return nil, err
		}
		return back(q, find, done.ID)
	}
}

func (a *api) finishProcess(q *graphql.Query, args graphql.Args) (any, error) {
	at, err := when(args, "at")
	if err != nil {
		return nil, err
	}
	done, err := a.do(q, args, vf.Finishing{Process: args.ID("id"), At: at})
	if err != nil {
		return nil, err
	}
	return back(q, processesByID, done.ID)
}

func (a *api) setPolicy(q *graphql.Query, args graphql.Args) (any, error) {
	step := vf.Governing{Specification: args.ID("resourceSpecification")}
	if err := decode(args.In("policy"), &step.Policy); err != nil {
		return nil, err
	}
	done, err := a.do(q, args, step)
	if err != nil {
		return nil, err
	}
	return back(q, specificationsByID, done.ID)
}

func (a *api) create(kind vf.Kind) func(*graphql.Query, graphql.Args) (any, error) {
	return func(q *graphql.Query, args graphql.Args) (any, error) {
		e := vf.NewEntity(kind)
		if err := decode(args.In(fieldOf(kind)), e); err != nil {
			return nil, err
		}
		done, err := a.do(q, args, vf.Adding{Thing: e})
		if err != nil {
			return nil, err
		}
		return back(q, entitiesByID, done.ID)
	}
}

// update changes the properties that are given and leaves the rest.
func (a *api) update(kind vf.Kind) func(*graphql.Query, graphql.Args) (any, error) {
	return func(q *graphql.Query, args graphql.Args) (any, error) {
		e, err := a.changed(q, kind, args)
		if err != nil {
			return nil, err
		}
		done, err := a.do(q, args, vf.Revising{Entity: e})
		if err != nil {
			return nil, err
		}
		return back(q, entitiesByID, done.ID)
	}
}

// changed lays the input over what the entity says now.
func (a *api) changed(q *graphql.Query, kind vf.Kind, args graphql.Args) (vf.Entity, error) {
	var now vf.Entity
	err := q.Store.Read(q.Context, q.Commons.ID, func(r *store.Snapshot) error {
		found, err := vf.Entities(r, []store.ID{args.ID("id")})
		now = found[args.ID("id")]
		return err
	})
	if err != nil {
		return nil, err
	}
	if now == nil || now.Kind() != kind {
		return nil, fault.NotFoundf("vf.unknown_entity", "id", "there is no %s %.60q in this commons", kind, args.Text("id"))
	}
	raw, err := json.Marshal(now)
	if err != nil {
		return nil, err
	}
	var says map[string]any
	if err := json.Unmarshal(raw, &says); err != nil {
		return nil, err
	}
	for name, v := range args.In(fieldOf(kind)) {
		if says[name] = measures(v); v == nil {
			delete(says, name)
		}
	}
	says["revision"] = args.Int("revision", 0)
	if raw, err = json.Marshal(says); err != nil {
		return nil, err
	}
	return vf.DecodeEntity(kind, raw)
}

func (a *api) remove(kind vf.Kind) func(*graphql.Query, graphql.Args) (any, error) {
	return func(q *graphql.Query, args graphql.Args) (any, error) {
		_, err := a.do(q, args, vf.Deleting{Kind: kind, ID: args.ID("id"), Revision: int64(args.Int("revision", 0))})
		return err == nil, err
	}
}
