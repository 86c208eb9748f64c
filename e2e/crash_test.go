package e2e_test

import (
	"encoding/csv"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"commonweal/platform/store/storetest"
)

// clients is how many programs act at once.
const clients = 64

// TestInvariant3KilledUnderLoad kills the process again and again while acts
// come in.
func TestInvariant3KilledUnderLoad(t *testing.T) {
	for name, database := range engines(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHost(t, database(t))
			h.serve()
			shop := h.begin(t, "windworks")
			l := shop.start(t, clients, h)
			for range 6 {
				l.reaches(l.acts.Load() + 1 + rand.Int64N(400))
				h.kill()
				h.serve()
			}
			l.end()
			shop.holds(l)
		})
	}
}

// TestInvariant3DatabaseRestarted crashes and restarts PostgreSQL, and kills one
// of the two processes that serve from it, while acts come in.
func TestInvariant3DatabaseRestarted(t *testing.T) {
	t.Parallel()
	cluster, address := postgres(t)
	first := newHost(t, address)
	first.serve()
	shop := first.begin(t, "windworks")
	second := first.twin()
	second.serve()
	l := shop.start(t, clients, first, second)
	for _, crash := range []bool{true, false} {
		l.reaches(l.acts.Load() + 100)
		if err := cluster.Stop(crash); err != nil {
			t.Fatal(err)
		}
		if err := cluster.Start(); err != nil {
			t.Fatal(err)
		}
	}
	l.reaches(l.acts.Load() + 100)
	second.kill()
	l.reaches(l.acts.Load() + 100)
	second.serve()
	l.end()
	shop.holds(l)
}

// engines are the databases that a host can keep its records in.
func engines(t *testing.T) map[string]func(t *testing.T) string {
	return map[string]func(t *testing.T) string{
		"sqlite": func(*testing.T) string { return "" },
		"postgres": func(t *testing.T) string {
			_, address := postgres(t)
			return address
		},
	}
}

// postgres starts a PostgreSQL of the test's own.
func postgres(t *testing.T) (*storetest.Cluster, string) {
	t.Helper()
	cluster, err := storetest.NewCluster()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cluster.Close(); err != nil {
			t.Error(err)
		}
	})
	return cluster, cluster.URL("postgres")
}

// holds fails unless the commons holds what was acknowledged, and its books
// verify offline.
func (w workshop) holds(l *load) {
	l.t.Helper()
	w.hasActs(l)
	w.verifies(l.t)
}

// hasActs fails unless the commons holds what was acknowledged, once each and
// nothing else.
func (w workshop) hasActs(l *load) {
	t := l.t
	t.Helper()
	page := w.steward.get("/c/" + w.slug + "/contribution/entries.csv")
	rows, err := csv.NewReader(strings.NewReader(page.body)).ReadAll()
	if err != nil || page.status != 200 {
		t.Fatalf("%d %v", page.status, err)
	}
	found := map[string]string{} // the note of each row, its number
	for _, row := range rows[1:] {
		no, note := row[0], row[len(row)-1]
		if twin, twice := found[note]; twice {
			t.Errorf("%s is there twice, as %s and %s", note, twin, no)
		}
		found[note] = no
	}
	for note, no := range l.acked {
		if found[note] != no {
			t.Errorf("%s was acknowledged as %s and is there as %q", note, no, found[note])
		}
	}
	if len(found) != len(l.acked) {
		t.Errorf("%d acts are there and %d were acknowledged", len(found), len(l.acked))
	}
	t.Logf("%d acts acknowledged", len(l.acked))
}

// verifies exports the books from the stopped host, checks them offline and
// returns the file.
func (w workshop) verifies(t testing.TB) (archive string) {
	t.Helper()
	h := w.steward.host
	h.stop()
	archive = filepath.Join(t.TempDir(), "books.zip")
	h.run("books", "export", "--commons", w.slug, "--format", "log", "--out", archive)
	h.run("verify", archive)
	return archive
}
