package job

import (
	"context"
	"fmt"

	"commonweal/platform/store"
)

// counting is a kind that takes so many steps, saves after each, and reports
// the steps that this life of it took.
func counting(steps int, before func(context.Context, int)) Kind {
	return Kind{Name: "trial.count", Resumes: true, Run: func(ctx context.Context, t *Task) (Report, error) {
		next, report := 0, Report{Summary: "steps"}
		if _, err := t.Saved(&next); err != nil {
			return report, err
		}
		for ; next < steps; next++ {
			if before != nil {
				before(ctx, next)
			}
			_, err := store.Write(ctx, t.Store, store.Command{Commons: t.Run.Commons}, func(tx *store.Tx) (bool, error) {
				if err := ctx.Err(); err != nil {
					return false, err
				}
				return true, t.Save(tx, next+1)
			})
			if err != nil {
				return report, err
			}
			report.Summary += fmt.Sprintf(" %d", next)
			t.Progress(int64(next+1), int64(steps), "")
		}
		return report, nil
	}}
}
