package vf

import (
	"encoding/json"
	"reflect"
	"slices"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// check says whether an agent is well formed. Faults are Invalid.
func (a *Agent) check(*Book) error {
	if a.Kind != Person && a.Kind != Organization && a.Kind != Ecological {
		return fault.Invalidf("vf.agent_kind", "kind", "%q is no kind of agent; it is one of %s, %s, %s", clip(string(a.Kind)), Person, Organization, Ecological)
	}
	if slices.Contains(a.ClassifiedAs, ClassProject) && a.Kind != Organization {
		return fault.Invalidf("vf.agent_kind", "kind", "a project is an Organization, not a %s", a.Kind)
	}
	if err := checkImages(a.Image, nil); err != nil {
		return err
	}
	return checkNamed(a.Name, a.Note, a.ClassifiedAs)
}

func checkNamed(name, note string, classes []string) error {
	if name == "" {
		return fault.Invalidf("vf.missing_name", "name", "the name is empty")
	}
	return checkDescribed(name, note, classes)
}

func checkDescribed(name, note string, classes []string) error {
	if err := checkText("name", name, maxName); err != nil {
		return err
	}
	if err := checkText("note", note, maxText); err != nil {
		return err
	}
	return checkClasses("classifiedAs", classes)
}

func (s *ResourceSpecification) check(*Book) error {
	if err := checkNamed(s.Name, s.Note, s.ClassifiedAs); err != nil {
		return err
	}
	for _, u := range [...]struct {
		field string
		unit  quantity.Unit
	}{{"defaultUnitOfResource", s.DefaultUnitOfResource}, {"defaultUnitOfEffort", s.DefaultUnitOfEffort}} {
		if u.unit == "" {
			continue
		}
		if err := checkAmount(&Event{}, &Amount{Unit: u.unit}, u.field); err != nil {
			return err
		}
	}
	if err := checkImages(s.Image, s.ImageList); err != nil {
		return err
	}
	return s.Policy.Check()
}

func (p *ProcessSpecification) check(*Book) error {
	if err := checkImages(p.Image, nil); err != nil {
		return err
	}
	return checkNamed(p.Name, p.Note, nil)
}

func (p *Process) check(b *Book) error {
	if err := checkNamed(p.Name, p.Note, p.ClassifiedAs); err != nil {
		return err
	}
	if p.Finished {
		return fault.Invalidf("vf.process_finished", "finished", "a process begins unfinished; finish it with an act of its own")
	}
	if p.BasedOn != "" && !b.stages[p.BasedOn] {
		return unknown("process_specification", "basedOn", p.BasedOn)
	}
	if p.InScopeOf != "" && !b.agents[p.InScopeOf] {
		return unknown("agent", "inScopeOf", p.InScopeOf)
	}
	e := Event{HasBeginning: p.HasBeginning, HasEnd: p.HasEnd}
	return checkTime(&e, nil)
}

// check says whether a record may be announced: it says what it is and
// nothing that events say.
func (r *Resource) check(b *Book) error {
	if err := checkDescribed(r.Name, r.Note, r.ClassifiedAs); err != nil {
		return err
	}
	if err := checkText("trackingIdentifier", r.TrackingIdentifier, maxName); err != nil {
		return err
	}
	if r.OfBatchLot != "" && !b.has(KindBatchLotRecord, r.OfBatchLot) {
		return unknown("lot", "ofBatchLot", r.OfBatchLot)
	}
	if err := checkImages(r.Image, r.ImageList); err != nil {
		return err
	}
	if err := checkText("currentVirtualLocation", r.CurrentVirtualLocation, maxText); err != nil {
		return err
	}
	if err := checkText("currentCurrencyLocation", r.CurrentCurrencyLocation, maxName); err != nil {
		return err
	}
	if r.ConformsTo != "" && b.specs[r.ConformsTo] == nil {
		return unknown("specification", "conformsTo", r.ConformsTo)
	}
	said := Resource{ID: r.ID, Name: r.Name, Note: r.Note, ConformsTo: r.ConformsTo, TrackingIdentifier: r.TrackingIdentifier, OfBatchLot: r.OfBatchLot,
		Image: r.Image, ImageList: r.ImageList, CurrentVirtualLocation: r.CurrentVirtualLocation, CurrentCurrencyLocation: r.CurrentCurrencyLocation}
	rest := *r
	rest.ClassifiedAs = nil
	if !reflect.DeepEqual(said, rest) {
		return fault.Invalidf("vf.new_record", "resource", "a new record says what it is; its quantities, place, agents, stage and state come from events")
	}
	return nil
}

// AddAgent adds somebody who takes part and returns it with its identifier.
// The name of a Person is private: it is sealed, not journaled.
func (l *Ledger) AddAgent(a Agent) (Agent, error) {
	var err error
	if a.ID, err = l.give("id", a.ID); err != nil {
		return Agent{}, err
	}
	a.ClassifiedAs = set(a.ClassifiedAs)
	if err := a.check(l.book); err != nil {
		return Agent{}, err
	}
	if err := l.mustHave(KindSpatialThing, "primaryLocation", a.PrimaryLocation); err != nil {
		return Agent{}, err
	}
	if err := l.tx.Append(insertAgent, a.ID, string(a.Kind), a.Name, fold(a.Name), a.Note, list(a.ClassifiedAs), a.PrimaryLocation, a.Image); err != nil {
		return Agent{}, err
	}
	for _, c := range a.ClassifiedAs {
		if err := l.tx.Append(insertAgentClass, c, a.ID); err != nil {
			return Agent{}, err
		}
	}
	l.book.agents[a.ID] = true
	l.seen().agents[a.ID] = true
	public := a
	if a.Kind == Person {
		l.seal("agent", a.ID, "name", a.Name)
		public.Name = ""
	}
	l.seal("agent", a.ID, "note", a.Note)
	public.Note = ""
	l.changes.Agents = append(l.changes.Agents, public)
	return a, nil
}

// AddSpecification adds a kind of thing, service, skill or currency.
func (l *Ledger) AddSpecification(s ResourceSpecification) (ResourceSpecification, error) {
	var err error
	if s.ID, err = l.give("id", s.ID); err != nil {
		return ResourceSpecification{}, err
	}
	s.ClassifiedAs = set(s.ClassifiedAs)
	if err := s.check(l.book); err != nil {
		return ResourceSpecification{}, err
	}
	policy, err := json.Marshal(s.Policy)
	if err != nil {
		return ResourceSpecification{}, err
	}
	err = l.tx.Append(insertSpecification, s.ID, s.Name, fold(s.Name), s.Note, list(s.ClassifiedAs), s.Image, list(s.ImageList), s.Substitutable, s.MediumOfExchange,
		string(s.DefaultUnitOfResource), string(s.DefaultUnitOfEffort), string(policy))
	if err != nil {
		return ResourceSpecification{}, err
	}
	l.book.specs[s.ID] = &s
	l.seen().specs[s.ID] = &s
	public := s
	l.seal("specification", s.ID, "note", s.Note)
	public.Note = ""
	l.changes.ResourceSpecifications = append(l.changes.ResourceSpecifications, public)
	return s, nil
}

// AddProcessSpecification adds a kind of process, which is a stage too.
func (l *Ledger) AddProcessSpecification(p ProcessSpecification) (ProcessSpecification, error) {
	var err error
	if p.ID, err = l.give("id", p.ID); err != nil {
		return ProcessSpecification{}, err
	}
	if err := p.check(l.book); err != nil {
		return ProcessSpecification{}, err
	}
	if err := l.tx.Append(insertProcessSpecification, p.ID, p.Name, fold(p.Name), p.Note, p.Image); err != nil {
		return ProcessSpecification{}, err
	}
	l.book.stages[p.ID] = true
	l.seen().stages[p.ID] = true
	public := p
	l.seal("processSpecification", p.ID, "note", p.Note)
	public.Note = ""
	l.changes.ProcessSpecifications = append(l.changes.ProcessSpecifications, public)
	return p, nil
}

// AddProcess adds an activity; its specification and its project must exist.
func (l *Ledger) AddProcess(p Process) (Process, error) {
	var err error
	if p.ID, err = l.give("id", p.ID); err != nil {
		return Process{}, err
	}
	p.ClassifiedAs = set(p.ClassifiedAs)
	if err := l.loadFor(p.InScopeOf, p.BasedOn); err != nil {
		return Process{}, err
	}
	if err := l.mustHave(KindPlan, "plannedWithin", p.PlannedWithin); err != nil {
		return Process{}, err
	}
	if err := p.check(l.book); err != nil {
		return Process{}, err
	}
	p.HasBeginning, p.HasEnd = exact(p.HasBeginning), exact(p.HasEnd)
	err = l.tx.Append(insertProcess, p.ID, p.Name, fold(p.Name), p.Note, p.BasedOn, list(p.ClassifiedAs), p.InScopeOf, micros(p.HasBeginning), micros(p.HasEnd), false, p.PlannedWithin)
	if err != nil {
		return Process{}, err
	}
	own, fact := p, p
	l.book.processes[p.ID] = &own
	l.seen().processes[p.ID] = &fact
	public := p
	l.seal("process", p.ID, "note", p.Note)
	public.Note = ""
	l.changes.Processes = append(l.changes.Processes, public)
	return p, nil
}

// loadFor makes an agent and a process specification known.
func (l *Ledger) loadFor(agent, stage store.ID) error {
	if l.broken != nil {
		return l.broken
	}
	var w want
	l.known.mu.RLock()
	w.agents = l.wantAgent(nil, agent)
	w.stages = l.wantStage(nil, stage)
	l.known.mu.RUnlock()
	return l.loadFacts(w)
}
