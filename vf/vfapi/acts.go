package vfapi

import (
	"commonweal/platform/graphql"
	"commonweal/platform/store"
	"commonweal/vf"
	"commonweal/vf/resolve"
)

// response is what an event came to.
type response struct{ event, resource store.ID }

func (a *api) acts() graphql.Fields {
	out := graphql.Fields{
		"Mutation.createEconomicEvent":           {Act: a.recordEvent},
		"Mutation.correctEconomicEvent":          {Act: a.correctEvent},
		"EconomicEventResponse.economicEvent":    resolve.To(resolve.Events, resolve.By(func(r *response) store.ID { return r.event })),
		"EconomicEventResponse.economicResource": resolve.To(resolve.Resources, resolve.By(func(r *response) store.ID { return r.resource })),

		"Mutation.createAgent":                 {Act: adding[vf.Agent](a, "agent", resolve.Agents)},
		"Mutation.createResourceSpecification": {Act: adding[vf.ResourceSpecification](a, "resourceSpecification", resolve.Specifications)},
		"Mutation.createProcessSpecification":  {Act: adding[vf.ProcessSpecification](a, "processSpecification", resolve.Stages)},
		"Mutation.createProcess":               {Act: adding[vf.Process](a, "process", resolve.Processes)},
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

func (a *api) recordEvent(q *graphql.Query, args graphql.Args) (any, error) {
	step := vf.Recording{}
	if err := resolve.Decode(args.In("event"), &step.Event); err != nil {
		return nil, err
	}
	if args.Has("newInventoriedResource") {
		step.New = &vf.Resource{}
		if err := resolve.Decode(args.In("newInventoriedResource"), step.New); err != nil {
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
			if err := resolve.Decode(args.In(name), *to); err != nil {
				return nil, err
			}
		}
	}
	done, err := a.do(q, args, step)
	return &response{event: done.ID}, err
}

// adding adds an agent, a specification or a process from its input.
func adding[T any](a *api, name string, find resolve.Loader) func(*graphql.Query, graphql.Args) (any, error) {
	return func(q *graphql.Query, args graphql.Args) (any, error) {
		var x T
		in := args.In(name)
		if c, there := in["resourceClassifiedAs"]; there { // the core has one name for it on all classes
			in["classifiedAs"] = c
			delete(in, "resourceClassifiedAs")
		}
		if err := resolve.Decode(in, &x); err != nil {
			return nil, err
		}
		done, err := a.do(q, args, vf.Adding{Thing: x})
		if err != nil {
			return nil, err
		}
		return resolve.Back(q, find, done.ID)
	}
}

func (a *api) finishProcess(q *graphql.Query, args graphql.Args) (any, error) {
	at, err := resolve.When(args, "at")
	if err != nil {
		return nil, err
	}
	done, err := a.do(q, args, vf.Finishing{Process: args.ID("id"), At: at})
	if err != nil {
		return nil, err
	}
	return resolve.Back(q, resolve.Processes, done.ID)
}

func (a *api) setPolicy(q *graphql.Query, args graphql.Args) (any, error) {
	step := vf.Governing{Specification: args.ID("resourceSpecification")}
	if err := resolve.Decode(args.In("policy"), &step.Policy); err != nil {
		return nil, err
	}
	done, err := a.do(q, args, step)
	if err != nil {
		return nil, err
	}
	return resolve.Back(q, resolve.Specifications, done.ID)
}

func (a *api) create(kind vf.Kind) func(*graphql.Query, graphql.Args) (any, error) {
	return func(q *graphql.Query, args graphql.Args) (any, error) {
		e := vf.NewEntity(kind)
		if err := resolve.Decode(args.In(fieldOf(kind)), e); err != nil {
			return nil, err
		}
		done, err := a.do(q, args, vf.Adding{Thing: e})
		if err != nil {
			return nil, err
		}
		return resolve.Back(q, resolve.Entities, done.ID)
	}
}

// update changes the properties that are given and leaves the rest.
func (a *api) update(kind vf.Kind) func(*graphql.Query, graphql.Args) (any, error) {
	return func(q *graphql.Query, args graphql.Args) (any, error) {
		changes := map[string]any{}
		for name, v := range args.In(fieldOf(kind)) {
			changes[name] = resolve.Measures(v)
		}
		e, err := resolve.Changed(q, kind, args.ID("id"), int64(args.Int("revision", 0)), changes)
		if err != nil {
			return nil, err
		}
		done, err := a.do(q, args, vf.Revising{Entity: e})
		if err != nil {
			return nil, err
		}
		return resolve.Back(q, resolve.Entities, done.ID)
	}
}

func (a *api) remove(kind vf.Kind) func(*graphql.Query, graphql.Args) (any, error) {
	return func(q *graphql.Query, args graphql.Args) (any, error) {
		_, err := a.do(q, args, vf.Deleting{Kind: kind, ID: args.ID("id"), Revision: int64(args.Int("revision", 0))})
		return err == nil, err
	}
}
