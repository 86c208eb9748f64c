package rollup_test

import (
	"fmt"
	"maps"
	"math/big"
	"slices"
	"testing"

	"commonweal/contribution/rollup"
	"commonweal/platform/fault"
	"commonweal/quantity"

	"pgregory.net/rapid"
)

// chain draws a random acyclic supply chain: resource 0 is raw, each later one
// is given, bought, or made by one or two processes from earlier ones.
type chain struct {
	flows rollup.Flows
	made  int // resources
}

func drawChain(t *rapid.T) chain {
	c := chain{flows: rollup.Flows{Unit: "EUR"}, made: rapid.IntRange(1, 8).Draw(t, "resources")}
	for r := range c.made {
		for s := range rapid.IntRange(1, 3).Draw(t, "sources") {
			c.source(t, r, fmt.Sprintf("%d.%d", r, s))
		}
	}
	return c
}

func name(r int) string { return fmt.Sprintf("r%d", r) }

func (c *chain) add(e rollup.Event) {
	e.ID = fmt.Sprintf("e%03d", len(c.flows.Events))
	e.Provider = "p-" + e.ID
	e.At = day(1 + len(c.flows.Events)%20)
	c.flows.Events = append(c.flows.Events, e)
}

func micros(t *rapid.T, unit quantity.Unit, label string) quantity.Amount {
	return quantity.Micros(rapid.Int64Range(1, 50_000_000).Draw(t, label), unit)
}

func value(t *rapid.T) *quantity.Amount {
	v := quantity.Micros(rapid.Int64Range(0, 90_000_000).Draw(t, "value"), "EUR")
	return &v
}

func (c *chain) source(t *rapid.T, r int, id string) {
	q := micros(t, "kilogram", "quantity")
	switch rapid.IntRange(0, 3).Draw(t, "kind") {
	case 0:
		c.add(rollup.Event{Role: rollup.Contribution, Resource: name(r), Quantity: q, Value: value(t)})
	case 1:
		c.flows.Exchanges = append(c.flows.Exchanges, rollup.Exchange{ID: "x" + id})
		c.add(rollup.Event{Role: rollup.Receipt, Exchange: "x" + id, Resource: name(r), Quantity: q, Value: value(t)})
		c.add(rollup.Event{Role: rollup.Receipt, Exchange: "x" + id, Resource: "by-catch", Quantity: micros(t, "kilogram", "side"), Value: value(t)})
		c.add(rollup.Event{Role: rollup.Payment, Exchange: "x" + id, Value: value(t), Resource: rapid.SampledFrom([]string{"", "account"}).Draw(t, "from")})
		c.add(rollup.Event{Role: rollup.Expense, Exchange: "x" + id, Value: value(t)})
		if rapid.Bool().Draw(t, "fund") {
			cash := value(t)
			c.add(rollup.Event{Role: rollup.Contribution, Resource: "account", Quantity: *cash, Value: cash, Passive: rapid.Bool().Draw(t, "passive")})
		}
	default:
		c.process(t, r, "m"+id, q)
	}
}

func (c *chain) process(t *rapid.T, r int, id string, q quantity.Amount) {
	c.flows.Processes = append(c.flows.Processes, rollup.Process{ID: id, Project: rapid.SampledFrom([]string{"ours", "theirs"}).Draw(t, "project")})
	c.add(rollup.Event{Role: rollup.Work, Process: id, Quantity: hours("1"), Value: value(t), Class: "work"})
	if r > 0 {
		for range rapid.IntRange(0, 3).Draw(t, "inputs") {
			from := name(rapid.IntRange(0, r-1).Draw(t, "from"))
			c.add(rollup.Event{Role: rollup.Consume, Process: id, Resource: from, Quantity: micros(t, "kilogram", "taken")})
		}
		machine := name(rapid.IntRange(0, r-1).Draw(t, "machine"))
		c.add(rollup.Event{Role: rollup.Use, Process: id, Resource: machine, Quantity: hours("2"), PerUnit: value(t)})
	}
	if rapid.Bool().Draw(t, "cites") {
		// May name what is made later: a design that a later process improved.
		cited := name(rapid.IntRange(0, c.made-1).Draw(t, "cited"))
		c.add(rollup.Event{Role: rollup.Cite, Process: id, Resource: cited, Percent: rapid.Int64Range(0, 20_000_000).Draw(t, "percent"), Value: value(t)})
	}
	c.add(rollup.Event{Role: rollup.Produce, Process: id, Resource: name(r), Quantity: q, Value: value(t)})
	if rapid.Bool().Draw(t, "by-product") {
		c.add(rollup.Event{Role: rollup.Produce, Process: id, Resource: "by-product", Quantity: micros(t, "kilogram", "by"), Value: value(t), Weight: rapid.Int64Range(0, 3).Draw(t, "weight")})
	}
}

