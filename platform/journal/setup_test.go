package journal

import (
	"fmt"
	"path/filepath"
	"testing"

	"commonweal/platform/store"
	"commonweal/platform/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// open opens the database at path with a log of its own.
func open(t testing.TB, url string) (*store.Store, *Log) {
	t.Helper()
	l := &Log{}
	return openWith(t, url, l), l
}

// openWith opens the database with a given sealer.
func openWith(t testing.TB, url string, sealer store.Sealer) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), store.Config{URL: url, Schemas: []store.Schema{Schema}, Sealer: sealer})
	must(t, err)
	t.Cleanup(func() { s.Close() })
	return s
}

// fresh opens a new SQLite database.
func fresh(t testing.TB) (*store.Store, *Log) {
	return open(t, filepath.Join(t.TempDir(), "test.db"))
}

// each runs the body on both engines.
func each(t *testing.T, body func(*testing.T, *store.Store, *Log)) {
	t.Helper()
	var l *Log
	storetest.Each(t, func() store.Config {
		l = &Log{}
		return store.Config{Schemas: []store.Schema{Schema}, Sealer: l}
	}, func(t *testing.T, s *store.Store) { body(t, s, l) })
}

// act runs f as one act.
func act(t testing.TB, s *store.Store, commons store.ID, f func(*store.Tx) error) error {
	t.Helper()
	_, err := store.Write(t.Context(), s, store.Command{Commons: commons}, func(tx *store.Tx) (int, error) {
		return 0, f(tx)
	})
	return err
}

// must fails the test on an error.
func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// grow appends n small entries, in acts of up to 4096 entries.
func grow(t testing.TB, s *store.Store, commons store.ID, n int) {
	t.Helper()
	for n > 0 {
		some := min(n, 4096)
		n -= some
		must(t, act(t, s, commons, func(tx *store.Tx) error {
			for i := range some {
				if _, err := Append(tx, Record{Act: "test.grow", Public: map[string]string{"n": fmt.Sprint(i)}}); err != nil {
					return err
				}
			}
			return nil
		}))
	}
}

// view runs f on a snapshot.
func view(t testing.TB, s *store.Store, commons store.ID, f func(r *store.Snapshot) error) {
	t.Helper()
	must(t, s.Read(t.Context(), commons, f))
}
