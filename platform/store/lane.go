package store

import (
	"context"
	"crypto/sha256"
	"errors"
	"runtime/debug"
	"sync/atomic"
	"time"

	"commonweal/platform/fault"
)

const (
	maxWaiting = 20_000 // calls that may wait in one lane; more are turned away
	maxGroup   = 1_000  // calls that share one transaction
	minGather  = 4      // callers answered at once from which on it pays to wait for them
	maxGather  = time.Millisecond
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

	answered bool // only its lane looks at it

	// Set before done is sent.
	replayed string
	err      error
	panicked *panicked
}

// claim makes the claimant the one who decides the fate of the call.
func (c *call) claim() bool { return c.claimed.CompareAndSwap(false, true) }

// answer tells the caller the outcome.
func (c *call) answer(o outcome) {
	c.replayed, c.err, c.panicked, c.answered = o.replayed, o.err, o.panicked, true
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
	spare   []*call       // the array of the group before, used again
	want    int           // wake the runner when so many wait; 0 means never
	wake    chan struct{} // one signal fits in
}

func errClosed() error {
	return fault.New(fault.Unavailable, "store.closed", "", "the database is being closed; try again later")
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
		l = &lane{wake: make(chan struct{}, 1)}
		s.lanes[id] = l
		s.idle.Add(1)
		go s.serve(id, l)
	}
	if len(l.waiting) >= maxWaiting {
		return fault.New(fault.Unavailable, "store.busy", "", "%d acts are already waiting; try again later", len(l.waiting))
	}
	l.waiting = append(l.waiting, c)
	if l.want > 0 && len(l.waiting) >= l.want {
		l.want = 0
		l.wake <- struct{}{}
	}
	return nil
}

// serve runs a lane until nothing waits in it.
func (s *Store) serve(id ID, l *lane) {
	var calls []*call
	more := true
	defer func() {
		if !more {
			s.idle.Done()
			return
		}
		// An act ended this goroutine by runtime.Goexit, as t.FailNow does.
		for _, c := range calls {
			if !c.answered {
				c.answer(outcome{err: errors.New("store: an act ended the goroutine of its lane")})
			}
		}
		go s.serve(id, l)
	}()
	for {
		if calls, more = s.take(id, l); !more {
			return
		}
		begun := time.Now()
		s.settle(calls)
		s.gather(l, len(calls), time.Since(begun))
	}
}

// gather waits a little for the callers who were just answered to come back:
// without it groups swing between nearly all callers and the few who came too
// late for the group before, and every second commit is for those few.
func (s *Store) gather(l *lane, answered int, took time.Duration) {
	s.mu.Lock()
	callers := answered + len(l.waiting)
	want := callers - callers/4
	if answered < minGather || len(l.waiting) >= want {
		s.mu.Unlock()
		return
	}
	l.want = want
	s.mu.Unlock()
	timer := time.NewTimer(min(took/4, maxGather))
	defer timer.Stop()
	select {
	case <-l.wake:
	case <-timer.C:
		s.mu.Lock()
		defer s.mu.Unlock()
		if l.want == 0 { // woken at the same time
			<-l.wake
		}
		l.want = 0
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
