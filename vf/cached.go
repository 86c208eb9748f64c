package vf

import (
	"commonweal/platform/store"
)

// What the API and the pages read again and again is kept in memory, decoded.
// Events never change, but for their notes, which may be erased and are
// therefore not kept. What events name is good until the next act of the
// commons. Values are shared: nobody changes them.
var (
	eventCache = store.NewLasting(20_000, func(r *store.Snapshot, ids []store.ID) (map[store.ID]*Event, error) {
		return pointed(GetEvents(r, ids))
	}, func(e *Event) int64 { return store.Micros(e.Created) })
	agentCache         = store.NewCache(5_000, loadAgents)
	specificationCache = store.NewCache(5_000, func(r *store.Snapshot, ids []store.ID) (map[store.ID]*ResourceSpecification, error) {
		return pointed(GetSpecifications(r, ids))
	})
	stageCache = store.NewCache(2_000, func(r *store.Snapshot, ids []store.ID) (map[store.ID]*ProcessSpecification, error) {
		return pointed(GetProcessSpecifications(r, ids))
	})
	processCache = store.NewCache(5_000, func(r *store.Snapshot, ids []store.ID) (map[store.ID]*Process, error) {
		return pointed(GetProcesses(r, ids))
	})
	resourceCache = store.NewCache(10_000, func(r *store.Snapshot, ids []store.ID) (map[store.ID]*Resource, error) {
		return pointed(GetResources(r, ids))
	})
)

// CachedEvents returns the events with the identifiers, in their order, without
// notes (NotesOf); nil where there is none. At most one question is asked, as
// by each of its sisters.
func CachedEvents(r *store.Snapshot, ids []store.ID) ([]*Event, error) { return eventCache.Get(r, ids) }

// CachedAgents is the same for agents, as members know them or as outsiders do.
func CachedAgents(r *store.Snapshot, ids []store.ID, member bool) ([]*Agent, error) {
	known, err := agentCache.Get(r, ids)
	out := make([]*Agent, len(known))
	for i, k := range known {
		switch {
		case k == nil:
		case member:
			out[i] = &k.agent
		default:
			out[i] = &k.public
		}
	}
	return out, err
}

// CachedSpecifications is the same for resource specifications.
func CachedSpecifications(r *store.Snapshot, ids []store.ID) ([]*ResourceSpecification, error) {
	return specificationCache.Get(r, ids)
}

// CachedStages is the same for process specifications.
func CachedStages(r *store.Snapshot, ids []store.ID) ([]*ProcessSpecification, error) {
	return stageCache.Get(r, ids)
}

// CachedProcesses is the same for processes.
func CachedProcesses(r *store.Snapshot, ids []store.ID) ([]*Process, error) {
	return processCache.Get(r, ids)
}

// CachedResources is the same for inventoried records.
func CachedResources(r *store.Snapshot, ids []store.ID) ([]*Resource, error) {
	return resourceCache.Get(r, ids)
}

// knownAgent is an agent as members know them, and as outsiders do.
type knownAgent struct{ agent, public Agent }

func loadAgents(r *store.Snapshot, ids []store.ID) (map[store.ID]*knownAgent, error) {
	found, err := GetAgents(r, ids)
	out := make(map[store.ID]*knownAgent, len(found))
	for i, a := range found {
		out[i] = &knownAgent{a, a.Public()}
	}
	return out, err
}

// Public is the agent as outsiders of open books know them: a person by a
// pseudonym, without picture and place.
func (a Agent) Public() Agent {
	if a.Kind == Person {
		a.Name, a.PrimaryLocation, a.Image = "Member "+Pseudonym(a.ID), "", ""
	}
	return a
}

// pointed turns values into pointers; the note of an event is left behind.
func pointed[T any](found map[store.ID]T, err error) (map[store.ID]*T, error) {
	out := make(map[store.ID]*T, len(found))
	for i, v := range found {
		if e, is := any(&v).(*Event); is {
			e.Note = ""
		}
		out[i] = &v
	}
	return out, err
}

var notesOf = store.ByIDs("SELECT event_id, note FROM vf_note WHERE commons_id = $1 AND event_id IN (*)")

// NotesOf returns what was written about events, of those that have a note.
func NotesOf(r store.Reader, events []store.ID) (map[store.ID]string, error) {
	type line struct {
		event store.ID
		note  string
	}
	list, err := store.AllOf(r, func(s store.Scanner) (l line, err error) { return l, s.Scan(id{&l.event}, &l.note) }, notesOf, events)
	out := make(map[store.ID]string, len(list))
	for _, l := range list {
		out[l.event] = l.note
	}
	return out, err
}
