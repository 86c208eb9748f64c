package credit

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"commonweal/platform/auth"
	"commonweal/platform/job"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// A list that was begun and broken off is gone on with by the next who works:
// every row is paid once, and at the end the file is gone and the report is there.
func TestAListIsPaidAsLongWork(t *testing.T) {
	each(t, func(t *testing.T, v *village) {
		p := New(v.db)
		p.Actor = func(context.Context, store.ID, store.ID) (auth.Identity, error) { return v.ada, nil }
		p.Runner = job.NewRunner(job.Config{Store: v.db, Commons: func(context.Context) ([]store.ID, error) { return []store.ID{v.commons.ID}, nil }, Workers: 1, Alone: true})
		p.Runner.Add(p.BulkJobs()...)
		const n = BulkChunk + 100
		row := "Cleo,Bas,0.001,bread\n"
		text := "from,to,amount,note\n" + strings.Repeat(strings.Replace(row, "0.001", "0.01", 1), 1000) + strings.Repeat(row, n-1000)
		l, err := p.keepList(ctx, v.ada, Bulk{Name: "march.csv", Read: Reading{Format: BulkTable, Unit: quantity.Hour}}, strings.NewReader(text))
		must(t, err)
		l, err = p.getList(ctx, v.ada, l.ID)
		must(t, err)
		_, err = p.getList(ctx, v.cleo, l.ID)
		refused(t, err, "upload.unknown")
		killed := fmt.Errorf("killed")
		_, err = p.pay(ctx, v.ada, "", Batch{ID: l.ID}, l.Bulk, func(BulkDone, int) error { return killed })
		if err != killed {
			t.Fatal(err)
		}
		id, err := p.start(ctx, v.ada, "", payListJob, bulkArgs{List: l.ID})
		must(t, err)
		run := v.works(p.Runner, id)
		if run.State != job.Done || len(run.Report.Faults) > 0 {
			t.Errorf("the run ended %+v", run)
		}
		b, begun, err := p.begun(ctx, v.ada, l.ID)
		must(t, err)
		if !begun || b.Rows != n || b.Made != 1000 || b.State != BatchPaid {
			t.Errorf("the batch is %+v", b)
		}
		v.stands(v.bas, "10")
		_, err = p.getList(ctx, v.ada, l.ID)
		refused(t, err, "upload.unknown")
		v.replayed()
	})
}

// works lets a worker do what waits until a run has ended.
func (v *village) works(r *job.Runner, id store.ID) (run job.Run) {
	v.t.Helper()
	working, stop := context.WithTimeout(ctx, 30*time.Second)
	done := make(chan error, 1)
	go func() { done <- r.Work(working) }()
	for !run.State.Final() && working.Err() == nil {
		time.Sleep(20 * time.Millisecond)
		must(v.t, v.db.Read(ctx, v.commons.ID, func(s *store.Snapshot) (err error) { run, _, err = job.Find(s, id); return err }))
	}
	stop()
	<-done
	return run
}
