package vf

import (
	"testing"

	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/store"
)

// What another room does stands and falls with the act, and names it.
func TestAlso(t *testing.T) {
	atDesk(t, func(t *testing.T, d *desk) {
		ran := 0
		also := Also{Word: "other.room", Capability: Take, Ask: 1, Work: func(tx *store.Tx) (store.ID, error) { ran++; return d.spec, nil }}
		plan := func() Step { return Adding{&Plan{About: About{Name: "Harvest"}}} }
		done := d.must(d.member, "key", also, plan())
		if again := d.must(d.member, "key", also, plan()); ran != 1 || done[0].ID != d.spec || again[1].ID != done[1].ID {
			t.Errorf("ran %d times; %v then %v", ran, done, again)
		}
		var acts []string
		if err := d.core.Store.Read(t.Context(), d.member.Commons, func(r *store.Snapshot) error {
			list, err := journal.Entries(r, 0, 2, 2)
			for _, e := range list {
				acts = append(acts, e.Act)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if acts[len(acts)-1] != "other.room" {
			t.Errorf("the journal says %v", acts)
		}
		also.Work = func(*store.Tx) (store.ID, error) { return "", fault.Conflictf("other.no", "", "no") }
		if _, err := d.core.Do(t.Context(), d.member, "", plan(), also); fault.CodeOf(err) != "other.no" {
			t.Error(err)
		}
		if _, err := d.core.Do(t.Context(), d.outside, "", also); fault.CodeOf(err) != "auth.sign_in" && fault.CodeOf(err) != "auth.forbidden" {
			t.Error(err)
		}
	})
}

// Names may hold any printable character, also those that JSON for web pages escapes.
func TestNamesOfAnyCharacter(t *testing.T) {
	atDesk(t, func(t *testing.T, d *desk) {
		for _, name := range []string{"Cider & cake", "<3 kW", "a\u2028b", `"so", she said \`, "é 日本"} {
			d.must(d.member, "", Adding{&Plan{About: About{Name: name}}})
			d.must(d.steward, "", Adding{ResourceSpecification{Name: name}})
		}
	})
}
