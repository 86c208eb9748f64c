package rollup_test

import (
	"testing"

	"commonweal/contribution/rollup"
	"commonweal/platform/fault"
	"commonweal/quantity"

	"pgregory.net/rapid"
)

func TestCompleteFlowsHaveNoFindings(t *testing.T) {
	for _, f := range build(t, bakery()).Completeness(nil) {
		t.Errorf("the worked example is complete, but: %+v", f)
	}
}

func TestCompletenessCases(t *testing.T) {
	process := func(events ...rollup.Event) rollup.Flows {
		return rollup.Flows{Unit: "EUR", Events: events, Exchanges: []rollup.Exchange{{ID: "x"}},
			Processes: []rollup.Process{{ID: "p", Designs: []string{"plan"}, Expects: []rollup.Expected{{Role: rollup.Use, Resource: "lathe", Why: "booking of 3 March"}}}}}
	}
	made := rollup.Event{ID: "o", Role: rollup.Produce, Process: "p", Resource: "table", Quantity: kg("5")}
	worked := rollup.Event{ID: "w", Role: rollup.Work, Process: "p", Quantity: hours("1"), Value: eur("7"), Provider: "A"}
	took := rollup.Event{ID: "c", Role: rollup.Consume, Process: "p", Resource: "oak", Quantity: kg("4")}
	gave := rollup.Event{ID: "g", Role: rollup.Contribution, Resource: "oak", Quantity: kg("3"), Value: eur("6"), Provider: "B"}
	paid := rollup.Event{ID: "y", Role: rollup.Payment, Exchange: "x", Value: eur("9"), Provider: "C"}
	for _, c := range []struct {
		code, subject, estimate string
		flows                   rollup.Flows
	}{
		{"rollup.no_input", "p", "", process(made)},
		{"rollup.no_work", "p", "", process(made, took, gave)},
		{"rollup.no_output", "p", "7", process(worked)},
		{"rollup.no_cite", "p", "", process(worked, made)},
		{"rollup.expected", "p", "", process(worked, made)},
		{"rollup.no_owner", "u", "4", process(worked, made, rollup.Event{ID: "u", Role: rollup.Use, Process: "p", Resource: "lathe", Quantity: hours("1"), Value: eur("4")})},
		{"rollup.no_owner", "u", "4", process(worked, made, rollup.Event{ID: "u", Role: rollup.Cite, Process: "p", Resource: "plan", Value: eur("4")})},
		{"rollup.mass_gap", "p", "", process(worked, made, took, gave)},
		{"rollup.stock_gap", "oak", "2", process(worked, made, took, gave)},
		{"rollup.no_source", "oak", "", process(worked, made, took)},
		{"rollup.purchase_unlinked", "x", "9", process(paid)},
		{"rollup.receipt_unpaid", "x", "", process(rollup.Event{ID: "r", Role: rollup.Receipt, Exchange: "x", Resource: "glue", Quantity: kg("1")})},
	} {
		t.Run(c.code, func(t *testing.T) {
			for _, f := range build(t, c.flows).Completeness(nil) {
				if f.Code != c.code || f.Subject != c.subject {
					continue
				}
				if f.Reason == "" || f.Fix == "" {
					t.Errorf("finding %+v gives no reason or no fix", f)
				}
				if got := f.Estimate; (got == nil) != (c.estimate == "") || got != nil && got.RatString() != c.estimate {
					t.Errorf("estimate = %v, want %q", got, c.estimate)
				}
				return
			}
			t.Errorf("no finding %s about %s", c.code, c.subject)
		})
	}
}

func TestCompletenessLooksOnlyBehindTheGivenProcesses(t *testing.T) {
	f := bakery()
	f.Processes = append(f.Processes, rollup.Process{ID: "idle"})
	f.Events = append(f.Events, rollup.Event{ID: "z", Role: rollup.Work, Process: "idle", Quantity: hours("1"), Value: eur("1"), Provider: "Z"})
	g := build(t, f)
	for _, finding := range g.Completeness([]string{"baking"}) {
		if finding.Subject == "idle" {
			t.Errorf("%+v is about a process that was not asked for", finding)
		}
	}
}

