package vf

import (
	"time"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// checkActsUnder holds an event that somebody records for the provider against
// the relationship that allows it: it is one with the provider, in a role that
// acts for others, in force when the event is recorded, and in its scope.
func (a *application) checkActsUnder() error {
	e := &a.e
	if e.ActsUnder == "" {
		return nil
	}
	r := a.book.entities[e.ActsUnder].(*AgentRelationship) // resolved
	role, _ := a.book.entities[r.Relationship].(*AgentRelationshipRole)
	switch {
	case r.Object != e.Provider:
		return fault.Invalidf("vf.acts_for_another", "actsUnder", "the relationship %s lets %s act for %s, not for the provider %s", r.ID, r.Subject, r.Object, e.Provider)
	case role == nil || !role.ActsFor:
		return fault.Conflictf("vf.role_without_effect", "actsUnder", "the role of the relationship %s does not let anybody act for %s; revise the role if it should", r.ID, r.Object)
	case !r.inForce(e.Created):
		return fault.Conflictf("vf.role_over", "actsUnder", "the relationship %s is not in force on %s", r.ID, e.Created.Format(time.DateOnly))
	case r.InScopeOf != "" && r.InScopeOf != a.scope():
		return fault.Conflictf("vf.role_scope", "actsUnder", "the relationship %s holds in the scope of %s, not of %s", r.ID, r.InScopeOf, orNone(a.scope()))
	}
	return nil
}

// inForce reports whether a relationship has begun and has not ended.
func (r *AgentRelationship) inForce(at time.Time) bool {
	return !at.Before(r.HasBeginning) && (r.HasEnd.IsZero() || at.Before(r.HasEnd))
}

// scope is the project of the event, or of its process.
func (a *application) scope() store.ID {
	if p := a.book.processes[cmpID(a.e.InputOf, a.e.OutputOf)]; a.e.InScopeOf == "" && p != nil {
		return p.InScopeOf
	}
	return a.e.InScopeOf
}

// actsAs refuses to act under a relationship that is somebody else's.
func (b *Book) actsAs(agent, under store.ID) error {
	if r, is := b.entities[under].(*AgentRelationship); is && r.Subject != agent {
		return fault.Forbiddenf("vf.acts_under", "the relationship %s is that of %s; one acts under one's own", under, r.Subject)
	}
	return nil // what is none is refused when the event is resolved
}

// loadRoles makes the relationships known that events are recorded under, and
// their roles.
func (l *Ledger) loadRoles(events []Event) error {
	var relationships, roles []store.ID
	for i := range events {
		relationships = append(relationships, events[i].ActsUnder)
	}
	if err := l.loadEntities(relationships); err != nil {
		return err
	}
	for _, i := range relationships {
		if r, is := l.book.entities[i].(*AgentRelationship); is {
			roles = append(roles, r.Relationship)
		}
	}
	return l.loadEntities(roles)
}

// mayCorrect returns the relationship under which somebody corrects an event:
// none for one's own and for who records for others, else that of the original.
func (l *Ledger) mayCorrect(who auth.Identity, event, provider store.ID) (under store.ID, err error) {
	missing := who.Must(mine(who, provider))
	if missing == nil {
		return "", nil
	}
	e := l.book.originals[event].Event
	if e.ActsUnder == "" {
		return "", missing
	}
	if err := l.loadRoles([]Event{e}); err != nil {
		return "", err
	}
	return e.ActsUnder, l.book.actsAs(who.Agent, e.ActsUnder)
}

// Roles returns the relationships by which a person may act for others now,
// with whom: what a form offers.
func Roles(r *store.Snapshot, person store.ID) ([]AgentRelationship, error) {
	all, err := Linked[AgentRelationship](r, "subject", []store.ID{person})
	if err != nil || len(all[person]) == 0 {
		return nil, err
	}
	var roles []store.ID
	for _, x := range all[person] {
		roles = append(roles, x.Relationship)
	}
	known, err := Entities(r, roles)
	var out []AgentRelationship
	for _, x := range all[person] {
		if role, is := known[x.Relationship].(*AgentRelationshipRole); is && role.ActsFor && x.inForce(r.Now()) {
			out = append(out, x)
		}
	}
	return out, err
}
