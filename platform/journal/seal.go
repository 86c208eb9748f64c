package journal

import (
	"embed"

	"commonweal/platform/store"
)

//go:embed schema/*.sql
var schema embed.FS

// Schema is the journal's tables.
var Schema = store.Schema{Room: "journal", Files: schema}

// Log seals groups of entries; give it to store.Config.Sealer.
type Log struct{}

var insertEntry = store.Into("journal_entry", "seq", "record")

// Seal implements store.Sealer.
func (l *Log) Seal(tx *store.Tx, first int64, entries [][]byte) error {
	for i, e := range entries {
		if err := tx.Append(insertEntry, first+int64(i), string(e)); err != nil {
			return err
		}
	}
	return nil
}
