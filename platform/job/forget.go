package job

import "commonweal/platform/store"

var forgetRuns = store.SQL(`UPDATE job_run SET args = '{}', saved = '', report = '', message = ''
WHERE commons_id = $1 AND started_by = $2 AND finished IS NOT NULL`)

// Forget removes what was asked of, and said by, the finished runs that somebody
// started; that there was a run stays. It belongs to the act that erases the person.
func Forget(tx *store.Tx, by store.ID) error {
	_, err := tx.Exec(forgetRuns, by)
	return err
}
