package job

import (
	"strings"

	"commonweal/platform/store"
)

var (
	forgetRuns = store.SQL(`UPDATE job_run SET args = '{}', saved = '', report = '', message = ''
		WHERE commons_id = $1 AND finished IS NOT NULL AND (started_by = $2 OR args LIKE $3 ESCAPE '\' OR saved LIKE $3 ESCAPE '\' OR report LIKE $3 ESCAPE '\' OR message LIKE $3 ESCAPE '\')`)
	withdrawRun = store.SQL(`UPDATE job_run SET cancel = $3 WHERE commons_id = $1 AND id = $2`)
)

// Forget removes what was asked of, and said by, the finished runs that somebody
// started, and those of others that hold their name; that there was a run stays.
// It belongs to the act that erases the person.
func Forget(tx *store.Tx, by store.ID, name string) error {
	pattern := "" // of no text but an empty one, which there is nothing to remove from
	if name != "" {
		pattern = "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(name) + "%"
	}
	_, err := tx.Exec(forgetRuns, by, pattern)
	return err
}

// Withdraw says that what a run has made is not to be had any more (Canceling),
// whether it has ended or not. One that has not is to be canceled as well.
func Withdraw(tx *store.Tx, id store.ID) error {
	_, err := tx.Exec(withdrawRun, id, true)
	return err
}
