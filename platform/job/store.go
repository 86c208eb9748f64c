package job

import (
	"database/sql"
	"embed"
	"encoding/json"
	"time"

	"commonweal/platform/store"
)

//go:embed schema/*.sql
var schema embed.FS

// Schema is the table of runs.
var Schema = store.Schema{Room: "job", Files: schema}

var insertRun = store.SQL(`
INSERT INTO job_run (commons_id, id, kind, started_by, args, state, done, total, message, saved, report, cancel, worker, beats, created, finished)
VALUES ($1, $2, $3, $4, $5, 'waiting', 0, 0, '', '', '', $6, NULL, 0, $7, NULL)`)

const columns = `id, kind, started_by, args, state, done, total, message, saved, report, cancel, worker, beats, created, finished`

var selectRun = store.SQL(`SELECT ` + columns + ` FROM job_run WHERE commons_id = $1 AND id = $2`)

// selectOpen lists what waits or runs, oldest first (identifiers are in order of time).
var selectOpen = store.SQL(`SELECT ` + columns + ` FROM job_run WHERE commons_id = $1 AND finished IS NULL ORDER BY id`)

// selectRuns lists the runs before an identifier, newest first; of one account or of all.
var selectRuns = store.SQL(`SELECT ` + columns + ` FROM job_run
WHERE commons_id = $1 AND id < $2 AND (CAST($3 AS BOOLEAN) OR started_by = $4) ORDER BY id DESC LIMIT $5`)

// claimRun takes a run for a worker.
var claimRun = store.SQL(`UPDATE job_run SET state = 'running', worker = $3, beats = beats + 1
WHERE commons_id = $1 AND id = $2 AND finished IS NULL`)

// beatRun says that the worker is alive and how far it is; no row when another has the run.
var beatRun = store.SQL(`UPDATE job_run SET beats = beats + 1, done = $4, total = $5, message = $6
WHERE commons_id = $1 AND id = $2 AND worker = $3 AND finished IS NULL`)

var saveRun = store.SQL(`UPDATE job_run SET saved = $4 WHERE commons_id = $1 AND id = $2 AND worker = $3 AND finished IS NULL`)

var endRun = store.SQL(`UPDATE job_run SET state = $4, done = $5, total = $6, message = $7, report = $8, finished = $9, worker = NULL
WHERE commons_id = $1 AND id = $2 AND worker = $3 AND finished IS NULL`)

// releaseRun gives a run back, for another process to go on.
var releaseRun = store.SQL(`UPDATE job_run SET state = 'waiting', worker = NULL
WHERE commons_id = $1 AND id = $2 AND worker = $3 AND finished IS NULL`)

// cancelWaiting ends a run that nobody has taken up.
var cancelWaiting = store.SQL(`UPDATE job_run SET cancel = $3, state = 'canceled', finished = $4
WHERE commons_id = $1 AND id = $2 AND finished IS NULL AND worker IS NULL`)

var cancelRun = store.SQL(`UPDATE job_run SET cancel = $3 WHERE commons_id = $1 AND id = $2 AND finished IS NULL`)

// scanRun reads a run; the commons is the reader's.
func scanRun(commons store.ID) func(store.Scanner) (Run, error) {
	return func(row store.Scanner) (Run, error) {
		r := Run{Commons: commons}
		var args, saved, report string
		var worker sql.NullString
		var created int64
		var finished sql.NullInt64
		err := row.Scan(&r.ID, &r.Kind, &r.StartedBy, &args, &r.State, &r.Done, &r.Total, &r.Message, &saved, &report,
			&r.Canceling, &worker, &r.beats, &created, &finished)
		if err != nil {
			return r, err
		}
		r.Args, r.saved, r.worker = json.RawMessage(args), json.RawMessage(saved), store.ID(worker.String)
		r.Created = store.Time(created)
		if finished.Valid {
			r.Finished = store.Time(finished.Int64)
		}
		if report != "" {
			err = json.Unmarshal([]byte(report), &r.Report)
		}
		return r, err
	}
}

// Find returns one run; false when there is none.
func Find(r store.Reader, id store.ID) (Run, bool, error) {
	return store.One(r, scanRun(r.Commons()), selectRun, id)
}

// Open returns the runs of a commons that wait or run, the oldest first.
func Open(r store.Reader) ([]Run, error) { return store.All(r, scanRun(r.Commons()), selectOpen) }

// lastID sorts after every identifier.
const lastID store.ID = "ffffffff-ffff-ffff-ffff-ffffffffffff"

// List returns runs before an identifier, newest first: of one account, or of
// all when account is empty. An empty before starts at the newest.
func List(r store.Reader, account, before store.ID, limit int) ([]Run, error) {
	if before == "" {
		before = lastID
	}
	all := account == ""
	if all {
		account = store.Host
	}
	return store.All(r, scanRun(r.Commons()), selectRuns, before, all, account, limit)
}

var selectKind = store.SQL(`SELECT ` + columns + ` FROM job_run
WHERE commons_id = $1 AND kind = $2 AND created >= $3 ORDER BY id DESC LIMIT $4`)

// ListKind returns the runs of a kind that were started since, newest first.
func ListKind(r store.Reader, kind string, since time.Time, limit int) ([]Run, error) {
	return store.All(r, scanRun(r.Commons()), selectKind, kind, store.Micros(since), limit)
}
