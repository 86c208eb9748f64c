package credit

import (
	"context"

	"commonweal/platform/job"
	"commonweal/platform/store"
)

// clearJob brings a round on: works out the preview, or settles.
const clearJob = "credit.clear"

type clearArgs struct {
	Round store.ID `json:"round"`
}

// ClearingJobs are the kinds of long work of clearing. They go on after a crash
// without a checkpoint: what they work out is the same again, and the act that
// takes it does nothing when it was done before.
func (p *Practice) ClearingJobs() []job.Kind {
	return []job.Kind{{Name: clearJob, Title: "credit.round.job", Resumes: true, Run: p.clearRound}}
}

// clearRound works out, outside the lane, what a round sets off as it stands.
func (p *Practice) clearRound(ctx context.Context, t *job.Task) (report job.Report, err error) {
	var args clearArgs
	if err := t.Args(&args); err != nil {
		return report, err
	}
	var r Round
	var s sheets
	var holds []Withheld
	err = p.Store.Read(ctx, t.Run.Commons, func(snapshot *store.Snapshot) (err error) {
		r, s, holds, err = wholeRound(snapshot, args.Round)
		return err
	})
	if err != nil {
		return report, err
	}
	take, sheet := beginAsking, s.Sheet
	switch r.State {
	case Solving:
	case Settling:
		take, sheet = settleRound, s.without(holds)
	default:
		return report, nil // brought on by a run before this one
	}
	out, err := solve(ctx, r, sheet)
	if err != nil {
		return report, err
	}
	r, err = store.Write(ctx, p.Store, store.Command{Commons: t.Run.Commons}, func(tx *store.Tx) (Round, error) { return take(tx, args.Round, out) })
	report.Facts = []job.Fact{job.Count("credit.round.debts", len(sheet.Debts))}
	return report, err
}
