package job

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// Task is a run as the code that does it sees it.
type Task struct {
	Run    Run
	Store  *store.Store
	runner *Runner
	cancel context.CancelCauseFunc

	mu      sync.Mutex
	done    int64
	total   int64
	message string
}

// Args reads what Start was given.
func (t *Task) Args(v any) error { return json.Unmarshal(t.Run.Args, v) }

// Progress says how far the work is. It costs nothing: it is written down
// twice a second. total is 0 when nobody knows. message is a message key, or a
// name that is the same in every language.
func (t *Task) Progress(done, total int64, message string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.done, t.total, t.message = max(0, done), max(0, total), message
}

func (t *Task) progress() (done, total int64, message string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.done, t.total, t.message
}

// Save writes a checkpoint within an act of the run's commons, so that work
// and checkpoint are durable together. It fails when another worker has taken
// the run over.
func (t *Task) Save(tx *store.Tx, v any) error {
	if tx.Commons() != t.Run.Commons {
		return fmt.Errorf("job: a checkpoint belongs to an act of its own commons")
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return err
	}
	n, err := tx.Exec(saveRun, t.Run.ID, t.runner.worker, string(raw))
	if err == nil && n == 0 {
		err = errLost
	}
	return err
}

// Saved reads the last checkpoint; false when there is none yet.
func (t *Task) Saved(v any) (bool, error) {
	if len(t.Run.saved) == 0 {
		return false, nil
	}
	return true, json.Unmarshal(t.Run.saved, v)
}

var (
	errLost = errors.New("job: another worker has taken this run over")
)

// take claims a run and does it.
func (r *Runner) take(ctx context.Context, p place) error {
	defer r.left(p)
	run, err := store.Write(ctx, r.config.Store, store.Command{Commons: p.commons}, func(tx *store.Tx) (Run, error) {
		before, found, err := Find(tx, p.id)
		if err != nil || !found || before.State.Final() {
			return Run{}, err
		}
		if r.silence(before) > 0 {
			return Run{}, nil
		}
		_, err = tx.Exec(claimRun, p.id, r.worker)
		return before, err
	})
	if err != nil || run.ID == "" {
		return err
	}
	return r.do(ctx, run)
}

// do works on a run that this process holds, and ends it.
func (r *Runner) do(ctx context.Context, run Run) error {
	work, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	t := &Task{Run: run, Store: r.config.Store, runner: r, cancel: cancel, done: run.Done, total: run.Total, message: run.Message}
	r.mu.Lock()
	r.running[run.ID] = t
	r.mu.Unlock()
	if run.Canceling {
		cancel(errCanceled)
	}
	report, err := r.attempt(work, t)
	switch cause := context.Cause(work); {
	case errors.Is(cause, errLost) || errors.Is(err, errLost):
		return nil // whoever took it over ends it
	case err != nil && errors.Is(cause, errCanceled):
		return r.end(ctx, t, Canceled, report)
	case err != nil && ctx.Err() != nil:
		return r.release(ctx, t)
	case err != nil:
		return r.end(ctx, t, Failed, r.blame(t, err))
	}
	return r.end(ctx, t, Done, report)
}

// attempt runs the kind's code beside its heartbeat.
func (r *Runner) attempt(ctx context.Context, t *Task) (report Report, err error) {
	kind, known := r.kinds[t.Run.Kind]
	switch {
	case !known:
		return report, fault.New(fault.Unavailable, "job.unknown_kind", "", "this program does not know how to do %q", t.Run.Kind)
	case ctx.Err() != nil:
		return report, context.Cause(ctx)
	case t.Run.State == Running && !kind.Resumes:
		return report, errInterrupted
	}
	beat, stop := context.WithCancel(ctx)
	var heart sync.WaitGroup
	heart.Go(func() { r.beat(beat, t) })
	defer heart.Wait()
	defer stop()
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return kind.Run(ctx, t)
}

// beatEvery is how often progress is written down.
const beatEvery = 500 * time.Millisecond

// beat writes progress, lets other processes know that this one is alive, and
// hears of a cancel that another process took.
func (r *Runner) beat(ctx context.Context, t *Task) {
	tick := time.NewTicker(beatEvery)
	defer tick.Stop()
	var last struct {
		done, total int64
		message     string
		at          time.Time
	}
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-tick.C:
			done, total, message := t.progress()
			if done == last.done && total == last.total && message == last.message && now.Sub(last.at) < r.config.Silence/6 {
				continue // nothing new, and it was heard of lately
			}
			if err := r.say(ctx, t); err != nil {
				r.config.Log.Warn("job: writing progress", "id", t.Run.ID, "error", err)
				continue
			}
			last.done, last.total, last.message, last.at = done, total, message, now
		}
	}
}

func (r *Runner) say(ctx context.Context, t *Task) error {
	done, total, message := t.progress()
	run, err := store.Write(ctx, r.config.Store, store.Command{Commons: t.Run.Commons}, func(tx *store.Tx) (Run, error) {
		n, err := tx.Exec(beatRun, t.Run.ID, r.worker, done, total, message)
		if err != nil || n == 0 {
			return Run{}, err
		}
		run, _, err := Find(tx, t.Run.ID)
		return run, err
	})
	switch {
	case err != nil:
		return err
	case run.ID == "":
		t.cancel(errLost)
	case run.Canceling:
		t.cancel(errCanceled)
	}
	return nil
}

// end writes the final state, even when the program is being stopped.
func (r *Runner) end(ctx context.Context, t *Task, state State, report Report) error {
	raw, err := json.Marshal(report)
	if err != nil {
		return err
	}
	done, total, message := t.progress()
	ctx = context.WithoutCancel(ctx)
	_, err = store.Write(ctx, r.config.Store, store.Command{Commons: t.Run.Commons}, func(tx *store.Tx) (int64, error) {
		n, err := tx.Exec(endRun, t.Run.ID, r.worker, string(state), done, total, message, string(raw), store.Micros(tx.Now()))
		if err == nil && n > 0 {
			err = r.ended(tx, t.Run.ID)
		}
		return n, err
	})
	return err
}

// release gives the run back: it goes on at the next start, or is failed as
// interrupted when its kind cannot.
func (r *Runner) release(ctx context.Context, t *Task) error {
	if !r.kinds[t.Run.Kind].Resumes {
		return r.end(ctx, t, Failed, Report{Faults: fault.List{errInterrupted}})
	}
	_, err := store.Write(context.WithoutCancel(ctx), r.config.Store, store.Command{Commons: t.Run.Commons}, func(tx *store.Tx) (int64, error) {
		return tx.Exec(releaseRun, t.Run.ID, r.worker)
	})
	return err
}

// blame turns an error into the report of a failed run.
func (r *Runner) blame(t *Task, err error) Report {
	var list fault.List
	if errors.As(err, &list) {
		return Report{Faults: list}
	}
	if e := fault.As(err); e != nil {
		return Report{Faults: fault.List{e}}
	}
	id := string(t.Run.ID)
	r.config.Log.Error("job: internal error", "id", id, "kind", t.Run.Kind, "error", err)
	return Report{ErrorID: id}
}
