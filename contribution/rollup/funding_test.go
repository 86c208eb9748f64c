package rollup_test

import (
	"maps"
	"testing"

	"commonweal/contribution/rollup"
)

// sawmill uses a saw worth 6.00 to make one board from two hours of work at
// 10.00; source says how the saw came to be there.
func sawmill(source ...rollup.Event) rollup.Flows {
	f := rollup.Flows{Unit: "EUR",
		Processes: []rollup.Process{{ID: "sawing", Project: "mill"}, {ID: "saw-making", Project: "forge"}},
		Exchanges: []rollup.Exchange{{ID: "saw-buy"}},
		ParentOf:  map[string]string{"forge": "smiths", "smiths": "valley"},
	}
	f.Events = append(source,
		rollup.Event{ID: "s1", Role: rollup.Work, Process: "sawing", Quantity: hours("2"), PerUnit: eur("10"), Provider: "A"},
		rollup.Event{ID: "s2", Role: rollup.Use, Process: "sawing", Resource: "saw", Quantity: hours("1.5"), PerUnit: eur("4"), Provider: "keeper"},
		rollup.Event{ID: "s3", Role: rollup.Produce, Process: "sawing", Resource: "board", Quantity: one("1")})
	return f
}

var (
	sawBought = rollup.Event{ID: "b1", Role: rollup.Receipt, Exchange: "saw-buy", Resource: "saw", Quantity: one("1")}
	sawPaid   = rollup.Event{ID: "b2", Role: rollup.Payment, Exchange: "saw-buy", Resource: "till", Value: eur("90"), Quantity: one("90"), Provider: "treasurer"}
)

func cash(id, who, amount string, passive bool) rollup.Event {
	return rollup.Event{ID: id, Role: rollup.Contribution, Resource: "till", Quantity: *eur(amount), Value: eur(amount), Provider: who, Passive: passive}
}

// TestUseIsCreditedToWhoeverMadeItAvailable covers every way in which a
// machine can come to a commons.
func TestUseIsCreditedToWhoeverMadeItAvailable(t *testing.T) {
	cases := []struct {
		name   string
		flows  rollup.Flows
		shares map[string]string
	}{
		{"lent", sawmill(), map[string]string{"A": "20", "keeper": "6"}},
		{"contributed", sawmill(rollup.Event{ID: "g", Role: rollup.Contribution, Resource: "saw", Quantity: one("1"), Value: eur("100"), Provider: "giver"}),
			map[string]string{"A": "20", "giver": "6"}},
		{"contributed at less than one use", sawmill(rollup.Event{ID: "g", Role: rollup.Contribution, Resource: "saw", Quantity: one("1"), Value: eur("5"), Provider: "giver"}),
			map[string]string{"A": "20", "giver": "5"}},
		{"contributed by two", sawmill(
			rollup.Event{ID: "g1", Role: rollup.Contribution, Resource: "saw", Quantity: one("1"), Value: eur("100"), Provider: "giver"},
			rollup.Event{ID: "g2", Role: rollup.Contribution, Resource: "saw", Quantity: one("1"), Value: eur("200"), Provider: "other"}),
			map[string]string{"A": "20", "giver": "2", "other": "4"}},
		{"bought by a payer", sawmill(sawBought, sawPaid), map[string]string{"A": "20", "treasurer": "6"}},
		{"bought with freight and an errand", sawmill(sawBought, sawPaid,
			rollup.Event{ID: "b3", Role: rollup.Expense, Exchange: "saw-buy", Value: eur("10"), Provider: "carrier's payer"},
			rollup.Event{ID: "b4", Role: rollup.ExchangeWork, Exchange: "saw-buy", Value: eur("20"), Quantity: hours("2"), Provider: "runner"}),
			map[string]string{"A": "20", "treasurer": "9/2", "carrier's payer": "1/2", "runner": "1"}},
		{"bought from contributed cash", sawmill(sawBought, sawPaid, cash("c1", "D", "200", false), cash("c2", "E", "100", false)),
			map[string]string{"A": "20", "D": "4", "E": "2"}},
		{"bought from cash of which a part has no rule", sawmill(sawBought, sawPaid, cash("c1", "D", "200", false), cash("c2", "E", "100", true)),
			map[string]string{"A": "20", "D": "4", "treasurer": "2"}},
		{"bought from cash without a rule", sawmill(sawBought, sawPaid, cash("c1", "D", "200", true)),
			map[string]string{"A": "20", "treasurer": "6"}},
		{"made, without a bonus for making it", sawmill(
			rollup.Event{ID: "m1", Role: rollup.Work, Process: "saw-making", Value: eur("40"), Quantity: hours("4"), Provider: "smith"},
			rollup.Event{ID: "m2", Role: rollup.Work, Process: "saw-making", Value: eur("20"), Quantity: hours("2"), Provider: "mate"},
			rollup.Event{ID: "m3", Role: rollup.Produce, Process: "saw-making", Resource: "saw", Quantity: one("1"), Value: eur("99"), Provider: "smith"}),
			map[string]string{"A": "20", "smith": "4", "mate": "2"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			g := build(t, c.flows)
			w, err := g.Walk([]rollup.Delivery{{rollup.Node{Resource: "board"}, one("1")}}, rollup.Options{Policy: rollup.ProRata})
			if err != nil {
				t.Fatal(err)
			}
			wantShares(t, g, w, c.shares)
		})
	}
}

