package contribution

import (
	"encoding/json"
	"strings"
	"testing"

	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// about is everything the practice tells about a person, as one text.
func (w *workshop) about(person store.ID) string {
	w.t.Helper()
	var all strings.Builder
	must(w.t, w.db.Read(ctx, w.commons.ID, func(r *store.Snapshot) error {
		return About(r, person, func(name string, content any) error {
			text, err := json.Marshal(content)
			all.WriteString(name + " " + string(text) + "\n")
			return err
		})
	}))
	return all.String()
}

// The words of a person and about them go, on both engines; those of others, and every
// hour and verdict, stay.
func TestForgetTakesWordsAndLeavesFacts(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		ask := LogAsk{Kind: "work", Project: w.project.ID, Quant: quantity.Of(2, "hour"), Note: "of Bas"}
		mine, err := LogContribution(ctx, w.db, w.bas, "once", ask)
		must(t, err)
		other := w.log(w.cleo, "3")
		w.decide(w.cleo, mine.No, Accept)
		w.decide(w.bas, other.No, Accept)
		_, err = KeepFile(ctx, w.db, w.bas, "x.txt", strings.NewReader("of Bas"))
		must(t, err)
		if told := w.about(w.bas.Agent); strings.Count(told, "because") != 2 || !strings.Contains(told, "of Bas") || strings.Contains(told, "sanding") || !strings.Contains(told, "evidence/") {
			t.Errorf("before: %s", told)
		}
		_, err = store.Write(ctx, w.db, store.Command{Commons: w.commons.ID}, func(tx *store.Tx) (int, error) {
			if err := Forget(tx, w.bas.Agent); err != nil {
				return 0, err
			}
			if err := journal.EraseNaming(tx, w.bas.Agent); err != nil {
				return 0, err
			}
			return 0, tx.EraseResults(w.bas.Agent)
		})
		must(t, err)
		if told := w.about(w.bas.Agent); strings.Contains(told, "because") || strings.Contains(told, "of Bas") || strings.Contains(told, "evidence/") || !strings.Contains(told, string(mine.Event)) {
			t.Errorf("after: %s", told)
		}
		if e := w.entry(mine.No); e.Note != "" || e.State == mine.State {
			t.Errorf("the contribution: %+v", e)
		}
		if e := w.entry(other.No); e.Note != "sanding the frame" {
			t.Errorf("of Cleo: %+v", e)
		}
		must(t, w.db.Read(ctx, w.commons.ID, func(r *store.Snapshot) error {
			open, err := journal.Openings(r, 0, 1000)
			if len(open[mine.No.Seq]) != 0 || open[other.No.Seq]["note"].Text != "sanding the frame" {
				t.Errorf("opened: %v", open)
			}
			return err
		}))
		if _, err := LogContribution(ctx, w.db, w.bas, "once", ask); fault.CodeOf(err) != "store.result_erased" {
			t.Errorf("sent again: %v", err)
		}
	})
}
