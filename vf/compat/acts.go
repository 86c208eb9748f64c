package compat

import (
	"strings"

	"commonweal/platform/graphql"
	"commonweal/platform/store"
	"commonweal/vf"
	"commonweal/vf/resolve"
)

// made is what a mutation has made or changed.
type made struct{ id, resource store.ID }

// act is one field of a mutation.
type act = func(q *graphql.Query, args graphql.Args) (made, error)

// acts answers Mutation and the types of its responses.
func (t *table) acts() {
	for typ, kind := range kinds {
		t.act("create"+typ, "adds a `"+string(kind)+"`", typ, t.create(typ, kind))
		t.act("update"+typ, "revises a `"+string(kind)+"`", typ, t.update(typ, kind))
		t.delete("delete"+typ, "deletes a `"+string(kind)+"` that nothing refers to", t.remove(kind))
	}
	for _, typ := range agentTypes {
		t.act("create"+typ, "adds an `Agent`", typ, t.createAgent(typ))
		t.act("update"+typ, "renames an `Agent`", typ, t.describe("agent", typ))
	}
	t.act("createResourceSpecification", "adds a `ResourceSpecification`", "ResourceSpecification", adding[vf.ResourceSpecification](t, "ResourceSpecification"))
	t.act("updateResourceSpecification", "renames a `ResourceSpecification`", "ResourceSpecification", t.describe("specification", "ResourceSpecification"))
	t.act("createProcessSpecification", "adds a `ProcessSpecification`", "ProcessSpecification", adding[vf.ProcessSpecification](t, "ProcessSpecification"))
	t.act("updateProcessSpecification", "renames a `ProcessSpecification`", "ProcessSpecification", t.describe("processSpecification", "ProcessSpecification"))
	t.act("createProcess", "adds a `Process`, and finishes it when it is `finished`", "Process", t.createProcess)
	t.act("updateProcess", "renames a `Process`, or finishes it", "Process", t.updateProcess)
	t.act("createEconomicEvent", "records an `EconomicEvent`, with the record it creates", "EconomicEvent", t.record)
	t.act("updateEconomicResource", "describes an `EconomicResource`", "EconomicResource", t.describe("resource", "EconomicResource"))
	t.by("EconomicEventResponse.economicResource", "the record that the event created", resolve.To(resolve.Resources, func(p any) store.ID { return p.(*made).resource }))
	t.proposalActs()
	t.allocationActs()
}

// act answers a field of Mutation and its response. What the step needs beyond
// vf.record, Core.Do asks.
func (t *table) act(field, how, typ string, f act) {
	t.by("Mutation."+field, how, graphql.Field{Needs: vf.Take, Act: func(q *graphql.Query, args graphql.Args) (any, error) {
		out, err := f(q, args)
		return &out, err
	}})
	response := t.schema.Types["Mutation"].Fields.ForName(field).Type.Name()
	name := response + "." + t.schema.Types[response].Fields[0].Name
	if _, there := t.answers[name]; !there {
		t.by(name, "what was made or changed", resolve.To(loaders[typ], func(p any) store.ID { return p.(*made).id }))
	}
}

// delete answers a field of Mutation that removes something.
func (t *table) delete(field, how string, f func(q *graphql.Query, args graphql.Args) error) {
	t.by("Mutation."+field, how, graphql.Field{Needs: vf.Take, Act: func(q *graphql.Query, args graphql.Args) (any, error) {
		if err := f(q, args); err != nil {
			return nil, err
		}
		return true, nil
	}})
}

// do does steps as one act; what is made is what the first step made.
func (t *table) do(q *graphql.Query, args graphql.Args, steps ...vf.Step) (made, error) {
	done, err := t.core.Do(q.Context, q.Who, q.IdempotencyKey(args), steps...)
	if err != nil {
		return made{}, err
	}
	return made{done[0].ID, done[0].Resource}, nil
}

// input is the only input object of a mutation, whatever its name.
func input(args graphql.Args) graphql.Args {
	for name := range args {
		if in := args.In(name); in != nil {
			return in
		}
	}
	return graphql.Args{}
}

func (t *table) create(typ string, kind vf.Kind) act {
	return func(q *graphql.Query, args graphql.Args) (made, error) {
		e := vf.NewEntity(kind)
		if err := decode(typ, input(args), e); err != nil {
			return made{}, err
		}
		if p, is := e.(*vf.Proposal); is {
			p.Purpose = vf.Offer // until its first intent says otherwise
		}
		return t.do(q, args, vf.Adding{Thing: e})
	}
}

// update changes the properties that are given and leaves the rest.
func (t *table) update(typ string, kind vf.Kind) act {
	return func(q *graphql.Query, args graphql.Args) (made, error) {
		in := input(args)
		of, err := parseRevision(in)
		if err != nil {
			return made{}, err
		}
		changes, err := translate(typ, in, vf.NewEntity(kind))
		if err != nil {
			return made{}, err
		}
		e, err := resolve.Changed(q, kind, of.id, of.revision, changes)
		if err != nil {
			return made{}, err
		}
		return t.do(q, args, vf.Revising{Entity: e})
	}
}

