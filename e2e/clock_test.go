package e2e_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestInvariant3ClockSetBack sets the clock of the running program a day back,
// forth and back again while acts come in, and starts the program under a clock
// that is behind its books. (That no time in the log runs back is a part of
// what the offline check checks.)
func TestInvariant3ClockSetBack(t *testing.T) {
	movable := filepath.Join(t.TempDir(), "commonweal")
	if err := compile(movable, "-tags", "movableclock"); err != nil {
		t.Fatal(err)
	}
	for name, database := range engines(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHost(t, database(t))
			h.program = movable
			h.serve()
			shop := h.begin(t, "windworks")
			l := shop.start(t, 8, h)
			for _, offset := range []time.Duration{-day, day / 2, -day} {
				l.reaches(l.acts.Load() + 100)
				h.moveClock(offset)
			}
			l.reaches(l.acts.Load() + 100)
			h.kill()
			h.serve()
			l.reaches(l.acts.Load() + 100)
			l.end()
			shop.hasActs(l)
			shop.staysSignedIn(t)
			shop.imports(t, longSheet(1000), 0) // long work does not wait for the clock
			shop.verifies(t)
		})
	}
}

const day = 24 * time.Hour

// moveClock sets the clock of a program that was built to let it.
func (h *host) moveClock(offset time.Duration) {
	h.t.Helper()
	draft := h.clock() + ".draft"
	if err := os.WriteFile(draft, []byte(offset.String()), 0o600); err != nil {
		h.t.Fatal(err)
	}
	if err := os.Rename(draft, h.clock()); err != nil {
		h.t.Fatal(err)
	}
}

// clock is the file that says by how much the clock is off.
func (h *host) clock() string { return filepath.Join(filepath.Dir(h.data), "clock") }

// staysSignedIn fails unless sessions and tokens from before the clock was
// moved are good, new ones can be had, and those that ended stay ended.
func (w workshop) staysSignedIn(t *testing.T) {
	t.Helper()
	if a := w.steward.get("/c/" + w.slug + "/people"); a.status != http.StatusOK {
		t.Errorf("the session from before answers %d", a.status)
	}
	again := w.steward.host.caller(t)
	for range 4 {
		again.post("/sign-in", "name", "noor", "password", "not the password")
	}
	eventually(t, "the wait after wrong passwords to end", func() bool {
		return again.post("/sign-in", "name", "noor", "password", password).status == http.StatusSeeOther
	})
	fresh := workshop{steward: again, slug: w.slug, project: w.project}
	fresh.token = fresh.issue()
	if a, err := fresh.log(w.steward.host.caller(t), "act by a new token"); err != nil || a.status != http.StatusCreated {
		t.Errorf("a token made after the clock was moved: %d %v", a.status, err)
	}
	kept := w.steward.host.caller(t)
	kept.client.Jar.SetCookies(again.address(), again.client.Jar.Cookies(again.address()))
	if a := kept.get("/c/" + w.slug + "/people"); a.status != http.StatusOK {
		t.Errorf("a session begun after the clock was moved answers %d", a.status)
	}
	again.post("/sign-out")
	if a := kept.get("/c/" + w.slug + "/people"); a.status == http.StatusOK {
		t.Error("a session that was ended still opens pages")
	}
	if !strings.Contains(w.steward.get("/c/"+w.slug+"/contribution/entries").body, "act by a new token") {
		t.Error("what the new token logged is not there")
	}
}
