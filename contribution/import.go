package contribution

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/vf"
)

// ImportChunk is the number of records one act imports: large enough that its
// journal entry costs nothing, small enough that others get their turn.
const ImportChunk = 5000

// Batch says where an import came from. A batch can be taken back as a whole.
type Batch struct {
	ID     store.ID `json:"id"`
	Source string   `json:"source"` // "git", "timesheet", ...
	File   string   `json:"file,omitempty"`
}

// ImportAsk is one chunk of an import.
type ImportAsk struct {
	Batch Batch
	Keys  []ImportKey // one for each of Logs, all unseen at Seen
	Logs  []LogAsk    // each with its Person
	// Origins say where each of Logs was read: "17" for a line, or "17 " and the
	// source's own identifier. Nil when the source does not tell.
	Origins []string
	Money   []MoneyAsk // income and refunds, in order
	Kept    []KeptAsk
	// Seen is the last chunk the caller compared the keys with; when another
	// import came between, the act is refused with contribution.import_raced and
	// the caller compares again.
	Seen int64
}

// Records returns how many records the chunk has.
func (ask *ImportAsk) Records() int { return len(ask.Logs) + len(ask.Money) + len(ask.Kept) }

// keys returns the keys of all records, in the order of their origins.
func (ask *ImportAsk) keys() []byte {
	out := make([]byte, 0, ask.Records()*len(ImportKey{}))
	for i := range ask.Keys {
		out = append(out, ask.Keys[i][:]...)
	}
	for i := range ask.Money {
		out = append(out, ask.Money[i].Key[:]...)
	}
	for i := range ask.Kept {
		out = append(out, ask.Kept[i].Key[:]...)
	}
	return out
}

// origins returns where the records were read, a line each.
func (ask *ImportAsk) origins() string {
	var b strings.Builder
	for i := range ask.Logs {
		if ask.Origins != nil {
			b.WriteString(ask.Origins[i])
		}
		b.WriteByte('\n')
	}
	for i := range ask.Money {
		b.WriteString(ask.Money[i].Origin)
		b.WriteByte('\n')
	}
	for i := range ask.Kept {
		b.WriteString(ask.Kept[i].Origin)
		b.WriteByte('\n')
	}
	return b.String()
}

// check refuses a chunk whose lists do not fit together.
func (ask *ImportAsk) check() error {
	n := ask.Records()
	if n == 0 || n > ImportChunk || len(ask.Keys) != len(ask.Logs) || (ask.Origins != nil && len(ask.Origins) != len(ask.Logs)) {
		return fault.Invalidf("contribution.import_size", "", "%d records, %d contributions with %d keys; a chunk has 1 to %d, each contribution with its key",
			n, len(ask.Logs), len(ask.Keys), ImportChunk)
	}
	return nil
}

var lastImport = store.SQL(`SELECT seq FROM contribution_import WHERE commons_id = $1 ORDER BY seq DESC LIMIT 1`)

// ImportContributions brings in many records as one act: one journal entry,
// whose list of entries and whose events are attached by hash. It is refused
// whole with the first contribution that breaks a rule; its fault's Line is the
// contribution's place in the chunk, from 1.
//
// It returns the number of that entry, which is the Seen of the next chunk. A
// repeat after a lost answer is refused with contribution.import_raced, and the
// caller's comparison then finds every key imported.
func ImportContributions(ctx context.Context, db *store.Store, who auth.Identity, ask ImportAsk) (seq int64, err error) {
	if err := ask.check(); err != nil {
		return 0, err
	}
	if err := who.Must(Import); err != nil {
		return 0, err
	}
	if len(ask.Money) > 0 {
		if err := who.Must(Receive); err != nil {
			return 0, err
		}
	}
	return store.Write(ctx, db, store.Command{Commons: who.Commons}, func(tx *store.Tx) (int64, error) {
		if err := who.In(tx); err != nil {
			return 0, err
		}
		return importChunk(tx, who, &ask)
	})
}

