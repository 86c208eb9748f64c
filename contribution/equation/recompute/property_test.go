package recompute

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"commonweal/contribution/equation"
	"commonweal/platform/fault"
)

var people = []string{"Ada", "Bo", "Cy", "Dee", "Eli"}

// text draws one of the choices; the empty one stands for "not given".
func text(t *rapid.T, label string, choices ...string) string {
	return rapid.SampledFrom(choices).Draw(t, label)
}

func chance(t *rapid.T, label string, oneIn int) bool {
	return rapid.IntRange(1, oneIn).Draw(t, label) == 1
}

func contribution(t *rapid.T, n int) equation.Contribution {
	c := equation.Contribution{
		ID: equation.ID{15: byte(n)}, Person: text(t, "person", people...), Project: text(t, "project", "mill", "mill", "barn"), Flags: equation.Validated | equation.DayOnly,
		Kind: text(t, "kind", "work", "work", "goods", "goods", "money", "use", "produce", "sing"), Process: text(t, "process", "", "grind", "sift"),
		ProcessType: text(t, "process type", "", "milling", "baking"), ResourceType: text(t, "resource type", "", "flour", "sieve"),
		Day: int32(rapid.IntRange(20_480, 20_560).Draw(t, "day")), Unit: "hour", Currency: text(t, "currency", "EUR", "EUR", "EUR", "EUR", "USD"),
		Quantity: rapid.SampledFrom([]int64{0, 1_000_000, 2_500_000, 333_333, 7_250_000, -1_000_000, 1}).Draw(t, "quantity"),
		Rate:     rapid.SampledFrom([]int64{12_000_000, 10_000_000, 333_333, 9_990_000, equation.Missing}).Draw(t, "rate"),
		Value:    rapid.SampledFrom([]int64{10_000_000, 1_000_000, 333_330, 99_990_000, 5_000, equation.Missing}).Draw(t, "value"),
	}
	if c.Kind == "work" && chance(t, "care", 3) {
		c.Stream, c.Unit = equation.Care, "careHour"
	}
	if c.Kind == "money" {
		c.Unit = "EUR"
	}
	if chance(t, "other unit", 8) {
		c.Unit = "kilogram"
	}
	if chance(t, "rated", 2) {
		c.RatingNum, c.RatingDen = int32(rapid.IntRange(-3, 30).Draw(t, "rating")), int32(rapid.IntRange(1, 4).Draw(t, "raters"))
	}
	if chance(t, "for an order", 3) {
		c.Deliverable = equation.Deliverable{Kind: equation.Order, ID: text(t, "order", "o1", "o2")}
	}
	if chance(t, "timed", 2) {
		c.Flags, c.At = equation.Validated, int64(c.Day)*86_400_000_000+int64(rapid.IntRange(0, 86_399).Draw(t, "second"))*1_000_000
	}
	if chance(t, "flawed", 8) {
		c.Flags = rapid.SampledFrom([]uint16{0, equation.Validated | equation.Rejected, equation.Validated | equation.Superseded, equation.Validated | equation.Disputed, equation.Validated | equation.Late}).Draw(t, "flags")
	}
	return c
}

func ledger(t *rapid.T) *equation.Ledger {
	l := &equation.Ledger{}
	for n := range rapid.OneOf(rapid.IntRange(0, 3), rapid.IntRange(8, 30), rapid.IntRange(8, 30)).Draw(t, "contributions") {
		if _, err := l.Append(contribution(t, n)); err != nil {
			t.Fatal(err)
		}
	}
	return l
}

