package contribution

import (
	"testing"
	"time"

	"commonweal/platform/store"
	"commonweal/quantity"
)

// A timer is one a person, counts whole minutes, and is gone once it is logged.
func TestTimer(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		start := Timer{Kind: "work", Project: w.project.ID, Note: "welding"}
		_, err := StartTimer(ctx, w.db, w.bas, "k1", start)
		must(t, err)
		_, err = StartTimer(ctx, w.db, w.bas, "k1", start) // a double click
		must(t, err)
		_, err = StartTimer(ctx, w.db, w.bas, "k2", start)
		wantCode(t, err, "contribution.timer_runs")
		_, err = StartTimer(ctx, w.db, w.cleo, "", start)
		must(t, err)
		e, err := LogTimer(ctx, w.db, w.bas, "k3", "")
		must(t, err)
		if e.Quantity.Micros != 16_667 || e.Note != "welding" || e.Person != w.bas.Agent {
			t.Errorf("a timer of a moment logged %+v; want one minute of welding", e)
		}
		again, err := LogTimer(ctx, w.db, w.bas, "k3", "")
		if err != nil || again.No != e.No {
			t.Errorf("a double click logged %s and %s (%v)", e.No, again.No, err)
		}
		_, err = LogTimer(ctx, w.db, w.bas, "", "")
		wantCode(t, err, "contribution.no_timer")
		must(t, DiscardTimer(ctx, w.db, w.cleo, ""))
		must(t, DiscardTimer(ctx, w.db, w.cleo, ""))
		_, err = StartTimer(ctx, w.db, w.bas, "", Timer{Kind: "money", Project: w.project.ID})
		wantCode(t, err, "contribution.timer_kind")
		_, err = StartTimer(ctx, w.db, w.bas, "", Timer{Kind: "work", Project: w.commons.ID})
		wantCode(t, err, "contribution.unknown_project")
	})
}

// A timer that somebody forgot is not believed, and stays.
func TestForgottenTimer(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		_, err := StartTimer(ctx, w.db, w.bas, "", Timer{Kind: "work", Project: w.project.ID})
		must(t, err)
		w.exec(t, `UPDATE contribution_timer SET started = $2 WHERE commons_id = $1`, store.Micros(time.Now().Add(-20*time.Hour)))
		_, err = LogTimer(ctx, w.db, w.bas, "", "")
		wantCode(t, err, "contribution.timer_long")
		must(t, w.db.Read(ctx, w.commons.ID, func(r *store.Snapshot) error {
			if _, runs, err := RunningTimer(r, w.bas.Agent); err != nil || !runs {
				t.Errorf("the forgotten timer is gone (%v)", err)
			}
			return nil
		}))
	})
}

func TestHoursOf(t *testing.T) {
	for d, want := range map[time.Duration]string{
		time.Second: "0.016667", 90 * time.Minute: "1.5", 20 * time.Minute: "0.333333", 7*time.Hour + 29*time.Second: "7", 40 * time.Minute: "0.666667",
	} {
		if got := hoursOf(d, quantity.Hour); got.Decimal() != want {
			t.Errorf("%s is %s hours, want %s", d, got.Decimal(), want)
		}
	}
}

// exec runs a statement of a test in an act of its own.
func (w *workshop) exec(t *testing.T, text string, args ...any) {
	t.Helper()
	statement := testStatements[text]
	if statement == nil {
		t.Fatalf("declare %q in testStatements", text)
	}
	_, err := store.Write(ctx, w.db, store.Command{Commons: w.commons.ID}, func(tx *store.Tx) (int64, error) { return tx.Exec(statement, args...) })
	must(t, err)
}

// testStatements set clocks back, which no act can.
var testStatements = declare(
	`UPDATE contribution_timer SET started = $2 WHERE commons_id = $1`,
	`UPDATE vf_event SET created = $2 WHERE commons_id = $1 AND id = $3`,
)

func declare(texts ...string) map[string]*store.Statement {
	out := map[string]*store.Statement{}
	for _, text := range texts {
		out[text] = store.SQL(text)
	}
	return out
}
