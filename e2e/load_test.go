package e2e_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// A load is many programs that act at once, such as logging contributions, each act under a key
// of its own, and that repeat under the same key whatever was not acknowledged.
type load struct {
	t      testing.TB
	shop   workshop
	hosts  []*host
	try    func(c *caller, note string) (answer, error)
	acts   atomic.Int64 // acknowledged
	ending atomic.Bool
	group  sync.WaitGroup

	mu    sync.Mutex
	acked map[string]string // what was acknowledged: the note of the act, the number of its entry
}

// start lets n clients log until they are told to end.
func (w workshop) start(t testing.TB, n int, hosts ...*host) *load {
	return w.startWith(t, n, w.log, hosts...)
}

// startWith lets n clients do something until they are told to end.
func (w workshop) startWith(t testing.TB, n int, try func(*caller, string) (answer, error), hosts ...*host) *load {
	l := &load{t: t, shop: w, hosts: hosts, try: try, acked: map[string]string{}}
	for i := range n {
		l.group.Go(func() { l.client(i) })
	}
	return l
}

// client logs one contribution after the other.
func (l *load) client(i int) {
	c := l.hosts[i%len(l.hosts)].caller(l.t)
	for n := 0; !l.ending.Load(); n++ {
		if !l.log(c, fmt.Sprintf("act %d of client %d", n, i)) {
			return
		}
	}
}

// log logs one contribution, however often it must be tried.
func (l *load) log(c *caller, note string) bool {
	for end := time.Now().Add(3 * patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		a, err := l.try(c, note)
		switch {
		case err != nil || a.status == http.StatusServiceUnavailable:
			continue
		case a.status == http.StatusCreated:
			l.acknowledged(note, a.header.Get("Location"))
			return true
		}
		l.t.Errorf("%s: %d %s", note, a.status, visible(a.body))
		return false
	}
	l.t.Errorf("%s was never acknowledged", note)
	return false
}

// acknowledged notes that an act was, and where its entry is.
func (l *load) acknowledged(note, at string) {
	l.acts.Add(1)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.acked[note] = at[strings.LastIndex(at, "/")+1:]
}

// log tries once to log a quarter of an hour under a key of its own.
func (w workshop) log(c *caller, note string) (answer, error) {
	body := fmt.Sprintf(`{"kind":"work","project":%q,"quantity":{"unit":"hour","value":"0.25"},"note":%q}`, w.project, note)
	return c.send("POST", "/c/"+w.slug+"/contribution/entries", "application/json", body,
		http.Header{"Authorization": {"Bearer " + w.token}, "Idempotency-Key": {note}})
}

// reaches waits until so many acts were acknowledged.
func (l *load) reaches(acts int64) {
	l.t.Helper()
	eventually(l.t, fmt.Sprintf("%d acknowledged acts", acts), func() bool { return l.acts.Load() >= acts })
}

// end lets each client finish its act.
func (l *load) end() {
	l.ending.Store(true)
	l.group.Wait()
}
