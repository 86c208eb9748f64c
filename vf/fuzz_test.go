package vf

import (
	"encoding/json"
	"strings"
	"testing"

	"commonweal/platform/fault"
)

var eventSeeds = []string{
	`{"action":"work","provider":"01900000-0000-7000-8000-000000000001","receiver":"01900000-0000-7000-8000-000000000002","effortQuantity":{"unit":"hour","value":"2.5"}}`,
	`{"action":"transfer","resourceQuantity":{"unit":"one","value":"9223372036854.775807"},"hasPointInTime":"2106-02-07T06:28:16+14:00"}`,
	`{"action":"raise","resourceQuantity":{"unit":"one","value":"-0.000001"},"resourceClassifiedAs":["a","a"],"corrects":"x"}`,
	`{"action":"raise","Provider":"x"}`,
	`{"action":"raise","action":"lower"}`,
	`{"resourceQuantity":3}`,
	`null`,
	`[`,
}

// FuzzDecodeEvent: what decodes can be applied to an empty book without a
// panic, and is refused or survives a round trip.
func FuzzDecodeEvent(f *testing.F) {
	for _, s := range eventSeeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		e, err := DecodeEvent(raw)
		if err != nil {
			if fault.As(err) == nil {
				t.Fatalf("not a fault: %v", err)
			}
			return
		}
		if _, err := Apply(NewBook(), e); err != nil && fault.As(err) == nil {
			t.Fatalf("not a fault: %v", err)
		}
		if e.CheckShape() != nil {
			return
		}
		once, err := json.Marshal(e)
		if err != nil {
			t.Fatalf("a well-formed event does not marshal: %v", err)
		}
		again, err := DecodeEvent(once)
		if err != nil {
			t.Fatalf("%s: %v", once, err)
		}
		if twice := asText(again); twice != string(once) {
			t.Fatalf("%s\n%s", once, twice)
		}
	})
}

// FuzzReplay: hostile journals are refused, never crash the verifier, and
// never leave a record whose quantities are not the sum of its events.
func FuzzReplay(f *testing.F) {
	w := newWorld(f)
	ann, spec := w.agent(), w.spec(Policy{})
	x := w.raise(ann, spec, "5")
	w.must(Event{Action: Combine, Provider: ann, Receiver: ann, InputOf: w.process(""), ResourceInventoriedAs: x, ResourceQuantity: one_("5")})
	var whole Changes
	for _, c := range w.changes {
		whole.Agents = append(whole.Agents, c.Agents...)
		whole.ResourceSpecifications = append(whole.ResourceSpecifications, c.ResourceSpecifications...)
		whole.Processes = append(whole.Processes, c.Processes...)
		whole.Resources = append(whole.Resources, c.Resources...)
		whole.Events = append(whole.Events, c.Events...)
	}
	f.Add([]byte(asText(whole)))
	for _, s := range eventSeeds {
		f.Add([]byte(`{"events":[` + s + `]}`))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		c, err := DecodeChanges(raw)
		if err != nil {
			return
		}
		r := NewReplay()
		if r.Apply(c) != nil {
			return
		}
		sums := map[string]int64{}
		for _, e := range c.Events {
			for _, p := range e.Postings() {
				sums[string(p.Resource)] += p.Onhand
			}
		}
		for i, x := range r.Resources() {
			if x.Onhand.Micros != sums[string(i)] {
				t.Fatalf("%s holds %v, its events add up to %d", i, x.Onhand, sums[string(i)])
			}
		}
	})
}

func TestDecodingIsStrict(t *testing.T) {
	for text, field := range map[string]string{
		`{"actoin":"work"}`:                             "/actoin",
		`{"action":"work","action":"use"}`:              "/action",
		`{"resource_quantity":{}}`:                      "/resource_quantity",
		`{"hasPointInTime":"2026-01-01"}`:               "/hasPointInTime",
		`{"hasPointInTime":"2026-01-01T9:00:00Z"}`:      "/hasPointInTime",
		`{"hasPointInTime":"2026-01-01T09:00:00+1:00"}`: "/hasPointInTime",
		`{"hasPointInTime":"2026-01-01T09:00:00"}`:      "/hasPointInTime",
	} {
		_, err := DecodeEvent([]byte(text))
		code(t, err, "vf.json", field)
	}
	_, err := DecodeEvent([]byte(`{"resource-quantity":{}}`))
	if want := `"resource-quantity" is unknown; did you mean "resourceQuantity"?`; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("no suggestion: %v", err)
	}
	_, err = DecodeEvent([]byte(`{"resourceQuantity":{"unit":"one","value":"1e3"}}`))
	code(t, err, "quantity.not_a_number", "")
}