func rule(t *rapid.T, id string) equation.Rule {
	r := equation.Rule{ID: id, Claim: rapid.SampledFrom([]equation.ClaimType{equation.UntilPaid, equation.UntilPaid, equation.Forever, equation.Once}).Draw(t, "claim")}
	if kind := text(t, "rule kind", "", "", "goods", "work", "goods", "money", "use"); kind != "" {
		r.Kinds = []string{kind}
	}
	r.Formula = text(t, "formula", "default(value, amount(4, 'EUR')) / 3 + amount(1, 'EUR')", "amount(9.99, 'EUR')", "default(value, amount(3.33, 'EUR'))", "default(value, amount(10, 'EUR'))", "value", "value / 3", "default(value, amount(7, 'EUR')) * clamp(default(rating, 1), 0.5, 1.5)", "value * karma['mill'] / importance",
		"value * {'work': 1.5, 'goods': 2}[kind]", "stream == 'livelihood' && role != 'guest' ? value : value * 0.333", "round(value / 7, amount(0.05, 'EUR'), 'half_up')",
		"quantity * (rate + valuePerUnit)", "value * factor - amount(1, 'EUR')", "value / (rating - 1)", "value * riskFactor", "value / (riskFactor - 1)")
	if len(r.Kinds) > 0 && chance(t, "default formula", 3) {
		r.Formula = ""
	}
	if len(r.Kinds) > 0 && r.Kinds[0] == "work" && chance(t, "care rule", 3) {
		r.Streams, r.Formula = []string{equation.Care}, "hours * careRate"
	}
	if chance(t, "process types", 3) {
		r.ProcessTypes = []string{"milling"}
	}
	if chance(t, "resource types", 3) {
		r.ResourceTypes = []string{"flour", "sieve"}
	}
	if r.Claim == equation.UntilPaid && chance(t, "premium", 3) {
		r.Premium = "12.5"
	}
	if chance(t, "cap", 4) {
		r.PerClaimCap = "8.03"
	}
	if r.Formula == "" && chance(t, "risk", 2) || strings.Contains(r.Formula, "riskFactor") && len(r.Kinds) > 0 {
		r.RiskMultipliers = []equation.RiskMultiplier{{Kind: r.Kinds[0], Factor: "2.5"}}
	}
	return r
}

func bucket(t *rapid.T, n int) equation.Bucket {
	b := equation.Bucket{Sequence: n * 10, Key: fmt.Sprintf("b%d", n), Percent: equation.Decimal(text(t, "percent", "0", "10", "33.3333", "25", "12.5", "25", "20"))}
	b.Leftover.To = equation.LeftoverTo(text(t, "leftover", "", "next", "pot", "receiver"))
	if b.Leftover.To == equation.ToReceiver {
		b.Leftover.Agent = text(t, "home", "Fund", "Ada")
	}
	if chance(t, "capped", 4) {
		b.Cap.Bucket = equation.Decimal(text(t, "bucket cap", "0.01", "20.005", "50"))
	}
	if chance(t, "period", 5) {
		b.Cap.Period, b.Cap.PerPeriod = equation.Month, "40"
		b.Cap.PerPersonPerPeriod = equation.Decimal(text(t, "person period", "", "15.5"))
	}
	if chance(t, "game", 6) {
		b.Fixed, b.Game = game(t)
		return b
	}
	if chance(t, "fixed", 5) {
		b.Fixed = []equation.Receiver{{Agent: "Fund", Weight: "2"}, {Agent: "Upstream", Weight: "0.7"}, {Agent: "Ada", Weight: "1.3"}}
		return b
	}
	if chance(t, "person cap", 4) {
		b.Cap.PerPerson = "11.11"
	}
	b.AboveOwed = equation.AboveOwed(text(t, "above owed", "", "stop", "proportional"))
	for k := range rapid.IntRange(1, 3).Draw(t, "rules") {
		b.Rules = append(b.Rules, rule(t, fmt.Sprintf("b%d-r%d", n, k)))
	}
	division := equation.Division(text(t, "division", "", "proportional", "oldest_first"))
	for k := range b.Rules {
		b.Rules[k].Division = division
	}
	b.Filter = filter(t)
	if chance(t, "scope", 3) {
		b.Scope = equation.ScopeDeliverable
	}
	switch text(t, "policy", "", "", "immediate", "recent", "balanced") {
	case "immediate":
		b.Policy = equation.Policy{Kind: equation.Immediate, Period: equation.Month, Periods: 2}
	case "recent":
		b.Policy = equation.Policy{Kind: equation.Recent, Period: equation.Period(text(t, "age", "week", "month", "quarter", "year")), Discount: equation.Decimal(text(t, "discount", "0.3", "0", "1"))}
	case "balanced":
		b.Policy = equation.Policy{Kind: equation.Balanced, From: text(t, "window", "", "2026-02-01")}
	}
	return b
}

func filter(t *rapid.T) equation.Filter {
	f := equation.Filter{Zone: text(t, "zone", "", "Europe/Amsterdam", "America/Los_Angeles")}
	if chance(t, "from", 3) {
		f.From = "2026-02-01"
	}
	if chance(t, "to", 3) {
		f.To = "2026-03-05"
	}
	if chance(t, "orders", 3) {
		f.Orders = []string{text(t, "filter order", equation.OfIncome, "o1", "o2")}
	}
	if chance(t, "processes", 6) {
		f.Processes = []string{"grind"}
	}
	if chance(t, "projects", 3) {
		f.Projects = []string{text(t, "filter project", equation.AnyProject, "barn")}
	}
	return f
}

