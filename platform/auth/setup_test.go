package auth

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"

	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/store"
	"commonweal/platform/store/storetest"
)

// quick are argon2id parameters that cost nothing: tests count hashes, they do not time them.
var quick = argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// clock is a clock that tests move by hand.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// world is a host with one commons, in a fresh database.
type world struct {
	t       testing.TB
	ctx     context.Context
	path    string // of the database file, on SQLite
	store   *store.Store
	clock   *clock
	gate    *Gate
	commons store.ID
}

// schemas are the tables that auth stands on.
var schemas = []store.Schema{journal.Schema, Schema}

func TestMain(m *testing.M) { storetest.Main(m) }

// migrateOnce makes the migrated database that the others are copied from, before they run side by side.
var migrateOnce sync.Once

// each runs a body in a fresh world on both engines.
func each(t *testing.T, body func(*testing.T, *world)) {
	t.Helper()
	migrateOnce.Do(func() { storetest.Postgres(t, schemas...) })
	t.Parallel() // a fresh PostgreSQL database is mostly waiting for the disk
	c := newClock()
	config := func() store.Config {
		c = newClock()
		return store.Config{Schemas: schemas, Sealer: &journal.Log{}, Clock: c.Now}
	}
	storetest.Each(t, config, func(t *testing.T, s *store.Store) { body(t, worldOn(t, s, c)) })
}

// newWorld is a world on SQLite, in a file.
func newWorld(t testing.TB) *world {
	t.Helper()
	c, path := newClock(), filepath.Join(t.TempDir(), "people.db")
	w := worldOn(t, storetest.Open(t, store.Config{URL: path, Schemas: schemas, Sealer: &journal.Log{}, Clock: c.Now}), c)
	w.path = path
	return w
}

func newClock() *clock { return &clock{now: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)} }

func worldOn(t testing.TB, s *store.Store, c *clock) *world {
	t.Helper()
	w := &world{t: t, ctx: context.Background(), store: s, clock: c, commons: store.NewID()}
	w.gate = w.newGate(Config{})
	return w
}

// newGate is another process on the same database.
func (w *world) newGate(c Config) *Gate {
	w.t.Helper()
	c.Store, c.Table, c.Params = w.store, NewTable(Grants...), quick
	if c.Origin == "" {
		c.Origin = "https://commons.example"
	}
	g, err := New(c)
	w.ok(err)
	return g
}

func (w *world) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// refused checks that err is the fault with the code.
func (w *world) refused(err error, code string) {
	w.t.Helper()
	if fault.CodeOf(err) != code || err == nil {
		w.t.Fatalf("got %v (code %s), want a refusal with code %s", err, fault.CodeOf(err), code)
	}
}

const password = "correct horse battery"

// person makes an account with a password and admits it when role is not Outsider.
func (w *world) person(handle string, role Role) (Account, Membership) {
	w.t.Helper()
	a, err := w.gate.create(w.ctx, Person{Name: "Robin " + handle, Handle: handle, Email: handle + "@example.org", Password: password},
		func(*store.Tx, *Account) error { return nil })
	w.ok(err)
	if role == Outsider {
		return a, Membership{}
	}
	m, err := w.gate.Admit(w.ctx, w.gate.Operator(w.commons), a.ID, role)
	w.ok(err)
	return a, m
}

// signIn signs in from an address of its own and returns the secret.
func (w *world) signIn(handle string) NewSession {
	w.t.Helper()
	s, err := w.gate.SignIn(w.ctx, handle, password, Visit{Address: "192.0.2.1", Device: "Firefox, Linux"})
	w.ok(err)
	return s
}

// cookie is a request with a session.
func (w *world) cookie(secret string) *http.Request {
	r := httptest.NewRequest("GET", "https://commons.example/", nil)
	r.AddCookie(&http.Cookie{Name: "__Host-commonweal", Value: secret})
	return r
}

// token is a request with a token.
func (w *world) token(secret string) *http.Request {
	r := httptest.NewRequest("GET", "https://commons.example/", nil)
	r.Header.Set("Authorization", "Bearer "+secret)
	return r
}

// who resolves a request in the commons of the world.
func (w *world) who(r *http.Request) Identity {
	w.t.Helper()
	who, err := w.gate.Identity(r, w.commons, false)
	w.ok(err)
	return who
}

// as is a signed-in person.
func (w *world) as(handle string) Identity {
	w.t.Helper()
	return w.who(w.cookie(w.signIn(handle).Secret))
}

// acts returns the acts of the commons' journal in order.
func (w *world) acts() []journal.Entry {
	w.t.Helper()
	var list []journal.Entry
	w.ok(w.store.Read(w.ctx, w.commons, func(r *store.Snapshot) error {
		texts, err := store.All(r, scanText, selectRecords)
		for _, text := range texts {
			var e journal.Entry
			w.ok(json.Unmarshal([]byte(text), &e))
			list = append(list, e)
		}
		return err
	}))
	return list
}

var selectRecords = store.SQL(`SELECT record FROM journal_entry WHERE commons_id = $1 ORDER BY seq`)
