package ledger

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

func writtenOf(t fataler, e vf.Entity) vf.Written {
	value, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	return vf.Written{Type: e.Kind(), Value: value}
}

// What is open of a promise is what was asked for less what met it, as it was
// known and had happened at the end of the period.
func TestPromises(t *testing.T) {
	s := newShelf(t)
	ten, due := quantity.Of(10, "EUR"), time.Date(2026, 4, 1, 12, 0, 0, 0, time.UTC)
	made := vf.About{ID: store.NewID(), Revision: 1, Created: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)}
	pay := &vf.Commitment{About: made, PlannedFlow: vf.PlannedFlow{Action: vf.Transfer, Provider: s.shop, Receiver: self, ResourceQuantity: &ten, Due: due}}
	s.act(vf.Changes{Written: []vf.Written{writtenOf(t, pay)}})
	before := s.log
	paid := event(vf.Transfer, s.shop, self, "", s.pot, 4, "EUR")
	four := quantity.Of(4, "EUR")
	paid.Fulfills, paid.HasPointInTime = []vf.Allocation{{Target: pay.ID, ResourceQuantity: &four}}, time.Date(2026, 3, 20, 0, 0, 0, 0, time.UTC)
	s.act(vf.Changes{Events: []vf.Event{paid}})
	open := func(f Filter) (out []string) {
		t.Helper()
		list, err := s.l.Promises(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range list {
			if !s.l.Receivable(p) || s.l.Payable(p) || p.Due != "2026-04-01" || p.Made != "2026-03-02" || p.Asked != ten {
				t.Fatalf("%+v", p)
			}
			out = append(out, p.Open.String())
		}
		return out
	}
	for _, x := range []struct {
		f    Filter
		want []string
	}{
		{Filter{}, []string{"6 EUR"}}, {Filter{Size: before}, []string{"10 EUR"}}, {Filter{Size: before - 1}, nil}, {Filter{To: "2026-03-19"}, []string{"10 EUR"}},
		{Filter{To: "2026-03-01"}, nil}, {Filter{Agent: s.shop}, []string{"6 EUR"}}, {Filter{Agent: s.ada}, nil}, {Filter{Unit: "CHF"}, nil}, {Filter{Account: Bank}, nil},
	} {
		if got := open(x.f); !reflect.DeepEqual(got, x.want) {
			t.Errorf("%+v: open are %v, not %v", x.f, got, x.want)
		}
	}
	pay.Finished, pay.Revision = true, 2
	s.act(vf.Changes{Written: []vf.Written{writtenOf(t, pay)}})
	if got := open(Filter{}); got != nil {
		t.Errorf("a finished promise leaves %v open", got)
	}
}

// The oldest debt is paid first: what is left is the newest.
func TestAgesOfADebt(t *testing.T) {
	s := newShelf(t)
	hers := store.NewID()
	euro := store.NewID()
	at := func(e vf.Event, day string, class string) vf.Event {
		when, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		e.HasPointInTime, e.ClassifiedAs = when, []string{class}
		return e
	}
	s.act(vf.Changes{ResourceSpecifications: []vf.ResourceSpecification{{ID: euro, MediumOfExchange: true}}, Resources: []vf.Resource{{ID: hers, ConformsTo: euro}},
		Events: []vf.Event{event(vf.Raise, s.ada, s.ada, hers, "", 0, "EUR"),
			at(event(vf.Transfer, self, s.ada, s.pot, hers, 50, "EUR"), "2025-01-01", "cw:distribution/x"), at(event(vf.Transfer, self, s.ada, s.pot, hers, 30, "EUR"), "2026-01-15", "cw:distribution/y"),
			at(event(vf.Transfer, self, s.ada, s.pot, hers, 20, "EUR"), "2026-03-01", "cw:distribution/z"), at(event(vf.Lower, s.ada, s.ada, hers, "", 60, "EUR"), "2026-03-02", "cw:payout")}})
	aged, err := s.l.Aged(Filter{Account: Liabilities, Unit: "EUR"}, "2026-03-31")
	if err != nil || len(aged) != 1 {
		t.Fatal(aged, err)
	}
	if want := [4]int64{-20 * quantity.Scale, -20 * quantity.Scale, 0, 0}; aged[0].Parts != want || aged[0].Since != "2026-01-15" {
		t.Fatalf("%+v", aged[0])
	}
	if aged, _ = s.l.Aged(Filter{Account: Liabilities, Unit: "EUR", To: "2026-02-28"}, "2026-03-31"); aged[0].Parts != [4]int64{0, -30 * quantity.Scale, 0, -50 * quantity.Scale} {
		t.Fatalf("at the end of February %+v", aged[0])
	}
}

// The parts of a balance add up to it, whatever happened.
func TestAgesAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		f := w.filter()
		aged, err := w.ledger.Aged(f, "2027-06-01")
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range aged {
			if got := a.Parts[0] + a.Parts[1] + a.Parts[2] + a.Parts[3]; got != a.Closing {
				t.Fatalf("%+v: the parts are %d", a, got)
			}
		}
	})
}

// The newest entries, page by page, are all entries.
func TestLatestIsEntriesBackward(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		f := w.filter()
		entries, _ := w.ledger.Entries(f)
		var want, got []Entry
		for e := range entries {
			want = append([]Entry{e}, want...)
		}
		for skip, more := 0, true; more; skip += 3 {
			var page []Entry
			page, more, _ = w.ledger.Latest(f, skip, 3)
			got = append(got, page...)
		}
		if len(got)+len(want) > 0 && !reflect.DeepEqual(got, want) {
			t.Fatalf("page by page %v\nall %v", got, want)
		}
	})
}
