package job

import (
	"context"
	"testing"
	"time"

	"commonweal/platform/store"
)

func TestInvariant7PurgeForgetsOnlyWhatEnded(t *testing.T) {
	each(t, func(t *testing.T, db *store.Store) {
		r := newRunner(db, Kind{Name: "trial.idle", Run: func(context.Context, *Task) (Report, error) { return Report{}, nil }})
		stop := work(t, r)
		ended1, ended2 := start(t, r, "trial.idle", nil), start(t, r, "trial.idle", nil)
		last := await(t, db, ended1, "the end", ended).Finished
		if second := await(t, db, ended2, "the end", ended).Finished; second.After(last) {
			last = second
		}
		stop()
		waiting, running := start(t, r, "trial.idle", nil), start(t, r, "trial.idle", nil)
		die(t, db, running)
		if n, err := r.Purge(t.Context(), circle, last.Add(-time.Hour)); n != 0 || err != nil {
			t.Errorf("nothing ended so long ago: %d forgotten, %v", n, err)
		}
		if n, err := r.Purge(t.Context(), mira, last.Add(time.Hour)); n != 0 || err != nil {
			t.Errorf("another commons: %d forgotten, %v", n, err)
		}
		if n, err := r.Purge(t.Context(), circle, last.Add(time.Hour)); n != 2 || err != nil {
			t.Errorf("%d forgotten, %v; want 2", n, err)
		}
		if look(t, db, ended1).ID != "" || look(t, db, ended2).ID != "" {
			t.Error("an ended run is still there")
		}
		if a, b := look(t, db, waiting), look(t, db, running); a.State != Waiting || b.State != Running {
			t.Errorf("runs that have not ended: %q and %q", a.State, b.State)
		}
		if n, err := r.Purge(t.Context(), circle, last.Add(time.Hour)); n != 0 || err != nil {
			t.Errorf("again: %d forgotten, %v", n, err)
		}
		defer work(t, r)()
		await(t, db, waiting, "the end of what waited", ended)
	})
}

func TestPurgeOfMoreThanABatch(t *testing.T) {
	each(t, func(t *testing.T, db *store.Store) {
		r := newRunner(db, Kind{Name: "trial.idle", Run: func(context.Context, *Task) (Report, error) { return Report{}, nil }})
		_, err := store.Write(t.Context(), db, store.Command{Commons: circle}, func(tx *store.Tx) (bool, error) {
			for range purgeBatch + 5 {
				id := tx.NewID()
				if _, err := tx.Exec(insertRun, id, "trial.idle", mira, "null", false, 1); err != nil {
					return false, err
				}
			}
			_, err := tx.Exec(endAll)
			return true, err
		})
		if err != nil {
			t.Fatal(err)
		}
		if n, err := r.Purge(t.Context(), circle, store.Time(3)); n != purgeBatch+5 || err != nil {
			t.Errorf("%d forgotten, %v", n, err)
		}
	})
}

// endAll ends every run at once, long ago.
var endAll = store.SQL(`UPDATE job_run SET state = 'done', finished = 2 WHERE commons_id = $1`)
