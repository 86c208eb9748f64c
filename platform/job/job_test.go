package job

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"commonweal/platform/auth"
	"commonweal/platform/commons"
	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/store"
	"commonweal/platform/store/storetest"
)

const circle store.ID = "01890000-0000-7000-8000-00000000000c"

const (
	mira store.ID = "01890000-0000-7000-8000-0000000000a1"
	noor store.ID = "01890000-0000-7000-8000-0000000000a2"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// schemas are what the statements of this program, auth's included, stand on.
var schemas = []store.Schema{journal.Schema, auth.Schema, commons.Schema, Schema}

func TestStatementsOnBothEngines(t *testing.T) { storetest.Guard(t, schemas...) }

// each runs a body with a fresh database of each engine.
func each(t *testing.T, body func(*testing.T, *store.Store)) {
	t.Helper()
	t.Parallel() // most of a test is waiting
	storetest.Each(t, func() store.Config { return store.Config{Schemas: schemas} }, body)
}

func newRunner(db *store.Store, kinds ...Kind) *Runner {
	r := NewRunner(Config{Store: db, Sweep: 20 * time.Millisecond, Silence: 3 * time.Second, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Commons: func(context.Context) ([]store.ID, error) { return []store.ID{circle}, nil }})
	r.Add(kinds...)
	return r
}

// work runs the runner until the returned function is called, which waits for it.
func work(t *testing.T, r *Runner) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); _ = r.Work(ctx) }()
	return sync.OnceFunc(func() { cancel(); <-ended })
}

