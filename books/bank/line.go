package bank

import (
	"encoding/json"

	"commonweal/books/intake"
	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// State is how far a line is understood.
type State string

// The states.
const (
	Open    State = "open"
	Settled State = "settled"
	Ignored State = "ignored"
)

// Line is a movement on an account of the commons.
type Line struct {
	ID    store.ID
	At    store.ID // the account
	Seq   int64    // the entry of the log that brought it
	State State
	intake.Line
	Outcome *Outcome // nil while it is open
}

// Outcome is what a line was found to be.
type Outcome struct {
	Seq    int64      `json:"-"`               // the entry of the log that says so
	Parts  []PartDone `json:"parts,omitempty"` // none for a line that is left out
	Reason string     `json:"reason,omitempty"`
}

// PartDone is a part of a line with what it became.
type PartDone struct {
	Part
	Done   store.ID `json:"done,omitempty"`   // the event; none for a transfer between own accounts
	Income store.ID `json:"income,omitempty"` // of the practice that shares it out
	New    bool     `json:"new,omitempty"`    // the event was recorded because of the line
}

const lineColumns = `l.id, l.account, l.seq, l.state, l.content, o.seq, o.content`

var (
	selectLine   = store.SQL(`SELECT ` + lineColumns + ` FROM bank_line l LEFT JOIN bank_outcome o ON o.commons_id = l.commons_id AND o.line = l.id WHERE l.commons_id = $1 AND l.id = $2`)
	linesByID    = store.ByIDs(`SELECT ` + lineColumns + ` FROM bank_line l LEFT JOIN bank_outcome o ON o.commons_id = l.commons_id AND o.line = l.id WHERE l.commons_id = $1 AND l.id IN (*)`)
	linesByPrint = store.ByIDs(`SELECT ` + lineColumns + ` FROM bank_line l LEFT JOIN bank_outcome o ON o.commons_id = l.commons_id AND o.line = l.id WHERE l.commons_id = $1 AND l.fingerprint IN (*) ORDER BY l.id`)
	linesIn      = store.SQL(`SELECT ` + lineColumns + ` FROM bank_line l LEFT JOIN bank_outcome o ON o.commons_id = l.commons_id AND o.line = l.id
		WHERE l.commons_id = $1 AND l.state = $2 AND (l.day, l.id) > ($3, $4) ORDER BY l.day, l.id LIMIT $5`)
	linesOfChunk = store.SQL(`SELECT ` + lineColumns + ` FROM bank_line l LEFT JOIN bank_outcome o ON o.commons_id = l.commons_id AND o.line = l.id WHERE l.commons_id = $1 AND l.seq = $2 ORDER BY l.id`)
	countLines   = store.SQL(`SELECT state, count(*) FROM bank_line WHERE commons_id = $1 GROUP BY state`)
	lineOfEvent  = store.SQL(`SELECT line FROM bank_evidence WHERE commons_id = $1 AND event = $2`)
	insertLine   = store.Into("bank_line", "id", "account", "seq", "day", "unit", "micros", "fingerprint", "party", "state", "content")
)

func scanLine(row store.Scanner) (l Line, err error) {
	var content string
	var seq *int64
	var outcome *string
	if err := row.Scan(&l.ID, &l.At, &l.Seq, &l.State, &content, &seq, &outcome); err != nil {
		return l, err
	}
	if err := json.Unmarshal([]byte(content), &l.Line); err != nil || outcome == nil {
		return l, err
	}
	l.Outcome = &Outcome{}
	err = json.Unmarshal([]byte(*outcome), l.Outcome)
	l.Outcome.Seq = *seq
	return l, err
}

// GetLine returns one line.
func GetLine(r store.Reader, id store.ID) (Line, error) {
	l, found, err := store.One(r, scanLine, selectLine, id)
	if err == nil && !found {
		err = unknownLine()
	}
	return l, err
}

func unknownLine() error {
	return fault.NotFoundf("bank.unknown_line", "line", "there is no such line; its statement may have been taken back")
}

// lowest stands before every identifier.
const lowest store.ID = "00000000-0000-0000-0000-000000000000"

// LinePage returns lines in a state, by day, behind a place: at most limit.
func LinePage(r store.Reader, state State, afterDay string, after store.ID, limit int) ([]Line, error) {
	if after == "" {
		after = lowest
	}
	return store.All(r, scanLine, linesIn, string(state), afterDay, after, limit)
}

// Counts returns how many lines are in each state.
func Counts(r store.Reader) (map[State]int64, error) {
	out := map[State]int64{}
	_, err := store.All(r, func(row store.Scanner) (n int64, err error) {
		var s State
		err = row.Scan(&s, &n)
		out[s] = n
		return n, err
	}, countLines)
	return out, err
}

// LineOf returns the line that stands behind an event; found is false for none.
func LineOf(r store.Reader, event store.ID) (line store.ID, found bool, err error) {
	return store.One(r, scanID, lineOfEvent, event)
}

// fingerprint is the one of a line as an identifier: both are 16 bytes.
func fingerprint(l *intake.Line) store.ID {
	f := l.Fingerprint
	return store.ID(f[:8] + "-" + f[8:12] + "-" + f[12:16] + "-" + f[16:20] + "-" + f[20:])
}
