package workplan

import (
	"html"
	"time"

	"commonweal/platform/activitypub"
	"commonweal/platform/fault"
)

// Event is what one side says was done of a commitment.
type Event struct {
	Amounts
	URI      string    `json:"uri"`
	Action   string    `json:"action"`
	Fulfills string    `json:"fulfills"` // the commitment
	At       time.Time `json:"at"`
	Content  string    `json:"content,omitempty"`  // plain text
	Finished bool      `json:"finished,omitempty"` // no more of the commitment follows
}

// IsEvent reports whether an object is an economic event.
func IsEvent(o activitypub.Object) bool { return o != nil && o.Is("EconomicEvent") }

// ReadEvent reads an event. One that does not say when it was is of the moment it was
// published, or of now. Invalid: federation.event, .quantity.
func ReadEvent(o activitypub.Object, now time.Time) (e Event, err error) {
	e = Event{URI: o.Text("id"), Action: activitypub.Term(o.Text("action")), Fulfills: o.ID("fulfills"), Content: o.Plain("content", maxContent)}
	if !IsEvent(o) || activitypub.HostOf(e.URI) == "" || activitypub.HostOf(e.Fulfills) == "" || len(e.URI) > maxAddress || len(e.Fulfills) > maxAddress {
		return e, fault.Invalidf("federation.event", "fulfills", "the event %.200q does not say which it is, or which commitment it fulfills", e.URI)
	}
	e.Finished, _ = o.Bool("finished")
	e.At = now
	for _, field := range []string{"hasPointInTime", "hasEnd", "hasBeginning", "published"} {
		if at := o.Time(field); !at.IsZero() {
			e.At = at
			break
		}
	}
	if e.At.After(now.Add(ahead)) {
		return e, fault.Invalidf("federation.event", "hasPointInTime", "the event is of %s, which is still to come", e.At.Format(time.DateOnly))
	}
	e.Amounts, err = readAmounts(o)
	if err == nil && e.Quantity == nil && e.Effort == nil {
		err = fault.Invalidf("federation.event", "resourceQuantity", "the event does not say how much")
	}
	return e, err
}

// ahead is how far the clock of another server may be before ours, and maxAddress how
// long an address may be.
const (
	ahead      = time.Hour
	maxAddress = 2000
)

// Object returns the event as a document.
func (e Event) Object() map[string]any {
	o := map[string]any{"type": "EconomicEvent", "id": e.URI, "action": e.Action, "fulfills": e.Fulfills, "hasPointInTime": e.At.UTC().Format(time.RFC3339)}
	if e.Finished {
		o["finished"] = true
	}
	set(o, "content", html.EscapeString(e.Content))
	e.Amounts.write(o)
	return o
}
