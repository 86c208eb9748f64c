package contribution

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"commonweal/platform/store"
)

// A list by pages is the whole list, whatever the size of its pages and the
// direction, and holds exactly what the filter asks for.
func TestPagesAddUp(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		people := []struct {
			who   string
			agent store.ID
		}{{"bas", w.bas.Agent}, {"cleo", w.cleo.Agent}}
		var all []Entry
		for i := range 23 {
			who := w.bas
			if i%3 == 0 {
				who = w.cleo
			}
			e := w.log(who, fmt.Sprint(i+1))
			if i%4 == 0 {
				w.decide(w.ada, e.No, Accept)
			}
			all = append(all, w.entry(e.No))
		}
		must(t, w.db.Read(ctx, w.commons.ID, func(r *store.Snapshot) error {
			rapid.Check(t, func(t *rapid.T) {
				f := Filter{Limit: rapid.IntRange(1, 9).Draw(t, "limit"), Oldest: rapid.Bool().Draw(t, "oldest"),
					State: rapid.SampledFrom([]State{0, Logged, Validated, Rejected}).Draw(t, "state")}
				if i := rapid.IntRange(0, 2).Draw(t, "person"); i < 2 {
					f.Person = people[i].agent
				}
				var got, want []EntryNo
				for {
					page, err := w.practice.List(r, f)
					if err != nil {
						t.Fatal(err)
					}
					for _, e := range page {
						got = append(got, e.No)
					}
					if len(page) < f.Limit {
						break
					}
					f.Before = page[len(page)-1].No
				}
				for _, e := range all {
					if (f.Person == "" || e.Person == f.Person) && (f.State == 0 || e.State == f.State) {
						want = append(want, e.No)
					}
				}
				if !f.Oldest {
					slices.Reverse(want)
				}
				if !slices.Equal(got, want) {
					t.Errorf("the pages hold %v, want %v", got, want)
				}
			})
			return nil
		}))
	})
}

// Entries read in batches are those read one by one.
func TestEntriesInBatches(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		var nos []numbered
		for i := range 27 {
			nos = append(nos, numbered{w.log(w.bas, fmt.Sprint(i+1)).No, Logged})
		}
		must(t, w.db.Read(ctx, w.commons.ID, func(r *store.Snapshot) error {
			list, err := entriesOf(r, append(nos, numbered{EntryNo{Seq: 1 << 40}, Logged}))
			if err != nil || len(list) != len(nos) {
				t.Fatalf("%d of %d entries (%v)", len(list), len(nos), err)
			}
			for i, e := range list {
				one, err := GetEntry(r, nos[i].no)
				if err != nil || fmt.Sprint(e) != fmt.Sprint(one) {
					t.Errorf("in a batch %+v, alone %+v (%v)", e, one, err)
				}
			}
			return nil
		}))
	})
}
