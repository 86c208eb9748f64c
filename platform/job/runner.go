package job

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// Config says what a runner works on.
type Config struct {
	Store *store.Store
	// Commons lists every commons of the host, to find what another process,
	// or an earlier life of this one, left behind.
	Commons func(ctx context.Context) ([]store.ID, error)
	// Alone says that no other process can be at work on the database
	// (store.Exclusive): what one left behind is taken up at once.
	Alone   bool
	Workers int // 2 when 0
	// Ended, when set, does what has to be done when a run has ended, however it
	// did, in the act that ends it.
	Ended   func(tx *store.Tx, run store.ID) error
	Sweep   time.Duration // how often to look for what was left behind; 15 s when 0
	Silence time.Duration // how long a worker of another process may say nothing; 15 s when 0
	Log     *slog.Logger
}

// Runner works on runs. Add the kinds, then call Work.
type Runner struct {
	config Config
	worker store.ID // this process
	kinds  map[string]Kind
	wake   chan struct{}

	mu      sync.Mutex
	queue   []place
	running map[store.ID]*Task // taken up by this process; nil until it holds the run
	busy    map[string]int     // how many of a kind are taken up
	heard   map[store.ID]heard // of runs that other processes hold
}

// place is where a run stands.
type place struct {
	commons, id store.ID
	kind        string
}

// NewRunner returns a runner without kinds.
func NewRunner(c Config) *Runner {
	if c.Workers == 0 {
		c.Workers = 2
	}
	if c.Sweep == 0 {
		c.Sweep = 15 * time.Second
	}
	if c.Silence == 0 {
		c.Silence = 15 * time.Second
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	return &Runner{config: c, worker: store.NewID(), kinds: map[string]Kind{}, wake: make(chan struct{}, 1), running: map[store.ID]*Task{}, busy: map[string]int{}, heard: map[store.ID]heard{}}
}

// Add registers kinds; two of one name are a bug.
func (r *Runner) Add(kinds ...Kind) {
	for _, k := range kinds {
		if _, twice := r.kinds[k.Name]; twice || k.Run == nil {
			panic("job: kind " + k.Name + " is registered twice or cannot run")
		}
		r.kinds[k.Name] = k
	}
}

// Start begins a run within an act: it will run once the act is durable. args
// is what its kind reads with Task.Args.
func (r *Runner) Start(tx *store.Tx, who auth.Identity, kind string, args any) (store.ID, error) {
	if _, ok := r.kinds[kind]; !ok {
		return "", fmt.Errorf("job: nobody registered the kind %q", kind)
	}
	raw, err := json.Marshal(args)
	if err != nil {
		return "", err
	}
	by := who.Account
	if by == "" {
		by = store.Host
	}
	id := tx.NewID()
	if _, err := tx.Exec(insertRun, id, kind, by, string(raw), false, store.Micros(tx.Now())); err != nil {
		return "", err
	}
	p := place{tx.Commons(), id, kind}
	tx.AfterCommit(func() { r.enqueue(p) })
	return id, nil
}

// Cancel asks a run to stop, within an act. A run that waits is canceled at
// once; one that has ended stays as it is: job.ended.
func (r *Runner) Cancel(tx *store.Tx, id store.ID) error {
	n, err := tx.Exec(cancelWaiting, id, true, store.Micros(tx.Now()))
	if err != nil {
		return err
	}
	if n > 0 {
		return r.ended(tx, id)
	}
	if n, err = tx.Exec(cancelRun, id, true); err != nil {
		return err
	}
	if n == 0 {
		return fault.Conflictf("job.ended", "", "this has already ended and cannot be canceled any more")
	}
	tx.AfterCommit(func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		if t := r.running[id]; t != nil {
			t.cancel(errCanceled)
		}
	})
	return nil
}

var errCanceled = errors.New("canceled")

func (r *Runner) ended(tx *store.Tx, id store.ID) error {
	if r.config.Ended == nil {
		return nil
	}
	return r.config.Ended(tx, id)
}

func (r *Runner) enqueue(places ...place) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, p := range places {
		if _, busy := r.running[p.id]; !busy && !slices.Contains(r.queue, p) {
			r.queue = append(r.queue, p)
		}
	}
	r.signal()
}

// signal wakes one idle worker; the one woken wakes the next while there is work.
func (r *Runner) signal() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// Work runs what waits until the context ends, then gives back what it was
// doing and returns.
func (r *Runner) Work(ctx context.Context) error {
	var workers sync.WaitGroup
	for range r.config.Workers {
		workers.Go(func() { r.serve(ctx) })
	}
	defer workers.Wait()
	for {
		again, err := r.sweep(ctx)
		if err != nil && ctx.Err() == nil {
			r.config.Log.Error("job: looking for runs left behind", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(again):
		}
	}
}

// serve is one worker.
func (r *Runner) serve(ctx context.Context) {
	for {
		p, more, ok := r.next()
		if !ok {
			select {
			case <-ctx.Done():
				return
			case <-r.wake:
			}
			continue
		}
		if more {
			r.signal()
		}
		if err := r.take(ctx, p); err != nil && ctx.Err() == nil {
			r.config.Log.Error("job: run", "id", p.id, "commons", p.commons, "error", err)
		}
	}
}

// next takes the oldest place off the queue whose kind has room; more says
// that others wait.
func (r *Runner) next() (p place, more, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	i := slices.IndexFunc(r.queue, func(p place) bool {
		most := r.kinds[p.kind].AtOnce
		return most == 0 || r.busy[p.kind] < most
	})
	if i < 0 {
		return place{}, false, false
	}
	p = r.queue[i]
	r.queue = slices.Delete(r.queue, i, i+1)
	r.running[p.id] = nil
	r.busy[p.kind]++
	return p, len(r.queue) > 0, true
}

// left makes room for the next run of the kind.
func (r *Runner) left(p place) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.running, p.id)
	r.busy[p.kind]--
	r.signal()
}
