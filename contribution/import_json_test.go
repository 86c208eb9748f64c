package contribution

import (
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"

	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// TestImportJSON holds what is written by hand against encoding/json: byte for
// byte the same, whatever the values.
func TestImportJSON(t *testing.T) {
	text := rapid.OneOf(rapid.SampledFrom([]string{"", "work", "EUR", "hour"}), rapid.String())
	id := rapid.Custom(func(t *rapid.T) store.ID {
		if rapid.Bool().Draw(t, "none") {
			return ""
		}
		return store.NewID()
	})
	amount := rapid.Custom(func(t *rapid.T) quantity.Amount {
		return quantity.Micros(rapid.Int64().Draw(t, "micros"), quantity.Unit(text.Draw(t, "unit")))
	})
	moment := rapid.Custom(func(t *rapid.T) time.Time {
		if rapid.Bool().Draw(t, "no time") {
			return time.Time{}
		}
		return time.UnixMicro(rapid.Int64Range(0, 4e15).Draw(t, "time")).UTC()
	})
	rapid.Check(t, func(t *rapid.T) {
		e := Entry{Event: id.Draw(t, "event"), Kind: text.Draw(t, "kind"), Stream: Stream(text.Draw(t, "stream")), Person: id.Draw(t, "person"), Project: id.Draw(t, "project"),
			Process: id.Draw(t, "process"), At: moment.Draw(t, "at"), Quantity: amount.Draw(t, "quantity"), State: State(rapid.IntRange(1, 5).Draw(t, "state")), LoggedBy: id.Draw(t, "by")}
		if rapid.Bool().Draw(t, "priced") {
			e.Rate, e.Value = amount.Draw(t, "rate"), amount.Draw(t, "value")
		}
		if rapid.Bool().Draw(t, "evidence") {
			e.Evidence, e.Deliverable, e.Corrects = []Evidence{{Link: text.Draw(t, "link")}}, text.Draw(t, "order"), &EntryNo{Seq: 4, N: 2}
		}
		sameJSON(t, []Entry{e, e}, func() ([]byte, error) { return entriesJSON([]Entry{e, e}) })

		q := amount.Draw(t, "amount")
		ev := vf.Event{ID: id.Draw(t, "id"), Action: vf.Action(text.Draw(t, "action")), Provider: id.Draw(t, "provider"), Receiver: id.Draw(t, "receiver"), InputOf: id.Draw(t, "input"),
			OutputOf: id.Draw(t, "output"), ResourceConformsTo: id.Draw(t, "spec"), ClassifiedAs: rapid.SliceOfN(text, 0, 3).Draw(t, "classes"),
			HasBeginning: moment.Draw(t, "from"), HasEnd: moment.Draw(t, "to"), HasPointInTime: moment.Draw(t, "point"), Created: moment.Draw(t, "created"), InScopeOf: id.Draw(t, "scope")}
		if rapid.Bool().Draw(t, "effort") {
			ev.EffortQuantity = &q
		} else {
			ev.ResourceQuantity = &q
		}
		if rapid.IntRange(0, 3).Draw(t, "rare") == 0 {
			ev.Note, ev.ResourceInventoriedAs, ev.ChainPosition = text.Draw(t, "note"), id.Draw(t, "resource"), 7
		}
		c := vf.Changes{Events: []vf.Event{ev, ev}}
		if rapid.IntRange(0, 3).Draw(t, "others") == 0 {
			c.Agents = []vf.Agent{{ID: store.NewID(), Name: text.Draw(t, "name")}}
		}
		sameJSON(t, c, func() ([]byte, error) { return changesJSON(c) })
	})
}

func sameJSON(t *rapid.T, v any, write func() ([]byte, error)) {
	t.Helper()
	want, err := json.Marshal(v)
	if err != nil {
		t.Skip("encoding/json refuses it: ", err)
	}
	got, err := write()
	if err != nil || string(got) != string(want) {
		t.Fatalf("%v\n got %s\nwant %s", err, got, want)
	}
}
