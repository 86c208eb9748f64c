package storetest

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"commonweal/platform/store"
)

// Open opens a fresh SQLite database in a temporary folder, unless c.URL names
// another, and closes it when the test ends. What the store logs goes to the
// output of the test.
func Open(t testing.TB, c store.Config) *store.Store {
	t.Helper()
	if c.URL == "" {
		c.URL = filepath.Join(t.TempDir(), "test.db")
	}
	if c.Log == nil {
		c.Log = slog.New(slog.NewTextHandler(t.Output(), nil))
	}
	s, err := store.Open(context.Background(), c)
	if err != nil {
		t.Fatalf("opening %s: %v", c.URL, err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("closing %s: %v", c.URL, err)
		}
	})
	return s
}

// Each runs one body on both engines, as subtests named after them. config is
// called once for each, because a sealer belongs to one store; its URL is
// replaced.
func Each(t *testing.T, config func() store.Config, body func(*testing.T, *store.Store)) {
	t.Helper()
	t.Run(string(store.SQLite), func(t *testing.T) {
		c := config()
		c.URL = ""
		body(t, Open(t, c))
	})
	t.Run(string(store.Postgres), func(t *testing.T) {
		c := config()
		c.URL = Postgres(t, c.Schemas...)
		body(t, Open(t, c))
	})
}

// EachBench is Each for benchmarks.
func EachBench(b *testing.B, config func() store.Config, body func(*testing.B, *store.Store)) {
	b.Helper()
	b.Run(string(store.SQLite), func(b *testing.B) {
		c := config()
		c.URL = ""
		body(b, Open(b, c))
	})
	b.Run(string(store.Postgres), func(b *testing.B) {
		c := config()
		c.URL = Postgres(b, c.Schemas...)
		body(b, Open(b, c))
	})
}

// Main runs the tests of a package and stops the server they started, if any:
//
//	func TestMain(m *testing.M) { storetest.Main(m) }
func Main(m *testing.M) {
	code := m.Run()
	stopShared()
	os.Exit(code)
}