func (c *chain) last() rollup.Node { return rollup.Node{Resource: name(c.made - 1)} }

func (c *chain) delivery(t *rapid.T) rollup.Delivery {
	return rollup.Delivery{Node: c.last(), Quantity: micros(t, "kilogram", "delivered")}
}

func sumOf(loose []rollup.Loose) *big.Rat {
	sum := new(big.Rat)
	for _, l := range loose {
		sum.Add(sum, l.Amount)
	}
	return sum
}

// TestInvariant1WalkPaysWhatWentIn: walk total + loose = quantity × roll-up +
// production, on random acyclic chains with projects in and out of the equation.
func TestInvariant1WalkPaysWhatWentIn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawChain(t)
		g, err := rollup.Build(c.flows)
		if err != nil {
			t.Fatal(err)
		}
		d := c.delivery(t)
		opts := rollup.Options{Policy: rollup.ProRata, UncappedUse: rapid.Bool().Draw(t, "uncapped")}
		if rapid.Bool().Draw(t, "foreign") {
			opts.Subscribed = func(p string) bool { return p == "ours" }
		}
		w, err := g.Walk([]rollup.Delivery{d}, opts)
		if err != nil {
			t.Fatal(err)
		}
		perUnit, err := g.Value(d.Node)
		if err != nil {
			t.Fatal(err)
		}
		want := new(big.Rat).Mul(perUnit, d.Quantity.Rat())
		want.Add(want, w.Production)
		got := new(big.Rat).Add(w.Total, sumOf(w.Uncovered))
		got.Add(got, sumOf(w.Unattributed))
		if got.Cmp(want) != 0 {
			t.Fatalf("walk pays %s, want %s", got.RatString(), want.RatString())
		}
		for _, s := range w.Shares {
			if s.Amount.Sign() <= 0 {
				t.Fatalf("share %+v is not positive", s)
			}
		}
	})
}

// TestInvariant1OldestFirstTakesAll: taking all there is, in any number of
// parts, pays the whole cost of a resource too.
func TestInvariant1OldestFirstTakesAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := chain{flows: rollup.Flows{Unit: "EUR"}, made: 1}
		stock := int64(0)
		for s := range rapid.IntRange(1, 4).Draw(t, "sources") {
			c.source(t, 0, fmt.Sprint(s))
		}
		for _, e := range c.flows.Events {
			if e.Resource == name(0) && e.Role != rollup.Cite {
				stock += e.Quantity.Micros
			}
		}
		g, err := rollup.Build(c.flows)
		if err != nil {
			t.Fatal(err)
		}
		w, err := g.Walk([]rollup.Delivery{{c.last(), quantity.Micros(stock, "kilogram")}}, rollup.Options{UncappedUse: true})
		if err != nil {
			t.Fatal(err)
		}
		if w.Variance.Sign() != 0 || len(w.Uncovered) != 0 {
			t.Fatalf("variance %s, uncovered %+v; want none", w.Variance.RatString(), w.Uncovered)
		}
	})
}

