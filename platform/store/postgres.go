package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"commonweal/platform/fault"
)

const (
	oldestPostgres  = 15_00_00
	maxPostgresConn = 16 // of each of the two pools: acts and reads
)

// postgresEngine is one database of a PostgreSQL server, shared with any
// number of other processes.
type postgresEngine struct {
	url     string
	writing *sql.DB
	reading *sql.DB
	columns sync.Map // table -> map[string]string: the types of its columns
}

func openPostgres(ctx context.Context, url string, log *slog.Logger) (engine, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		// The parser's message leaves the password out.
		return nil, fault.Invalidf("store.url", "database", "the address of the database cannot be read: %v", err)
	}
	config.RuntimeParams["application_name"] = "commonweal"
	config.RuntimeParams["timezone"] = "UTC"
	// A peer that vanishes without a word is noticed within half a minute.
	config.DialFunc = (&net.Dialer{Timeout: 10 * time.Second, KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 10 * time.Second, Interval: 5 * time.Second, Count: 4}}).DialContext
	e := &postgresEngine{url: url, writing: stdlib.OpenDB(*config), reading: stdlib.OpenDB(*config)}
	for _, db := range []*sql.DB{e.writing, e.reading} {
		db.SetMaxOpenConns(maxPostgresConn)
		db.SetMaxIdleConns(maxPostgresConn)
		db.SetConnMaxIdleTime(5 * time.Minute)
	}
	if err := e.check(ctx, log); err != nil {
		e.close()
		return nil, explain(e, err)
	}
	return e, nil
}

// check refuses servers on which an act would not be what it promises.
func (e *postgresEngine) check(ctx context.Context, log *slog.Logger) error {
	var version int
	var release, encoding, synchronous, fsync string
	err := e.writing.QueryRowContext(ctx, `SELECT CAST(current_setting('server_version_num') AS int), current_setting('server_version'),
		current_setting('server_encoding'), current_setting('synchronous_commit'), current_setting('fsync')`).
		Scan(&version, &release, &encoding, &synchronous, &fsync)
	switch {
	case err != nil:
		return err
	case version < oldestPostgres:
		return fault.New(fault.Unavailable, "store.old_postgres", "", "the server is PostgreSQL %s; 15 or later is needed", release)
	case encoding != "UTF8":
		return fault.New(fault.Unavailable, "store.encoding", "", "the database keeps text as %s; create it with ENCODING 'UTF8'", encoding)
	case synchronous == "off":
		return fault.New(fault.Unavailable, "store.unsafe_postgres", "", "the server answers before data is durable (synchronous_commit is off); switch it on for this database")
	case fsync != "on":
		log.Warn("PostgreSQL runs with fsync off: a power failure can destroy the database")
	}
	return nil
}

func (e *postgresEngine) kind() Engine              { return Postgres }
func (e *postgresEngine) lane(commons ID) ID        { return commons }
func (e *postgresEngine) schema(text string) string { return postgresSchema(text) }

func (e *postgresEngine) close() error { return errors.Join(e.writing.Close(), e.reading.Close()) }

// begin starts a write transaction. READ COMMITTED is enough: what an act
// reads and writes belongs to its commons, whose row is locked first.
func (e *postgresEngine) begin(ctx context.Context) (transaction, error) {
	conn, err := e.writing.Conn(ctx)
	if err != nil {
		return nil, err
	}
	t := &postgresTx{postgresView: postgresView{conn}, e: e}
	if _, err := conn.ExecContext(ctx, "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"); err != nil {
		t.rollback()
		return nil, err
	}
	return t, nil
}

// snapshot starts a read-only transaction. REPEATABLE READ shows one moment
// and, being read-only, never fails to serialize.
func (e *postgresEngine) snapshot(ctx context.Context) (reading, error) {
	var err error
	for range 3 { // connections from before a restart of the server are stale
		var conn *sql.Conn
		if conn, err = e.reading.Conn(ctx); err != nil {
			continue
		}
		if _, err = conn.ExecContext(ctx, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"); err == nil {
			return postgresView{conn}, nil
		}
		discard(conn)
	}
	return nil, err
}

