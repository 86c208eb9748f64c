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
	if err := c.Policy.Check(); err != nil {
		return err
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

// Empty reports whether nothing was changed.
func (c Changes) Empty() bool {
	return len(c.Agents)+len(c.ResourceSpecifications)+len(c.ProcessSpecifications)+len(c.Processes)+len(c.Policies)+
		len(c.Written)+len(c.Resources)+len(c.Events)+len(c.Finished)+len(c.Described) == 0
}
