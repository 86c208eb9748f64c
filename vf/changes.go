package vf

import (
	"encoding/json"
	"slices"
	"time"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

var updatePolicy = store.SQL("UPDATE vf_specification SET policy = $3 WHERE commons_id = $1 AND id = $2")

// SetPolicy replaces the policy of a specification from now on. It comes
// before the events of its act, because the journal keeps it so.
func (l *Ledger) SetPolicy(specification store.ID, p Policy, by store.ID) (PolicyChange, error) {
	if len(l.changes.Events) > 0 {
		return PolicyChange{}, fault.Conflictf("vf.policy_order", "policy", "this act has recorded events already; change the policy first, or in an act of its own")
	}
	if err := p.Check(); err != nil {
		return PolicyChange{}, err
	}
	if err := l.loadFor(by, ""); err != nil {
		return PolicyChange{}, err
	}
	if by != "" && !l.book.agents[by] {
		return PolicyChange{}, unknown("agent", "by", by)
	}
	l.known.mu.RLock()
	w := want{specs: l.wantSpec(nil, specification)}
	l.known.mu.RUnlock()
	if err := l.loadFacts(w); err != nil {
		return PolicyChange{}, err
	}
	c := PolicyChange{Specification: specification, Policy: p, By: by, At: l.tx.Now()}
	if slices.ContainsFunc(l.changes.Policies, func(o PolicyChange) bool { return o.Specification == specification }) {
		return PolicyChange{}, fault.Conflictf("vf.policy_order", "policy", "this act has changed the policy of %s already", specification)
	}
	if err := l.book.SetPolicy(c); err != nil {
		return PolicyChange{}, err
	}
	l.tx.Changed()
	l.learned = nil // what was read before no longer holds
	text, err := json.Marshal(p)
	if err != nil {
		return PolicyChange{}, err
	}
	if _, err := l.tx.Exec(updatePolicy, specification, string(text)); err != nil {
		return PolicyChange{}, err
	}
	l.changes.Policies = append(l.changes.Policies, c)
	return c, l.tx.Append(insertPolicyChange, specification, store.Micros(c.At), by, string(text))
}

// SetPolicy makes a policy hold for the events that follow.
func (b *Book) SetPolicy(c PolicyChange) error {
	s := b.specs[c.Specification]
	if s == nil {
		return unknown("specification", "specification", c.Specification)
	}
	changed := *s
	changed.Policy = c.Policy
	b.specs[c.Specification] = &changed
	return nil
}

var updateFinished = store.SQL("UPDATE vf_process SET finished = $3, ends = $4 WHERE commons_id = $1 AND id = $2")

// FinishProcess says that no more will be done in the process. It is refused
// while something combined in it waits for a container, or while a container
// it consumed still holds something. Events may still be recorded late.
func (l *Ledger) FinishProcess(process store.ID, at time.Time) (Process, error) {
	if l.broken != nil {
		return Process{}, l.broken
	}
	if at.IsZero() {
		at = l.tx.Now()
	}
	if l.book.flows[process] == nil {
		if err := l.loadFlows([]store.ID{process}); err != nil {
			return Process{}, err
		}
	}
	if p := l.book.processes[process]; p != nil && p.Finished {
		return *p, nil
	}
	f := ProcessFinished{Process: process, At: exact(at)}
	if err := l.book.Finish(f); err != nil {
		return Process{}, err
	}
	p := l.book.processes[process]
	if _, err := l.tx.Exec(updateFinished, process, true, micros(p.HasEnd)); err != nil {
		return Process{}, err
	}
	l.changes.Finished = append(l.changes.Finished, f)
	return *p, nil
}

// describable maps a kind of thing to the statement that renames it and
// whether its name is private for some of its rows.
var describable = map[string]*store.Statement{
	"agent":                store.SQL("UPDATE vf_agent SET name = $3, folded = $4, note = $5 WHERE commons_id = $1 AND id = $2"),
	"specification":        store.SQL("UPDATE vf_specification SET name = $3, folded = $4, note = $5 WHERE commons_id = $1 AND id = $2"),
	"processSpecification": store.SQL("UPDATE vf_process_specification SET name = $3, folded = $4, note = $5 WHERE commons_id = $1 AND id = $2"),
	"process":              store.SQL("UPDATE vf_process SET name = $3, folded = $4, note = $5 WHERE commons_id = $1 AND id = $2"),
	"resource":             store.SQL("UPDATE vf_resource SET name = $3, folded = $4, note = $5 WHERE commons_id = $1 AND id = $2"),
}

// Describe replaces the name and the note of an agent, specification,
// processSpecification, process or resource. Neither carries an economic
// fact. Names of persons and all notes stay out of the journal.
func (l *Ledger) Describe(kind string, d Description) error {
	statement, ok := describable[kind]
	if !ok {
		return fault.Invalidf("vf.kind", "kind", "%q cannot be described; agents, specifications, processSpecifications, processes and resources can", clip(kind))
	}
	if err := checkDescribed(d.Name, d.Note, nil); err != nil {
		return err
	}
	if d.Name == "" && kind != "resource" {
		return fault.Invalidf("vf.missing_name", "name", "the name is empty")
	}
	if _, valid := store.ParseID(string(d.ID)); !valid {
		return unknown(kind, "id", d.ID)
	}
	n, err := l.tx.Exec(statement, d.ID, d.Name, fold(d.Name), d.Note)
	if err != nil {
		return err
	}
	if n == 0 {
		return unknown(kind, "id", d.ID)
	}
	if r := l.book.records[d.ID]; r != nil {
		r.Name, r.Note = d.Name, d.Note
	}
	private := false
	if kind == "agent" {
		a, _, err := GetAgent(l.tx, d.ID)
		if err != nil {
			return err
		}
		private = a.Kind == Person
	}
	l.seal(kind, d.ID, "note", d.Note)
	if d.Note = ""; private {
		l.seal(kind, d.ID, "name", d.Name)
		d.Name = ""
	}
	l.changes.Described = append(l.changes.Described, d)
	return nil
}

// Empty reports whether nothing was changed.
func (c Changes) Empty() bool {
	return len(c.Agents)+len(c.ResourceSpecifications)+len(c.ProcessSpecifications)+len(c.Processes)+len(c.Policies)+
		len(c.Resources)+len(c.Events)+len(c.Finished)+len(c.Described) == 0
}