// TestInvariant2KindsAddUp: the open-book cost by kind is conserved from
// inputs to outputs, and sums to quantity × value.
func TestInvariant2KindsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawChain(t)
		g, err := rollup.Build(c.flows)
		if err != nil {
			t.Fatal(err)
		}
		d := c.delivery(t)
		kinds, err := g.ByKind(d.Node, d.Quantity)
		if err != nil {
			t.Fatal(err)
		}
		sum := new(big.Rat)
		for _, amount := range kinds {
			sum.Add(sum, amount)
		}
		perUnit, err := g.Value(d.Node)
		if err != nil {
			t.Fatal(err)
		}
		if want := perUnit.Mul(perUnit, d.Quantity.Rat()); sum.Cmp(want) != 0 {
			t.Fatalf("kinds add up to %s, want %s", sum.RatString(), want.RatString())
		}
	})
}

// TestInvariant3OrderChangesNothing shuffles everything that is given.
func TestInvariant3OrderChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawChain(t)
		d := c.delivery(t)
		policy := rapid.SampledFrom([]rollup.Policy{rollup.ProRata, rollup.OldestFirst}).Draw(t, "policy")
		before := outcome(t, c.flows, d, policy)
		shuffled := rollup.Flows{Unit: c.flows.Unit,
			Events:    rapid.Permutation(c.flows.Events).Draw(t, "events"),
			Processes: rapid.Permutation(c.flows.Processes).Draw(t, "processes"),
			Exchanges: rapid.Permutation(c.flows.Exchanges).Draw(t, "exchanges")}
		if after := outcome(t, shuffled, d, policy); !slices.Equal(before, after) {
			t.Fatalf("order matters:\n%v\n%v", before, after)
		}
	})
}

// outcome writes everything a graph and a walk say as text.
func outcome(t *rapid.T, f rollup.Flows, d rollup.Delivery, policy rollup.Policy) []string {
	g, err := rollup.Build(f)
	if err != nil {
		t.Fatal(err)
	}
	w, err := g.Walk([]rollup.Delivery{d}, rollup.Options{Policy: policy})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, s := range w.Shares {
		out = append(out, fmt.Sprint(s.Creditor, " ", s.Process, " ", s.Amount.RatString()))
		if paths, _ := w.Paths(s.Event, 1000); s.Event >= 0 {
			sum := new(big.Rat)
			for _, p := range paths {
				sum.Add(sum, p.Amount)
			}
			out = append(out, fmt.Sprint("paths ", len(paths), " ", sum.RatString()))
		}
	}
	for _, l := range append(w.Uncovered, w.Unattributed...) {
		out = append(out, fmt.Sprint(l.Node, l.Reason, l.Amount))
	}
	for _, h := range append(g.Held(), g.Completeness(nil)...) {
		out = append(out, fmt.Sprint(h.Code, h.Subject, h.Reason))
	}
	return append(out, w.Variance.RatString(), w.Production.RatString())
}

// TestInvariant4PartsMakeTheWhole: shipments that add up share out what one
// shipment would have.
func TestInvariant4PartsMakeTheWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawChain(t)
		g, err := rollup.Build(c.flows)
		if err != nil {
			t.Fatal(err)
		}
		whole := c.delivery(t)
		opts := rollup.Options{Policy: rapid.SampledFrom([]rollup.Policy{rollup.ProRata, rollup.OldestFirst}).Draw(t, "policy"), Delivered: rollup.Offsets{}}
		all, err := g.Walk([]rollup.Delivery{whole}, opts)
		if err != nil {
			t.Fatal(err)
		}
		parts := map[int]*big.Rat{}
		left := whole.Quantity.Micros
		for left > 0 {
			q := rapid.Int64Range(1, left).Draw(t, "part")
			left -= q
			w, err := g.Walk([]rollup.Delivery{{whole.Node, quantity.Micros(q, "kilogram")}}, opts)
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range w.Shares {
				if parts[s.Event] == nil {
					parts[s.Event] = new(big.Rat)
				}
				parts[s.Event].Add(parts[s.Event], s.Amount)
			}
			maps.Copy(opts.Delivered, w.Offsets)
		}
		for _, s := range all.Shares {
			if parts[s.Event] == nil || parts[s.Event].Cmp(s.Amount) != 0 {
				t.Fatalf("event %d earns %v in parts, %v as a whole", s.Event, parts[s.Event], s.Amount)
			}
		}
		if len(parts) != len(all.Shares) {
			t.Fatalf("%d events earn in parts, %d as a whole", len(parts), len(all.Shares))
		}
	})
}