func importChunk(tx *store.Tx, who auth.Identity, ask *ImportAsk) (seq int64, err error) {
	if err := notRaced(tx, ask.Seen); err != nil {
		return 0, err
	}
	s, err := settings.Get(tx)
	if err != nil {
		return 0, err
	}
	entries, events, err := drafts(s, who, ask, tx.Now())
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
	money, err := importMoney(tx, ledger, s, ask.Money)
	if err != nil {
		return 0, err
	}
	if seq, err = journalImport(tx, who, ask, entries, money, ledger.Changes()); err != nil {
		return 0, err
	}
	for i := range entries {
		entries[i].No = EntryNo{Seq: seq, N: int64(i)}
		if err := appendEntry(tx, entries[i]); err != nil {
			return 0, err
		}
	}
	if err := money.save(tx, seq); err != nil {
		return 0, err
	}
	if err := keep(tx, seq, ask.Batch.ID, ask.Kept); err != nil {
		return 0, err
	}
	return seq, noteImport(tx, who, seq, ask, money)
}

// notRaced refuses a chunk when another import came after seen.
func notRaced(tx *store.Tx, seen int64) error {
	last, found, err := store.One(tx, scanInt64, lastImport)
	if err != nil {
		return err
	}
	if !found {
		last = -1
	}
	if last != seen {
		return fault.Conflictf("contribution.import_raced", "", "another import came first; compare with what it brought and try again")
	}
	return nil
}

// drafts turns every contribution of the chunk into an entry and its event.
func drafts(s *Settings, who auth.Identity, ask *ImportAsk, now time.Time) ([]Entry, []vf.Event, error) {
	entries := make([]Entry, len(ask.Logs))
	events := make([]vf.Event, len(ask.Logs))
	for i := range ask.Logs {
		e, k, err := draft(s, ask.Logs[i], who, now)
		if err != nil {
			if f := fault.As(err); f != nil {
				err = f.AtLine(i + 1)
			}
			return nil, nil, err
		}
		e.State = s.validation(s.Projects[e.Project], k).initial(e.Quantity)
		entries[i], events[i] = e, e.event(k, ask.Logs[i])
	}
	return entries, events, nil
}

var (
	insertImport = store.Into("contribution_import", "seq", "batch", "rows", "keys", "origins", "content")
	addToBatch   = store.SQL(`INSERT INTO contribution_batch (commons_id, id, at, by, state, rows, content) VALUES ($1, $2, $3, $4, 'standing', $5, $6)
		ON CONFLICT (commons_id, id) DO UPDATE SET rows = contribution_batch.rows + excluded.rows`)
)

// chunkContent is what a row of contribution_import says beside its keys.
type chunkContent struct {
	Batch
	Entries int        `json:"entries,omitempty"` // contributions
	Incomes []store.ID `json:"incomes,omitempty"`
}

// noteImport remembers the chunk: its keys, so that nothing enters twice, and
// what has to be undone to take its batch back.
func noteImport(tx *store.Tx, who auth.Identity, seq int64, ask *ImportAsk, money *importedMoney) error {
	content := chunkContent{Batch: ask.Batch, Entries: len(ask.Logs)}
	for _, in := range money.incomes {
		content.Incomes = append(content.Incomes, in.ID)
	}
	chunk, err := json.Marshal(content)
	if err != nil {
		return err
	}
	batch, err := json.Marshal(ask.Batch)
	if err != nil {
		return err
	}
	if err := tx.Append(insertImport, seq, ask.Batch.ID, int64(ask.Records()), ask.keys(), ask.origins(), string(chunk)); err != nil {
		return err
	}
	n, err := tx.Exec(addToBatch, ask.Batch.ID, store.Micros(tx.Now()), who.Agent, int64(ask.Records()), string(batch))
	if err == nil && n != 1 {
		err = fault.Conflictf("contribution.import_batch", "batch", "the batch could not be noted")
	}
	return err
}