func TestHeldEventsCountAsZeroAndAreListed(t *testing.T) {
	f := bakery()
	f.Events = append(f.Events,
		rollup.Event{ID: "h1", Role: rollup.Work, Process: "baking", Quantity: hours("1"), Provider: "A"},
		rollup.Event{ID: "h2", Role: rollup.Work, Process: "baking", Quantity: hours("1"), Value: new(quantity.Of(9, "USD")), Provider: "A"},
		rollup.Event{ID: "h3", Role: rollup.Work, Process: "baking", Quantity: hours("1"), Value: eur("-1"), Provider: "A"},
		rollup.Event{ID: "h4", Role: rollup.Consume, Process: "baking", Resource: "flour", Quantity: quantity.Of(1, "gram")},
		rollup.Event{ID: "h5", Role: rollup.Contribution, Resource: "flour", Quantity: kg("0"), Value: eur("3")})
	g := build(t, f)
	wantValue(t, g, "loaf", "3/2")
	want := map[string]string{"h1": "rollup.no_value", "h2": "rollup.currency", "h3": "rollup.negative", "h4": "rollup.unit", "h5": "rollup.no_quantity"}
	for _, h := range g.Held() {
		if want[h.Subject] != h.Code {
			t.Errorf("unexpected finding %+v", h)
		}
		delete(want, h.Subject)
	}
	if len(want) > 0 {
		t.Errorf("not held: %v", want)
	}
	again := g.Reprice(func(i int) (quantity.Amount, bool) { return *eur("0"), f.Events[i].ID < "h4" && f.Events[i].ID >= "h1" })
	if got := again.Held(); len(got) != 2 {
		t.Errorf("after values were given, held = %+v, want h4 and h5 only", got)
	}
}

func TestWhatIsNoGraphIsRefusedWhole(t *testing.T) {
	for name, spoil := range map[string]func(*rollup.Flows){
		"duplicate event":   func(f *rollup.Flows) { f.Events = append(f.Events, f.Events[0]) },
		"no identifier":     func(f *rollup.Flows) { f.Events[0].ID = "" },
		"duplicate process": func(f *rollup.Flows) { f.Processes = append(f.Processes, f.Processes[0]) },
		"unknown process":   func(f *rollup.Flows) { f.Events[2].Process = "nowhere" },
		"unknown exchange":  func(f *rollup.Flows) { f.Events[0].Exchange = "nowhere" },
		"unknown role":      func(f *rollup.Flows) { f.Events[0].Role = 99 },
		"no resource":       func(f *rollup.Flows) { f.Events[3].Resource = "" },
	} {
		f := bakery()
		spoil(&f)
		if _, err := rollup.Build(f); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: error = %v, want a refusal", name, err)
		}
	}
	g := build(t, bakery())
	for name, d := range map[string]rollup.Delivery{
		"unknown resource": {rollup.Node{Resource: "cake"}, one("1")},
		"wrong stage":      {rollup.Node{Resource: "loaf", Stage: "cold"}, one("1")},
		"wrong unit":       {rollup.Node{Resource: "loaf"}, kg("1")},
		"negative":         {rollup.Node{Resource: "loaf"}, one("-1")},
	} {
		if _, err := g.Walk([]rollup.Delivery{d}, rollup.Options{}); fault.As(err) == nil {
			t.Errorf("%s: error = %v, want a refusal", name, err)
		}
	}
}

// TestRepriceEqualsBuild: changing values on a compiled graph gives what
// compiling the changed flows gives.
func TestRepriceEqualsBuild(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawChain(t)
		g, err := rollup.Build(c.flows)
		if err != nil {
			t.Fatal(err)
		}
		changed := c.flows
		changed.Events = append([]rollup.Event(nil), c.flows.Events...)
		for i := range changed.Events {
			if e := &changed.Events[i]; e.Role != rollup.Consume && rapid.Bool().Draw(t, "change") {
				e.Value, e.Percent = value(t), 0
			}
		}
		want, err := rollup.Build(changed)
		if err != nil {
			t.Fatal(err)
		}
		got := g.Reprice(func(i int) (quantity.Amount, bool) {
			e := changed.Events[i]
			return amountOf(e.Value), e.Value != c.flows.Events[i].Value
		})
		for r := range c.made {
			a, _ := got.Value(rollup.Node{Resource: name(r)})
			b, _ := want.Value(rollup.Node{Resource: name(r)})
			if a.Cmp(b) != 0 {
				t.Fatalf("%s is worth %s after Reprice, %s after Build", name(r), a.RatString(), b.RatString())
			}
		}
	})
}

func amountOf(a *quantity.Amount) quantity.Amount {
	if a == nil {
		return quantity.Amount{}
	}
	return *a
}
