package store

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"time"
)

// Snapshot is a read-only view of one commons at one moment.
type Snapshot struct {
	s       *Store
	ctx     context.Context
	commons ID
	tx      *sql.Tx
	now     time.Time
	epoch   int64
}

// Read runs f on one consistent view of the commons. It never waits for lanes.
func (s *Store) Read(ctx context.Context, commons ID, f func(*Snapshot) error) error {
	tx, err := s.readers.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return err
	}
	defer tx.Rollback()
	r := &Snapshot{s: s, ctx: ctx, commons: commons, tx: tx, now: s.Now()}
	err = tx.QueryRowContext(ctx, `SELECT epoch FROM store_lane WHERE commons_id = $1`, commons).Scan(&r.epoch)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	return f(r)
}

// Context returns the context given to Read.
func (r *Snapshot) Context() context.Context { return r.ctx }

// Commons returns the commons the snapshot shows.
func (r *Snapshot) Commons() ID { return r.commons }

// Now returns the time of the reading.
func (r *Snapshot) Now() time.Time { return r.now }

// Epoch implements Reader; a snapshot is never dirty.
func (r *Snapshot) Epoch() (int64, bool) { return r.epoch, false }

// Query implements Reader.
func (r *Snapshot) Query(s *Statement, args ...any) (*sql.Rows, error) {
	return r.tx.QueryContext(r.ctx, s.Text, append([]any{r.commons}, args...)...)
}

// QueryRow implements Reader.
func (r *Snapshot) QueryRow(s *Statement, args ...any) Row {
	return r.tx.QueryRowContext(r.ctx, s.Text, append([]any{r.commons}, args...)...)
}

func (r *Snapshot) store() *Store { return r.s }

func itoa(n int) string { return strconv.Itoa(n) }