func draw(t *rapid.T) equation.Equation {
	e := equation.Equation{Project: "mill", Name: "Mill", Version: 1, Unit: "EUR", Base: rapid.SampledFrom([]equation.Base{equation.Whole, equation.Remaining}).Draw(t, "base"),
		Step: equation.Decimal(text(t, "step", "", "", "0.05", "1")), MinimumPayout: equation.Decimal(text(t, "minimum", "", "5")),
		Constants: []equation.Constant{{Name: "careRate", Value: "9.5", Unit: "EUR/careHour"}, {Name: "factor", Value: "1.1"}}}
	if chance(t, "exit rule", 2) {
		e.Exit = exitRule(t)
	}
	n := rapid.IntRange(1, 4).Draw(t, "buckets")
	for k := range n {
		e.Buckets = append(e.Buckets, bucket(t, k+1))
	}
	if last := &e.Buckets[n-1]; last.Leftover.To == equation.ToNext {
		last.Leftover.To = ""
	}
	return e
}

func exitRule(t *rapid.T) *equation.ExitRule {
	keep := func(label string) equation.Keep {
		return equation.Keep(text(t, label, "all", "at_cost", "nothing"))
	}
	return &equation.ExitRule{AtFault: rapid.SliceOfDistinct(rapid.SampledFrom(equation.Ways()), rapid.ID[equation.Way]).Draw(t, "at fault"), CashKinds: []string{"money", "goods"},
		Cash: keep("cash"), NonCash: keep("non-cash"), Price: "1", FrozenFrom: text(t, "frozen", "", "", "2026-02-20")}
}

func exit(t *rapid.T) equation.Exit {
	x := equation.Exit{Person: text(t, "leaver", append(people, "Stranger")...), Way: rapid.SampledFrom(equation.Ways()).Draw(t, "way"), Day: int32(rapid.IntRange(20_480, 20_570).Draw(t, "exit"))}
	if chance(t, "bought", 3) {
		x.Bought = []string{text(t, "bought rule", "b1-r0", "b2-r1")}
	}
	return x
}

// game draws up to six players, or fourteen whose orders are drawn.
func game(t *rapid.T) ([]equation.Receiver, equation.Game) {
	players := append([]string{"Fund", "Zoe"}, people...)
	g := equation.Game{Groups: []equation.Group{{Agents: []string{"Fund", "Ada"}, Worth: "10"}}}
	if chance(t, "many players", 4) {
		g.Seed, g.Orders = text(t, "seed", "", "lot"), 100
		for n := range 8 {
			players = append(players, fmt.Sprint("player ", n))
		}
		g.Groups = append(g.Groups, equation.Group{Agents: players, Worth: "77.7"})
	}
	for n := range rapid.IntRange(0, 5).Draw(t, "groups") {
		group := equation.Group{Agents: rapid.SliceOfNDistinct(rapid.SampledFrom(players), 1, 4, rapid.ID[string]).Draw(t, "members"), Worth: equation.Decimal(fmt.Sprint(n*7+1, ".5"))}
		if !slices.ContainsFunc(g.Groups, func(x equation.Group) bool { return sameMembers(x, group) }) {
			g.Groups = append(g.Groups, group)
		}
	}
	var receivers []equation.Receiver
	for _, p := range players {
		receivers = append(receivers, equation.Receiver{Agent: p})
	}
	return receivers, g
}

func sameMembers(a, b equation.Group) bool {
	x, y := slices.Sorted(slices.Values(a.Agents)), slices.Sorted(slices.Values(b.Agents))
	return slices.Equal(x, y)
}

func walk(t *rapid.T, l *equation.Ledger, d equation.Deliverable) equation.Walk {
	w := equation.Walk{Deliverable: d}
	for i := range l.Len() {
		for range rapid.IntRange(0, 2).Draw(t, "paths") {
			w.Contribution = append(w.Contribution, int32(i))
			w.Num = append(w.Num, int64(rapid.IntRange(0, 3).Draw(t, "num")))
			w.Den = append(w.Den, int64(rapid.IntRange(1, 7).Draw(t, "den")))
		}
	}
	return w
}

