package main

import (
	"context"
	"time"

	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// demoYard is what a commons counts besides contributions: material, tools,
// stock, and the processes that they go through.
type demoYard struct {
	*demoLife
	known map[string]store.ID // what the story has named so far
}

// demoStory is what happens in the yard on a day.
type demoStory func(y *demoYard, ctx context.Context, today demoDay) error

// keep lets the yard live through a day.
func (l *demoLife) keep(ctx context.Context, today demoDay) error {
	if l.story == nil {
		return nil
	}
	if l.yard == nil {
		l.yard = &demoYard{l, map[string]store.ID{}}
	}
	return l.story(l.yard, ctx, today)
}

// id is the identifier of something in the story, by its name there.
func (y *demoYard) id(name string) store.ID {
	if y.known[name] == "" {
		y.known[name] = store.NewID()
	}
	return y.known[name]
}

// has reports whether the story has come to something yet.
func (y *demoYard) has(name string) bool { return y.known[name] != "" }

// us is the commons itself.
func (y *demoYard) us() store.ID { return y.commons.Agent }

// do is one act of the steward.
func (y *demoYard) do(ctx context.Context, steps ...vf.Step) ([]vf.Done, error) {
	return y.h.Core.Do(ctx, y.steward(), "", steps...)
}

// kind adds a kind of thing.
func (y *demoYard) kind(name string, unit, effort quantity.Unit) vf.Step {
	return vf.Adding{Thing: vf.ResourceSpecification{ID: y.id(name), Name: name, DefaultUnitOfResource: unit, DefaultUnitOfEffort: effort}}
}

// stage adds a kind of process.
func (y *demoYard) stage(name string) vf.Step {
	return vf.Adding{Thing: vf.ProcessSpecification{ID: y.id("stage " + name), Name: name}}
}

// place adds a place, at degrees north and east.
func (y *demoYard) place(name, lat, long string) vf.Step {
	s := &vf.SpatialThing{}
	s.ID, s.Name = y.id(name), name
	n, e := quantity.MustParse(lat, "degree"), quantity.MustParse(long, "degree")
	s.Lat, s.Long = &n, &e
	return vf.Adding{Thing: s}
}

// party adds an organization, or what lives.
func (y *demoYard) party(name string, kind vf.AgentKind, at string) vf.Step {
	a := vf.Agent{ID: y.id(name), Kind: kind, Name: name}
	if at != "" {
		a.PrimaryLocation = y.id(at)
	}
	return vf.Adding{Thing: a}
}

// relates notes that one stands in a role to another; it adds the role.
func (y *demoYard) relates(subject store.ID, role, inverse string, object store.ID, since time.Time) []vf.Step {
	var steps []vf.Step
	if !y.has("role " + role) {
		r := &vf.AgentRelationshipRole{InverseRoleLabel: inverse}
		r.ID, r.Name = y.id("role "+role), role
		steps = append(steps, vf.Adding{Thing: r})
	}
	return append(steps, vf.Adding{Thing: &vf.AgentRelationship{Subject: subject, Object: object, Relationship: y.id("role " + role), HasBeginning: since}})
}

// lot adds a batch or lot with the last day on which it is good; zero for none.
func (y *demoYard) lot(code string, until time.Time) vf.Step {
	l := &vf.BatchLotRecord{BatchLotCode: code, ExpirationDate: until}
	l.ID = y.id("lot " + code)
	return vf.Adding{Thing: l}
}

// process begins a process of a project.
func (y *demoYard) process(name, stage string, project int, from time.Time) vf.Step {
	p := vf.Process{ID: y.id(name), Name: name, InScopeOf: y.projects[project].ID, HasBeginning: from}
	if stage != "" {
		p.BasedOn = y.id("stage " + stage)
	}
	return vf.Adding{Thing: p}
}

// demoFlow is an event of the story, by the names of what it is about.
type demoFlow struct {
	action              vf.Action
	thing, to           string // records
	in, out             string // processes
	amount, effort      string // decimals
	unit, effortUnit    quantity.Unit
	from, toWhom        store.ID // the commons where empty
	at, state, note     string   // at: a place
	hour                int
	name, kind, lot, sn string // of a record that the event creates
}

// flow records one event.
func (y *demoYard) flow(today demoDay, f demoFlow) vf.Step {
	e := vf.Event{Action: f.action, Provider: f.from, Receiver: f.toWhom, State: f.state, Note: f.note, HasPointInTime: yesterday(today.at, f.hour)}
	if e.Provider == "" {
		e.Provider = y.us()
	}
	if e.Receiver == "" {
		e.Receiver = y.us()
	}
	for _, named := range []struct {
		name string
		to   *store.ID
	}{{f.thing, &e.ResourceInventoriedAs}, {f.to, &e.ToResourceInventoriedAs}, {f.in, &e.InputOf}, {f.out, &e.OutputOf}, {f.at, &e.ToLocation}} {
		if named.name != "" {
			*named.to = y.id(named.name)
		}
	}
	if f.amount != "" {
		a := quantity.MustParse(f.amount, f.unit)
		e.ResourceQuantity = &a
	}
	if f.effort != "" {
		a := quantity.MustParse(f.effort, f.effortUnit)
		e.EffortQuantity = &a
	}
	if f.kind == "" {
		return vf.Recording{Event: e}
	}
	made := vf.Resource{Name: f.name, ConformsTo: y.id(f.kind), TrackingIdentifier: f.sn}
	row, _ := f.action.Row()
	if row.CreateResource == vf.OptionalTo {
		made.ID, e.ToResourceInventoriedAs = e.ToResourceInventoriedAs, ""
	} else {
		made.ID, e.ResourceInventoriedAs = e.ResourceInventoriedAs, ""
	}
	if f.lot != "" {
		made.OfBatchLot = y.id("lot " + f.lot)
	}
	return vf.Recording{Event: e, New: &made}
}

// hours is what somebody worked in a process.
func (y *demoYard) hours(today demoDay, who int, process, amount, note string) vf.Step {
	return y.flow(today, demoFlow{action: vf.Work, from: y.cast[who].Agent, in: process, effort: amount, effortUnit: quantity.Hour, note: note, hour: 14})
}

// settles says where something is that was counted in.
func (y *demoYard) settles(today demoDay, thing, amount string, unit quantity.Unit, at string) vf.Step {
	return y.flow(today, demoFlow{action: vf.Move, thing: thing, to: thing, amount: amount, unit: unit, at: at, hour: 12})
}
