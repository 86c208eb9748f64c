package store

import "sync"

// Memo remembers what acts and pages read again and again and what seldom
// changes (settings, members, kinds, policies): one value per commons, good
// for one epoch. An act that changes it calls Tx.Changed, which starts a new
// epoch for every process that shares the database.
type Memo[T any] struct {
	load func(Reader) (T, error)
	mu   sync.RWMutex
	held map[memoKey]memoEntry[T]
}

type memoKey struct {
	store   *Store
	commons ID
}

type memoEntry[T any] struct {
	epoch int64
	value T
}

// NewMemo returns a Memo that fills itself by load. The value must not be
// changed after load returned it: it is shared by concurrent readers.
func NewMemo[T any](load func(Reader) (T, error)) *Memo[T] {
	return &Memo[T]{load: load, held: map[memoKey]memoEntry[T]{}}
}

// Get returns the value of the reader's commons at the reader's epoch.
func (m *Memo[T]) Get(r Reader) (T, error) {
	epoch, dirty := r.Epoch()
	if dirty { // the act sees its own change; nobody else may, yet
		return m.load(r)
	}
	key := memoKey{r.store(), r.Commons()}
	m.mu.RLock()
	e, ok := m.held[key]
	m.mu.RUnlock()
	if ok && e.epoch == epoch {
		return e.value, nil
	}
	v, err := m.load(r)
	if err != nil {
		return v, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if e, ok := m.held[key]; !ok || e.epoch < epoch {
		m.held[key] = memoEntry[T]{epoch, v}
	}
	return v, nil
}
