package contribution

import (
	"context"
	"strconv"

	"commonweal/platform/auth"
	"commonweal/platform/job"
	"commonweal/platform/store"
)

// The kinds of long work of imports.
const (
	importJob  = "contribution.import"
	reverseJob = "contribution.reverse_import"
)

// ImportJobs are the kinds of long work of this subject. Both go on after a
// crash without a checkpoint: an import knows its records by their keys, a
// reversal its chunks.
func (p *Practice) ImportJobs() []job.Kind {
	return []job.Kind{
		{Name: importJob, Title: "contribution.import.job", Resumes: true, Run: p.importFile},
		{Name: reverseJob, Title: "contribution.import.reverse_job", Resumes: true, Run: p.reverseFile},
	}
}

// importArgs is what a job of this subject needs to know. It acts in the name
// of the person who started it.
type importArgs struct {
	Upload store.ID         `json:"upload,omitempty"`
	Ask    ReverseImportAsk `json:"ask,omitzero"`
	Path   string           `json:"path"` // where the result is shown
	Slug   string           `json:"slug"`
}

// actor is who a run acts as, with the rights they have now.
func (p *Practice) actor(ctx context.Context, t *job.Task) (auth.Identity, error) {
	return p.Imports.Actor(ctx, t.Run.Commons, t.Run.StartedBy)
}

func (p *Practice) importFile(ctx context.Context, t *job.Task) (report job.Report, err error) {
	var args importArgs
	if err := t.Args(&args); err != nil {
		return report, err
	}
	who, err := p.actor(ctx, t)
	if err != nil {
		return report, err
	}
	var u Upload
	if err := p.DB.Read(ctx, t.Run.Commons, func(r *store.Snapshot) (err error) {
		u, err = GetUpload(r, args.Upload)
		return err
	}); err != nil {
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
	return report, p.Imports.DropUpload(ctx, who, u.ID)
}

// importFacts is what an import did, in lines. The labels are words of the log
// of the host; the batch's page says the same in the reader's language.
func importFacts(r ImportResult) (out []job.Fact) {
	for _, f := range []struct {
		label string
		n     int
	}{{"Contributions", r.Contributions}, {"Income", r.Incomes}, {"Refunds", r.Refunds}, {"History", r.Kept}, {"Imported before", r.Repeated}, {"Left out", r.LeftOut}, {"Bad lines", r.BadLines}} {
		if f.n > 0 {
			out = append(out, job.Fact{Label: f.label, Value: strconv.Itoa(f.n)})
		}
	}
	return out
}

func (p *Practice) reverseFile(ctx context.Context, t *job.Task) (report job.Report, err error) {
	var args importArgs
	if err := t.Args(&args); err != nil {
		return report, err
	}
	who, err := p.actor(ctx, t)
	if err != nil {
		return report, err
	}
	b, err := ReverseImport(ctx, p.DB, who, args.Ask, func(done, total int) { t.Progress(int64(done), int64(total), "") })
	return job.Report{Path: args.Path, Summary: b.File}, err
}
