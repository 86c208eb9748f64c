package storetest

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/jackc/pgx/v5"

	"commonweal/platform/store"
)

func TestMain(m *testing.M) { Main(m) }

var schema = store.Schema{Room: "thing", Files: fstest.MapFS{"schema/0001.sql": {Data: []byte(
	`CREATE TABLE thing_one (commons_id UUID NOT NULL, id UUID NOT NULL, PRIMARY KEY (commons_id, id)) STRICT;`)}}}

var (
	addOne = store.Into("thing_one", "id")
	count  = store.SQL(`SELECT CAST(count(*) AS BIGINT) FROM thing_one WHERE commons_id = $1`)
)

// Every test gets a database of its own that already holds the schemas and nothing else.
func TestEachIsFreshAndOnItsOwn(t *testing.T) {
	commons := store.NewID()
	for range 2 {
		Each(t, func() store.Config { return store.Config{Schemas: []store.Schema{schema}} }, func(t *testing.T, s *store.Store) {
			if string(s.Engine()) != t.Name()[strings.LastIndex(t.Name(), "/")+1:][:len(s.Engine())] {
				t.Errorf("%s runs on %s", t.Name(), s.Engine())
			}
			n, err := store.Write(context.Background(), s, store.Command{Commons: commons}, func(tx *store.Tx) (n int64, err error) {
				if err := tx.Append(addOne, tx.NewID()); err != nil {
					return 0, err
				}
				return n, tx.QueryRow(count).Scan(&n)
			})
			if n != 1 || err != nil {
				t.Errorf("%d rows, %v; want the one just written", n, err)
			}
		})
	}
}

// However many processes name their drafts at the same moment, one database has
// the name in the end, and no draft is left.
func TestOneDraftGetsTheName(t *testing.T) {
	server, err := address()
	if err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), server)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	for range 2 {
		name := "settled_" + strings.ReplaceAll(string(store.NewID()), "-", "")
		var all sync.WaitGroup
		begin := make(chan struct{})
		for i := range 4 {
			draft := fmt.Sprintf("%s_%d", name, i)
			if err := copyDatabase(server, draft, "template0"); err != nil {
				t.Fatal(err)
			}
			all.Go(func() {
				<-begin
				if err := settle(server, draft, name); err != nil {
					t.Error(err)
				}
			})
		}
		close(begin)
		all.Wait()
		var left string
		err := conn.QueryRow(t.Context(), `SELECT string_agg(datname, ' ') FROM pg_database WHERE starts_with(datname, $1)`, name).Scan(&left)
		if err != nil || left != name {
			t.Errorf("%s is there, %v; want %s alone", left, err, name)
		}
		if err := run(server, `DROP DATABASE "`+name+`"`); err != nil {
			t.Error(err)
		}
	}
}

func TestGuard(t *testing.T) { Guard(t, schema) }

// A cluster survives a crash and leaves nothing behind when it is closed.
func TestCluster(t *testing.T) {
	c, err := NewCluster()
	if err != nil {
		t.Fatal(err)
	}
	if err := run(c.URL("postgres"), `CREATE TABLE kept (n BIGINT)`); err != nil {
		t.Error(err)
	}
	if err := c.Stop(true); err != nil {
		t.Error(err)
	}
	if err := run(c.URL("postgres"), `SELECT 1`); err == nil {
		t.Error("a stopped server answers")
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	if err := run(c.URL("postgres"), `INSERT INTO kept VALUES (1)`); err != nil {
		t.Error(err)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(c.dir); !os.IsNotExist(err) {
		t.Errorf("%s is left: %v", c.dir, err)
	}
}

// A server can be shared: the address in the environment is used as it is.
func TestSharedServer(t *testing.T) {
	c, err := NewCluster()
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	shared.Lock()
	before := shared.address
	shared.address = ""
	shared.Unlock()
	defer func() { shared.Lock(); shared.address = before; shared.Unlock() }()
	t.Setenv("COMMONWEAL_TEST_POSTGRES", c.URL("postgres"))
	t.Run("with it", func(t *testing.T) {
		u := Postgres(t, schema)
		if !strings.Contains(u, strings.ReplaceAll(c.dir, "/", "%2F")) {
			t.Errorf("%s is not on the shared server %s", u, c.dir)
		}
	})
}

// A database whose schema a test has changed is not given to the next.
func TestChangedSchemaIsNotUsedAgain(t *testing.T) {
	for range 2 {
		t.Run("test", func(t *testing.T) {
			conn, err := pgx.Connect(t.Context(), Postgres(t, schema))
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close(context.Background())
			if _, err := conn.Exec(t.Context(), `ALTER TABLE thing_one ADD COLUMN changed BOOLEAN`); err != nil {
				t.Error(err)
			}
		})
	}
}
