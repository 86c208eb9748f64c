package contribution

import (
	"encoding/json"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

var (
	upsertExit = store.SQL(`INSERT INTO contribution_exit (commons_id, id, seq, person, content) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (commons_id, id) DO UPDATE SET content = excluded.content`)
	allExits = store.SQL(`SELECT content FROM contribution_exit WHERE commons_id = $1 ORDER BY seq`)
	exitByID = store.SQL(`SELECT content FROM contribution_exit WHERE commons_id = $1 AND id = $2`)
)

// Exits returns everybody's exits, in the order of the log, also those that
// were taken back.
func Exits(r store.Reader) ([]Exit, error) { return store.All(r, scanJSON[Exit], allExits) }

// GetExit returns one exit.
func GetExit(r store.Reader, id store.ID) (Exit, error) {
	x, found, err := store.One(r, scanJSON[Exit], exitByID, id)
	if err == nil && !found {
		err = fault.NotFoundf("contribution.unknown_exit", "exit", "there is no such exit in this commons")
	}
	return x, err
}

// saveExit stores an exit as it stands now.
func saveExit(tx *store.Tx, x Exit) error {
	content, err := json.Marshal(x)
	if err != nil {
		return err
	}
	tx.Changed() // what-if sessions and previews start anew
	_, err = tx.Exec(upsertExit, x.ID, x.No, x.Person, string(content))
	return err
}
