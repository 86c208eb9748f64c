package contribution

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// EntryNo names a contribution: the number of the journal entry that logged
// it, and its place inside that entry (0 unless many were imported at once).
// Its text is "4211" or "4211.17".
type EntryNo struct {
	Seq int64
	N   int64
}

// pair is the number as the columns of a key hold it.
func (no EntryNo) pair() (seq, n int64) { return no.Seq, no.N }

// String returns "4211" or "4211.17".
func (no EntryNo) String() string {
	if no.N == 0 {
		return strconv.FormatInt(no.Seq, 10)
	}
	return fmt.Sprintf("%d.%d", no.Seq, no.N)
}

// MarshalText implements encoding.TextMarshaler.
func (no EntryNo) MarshalText() ([]byte, error) { return []byte(no.String()), nil }

// UnmarshalText reads what String writes.
func (no *EntryNo) UnmarshalText(text []byte) error {
	seq, n, many := strings.Cut(string(text), ".")
	s, err := strconv.ParseInt(seq, 10, 64)
	var m int64
	if err == nil && many {
		m, err = strconv.ParseInt(n, 10, 64)
	}
	if got := (EntryNo{s, m}); err != nil || s < 0 || m < 0 || got.String() != string(text) {
		return fault.Invalidf("contribution.entry_number", "entry", "%q is not the number of a contribution, such as 4211 or 4211.17", text)
	}
	*no = EntryNo{s, m}
	return nil
}

// ParseEntryNo reads the text of an EntryNo.
func ParseEntryNo(text string) (no EntryNo, err error) {
	err = no.UnmarshalText([]byte(text))
	return no, err
}

// State is where a contribution stands. The numbers are stored.
type State int64

// The states. Only a Validated contribution is valued.
const (
	Logged    State = 1 // a claim, waiting for its validators
	Validated State = 2
	Disputed  State = 3 // rejected by a validator and appealed, or objected to
	Rejected  State = 4 // stays visible with value 0
	Amended   State = 5 // replaced by a later contribution
)

var stateNames = map[State]string{Logged: "logged", Validated: "validated", Disputed: "disputed", Rejected: "rejected", Amended: "amended"}

// String returns the stable name of the state.
func (s State) String() string { return stateNames[s] }

// MarshalText implements encoding.TextMarshaler.
func (s State) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads a state's name.
func (s *State) UnmarshalText(text []byte) error {
	for state, name := range stateNames {
		if name == string(text) {
			*s = state
			return nil
		}
	}
	return fault.Invalidf("contribution.state", "state", "%q is not a state of a contribution", text)
}

// Evidence is something that shows a contribution happened: a link, or the
// hash of a file kept by the commons.
type Evidence struct {
	Link string `json:"link,omitempty"`
	File string `json:"file,omitempty"` // SHA-256 of an uploaded file, hex
	Name string `json:"name,omitempty"` // of the file, for people
}

// Entry is one contribution.
type Entry struct {
	No       EntryNo         `json:"no"`
	Event    store.ID        `json:"event"` // the economic event it is
	Kind     string          `json:"kind"`
	Stream   Stream          `json:"stream"`
	Person   store.ID        `json:"person"`
	Project  store.ID        `json:"project"`
	Process  store.ID        `json:"process,omitempty"`
	At       time.Time       `json:"at"` // when it happened (its beginning)
	Quantity quantity.Amount `json:"quantity"`
	// Rate is the value of one unit, Value the value of the whole; in the
	// currency of the commons; zero unit when the contribution is not priced.
	Rate  quantity.Amount `json:"rate,omitzero"`
	Value quantity.Amount `json:"value,omitzero"`
	// Deliverable is the order or shipment it was done for: "order:A-17".
	Deliverable string     `json:"deliverable,omitempty"`
	State       State      `json:"state"` // as logged in the journal; as it stands now when read
	LoggedBy    store.ID   `json:"loggedBy"`
	Corrects    *EntryNo   `json:"corrects,omitempty"`
	Evidence    []Evidence `json:"evidence,omitempty"`
	Note        string     `json:"-"` // private: the journal holds a commitment
}
