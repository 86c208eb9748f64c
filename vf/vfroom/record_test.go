package vfroom

import (
	"net/http"
	"strings"
	"testing"

	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// The form of each of the nineteen actions has the fields of its row in the
// action table and no other; together the groups name every action once.
func TestInvariant3FieldsFollowTheActionTable(t *testing.T) {
	each(t, func(s *site) {
		named := map[vf.Action]int{}
		for _, d := range deeds {
			for _, a := range d.actions {
				named[a]++
			}
		}
		if rows := vf.Actions(); len(rows) != 19 || len(named) != 19 {
			t.Errorf("%d actions, %d of them are offered", len(rows), len(named))
		}
		for _, row := range vf.Actions() {
			if named[row.Action] != 1 {
				t.Errorf("%s is offered %d times", row.Action, named[row.Action])
			}
			body := s.get("ada", "/record?action="+string(row.Action)).shows(200).body
			has := func(field string) bool { return strings.Contains(body, `name="`+field+`"`) }
			for field, want := range map[string]bool{
				"inputOf": row.InputOutput == vf.Input || row.InputOutput == vf.OutputInput, "outputOf": row.InputOutput == vf.Output || row.InputOutput == vf.OutputInput,
				"resourceQuantity": row.EventQuantity != vf.EffortOnly, "effortQuantity": row.EventQuantity != vf.ResourceOnly,
				"toLocation": row.LocationEffect != vf.NoEffect, "state": row.StateEffect != vf.NoEffect,
				"resourceInventoriedAs": row.TakesResource(), "name": row.CreateResource != vf.CreatesNothing, "provider": true, "note": true,
			} {
				if has(field) != want {
					t.Errorf("%s: field %s is there: %v", row.Action, field, has(field))
				}
			}
		}
		s.get("ada", "/record?action=teleport").shows(200, "What did you do?")
	})
}

// Ada counts in wood, uses some up, makes a desk, puts a mistake right, and
// takes it all back: every step by the forms.
func TestRecordByForms(t *testing.T) {
	each(t, func(s *site) {
		b := s.bench()
		us := string(s.commons.Agent)
		wood := s.post("ada", "/record", "action", "raise", "provider", us, "resourceInventoriedAs", "new", "name", "Oak", "resourceConformsTo", string(b.spec),
			"resourceQuantity", "12.5", "unit", "kilogram").leads("/resources/")
		oak := store.ID(strings.TrimPrefix(wood, "/resources/"))
		s.get("ada", wood).shows(200, "Oak", "12.5 kg")
		s.post("ada", "/record", "action", "consume", "provider", us, "resourceInventoriedAs", string(oak), "inputOf", string(b.process), "resourceQuantity", "2.5", "unit", "litre").leads("/resources/")
		if x := s.resource(oak); x.Onhand != quantity.Of(10, "kilogram") { // its unit is its own, whatever the form says
			t.Errorf("%v on hand", x.Onhand)
		}
		used := s.resource(oak).PreviousEvent
		s.get("ada", "/record/"+string(used)).shows(200, "2.5")
		s.post("ada", "/record/"+string(used), "resourceQuantity", "2.5", "note", "why not").shows(422, "stands already")
		s.post("ada", "/record/"+string(used), "resourceQuantity", "1.5", "note", "weighed again").leads("/books/events/")
		if x := s.resource(oak); x.Onhand != quantity.Of(11, "kilogram") {
			t.Errorf("%v on hand after the correction", x.Onhand)
		}
		s.get("ada", wood).shows(200, "correction", "weighed again")
		s.post("ada", "/record/"+string(used), "do", "reverse", "note", "it was pine").leads("/books/events/")
		if x := s.resource(oak); x.Onhand != quantity.MustParse("12.5", "kilogram") {
			t.Errorf("%v on hand after it was taken back", x.Onhand)
		}
	})
}

// Nothing that is refused changes anything, and what was typed is kept.
func TestRefusedForms(t *testing.T) {
	each(t, func(s *site) {
		b := s.bench()
		us := string(s.commons.Agent)
		before := s.resource(b.sheets)
		s.post("ada", "/record", "action", "consume", "provider", us, "resourceInventoriedAs", string(b.sheets), "inputOf", string(b.process), "resourceQuantity", "8", "note", "too many").shows(422, "too many", "negativeBalance")
		s.post("ada", "/record", "action", "consume", "provider", us, "resourceInventoriedAs", string(b.sheets), "resourceQuantity", "1").shows(422, "inputOf")
		s.post("ada", "/record", "action", "work", "provider", us, "inputOf", string(b.process), "effortQuantity", "-2", "effortUnit", "hour").shows(422, "negative")
		s.post("ada", "/record", "action", "work", "provider", us, "inputOf", string(b.process), "effortQuantity", "2", "effortUnit", "parsec").shows(422)
		s.post("ada", "/record", "action", "raise", "provider", "nobody", "resourceInventoriedAs", string(b.sheets), "resourceQuantity", "1").shows(422)
		s.post("ada", "/record", "action", "consume", "provider", us, "resourceInventoriedAs", string(store.NewID()), "inputOf", string(b.process), "resourceQuantity", "1").shows(422)
		// a member records what is theirs to record, whoever the form names
		s.post("bas", "/record", "action", "consume", "provider", us, "resourceInventoriedAs", string(b.sheets), "inputOf", string(b.process), "resourceQuantity", "1").shows(422, "accountable")
		s.post("bas", "/record", "action", "work", "provider", string(s.ada.Agent), "receiver", us, "inputOf", string(b.process), "effortQuantity", "2", "effortUnit", "hour").leads("/processes/")
		s.get("bas", "/processes/"+string(b.process)).shows(200, "9 h") // seven and two, both his
		s.post("bas", "/specifications", "name", "Gold", "unit", "one").shows(http.StatusForbidden)
		s.post("", "/record", "action", "work").shows(http.StatusUnauthorized)
		if after := s.resource(b.sheets); after.Onhand != before.Onhand || after.ChainPosition != before.ChainPosition {
			t.Errorf("a refused event left %v", after)
		}
	})
}

// Stewards add kinds, rules, lots, places, organizations and who belongs to whom.
func TestArrange(t *testing.T) {
	each(t, func(s *site) {
		spec := s.post("ada", "/specifications", "name", "Glue", "unit", "litre", "substitutable", "1").leads("/specifications/")
		s.get("ada", spec).shows(200, "Glue", "first it comes in, then it goes out")
		s.post("ada", spec+"/policy", "negativeBalance", "allow", "partialAccept", "allow", "pairing", "off", "wholeContainer", "whole", "profile", "").leads("/specifications/")
		s.get("ada", spec).shows(200, "what came in may be recorded later", "Not looked at", "Ada Lantern")
		s.post("ada", spec+"/policy", "negativeBalance", "perhaps").shows(422)
		s.post("ada", "/specifications/stages", "stage", "Sanding").leads("/specifications")
		s.get("ada", "/specifications").shows(200, "Sanding", "Glue")
		lot := s.post("ada", "/lots", "batchLotCode", "L-1", "expirationDate", "2020-01-31").leads("/lots/")
		s.get("ada", lot).shows(200, "L-1", "past")
		s.post("ada", "/lots", "expirationDate", "2020-01-31").shows(422)
		place := s.post("ada", "/places", "name", "Field", "lat", "52.5", "long", "4.5").leads("/places/")
		s.get("", place).shows(200, "Field", "52.5")
		s.post("ada", "/places", "name", "Moon", "lat", "91", "long", "4.5").shows(422, "91")
		s.post("ada", "/places", "name", "Half", "lat", "52.5").shows(422)
		yard := s.post("ada", "/agents", "name", "Timber Yard", "type", "Organization").leads("/agents/")
		s.post("ada", yard+"/relations", "label", "supplies", "inverse", "is supplied by", "object", string(s.commons.Agent), "since", "2024-03-01").leads(yard)
		s.get("", yard).shows(200, "supplies", "Shop")
		s.get("", "/agents/"+string(s.commons.Agent)).shows(200, "is supplied by", "Timber Yard")
		s.post("ada", yard+"/relations", "label", "supplies", "object", strings.TrimPrefix(yard, "/agents/")).shows(422, "itself")
		process := s.post("bas", "/processes/new", "name", "Glue chairs").leads("/processes/")
		s.post("bas", process+"/finish").leads(process)
		s.get("bas", process).shows(200, "Finished")
	})
}

// The board of a process adds up what went in, who worked and what came out,
// with what was promised beside it.
func TestBoard(t *testing.T) {
	each(t, func(s *site) {
		b := s.bench()
		ten := quantity.Of(10, quantity.Hour)
		promise := &vf.Commitment{PlannedFlow: vf.PlannedFlow{Action: vf.Work, Provider: s.bas.Agent, Receiver: s.commons.Agent, InputOf: b.process, EffortQuantity: &ten}}
		promise.ID = store.NewID()
		two := quantity.Of(2, quantity.Hour)
		s.do(vf.Adding{Thing: promise}, vf.Recording{Event: vf.Event{Action: vf.Work, Provider: s.bas.Agent, Receiver: s.commons.Agent, InputOf: b.process, EffortQuantity: &two, Fulfills: []vf.Allocation{{Target: promise.ID}}}})
		s.get("bas", "/processes/"+string(b.process)).shows(200, "9 h", "of 10 h planned", "Birch sheets", "Desk", "2 times")
		s.get("bas", "/agents/"+string(s.bas.Agent)+"?view=does").shows(200, "Build a desk")
	})
}

// An act leads to the page of what it was about.
func TestThings(t *testing.T) {
	id := "0190b0a1-0000-7000-8000-000000000001"
	for body, want := range map[string]string{
		`{"vf":{"events":[{"id":"` + id + `"}]}}`:                                          "books/events/" + id,
		`{"vf":{"processes":[{"id":"` + id + `"}],"events":[]}}`:                           "processes/" + id,
		`{"vf":{"written":[{"type":"BatchLotRecord","value":{"id":"` + id + `"}}]}}`:       "lots/" + id,
		`{"vf":{"written":[{"type":"SpatialThing","deleted":"` + id + `"}]}}`:              "",
		`{"vf":{"policies":[{"specification":"` + id + `","at":"2026-01-01T00:00:00Z"}]}}`: "specifications/" + id,
		`{"vf":`: "",
		`{}`:     "",
	} {
		if got := strings.Join(thing("vf.record", 1, []byte(body)), "/"); got != want {
			t.Errorf("%s leads to %q, want %q", body, got, want)
		}
	}
}
