package contribution

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/job"
	"commonweal/platform/store"
	"commonweal/platform/upload"
)

// A run that ends its last act and is cut off before anybody hears of it tells
// the same when it is taken up again: the file is gone, the report is not.
func TestImportJobKeepsItsReport(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		w.practice.Imports = w.importer()
		w.practice.Imports.Actor = func(context.Context, store.ID, store.ID) (auth.Identity, error) { return w.ada, nil }
		file := "Person,Date,Hours,Project,Note\n" + strings.Repeat("Bas,2026-03-02,1,Bench,sanding\n", 3)
		u, err := w.practice.Imports.KeepUpload(ctx, w.ada, Upload{Name: "march.csv", Format: FormatTimesheet, Read: sheet(), Plan: w.plan()}, strings.NewReader(file))
		must(t, err)

		ended := make(chan job.Report, 1)
		cut := w.jobs(func(run job.Kind) job.Kind {
			work := run.Run
			run.Run = func(ctx context.Context, task *job.Task) (job.Report, error) {
				report, err := work(ctx, task)
				must(t, err)
				ended <- report
				<-ctx.Done()
				return job.Report{}, ctx.Err()
			}
			return run
		})
		life, stop := context.WithCancel(ctx)
		gone := make(chan struct{})
		go func() { defer close(gone); _ = cut.Work(life) }()
		id, err := store.Write(ctx, w.db, store.Command{Commons: w.commons.ID}, func(tx *store.Tx) (store.ID, error) {
			return cut.Start(tx, w.ada, importJob, importArgs{Upload: u.ID, Path: "/there"})
		})
		must(t, err)
		first := <-ended
		stop()
		<-gone

		again := w.jobs(func(run job.Kind) job.Kind { return run })
		life, stop = context.WithCancel(ctx)
		defer stop()
		go func() { _ = again.Work(life) }()
		run := w.await(id)
		if run.State != job.Done || fmt.Sprint(run.Report) != fmt.Sprint(first) || len(run.Report.Facts) != 1 {
			t.Errorf("the run ended as %+v; its report was %+v", run, first)
		}
		if n := len(w.standing()); n != 3 {
			t.Errorf("%d contributions stand", n)
		}
	})
}

// Whoever is erased while somebody else imports a file does not spoil the import;
// when it has ended, no file is left.
func TestErasureLetsImportsOfOthersFinish(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		w.practice.Imports = w.importer()
		w.practice.Imports.Actor = func(context.Context, store.ID, store.ID) (auth.Identity, error) { return w.ada, nil }
		keep := func(name string) Upload {
			u, err := w.practice.Imports.KeepUpload(ctx, w.ada, Upload{Name: name, Format: FormatTimesheet, Read: sheet(), Plan: w.plan()}, strings.NewReader("Person,Date,Hours,Project,Note\nBas,2026-03-02,1,Bench,sanding\n"))
			must(t, err)
			return u
		}
		imported, waiting := keep("march.csv"), keep("april.csv")
		w.practice.Runner = w.jobs(func(run job.Kind) job.Kind { return run })
		run, err := store.Write(ctx, w.db, store.Command{Commons: w.commons.ID}, func(tx *store.Tx) (store.ID, error) {
			id, err := w.practice.startIn(tx, w.ada, importJob, importArgs{Upload: imported.ID})
			if err != nil {
				return "", err
			}
			open, err := job.Open(tx)
			if err == nil && (len(open) != 1 || open[0].ID != id) {
				err = fmt.Errorf("%d runs are open", len(open))
			}
			if err != nil {
				return "", err
			}
			return id, upload.Forget(tx, w.cleo.Agent, []store.ID{id})
		})
		must(t, err)
		life, stop := context.WithCancel(ctx)
		defer stop()
		go func() { _ = w.practice.Runner.Work(life) }()
		if run := w.await(run); run.State != job.Done || len(w.standing()) != 1 {
			t.Errorf("the import ended as %+v, with %d contributions", run, len(w.standing()))
		}
		for _, u := range []Upload{imported, waiting} {
			err := w.db.Read(ctx, w.commons.ID, func(r *store.Snapshot) error { _, err := w.practice.Imports.GetUpload(r, u.ID); return err })
			if fault.CodeOf(err) != "upload.unknown" {
				t.Errorf("%s is there: %v", u.Name, err)
			}
		}
	})
}

// await waits for the end of a run.
func (w *workshop) await(id store.ID) (run job.Run) {
	for end := time.Now().Add(20 * time.Second); !run.State.Final() && time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		must(w.t, w.db.Read(ctx, w.commons.ID, func(r *store.Snapshot) (err error) {
			run, _, err = job.Find(r, id)
			return err
		}))
	}
	return run
}

// jobs is a process that works on the imports of the workshop.
func (w *workshop) jobs(as func(job.Kind) job.Kind) *job.Runner {
	r := job.NewRunner(job.Config{Store: w.db, Sweep: 20 * time.Millisecond, Ended: upload.Release,
		Commons: func(context.Context) ([]store.ID, error) { return []store.ID{w.commons.ID}, nil }})
	for _, kind := range w.practice.ImportJobs() {
		r.Add(as(kind))
	}
	return r
}
