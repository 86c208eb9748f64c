package credit

import (
	"context"
	"encoding/json"
	"io"
	"strings"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/job"
	"commonweal/platform/store"
	"commonweal/platform/upload"
)

// The kinds of long work of lists of payments.
const (
	payListJob      = "credit.pay_list"
	reverseBatchJob = "credit.reverse_batch"
)

// BulkJobs are the kinds of long work of this subject. Both go on after a crash
// without a checkpoint: a batch knows how many of its rows were taken, a refund
// what it took back.
func (p *Practice) BulkJobs() []job.Kind {
	return []job.Kind{
		{Name: payListJob, Title: "credit.bulk.job", Resumes: true, Run: p.payFile},
		{Name: reverseBatchJob, Title: "credit.bulk.reverse_job", Resumes: true, Run: p.reverseFile},
	}
}

// list is a file with payments that waits for a decision. Its identifier becomes
// that of the batch.
type list struct {
	ID   store.ID `json:"id"`
	By   store.ID `json:"-"`
	Size int64    `json:"-"`
	Bulk
}

// maxList bounds a file in bytes: a million rows have about 100 MB.
const maxList = 250 << 20

func (p *Practice) box() upload.Box {
	return upload.Box{DB: p.Store, Room: "credit", Needs: Pay, Most: maxList}
}

// keepList stores a file with payments.
func (p *Practice) keepList(ctx context.Context, who auth.Identity, b Bulk, from io.Reader) (list, error) {
	f, err := p.box().Keep(ctx, who, upload.File{Content: encoded(b)}, from)
	return list{ID: f.ID, By: who.Agent, Size: f.Size, Bulk: b}, err
}

// getList returns a file to whoever brought it, and to those who may pay for others.
func (p *Practice) getList(ctx context.Context, who auth.Identity, id store.ID) (l list, err error) {
	err = p.Store.Read(ctx, who.Commons, func(r *store.Snapshot) error {
		f, err := p.box().Get(r, id)
		if err != nil {
			return err
		}
		l = list{ID: f.ID, By: f.By, Size: f.Size}
		if err := json.Unmarshal([]byte(f.Content), &l.Bulk); err != nil {
			return err
		}
		l.Read.Names, err = PeopleByName(r)
		return err
	})
	if err == nil && l.By != who.Agent && !who.Can(PayOther) {
		err = fault.NotFoundf("upload.unknown", "file", "this file is not here any more; bring it again")
	}
	l.Open = func() io.ReadCloser { return p.box().Open(ctx, who.Commons, l.ID) }
	return l, err
}

// PeopleByName are the members by their names in lower case, where only one has it.
func PeopleByName(r store.Reader) (map[string]store.ID, error) {
	members, err := auth.Members(r)
	named, several := map[string]store.ID{}, map[string]bool{}
	for _, m := range members {
		name := strings.ToLower(m.Name)
		if _, twice := named[name]; twice {
			several[name] = true
		}
		if m.Active() {
			named[name] = m.Agent
		}
	}
	for name := range several {
		delete(named, name)
	}
	return named, err
}

// bulkArgs is what a job of this subject needs to know. It acts in the name of
// the person who started it.
type bulkArgs struct {
	List store.ID        `json:"list,omitempty"`
	Ask  ReverseBatchAsk `json:"ask,omitzero"`
	Path string          `json:"path"` // where the result is shown
}

// payFile pays a list. Its last act drops the file and keeps the report.
func (p *Practice) payFile(ctx context.Context, t *job.Task) (report job.Report, err error) {
	if over, err := t.Saved(&report); over || err != nil {
		return report, err
	}
	args, who, err := p.task(ctx, t)
	if err != nil {
		return report, err
	}
	l, err := p.getList(ctx, who, args.List)
	if err != nil {
		return report, err
	}
	b, err := p.PayList(ctx, who, "", l.ID, l.Bulk, func(done, total int) { t.Progress(int64(done), int64(total), l.Name) })
	if err != nil {
		return job.Report{Path: args.Path, Summary: l.Name}, err
	}
	report = job.Report{Path: args.Path, Summary: l.Name, Facts: []job.Fact{job.Count("credit.bulk.made", b.Made), job.Count("credit.bulk.refused", b.Rows-b.Made)}}
	_, err = auth.Perform(ctx, p.Store, who, "", Pay, l.ID, func(tx *store.Tx, _ auth.Identity, id store.ID) (int64, error) {
		if err := t.Save(tx, report); err != nil {
			return 0, err
		}
		return 0, upload.DropIn(tx, id)
	})
	return report, err
}

// task reads what a run is about and resolves who it acts as.
func (p *Practice) task(ctx context.Context, t *job.Task) (args bulkArgs, who auth.Identity, err error) {
	if err = t.Args(&args); err == nil {
		who, err = p.Actor(ctx, t.Run.Commons, t.Run.StartedBy)
	}
	return args, who, err
}

func (p *Practice) reverseFile(ctx context.Context, t *job.Task) (report job.Report, err error) {
	args, who, err := p.task(ctx, t)
	if err != nil {
		return report, err
	}
	left, err := ReverseBatch(ctx, p.Store, who, args.Ask, func(done, total int) { t.Progress(int64(done), int64(total), "") })
	report = job.Report{Path: args.Path, Facts: []job.Fact{job.Count("credit.bulk.left", len(left))}}
	for _, o := range left[:min(len(left), maxListed)] {
		report.Faults = append(report.Faults, o.Refused)
	}
	return report, err
}

// start begins long work within an act.
func (p *Practice) start(ctx context.Context, who auth.Identity, key, kind string, args bulkArgs) (store.ID, error) {
	return auth.Perform(ctx, p.Store, who, key, Pay, args, func(tx *store.Tx, who auth.Identity, args bulkArgs) (store.ID, error) {
		return p.Runner.Start(tx, who, kind, args)
	})
}
