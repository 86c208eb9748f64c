package vf

import (
	"testing"
	"time"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// bakery is an organization at the desk with the member as its buyer, in a
// role that acts for it.
type bakery struct {
	*desk
	id, role, member store.ID // member is the relationship
}

func atBakery(t *testing.T, f func(b *bakery)) {
	atDesk(t, func(t *testing.T, d *desk) {
		b := &bakery{d, store.NewID(), store.NewID(), store.NewID()}
		d.must(d.steward, "", Adding{Agent{ID: b.id, Kind: Organization, Name: "Bakery"}},
			Adding{&AgentRelationshipRole{About: About{ID: b.role, Name: "buyer of"}, ActsFor: true}},
			Adding{&AgentRelationship{About: About{ID: b.member}, Subject: d.member.Agent, Object: b.id, Relationship: b.role}})
		f(b)
	})
}

// pays is an event of the bakery that somebody records under a relationship.
func (b *bakery) pays(under store.ID) Recording {
	return Recording{Event: Event{Action: Transfer, Provider: b.id, Receiver: b.steward.Agent, ResourceConformsTo: b.spec, ResourceQuantity: one_("3"), ActsUnder: under}}
}

func (b *bakery) may(who auth.Identity, step Step) error {
	_, err := b.core.Do(b.t.Context(), who, "", step)
	return err
}

// A buyer records for the bakery what only a steward could record for it
// otherwise, and takes it back; the event says by which relationship.
func TestActingForAnOrganization(t *testing.T) {
	atBakery(t, func(b *bakery) {
		if err := b.may(b.desk.member, b.pays("")); fault.KindOf(err) != fault.Forbidden {
			b.t.Fatalf("recorded for the bakery without saying by what right: %v", err)
		}
		done := b.must(b.desk.member, "", b.pays(b.member))[0]
		read(b.t, b.core.Store, b.desk.member.Commons, func(r *store.Snapshot) error {
			e, _, err := GetEvent(r, done.ID)
			if err == nil && (e.ActsUnder != b.member || e.Provider != b.id) {
				b.t.Errorf("%s under %q", e.Provider, e.ActsUnder)
			}
			may, err := Roles(r, b.desk.member.Agent)
			if len(may) != 1 || may[0].ID != b.member {
				b.t.Errorf("may act under %v", may)
			}
			return err
		})
		out, err := b.core.RecordMany(b.t.Context(), b.desk.member, "", Many{List: []Recording{b.pays(b.member), b.pays("")}})
		if err != nil || out[0].Refused != nil || out[1].Refused == nil {
			b.t.Errorf("in bulk: %+v, %v", out, err)
		}
		undone := b.must(b.desk.member, "", Correcting{Event: done.ID})[0]
		read(b.t, b.core.Store, b.desk.member.Commons, func(r *store.Snapshot) error {
			e, _, err := GetEvent(r, undone.ID)
			if err == nil && e.ActsUnder != b.member {
				b.t.Errorf("corrected under %q", e.ActsUnder)
			}
			return err
		})
		err = b.may(b.steward, Deleting{Kind: KindAgentRelationship, ID: b.member, Revision: 1})
		code(b.t, err, "vf.in_use", "id") // what was done under it stands: it is ended, not deleted
	})
}

// What a relationship does not allow is refused, with what would.
func TestActingForAnOrganizationIsRefused(t *testing.T) {
	past := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		code   string
		change func(b *bakery) Step                   // what the steward arranges first
		who    func(b *bakery) auth.Identity          // nil: the member
		event  func(b *bakery, r Recording) Recording // nil: as it is
	}{
		"a role without effect": {code: "vf.role_without_effect", change: func(b *bakery) Step {
			return Revising{&AgentRelationshipRole{About: About{ID: b.role, Revision: 1, Name: "buyer of"}}}
		}},
		"over": {code: "vf.role_over", change: func(b *bakery) Step {
			return Revising{&AgentRelationship{About: About{ID: b.member, Revision: 1}, Subject: b.desk.member.Agent, Object: b.id, Relationship: b.role, HasEnd: past}}
		}},
		"another scope": {code: "vf.role_scope", change: func(b *bakery) Step {
			return Revising{&AgentRelationship{About: About{ID: b.member, Revision: 1}, Subject: b.desk.member.Agent, Object: b.id, Relationship: b.role, InScopeOf: b.steward.Agent}}
		}},
		"for somebody else": {code: "vf.acts_for_another", event: func(b *bakery, r Recording) Recording { r.Event.Provider = b.steward.Agent; return r }},
		"somebody else's":   {code: "vf.acts_under", who: func(b *bakery) auth.Identity { return b.steward }},
		"none":              {code: "vf.unknown_relationship", event: func(b *bakery, r Recording) Recording { r.Event.ActsUnder = store.NewID(); return r }},
	} {
		t.Run(name, func(t *testing.T) {
			atBakery(t, func(b *bakery) {
				step, who := b.pays(b.member), b.desk.member
				if c.change != nil {
					b.must(b.steward, "", c.change(b))
				}
				if c.who != nil {
					who = c.who(b)
				}
				if c.event != nil {
					step = c.event(b, step)
				}
				if err := b.may(who, step); fault.CodeOf(err) != c.code {
					b.t.Errorf("got %v, want %s", err, c.code)
				}
			})
		})
	}
}

// In the scope of a project the relationship holds for its processes too.
func TestActingInAScope(t *testing.T) {
	atBakery(t, func(b *bakery) {
		project, process := store.NewID(), store.NewID()
		b.must(b.steward, "", Adding{Agent{ID: project, Kind: Organization, Name: "Fair"}}, Adding{Process{ID: process, Name: "Bake", InScopeOf: project}},
			Revising{&AgentRelationship{About: About{ID: b.member, Revision: 1}, Subject: b.desk.member.Agent, Object: b.id, Relationship: b.role, InScopeOf: project}})
		b.must(b.desk.member, "", Recording{Event: Event{Action: Work, Provider: b.id, Receiver: project, InputOf: process, EffortQuantity: in("2", "hour"), ActsUnder: b.member}})
	})
}

// The verifier holds what was recorded for others against the roles in the log.
func TestReplayChecksWhoActedForWhom(t *testing.T) {
	w := newWorld(t)
	ann, shop, spec := w.agent(), w.agent(), w.spec(Policy{})
	role, buyer := w.id(), w.id()
	w.write(&AgentRelationshipRole{About: About{ID: role, Name: "buyer of"}, ActsFor: true})
	w.write(&AgentRelationship{About: About{ID: buyer}, Subject: ann, Object: shop, Relationship: role})
	w.must(Event{Action: Transfer, Provider: shop, Receiver: ann, ResourceConformsTo: spec, ResourceQuantity: one_("1"), ActsUnder: buyer})
	replay := func() (err error) {
		r := NewReplay()
		for _, c := range w.changes {
			if err = r.Apply(c); err != nil {
				return err
			}
		}
		return nil
	}
	if err := replay(); err != nil {
		t.Fatal(err)
	}
	w.changes[len(w.changes)-1].Events[0].Provider = ann
	code(t, replay(), "vf.acts_for_another", "actsUnder")
}
