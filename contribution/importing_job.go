package contribution

import (
	"context"

	"commonweal/platform/auth"
	"commonweal/platform/job"
	"commonweal/platform/store"
	"commonweal/platform/upload"
)

// The kinds of long work of imports.
const (
	importJob  = "contribution.import"
	checkJob   = "contribution.check_import"
	reverseJob = "contribution.reverse_import"
)

// ImportJobs are the kinds of long work of this subject. All go on after a
// crash without a checkpoint: an import knows its records by their keys, a
// reversal its chunks.
func (p *Practice) ImportJobs() []job.Kind {
	return []job.Kind{
		{Name: importJob, Title: "contribution.import.job", Resumes: true, Run: p.importFile},
		{Name: checkJob, Title: "contribution.import.check_job", Resumes: true, Run: p.checkFile},
		{Name: reverseJob, Title: "contribution.import.reverse_job", Resumes: true, Run: p.reverseFile},
	}
}

// launch begins long work: the same under the same key, once.
func (p *Practice) launch(ctx context.Context, who auth.Identity, key, kind string, args importArgs) (store.ID, error) {
	return auth.Perform(ctx, p.DB, who, key, Import, args, func(tx *store.Tx, who auth.Identity, args importArgs) (store.ID, error) {
		return p.startIn(tx, who, kind, args)
	})
}

// startIn begins long work inside an act, and holds the file that it reads.
func (p *Practice) startIn(tx *store.Tx, who auth.Identity, kind string, args importArgs) (store.ID, error) {
	run, err := p.Runner.Start(tx, who, kind, args)
	if err == nil && kind == importJob {
		err = p.importedBy(tx, who, args.Upload, run)
	}
	if err == nil && args.Upload != "" {
		err = upload.HoldIn(tx, args.Upload, run)
	}
	return run, err
}

// importedBy notes with an upload which run imports it.
func (p *Practice) importedBy(tx *store.Tx, who auth.Identity, id, run store.ID) error {
	u, err := p.Imports.GetUpload(tx, id)
	if err != nil {
		return err
	}
	u.Run = run
	f, err := u.file()
	if err != nil {
		return err
	}
	return p.Imports.box().SaveIn(tx, who, f)
}

// checkFile is the dry run of a large file.
func (p *Practice) checkFile(ctx context.Context, t *job.Task) (report job.Report, err error) {
	args, who, u, err := p.task(ctx, t)
	if err != nil {
		return report, err
	}
	_, err = p.Imports.Check(ctx, who, u)
	return job.Report{Path: args.Path, Summary: u.Name}, err
}

// importArgs is what a job of this subject needs to know. It acts in the name
// of the person who started it.
type importArgs struct {
	Upload store.ID         `json:"upload,omitempty"`
	Ask    ReverseImportAsk `json:"ask,omitzero"`
	Path   string           `json:"path"` // where the result is shown
}

// task reads what a run is about and resolves who it acts as: who started it,
// with the rights they have now.
func (p *Practice) task(ctx context.Context, t *job.Task) (args importArgs, who auth.Identity, u Upload, err error) {
	if err = t.Args(&args); err != nil {
		return args, who, u, err
	}
	if who, err = p.Imports.Actor(ctx, t.Run.Commons, t.Run.StartedBy); err != nil || args.Upload == "" {
		return args, who, u, err
	}
	err = p.DB.Read(ctx, t.Run.Commons, func(r *store.Snapshot) (err error) {
		u, err = p.Imports.GetUpload(r, args.Upload)
		return err
	})
	return args, who, u, err
}

// importFile imports a file. Its last act drops the file and keeps the report:
// a run that was killed after it finds the report, and one killed before it
// still has the file.
func (p *Practice) importFile(ctx context.Context, t *job.Task) (report job.Report, err error) {
	if over, err := t.Saved(&report); over || err != nil {
		return report, err
	}
	args, who, u, err := p.task(ctx, t)
	if err != nil {
		return report, err
	}
	src, done, err := p.Imports.Source(ctx, who, u)
	if err != nil {
		return report, err
	}
	defer done()
	result, err := p.Imports.Run(ctx, who, src, u.Plan, func(done, total int) { t.Progress(int64(done), int64(total), u.Name) })
	report = job.Report{Path: args.Path, Summary: u.Name, Facts: importFacts(result)}
	if err != nil {
		return report, err
	}
	_, err = auth.Perform(ctx, p.DB, who, "", Import, u.ID, func(tx *store.Tx, who auth.Identity, id store.ID) (int64, error) {
		if err := t.Save(tx, report); err != nil {
			return 0, err
		}
		return 0, upload.DropIn(tx, id)
	})
	return report, err
}

// importFacts is what an import did, in lines.
func importFacts(r ImportResult) (out []job.Fact) {
	for _, f := range []struct {
		key string
		n   int
	}{{"contributions", r.Contributions}, {"incomes", r.Incomes}, {"refunds", r.Refunds}, {"kept", r.Kept}, {"resumed", r.Resumed}, {"repeated", r.Repeated}, {"left_out", r.LeftOut}, {"bad", r.BadLines}} {
		if f.n > 0 {
			out = append(out, job.Count("contribution.import.fact_"+f.key, f.n))
		}
	}
	return out
}

func (p *Practice) reverseFile(ctx context.Context, t *job.Task) (report job.Report, err error) {
	args, who, _, err := p.task(ctx, t)
	if err != nil {
		return report, err
	}
	b, err := ReverseImport(ctx, p.DB, who, args.Ask, func(done, total int) { t.Progress(int64(done), int64(total), "") })
	return job.Report{Path: args.Path, Summary: b.File}, err
}
