package commons

import (
	"context"
	"encoding/json"
	"sync"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/store"
	"commonweal/platform/store/storetest"
)

// world is a host without commons, in a fresh database, with an administrator.
type world struct {
	t         *testing.T
	ctx       context.Context
	store     *store.Store
	gate      *auth.Gate
	directory *Directory
	now       time.Time
	admin     auth.Identity
}

// schemas are the tables that commons stands on.
var schemas = []store.Schema{journal.Schema, auth.Schema, Schema}

func TestMain(m *testing.M) { storetest.Main(m) }

func TestStatementsOnBothEngines(t *testing.T) { storetest.Guard(t, schemas...) }

// migrateOnce makes the migrated database that the others are copied from, before they run side by side.
var migrateOnce sync.Once

// each runs a body in a fresh world on both engines.
func each(t *testing.T, body func(*testing.T, *world)) {
	t.Helper()
	migrateOnce.Do(func() { storetest.Postgres(t, schemas...) })
	t.Parallel() // a fresh PostgreSQL database is mostly waiting for the disk
	var w *world
	config := func() store.Config {
		w = &world{ctx: context.Background(), now: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)}
		own := w
		return store.Config{Schemas: schemas, Sealer: &journal.Log{}, Clock: func() time.Time { return own.now }}
	}
	storetest.Each(t, config, func(t *testing.T, s *store.Store) {
		w.settle(t, s)
		body(t, w)
	})
}

// settle makes the host and its administrator.
func (w *world) settle(t *testing.T, s *store.Store) {
	t.Helper()
	w.t, w.store = t, s
	var err error
	table := auth.NewTable(append(append([]auth.Grant{}, auth.Grants...), Grants...)...)
	w.gate, err = auth.New(auth.Config{Store: w.store, Table: table, Origin: "https://commons.example",
		Params: argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32}})
	w.ok(err)
	w.directory = w.newDirectory(Config{})
	ada, err := w.gate.CreateAdmin(w.ctx, auth.Person{Name: "Ada Host", Handle: "ada", Password: "correct horse battery"})
	w.ok(err)
	w.admin = table.As(auth.Identity{Account: ada.ID, Commons: store.Host, Admin: true})
}

// newDirectory is another process on the same database.
func (w *world) newDirectory(c Config) *Directory {
	c.Store, c.Gate, c.Practices = w.store, w.gate, []string{"contribution", "credit"}
	return NewDirectory(c)
}

func (w *world) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) refused(err error, code string) {
	w.t.Helper()
	if err == nil || fault.CodeOf(err) != code {
		w.t.Fatalf("got %v (code %s), want a refusal with code %s", err, fault.CodeOf(err), code)
	}
}

// river is a good founding.
func river() Ask {
	return Ask{Slug: "river-workshop", Currency: "EUR", Settings: Settings{Name: "River Workshop", Statement: "Tools for everyone.",
		Language: "nl-BE", Zone: "Europe/Brussels", Practices: []string{"credit", "contribution", "credit"}}}
}

func (w *world) found(ask Ask) Commons {
	w.t.Helper()
	c, err := w.directory.Found(w.ctx, w.admin, ask)
	w.ok(err)
	return c
}

// steward is the founder as the commons sees them.
func (w *world) steward(c Commons) auth.Identity {
	w.t.Helper()
	m, err := w.gate.MembershipOf(w.ctx, c.ID, w.admin.Account)
	w.ok(err)
	return w.gate.Table().As(auth.Identity{Account: m.Account, Commons: c.ID, Agent: m.Agent, Role: m.Role})
}

var selectRecords = store.SQL(`SELECT record FROM journal_entry WHERE commons_id = $1 ORDER BY seq`)

func (w *world) entries(id store.ID) (list []journal.Entry) {
	w.t.Helper()
	w.ok(w.store.Read(w.ctx, id, func(r *store.Snapshot) (err error) {
		list, err = store.All(r, func(s store.Scanner) (e journal.Entry, err error) {
			var text string
			if err = s.Scan(&text); err == nil {
				err = json.Unmarshal([]byte(text), &e)
			}
			return e, err
		}, selectRecords)
		return err
	}))
	return list
}
