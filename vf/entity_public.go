package vf

import (
	"maps"
	"reflect"
	"slices"

	"commonweal/platform/store"
)

// Kinds returns the classes of entities, in the order of their names.
func Kinds() []Kind { return slices.Sorted(maps.Keys(kinds)) }

// NewEntity returns an empty entity of a class, to be decoded into; nil for a
// class that is none of Kinds.
func NewEntity(k Kind) Entity {
	if make := kinds[k]; make != nil {
		return make()
	}
	return nil
}

// DecodeEntity reads an entity of a class from JSON, whole or not at all.
// Faults are Invalid: vf.kind, vf.json.
func DecodeEntity(k Kind, raw []byte) (Entity, error) { return decodeEntity(k, raw) }

// Head returns what every entity has.
func Head(e Entity) About { return *e.head() }

// Visible reports whether a reader sees an entity at all: a draft of a proposal
// is for members, until it says what is offered or wanted.
func Visible(e Entity, member bool) bool {
	p, is := e.(*Proposal)
	return member || !is || !p.Draft()
}

// Shown returns an entity as a reader sees it: members all of it; others nil for
// what is not Visible to them, and the rest without what is private.
func Shown(e Entity, member bool) Entity {
	switch {
	case member:
		return e
	case !Visible(e, member):
		return nil
	}
	return public(e)
}

// public returns an entity without what is private: notes, addresses, and all
// of a private place but that there is one.
func public(e Entity) Entity {
	public, err := copyEntity(e)
	if err != nil { // what was read back once reads back again
		panic("vf: " + err.Error())
	}
	public.seal(func(string, string) {})
	return public
}

// Asked returns what a commitment, an intent or a claim asks for, and whether
// it is finished; nothing for other classes.
func Asked(e Entity) (quantity, effort *Amount, finished bool) {
	t := targetOf(e)
	return t.quantity, t.effort, t.done
}

// PropertiesOf returns which class each property of a class names.
func PropertiesOf(k Kind) map[string]Kind {
	out := map[string]Kind{}
	e := NewEntity(k)
	if e == nil {
		return out
	}
	for _, r := range filled(e).Refs() {
		out[r.Property] = r.Kind
	}
	return out
}

// filled sets every identifier of an entity, so that Refs lists every property there is.
func filled(e Entity) Entity {
	fill(reflect.ValueOf(e).Elem())
	return e
}

func fill(v reflect.Value) {
	for i := range v.NumField() {
		switch f := v.Field(i); f.Interface().(type) {
		case store.ID:
			f.SetString(string(lowest))
		case []store.ID:
			f.Set(reflect.ValueOf([]store.ID{lowest}))
		case []Allocation:
			f.Set(reflect.ValueOf([]Allocation{{Target: lowest}}))
		default:
			if v.Type().Field(i).Anonymous {
				fill(f)
			}
		}
	}
}

var (
	resourcesBy = map[string]*store.ByKeys[store.ID]{
		"accountable":      store.ByIDs(firstResourcesBy("accountable")),
		"specification_id": store.ByIDs(firstResourcesBy("specification_id")),
		"location":         store.ByIDs(firstResourcesBy("location")),
		"stage":            store.ByIDs(firstResourcesBy("stage")),
	}
	processesByProject = store.ByIDs(firstProcessesBy("project_id"))
	processesByKind    = store.ByIDs(firstProcessesBy("based_on"))
	agentsAt           = store.ByIDs("SELECT id FROM vf_agent WHERE commons_id = $1 AND location IN (*) ORDER BY id")
	processesByPlan    = store.ByIDs("SELECT " + processColumns + " FROM vf_process WHERE commons_id = $1 AND plan_id IN (*) ORDER BY id")
)

// firstProcessesBy asks for the newest processes of each key.
func firstProcessesBy(column string) string {
	return "SELECT " + processColumns + " FROM (SELECT " + processColumns + ", row_number() OVER (PARTITION BY " + column + " ORDER BY id DESC) AS place FROM vf_process WHERE commons_id = $1 AND " +
		column + " IN (*)) newest WHERE place <= 500 ORDER BY id DESC"
}

