package vf

import (
	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
)

var (
	insertOrigin   = store.Into("vf_origin", "there_id", "id", "address")
	originsByThere = store.ByIDs("SELECT there_id, id FROM vf_origin WHERE commons_id = $1 AND there_id IN (*)")
	eventsExist    = store.ByIDs("SELECT id FROM vf_event WHERE commons_id = $1 AND id IN (*)")
	deleteOrigin   = store.SQL("DELETE FROM vf_origin WHERE commons_id = $1 AND id = $2")
)

// origin is which event here an event from elsewhere became.
type origin struct{ there, here store.ID }

func scanOrigin(r store.Scanner) (o origin, err error) {
	err = r.Scan(id{&o.there}, id{&o.here})
	return o, err
}

// importing is a graph on its way into a commons.
type importing struct {
	*Ledger
	who      auth.Identity
	graph    Graph
	entities []Entity              // of graph.Written
	events   map[store.ID]store.ID // identifiers of events: there → here
	waiting  []Recording           // events that are recorded together
	names    []store.ID            // what those are called there
	unborn   map[store.ID]Resource
	made     map[store.ID]bool // what is new
	out      Imported
}

// most is how many events are recorded together, so that one entry of the
// journal can commit to what is private about them: a note and an address
// each, and of the record that each may create.
const most = maxSealed / 8

// recognize finds out what of the graph, and of what it names, is here already.
func (i *importing) recognize() error {
	var w want
	var ids, records, events []store.ID
	for _, x := range i.graph.Written {
		e, err := decodeEntity(x.Type, x.Value)
		if err != nil {
			return err
		}
		i.entities, ids = append(i.entities, e), append(ids, e.head().ID)
		for _, r := range e.Refs() {
			if r.Kind == KindEvent {
				events = append(events, r.ID)
			}
		}
	}
	for _, x := range i.graph.Resources {
		records = append(records, x.ID)
	}
	for _, e := range i.graph.Events {
		events = append(events, e.ID, e.Corrects)
	}
	i.known.mu.RLock()
	for _, x := range i.graph.Agents {
		w.agents = i.wantAgent(w.agents, x.ID)
	}
	for _, x := range i.graph.ResourceSpecifications {
		w.specs = i.wantSpec(w.specs, x.ID)
	}
	for _, x := range i.graph.ProcessSpecifications {
		w.stages = i.wantStage(w.stages, x.ID)
	}
	for _, x := range i.graph.Processes {
		w.processes = i.wantProcess(w.processes, x.ID)
	}
	i.known.mu.RUnlock()
	if err := i.loadFacts(w); err != nil {
		return err
	}
	if err := i.loadEntities(ids); err != nil {
		return err
	}
	if err := i.loadRefs(i.entities...); err != nil {
		return err
	}
	if err := i.loadRecords(i.missing(records)); err != nil {
		return err
	}
	i.await()
	return i.recall(events)
}

// await notes which records their first event will create.
func (i *importing) await() {
	i.unborn = map[store.ID]Resource{}
	for _, x := range i.graph.Resources {
		if i.book.records[x.ID] == nil {
			i.unborn[x.ID] = x
		}
		i.count(KindResource, i.book.records[x.ID] == nil)
	}
}

// recall finds which events were imported before, or were recorded here.
func (i *importing) recall(events []store.ID) error {
	i.events = map[store.ID]store.ID{}
	own, err := store.AllOf(i.tx, scanID, eventsExist, events)
	if err != nil {
		return err
	}
	for _, e := range own {
		i.events[e] = e
	}
	imported, err := store.AllOf(i.tx, scanOrigin, originsByThere, events)
	for _, o := range imported {
		i.events[o.there] = o.here
	}
	return err
}

func (i *importing) count(kind Kind, fresh bool) {
	if fresh {
		i.out.New[kind]++
	} else {
		i.out.Known[kind]++
	}
}

// at says of which thing of the graph a fault is, by its address.
func (i *importing) at(there store.ID, err error) error {
	f := fault.As(err)
	if f == nil {
		return err
	}
	if address := i.graph.Addresses[there]; address != "" {
		return f.Within("in %s", address)
	}
	return f.Within("in %s", there)
}

// remember keeps where a thing comes from, unless its identifier says it.
func (i *importing) remember(kind Kind, there, here store.ID) error {
	i.made[here] = true
	address := i.graph.Addresses[there]
	if address == "" && there == here {
		return nil
	}
	i.seal(sealedAs(kind), here, "origin", address)
	return i.tx.Append(insertOrigin, there, here, address)
}

// first adds what has no need of events: places and plans, which the others
// name, agents, specifications and processes.
func (i *importing) first() error {
	for _, e := range i.entities {
		if early(e) {
			if err := i.write(e); err != nil {
				return err
			}
		}
	}
	for _, a := range i.graph.Agents {
		if a.Name == "" {
			a.Name = Pseudonym(a.ID)
		}
		if err := adds(i, KindAgent, a.ID, i.book.agents[a.ID], func() error { _, err := i.AddAgent(a); return err }); err != nil {
			return err
		}
	}
	for _, s := range i.graph.ResourceSpecifications {
		if err := adds(i, KindResourceSpecification, s.ID, i.book.specs[s.ID] != nil, func() error { _, err := i.AddSpecification(s); return err }); err != nil {
			return err
		}
	}
	for _, s := range i.graph.ProcessSpecifications {
		if err := adds(i, KindProcessSpecification, s.ID, i.book.stages[s.ID], func() error { _, err := i.AddProcessSpecification(s); return err }); err != nil {
			return err
		}
	}
	for _, p := range i.graph.Processes {
		if err := adds(i, KindProcess, p.ID, i.book.processes[p.ID] != nil, func() error { _, err := i.AddProcess(p); return err }); err != nil {
			return err
		}
	}
	return nil
}

// early reports whether an entity is written before anything else.
func early(e Entity) bool { return e.Kind() == KindSpatialThing || e.Kind() == KindPlan }

// adds adds a thing that is not here, under its own identifier.
func adds(i *importing, kind Kind, id store.ID, known bool, add func() error) error {
	if known {
		i.count(kind, false)
		return nil
	}
	if err := i.at(id, add()); err != nil {
		return err
	}
	i.count(kind, true)
	if err := i.remember(kind, id, id); err != nil {
		return err
	}
	return i.journalFull()
}

// flow writes entities and records events in their order.
func (i *importing) flow() error {
	next := 0
	for n := 0; n <= len(i.graph.Events); n++ {
		for ; next < len(i.graph.Written) && i.graph.Written[next].After <= n; next++ {
			if early(i.entities[next]) {
				continue
			}
			if err := i.record(); err != nil {
				return err
			}
			if err := i.write(i.entities[next]); err != nil {
				return err
			}
		}
		if n == len(i.graph.Events) {
			break
		}
		if err := i.event(i.graph.Events[n]); err != nil {
			return err
		}
	}
	if err := i.record(); err != nil {
		return err
	}
	for id := range i.unborn {
		return i.at(id, withoutEvent(id))
	}
	return nil
}
