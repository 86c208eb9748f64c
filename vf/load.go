package vf

import "commonweal/platform/store"

var (
	agentsExist     = store.ByIDs("SELECT id FROM vf_agent WHERE commons_id = $1 AND id IN (*)")
	stagesExist     = store.ByIDs("SELECT id FROM vf_process_specification WHERE commons_id = $1 AND id IN (*)")
	specsByID       = store.ByIDs("SELECT " + specificationColumns + " FROM vf_specification WHERE commons_id = $1 AND id IN (*)")
	processesByID   = store.ByIDs("SELECT " + processColumns + " FROM vf_process WHERE commons_id = $1 AND id IN (*)")
	resourcesByID   = store.ByIDs("SELECT " + resourceColumns + " FROM vf_resource WHERE commons_id = $1 AND id IN (*)")
	resourcesInside = store.ByIDs("SELECT " + resourceColumns + " FROM vf_resource WHERE commons_id = $1 AND contained_in IN (*)")
	flowsByProcess  = store.ByIDs("SELECT " + flowColumns + " FROM vf_flow WHERE commons_id = $1 AND process_id IN (*)")
	eventsByID      = store.ByIDs("SELECT " + eventColumns + eventFrom + "WHERE e.commons_id = $1 AND e.id IN (*)")
	correctionSums  = store.ByIDs(`SELECT corrects, CAST(coalesce(sum(quantity), 0) AS BIGINT), CAST(coalesce(sum(effort), 0) AS BIGINT)
		FROM vf_event WHERE commons_id = $1 AND corrects IN (*) GROUP BY corrects`)
)

func scanID(r store.Scanner) (i store.ID, err error) {
	err = r.Scan(id{&i})
	return i, err
}

// want is what a stretch of events needs that the book does not hold yet.
type want struct {
	agents, specs, stages, processes, flows, originals, entities []store.ID
}

// load fills the book with what the events need: one query per kind of thing,
// none for what this process has seen before.
func (l *Ledger) load(events []Event) error {
	l.known.mu.RLock()
	w := l.wants(events)
	l.known.mu.RUnlock()
	if err := l.loadFacts(w); err != nil {
		return err
	}
	if len(w.originals) > 0 {
		if err := l.loadOriginals(w.originals); err != nil {
			return err
		}
	}
	if len(w.flows) > 0 {
		if err := l.loadFlows(w.flows); err != nil {
			return err
		}
	}
	if err := l.loadEntities(w.entities); err != nil {
		return err
	}
	if err := l.loadRoles(events); err != nil {
		return err
	}
	return l.loadRecords(l.unheld(events))
}

// wants lists what is missing; what earlier acts have seen goes into the book at once.
func (l *Ledger) wants(events []Event) (w want) {
	for i := range events {
		e := &events[i]
		w.agents = l.wantAgent(w.agents, e.Provider)
		w.agents = l.wantAgent(w.agents, e.Receiver)
		w.agents = l.wantAgent(w.agents, e.InScopeOf)
		w.processes = l.wantProcess(w.processes, e.InputOf)
		w.processes = l.wantProcess(w.processes, e.OutputOf)
		w.specs = l.wantSpec(w.specs, e.ResourceConformsTo)
		for _, n := range e.entities() {
			if n.ID != "" {
				w.entities = append(w.entities, n.ID)
			}
		}
		for _, a := range e.allocations() {
			for _, x := range *a.list {
				w.entities = append(w.entities, x.Target)
			}
		}
		if e.Corrects != "" && l.book.originals[e.Corrects] == nil {
			w.originals = append(w.originals, e.Corrects)
		}
		if row := e.Action.row(); row != nil && row.keepsFlows() && (e.ResourceInventoriedAs != "" || e.ToResourceInventoriedAs != "") {
			if p := cmpID(e.InputOf, e.OutputOf); p != "" && l.book.flows[p] == nil {
				w.flows = append(w.flows, p)
			}
		}
	}
	return w
}

// keepsFlows reports whether the action is held against what its process
// holds: pairs, combine and separate, what comes out, and containers that are consumed.
func (r *Row) keepsFlows() bool {
	return r.InputOutput != NoProcess && r.ChangesQuantity()
}

func (l *Ledger) wantAgent(list []store.ID, i store.ID) []store.ID {
	switch {
	case i == "" || l.book.agents[i]:
	case l.known.agents[i]:
		l.book.agents[i] = true
	default:
		list = append(list, i)
	}
	return list
}

func (l *Ledger) wantStage(list []store.ID, i store.ID) []store.ID {
	switch {
	case i == "" || l.book.stages[i]:
	case l.known.stages[i]:
		l.book.stages[i] = true
	default:
		list = append(list, i)
	}
	return list
}

func (l *Ledger) wantProcess(list []store.ID, i store.ID) []store.ID {
	if i == "" || l.book.processes[i] != nil {
		return list
	}
	if p := l.known.processes[i]; p != nil {
		own := *p
		l.book.processes[i] = &own
		return list
	}
	return append(list, i)
}

func (l *Ledger) wantSpec(list []store.ID, i store.ID) []store.ID {
	if i == "" || l.book.specs[i] != nil {
		return list
	}
	if s := l.known.specs[i]; s != nil {
		l.book.specs[i] = s
		return list
	}
	return append(list, i)
}