func TestProjectOutsideTheEquationIsTheCreditor(t *testing.T) {
	f := sawmill(
		rollup.Event{ID: "m1", Role: rollup.Work, Process: "saw-making", Value: eur("60"), Quantity: hours("4"), Provider: "smith"},
		rollup.Event{ID: "m3", Role: rollup.Produce, Process: "saw-making", Resource: "saw", Quantity: one("1")})
	g := build(t, f)
	for project, want := range map[string]map[string]string{
		"mill":   {"A": "20", "forge": "6"}, // only the mill: the forge earns as a project
		"valley": {"mill": "26"},            // not even the mill: all of the board's cost
	} {
		subscribed := func(p string) bool { return p == project }
		w, err := g.Walk([]rollup.Delivery{{rollup.Node{Resource: "board"}, one("1")}}, rollup.Options{Subscribed: subscribed})
		if err != nil {
			t.Fatal(err)
		}
		wantShares(t, g, w, want)
	}
	both := func(p string) bool { return p == "mill" || p == "valley" } // an ancestor subscribes for the forge
	w, err := g.Walk([]rollup.Delivery{{rollup.Node{Resource: "board"}, one("1")}}, rollup.Options{Subscribed: both})
	if err != nil {
		t.Fatal(err)
	}
	wantShares(t, g, w, map[string]string{"A": "20", "smith": "6"})
}

// TestPercentCitations: all percentages stand on the sum of what is not cited.
func TestPercentCitations(t *testing.T) {
	f := sawmill(
		rollup.Event{ID: "d1", Role: rollup.Cite, Process: "sawing", Resource: "plan", Percent: 10_000_000, Provider: "drafter"},
		rollup.Event{ID: "d2", Role: rollup.Cite, Process: "sawing", Resource: "jig", Percent: 5_000_000, Provider: "jigger"},
		rollup.Event{ID: "d3", Role: rollup.Cite, Process: "sawing", Resource: "font", Quantity: *eur("2"), Provider: "typesetter"},
		rollup.Event{ID: "d4", Role: rollup.Contribution, Resource: "jig", Quantity: one("1"), Value: eur("1"), Provider: "jig giver"})
	g := build(t, f)
	wantValue(t, g, "board", "319/10") // 26 + 10 % + 5 % of 26 + 2
	w, err := g.Walk([]rollup.Delivery{{rollup.Node{Resource: "board"}, one("1")}}, rollup.Options{Policy: rollup.ProRata})
	if err != nil {
		t.Fatal(err)
	}
	// A design does not wear out: its giver earns the whole fee, though the jig
	// was given for less.
	wantShares(t, g, w, map[string]string{"A": "20", "keeper": "6", "drafter": "13/5", "jig giver": "13/10", "typesetter": "2"})
}

