package contribution

import (
	"context"
	"crypto/sha256"
	"encoding/json"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/store"
	"commonweal/vf"
)

// ImportKey is the hash of a record's own key in its source. The same key
// never enters a commons twice.
type ImportKey [16]byte

// ImportKeyOf hashes a record's key.
func ImportKeyOf(key string) ImportKey {
	sum := sha256.Sum256([]byte(key))
	return ImportKey(sum[:16])
}

// ImportChunk is the number of records one act imports: large enough that its
// journal entry costs nothing, small enough that others get their turn.
const ImportChunk = 5000

// Batch says where an import came from.
type Batch struct {
	ID     store.ID `json:"id"`
	Source string   `json:"source"` // "git", "timesheet", ...
	File   string   `json:"file,omitempty"`
}

// ImportAsk is one chunk of an import.
type ImportAsk struct {
	Batch Batch
	Keys  []ImportKey // one for each record, all unseen at Seen
	Logs  []LogAsk    // each with its Person
	// Seen is the last chunk the caller compared Keys with; when another import
	// came between, the act is refused with contribution.import_raced and the
	// caller compares again.
	Seen int64
}

var (
	insertImport = store.Into("contribution_import", "seq", "batch", "rows", "keys", "content")
	lastImport   = store.SQL(`SELECT seq FROM contribution_import WHERE commons_id = $1 ORDER BY seq DESC LIMIT 1`)
	importsAfter = store.SQL(`SELECT seq, keys FROM contribution_import WHERE commons_id = $1 AND seq > $2 ORDER BY seq`)
)

// ImportContributions logs many contributions as one act: one journal entry,
// whose list of entries and whose events are attached by hash. It is refused
// whole with the first record that breaks a rule; its fault's Line is the
// record's place in the chunk, from 1.
//
// It returns the number of that entry, which is the Seen of the next chunk. A
// repeat after a lost answer is refused with contribution.import_raced, and the
// caller's comparison then finds every key imported.
func ImportContributions(ctx context.Context, db *store.Store, who auth.Identity, ask ImportAsk) (seq int64, err error) {
	if len(ask.Logs) == 0 || len(ask.Logs) > ImportChunk || len(ask.Keys) != len(ask.Logs) {
		return 0, fault.Invalidf("contribution.import_size", "", "%d records with %d keys; a chunk has 1 to %d, each with its key", len(ask.Logs), len(ask.Keys), ImportChunk)
	}
	if err := who.Must(Import); err != nil {
		return 0, err
	}
	return store.Write(ctx, db, store.Command{Commons: who.Commons}, func(tx *store.Tx) (int64, error) {
		if err := who.In(tx); err != nil {
			return 0, err
		}
		return importChunk(tx, who, ask)
	})
}

func importChunk(tx *store.Tx, who auth.Identity, ask ImportAsk) (seq int64, err error) {
	last, found, err := store.One(tx, scanInt64, lastImport)
	if err != nil {
		return 0, err
	}
	if !found {
		last = -1
	}
	if last != ask.Seen {
		return 0, fault.Conflictf("contribution.import_raced", "", "another import came first; compare with what it brought and try again")
	}
	s, err := settings.Get(tx)
	if err != nil {
		return 0, err
	}
	entries, events, err := drafts(s, who, ask, tx)
	if err != nil {
		return 0, err
	}
	ledger := vf.Open(tx)
	recorded, err := ledger.RecordAll(events)
	if err != nil {
		return 0, err
	}
	for i := range entries {
		entries[i].Event = recorded[i].ID
	}
	if seq, err = journalImport(tx, who, ask, entries, ledger.Changes()); err != nil {
		return 0, err
	}
	for i := range entries {
		entries[i].No = EntryNo{Seq: seq, N: int64(i)}
		if err := appendEntry(tx, entries[i]); err != nil {
			return 0, err
		}
	}
	return seq, nil
}

// drafts turns every ask of the chunk into an entry and its event.
func drafts(s *Settings, who auth.Identity, ask ImportAsk, tx *store.Tx) ([]Entry, []vf.Event, error) {
	entries := make([]Entry, len(ask.Logs))
	events := make([]vf.Event, len(ask.Logs))
	for i, log := range ask.Logs {
		e, k, err := draft(s, log, who, tx.Now())
		if err != nil {
			if f := fault.As(err); f != nil {
				err = f.AtLine(i + 1)
			}
			return nil, nil, err
		}
		e.State = s.validation(s.Projects[e.Project], k).initial(e.Quantity)
		entries[i], events[i] = e, e.event(k, log)
	}
	return entries, events, nil
}

// importBody is the public part of the record of a chunk.
type importBody struct {
	Batch Batch `json:"batch"`
	Rows  int   `json:"rows"`
}

// journalImport appends the chunk's record and remembers its keys.
func journalImport(tx *store.Tx, who auth.Identity, ask ImportAsk, entries []Entry, changes vf.Changes) (seq int64, err error) {
	record := journal.Record{Act: "contribution.import", By: who.Agent, Public: importBody{ask.Batch, len(entries)}, Attached: map[string][]byte{}}
	if record.Attached["entries"], err = json.Marshal(entries); err != nil {
		return 0, err
	}
	if record.Attached["vf"], err = json.Marshal(changes); err != nil {
		return 0, err
	}
	notes := make([]string, len(entries))
	noted := false
	for i, e := range entries {
		notes[i] = e.Note
		noted = noted || e.Note != ""
	}
	if noted {
		sealed, err := json.Marshal(notes)
		if err != nil {
			return 0, err
		}
		record.Sealed = map[string]string{"notes": string(sealed)}
	}
	if seq, err = journal.Append(tx, record); err != nil {
		return 0, err
	}
	keys := make([]byte, 0, len(ask.Keys)*len(ImportKey{}))
	for _, k := range ask.Keys {
		keys = append(keys, k[:]...)
	}
	content, err := json.Marshal(ask.Batch)
	if err != nil {
		return 0, err
	}
	return seq, tx.Append(insertImport, seq, ask.Batch.ID, int64(len(entries)), keys, string(content))
}

// ImportedKeys is the set of keys a commons has imported, up to a chunk.
type ImportedKeys struct {
	Seen int64 // the last chunk read; -1 before the first
	keys map[ImportKey]struct{}
}

// NewImportedKeys returns an empty set; CatchUp fills it.
func NewImportedKeys() *ImportedKeys {
	return &ImportedKeys{Seen: -1, keys: map[ImportKey]struct{}{}}
}

// CatchUp adds the keys of chunks imported since.
func (k *ImportedKeys) CatchUp(r *store.Snapshot) error {
	rows, err := r.Query(importsAfter, k.Seen)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var keys []byte
		if err := rows.Scan(&k.Seen, &keys); err != nil {
			return err
		}
		for len(keys) >= 16 {
			k.keys[ImportKey(keys[:16])] = struct{}{}
			keys = keys[16:]
		}
	}
	return rows.Err()
}

// Has reports whether a key was imported.
func (k *ImportedKeys) Has(key ImportKey) bool {
	_, ok := k.keys[key]
	return ok
}
