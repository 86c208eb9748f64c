package bank

import (
	"encoding/json"
	"slices"
	"strings"

	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// Replay follows the lines of a commons through its log alone, without its
// database, and holds every entry against the rules: a line is decided once,
// by parts that add up to it, each an event of that size behind which no other line stands.
//
// A breach is a fault; after one the replay is of no use.
type Replay struct {
	Lines    map[store.ID]*ReplayedLine
	evidence map[store.ID]store.ID // event → line
	events   map[store.ID]quantity.Amount
}

// ReplayedLine is a line as the log tells of it.
type ReplayedLine struct {
	Amount quantity.Amount
	Chunk  int64 // the entry that brought it
	State  State
	Events []store.ID
}

// NewReplay returns the replay of a log that has not begun.
func NewReplay() *Replay {
	return &Replay{Lines: map[store.ID]*ReplayedLine{}, evidence: map[store.ID]store.ID{}, events: map[store.ID]quantity.Amount{}}
}

// Entry is an entry of the log with what belongs to it.
type Entry struct {
	journal.Entry
	Changes    *vf.Changes // what it did to the core; nil for nothing
	Attachment func(name string) ([]byte, error)
}

// Entry checks the next entry of the log.
func (r *Replay) Entry(e Entry) error {
	if e.Changes != nil {
		for _, v := range e.Changes.Events {
			if v.ResourceQuantity != nil && v.Corrects == "" {
				r.events[v.ID] = *v.ResourceQuantity
			}
		}
	}
	verb, ours := strings.CutPrefix(e.Act, "bank.")
	if !ours {
		return nil
	}
	switch verb {
	case "take":
		return r.taken(e)
	case "settle":
		return r.settled(e)
	case "reopen":
		return r.reopened(e)
	case "take_back":
		return r.takenBack(e)
	}
	return nil
}

// Close is asked after the last entry. Lines may be left open.
func (r *Replay) Close() error { return nil }

func breach(field, format string, args ...any) error {
	return fault.Conflictf("bank.replay", field, format, args...)
}

// lines reads the attachment of an entry.
func lines[T any](e Entry) (out []T, err error) {
	data, err := e.Attachment("lines")
	if err == nil {
		err = json.Unmarshal(data, &out)
	}
	if err != nil {
		return nil, breach("lines", "the lines cannot be read: %v", err)
	}
	return out, nil
}

func (r *Replay) taken(e Entry) error {
	list, err := lines[takenLine](e)
	for _, l := range list {
		if r.Lines[l.ID] != nil {
			return breach("line", "the line %s came in before", l.ID)
		}
		r.Lines[l.ID] = &ReplayedLine{Amount: l.Amount, Chunk: e.Seq, State: Open}
	}
	return err
}

func (r *Replay) settled(e Entry) error {
	list, err := lines[settledLine](e)
	for _, d := range list {
		l := r.Lines[d.Line]
		if l == nil || l.State != Open {
			return breach("line", "the line %s was not open", d.Line)
		}
		if l.State = Settled; len(d.Parts) == 0 {
			l.State = Ignored
			continue
		}
		if err := r.parts(d, l); err != nil {
			return err
		}
	}
	return err
}

// parts checks what a line is said to be.
func (r *Replay) parts(d settledLine, l *ReplayedLine) error {
	sum := int64(0)
	for _, p := range d.Parts {
		var err error
		if sum, err = quantity.AddMicros(sum, p.Amount.Micros); err != nil {
			return err
		}
		if p.As == Between {
			continue
		}
		moved, known := r.events[p.Done]
		switch {
		case !known || abs(moved.Micros) != abs(p.Amount.Micros) && p.New || moved.Unit != p.Amount.Unit:
			return breach("event", "the line %s is said to be the event %s, which does not move %s", d.Line, p.Done, p.Amount)
		case r.evidence[p.Done] != "":
			return breach("event", "the lines %s and %s are said to be one event, %s", r.evidence[p.Done], d.Line, p.Done)
		}
		r.evidence[p.Done] = d.Line
		l.Events = append(l.Events, p.Done)
	}
	if sum != l.Amount.Micros {
		return breach("parts", "the parts of the line %s do not come to %s", d.Line, l.Amount)
	}
	return nil
}

func (r *Replay) reopened(e Entry) error {
	var body struct {
		Line store.ID `json:"line"`
	}
	if err := json.Unmarshal(e.Body, &body); err != nil {
		return breach("body", "the record cannot be read: %v", err)
	}
	l := r.Lines[body.Line]
	if l == nil || l.State == Open {
		return breach("line", "the line %s was not decided", body.Line)
	}
	r.free(l)
	l.State = Open
	return nil
}

// free lets other lines stand behind the events of a line.
func (r *Replay) free(l *ReplayedLine) {
	for _, id := range l.Events {
		delete(r.evidence, id)
	}
	l.Events = nil
}

func (r *Replay) takenBack(e Entry) error {
	var body struct {
		Chunk int64 `json:"chunk"`
	}
	if err := json.Unmarshal(e.Body, &body); err != nil {
		return breach("body", "the record cannot be read: %v", err)
	}
	for id, l := range r.Lines {
		if l.Chunk == body.Chunk {
			r.free(l)
			delete(r.Lines, id)
		}
	}
	return nil
}

// Sorted are the identifiers of the lines in a state, in order.
func (r *Replay) Sorted(state State) (out []store.ID) {
	for id, l := range r.Lines {
		if l.State == state {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}
