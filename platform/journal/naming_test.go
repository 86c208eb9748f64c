package journal

import (
	"testing"

	"commonweal/platform/store"
)

// Who is named in an entry takes along what is theirs or about them, and what they
// wrote to several; erasing them destroys all of these words, and no name of others.
func TestNamingAndErasing(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store, l *Log) {
		c, robin, sam := store.NewID(), store.NewID(), store.NewID()
		fields := map[string]string{"note": "a note", "reason": "a reason", "comment": "to several", "notes": "of several", "answer": "a vote",
			"agent/" + string(robin) + "/name": "Robin Example", "agent/" + string(sam) + "/name": "Sam Example"}
		records := []Record{
			{Act: "a.by_robin", By: robin, Public: map[string]any{}, Sealed: fields},
			{Act: "a.about_robin", By: sam, Public: map[string]any{"person": robin}, Sealed: fields},
			{Act: "a.of_sam", By: sam, Public: map[string]any{}, Sealed: map[string]string{"note": "of Sam"}},
		}
		for _, r := range records {
			must(t, act(t, s, c, func(tx *store.Tx) error { _, err := Append(tx, r); return err }))
		}
		view(t, s, c, func(r *store.Snapshot) error {
			found, err := Naming(r, robin)
			if err != nil || len(found) != 2 || len(found[0].Opened) != 5 || len(found[1].Opened) != 3 {
				t.Errorf("taken along: %v, %v", found, err)
			}
			for i, m := range found {
				for _, field := range []string{"answer", "agent/" + string(sam) + "/name"} {
					if _, is := m.Opened[field]; is {
						t.Errorf("entry %d opens %s", i, field)
					}
				}
			}
			return err
		})
		must(t, act(t, s, c, func(tx *store.Tx) error { return EraseNaming(tx, robin) }))
		for seq, want := range []int{2, 2, 1} {
			if left := openings(t, s, c, int64(seq)); len(left) != want {
				t.Errorf("of entry %d are left %v", seq, left)
			}
		}
		seqs := make([]int64, 40)
		for i := range seqs {
			seqs[i] = int64(i)
		}
		must(t, act(t, s, c, func(tx *store.Tx) error { return EraseEntries(tx, seqs) }))
		if left := openings(t, s, c, 2); len(left) != 0 {
			t.Errorf("left in the end: %v", left)
		}
	})
}
