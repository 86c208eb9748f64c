package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"strings"
)

// session is one SQLite connection with its statements prepared. Statements
// that answer rows go through database/sql; those that do not are run on the
// driver itself, which halves their cost.
type session struct {
	conn    *sql.Conn
	queries map[string]*sql.Stmt
	execs   map[string]driverStmt
	named   []driver.NamedValue // arguments of the statement that runs, used again
}

func openSession(ctx context.Context, pool *sql.DB) (*session, error) {
	conn, err := pool.Conn(ctx)
	if err != nil {
		return nil, err
	}
	return &session{conn: conn, queries: map[string]*sql.Stmt{}, execs: map[string]driverStmt{}}, nil
}

func (s *session) close() error {
	for _, q := range s.queries {
		q.Close()
	}
	_ = s.conn.Raw(func(any) error {
		for _, x := range s.execs {
			x.Close()
		}
		return nil
	})
	return s.conn.Close()
}

// maxPrepared bounds the statements of a session; rooms declare theirs, so it
// is only ever reached by a program that builds texts.
const maxPrepared = 4000

func (s *session) prepared(ctx context.Context, text string) (*sql.Stmt, error) {
	if q, ok := s.queries[text]; ok {
		return q, nil
	}
	if len(s.queries) >= maxPrepared {
		for _, q := range s.queries {
			q.Close()
		}
		clear(s.queries)
	}
	q, err := s.conn.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	s.queries[text] = q
	return q, nil
}

func (s *session) query(ctx context.Context, text string, args []any) (*sql.Rows, error) {
	q, err := s.prepared(ctx, text)
	if err != nil {
		return nil, err
	}
	rows, err := q.QueryContext(ctx, args...)
	return rows, sqliteViolation(err)
}

func (s *session) queryRow(ctx context.Context, text string, args []any) Row {
	q, err := s.prepared(ctx, text)
	if err != nil {
		return errRow{err}
	}
	return sqliteRow{q.QueryRowContext(ctx, args...)}
}

// sqliteRow names the constraint that a row's statement broke.
type sqliteRow struct{ *sql.Row }

// Scan implements Row.
func (r sqliteRow) Scan(dest ...any) error { return sqliteViolation(r.Row.Scan(dest...)) }

// driverStmt is what the driver's statements can do.
type driverStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// onDriver finds the statement as the driver prepared it and names its arguments.
func (s *session) onDriver(text string, args []any, run func(driverStmt, []driver.NamedValue) error) error {
	return s.conn.Raw(func(c any) error {
		x, ok := s.execs[text]
		if !ok {
			q, err := c.(driver.ConnPrepareContext).PrepareContext(context.Background(), text)
			if err != nil {
				return err
			}
			x = q.(driverStmt)
			s.execs[text] = x
		}
		s.named = s.named[:0]
		for i, a := range args {
			s.named = append(s.named, driver.NamedValue{Ordinal: i + 1, Value: a})
		}
		return run(x, s.named)
	})
}

// ask reads the rows of a statement on the driver. It cannot be interrupted.
func (s *session) ask(text string, args []any, each func(Values) error) error {
	return s.onDriver(text, args, func(x driverStmt, named []driver.NamedValue) error {
		rows, err := x.QueryContext(context.Background(), named)
		if err != nil {
			return err
		}
		defer rows.Close()
		return eachRow(context.Background(), rows, each)
	})
}

// exec runs a statement on the driver. It cannot be interrupted: a statement
// of one act must not end the transaction of the others.
func (s *session) exec(_ context.Context, text string, args []any) (changed int64, err error) {
	err = s.onDriver(text, args, func(x driverStmt, named []driver.NamedValue) error {
		r, err := x.ExecContext(context.Background(), named)
		if err != nil {
			return sqliteViolation(err)
		}
		changed, err = r.RowsAffected()
		return err
	})
	return changed, err
}

// batch is how many rows the largest insert writes; smaller ones are its
// halves, so that any number of rows needs few statements.
const batch = 32

func (s *session) insert(ctx context.Context, i *Insert, values []any) error {
	width := i.width()
	for n := batch; len(values) > 0; {
		for n*width > len(values) || n*width > 30_000 {
			n /= 2
		}
		text, ok := i.texts.Load(n)
		if !ok {
			row := "(" + marks(width) + ")"
			text, _ = i.texts.LoadOrStore(n, i.head()+"VALUES "+strings.Repeat(row+", ", n-1)+row+i.tail)
		}
		if _, err := s.exec(ctx, text.(string), values[:n*width]); err != nil {
			return err
		}
		values = values[n*width:]
	}
	return nil
}

// marks is n parameters: "?, ?, ?".
func marks(n int) string { return strings.Repeat("?, ", n-1) + "?" }

// scan reads rows straight from the driver.
func (s *session) scan(ctx context.Context, text string, args []any, each func(Values) error) error {
	return s.conn.Raw(func(c any) error { return scanDriver(ctx, c, text, args, each) })
}

// scanDriver reads rows from a connection of a driver.
func scanDriver(ctx context.Context, conn any, text string, args []any, each func(Values) error) error {
	named := make([]driver.NamedValue, len(args))
	for i, a := range args {
		named[i] = driver.NamedValue{Ordinal: i + 1, Value: a}
	}
	q, ok := conn.(driver.QueryerContext)
	if !ok {
		return fmt.Errorf("store: %T cannot be asked", conn)
	}
	rows, err := q.QueryContext(ctx, text, named)
	if err != nil {
		return err
	}
	defer rows.Close()
	return eachRow(ctx, rows, each)
}
