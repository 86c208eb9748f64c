package job

import (
	"context"
	"time"

	"commonweal/platform/store"
)

// heard is the last that this process heard of a run which another one holds.
type heard struct {
	worker store.ID
	beats  int64
	at     time.Time // by the watch of this process, which nobody sets
}

// silence returns how long a run must still be silent before this process may
// take it: nothing when nobody holds it, when this process does (and has lost
// sight of it), or when whoever did cannot be alive.
//
// A process cannot know when another one last spoke, only how long it has
// heard nothing itself: it waits that long, whatever the clocks of the two say.
func (r *Runner) silence(run Run) time.Duration {
	if run.worker == "" || run.worker == r.worker || r.config.Alone {
		return 0
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	last, known := r.heard[run.ID]
	if !known || last.worker != run.worker || last.beats != run.beats {
		last = heard{run.worker, run.beats, time.Now()}
		r.heard[run.ID] = last
	}
	return max(0, r.config.Silence-time.Since(last.at))
}

// forget drops what was heard of runs that are not open any more.
func (r *Runner) forget(open map[store.ID]bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for id := range r.heard {
		if !open[id] {
			delete(r.heard, id)
		}
	}
}

// sweep queues every run that nobody holds: new ones of other processes, and
// those whose worker died. It returns when to look again.
func (r *Runner) sweep(ctx context.Context) (again time.Duration, err error) {
	again = r.config.Sweep
	if r.config.Commons == nil {
		return again, nil
	}
	commons, err := r.config.Commons(ctx)
	if err != nil {
		return again, err
	}
	seen := map[store.ID]bool{}
	for _, c := range commons { // each commons is a reading of its own: there is no statement across them
		var open []Run
		err := r.config.Store.Read(ctx, c, func(s *store.Snapshot) (err error) {
			open, err = Open(s)
			return err
		})
		if err != nil {
			return again, err
		}
		for _, run := range open {
			seen[run.ID] = true
			if wait := r.silence(run); wait > 0 {
				again = min(again, wait)
				continue
			}
			r.enqueue(place{c, run.ID, run.Kind})
		}
	}
	r.forget(seen)
	return again, nil
}
