package bank

import (
	"context"

	"commonweal/platform/auth"
	"commonweal/platform/job"
	"commonweal/platform/store"
	"commonweal/platform/upload"
)

// The kinds of long work of this room.
const (
	bringJob = "bank.bring"
	backJob  = "bank.take_back"
)

// Jobs are the kinds of long work of this room. Both go on after a crash
// without a checkpoint: lines know each other, and chunks that are gone are gone.
func (b *Bank) Jobs() []job.Kind {
	return []job.Kind{
		{Name: bringJob, Title: "bank.job.bring", Resumes: true, Run: b.bringJob},
		{Name: backJob, Title: "bank.job.take_back", Resumes: true, Run: b.backJob},
	}
}

// jobArgs is what a run needs to know.
type jobArgs struct {
	Upload store.ID    `json:"upload,omitempty"`
	Ask    TakeBackAsk `json:"ask,omitzero"`
	Path   string      `json:"path"` // where the result is shown
}

// bringJob brings a file. Its last act drops the file and keeps the report.
func (b *Bank) bringJob(ctx context.Context, t *job.Task) (report job.Report, err error) {
	if over, err := t.Saved(&report); over || err != nil {
		return report, err
	}
	var args jobArgs
	if err := t.Args(&args); err != nil {
		return report, err
	}
	who, err := b.Actor(ctx, t.Run.Commons, t.Run.StartedBy)
	if err != nil {
		return report, err
	}
	var u Upload
	if err := b.Store.Read(ctx, who.Commons, func(r *store.Snapshot) (err error) { u, err = b.GetUpload(r, args.Upload); return err }); err != nil {
		return report, err
	}
	result, err := b.Bring(ctx, who, u, func(done, total int) { t.Progress(int64(done), int64(total), u.Name) })
	if err != nil {
		return report, err
	}
	report = job.Report{Path: args.Path, Summary: u.Name, Facts: []job.Fact{job.Count("bank.job.brought", result.Brought+result.Resumed), job.Count("bank.job.known", result.Known)}}
	return report, b.drop(ctx, who, u.ID, func(tx *store.Tx) error { return t.Save(tx, report) })
}

// drop deletes a file that was brought, and does something more in the same act.
func (b *Bank) drop(ctx context.Context, who auth.Identity, id store.ID, also func(tx *store.Tx) error) error {
	_, err := perform(ctx, b, who, "", id, func(tx *store.Tx) (int, error) {
		if err := also(tx); err != nil {
			return 0, err
		}
		return 0, upload.DropIn(tx, id)
	})
	return err
}

// backJob takes a batch back.
func (b *Bank) backJob(ctx context.Context, t *job.Task) (report job.Report, err error) {
	var args jobArgs
	if err := t.Args(&args); err != nil {
		return report, err
	}
	who, err := b.Actor(ctx, t.Run.Commons, t.Run.StartedBy)
	if err != nil {
		return report, err
	}
	batch, err := b.TakeBack(ctx, who, args.Ask, func(done, total int) { t.Progress(int64(done), int64(total), "") })
	return job.Report{Path: args.Path, Summary: batch.File}, err
}