// loadFacts asks the database for what nobody has seen yet in this epoch.
func (l *Ledger) loadFacts(w want) error {
	agents, err := store.AllOf(l.tx, scanID, agentsExist, w.agents)
	if err != nil {
		return err
	}
	for _, a := range agents {
		l.book.agents[a] = true
		l.seen().agents[a] = true
	}
	stages, err := store.AllOf(l.tx, scanID, stagesExist, w.stages)
	if err != nil {
		return err
	}
	for _, s := range stages {
		l.book.stages[s] = true
		l.seen().stages[s] = true
	}
	specs, err := store.AllOf(l.tx, scanSpecification, specsByID, w.specs)
	if err != nil {
		return err
	}
	for _, s := range specs {
		l.book.specs[s.ID] = &s
		l.seen().specs[s.ID] = &s
	}
	processes, err := store.AllOf(l.tx, scanProcess, processesByID, w.processes)
	if err != nil {
		return err
	}
	for _, p := range processes {
		own := p
		l.book.processes[p.ID] = &own
		l.seen().processes[p.ID] = &p
	}
	return nil
}

type correctionSum struct {
	corrects         store.ID
	quantity, effort int64
}

func scanCorrectionSum(r store.Scanner) (s correctionSum, err error) {
	err = r.Scan(id{&s.corrects}, &s.quantity, &s.effort)
	return s, err
}

// loadOriginals loads events that are to be corrected with what is left of them.
func (l *Ledger) loadOriginals(ids []store.ID) error {
	events, err := store.AllOf(l.tx, scanEvent, eventsByID, ids)
	if err != nil {
		return err
	}
	for _, e := range events {
		l.book.originals[e.ID] = original(e)
	}
	if err := l.loadAllocated(ids, events); err != nil {
		return err
	}
	sums, err := store.AllOf(l.tx, scanCorrectionSum, correctionSums, ids)
	if err != nil {
		return err
	}
	for _, s := range sums {
		if o := l.book.originals[s.corrects]; o != nil {
			o.Quantity += s.quantity
			o.Effort += s.effort
		}
	}
	return nil
}

// loadAllocated loads what is left of the allocations of events, and their targets.
func (l *Ledger) loadAllocated(ids []store.ID, events []Event) error {
	var targets []store.ID
	for i := range events {
		for _, a := range events[i].allocations() {
			for _, x := range *a.list {
				targets = append(targets, x.Target)
			}
		}
	}
	if len(targets) == 0 {
		return nil
	}
	rows, err := store.AllOf(l.tx, scanLeft, leftByOrigin, ids)
	if err != nil {
		return err
	}
	for _, m := range rows {
		if o := l.book.originals[m.origin]; o != nil {
			o.Allocated[m.key] = m.met
		}
	}
	return l.loadEntities(targets)
}

func original(e Event) *Original {
	o := &Original{Event: e, Allocated: e.allocated()}
	if e.ResourceQuantity != nil {
		o.Quantity = e.ResourceQuantity.Micros
	}
	if e.EffortQuantity != nil {
		o.Effort = e.EffortQuantity.Micros
	}
	return o
}

// loadFlows loads what processes hold, and the records among it that further
// events or the end of the process may touch. Whether a process is finished is read afresh: it is no fact that
// holds for an epoch.
func (l *Ledger) loadFlows(processes []store.ID) error {
	flows, err := store.AllOf(l.tx, scanFlow, flowsByProcess, processes)
	if err != nil {
		return err
	}
	for _, p := range processes {
		l.book.flows[p] = map[flowKey]*Flow{}
	}
	for _, w := range flows {
		l.book.putFlow(&w)
	}
	now, err := store.AllOf(l.tx, scanProcess, processesByID, processes)
	if err != nil {
		return err
	}
	for _, p := range now {
		l.book.processes[p.ID] = &p
	}
	var touched []store.ID
	for _, p := range processes {
		touched = append(touched, l.book.touchedBy(p)...)
	}
	return l.loadRecords(l.missing(touched))
}

// unheld lists the records of the events that the book does not hold.
func (l *Ledger) unheld(events []Event) []store.ID {
	var ids []store.ID
	for i := range events {
		ids = append(ids, events[i].ResourceInventoriedAs, events[i].ToResourceInventoriedAs)
	}
	return l.missing(ids)
}

func (l *Ledger) missing(ids []store.ID) []store.ID {
	var out []store.ID
	for _, i := range ids {
		if i != "" && l.book.records[i] == nil {
			out = append(out, i)
		}
	}
	return out
}

// loadRecords loads records with what they lie in and what lies in them, a
// query per level of containment, and their specifications.
func (l *Ledger) loadRecords(ids []store.ID) error {
	var specs []store.ID
	for len(ids) > 0 {
		found, err := records.Get(l.tx, ids...)
		if err != nil {
			return err
		}
		var around, full []store.ID
		specs = l.keepLoaded(found, specs, &around, &full)
		for len(full) > 0 {
			within, err := store.AllOf(l.tx, scanResource, resourcesInside, full)
			if err != nil {
				return err
			}
			full = nil
			specs = l.keepLoaded(within, specs, &around, &full)
		}
		ids = l.missing(around)
	}
	if len(specs) == 0 {
		return nil
	}
	l.known.mu.RLock()
	var w want
	for _, s := range specs {
		w.specs = l.wantSpec(w.specs, s)
	}
	l.known.mu.RUnlock()
	return l.loadFacts(w)
}

// keepLoaded puts records into the book and notes what to load next.
func (l *Ledger) keepLoaded(found []Resource, specs []store.ID, around, full *[]store.ID) []store.ID {
	for _, r := range found {
		if l.book.records[r.ID] != nil {
			continue
		}
		l.book.putRecord(&r)
		specs = append(specs, r.ConformsTo)
		if r.ContainedIn != "" {
			*around = append(*around, r.ContainedIn)
		}
		*around = append(*around, r.ListedIn...)
		if r.Contains > 0 {
			*full = append(*full, r.ID)
		}
	}
	return specs
}
