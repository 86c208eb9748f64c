package job

import (
	"context"
	"time"

	"commonweal/platform/store"
)

// KeepEnded is how long a run that has ended stays listed, when the host sets
// nothing else.
const KeepEnded = 90 * 24 * time.Hour

// purgeBatch bounds the runs that one act forgets, so that no lane waits long.
const purgeBatch = 1000

// purgeRuns forgets the oldest runs that ended before a moment. A run that
// waits or is being worked on has no end and is never met.
var purgeRuns = store.SQL(`DELETE FROM job_run WHERE commons_id = $1 AND id IN
(SELECT id FROM job_run WHERE commons_id = $1 AND finished < $2 ORDER BY id LIMIT $3)`)

// Purge forgets the runs of a commons that ended before a moment, and returns
// how many. What they did stays: it stands in the log and in the room's own
// tables.
func (r *Runner) Purge(ctx context.Context, commons store.ID, before time.Time) (gone int64, err error) {
	for n := int64(purgeBatch); n == purgeBatch && err == nil; gone += n {
		n, err = store.Write(ctx, r.config.Store, store.Command{Commons: commons}, func(tx *store.Tx) (int64, error) {
			return tx.Exec(purgeRuns, store.Micros(before), purgeBatch)
		})
	}
	return gone, err
}