// firstResourcesBy asks for the newest records of each key.
func firstResourcesBy(column string) string {
	return "SELECT " + resourceColumns + " FROM (SELECT " + resourceColumns + ", row_number() OVER (PARTITION BY " + column + " ORDER BY id DESC) AS place FROM vf_resource WHERE commons_id = $1 AND " +
		column + " IN (*)) newest WHERE place <= 500 ORDER BY id DESC"
}

// ResourcesOf returns the newest records, at most 500 each, that agents are
// accountable for, or (by specification) that conform to specifications.
func ResourcesOf(r store.Reader, agents []store.ID) (map[store.ID][]Resource, error) {
	return grouped(func(x Resource) store.ID { return x.PrimaryAccountable })(store.AllOf(r, scanResource, resourcesBy["accountable"], agents))
}

// ResourcesConforming is ResourcesOf by specification.
func ResourcesConforming(r store.Reader, specifications []store.ID) (map[store.ID][]Resource, error) {
	return grouped(func(x Resource) store.ID { return x.ConformsTo })(store.AllOf(r, scanResource, resourcesBy["specification_id"], specifications))
}

// ResourcesAt is ResourcesOf by place.
func ResourcesAt(r store.Reader, places []store.ID) (map[store.ID][]Resource, error) {
	return grouped(func(x Resource) store.ID { return x.CurrentLocation })(store.AllOf(r, scanResource, resourcesBy["location"], places))
}

// ProcessesIn returns the newest processes, at most 500 each, in the scope of agents.
func ProcessesIn(r store.Reader, projects []store.ID) (map[store.ID][]Process, error) {
	return grouped(func(p Process) store.ID { return p.InScopeOf })(store.AllOf(r, scanProcess, processesByProject, projects))
}

// ProcessesBasedOn is ProcessesIn by process specification.
func ProcessesBasedOn(r store.Reader, specifications []store.ID) (map[store.ID][]Process, error) {
	return grouped(func(p Process) store.ID { return p.BasedOn })(store.AllOf(r, scanProcess, processesByKind, specifications))
}

// ResourcesInStage is ResourcesOf by stage, a process specification.
func ResourcesInStage(r store.Reader, stages []store.ID) (map[store.ID][]Resource, error) {
	return grouped(func(x Resource) store.ID { return x.Stage })(store.AllOf(r, scanResource, resourcesBy["stage"], stages))
}

// AgentsAt returns who has one of the places as primary location. A person's
// is for members.
func AgentsAt(r store.Reader, places []store.ID) ([]store.ID, error) {
	return store.AllOf(r, scanID, agentsAt, places)
}

// ContentsOf returns what lies directly in containers, or is listed in them.
func ContentsOf(r store.Reader, containers []store.ID) ([]Resource, error) {
	inside, err := store.AllOf(r, scanResource, resourcesInside, containers)
	if err != nil {
		return nil, err
	}
	listed, err := store.AllOf(r, scanResource, resourcesListed, containers)
	for _, x := range listed {
		if !slices.ContainsFunc(inside, func(y Resource) bool { return y.ID == x.ID }) {
			inside = append(inside, x)
		}
	}
	return inside, err
}

// CorrectionsOf returns the events that correct others, in order.
func CorrectionsOf(r store.Reader, originals []store.ID) ([]Event, error) {
	return store.AllOf(r, scanEvent, correctionsOf, originals)
}

// ProcessesOfPlans returns the processes planned within plans.
func ProcessesOfPlans(r store.Reader, plans []store.ID) ([]Process, error) {
	return store.AllOf(r, scanProcess, processesByPlan, plans)
}

func grouped[T any](key func(T) store.ID) func([]T, error) (map[store.ID][]T, error) {
	return func(list []T, err error) (map[store.ID][]T, error) {
		out := map[store.ID][]T{}
		for _, x := range list {
			out[key(x)] = append(out[key(x)], x)
		}
		return out, err
	}
}
