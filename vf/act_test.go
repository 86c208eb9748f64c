package vf

import (
	"testing"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/store"
	"commonweal/platform/store/storetest"
)

// desk is a core with a steward, a member and somebody from outside.
type desk struct {
	t                        *testing.T
	core                     *Core
	steward, member, outside auth.Identity
	spec                     store.ID
}

func atDesk(t *testing.T, f func(t *testing.T, d *desk)) {
	config := func() store.Config {
		return store.Config{Schemas: []store.Schema{journal.Schema, Schema}, Sealer: &journal.Log{}}
	}
	storetest.Each(t, config, func(t *testing.T, s *store.Store) {
		table, commons := auth.NewTable(Grants...), store.NewID()
		as := func(r auth.Role) auth.Identity {
			return table.As(auth.Identity{Account: store.NewID(), Commons: commons, Agent: store.NewID(), Role: r})
		}
		d := &desk{t: t, core: &Core{Store: s, Register: NewRegister()}, steward: as(auth.Steward), member: as(auth.Member), outside: as(auth.Outsider)}
		d.spec = store.NewID()
		d.must(d.steward, "", Adding{Agent{ID: d.steward.Agent, Kind: Person, Name: "Ann"}}, Adding{Agent{ID: d.member.Agent, Kind: Person, Name: "Ben"}},
			Adding{ResourceSpecification{ID: d.spec, Name: "Bread", DefaultUnitOfResource: "one"}})
		f(t, d)
	})
}

func (d *desk) must(who auth.Identity, key string, steps ...Step) []Done {
	d.t.Helper()
	done, err := d.core.Do(d.t.Context(), who, key, steps...)
	if err != nil {
		d.t.Fatal(err)
	}
	return done
}

// Everybody acts for themselves, stewards for others, outsiders not at all;
// what is one's own to change is asked of what stands there, not of what the
// request says.
func TestWhoMayDoWhat(t *testing.T) {
	atDesk(t, func(t *testing.T, d *desk) {
		give := func(from, to auth.Identity) Step {
			return Adding{&Commitment{PlannedFlow: PlannedFlow{Action: Transfer, Provider: from.Agent, Receiver: to.Agent, ResourceConformsTo: d.spec, ResourceQuantity: one_("2")}}}
		}
		hers := d.must(d.steward, "", give(d.steward, d.member))[0].ID
		taken := &Commitment{About: About{ID: hers, Revision: 1}, PlannedFlow: PlannedFlow{Action: Transfer, Provider: d.member.Agent, Receiver: d.steward.Agent}}
		for name, c := range map[string]struct {
			who  auth.Identity
			step Step
			code string
		}{
			"a member promises":              {d.member, give(d.member, d.steward), ""},
			"a member promises for another":  {d.member, give(d.steward, d.member), "auth.forbidden"},
			"a steward promises for another": {d.steward, give(d.member, d.steward), ""},
			"an outsider promises":           {d.outside, give(d.outside, d.member), "auth.forbidden"},
			"a member takes a promise over":  {d.member, Revising{taken}, "auth.forbidden"},
			"a member deletes a promise":     {d.member, Deleting{KindCommitment, hers, 1}, "auth.forbidden"},
			"a member sets up":               {d.member, Adding{ResourceSpecification{Name: "Gold"}}, "auth.forbidden"},
			"a member records for another":   {d.member, Recording{Event: Event{Action: Transfer, Provider: d.steward.Agent, Receiver: d.member.Agent, ResourceConformsTo: d.spec, ResourceQuantity: one_("2")}}, "auth.forbidden"},
			"a member records":               {d.member, Recording{Event: Event{Action: Transfer, Provider: d.member.Agent, Receiver: d.steward.Agent, ResourceConformsTo: d.spec, ResourceQuantity: one_("2")}}, ""},
		} {
			_, err := d.core.Do(t.Context(), c.who, "", c.step)
			if got := fault.As(err); (got == nil) != (c.code == "") || (got != nil && got.Code != c.code) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// An act is done whole or not at all, and once for each key.
func TestStepsAreOneAct(t *testing.T) {
	atDesk(t, func(t *testing.T, d *desk) {
		plan, process := store.NewID(), store.NewID()
		steps := []Step{
			Adding{&Plan{About: About{ID: plan, Name: "Saturday"}}},
			Adding{Process{ID: process, Name: "Bake", PlannedWithin: plan}},
			Adding{&Intent{PlannedFlow: PlannedFlow{Action: Work, InputOf: process, PlannedWithin: plan, EffortQuantity: in("3", "hour")}}},
		}
		bad := append(steps, Adding{&Intent{PlannedFlow: PlannedFlow{Action: "bake"}}})
		if _, err := d.core.Do(t.Context(), d.member, "k", bad...); codeOf(err) != "vf.unknown_action" || err.Error()[:11] != "step 4 of 4" {
			t.Errorf("%v", err)
		}
		first := d.must(d.member, "saturday", steps...)
		again := d.must(d.member, "saturday", steps...)
		if first[2] != again[2] || first[0].ID != plan {
			t.Errorf("%v, then %v", first, again)
		}
		err := d.core.Store.Read(t.Context(), d.member.Commons, func(r *store.Snapshot) error {
			open, err := List[Intent](r, ListFilter{Property: "plannedWithin", Target: plan})
			if err != nil || len(open) != 1 || open[0].InputOf != process {
				t.Errorf("%+v, %v", open, err)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
