package store_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/platform/store/storetest"
)

// A copy made while acts go on opens as a database that shows one moment.
func TestBackup(t *testing.T) {
	storetest.Each(t, config, func(t *testing.T, s *store.Store) {
		commons := store.NewID()
		ids := open(t, s, commons, 1_000_000, 0)
		ctx, stop := context.WithCancel(context.Background())
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				for ctx.Err() == nil {
					_, _ = store.Write(ctx, s, store.Command{Commons: commons}, transfer(ids[0], ids[1], 1))
				}
			})
		}
		waitFor(t, func() bool { return s.Stats().Acts > 50 })
		before := look(t, s, commons)
		path := filepath.Join(t.TempDir(), "copy")
		var done, total int64
		err := s.Backup(t.Context(), path, func(d, of int64) { done, total = d, of })
		after := look(t, s, commons)
		stop()
		wg.Wait()
		if err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(path); err != nil || info.Size() != done || done > total || done == 0 {
			t.Errorf("progress ended at %d of %d: %v, %v", done, total, info, err)
		}
		copied := restore(t, s.Engine(), path)
		st := look(t, copied, commons)
		if st.money != 1_000_000 || st.transfers != st.entries || st.transfers < before.transfers || st.transfers > after.transfers {
			t.Errorf("the copy holds %+v; the original %+v before and %+v after", st, before, after)
		}
		if _, err := store.Write(t.Context(), copied, store.Command{Commons: commons}, transfer(ids[0], ids[1], 1)); err != nil {
			t.Errorf("the copy does not go on: %v", err)
		}
		if err := s.Backup(t.Context(), path, nil); fault.CodeOf(err) != "store.backup_exists" {
			t.Errorf("a file was replaced: %v", err)
		}
		if err := s.Backup(t.Context(), filepath.Join(t.TempDir(), "no", "copy"), nil); err == nil {
			t.Error("a copy in no folder")
		}
		if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".backup-*")); len(left) > 0 {
			t.Errorf("left behind: %q", left)
		}
	})
}

// restore opens a backup the way its operator would.
func restore(t *testing.T, e store.Engine, path string) *store.Store {
	t.Helper()
	c := config()
	c.URL = path
	if e == store.Postgres {
		c.URL = storetest.Postgres(t)
		if out, err := exec.Command("pg_restore", "--exit-on-error", "--dbname="+c.URL, path).CombinedOutput(); err != nil {
			t.Fatalf("pg_restore: %v\n%s", err, out)
		}
	}
	return storetest.Open(t, c)
}
