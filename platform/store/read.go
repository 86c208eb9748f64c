package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Snapshot is a read-only view of one commons at one moment.
type Snapshot struct {
	s       *Store
	ctx     context.Context
	commons ID
	view    view
	now     time.Time
	epoch   int64
	version int64
	rows    openRows
	busy    bool // Scan is running
}

const readMoment = `SELECT epoch, clock FROM store_lane WHERE commons_id = $1`

// Read runs f on one consistent view of the commons. It never waits for lanes,
// but only so many readings run at a time: f must not call Read, lest all of
// them wait for one more.
func (s *Store) Read(ctx context.Context, commons ID, f func(*Snapshot) error) error {
	leave, err := s.enter()
	if err != nil {
		return err
	}
	defer leave()
	v, err := s.engine.snapshot(ctx)
	if err != nil {
		return s.explainRead(ctx, err)
	}
	r := &Snapshot{s: s, ctx: ctx, commons: commons, view: v, now: s.Now()}
	defer r.end()
	if r.epoch, r.version, err = v.moment(ctx, commons); err != nil {
		return s.explainRead(ctx, err)
	}
	return s.explainRead(ctx, f(r))
}

// explainRead is explain for a reader, whose statements end with its context.
func (s *Store) explainRead(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil && s.engine.judge(err) != ofAct {
		return ctx.Err()
	}
	return explain(s.engine, err)
}

// end closes what f left open and ends the transaction.
func (r *Snapshot) end() {
	for _, rows := range r.rows {
		rows.Close()
	}
	r.view.rollback()
}

// Context returns the context given to Read.
func (r *Snapshot) Context() context.Context { return r.ctx }

// Commons returns the commons the snapshot shows.
func (r *Snapshot) Commons() ID { return r.commons }

// Now returns the time of the reading.
func (r *Snapshot) Now() time.Time { return r.now }

// Epoch implements Reader; a snapshot is never dirty.
func (r *Snapshot) Epoch() (int64, bool) { return r.epoch, false }

// Version is the time of the last act of the commons that the snapshot shows,
// in microseconds; 0 before the first. It grows with every act: snapshots of
// one version show the same rows of the commons.
func (r *Snapshot) Version() int64 { return r.version }

// Query implements Reader.
func (r *Snapshot) Query(s *Statement, args ...any) (*sql.Rows, error) {
	values, err := r.ready(args)
	if err != nil {
		return nil, err
	}
	rows, err := r.view.query(r.ctx, s.Text, values)
	if err != nil {
		return nil, fmt.Errorf("store: %.80s: %w", s.Text, err)
	}
	r.rows = append(r.rows, rows)
	return rows, nil
}

// QueryRow implements Reader.
func (r *Snapshot) QueryRow(s *Statement, args ...any) Row {
	values, err := r.ready(args)
	if err != nil {
		return errRow{err}
	}
	return r.view.queryRow(r.ctx, s.Text, values)
}

// ready binds the arguments of a statement.
func (r *Snapshot) ready(args []any) ([]any, error) {
	if r.busy {
		return nil, errors.New("store: a snapshot answers one question at a time: ask when Scan has ended")
	}
	if err := r.rows.allRead(); err != nil {
		return nil, err
	}
	r.s.counts.asked.Add(1)
	return bind(string(r.commons), args)
}

func (r *Snapshot) store() *Store { return r.s }
