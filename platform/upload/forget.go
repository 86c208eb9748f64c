package upload

import (
	"slices"

	"commonweal/platform/store"
)

var (
	holdFile   = store.SQL(`UPDATE upload_file SET run = $3 WHERE commons_id = $1 AND id = $2`)
	allLeave   = store.SQL(`UPDATE upload_file SET leaves = $2 WHERE commons_id = $1`)
	allHolders = store.SQL(`SELECT id, by, run FROM upload_file WHERE commons_id = $1`)
	leaving    = store.SQL(`SELECT id FROM upload_file WHERE commons_id = $1 AND run = $2 AND leaves = $3`)

	piecesOf = store.ByIDs(`DELETE FROM upload_piece WHERE commons_id = $1 AND upload IN (*)`)
	filesOf  = store.ByIDs(`DELETE FROM upload_file WHERE commons_id = $1 AND id IN (*)`)
)

// HoldIn says, inside an act, which run reads a file.
func HoldIn(tx *store.Tx, id, run store.ID) error {
	_, err := tx.Exec(holdFile, id, run)
	return err
}

// Forget deletes every file of the commons that waits to be read, with what was
// found in it: whoever brought it, it may tell of whoever is to be forgotten.
// Files are kept a week at most, and can be brought again. A file that one of
// the running runs reads stays until Release, unless whoever is to be forgotten
// brought it.
func Forget(tx *store.Tx, agent store.ID, running []store.ID) error {
	gone, err := store.All(tx, func(row store.Scanner) (id store.ID, err error) {
		var by store.ID
		var run *store.ID
		err = row.Scan(&id, &by, &run)
		if by != agent && run != nil && slices.Contains(running, *run) {
			id = ""
		}
		return id, err
	}, allHolders)
	if err == nil {
		_, err = tx.Exec(allLeave, true)
	}
	if err != nil {
		return err
	}
	return drop(tx, slices.DeleteFunc(gone, func(id store.ID) bool { return id == "" }))
}

// Release deletes what a run that has ended read, where Forget let it finish.
func Release(tx *store.Tx, run store.ID) error {
	gone, err := store.All(tx, func(row store.Scanner) (id store.ID, err error) { return id, row.Scan(&id) }, leaving, run, true)
	if err != nil {
		return err
	}
	return drop(tx, gone)
}

func drop(tx *store.Tx, ids []store.ID) error {
	if err := store.ExecOf(tx, piecesOf, ids); err != nil {
		return err
	}
	return store.ExecOf(tx, filesOf, ids)
}
