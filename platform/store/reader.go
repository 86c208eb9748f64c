package store

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// Reader is what a Tx and a Snapshot have in common: questions about one commons.
type Reader interface {
	Context() context.Context
	// Commons is the commons this reader is bound to; it is $1 of every statement.
	Commons() ID
	// Now is the time of the act or of the reading, in UTC at microsecond precision.
	Now() time.Time
	// Query runs a statement; args are $2 and up. Its rows must be read to
	// their end or closed before the next statement, as All does.
	Query(s *Statement, args ...any) (*sql.Rows, error)
	// QueryRow runs a statement that answers at most one row.
	QueryRow(s *Statement, args ...any) Row
	// Epoch counts the changes of what Memo remembers of this commons; dirty
	// is true when the act has changed it and not yet committed.
	Epoch() (epoch int64, dirty bool)
	store() *Store
}

// Row is the answer of QueryRow. Scan returns sql.ErrNoRows when there is none.
type Row interface{ Scan(dest ...any) error }

// Scanner is what scan functions read from: a Row or the current one of Rows.
type Scanner interface{ Scan(dest ...any) error }

// All runs a statement and returns every row as scan reads it.
func All[T any](r Reader, scan func(Scanner) (T, error), s *Statement, args ...any) ([]T, error) {
	rows, err := r.Query(s, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, rows.Err()
}

// One runs a statement and returns its row as scan reads it; found is false
// when there is none.
func One[T any](r Reader, scan func(Scanner) (T, error), s *Statement, args ...any) (v T, found bool, err error) {
	v, err = scan(r.QueryRow(s, args...))
	if errors.Is(err, sql.ErrNoRows) {
		var none T
		return none, false, nil
	}
	return v, err == nil, err
}

// Micros is a time as the database keeps it: microseconds since 1970, UTC.
func Micros(t time.Time) int64 { return t.UnixMicro() }

// Time is the inverse of Micros.
func Time(micros int64) time.Time { return time.UnixMicro(micros).UTC() }

// openRows is the answers of Query that may still be open.
type openRows []*sql.Rows

// allRead refuses a question while the answer to an earlier one is open:
// PostgreSQL could not answer, and SQLite would hide the mistake.
func (o *openRows) allRead() error {
	for _, rows := range *o {
		if _, err := rows.Columns(); err == nil {
			return errors.New("store: rows of an earlier question are still open: read them to their end (store.All) or close them first")
		}
		if err := rows.Err(); err != nil {
			return err
		}
	}
	*o = (*o)[:0]
	return nil
}
