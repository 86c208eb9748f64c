package job

import (
	"context"
	"strings"
	"testing"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// A run keeps keys and values; each reader sees words. The keys are of this
// room, since the trial has no messages of its own.
func TestInvariant8EveryReaderSeesTheirLanguage(t *testing.T) {
	each(t, func(t *testing.T, db *store.Store) {
		r := newRunner(db, Kind{Name: "trial.done", Run: func(_ context.Context, k *Task) (Report, error) {
			return Report{Summary: "job.list.lead", Facts: []Fact{Count("job.what", 12345), Measure("job.started", quantity.MustParse("1234.5", "EUR")), {Label: "job.result", Value: "hours.csv"}}}, nil
		}}, Kind{Name: "trial.bad", Run: func(context.Context, *Task) (Report, error) {
			return Report{}, fault.List{fault.Conflictf("job.ended", "", "this has already ended and cannot be canceled any more").AtLine(4)}
		}})
		defer work(t, r)()
		done, bad := start(t, r, "trial.done", nil), start(t, r, "trial.bad", nil)
		await(t, db, done, "the end", ended)
		await(t, db, bad, "the end", ended)
		h := shell(t, r)
		for lang, want := range map[string][]string{
			"en": {"Imports, distributions and simulations", "<dt>Work</dt><dd>12,345</dd>", "<dd>€1,234.50</dd>", "<dd>hours.csv</dd>"},
			"nl": {"Imports, verdelingen en simulaties", "<dt>Werk</dt><dd>12.345</dd>", "<dd>€ 1.234,50</dd>", "<dd>hours.csv</dd>"},
		} {
			body := strings.ReplaceAll(ask(h, "GET", "/c/circle/jobs/"+string(done), "mira", "Accept-Language", lang).Body.String(), "\u00a0", " ")
			for _, w := range want {
				if !strings.Contains(body, w) {
					t.Errorf("%s: no %q in\n%s", lang, w, body)
				}
			}
		}
		if body := ask(h, "GET", "/c/circle/jobs/"+string(bad), "mira", "Accept-Language", "nl").Body.String(); !strings.Contains(body, "Dit is al geëindigd") || !strings.Contains(body, "Regel 4:") {
			t.Errorf("a fault that was kept:\n%s", body)
		}
	})
}

// Runs from before values were kept show their words as they are.
func TestOldReport(t *testing.T) {
	each(t, func(t *testing.T, db *store.Store) {
		r := newRunner(db, Kind{Name: "trial.idle", Run: func(context.Context, *Task) (Report, error) { return Report{}, nil }})
		id := start(t, r, "trial.idle", nil)
		die(t, db, id)
		old := `{"summary":"all read","facts":[{"label":"Rows","value":"12"}],"faults":[{"code":"trial.bad","message":"25 hours","line":3}]}`
		_, err := store.Write(t.Context(), db, store.Command{Commons: circle}, func(tx *store.Tx) (int64, error) { return tx.Exec(endOld, id, old) })
		if err != nil {
			t.Fatal(err)
		}
		body := ask(shell(t, r), "GET", "/c/circle/jobs/"+string(id), "mira", "Accept-Language", "nl").Body.String()
		for _, want := range []string{"all read", "<dt>Rows</dt><dd>12</dd>", "25 hours", "Regel 3:"} {
			if !strings.Contains(body, want) {
				t.Errorf("no %q in\n%s", want, body)
			}
		}
	})
}

var endOld = store.SQL(`UPDATE job_run SET state = 'failed', finished = 2, report = $3 WHERE commons_id = $1 AND id = $2`)
