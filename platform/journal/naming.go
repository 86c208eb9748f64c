package journal

import (
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"commonweal/platform/store"
)

// entriesAtOnce is how many entries one statement erases.
const entriesAtOnce = 16

var (
	deleteEntries = store.SQL(`DELETE FROM journal_sealed WHERE commons_id = $1 AND seq IN ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`)
	deleteNaming  = store.SQL(`DELETE FROM journal_sealed WHERE commons_id = $1 AND (field LIKE $2 OR field IN ('note', 'notes', 'reason', 'comment') AND EXISTS (
		SELECT 1 FROM journal_entry e WHERE e.commons_id = journal_sealed.commons_id AND e.seq = journal_sealed.seq AND e.record LIKE $2))`)
)

// EraseEntries is Erase for every private field of many entries.
func EraseEntries(tx *store.Tx, seqs []int64) error {
	for some := range slices.Chunk(seqs, entriesAtOnce) {
		args := make([]any, entriesAtOnce)
		for i := range args {
			args[i] = some[min(i, len(some)-1)]
		}
		if _, err := tx.Exec(deleteEntries, args...); err != nil {
			return err
		}
	}
	return nil
}

// EraseNaming is Erase for the words in entries that name somebody in the open, as
// the one who acted or as the one it is about: notes, reasons and comments, and
// whatever fields are called after them. Votes stay: their count is checked by them.
func EraseNaming(tx *store.Tx, agent store.ID) error {
	_, err := tx.Exec(deleteNaming, "%"+string(agent)+"%")
	return err
}

var (
	deleteFields = store.ByTexts(`DELETE FROM journal_sealed WHERE commons_id = $1 AND field IN (*)`)
	linesBy      = store.SQL(`SELECT seq, record FROM journal_entry WHERE commons_id = $1 AND record LIKE $2 ORDER BY seq`)
)

// EraseFields is Erase for private fields whose names say by themselves what
// they are about ("event/ID/note"), in whatever entries they stand.
func EraseFields(tx *store.Tx, fields []string) error {
	return store.ExecOf(tx, deleteFields, fields)
}

// ActedBy returns the entries of an agent's own acts, in order.
func ActedBy(r store.Reader, agent store.ID) ([]Entry, error) {
	lines, err := store.All(r, scanLine, linesBy, `%"by":"`+string(agent)+`"%`)
	if err != nil {
		return nil, err
	}
	var out []Entry
	for _, l := range lines {
		e, err := Parse(l.Record)
		if err != nil {
			return nil, err
		}
		if e.By == agent { // and not a body that looks like it
			out = append(out, e)
		}
	}
	return out, nil
}

var (
	linesNaming    = store.SQL(`SELECT seq, record FROM journal_entry WHERE commons_id = $1 AND record LIKE $2 ORDER BY seq`)
	openingsNaming = store.SQL(`SELECT seq, field, salt, content FROM journal_sealed WHERE commons_id = $1 AND (field LIKE $2 OR field IN ('note', 'notes', 'reason', 'comment') AND EXISTS (
		SELECT 1 FROM journal_entry e WHERE e.commons_id = journal_sealed.commons_id AND e.seq = journal_sealed.seq AND e.record LIKE $2)) ORDER BY seq, field`)
)

// shared are fields that hold words to or of several people together: only who
// acted may take them along.
var shared = []string{"comment", "notes"}

// actedBy reports whether an entry of our own log is by the agent.
func actedBy(line []byte, agent store.ID) bool {
	e, err := Parse(line)
	return err == nil && e.By == agent
}

// Mention is an entry that names somebody, with what opens those words in it
// that are theirs or about them alone.
type Mention struct {
	Entry  jsontext.Value     `json:"entry"`
	Opened map[string]Opening `json:"opened,omitempty"`
}

// Naming returns every entry that names an agent, in order, for the person
// themself; that the reader is, the caller has checked.
func Naming(r store.Reader, agent store.ID) ([]Mention, error) {
	pattern := "%" + string(agent) + "%"
	lines, err := store.All(r, scanLine, linesNaming, pattern)
	if err != nil {
		return nil, err
	}
	openings, err := store.All(r, scanSealed, openingsNaming, pattern)
	if err != nil {
		return nil, err
	}
	out, at := make([]Mention, len(lines)), make(map[int64]int, len(lines))
	for i, l := range lines {
		out[i].Entry, at[l.Seq] = l.Record, i
	}
	for _, o := range openings {
		i, found := at[o.seq]
		if !found || slices.Contains(shared, o.field) && !actedBy(out[i].Entry, agent) {
			continue
		}
		if out[i].Opened == nil {
			out[i].Opened = map[string]Opening{}
		}
		out[i].Opened[o.field] = o.Opening
	}
	return out, nil
}