// remove deletes an entity; two mutations of the published schema name it by
// its identifier alone.
func (t *table) remove(kind vf.Kind) func(*graphql.Query, graphql.Args) error {
	return func(q *graphql.Query, args graphql.Args) error {
		of := record{id: args.ID("id")}
		var err error
		if args.Has("revisionId") {
			of, err = parseRevision(args)
		} else if now, back := resolve.Back(q, resolve.Entities, of.id); back != nil || now != nil {
			if err = back; err == nil {
				of = recordOf(now)
			}
		}
		if err != nil {
			return err
		}
		_, err = t.do(q, args, vf.Deleting{Kind: kind, ID: of.id, Revision: of.revision})
		return err
	}
}

func (t *table) createAgent(typ string) act {
	return func(q *graphql.Query, args graphql.Args) (made, error) {
		a := vf.Agent{Kind: vf.AgentKind(typ)}
		if err := decode(typ, input(args), &a); err != nil {
			return made{}, err
		}
		return t.do(q, args, vf.Adding{Thing: a})
	}
}

// adding adds a specification.
func adding[T any](t *table, typ string) act {
	return func(q *graphql.Query, args graphql.Args) (made, error) {
		var x T
		if err := decode(typ, input(args), &x); err != nil {
			return made{}, err
		}
		return t.do(q, args, vf.Adding{Thing: x})
	}
}

// describe replaces the name and the note of something, which is all that may
// be changed of it; the other properties may be given as they are.
func (t *table) describe(kind, typ string) act {
	return func(q *graphql.Query, args graphql.Args) (made, error) {
		d, err := t.description(q, typ, input(args), "name", "note")
		if err != nil {
			return made{}, err
		}
		return t.do(q, args, vf.Describing{Kind: kind, Description: d})
	}
}

// description lays name and note over what they are now and refuses the rest.
func (t *table) description(q *graphql.Query, typ string, in graphql.Args, allowed ...string) (vf.Description, error) {
	of, err := parseRevision(in)
	if err != nil {
		return vf.Description{}, err
	}
	for name := range in {
		if name != "revisionId" && !among(allowed, name) {
			return vf.Description{}, graphql.Unimplemented("update"+typ+"("+name+")", "of this only the "+strings.Join(allowed, ", the ")+" may be changed")
		}
	}
	now, err := resolve.Back(q, loaders[typ], of.id)
	if err != nil {
		return vf.Description{}, err
	}
	if now == nil {
		return vf.Description{}, unknown(typ, of.id)
	}
	if r := recordOf(now); r.revision != of.revision {
		return vf.Description{}, stale(of, r)
	}
	d := described(now)
	if in.Has("name") {
		d.Name = in.Text("name")
	}
	if _, given := in["note"]; given {
		d.Note = in.Text("note")
	}
	return d, nil
}

// described is what something is called.
func described(v any) vf.Description {
	switch x := v.(type) {
	case *vf.Agent:
		return vf.Description{ID: x.ID, Name: x.Name, Note: x.Note}
	case *vf.ResourceSpecification:
		return vf.Description{ID: x.ID, Name: x.Name, Note: x.Note}
	case *vf.ProcessSpecification:
		return vf.Description{ID: x.ID, Name: x.Name, Note: x.Note}
	case *vf.Process:
		return vf.Description{ID: x.ID, Name: x.Name, Note: x.Note}
	case *vf.Resource:
		return vf.Description{ID: x.ID, Name: x.Name, Note: x.Note}
	}
	return vf.Description{}
}

func (t *table) createProcess(q *graphql.Query, args graphql.Args) (made, error) {
	var p vf.Process
	if err := decode("Process", input(args), &p); err != nil {
		return made{}, err
	}
	if !p.Finished {
		return t.do(q, args, vf.Adding{Thing: p})
	}
	p.ID, p.Finished = store.NewID(), false
	return t.do(q, args, vf.Adding{Thing: p}, vf.Finishing{Process: p.ID, At: p.HasEnd})
}

func (t *table) updateProcess(q *graphql.Query, args graphql.Args) (made, error) {
	in := input(args)
	d, err := t.description(q, "Process", in, "name", "note", "finished")
	if err != nil {
		return made{}, err
	}
	var steps []vf.Step
	if _, named := in["note"]; named || in.Has("name") {
		steps = append(steps, vf.Describing{Kind: "process", Description: d})
	}
	if in.Has("finished") {
		if !in.Flag("finished") {
			return made{}, graphql.Unimplemented("updateProcess(finished: false)", "a process that is finished stays so; what was done late is recorded all the same")
		}
		steps = append(steps, vf.Finishing{Process: d.ID})
	}
	if len(steps) == 0 {
		return made{id: d.ID}, nil
	}
	return t.do(q, args, steps...)
}

// record records an event. The place that the published schema gives to a new
// record is where the event puts it.
func (t *table) record(q *graphql.Query, args graphql.Args) (made, error) {
	step := vf.Recording{}
	if err := decode("EconomicEvent", args.In("event"), &step.Event); err != nil {
		return made{}, err
	}
	if args.Has("newInventoriedResource") {
		in := args.In("newInventoriedResource")
		if step.Event.ToLocation == "" {
			step.Event.ToLocation = in.ID("currentLocation")
		}
		delete(in, "currentLocation")
		step.New = &vf.Resource{}
		if err := decode("EconomicResource", in, step.New); err != nil {
			return made{}, err
		}
	}
	return t.do(q, args, step)
}
