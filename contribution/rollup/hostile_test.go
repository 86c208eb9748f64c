package rollup_test

import (
	"fmt"
	"math"
	"math/big"
	"testing"

	"commonweal/contribution/rollup"
	"commonweal/platform/fault"
	"commonweal/quantity"

	"pgregory.net/rapid"
)

// drawAnything draws flows that no ledger would hold: circles everywhere,
// amounts that are negative, zero, huge or in a foreign unit.
func drawAnything(t *rapid.T) rollup.Flows {
	f := rollup.Flows{Unit: "EUR", ParentOf: map[string]string{"a": "b", "b": "a"}}
	pool := func(name string) string { return fmt.Sprint(name, rapid.IntRange(0, 3).Draw(t, name)) }
	for i := range 4 {
		f.Processes = append(f.Processes, rollup.Process{ID: fmt.Sprint("p", i), Project: []string{"a", "b", "c", ""}[i]})
		f.Exchanges = append(f.Exchanges, rollup.Exchange{ID: fmt.Sprint("x", i)})
	}
	amount := func(label string, units ...quantity.Unit) quantity.Amount {
		micros := rapid.OneOf(rapid.Int64Range(-3, 5), rapid.SampledFrom([]int64{math.MaxInt64, math.MinInt64, 1_000_000})).Draw(t, label)
		return quantity.Micros(micros, rapid.SampledFrom(units).Draw(t, label+".unit"))
	}
	for i := range rapid.IntRange(0, 25).Draw(t, "events") {
		e := rollup.Event{ID: fmt.Sprint("e", i), Role: rollup.Role(rapid.IntRange(1, 10).Draw(t, "role")), Resource: pool("r"), Stage: rapid.SampledFrom([]string{"", "s"}).Draw(t, "stage"),
			Quantity: amount("quantity", "kilogram", "kilogram", "one"), Percent: rapid.Int64Range(-5, 1_000_000_000).Draw(t, "percent"), Weight: rapid.Int64Range(-2, 3).Draw(t, "weight"),
			Passive: rapid.Bool().Draw(t, "passive"), Provider: pool("agent")}
		switch e.Role {
		case rollup.Contribution:
		case rollup.Receipt, rollup.Payment, rollup.Expense, rollup.ExchangeWork:
			e.Exchange = pool("x")
		default:
			e.Process = pool("p")
		}
		switch rapid.IntRange(0, 3).Draw(t, "priced") {
		case 0:
			v := amount("value", "EUR", "EUR", "USD")
			e.Value = &v
		case 1:
			v := amount("perUnit", "EUR")
			e.PerUnit = &v
		}
		f.Events = append(f.Events, e)
	}
	return f
}

// TestAnyFlowsEndWell: whatever is recorded, values are told or refused with
// the circle, walks conserve (Walk itself refuses when they do not), paths add
// up, and nothing is negative.
func TestAnyFlowsEndWell(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := drawAnything(t)
		g, err := rollup.Build(f)
		if err != nil {
			t.Fatal(err)
		}
		g.Completeness(nil)
		for _, e := range f.Events {
			n := rollup.Node{Resource: e.Resource, Stage: e.Stage}
			v, err := g.Value(n)
			if fault.CodeOf(err) == "rollup.cycle" {
				continue
			}
			if err != nil || v.Sign() < 0 {
				t.Fatalf("value of %v = %v (%v)", n, v, err)
			}
			for _, policy := range []rollup.Policy{rollup.ProRata, rollup.OldestFirst} {
				w, err := g.Walk([]rollup.Delivery{{n, quantity.Of(2, "kilogram")}}, rollup.Options{Policy: policy, Subscribed: func(p string) bool { return p != "c" }})
				if fault.CodeOf(err) == "rollup.unit" {
					continue
				}
				if err != nil {
					t.Fatal(err)
				}
				wholeness(t, w)
			}
		}
	})
}

// wholeness checks that shares are positive and that the paths of each add up.
func wholeness(t *rapid.T, w *rollup.Walk) {
	for _, s := range w.Shares {
		if s.Amount.Sign() <= 0 {
			t.Fatalf("share %+v is not positive", s)
		}
		paths, complete := w.Paths(s.Event, 500)
		if s.Event < 0 || !complete {
			continue
		}
		sum := new(big.Rat)
		for _, p := range paths {
			sum.Add(sum, p.Amount)
		}
		if sum.Cmp(s.Amount) != 0 {
			t.Fatalf("the paths of event %d add up to %s of %s", s.Event, sum.RatString(), s.Amount.RatString())
		}
	}
}