func facts(t *rapid.T, l *equation.Ledger) equation.Facts {
	column := func(n int, label string) []int64 {
		out := make([]int64, n)
		for i := range out {
			out[i] = rapid.SampledFrom([]int64{equation.Missing, 0, 1_000_000, 2_500_000}).Draw(t, label)
		}
		return out
	}
	f := equation.Facts{Karma: []equation.KarmaColumn{{Domain: "mill", Micros: column(len(l.People), "karma")}}, Importance: column(len(l.Processes), "importance"), ValuePerUnit: column(len(l.ResourceTypes), "value per unit")}
	for range l.People {
		f.Roles = append(f.Roles, text(t, "role", "", "lead", "guest"))
	}
	return f
}

func input(t *rapid.T) equation.Input {
	l := ledger(t)
	in := equation.Input{Distribution: text(t, "distribution", "d1", "d2", "d3"), Pot: int64(rapid.IntRange(0, 200_000_000).Draw(t, "pot")), Ledger: l, Facts: facts(t, l),
		AsOf: time.Date(2026, 3, 31, 23, 30, 0, 0, time.UTC), Deliverable: equation.Deliverable{Kind: equation.Order, ID: text(t, "income for", "o1", "o3")}, Prior: &equation.Claims{}, History: &equation.History{}}
	if chance(t, "walked", 2) {
		in.Walks = []equation.Walk{walk(t, l, equation.Deliverable{Kind: equation.Order, ID: "o1"})}
	}
	if len(l.People) > 0 && chance(t, "paid before", 2) {
		in.History.Pay(equation.PaidBefore, rapid.Int32Range(0, int32(len(l.People)-1)).Draw(t, "whom"), equation.DayOf(in.AsOf)-rapid.Int32Range(0, 90).Draw(t, "days ago"), rapid.Int64Range(0, 90_000_000).Draw(t, "before"))
	}
	if chance(t, "helped", 2) {
		in.Helpers = []equation.Helper{{Person: "Ada", Helper: "Bo", Percent: "33.3"}, {Person: "Bo", Helper: "Zoe", Percent: "10"}, {Person: "Ada", Helper: "Cy", Percent: "5", To: "2025-12-31"}}
	}
	if chance(t, "carried", 3) {
		in.Carries = []equation.Carry{{Receiver: "Ada", Amount: 3_990_000}, {Receiver: "Fund", Amount: 10_000}, {Receiver: "Bo", Amount: -7_000_000}}
	}
	for range rapid.IntRange(0, 3).Draw(t, "exits") {
		in.Exits = append(in.Exits, exit(t))
	}
	return in
}

// TestInvariant1EngineAndRecomputationAgree runs the engine three times in a
// row, with claims and history carried along, and recomputes each run.
func TestInvariant1EngineAndRecomputationAgree(t *testing.T) {
	accepted, lines := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		e, in := draw(t), input(t)
		p, err := equation.Compile(e)
		if err != nil {
			for _, line := range err.(fault.List) {
				if line.Code != "equation.rules_tie" && line.Code != "equation.over_hundred" && line.Code != "formula.unit_mismatch" && line.Code != "formula.result_unit" {
					t.Fatalf("%v: %s", line, line.Code)
				}
			}
			return
		}
		accepted++
		for range 3 {
			r, err := p.Run(in)
			if err != nil {
				t.Fatal(err)
			}
			payments, err := r.Payments()
			if err != nil {
				t.Fatal(err)
			}
			differences, err := Verify(e, in, r, payments)
			if err != nil || len(differences) > 0 {
				t.Fatalf("%s\n%v %v", e.Canonical(), err, differences)
			}
			lines += len(r.Lines)
			if err := in.Prior.Add(r); err != nil {
				t.Fatal(err)
			}
			in.History.Add(r, equation.DayOf(in.AsOf))
			in.Distribution += "+"
			in.AsOf = in.AsOf.AddDate(0, 0, 14)
		}
	})
	if accepted < 20 || lines < 10 {
		t.Errorf("only %d equations were accepted and %d lines paid; the test says little", accepted, lines)
	}
}

