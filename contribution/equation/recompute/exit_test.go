package recompute

import (
	"testing"

	"pgregory.net/rapid"

	"commonweal/contribution/equation"
)

// slicingPie draws an equation with slices, in which exits and frozen days meet
// the days of contributions.
func slicingPie(t *rapid.T) (equation.Equation, equation.Input) {
	in := input(t)
	in.Walks, in.Exits, in.Ledger, in.History = nil, nil, &equation.Ledger{}, &equation.History{}
	const first = 20_500 // 2026-02-16
	for n := range rapid.IntRange(1, 12).Draw(t, "slices") {
		c := equation.Contribution{ID: equation.ID{15: byte(n)}, Person: text(t, "person", people[:3]...), Project: "mill", Flags: equation.Validated | equation.DayOnly,
			Kind: text(t, "kind", "goods", "money", "work"), Day: int32(first + rapid.IntRange(0, 3).Draw(t, "day")), Unit: "EUR", Currency: "EUR", Quantity: 1_000_000,
			Rate: equation.Missing, Value: rapid.SampledFrom([]int64{10_000_000, 333_330, 7_770_000, equation.Missing}).Draw(t, "value")}
		if _, err := in.Ledger.Append(c); err != nil {
			t.Fatal(err)
		}
	}
	in.Facts = facts(t, in.Ledger)
	for range rapid.IntRange(1, 3).Draw(t, "exits") {
		x := exit(t)
		x.Person, x.Day = text(t, "leaver", people[:3]...), int32(first+rapid.IntRange(0, 4).Draw(t, "exit day"))
		if chance(t, "bought back", 4) {
			x.Bought = []string{"slices"}
		}
		in.Exits = append(in.Exits, x)
	}
	r := equation.Rule{ID: "slices", Kinds: []string{"goods", "money", "work"}, Claim: rapid.SampledFrom([]equation.ClaimType{equation.UntilPaid, equation.Forever, equation.Once}).Draw(t, "claim"),
		Formula:         text(t, "formula", "value * riskFactor", "value * riskFactor", "value / (riskFactor - 1)", "default(value, amount(5, 'EUR')) * riskFactor"),
		RiskMultipliers: []equation.RiskMultiplier{{Kind: "goods", Factor: "2"}, {Kind: "money", Factor: equation.Decimal(text(t, "factor", "4", "0.5"))}},
		PerClaimCap:     equation.Decimal(text(t, "claim cap", "", "12.34"))}
	e := equation.Equation{Project: "mill", Name: "Pie", Version: 1, Unit: "EUR", Base: equation.Whole, Exit: exitRule(t), Buckets: []equation.Bucket{{Sequence: 1, Key: "pie", Percent: "80",
		AboveOwed: equation.AboveOwed(text(t, "above", "", "proportional")), Rules: []equation.Rule{r}}}}
	e.Exit.FrozenFrom = text(t, "frozen on", "", "2026-02-17", "2026-02-18")
	return e, in
}

// TestInvariant1ExitsAgree is the agreement of both programs where people
// leave: before, between and after distributions, and after having been paid.
func TestInvariant1ExitsAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e, in := slicingPie(t)
		p, err := equation.Compile(e)
		if err != nil {
			t.Fatal(err)
		}
		exits := in.Exits
		in.Exits = nil
		for n := range 3 {
			r, err := p.Run(in)
			if err != nil {
				t.Fatal(err)
			}
			payments, err := r.Payments()
			if err != nil {
				t.Fatal(err)
			}
			if d, err := Verify(e, in, r, payments); err != nil || len(d) > 0 {
				t.Fatalf("%s\n%v\n%v %v", e.Canonical(), in.Exits, err, d)
			}
			if err := in.Prior.Add(r); err != nil {
				t.Fatal(err)
			}
			in.Distribution += "+"
			in.Exits = exits[:min(n+1, len(exits))]
		}
	})
}
