package storetest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"commonweal/platform/store"
)

// shared is the server of this test process.
var shared struct {
	sync.Mutex
	cluster *Cluster
	address string
}

// address returns the address of a server, which it starts when there is none.
func address() (string, error) {
	shared.Lock()
	defer shared.Unlock()
	if shared.address != "" {
		return shared.address, nil
	}
	if given := os.Getenv("COMMONWEAL_TEST_POSTGRES"); given != "" {
		shared.address = given
		return given, nil
	}
	c, err := NewCluster()
	if err != nil {
		return "", err
	}
	shared.cluster, shared.address = c, c.URL("postgres")
	return shared.address, nil
}

func stopShared() {
	shared.Lock()
	defer shared.Unlock()
	if shared.cluster != nil {
		if err := shared.cluster.Close(); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		return
	}
	if err := emptied.drain(shared.address); err != nil { // of a server that goes on
		fmt.Fprintln(os.Stderr, err)
	}
}

// Postgres returns the address of a fresh PostgreSQL database that is dropped
// when the test ends. It already holds the schemas, if any are given: each set
// of schemas is migrated once and copied then, and a copy is emptied for the
// next test, which costs a tenth of another copy.
func Postgres(t testing.TB, schemas ...store.Schema) string {
	t.Helper()
	server, err := address()
	if err != nil {
		t.Fatal(err)
	}
	if len(schemas) == 0 {
		name, err := newDatabase(server, "template0")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { dropAfter(t, server, name) })
		return in(server, name)
	}
	template, err := migrated(server, schemas)
	if err != nil {
		t.Fatal(err)
	}
	c, err := emptied.take(kind{server, template})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if empty(server, c.name, c.shape) == nil {
			emptied.put(kind{server, template}, c)
		} else {
			dropAfter(t, server, c.name)
		}
	})
	return in(server, c.name)
}

func dropAfter(t testing.TB, server, name string) {
	if err := drop(server, name); err != nil {
		t.Error(err)
	}
}

func newDatabase(server, template string) (string, error) {
	name := "test_" + strings.ReplaceAll(string(store.NewID()), "-", "")
	return name, copyDatabase(server, name, template)
}

// in is the address of another database of the same server.
func in(server, database string) string {
	u, err := url.Parse(server)
	if err != nil {
		return server
	}
	u.Path = "/" + database
	return u.String()
}

func run(server, command string) error {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, command); err != nil {
		return fmt.Errorf("%s: %w", command, err)
	}
	return nil
}

// copyDatabase makes a database from a template, which nobody may be using: the
// sessions of whoever used it last need a moment to end.
func copyDatabase(server, name, template string) error {
	for try := 0; ; try++ {
		err := run(server, fmt.Sprintf(`CREATE DATABASE %q TEMPLATE %q`, name, template))
		var pe *pgconn.PgError
		if !errors.As(err, &pe) || pe.Code != "55006" || try == 200 {
			return err
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// templates are the migrated databases that this process has seen, by server and name.
var templates sync.Map

// migrated returns the name of a database that holds the schemas and nothing
// else. Processes that share a server may make it at the same time: each makes
// its own and gives it the name, and the first wins.
func migrated(server string, schemas []store.Schema) (string, error) {
	sum, err := fingerprint(schemas)
	if err != nil {
		return "", err
	}
	name := "schemas_" + sum
	if _, done := templates.Load(server + name); done {
		return name, nil
	}
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		return "", err
	}
	defer conn.Close(ctx)
	var there bool
	if err := conn.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)`, name).Scan(&there); err != nil {
		return "", err
	}
	if !there {
		if err := makeTemplate(server, name, schemas); err != nil {
			return "", err
		}
	}
	templates.Store(server+name, true)
	return name, nil
}

func makeTemplate(server, name string, schemas []store.Schema) error {
	draft := "draft_" + strings.ReplaceAll(string(store.NewID()), "-", "")
	if err := copyDatabase(server, draft, "template0"); err != nil {
		return err
	}
	s, err := store.Open(context.Background(), store.Config{URL: in(server, draft), Schemas: schemas})
	if err != nil {
		return err
	}
	if err := s.Close(); err != nil {
		return err
	}
	return settle(server, draft, name)
}

// settle gives a draft its name, or drops it when another process was first:
// the other had the name already, or takes it at this very moment.
func settle(server, draft, name string) error {
	for try := 0; ; try++ {
		err := run(server, fmt.Sprintf(`ALTER DATABASE %q RENAME TO %q`, draft, name))
		var pe *pgconn.PgError
		switch {
		case err == nil:
			return nil
		case errors.As(err, &pe) && (pe.Code == "42P04" || pe.Code == "23505"): // duplicate_database, unique_violation
			return drop(server, draft)
		case !errors.As(err, &pe) || pe.Code != "55006" || try == 200:
			return err
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// fingerprint tells one set of schemas from another.
func fingerprint(schemas []store.Schema) (string, error) {
	h := sha256.New()
	for _, sc := range schemas {
		names, err := fs.Glob(sc.Files, "schema/*.sql")
		if err != nil {
			return "", err
		}
		for _, name := range names {
			text, err := fs.ReadFile(sc.Files, name)
			if err != nil {
				return "", err
			}
			fmt.Fprintf(h, "%q %q %q\n", sc.Room, name, text)
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:12]), nil
}
