package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"modernc.org/sqlite"
	sqlitelib "modernc.org/sqlite/lib"

	"commonweal/platform/fault"
)

// oldestSQLite is the first release without the WAL-reset bug, which could
// lose committed transactions (sqlite.org/wal.html, "The WAL-Reset Bug").
const oldestSQLite = 3_051_003

// sqliteEngine is one file, one process, one writer and a pool of readers.
type sqliteEngine struct {
	path    string
	lock    *fileLock
	pool    *sql.DB // connections for the writer and other rare work
	reading *sql.DB
	writer  *session
	readers chan *session
}

// pragmas of every connection. busy_timeout comes first, so that the ones
// after it wait for a lock instead of failing.
var pragmas = []string{
	"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)",
	"secure_delete(1)", // what is erased leaves the file
	"journal_size_limit(67108864)", "temp_store(MEMORY)",
}

func openSQLite(ctx context.Context, path string) (engine, error) {
	if n := sqlitelib.SQLITE_VERSION_NUMBER; n < oldestSQLite {
		return nil, fault.New(fault.Unavailable, "store.unsafe_sqlite", "", "this program was built with SQLite %s, which can lose commits; build it with 3.51.3 or later", sqlitelib.SQLITE_VERSION)
	}
	if path == "" || strings.HasPrefix(path, ":memory:") || strings.HasPrefix(path, "file:") {
		return nil, fault.Invalidf("store.url", "database", "%q is not the path of a database file", path)
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(filepath.Dir(path)); err != nil || !info.IsDir() {
		return nil, fault.Invalidf("store.url", "database", "there is no folder %s to keep the database in; create it first", filepath.Dir(path))
	}
	lock, err := lockFile(path)
	if err != nil {
		return nil, err
	}
	e := &sqliteEngine{path: path, lock: lock}
	if err := e.open(ctx); err != nil {
		e.close()
		var se *sqlite.Error
		if errors.As(err, &se) && se.Code() == sqlitelib.SQLITE_NOTADB {
			return nil, fault.Invalidf("store.url", "database", "%s is not an SQLite database", path)
		}
		return nil, explain(e, err)
	}
	return e, nil
}

// open opens the writer and prepares the pool of readers.
func (e *sqliteEngine) open(ctx context.Context) (err error) {
	if e.pool, err = sql.Open("sqlite", e.dsn("cache_size(-65536)")); err != nil {
		return err
	}
	if e.reading, err = sql.Open("sqlite", e.dsn("cache_size(-8192)", "query_only(1)")); err != nil {
		return err
	}
	if e.writer, err = openSession(ctx, e.pool); err != nil {
		return fmt.Errorf("store: opening %s: %w", e.path, err)
	}
	n := max(16, 4*runtime.GOMAXPROCS(0))
	e.readers = make(chan *session, n)
	for range n {
		e.readers <- nil // opened when first needed
	}
	return nil
}

// dsn is the address of the file with the pragmas of every connection and more.
func (e *sqliteEngine) dsn(more ...string) string {
	v := url.Values{"_pragma": slices.Concat(pragmas, more), "_txlock": {"immediate"}}
	return "file:" + (&url.URL{Path: e.path}).EscapedPath() + "?" + v.Encode()
}

func (e *sqliteEngine) kind() Engine              { return SQLite }
func (e *sqliteEngine) lane(ID) ID                { return Host }
func (e *sqliteEngine) schema(text string) string { return sqliteSchema(text) }

func (e *sqliteEngine) close() error {
	var errs []error
	if e.readers != nil {
		for range cap(e.readers) {
			if r := <-e.readers; r != nil {
				r.close()
			}
		}
	}
	if e.reading != nil {
		errs = append(errs, e.reading.Close())
	}
	if e.writer != nil {
		errs = append(errs, e.writer.close())
	}
	if e.pool != nil {
		errs = append(errs, e.pool.Close())
	}
	return errors.Join(append(errs, e.lock.release())...)
}

// begin starts the write transaction; the lane is its only user.
func (e *sqliteEngine) begin(ctx context.Context) (transaction, error) {
	if _, err := e.writer.exec(ctx, "BEGIN IMMEDIATE", nil); err != nil {
		return nil, err
	}
	return &sqliteTx{session: e.writer}, nil
}

// sqliteTx is a write transaction on the writer.
type sqliteTx struct {
	*session
	committed bool
}

const sqliteHead = `SELECT epoch, entries, clock FROM store_lane WHERE commons_id = $1`

func (t *sqliteTx) head(ctx context.Context, commons ID) (h laneRow, found bool, err error) {
	err = t.queryRow(ctx, sqliteHead, []any{string(commons)}).Scan(&h.epoch, &h.entries, &h.clock)
	if errors.Is(err, sql.ErrNoRows) {
		return laneRow{}, false, nil
	}
	return h, err == nil, err
}

// recall looks keys up by lists whose length is a power of two, so that few
// statements need to be prepared; a list is filled up with its last key.
func (t *sqliteTx) recall(ctx context.Context, commons ID, keys []string) (*sql.Rows, error) {
	n := 1
	for n < len(keys) {
		n *= 2
	}
	args := make([]any, 1, n+1)
	args[0] = string(commons)
	for i := range n {
		args = append(args, keys[min(i, len(keys)-1)])
	}
	return t.query(ctx, `SELECT key, digest, result FROM store_act WHERE commons_id = ? AND key IN (`+marks(n)+`)`, args)
}

// send sends nothing ahead: the engine works in the process, one call after the other.
func (t *sqliteTx) send(context.Context, *Insert, []any) (bool, error) { return false, nil }

func (t *sqliteTx) arrive() error { return nil }

func (t *sqliteTx) commit(ctx context.Context) error {
	_, err := t.exec(ctx, "COMMIT", nil)
	t.committed = err == nil
	return err
}

func (t *sqliteTx) rollback() {
	if !t.committed {
		// It fails when the engine has already rolled back by itself.
		_, _ = t.exec(context.Background(), "ROLLBACK", nil)
	}
}

// outcome: a commit that was refused, or had no room, did not happen; after any
// other failure of the disk nobody can tell before the next start.
func (e *sqliteEngine) outcome(_ context.Context, _ transaction, commit error) (durable bool, err error) {
	if e.judge(commit) == machine {
		return false, commit
	}
	return false, nil
}

func (e *sqliteEngine) guard(context.Context, transaction) error { return nil } // the file lock does it

// judge goes by SQLite's primary result code, the low byte of the extended one.
func (e *sqliteEngine) judge(err error) verdict {
	var se *sqlite.Error
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return cutShort
	case !errors.As(err, &se):
		return ofAct
	}
	switch se.Code() & 0xff {
	case sqlitelib.SQLITE_FULL:
		return full
	case sqlitelib.SQLITE_BUSY, sqlitelib.SQLITE_LOCKED:
		return passing
	case sqlitelib.SQLITE_IOERR, sqlitelib.SQLITE_CORRUPT, sqlitelib.SQLITE_NOTADB, sqlitelib.SQLITE_CANTOPEN,
		sqlitelib.SQLITE_READONLY, sqlitelib.SQLITE_NOMEM, sqlitelib.SQLITE_PERM, sqlitelib.SQLITE_PROTOCOL:
		return machine
	case sqlitelib.SQLITE_INTERRUPT:
		return cutShort
	}
	return ofAct
}

// sqliteViolation names the constraint that an error is about.
func sqliteViolation(err error) error {
	var se *sqlite.Error
	if !errors.As(err, &se) {
		return err
	}
	switch se.Code() {
	case sqlitelib.SQLITE_CONSTRAINT_UNIQUE, sqlitelib.SQLITE_CONSTRAINT_PRIMARYKEY, sqlitelib.SQLITE_CONSTRAINT_ROWID:
		return &violation{ErrUnique, err}
	case sqlitelib.SQLITE_CONSTRAINT_FOREIGNKEY:
		return &violation{ErrForeignKey, err}
	case sqlitelib.SQLITE_CONSTRAINT_CHECK, sqlitelib.SQLITE_CONSTRAINT_NOTNULL, sqlitelib.SQLITE_CONSTRAINT_DATATYPE:
		return &violation{ErrCheck, err}
	}
	return err
}
