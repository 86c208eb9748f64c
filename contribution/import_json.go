package contribution

import (
	"encoding/json"
	"time"

	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// A bulk import writes each contribution twice as JSON, once as an entry and
// once as an event. What encoding/json would write is written here by hand,
// byte for byte the same, at a fraction of its cost.

// entriesJSON is json.Marshal(entries).
func entriesJSON(entries []Entry) ([]byte, error) {
	b := append(make([]byte, 0, 640*len(entries)+2), '[')
	for i := range entries {
		if i > 0 {
			b = append(b, ',')
		}
		var err error
		if b, err = appendEntryJSON(b, &entries[i]); err != nil {
			return nil, err
		}
	}
	return append(b, ']'), nil
}

// appendEntryJSON appends json.Marshal(e).
func appendEntryJSON(b []byte, e *Entry) (_ []byte, err error) {
	if len(e.Evidence) > 0 || e.Corrects != nil || e.Deliverable != "" { // rare, and not worth the code
		v, err := json.Marshal(e)
		return append(b, v...), err
	}
	b = append(append(append(b, `{"no":"`...), e.No.String()...), '"')
	b = appendID(b, `,"event":"`, e.Event)
	b = appendText(b, `,"kind":`, e.Kind)
	b = appendText(b, `,"stream":`, string(e.Stream))
	b = appendID(b, `,"person":"`, e.Person)
	b = appendID(b, `,"project":"`, e.Project)
	if e.Process != "" {
		b = appendID(b, `,"process":"`, e.Process)
	}
	if b, err = appendTime(b, `,"at":`, e.At); err != nil {
		return b, err
	}
	if b, err = appendAmount(b, `,"quantity":`, e.Quantity); err != nil {
		return b, err
	}
	if !e.Rate.IsZero() {
		if b, err = appendAmount(b, `,"rate":`, e.Rate); err != nil {
			return b, err
		}
	}
	if !e.Value.IsZero() {
		if b, err = appendAmount(b, `,"value":`, e.Value); err != nil {
			return b, err
		}
	}
	b = append(append(append(b, `,"state":"`...), e.State.String()...), '"')
	b = appendID(b, `,"loggedBy":"`, e.LoggedBy)
	return append(b, '}'), nil
}

// changesJSON is json.Marshal(c). Only a list of events alone is written by
// hand; what else an act did to the core is short.
func changesJSON(c vf.Changes) ([]byte, error) {
	events := c.Events
	c.Events = nil
	if !c.Empty() || len(events) == 0 {
		c.Events = events
		return json.Marshal(c)
	}
	b := append(make([]byte, 0, 640*len(events)+16), `{"events":[`...)
	for i := range events {
		if i > 0 {
			b = append(b, ',')
		}
		var err error
		if b, err = appendEventJSON(b, &events[i]); err != nil {
			return nil, err
		}
	}
	return append(b, "]}"...), nil
}

// plainEvent reports whether an event has nothing beside what appendEventJSON
// writes: what most contributions are.
func plainEvent(e *vf.Event) bool {
	return e.ResourceInventoriedAs == "" && e.ToResourceInventoriedAs == "" && e.ToLocation == "" && e.State == "" && e.Stage == "" &&
		e.Note == "" && e.RealizationOf == "" && e.Corrects == "" && e.PreviousEvent == "" && e.ToPreviousEvent == "" && e.PairOf == "" &&
		e.ChainPosition == 0 && e.ToChainPosition == 0
}

// appendEventJSON appends json.Marshal(e).
func appendEventJSON(b []byte, e *vf.Event) (_ []byte, err error) {
	if !plainEvent(e) {
		v, err := json.Marshal(e)
		return append(b, v...), err
	}
	b = appendID(b, `{"id":"`, e.ID)
	b = appendText(b, `,"action":`, string(e.Action))
	for _, f := range [...]struct {
		name string
		id   store.ID
	}{{`,"provider":"`, e.Provider}, {`,"receiver":"`, e.Receiver}, {`,"inputOf":"`, e.InputOf}, {`,"outputOf":"`, e.OutputOf}, {`,"resourceConformsTo":"`, e.ResourceConformsTo}} {
		if f.id != "" {
			b = appendID(b, f.name, f.id)
		}
	}
	for i, class := range e.ClassifiedAs {
		b = appendText(b, [...]string{`,"resourceClassifiedAs":[`, `,`}[min(i, 1)], class)
	}
	if len(e.ClassifiedAs) > 0 {
		b = append(b, ']')
	}
	for _, f := range [...]struct {
		name string
		a    *quantity.Amount
	}{{`,"resourceQuantity":`, e.ResourceQuantity}, {`,"effortQuantity":`, e.EffortQuantity}} {
		if f.a == nil {
			continue
		}
		if b, err = appendAmount(b, f.name, *f.a); err != nil {
			return b, err
		}
	}
	for _, f := range [...]struct {
		name string
		t    time.Time
	}{{`,"hasBeginning":`, e.HasBeginning}, {`,"hasEnd":`, e.HasEnd}, {`,"hasPointInTime":`, e.HasPointInTime}, {`,"created":`, e.Created}} {
		if f.t.IsZero() {
			continue
		}
		if b, err = appendTime(b, f.name, f.t); err != nil {
			return b, err
		}
	}
	if e.InScopeOf != "" {
		b = appendID(b, `,"inScopeOf":"`, e.InScopeOf)
	}
	return append(b, '}'), nil
}

// appendID appends an identifier, which needs no escapes.
func appendID(b []byte, name string, id store.ID) []byte {
	return append(append(append(b, name...), id...), '"')
}

// appendText appends a text that commons or people chose.
func appendText(b []byte, name, text string) []byte {
	b = append(b, name...)
	for i := range len(text) {
		if c := text[i]; c < ' ' || c >= 0x7f || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			quoted, _ := json.Marshal(text) // a string always marshals
			return append(b, quoted...)
		}
	}
	return append(append(append(b, '"'), text...), '"')
}

func appendTime(b []byte, name string, t time.Time) ([]byte, error) {
	b = append(append(b, name...), '"')
	b, err := t.AppendText(b)
	return append(b, '"'), err
}

// appendAmount appends an amount as quantity.Amount.MarshalJSON does.
func appendAmount(b []byte, name string, a quantity.Amount) ([]byte, error) {
	b = appendText(append(b, name...), `{"unit":`, string(a.Unit))
	b = append(b, `,"value":"`...)
	return append(a.AppendDecimal(b), `"}`...), nil
}
