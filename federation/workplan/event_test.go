package workplan

import (
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"commonweal/platform/activitypub"
	"commonweal/platform/fault"
	"commonweal/quantity"
)

var now = time.Date(2026, 5, 3, 12, 0, 0, 0, time.UTC)

// picked is an event as FEP-3264 writes it.
const picked = `{"type":"EconomicEvent","id":"https://gleaners.example/events/1","action":"work","fulfills":"https://project.example/i#1",
"effortQuantity":{"hasUnit":"hour","hasNumericalValue":"5.5"},"hasPointInTime":"2026-05-02T16:00:00Z","finished":true}`

func event(t *testing.T, o any) (Event, error) {
	t.Helper()
	d, err := activitypub.Decode(activitypub.Marshal(o))
	if err != nil {
		t.Fatal(err)
	}
	return ReadEvent(d, now)
}

func TestReadEvent(t *testing.T) {
	o, err := activitypub.Decode([]byte(picked))
	if err != nil {
		t.Fatal(err)
	}
	e, err := ReadEvent(o, now)
	if err != nil || *e.Effort != quantity.MustParse("5.5", "hour") || !e.Finished || e.Fulfills != "https://project.example/i#1" || e.At.Day() != 2 {
		t.Errorf("%+v %v", e, err)
	}
	for name, c := range map[string]struct {
		field string
		value any
		code  string
	}{
		"not an event":         {"type", "Note", "federation.event"},
		"without a name":       {"id", nil, "federation.event"},
		"of no commitment":     {"fulfills", nil, "federation.event"},
		"a name that is none":  {"id", "event 1", "federation.event"},
		"of tomorrow":          {"hasPointInTime", "2026-05-04T16:00:00Z", "federation.event"},
		"without an amount":    {"effortQuantity", nil, "federation.event"},
		"less than nothing":    {"effortQuantity", map[string]any{"hasUnit": "hour", "hasNumericalValue": "-1"}, "federation.quantity"},
		"of what nobody knows": {"effortQuantity", map[string]any{"hasNumericalValue": "1"}, "federation.quantity"},
	} {
		x := map[string]any{}
		for k, v := range o {
			x[k] = v
		}
		x[c.field] = c.value
		if _, err := event(t, x); fault.CodeOf(err) != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
	delete(o, "hasPointInTime")
	if e, err := event(t, o); err != nil || !e.At.Equal(now) {
		t.Errorf("an event of no day: %+v %v", e, err)
	}
}

func TestInvariant4ReadsBack(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		amount := func(unit quantity.Unit) *quantity.Amount {
			a := quantity.Micros(rapid.Int64Range(1, 1e12).Draw(rt, "amount"), unit)
			return &a
		}
		e := Event{URI: "https://a.example/e/1", Action: "work", Fulfills: "https://b.example/c#1", At: now.Add(-time.Duration(rapid.IntRange(0, 1e6).Draw(rt, "ago")) * time.Second),
			Finished: rapid.Bool().Draw(rt, "finished"), Amounts: Amounts{Effort: amount("hour")}}
		if rapid.Bool().Draw(rt, "both") {
			e.Quantity = amount("kilogram")
		}
		if got, err := event(t, e.Object()); err != nil || !reflect.DeepEqual(got, e) {
			rt.Fatalf("%+v reads as %+v: %v", e, got, err)
		}
		p := Plan{URI: "https://a.example/p/1", Actor: "https://a.example/u", Name: "Cider & cake", Content: "<soon>", To: []string{"https://b.example/u"}}
		for _, name := range []string{"Pick", "Press"} {
			q := Process{URI: p.URI + "#" + name, Name: name, HasBeginning: now, HasEnd: now.Add(time.Hour)}
			for _, input := range []bool{true, false} {
				if rapid.Bool().Draw(rt, "task") {
					q.Tasks = append(q.Tasks, Task{URI: q.URI + "-" + map[bool]string{true: "in", false: "out"}[input], State: Open, Input: input, Action: map[bool]string{true: "consume", false: "produce"}[input],
						Provider: p.To[0], Receiver: p.Actor, ConformsTo: "urn:apples", Amounts: Amounts{Quantity: amount("kilogram")}})
				}
			}
			p.Processes = append(p.Processes, q)
		}
		d, err := activitypub.Decode(activitypub.Marshal(p.Object()))
		if err != nil {
			rt.Fatal(err)
		}
		if got, err := ReadPlan(d); err != nil || !reflect.DeepEqual(got, p) {
			rt.Fatalf("%+v reads as %+v: %v", p, got, err)
		}
	})
}

// An event counts in the units of the promise: hours told of as a quantity count as
// the hours that were promised, kilograms never as pieces.
func TestInvariant5UnitsOfThePromise(t *testing.T) {
	hours, kilos := quantity.Of(3, "hour"), quantity.Of(20, "kilogram")
	promised := Amounts{Effort: &hours}
	if got, err := (Amounts{Quantity: &hours}).Of(promised); err != nil || got.Quantity != nil || *got.Effort != hours {
		t.Errorf("%+v %v", got, err)
	}
	for _, told := range []Amounts{{Quantity: &kilos}, {Effort: &hours, Quantity: &kilos}} {
		if _, err := told.Of(promised); fault.CodeOf(err) != "federation.unit" {
			t.Errorf("%+v: %v", told, err)
		}
	}
	if _, err := (Amounts{}).Of(promised); fault.CodeOf(err) != "federation.event" {
		t.Error(err)
	}
}

func FuzzReadEvent(f *testing.F) {
	f.Add([]byte(picked))
	f.Fuzz(func(t *testing.T, raw []byte) {
		o, err := activitypub.Decode(raw)
		if err != nil {
			return
		}
		e, err := ReadEvent(o, now)
		if err != nil {
			return
		}
		if e.At.After(now.Add(ahead)) || e.Quantity == nil && e.Effort == nil {
			t.Fatalf("%+v", e)
		}
		if again, err := event(t, e.Object()); err != nil || again.URI != e.URI || !reflect.DeepEqual(again.Amounts, e.Amounts) {
			t.Fatalf("%+v reads back as %+v: %v", e, again, err)
		}
	})
}