// guard makes a second process that opens the database wait until the first
// has migrated it.
func (e *postgresEngine) guard(ctx context.Context, t transaction) error {
	_, err := t.exec(ctx, `LOCK TABLE store_migration IN EXCLUSIVE MODE`, nil)
	return err
}

// keep does nothing: a migration is one transaction, and copies of a server's
// database are its administrator's.
func (e *postgresEngine) keep(context.Context) error { return nil }

// outcome asks the server what became of the transaction, whatever the error was.
func (e *postgresEngine) outcome(ctx context.Context, t transaction, _ error) (durable bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	var status sql.NullString
	err = e.writing.QueryRowContext(ctx, `SELECT pg_xact_status(CAST($1 AS xid8))`, t.(*postgresTx).xid).Scan(&status)
	switch {
	case err != nil:
		return false, err
	case status.String == "committed":
		return true, nil
	case status.String == "aborted":
		return false, nil
	case status.String == "in progress":
		return false, &pgconn.PgError{Code: "55P03", Message: "the transaction is still in progress"}
	}
	return false, errors.New("the server does not remember the transaction")
}

// judge goes by the SQLSTATE (PostgreSQL manual, appendix A).
func (e *postgresEngine) judge(err error) verdict {
	var pe *pgconn.PgError
	var ne net.Error
	switch {
	case errors.As(err, &pe):
		return judgeState(pe.Code)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return cutShort
	case errors.As(err, &ne), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed),
		errors.Is(err, sql.ErrConnDone), errors.Is(err, driver.ErrBadConn), pgconn.SafeToRetry(err), isConnect(err):
		return passing
	}
	return ofAct
}

func isConnect(err error) bool {
	var c *pgconn.ConnectError
	return errors.As(err, &c)
}

func judgeState(code string) verdict {
	switch code {
	case "53100":
		return full
	case "57014": // a time limit of the server's: it is the statement that is too slow
		return ofAct
	case "40001", "40P01", "55P03", "57P01", "57P02", "57P03", "57P05", "25006":
		return passing // serialization, deadlock, lock; shutdown, crash, start-up; read-only while failing over
	}
	switch code[:2] {
	case "08", "53":
		return passing // connection; too many connections or too little memory
	case "21", "22", "23", "25", "42", "44", "0A", "P0":
		return ofAct
	}
	return machine
}

// postgresViolation names the constraint that an error is about.
func postgresViolation(err error) error {
	var pe *pgconn.PgError
	if !errors.As(err, &pe) {
		return err
	}
	switch pe.Code {
	case "23505":
		return &violation{ErrUnique, err}
	case "23503":
		return &violation{ErrForeignKey, err}
	case "23514", "23502", "22P02", "22003":
		return &violation{ErrCheck, err}
	}
	return err
}

// discard closes a connection instead of giving it back to its pool.
func discard(conn *sql.Conn) {
	_ = conn.Raw(func(c any) error { return c.(io.Closer).Close() })
	_ = conn.Close()
}

// types returns the types of the columns of a table.
func (e *postgresEngine) types(ctx context.Context, conn *sql.Conn, table string) (map[string]string, error) {
	if t, ok := e.columns.Load(table); ok {
		return t.(map[string]string), nil
	}
	rows, err := conn.QueryContext(ctx, `SELECT attname, format_type(atttypid, NULL) FROM pg_attribute
		WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped`, table)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string]string{}
	for rows.Next() {
		var name, kind string
		if err := rows.Scan(&name, &kind); err != nil {
			return nil, err
		}
		out[name] = kind
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("store: there is no table %s", table)
	}
	e.columns.Store(table, out)
	return out, nil
}