func TestInvariant2EveryChangeIsFound(t *testing.T) {
	l := &equation.Ledger{}
	for n, person := range []string{"Ada", "Bo"} {
		if _, err := l.Append(equation.Contribution{ID: equation.ID{byte(n)}, Person: person, Kind: "goods", Project: "mill", Unit: "kilogram", Quantity: 1_000_000, Currency: "EUR",
			Rate: equation.Missing, Value: 10_000_000, Flags: equation.Validated | equation.DayOnly}); err != nil {
			t.Fatal(err)
		}
	}
	e := equation.Equation{Project: "mill", Name: "Mill", Version: 1, Unit: "EUR", Base: equation.Whole, MinimumPayout: "1", Buckets: []equation.Bucket{
		{Sequence: 1, Key: "b", Percent: "100", Rules: []equation.Rule{{ID: "goods", Kinds: []string{"goods"}, Claim: equation.UntilPaid}}}}}
	in := equation.Input{Distribution: "d", Pot: 15_000_000, AsOf: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Ledger: l}
	for name, change := range map[string]func(*equation.Result, *equation.Payments){
		"line":     func(r *equation.Result, _ *equation.Payments) { r.Lines[0].Amount++ },
		"receiver": func(r *equation.Result, _ *equation.Payments) { r.Lines[0].Receiver = "Mallory" },
		"dropped":  func(r *equation.Result, _ *equation.Payments) { r.Lines = r.Lines[1:] },
		"payout":   func(r *equation.Result, _ *equation.Payments) { r.Payouts[1].Paid-- },
		"residue": func(r *equation.Result, _ *equation.Payments) {
			r.Residue = append(r.Residue, equation.Residue{Amount: 1})
		},
		"held": func(r *equation.Result, _ *equation.Payments) {
			r.Held = []equation.HeldCount{{Rule: "goods", Count: 1}}
		},
		"payment":  func(_ *equation.Result, p *equation.Payments) { p.Amount[0]-- },
		"claim":    func(_ *equation.Result, p *equation.Payments) { p.Contribution[0] = 1 },
		"equation": func(r *equation.Result, _ *equation.Payments) { r.Equation = strings.Repeat("0", 64) },
	} {
		p, err := equation.Compile(e)
		if err != nil {
			t.Fatal(err)
		}
		r, err := p.Run(in)
		if err != nil {
			t.Fatal(err)
		}
		payments, err := r.Payments()
		if err != nil {
			t.Fatal(err)
		}
		if d, err := Verify(e, in, r, payments); err != nil || len(d) > 0 {
			t.Fatalf("untouched: %v %v", d, err)
		}
		change(r, payments)
		if d, err := Verify(e, in, r, payments); err != nil || len(d) == 0 {
			t.Errorf("%s: the change went unnoticed (%v)", name, err)
		}
	}
}

// TestManyDenominators covers the bound on adding fractions exactly.
func TestManyDenominators(t *testing.T) {
	for _, n := range []int{900, 1100} {
		l := &equation.Ledger{}
		w := equation.Walk{Deliverable: equation.Deliverable{Kind: equation.Order, ID: "o"}}
		for i := range n {
			c := equation.Contribution{ID: equation.ID{byte(i), byte(i >> 8)}, Person: people[i%5], Kind: "goods", Project: "mill", Unit: "one", Currency: "EUR", Rate: equation.Missing, Value: 1_000_000, Flags: equation.Validated | equation.DayOnly}
			if _, err := l.Append(c); err != nil {
				t.Fatal(err)
			}
			w.Contribution, w.Num, w.Den = append(w.Contribution, int32(i)), append(w.Num, 1), append(w.Den, int64(i+2))
		}
		e := equation.Equation{Project: "mill", Name: "Mill", Version: 1, Unit: "EUR", Base: equation.Whole, Buckets: []equation.Bucket{
			{Sequence: 1, Key: "b", Percent: "100", Filter: equation.Filter{Orders: []string{"o"}}, Rules: []equation.Rule{{ID: "goods", Kinds: []string{"goods"}, Claim: equation.UntilPaid}}}}}
		in := equation.Input{Distribution: "d", Pot: 100_000_000, AsOf: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Ledger: l, Walks: []equation.Walk{w}}
		p, err := equation.Compile(e)
		if err != nil {
			t.Fatal(err)
		}
		r, err := p.Run(in)
		if err != nil {
			t.Fatal(err)
		}
		payments, err := r.Payments()
		if err != nil {
			t.Fatal(err)
		}
		if d, err := Verify(e, in, r, payments); err != nil || len(d) > 0 {
			t.Errorf("%d denominators: %v %v", n, d, err)
		}
	}
}
