package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Tx is an act's view of its commons: it reads, writes and journals there. It
// is good until the act returns, on the goroutine that the act was called on.
type Tx struct {
	g       *group
	h       *head
	ctx     context.Context
	now     time.Time
	turn    int    // tells its pending rows from those of other acts
	marks   []mark // where its pending rows begin
	entered int    // entries of the commons before it
	dirty   bool   // it changed what a Memo holds
	put     bool   // it put Rows that are not written
	wrote   bool   // it changed rows in the database: it cannot fail alone
	sealing bool
	ended   bool
	broken  error // the first error of the driver: the act must fail
	rows    openRows
	after   []func()
}

// Context returns the context of the caller of Write.
func (tx *Tx) Context() context.Context { return actContext{tx.ctx} }

// insideAct is the key by which Write recognizes that it is called from an act.
type insideAct struct{}

// actContext is the caller's context, marked.
type actContext struct{ context.Context }

// Value implements context.Context.
func (c actContext) Value(key any) any {
	if key == (insideAct{}) {
		return true
	}
	return c.Context.Value(key)
}

// Commons returns the commons the act happens in.
func (tx *Tx) Commons() ID { return tx.h.commons }

// Now returns the time of the act: later than that of every earlier act of the commons.
func (tx *Tx) Now() time.Time { return tx.now }

// NewID returns a fresh identifier.
func (tx *Tx) NewID() ID { return NewID() }

// Epoch implements Reader.
func (tx *Tx) Epoch() (int64, bool) {
	if tx.dirty {
		return tx.h.epoch + 1, true
	}
	return tx.h.epochNow(), tx.h.dirty > 0
}

// Changed starts a new epoch: call it when the act changes what a Memo holds.
func (tx *Tx) Changed() { tx.dirty = true }

// AfterCommit queues f to run once the act is durable and before Write returns,
// in the order of the acts; it is dropped when the act fails. The lane waits
// for f: it must be quick and must not call Write.
func (tx *Tx) AfterCommit(f func()) { tx.after = append(tx.after, f) }

// Enter appends one entry to the journal of the commons. build gets the
// sequence number the entry will have and returns its canonical bytes. Rooms
// call journal.Append, not this.
func (tx *Tx) Enter(build func(seq int64) ([]byte, error)) (seq int64, err error) {
	if err := tx.usable(); err != nil {
		return 0, err
	}
	if tx.h.commons == Host || tx.sealing {
		return 0, errors.New("store: nothing is journaled in the lane of the host or by the sealer")
	}
	seq = tx.h.entries + int64(len(tx.h.added))
	b, err := build(seq)
	if err != nil {
		return 0, err
	}
	tx.h.added = append(tx.h.added, b)
	return seq, nil
}

// Exec runs a statement that changes rows and returns how many; args are $2 and up.
func (tx *Tx) Exec(s *Statement, args ...any) (int64, error) {
	t, values, err := tx.ready(s, args)
	if err != nil {
		return 0, err
	}
	n, err := t.exec(tx.g.ctx, s.Text, values)
	if err != nil {
		return 0, tx.fail(s, err)
	}
	if n > 0 {
		tx.wrote = true
	}
	return n, nil
}

// Append adds one row; it is written with others before the next statement
// that names its table, at the latest at the end of the group. PostgreSQL gets
// the rows of an act that appends thousands while it goes on. Values follow
// the columns of Into. A constraint that the row breaks shows then, and makes
// the act fail all the same.
func (tx *Tx) Append(i *Insert, values ...any) error {
	if err := tx.usable(); err != nil {
		return err
	}
	if len(values) != len(i.Columns) {
		return fmt.Errorf("store: %d values for the %d columns of %s", len(values), len(i.Columns), i.Table)
	}
	table, ok := tx.g.s.catalog.order[i.Table]
	if !ok {
		return fmt.Errorf("store: no schema creates the table %s", i.Table)
	}
	if len(tx.g.s.catalog.rows[table]) > 0 {
		return fmt.Errorf("store: rows of %s are put, not appended", i.Table)
	}
	if err := tx.g.pending.add(tx, table, i, values); err != nil {
		return err
	}
	return tx.sendAhead(table)
}

// Query implements Reader.
func (tx *Tx) Query(s *Statement, args ...any) (*sql.Rows, error) {
	t, values, err := tx.ready(s, args)
	if err != nil {
		return nil, err
	}
	tx.wrote = tx.wrote || s.writes
	rows, err := t.query(tx.g.ctx, s.Text, values)
	if err != nil {
		return nil, tx.fail(s, err)
	}
	tx.rows = append(tx.rows, rows)
	return rows, nil
}

// QueryRow implements Reader.
func (tx *Tx) QueryRow(s *Statement, args ...any) Row {
	t, values, err := tx.ready(s, args)
	if err != nil {
		return errRow{err}
	}
	tx.wrote = tx.wrote || s.writes
	return txRow{tx, s, t.queryRow(tx.g.ctx, s.Text, values)}
}

// changing reports whether the act has written or appended anything yet.
func (tx *Tx) changing() bool { return tx.wrote || tx.put || len(tx.marks) > 0 }

func (tx *Tx) store() *Store { return tx.g.s }

// usable refuses an act that goes on after it returned or after the database
// refused a statement of it.
func (tx *Tx) usable() error {
	switch {
	case tx.ended:
		return errors.New("store: a Tx is good only until its act returns")
	case tx.broken != nil:
		return fmt.Errorf("store: this act failed before: %w", tx.broken)
	}
	return tx.g.err
}

// ready binds the arguments, writes the pending rows the statement may see, and
// returns the transaction that runs it.
func (tx *Tx) ready(s *Statement, args []any) (transaction, []any, error) {
	if err := tx.usable(); err != nil {
		return nil, nil, err
	}
	if err := tx.rows.allRead(); err != nil {
		return nil, nil, tx.fail(s, err)
	}
	values, err := bind(tx.h.value, args)
	if err != nil {
		return nil, nil, err
	}
	plan := tx.g.s.plan(s)
	if tx.g.waiting(plan.needs) {
		if tx.changing() {
			tx.wrote, tx.put, tx.marks = true, false, nil // nothing is pending any longer
		}
		if err := tx.g.flush(); err != nil {
			tx.g.fail(err)
			return nil, nil, err
		}
	}
	tx.h.forgetRows(plan.rewrites)
	t, err := tx.g.database()
	if err != nil {
		tx.g.fail(err) // the rows under way: not necessarily this act's
	}
	return t, values, err
}

// fail remembers the first error of the driver.
func (tx *Tx) fail(s *Statement, err error) error {
	err = fmt.Errorf("store: %.80s: %w", s.Text, err)
	if tx.broken == nil {
		tx.broken = err
	}
	return err
}

// finish ends the act: rows it left open are closed, and an error met while
// they were read counts even when the act did not look.
func (tx *Tx) finish() {
	tx.ended = true
	for _, rows := range tx.rows {
		rows.Close()
		if err := rows.Err(); err != nil && tx.broken == nil {
			tx.broken = err
		}
	}
	tx.rows = nil
}

// txRow notes an error of the driver that shows when the row is read.
type txRow struct {
	tx  *Tx
	s   *Statement
	row Row
}

// Scan implements Row.
func (r txRow) Scan(dest ...any) error {
	err := r.row.Scan(dest...)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return r.tx.fail(r.s, err)
	}
	return err
}

// errRow is a Row that could not be asked for.
type errRow struct{ err error }

// Scan implements Row.
func (r errRow) Scan(...any) error { return r.err }
