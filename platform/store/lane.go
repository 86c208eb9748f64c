package store

import (
	"context"
	"crypto/sha256"
	"runtime/debug"
	"sync/atomic"

	"commonweal/platform/fault"
)

const (
	maxWaiting = 20_000 // calls that may wait in one lane; more are turned away
	maxGroup   = 1_000  // calls that share one transaction
)

// call is one act that waits for its turn, and then its outcome.
type call struct {
	ctx     context.Context
	commons ID
	key     string
	digest  [sha256.Size]byte
	act     func(*Tx) ([]byte, error)
	claimed atomic.Bool // by its lane, which then answers it, or by a caller who leaves
	done    chan struct{}

	// Set before done is sent.
	replayed string
	err      error
	panicked *panicked
}

// claim makes the claimant the one who decides the fate of the call.
func (c *call) claim() bool { return c.claimed.CompareAndSwap(false, true) }

// answer tells the caller the outcome.
func (c *call) answer(o outcome) {
	c.replayed, c.err, c.panicked = o.replayed, o.err, o.panicked
	c.done <- struct{}{}
}

// outcome is what became of a call in an attempt.
type outcome struct {
	replayed string
	err      error
	panicked *panicked
}

// panicked is a panic caught in an act.
type panicked struct {
	value any
	stack string
}

func caught(value any) *panicked { return &panicked{value, string(debug.Stack())} }

// lane is the calls that wait for one runner. On SQLite one lane serves all
// commons, because the file has one writer; on PostgreSQL each commons has its
// own. A runner lives as long as calls wait.
type lane struct {
	waiting []*call
	spare   []*call // the array of the group before, used again
}

// enqueue puts the call at the end of its lane and sees that the lane runs.
func (s *Store) enqueue(c *call) error {
	id := s.engine.lane(c.commons)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return errClosed()
	}
	l, running := s.lanes[id]
	if !running {
		l = &lane{}
		s.lanes[id] = l
		s.idle.Add(1)
		go s.serve(id, l)
	}
	if len(l.waiting) >= maxWaiting {
		return fault.New(fault.Unavailable, "store.busy", "", "%d acts are already waiting; try again later", len(l.waiting))
	}
	l.waiting = append(l.waiting, c)
	return nil
}

// serve runs a lane until nothing waits in it.
func (s *Store) serve(id ID, l *lane) {
	defer s.idle.Done()
	for {
		calls, more := s.take(id, l)
		if !more {
			return
		}
		s.settle(calls)
	}
}

// take claims the next group of calls; a lane in which nothing waits is retired.
func (s *Store) take(id ID, l *lane) (calls []*call, more bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(l.waiting) == 0 {
		delete(s.lanes, id)
		return nil, false
	}
	n := min(len(l.waiting), maxGroup)
	calls = l.spare[:0]
	for _, c := range l.waiting[:n] {
		if c.claim() {
			calls = append(calls, c)
		}
	}
	rest := copy(l.waiting, l.waiting[n:])
	clear(l.waiting[rest:])
	l.waiting, l.spare = l.waiting[:rest], calls
	return calls, true
}
