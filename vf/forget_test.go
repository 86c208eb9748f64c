package vf

import (
	"testing"

	"commonweal/platform/store"
)

// Where an erased person lives is forgotten with their words; that there is a
// place, and what others wrote, stays, and the journal replays as before.
func TestForgetTakesWordsAndHome(t *testing.T) {
	atDesk(t, func(t *testing.T, d *desk) {
		home, dora := &SpatialThing{Private: true, MappableAddress: "Fennel Lane 12"}, store.NewID()
		home.ID, home.Name = store.NewID(), "Dora at home"
		shared := &Plan{About: About{ID: store.NewID(), Name: "Spring", Note: "of Ann"}}
		own := &Plan{About: About{ID: store.NewID(), Name: "Summer", Note: "of Ben"}}
		d.must(d.steward, "", Adding{home}, Adding{Agent{ID: dora, Kind: Person, Name: "Dora", PrimaryLocation: home.ID}}, Adding{shared})
		d.must(d.member, "", Adding{own})
		for _, who := range []store.ID{dora, d.member.Agent} {
			_, err := act(d.core.Store, d.steward.Commons, func(l *Ledger) (int, error) { return 0, l.Forget(who) })
			if err != nil {
				t.Fatal(err)
			}
		}
		read(t, d.core.Store, d.steward.Commons, func(r *store.Snapshot) error {
			place, found, err := GetOne[SpatialThing](r, home.ID)
			if err != nil || !found || place.Name != "" || place.MappableAddress != "" || !place.Private {
				t.Errorf("the home is %+v (%v)", place, err)
			}
			for id, want := range map[store.ID]string{shared.ID: "of Ann", own.ID: ""} {
				p, _, err := GetOne[Plan](r, id)
				if err != nil || p.Note != want || p.Name == "" || p.Revision != 1 {
					t.Errorf("%+v (%v), want the note %q", p, err, want)
				}
			}
			return nil
		})
		own.Revision, own.Name, own.Note = 1, "Late summer", "again"
		d.must(d.member, "", Revising{own}) // it goes on
	})
}
