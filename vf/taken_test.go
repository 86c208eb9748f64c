package vf

import (
	"testing"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// The second to promise what one person has taken on already is refused, and told
// how much is left; who says that more is available, or offers by the unit, gets more.
func TestInvariant29IntentIsTakenOnce(t *testing.T) {
	atDesk(t, func(t *testing.T, d *desk) {
		wish := func(f func(*Intent)) *Intent {
			i := &Intent{About: About{ID: store.NewID()}, PlannedFlow: PlannedFlow{Action: Transfer, Receiver: d.steward.Agent, ResourceConformsTo: d.spec, ResourceQuantity: one_("3")}}
			f(i)
			d.must(d.steward, "", Adding{i})
			return i
		}
		promise := func(i *Intent, amount string) error {
			c := &Commitment{PlannedFlow: i.PlannedFlow, Satisfies: []Allocation{{Target: i.ID}}}
			c.Provider, c.ResourceQuantity = d.member.Agent, one_(amount)
			_, err := d.core.Do(t.Context(), d.member, "", Adding{c})
			return err
		}
		once := wish(func(*Intent) {})
		for _, x := range []struct{ amount, says string }{{"2", ""}, {"2", "2 one is promised, and 1 one is still open"}, {"1", ""}, {"1", "0 one is still open"}} {
			if err := promise(once, x.amount); x.says == "" && err != nil || x.says != "" && !says(err, "vf.intent_taken", x.says) {
				t.Errorf("%s: %v, want %q", x.amount, err, x.says)
			}
		}
		more := wish(func(i *Intent) { i.AvailableQuantity = one_("9") })
		if err := promise(more, "9"); err != nil {
			t.Errorf("what the owner says is available: %v", err)
		}
		if err := promise(more, "1"); fault.CodeOf(err) != "vf.intent_taken" {
			t.Errorf("more than is available: %v", err)
		}
		each := wish(func(*Intent) {})
		d.must(d.steward, "", Adding{&Proposal{Purpose: Request, UnitBased: true, Publishes: []store.ID{each.ID}}})
		for range 2 {
			if err := promise(each, "3"); err != nil {
				t.Errorf("by the unit: %v", err)
			}
		}
		closed := wish(func(i *Intent) { i.Finished = true })
		if err := promise(closed, "1"); !says(err, "vf.intent_taken", "closed") {
			t.Errorf("what is closed: %v", err)
		}
	})
}

// A draft is kept, and cannot be taken up.
func TestDraftIsNotTakenUp(t *testing.T) {
	atDesk(t, func(t *testing.T, d *desk) {
		draft := &Proposal{About: About{ID: store.NewID(), Name: "Later"}, Purpose: Offer}
		d.must(d.member, "", Adding{draft})
		if _, err := d.core.Do(t.Context(), d.steward, "", Responding{Proposal: draft.ID, Agent: d.steward.Agent, Times: 1}); fault.CodeOf(err) != "vf.proposal_draft" {
			t.Error(err)
		}
	})
}