// TestInvariant5NoUnitPaysTwice: over any number of deliveries no direct
// contribution of a resource earns more than its value.
func TestInvariant5NoUnitPaysTwice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := chain{flows: rollup.Flows{Unit: "EUR"}, made: 1}
		for range rapid.IntRange(1, 4).Draw(t, "gifts") {
			c.add(rollup.Event{Role: rollup.Contribution, Resource: name(0), Quantity: micros(t, "kilogram", "q"), Value: value(t)})
		}
		g, err := rollup.Build(c.flows)
		if err != nil {
			t.Fatal(err)
		}
		earned := map[int]*big.Rat{}
		opts := rollup.Options{Policy: rapid.SampledFrom([]rollup.Policy{rollup.ProRata, rollup.OldestFirst}).Draw(t, "policy"), Delivered: rollup.Offsets{}}
		for range 5 {
			w, err := g.Walk([]rollup.Delivery{c.delivery(t)}, opts)
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range w.Shares {
				if earned[s.Event] == nil {
					earned[s.Event] = new(big.Rat)
				}
				if earned[s.Event].Add(earned[s.Event], s.Amount).Cmp(c.flows.Events[s.Event].Value.Rat()) > 0 {
					t.Fatalf("event %d earned %s of %s", s.Event, earned[s.Event], c.flows.Events[s.Event].Value)
				}
			}
			maps.Copy(opts.Delivered, w.Offsets)
		}
	})
}

func TestInvariant6CycleOfConsumptionIsNamed(t *testing.T) {
	f := bakery()
	f.Processes = append(f.Processes, rollup.Process{ID: "crumbing", Name: "Crumbing"})
	f.Events = append(f.Events,
		rollup.Event{ID: "f1", Role: rollup.Consume, Process: "crumbing", Resource: "loaf", Quantity: one("3")},
		rollup.Event{ID: "f2", Role: rollup.Produce, Process: "crumbing", Resource: "crumbs", Quantity: kg("1")},
		rollup.Event{ID: "f3", Role: rollup.Consume, Process: "baking", Resource: "crumbs", Quantity: kg("1")})
	g := build(t, f)
	_, err := g.Value(rollup.Node{Resource: "loaf"})
	const path = "Crumbing → crumbs → baking → loaf → Crumbing"
	if e := fault.As(err); e == nil || e.Code != "rollup.cycle" || !contains(e.Message, path) {
		t.Errorf("error = %v, want a cycle with the path %q", err, path)
	}
	wantValue(t, g, "flour", "5") // what does not depend on the cycle is not spoiled
}

func TestInvariant6CycleThroughUseIsCut(t *testing.T) {
	f := bakery()
	f.Processes = append(f.Processes, rollup.Process{ID: "oven-repair"})
	f.Events = append(f.Events, // the oven was repaired with a loaf: it depends on what is made in it
		rollup.Event{ID: "f1", Role: rollup.Consume, Process: "oven-repair", Resource: "loaf", Quantity: one("2")},
		rollup.Event{ID: "f2", Role: rollup.Work, Process: "oven-repair", Value: eur("47"), Quantity: hours("2"), Provider: "D"},
		rollup.Event{ID: "f3", Role: rollup.Produce, Process: "oven-repair", Resource: "oven", Quantity: one("1")})
	g := build(t, f)
	wantValue(t, g, "loaf", "3/2")
	wantValue(t, g, "oven", "50")
	w, err := g.Walk([]rollup.Delivery{{rollup.Node{Resource: "loaf"}, one("30")}}, rollup.Options{})
	if err != nil {
		t.Fatal(err)
	}
	wantShares(t, g, w, map[string]string{"A": "36", "B": "5", "C": "4"})
	found := false
	for _, finding := range g.Completeness(nil) {
		found = found || finding.Code == "rollup.cut_cycle" && finding.Subject == "e5"
	}
	if !found {
		t.Errorf("the cut is not reported")
	}
}
