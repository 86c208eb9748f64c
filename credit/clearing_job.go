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

// clearRound brings the round of a run on.
func (p *Practice) clearRound(ctx context.Context, t *job.Task) (report job.Report, err error) {
	var args clearArgs
	if err := t.Args(&args); err != nil {
		return report, err
	}
	r, err := p.BringOn(ctx, t.Run.Commons, args.Round)
	if err == nil && r.Figures != nil {
		report.Facts = []job.Fact{job.Count("credit.round.debts", r.Figures.Obligations)}
	}
	return report, err
}

// BringOn works out, outside the lane, what a round sets off as it stands, and
// gives that to the round: as its preview, or to settle. A round that waits for
// nothing to be worked out stays as it is, so that it may be said again and again.
func (p *Practice) BringOn(ctx context.Context, commons, round store.ID) (r Round, err error) {
	var s sheets
	var holds []Withheld
	err = p.Store.Read(ctx, commons, func(snapshot *store.Snapshot) (err error) {
		r, s, holds, err = wholeRound(snapshot, round)
		return err
	})
	if err != nil {
		return r, err
	}
	take, sheet := beginAsking, s.Sheet
	switch r.State {
	case Solving:
	case Settling:
		take, sheet = settleRound, s.without(holds)
	default:
		return r, nil
	}
	out, err := solve(ctx, r, sheet)
	if err != nil {
		return r, err
	}
	return store.Write(ctx, p.Store, store.Command{Commons: commons}, func(tx *store.Tx) (Round, error) { return take(tx, round, out) })
}
