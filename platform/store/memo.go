package store

// Memo remembers what acts and pages read again and again and what seldom
// changes (settings, members, kinds, policies): one value per commons, good
// for one epoch. An act that changes it calls Tx.Changed, which starts a new
// epoch for every process that shares the database: the epoch stands in the
// commons' row of store_lane, which acts lock and snapshots read.
type Memo[T any] struct {
	load func(Reader) (T, error)
}

type memoKey struct {
	memo    any
	commons ID
}

type memoEntry[T any] struct {
	epoch int64
	value T
}

// groupMemo is a value loaded while acts of a group changed the epoch; it is
// good until the next change.
type groupMemo struct {
	dirty int
	value any // *memoEntry of the Memo's type
}

// NewMemo returns a Memo that fills itself by load. The value must not be
// changed after load returned it: it is shared by concurrent readers.
func NewMemo[T any](load func(Reader) (T, error)) *Memo[T] { return &Memo[T]{load: load} }

// Get returns the value of the reader's commons at the reader's epoch.
func (m *Memo[T]) Get(r Reader) (T, error) {
	epoch, dirty := r.Epoch()
	if dirty {
		return m.uncommitted(r)
	}
	s, key := r.store(), memoKey{m, r.Commons()}
	held, ok := s.memos.Load(key)
	if ok && held.(*memoEntry[T]).epoch == epoch {
		return held.(*memoEntry[T]).value, nil
	}
	v, err := m.load(r)
	if err != nil {
		return v, err
	}
	if tx, isTx := r.(*Tx); isTx && tx.changing() {
		return v, nil // it may have loaded rows of its own that never become durable
	}
	if !ok || held.(*memoEntry[T]).epoch < epoch {
		s.memos.Store(key, &memoEntry[T]{epoch, v})
	}
	return v, nil
}

// uncommitted loads for an act that changed the value, or that runs in one
// group with such an act: nobody else may see it yet.
func (m *Memo[T]) uncommitted(r Reader) (T, error) {
	tx, ok := r.(*Tx)
	if !ok || tx.dirty { // the act may go on changing what it loads
		return m.load(r)
	}
	if e, ok := tx.h.memos[m]; ok && e.dirty == tx.h.dirty {
		return e.value.(*memoEntry[T]).value, nil
	}
	v, err := m.load(r)
	if err == nil && !tx.changing() {
		if tx.h.memos == nil {
			tx.h.memos = map[any]groupMemo{}
		}
		tx.h.memos[m] = groupMemo{tx.h.dirty, &memoEntry[T]{tx.h.epoch, v}}
	}
	return v, err
}
