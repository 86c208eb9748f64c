package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"commonweal/platform/fault"
)

// Command names an act: whose lane it goes into, and the idempotency key that
// makes a repeat harmless.
type Command struct {
	Commons ID
	// Key is chosen by the caller, at most 200 bytes; the same Key with the
	// same Ask returns the first result, for ever. Empty means: no replay.
	Key string
	// Ask is the content that the Key stands for; its JSON is hashed.
	Ask any
}

// Write runs an act in the lane of its commons and returns its result once it
// is durable. An act that fails leaves nothing behind. The result must survive
// encoding/json, because a replay returns it from there.
func Write[R any](ctx context.Context, s *Store, c Command, act func(*Tx) (R, error)) (R, error) {
	var result R
	raw, err := s.write(ctx, c, func(tx *Tx) ([]byte, error) {
		r, err := act(tx)
		if err != nil {
			return nil, err
		}
		result = r
		if c.Key == "" {
			return nil, nil
		}
		return json.Marshal(r)
	})
	if err == nil && raw != nil {
		var replayed R
		if err := json.Unmarshal(raw, &replayed); err != nil {
			return result, err
		}
		return replayed, nil
	}
	return result, err
}

// Tx is an act's view of its commons: it reads, writes and journals there.
type Tx struct {
	s       *Store
	ctx     context.Context
	commons ID
	tx      *sql.Tx
	now     time.Time
	epoch   int64
	dirty   bool
	entries [][]byte
	first   int64
	after   []func()
}

// write is the lane; replayed is the stored result of an earlier run, if any.
func (s *Store) write(ctx context.Context, c Command, act func(*Tx) ([]byte, error)) (replayed []byte, err error) {
	s.lane.Lock()
	defer s.lane.Unlock()
	sqlTx, err := s.writer.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer sqlTx.Rollback()
	tx := &Tx{s: s, ctx: ctx, commons: c.Commons, tx: sqlTx}
	var clock int64
	err = sqlTx.QueryRowContext(ctx, `INSERT INTO store_lane (commons_id, epoch, entries, clock) VALUES ($1, 0, 0, 0)
		ON CONFLICT (commons_id) DO UPDATE SET clock = store_lane.clock RETURNING epoch, entries, clock`, c.Commons).Scan(&tx.epoch, &tx.first, &clock)
	if err != nil {
		return nil, err
	}
	tx.now = Time(max(Micros(s.Now()), clock+1))
	var digest []byte
	if c.Key != "" {
		ask, err := json.Marshal(c.Ask)
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(ask)
		digest = sum[:]
		var seen, result []byte
		err = sqlTx.QueryRowContext(ctx, `SELECT digest, result FROM store_act WHERE commons_id = $1 AND key = $2`, c.Commons, c.Key).Scan(&seen, &result)
		if err == nil && !bytes.Equal(seen, digest) {
			return nil, fault.Conflictf("store.key_reused", "key", "the idempotency key %q was already used for something else; choose a new one", c.Key)
		}
		if err == nil {
			return result, nil
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return nil, err
		}
	}
	result, err := act(tx)
	if err != nil {
		return nil, err
	}
	if c.Key != "" {
		if _, err := sqlTx.ExecContext(ctx, `INSERT INTO store_act VALUES ($1, $2, $3, $4)`, c.Commons, c.Key, digest, string(result)); err != nil {
			return nil, err
		}
	}
	if s.config.Sealer != nil && len(tx.entries) > 0 {
		if err := s.config.Sealer.Seal(tx, tx.first, tx.entries); err != nil {
			return nil, err
		}
	}
	_, err = sqlTx.ExecContext(ctx, `UPDATE store_lane SET epoch = $2, entries = $3, clock = $4 WHERE commons_id = $1`,
		c.Commons, tx.epoch, tx.first+int64(len(tx.entries)), Micros(tx.now))
	if err != nil {
		return nil, err
	}
	if err := sqlTx.Commit(); err != nil {
		return nil, err
	}
	for _, f := range tx.after {
		f()
	}
	return nil, nil
}

// Context returns the context of the caller of Write.
func (tx *Tx) Context() context.Context { return tx.ctx }

// Commons returns the commons the act happens in.
func (tx *Tx) Commons() ID { return tx.commons }

// Now returns the time of the act: later than that of every earlier act of the commons.
func (tx *Tx) Now() time.Time { return tx.now }

// NewID returns a fresh identifier.
func (tx *Tx) NewID() ID { return NewID() }

// Epoch implements Reader.
func (tx *Tx) Epoch() (int64, bool) { return tx.epoch, tx.dirty }

// Changed starts a new epoch: call it when the act changes what a Memo holds.
func (tx *Tx) Changed() {
	if !tx.dirty {
		tx.epoch, tx.dirty = tx.epoch+1, true
	}
}

// AfterCommit queues f to run once the act is durable; it is dropped when the act fails.
func (tx *Tx) AfterCommit(f func()) { tx.after = append(tx.after, f) }

// Enter appends one entry to the journal of the commons. build gets the
// sequence number the entry will have and returns its canonical bytes. Rooms
// call journal.Append, not this.
func (tx *Tx) Enter(build func(seq int64) ([]byte, error)) (seq int64, err error) {
	seq = tx.first + int64(len(tx.entries))
	b, err := build(seq)
	if err != nil {
		return 0, err
	}
	tx.entries = append(tx.entries, b)
	return seq, nil
}

// Exec runs a statement that changes rows and returns how many; args are $2 and up.
func (tx *Tx) Exec(s *Statement, args ...any) (int64, error) {
	r, err := tx.tx.ExecContext(tx.ctx, s.Text, tx.bind(args)...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// Append adds one row; it is written with others before the next statement
// that names its table, at the latest at the end of the group. Values follow
// the columns of Into.
func (tx *Tx) Append(i *Insert, values ...any) error {
	text := "INSERT INTO " + i.Table + " (commons_id"
	marks := "$1"
	for n, c := range i.Columns {
		text += ", " + c
		marks += ", $" + itoa(n+2)
	}
	_, err := tx.tx.ExecContext(tx.ctx, text+") VALUES ("+marks+")", tx.bind(values)...)
	return err
}

// Query implements Reader.
func (tx *Tx) Query(s *Statement, args ...any) (*sql.Rows, error) {
	return tx.tx.QueryContext(tx.ctx, s.Text, tx.bind(args)...)
}

// QueryRow implements Reader.
func (tx *Tx) QueryRow(s *Statement, args ...any) Row {
	return tx.tx.QueryRowContext(tx.ctx, s.Text, tx.bind(args)...)
}

func (tx *Tx) store() *Store { return tx.s }

func (tx *Tx) bind(args []any) []any { return append([]any{tx.commons}, args...) }