func start(t *testing.T, r *Runner, kind string, args any) store.ID {
	t.Helper()
	id, err := store.Write(t.Context(), r.config.Store, store.Command{Commons: circle}, func(tx *store.Tx) (store.ID, error) {
		return r.Start(tx, auth.Identity{Account: mira, Commons: circle}, kind, args)
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func look(t *testing.T, db *store.Store, id store.ID) Run {
	t.Helper()
	var run Run
	err := db.Read(t.Context(), circle, func(s *store.Snapshot) (err error) {
		run, _, err = Find(s, id)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return run
}

// await waits until the run satisfies the condition.
func await(t *testing.T, db *store.Store, id store.ID, what string, ok func(Run) bool) Run {
	t.Helper()
	var run Run
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if run = look(t, db, id); ok(run) {
			return run
		}
	}
	t.Fatalf("waiting for %s: the run is %+v", what, run)
	return run
}

func ended(r Run) bool { return r.State.Final() }

func TestRunReportsWhatItDid(t *testing.T) {
	each(t, func(t *testing.T, db *store.Store) {
		r := newRunner(db, Kind{Name: "trial.count", Run: func(_ context.Context, k *Task) (Report, error) {
			var args struct{ Rows int64 }
			if err := k.Args(&args); err != nil {
				return Report{}, err
			}
			k.Progress(args.Rows, args.Rows, "counted")
			return Report{Summary: "all counted", Facts: []Fact{Count("trial.rows", 12)}}, nil
		}})
		defer work(t, r)()
		run := await(t, db, start(t, r, "trial.count", map[string]int{"Rows": 12}), "the end", ended)
		if run.State != Done || run.Done != 12 || run.Total != 12 || run.Message != "counted" || run.Report.Summary != "all counted" || run.Finished.IsZero() {
			t.Errorf("the run ended as %+v", run)
		}
	})
}

func TestInvariant1RunOfAFailedActDoesNotExist(t *testing.T) {
	each(t, func(t *testing.T, db *store.Store) {
		var ran atomic.Int64
		r := newRunner(db, Kind{Name: "trial.count", Run: func(context.Context, *Task) (Report, error) { ran.Add(1); return Report{}, nil }})
		defer work(t, r)()
		var id store.ID
		_, err := store.Write(t.Context(), db, store.Command{Commons: circle}, func(tx *store.Tx) (store.ID, error) {
			id, _ = r.Start(tx, auth.Identity{Account: mira}, "trial.count", nil)
			return id, fault.Invalidf("trial.no", "", "the act failed after all")
		})
		if fault.CodeOf(err) != "trial.no" {
			t.Fatal(err)
		}
		await(t, db, start(t, r, "trial.count", nil), "a later run", ended)
		if got := look(t, db, id); got.ID != "" || ran.Load() != 1 {
			t.Errorf("the run of the failed act is %+v; %d ran", got, ran.Load())
		}
	})
}

func TestInvariant2TwoProcessesDoEachRunOnce(t *testing.T) {
	each(t, func(t *testing.T, db *store.Store) {
		var mu sync.Mutex
		times := map[store.ID]int{}
		kind := Kind{Name: "trial.once", Run: func(_ context.Context, k *Task) (Report, error) {
			mu.Lock()
			defer mu.Unlock()
			times[k.Run.ID]++
			return Report{}, nil
		}}
		one, two := newRunner(db, kind), newRunner(db, kind)
		defer work(t, one)()
		defer work(t, two)()
		var ids []store.ID
		for range 40 {
			ids = append(ids, start(t, one, "trial.once", nil))
		}
		for _, id := range ids {
			await(t, db, id, "the end", ended)
			mu.Lock()
			if times[id] != 1 {
				t.Errorf("run %s ran %d times", id, times[id])
			}
			mu.Unlock()
		}
	})
}

func TestInvariant3Cancel(t *testing.T) {
	each(t, func(t *testing.T, db *store.Store) {
		r := newRunner(db, Kind{Name: "trial.slow", Run: func(ctx context.Context, k *Task) (Report, error) {
			k.Progress(1, 2, "half")
			<-ctx.Done()
			return Report{Summary: "stopped in the middle"}, ctx.Err()
		}})
		waiting := start(t, r, "trial.slow", nil) // nobody works yet
		if err := r.askCancel(t.Context(), circle, waiting); err != nil {
			t.Fatal(err)
		}
		if run := look(t, db, waiting); run.State != Canceled || run.Done != 0 {
			t.Errorf("canceled before its turn: %+v", run)
		}
		defer work(t, r)()
		running := start(t, r, "trial.slow", nil)
		await(t, db, running, "progress", func(r Run) bool { return r.Message == "half" })
		if err := r.askCancel(t.Context(), circle, running); err != nil {
			t.Fatal(err)
		}
		if run := await(t, db, running, "the end", ended); run.State != Canceled || run.Report.Summary != "stopped in the middle" {
			t.Errorf("canceled while running: %+v", run)
		}
		if err := r.askCancel(t.Context(), circle, running); fault.CodeOf(err) != "job.ended" {
			t.Errorf("canceling what has ended: %v", err)
		}
	})
}

// What has to be done at the end of a run is done in the act that ends it, once,
// however it ended.
func TestInvariant3TheEndIsToldOnce(t *testing.T) {
	each(t, func(t *testing.T, db *store.Store) {
		r := newRunner(db,
			Kind{Name: "trial.do", Run: func(context.Context, *Task) (Report, error) { return Report{}, nil }},
			Kind{Name: "trial.fail", Run: func(context.Context, *Task) (Report, error) { return Report{}, errors.New("no") }},
			Kind{Name: "trial.stop", Run: func(ctx context.Context, _ *Task) (Report, error) { <-ctx.Done(); return Report{}, ctx.Err() }})
		var told sync.Map
		r.config.Ended = func(tx *store.Tx, id store.ID) error {
			run, _, err := Find(tx, id)
			if _, twice := told.LoadOrStore(id, run.State); twice || !run.State.Final() {
				t.Errorf("the end of %+v is told; told before: %v", run, twice)
			}
			return err
		}
		never := start(t, r, "trial.do", nil)
		if err := r.askCancel(t.Context(), circle, never); err != nil {
			t.Fatal(err)
		}
		defer work(t, r)()
		for kind, want := range map[string]State{"trial.do": Done, "trial.fail": Failed, "trial.stop": Canceled} {
			id := start(t, r, kind, nil)
			if want == Canceled {
				await(t, db, id, "its turn", func(r Run) bool { return r.State == Running })
				if err := r.askCancel(t.Context(), circle, id); err != nil {
					t.Fatal(err)
				}
			}
			await(t, db, id, "the end", ended)
			if got, _ := told.Load(id); got != want {
				t.Errorf("%s: told as %v", kind, got)
			}
		}
		if got, _ := told.Load(never); got != Canceled {
			t.Errorf("canceled before its turn: told as %v", got)
		}
	})
}

func TestFailures(t *testing.T) {
	each(t, func(t *testing.T, db *store.Store) {
		fail := func(err error) func(context.Context, *Task) (Report, error) {
			return func(context.Context, *Task) (Report, error) { return Report{}, err }
		}
		r := newRunner(db,
			Kind{Name: "trial.lines", Run: fail(fault.List{fault.Invalidf("trial.bad", "hours", "25 hours").AtLine(3), fault.Invalidf("trial.bad", "day", "no day").AtLine(9)})},
			Kind{Name: "trial.bug", Run: fail(errors.New("secret detail"))},
			Kind{Name: "trial.panic", Run: func(context.Context, *Task) (Report, error) { panic("a bug") }})
		defer work(t, r)()
		lines := await(t, db, start(t, r, "trial.lines", nil), "the end", ended)
		if lines.State != Failed || len(lines.Report.Faults) != 2 || lines.Report.Faults[1].Line != 9 {
			t.Errorf("a file with two bad lines: %+v", lines.Report)
		}
		for _, kind := range []string{"trial.bug", "trial.panic"} {
			run := await(t, db, start(t, r, kind, nil), "the end", ended)
			if run.State != Failed || run.Report.ErrorID == "" || len(run.Report.Faults) != 0 {
				t.Errorf("%s: %+v", kind, run.Report)
			}
		}
	})
}

// die leaves a run as another process leaves it that is killed while working.
func die(t *testing.T, db *store.Store, id store.ID) {
	t.Helper()
	_, err := store.Write(t.Context(), db, store.Command{Commons: circle}, func(tx *store.Tx) (int64, error) {
		return tx.Exec(claimRun, id, store.NewID())
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestInvariant4AfterACrash(t *testing.T) {
	each(t, func(t *testing.T, db *store.Store) {
		var ran atomic.Int64
		once := Kind{Name: "trial.once", Run: func(context.Context, *Task) (Report, error) { ran.Add(1); return Report{}, nil }}
		r := newRunner(db, once, counting(5, nil))
		cut, going := start(t, r, "trial.once", nil), start(t, r, "trial.count", nil)
		die(t, db, cut)
		die(t, db, going)
		defer work(t, r)()
		if run := await(t, db, cut, "the end", ended); run.State != Failed || run.Report.Faults[0].Code != "job.interrupted" || ran.Load() != 0 {
			t.Errorf("a run that cannot go on: %+v, ran %d times", run, ran.Load())
		}
		if run := await(t, db, going, "the end", ended); run.State != Done || run.Report.Summary != "steps 0 1 2 3 4" {
			t.Errorf("a run that goes on: %+v", run)
		}
	})
}

// A worker that is alive keeps its run, whatever it says of its progress, and
// one that is not loses it, whatever the machines' clocks say meanwhile.
func TestInvariant2OnlyTheSilentLoseTheirRuns(t *testing.T) {
	t.Parallel()
	var ahead atomic.Int64
	config := func() store.Config {
		return store.Config{Schemas: schemas, Clock: func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }}
	}
	storetest.Each(t, config, func(t *testing.T, db *store.Store) {
		begun, finish := make(chan struct{}), make(chan struct{})
		var runs atomic.Int64
		quiet := Kind{Name: "trial.count", Resumes: true, Run: func(ctx context.Context, task *Task) (Report, error) {
			if runs.Add(1) > 1 { // whoever takes the run of the dead over does it to its end
				return counting(2, nil).Run(ctx, task)
			}
			close(begun)
			select {
			case <-finish:
				return Report{Summary: "by the first"}, nil
			case <-ctx.Done():
				return Report{}, ctx.Err()
			}
		}}
		first, second := newRunner(db, quiet), newRunner(db, counting(2, nil))
		defer work(t, first)()
		held := start(t, first, "trial.count", nil)
		<-begun
		dead := start(t, second, "trial.count", nil)
		die(t, db, dead)
		defer work(t, second)()
		for _, jump := range []time.Duration{24 * time.Hour, -24 * time.Hour, 0} {
			ahead.Store(int64(jump))
			time.Sleep(second.config.Silence / 2)
		}
		ahead.Store(int64(-24 * time.Hour))
		if run := await(t, db, dead, "another to take over", ended); run.State != Done || run.Report.Summary != "steps 0 1" {
			t.Errorf("the run of the dead ended as %+v", run)
		}
		if run := look(t, db, held); run.State != Running {
			t.Errorf("the run of the living is %+v", run)
		}
		close(finish)
		if run := await(t, db, held, "the end", ended); run.State != Done || run.Report.Summary != "by the first" {
			t.Errorf("the run of the living ended as %+v", run)
		}
	})
}

// Where no other process can be alive nobody waits for a sign of life.
func TestInvariant4AfterACrashAlone(t *testing.T) {
	each(t, func(t *testing.T, db *store.Store) {
		r := newRunner(db, counting(3, nil))
		r.config.Alone, r.config.Silence = true, time.Hour
		id := start(t, r, "trial.count", nil)
		die(t, db, id)
		defer work(t, r)()
		if run := await(t, db, id, "the end", ended); run.State != Done {
			t.Errorf("%+v", run)
		}
	})
}

func TestInvariant4StoppedRunGoesOnFromItsCheckpoint(t *testing.T) {
	each(t, func(t *testing.T, db *store.Store) {
		reached := make(chan struct{})
		first := newRunner(db, counting(5, func(ctx context.Context, step int) {
			if step == 2 {
				close(reached)
				<-ctx.Done()
			}
		}))
		stop := work(t, first)
		id := start(t, first, "trial.count", nil)
		<-reached
		stop()
		if run := look(t, db, id); run.State != Waiting {
			t.Fatalf("after the program stopped: %+v", run)
		}
		second := newRunner(db, counting(5, nil))
		defer work(t, second)()
		if run := await(t, db, id, "the end", ended); run.State != Done || run.Report.Summary != "steps 2 3 4" {
			t.Errorf("the second life did %q", run.Report.Summary)
		}
	})
}

func TestInvariant6HeavyKindsLeaveRoom(t *testing.T) {
	each(t, func(t *testing.T, db *store.Store) {
		var now, most atomic.Int64
		heavy := Kind{Name: "trial.heavy", AtOnce: 1, Run: func(ctx context.Context, _ *Task) (Report, error) {
			most.Store(max(most.Load(), now.Add(1)))
			defer now.Add(-1)
			<-ctx.Done()
			return Report{}, ctx.Err()
		}}
		r := newRunner(db, heavy, Kind{Name: "trial.light", Run: func(context.Context, *Task) (Report, error) { return Report{}, nil }})
		defer work(t, r)()
		var ids []store.ID
		for range 4 {
			ids = append(ids, start(t, r, "trial.heavy", nil))
		}
		await(t, db, ids[0], "the first heavy run", func(run Run) bool { return run.State == Running })
		if light := await(t, db, start(t, r, "trial.light", nil), "the light run behind four heavy ones", ended); light.State != Done {
			t.Errorf("the light run ended as %+v", light)
		}
		for _, id := range ids {
			await(t, db, id, "its turn", func(run Run) bool { return run.State == Running })
			if err := r.askCancel(t.Context(), circle, id); err != nil {
				t.Fatal(err)
			}
			await(t, db, id, "the end", ended)
		}
		if most.Load() != 1 {
			t.Errorf("%d heavy runs at a time, want one", most.Load())
		}
	})
}
