package rollup_test

import (
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"commonweal/contribution/rollup"
	"commonweal/platform/fault"
	"commonweal/quantity"
)

func eur(text string) *quantity.Amount {
	a := quantity.MustParse(text, "EUR")
	return &a
}

func kg(text string) quantity.Amount    { return quantity.MustParse(text, "kilogram") }
func hours(text string) quantity.Amount { return quantity.MustParse(text, "hour") }
func one(text string) quantity.Amount   { return quantity.MustParse(text, "one") }

func day(d int) time.Time { return time.Date(2026, 3, d, 18, 0, 0, 0, time.UTC) }

// bakery is the worked example of the practice: A works three hours at 12, B
// bought two kilograms of flour for 10.00 of which one is used, C lends an oven
// for one hour at 4. Out come 30 loaves.
func bakery() rollup.Flows {
	return rollup.Flows{
		Unit:      "EUR",
		Processes: []rollup.Process{{ID: "baking", Project: "bakery"}},
		Exchanges: []rollup.Exchange{{ID: "flour-buy"}},
		Events: []rollup.Event{
			{ID: "e1", Role: rollup.Receipt, Exchange: "flour-buy", Resource: "flour", Quantity: kg("2"), At: day(1)},
			{ID: "e2", Role: rollup.Payment, Exchange: "flour-buy", Value: eur("10"), Provider: "B", At: day(1)},
			{ID: "e3", Role: rollup.Work, Process: "baking", Quantity: hours("3"), PerUnit: eur("12"), Provider: "A", Class: "work:baking", At: day(2)},
			{ID: "e4", Role: rollup.Consume, Process: "baking", Resource: "flour", Quantity: kg("1"), At: day(2)},
			{ID: "e5", Role: rollup.Use, Process: "baking", Resource: "oven", Quantity: hours("1"), PerUnit: eur("4"), Provider: "C", At: day(2)},
			{ID: "e6", Role: rollup.Produce, Process: "baking", Resource: "loaf", Quantity: one("30"), At: day(2)},
		},
	}
}

func TestWorkedExampleOfTheBakery(t *testing.T) {
	g := build(t, bakery())
	wantValue(t, g, "loaf", "3/2") // (36 + 5 + 4) / 30
	wantValue(t, g, "flour", "5")
	walk, err := g.Walk([]rollup.Delivery{{rollup.Node{Resource: "loaf"}, one("30")}}, rollup.Options{})
	if err != nil {
		t.Fatal(err)
	}
	wantShares(t, g, walk, map[string]string{"A": "36", "B": "5", "C": "4"})
	// A pot of 30.00 by these shares: 24.00, 3.33 and 2.67, by largest remainder.
	cents, err := quantity.Apportion(3000, walk.Weights(), quantity.TieKeysFor("first", []string{"B", "A", "C"}))
	if err != nil || fmt.Sprint(cents) != "[333 2400 267]" {
		t.Errorf("the pot splits into %v (%v), want B 333, A 2400, C 267", cents, err)
	}
	kinds, err := g.ByKind(rollup.Node{Resource: "loaf"}, one("30"))
	if err != nil {
		t.Fatal(err)
	}
	for class, want := range map[string]string{"work:baking": "36", "payment": "5", "use": "4"} {
		if kinds[class] == nil || kinds[class].RatString() != want {
			t.Errorf("cost of kind %s = %v, want %s", class, kinds[class], want)
		}
	}
}

func TestCostsOfProcessesAndExchanges(t *testing.T) {
	g := build(t, bakery())
	if c, err := g.CostOf("baking"); err != nil || c.RatString() != "45" {
		t.Errorf("baking costs %v (%v), want 45", c, err)
	}
	if c, err := g.CostOfExchange("flour-buy"); err != nil || c.RatString() != "10" {
		t.Errorf("the flour cost %v (%v), want 10", c, err)
	}
	if _, err := g.CostOf("flour-buy"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("an exchange is no process: %v", err)
	}
}

func TestPathNamesEveryHop(t *testing.T) {
	g := build(t, bakery())
	walk, err := g.Walk([]rollup.Delivery{{rollup.Node{Resource: "loaf"}, one("15")}}, rollup.Options{})
	if err != nil {
		t.Fatal(err)
	}
	paths, complete := walk.Paths(1, 10) // the payment
	if len(paths) != 1 || !complete || paths[0].Amount.RatString() != "5/2" {
		t.Fatalf("paths = %+v, complete %v; want one of 5/2", paths, complete)
	}
	want := []string{"resource loaf  15", "process baking e6 1/2", "resource flour e4 1/2", "exchange flour-buy e1 1/4"}
	for i, h := range paths[0].Hops {
		if got := h.Kind + " " + h.ID + " " + h.Via + " " + h.Amount.RatString(); got != want[i] {
			t.Errorf("hop %d = %q, want %q", i, got, want[i])
		}
	}
}

func build(t testing.TB, f rollup.Flows) *rollup.Graph {
	t.Helper()
	g, err := rollup.Build(f)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func wantValue(t *testing.T, g *rollup.Graph, resource, want string) {
	t.Helper()
	v, err := g.Value(rollup.Node{Resource: resource})
	if err != nil {
		t.Fatal(err)
	}
	if v.RatString() != want {
		t.Errorf("value of %s = %s, want %s", resource, v.RatString(), want)
	}
}

// wantShares compares what each creditor gets in all.
func wantShares(t *testing.T, g *rollup.Graph, walk *rollup.Walk, want map[string]string) {
	t.Helper()
	got := map[string]*big.Rat{}
	for _, s := range walk.Shares {
		if got[s.Creditor] == nil {
			got[s.Creditor] = new(big.Rat)
		}
		got[s.Creditor].Add(got[s.Creditor], s.Amount)
	}
	for who, amount := range want {
		if got[who] == nil || got[who].RatString() != amount {
			t.Errorf("%s gets %v, want %s", who, got[who], amount)
		}
	}
	if len(got) != len(want) {
		t.Errorf("shares go to %v, want %v", got, want)
	}
}

func contains(s, part string) bool { return strings.Contains(s, part) }
