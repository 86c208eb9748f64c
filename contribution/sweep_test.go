package contribution

import (
	"testing"
	"time"

	"commonweal/platform/store"
)

// Silence validates after the days of the rule, once, and only what nobody
// decided about; the decision is nobody's.
func TestSilenceValidates(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		old, young, refused := w.log(w.bas, "1"), w.log(w.bas, "2"), w.log(w.bas, "3")
		w.decide(w.cleo, refused.No, Reject)
		for _, e := range []Entry{old, refused} {
			w.exec(t, `UPDATE vf_event SET created = $2 WHERE commons_id = $1 AND id = $3`, store.Micros(time.Now().AddDate(0, 0, -8)), e.Event)
		}
		sweep := func(want int) {
			t.Helper()
			if done, err := w.practice.SweepSilent(ctx, w.commons.ID); err != nil || done != want {
				t.Errorf("silence validated %d (%v), want %d", done, err, want)
			}
		}
		sweep(0) // no kind says so
		k := DefaultKinds("EUR")[0]
		k.Validation.SilentDays = 7
		_, err := ConfigureKind(ctx, w.db, w.ada, "", "EUR", k)
		must(t, err)
		sweep(1)
		sweep(0)
		for e, want := range map[EntryNo]State{old.No: Validated, young.No: Logged, refused.No: Rejected} {
			if got := w.entry(e).State; got != want {
				t.Errorf("contribution %s is %s, want %s", e, got, want)
			}
		}
		must(t, w.db.Read(ctx, w.commons.ID, func(r *store.Snapshot) error {
			list, err := Decisions(r, old.No)
			if err != nil || len(list) != 1 || list[0].Verdict != Silent || list[0].By != "" {
				t.Errorf("decided %+v (%v)", list, err)
			}
			return nil
		}))
		_, err = ValidateContribution(ctx, w.db, w.cleo, "", ValidateAsk{Entry: young.No, Verdict: Silent, Reason: "quick"})
		wantCode(t, err, "contribution.verdict")
	})
}