// TestOldestLotGoesFirst: two processes made the same bread; shipments take the
// older first and never charge it twice.
func TestOldestLotGoesFirst(t *testing.T) {
	f := rollup.Flows{Unit: "EUR", Processes: []rollup.Process{{ID: "monday"}, {ID: "tuesday"}}, Events: []rollup.Event{
		{ID: "w2", Role: rollup.Work, Process: "tuesday", Value: eur("20"), Quantity: hours("1"), Provider: "T"},
		{ID: "o2", Role: rollup.Produce, Process: "tuesday", Resource: "bread", Quantity: one("10"), At: day(2)},
		{ID: "w1", Role: rollup.Work, Process: "monday", Value: eur("10"), Quantity: hours("1"), Provider: "M"},
		{ID: "o1", Role: rollup.Produce, Process: "monday", Resource: "bread", Quantity: one("10"), At: day(1)},
	}}
	g := build(t, f)
	opts := rollup.Options{Delivered: rollup.Offsets{}}
	for _, want := range []struct {
		quantity string
		shares   map[string]string
	}{{"6", map[string]string{"M": "6"}}, {"6", map[string]string{"M": "4", "T": "4"}}, {"9", map[string]string{"T": "16"}}} {
		w, err := g.Walk([]rollup.Delivery{{rollup.Node{Resource: "bread"}, one(want.quantity)}}, opts)
		if err != nil {
			t.Fatal(err)
		}
		wantShares(t, g, w, want.shares)
		maps.Copy(opts.Delivered, w.Offsets)
		if want.quantity == "9" && (len(w.Uncovered) != 1 || w.Uncovered[0].Quantity.RatString() != "1") {
			t.Errorf("uncovered = %+v, want one loaf", w.Uncovered)
		}
	}
}

func TestStageIsRespected(t *testing.T) {
	f := rollup.Flows{Unit: "EUR", Processes: []rollup.Process{{ID: "sanding"}}, Events: []rollup.Event{
		{ID: "a", Role: rollup.Contribution, Resource: "frame", Stage: "raw", Quantity: one("1"), Value: eur("50"), Provider: "G"},
		{ID: "b", Role: rollup.Consume, Process: "sanding", Resource: "frame", Stage: "raw", Quantity: one("1")},
		{ID: "c", Role: rollup.Work, Process: "sanding", Value: eur("30"), Quantity: hours("2"), Provider: "N"},
		{ID: "d", Role: rollup.Produce, Process: "sanding", Resource: "frame", Stage: "sanded", Quantity: one("1")},
	}}
	g := build(t, f)
	for stage, want := range map[string]string{"raw": "50", "sanded": "80"} {
		v, err := g.Value(rollup.Node{Resource: "frame", Stage: stage})
		if err != nil || v.RatString() != want {
			t.Errorf("value of the %s frame = %v (%v), want %s", stage, v, err, want)
		}
	}
}

// TestServiceIsItsOwnResource: what is delivered without being stocked is
// walked by the identifier of its event.
func TestServiceIsItsOwnResource(t *testing.T) {
	f := rollup.Flows{Unit: "EUR", Processes: []rollup.Process{{ID: "repairing"}}, Events: []rollup.Event{
		{ID: "w", Role: rollup.Work, Process: "repairing", Value: eur("40"), Quantity: hours("2"), Provider: "N"},
		{ID: "s", Role: rollup.Produce, Process: "repairing", Quantity: one("1"), Value: eur("3"), Provider: "B"},
	}}
	g := build(t, f)
	w, err := g.Walk([]rollup.Delivery{{rollup.Node{Resource: "s"}, one("1")}}, rollup.Options{})
	if err != nil {
		t.Fatal(err)
	}
	wantShares(t, g, w, map[string]string{"N": "40", "B": "3"})
	if w.RollUp.RatString() != "40" || w.Production.RatString() != "3" { // the reconciling line
		t.Errorf("roll-up %s, production %s; want 40 and 3", w.RollUp.RatString(), w.Production.RatString())
	}
}
