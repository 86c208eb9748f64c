package books

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"time"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"commonweal/books/ledger"
	"commonweal/platform/journal"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// eventLine is a line of the JSON lines export: an economic event with the
// entry of the log that recorded it. Members stand in the order of RFC 8785.
type eventLine struct {
	Act      string            `json:"act"`
	By       store.ID          `json:"by,omitempty"`
	Event    jsontext.Value    `json:"event"` // as in the log
	Log      int64             `json:"log"`
	Recorded string            `json:"recorded"`
	Sealed   map[string]string `json:"sealed,omitempty"` // commitments to its private texts
}

// rawEntry is an entry whose events are kept as they stand.
type rawEntry struct {
	Act      string            `json:"act"`
	At       string            `json:"at"`
	By       store.ID          `json:"by"`
	Attached map[string]string `json:"attached"`
	Sealed   map[string]string `json:"sealed"`
	Body     struct {
		VF rawChanges `json:"vf"`
	} `json:"body"`
}

type rawChanges struct {
	Events []jsontext.Value `json:"events"`
}

// events writes the events of the period, whatever they did, in the order of
// the log: one canonical JSON object a line.
func (x *exporting) events() error {
	w, err := x.out.create("")
	if err != nil {
		return err
	}
	for line, err := range journal.Lines(x.view.Snapshot, 0, x.Filter.Size) {
		if err != nil {
			return err
		}
		if !x.step(x.Filter.Size) {
			return x.ctx.Err()
		}
		if !bytes.Contains(line.Record, []byte(`"vf":`)) {
			continue
		}
		if err := x.eventsOf(w, line); err != nil {
			return fmt.Errorf("books: entry %d: %w", line.Seq, err)
		}
	}
	return nil
}

func (x *exporting) eventsOf(w io.Writer, line journal.Line) error {
	var e rawEntry
	if err := jsonv2.Unmarshal(line.Record, &e); err != nil {
		return err
	}
	if digest := e.Attached["vf"]; digest != "" {
		data, err := journal.Blob(x.view.Snapshot, digest)
		if err != nil {
			return err
		}
		if err := jsonv2.Unmarshal(data, &e.Body.VF); err != nil {
			return err
		}
	}
	at, err := time.Parse(journal.TimeFormat, e.At)
	if err != nil {
		return err
	}
	for _, raw := range e.Body.VF.Events {
		var event vf.Event
		if err := jsonv2.Unmarshal(raw, &event); err != nil {
			return err
		}
		if !x.keeps(&event, at) {
			continue
		}
		if err := raw.Canonicalize(); err != nil { // what was attached is not yet
			return err
		}
		out := eventLine{Act: e.Act, By: e.By, Event: raw, Log: line.Seq, Recorded: e.At, Sealed: sealedOf(e.Sealed, event.ID)}
		if err := writeLine(w, out); err != nil {
			return err
		}
	}
	return nil
}

// sealedOf returns the commitments of an entry that belong to one of its events.
func sealedOf(all map[string]string, event store.ID) map[string]string {
	name := "event/" + string(event) + "/note"
	if c := all[name]; c != "" {
		return map[string]string{name: c}
	}
	return nil
}

// keeps reports whether the filter asks for an event that was recorded at a
// time. What the accounts know of it counts; an event without an entry is on
// no account.
func (x *exporting) keeps(event *vf.Event, at time.Time) bool {
	l, f := x.view.Ledger, x.Filter
	day, project, party := l.Day(event, at), event.InScopeOf, l.Party(event)
	entry, booked := l.Entry(event.ID)
	if booked {
		project, party = entry.Project, entry.Payee
	}
	if f.By == ledger.Recorded {
		day = l.Known(at)
	}
	on := func(p ledger.Posting) bool { return p.Account.In(f.Account) }
	return (f.From == "" || day >= f.From) && (f.To == "" || day <= f.To) && (f.Project == "" || f.Project == project) && (f.Agent == "" || f.Agent == party) &&
		(f.Account == "" || slices.ContainsFunc(entry.Postings, on)) && mentions(event, f.Unit)
}

// mentions reports whether an event has a quantity in the unit; every event
// does when there is none.
func mentions(e *vf.Event, unit quantity.Unit) bool {
	return unit == "" || e.ResourceQuantity != nil && e.ResourceQuantity.Unit == unit || e.EffortQuantity != nil && e.EffortQuantity.Unit == unit
}
