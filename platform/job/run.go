package job

import (
	"context"
	"encoding/json"
	"time"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// State is where a run stands.
type State string

// The states of a run. The last three are final.
const (
	Waiting  State = "waiting"
	Running  State = "running"
	Done     State = "done"
	Failed   State = "failed"
	Canceled State = "canceled"
)

// Final reports whether the run has ended.
func (s State) Final() bool { return s == Done || s == Failed || s == Canceled }

// Run is one piece of work, as it stands.
type Run struct {
	ID        store.ID        `json:"id"`
	Commons   store.ID        `json:"commons"`
	Kind      string          `json:"kind"`
	StartedBy store.ID        `json:"started_by"` // account; store.Host when the host itself did
	Args      json.RawMessage `json:"-"`
	State     State           `json:"state"`
	Done      int64           `json:"done"`              // units of work finished
	Total     int64           `json:"total"`             // units of work in all; 0 when not known
	Message   string          `json:"message,omitempty"` // what it is at: a message key, or a name such as a file's
	Report    Report          `json:"report,omitzero"`
	Canceling bool            `json:"canceling,omitempty"`
	Created   time.Time       `json:"created"`
	Finished  time.Time       `json:"finished,omitzero"` // zero while the run has not ended

	saved  json.RawMessage
	worker store.ID // who holds it; empty for nobody
	beats  int64    // how often whoever held it said so
}

// Report says what a run did, or what was wrong.
type Report struct {
	Summary string         `json:"summary,omitempty"` // one sentence: a message key, or a name such as a file's
	Path    string         `json:"path,omitempty"`    // of the page that shows the result
	Facts   []Fact         `json:"facts,omitempty"`
	Faults  []*fault.Error `json:"faults,omitempty"`   // what was wrong, by line or field
	ErrorID string         `json:"error_id,omitempty"` // of an internal error, for the operator
}

// Fact is one line of a report: "Rows read", 12,408. It keeps the key of its
// label and the value itself, so that every reader sees it in their language.
type Fact struct {
	Label  string           `json:"label"`            // message key; a label in words is shown as it is
	Amount *quantity.Amount `json:"amount,omitempty"` // the value
	Value  string           `json:"value,omitempty"`  // or what is no amount, such as a name
}

// Count is a fact that counts things.
func Count(label string, n int) Fact { return Measure(label, quantity.Of(int64(n), "one")) }

// Measure is a fact with an amount.
func Measure(label string, a quantity.Amount) Fact { return Fact{Label: label, Amount: &a} }

// Kind is a sort of work, registered by a room.
type Kind struct {
	Name  string // "room.verb"
	Title string // message key
	// Resumes says that Run goes on from its checkpoint when it is called
	// again after a crash. A kind that does not is failed instead.
	Resumes bool
	// AtOnce bounds how many runs of the kind one process works on at a time,
	// so that heavy work leaves workers to the rest; 0 for no bound of its own.
	AtOnce int
	// Run does the work. It returns when the context ends, as soon as it can
	// do so cleanly. A fault is shown to the reader; any other error is logged.
	Run func(ctx context.Context, t *Task) (Report, error)
}

// errInterrupted is what became of a run that a crash cut off and that cannot go on.
var errInterrupted = fault.New(fault.Unavailable, "job.interrupted", "", "the program stopped while this was running; nothing is half done, start it again")
