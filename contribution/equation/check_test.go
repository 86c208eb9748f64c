package equation

import (
	"strings"
	"testing"

	"commonweal/platform/fault"
)

// changed returns a valid equation with one change.
func changed(change func(e *Equation)) Equation {
	e := villageEquation("10", "50")
	change(&e)
	return e
}

func TestCheckNamesTheField(t *testing.T) {
	if err := villageEquation("10", "50").Check(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		field, code string
		change      func(e *Equation)
	}{
		{"project", "equation.empty", func(e *Equation) { e.Project = "" }},
		{"version", "equation.version", func(e *Equation) { e.Version = 0 }},
		{"unit", "equation.unit", func(e *Equation) { e.Unit = "EUR/hour" }},
		{"base", "equation.base", func(e *Equation) { e.Base = "straight" }},
		{"step", "equation.step", func(e *Equation) { e.Step = "0.005" }},
		{"minimumPayout", "equation.negative", func(e *Equation) { e.MinimumPayout = "-1" }},
		{"constants[0].name", "equation.constant_name", func(e *Equation) { e.Constants[0].Name = "hours" }},
		{"constants[1].name", "equation.duplicate", func(e *Equation) { e.Constants[1].Name = "minimumRate" }},
		{"constants[0].value", "equation.not_a_decimal", func(e *Equation) { e.Constants[0].Value = "12,5" }},
		{"constants[0].unit", "formula.unit", func(e *Equation) { e.Constants[0].Unit = "EUR//h" }},
		{"buckets", "equation.buckets", func(e *Equation) { e.Buckets = nil }},
		{"buckets", "equation.over_hundred", func(e *Equation) { e.Buckets[0].Percent = "15.0001" }},
		{"buckets[1].percent", "equation.out_of_range", func(e *Equation) { e.Buckets[1].Percent = "100.1" }},
		{"buckets[1].percent", "equation.out_of_range", func(e *Equation) { e.Buckets[1].Percent = "-1" }},
		{"buckets[2].sequence", "equation.duplicate", func(e *Equation) { e.Buckets[2].Sequence = 2 }},
		{"buckets[2].key", "equation.duplicate", func(e *Equation) { e.Buckets[2].Key = "makers" }},
		{"buckets[2].key", "equation.key", func(e *Equation) { e.Buckets[2].Key = "The Makers" }},
		{"buckets[4].leftover.to", "equation.no_next", func(e *Equation) { e.Buckets[4].Leftover.To = ToNext }},
		{"buckets[1].leftover.agent", "equation.leftover", func(e *Equation) { e.Buckets[1].Leftover = Leftover{ToPot, "Fund"} }},
		{"buckets[1].leftover.agent", "equation.empty", func(e *Equation) { e.Buckets[1].Leftover = Leftover{ToReceiver, ""} }},
		{"buckets[1].leftover.agent", "equation.pays_itself", func(e *Equation) { e.Buckets[1].Leftover = Leftover{ToReceiver, "village"} }},
		{"buckets[1].aboveOwed", "equation.choice", func(e *Equation) { e.Buckets[1].AboveOwed = "more" }},
		{"buckets[1].scope", "equation.choice", func(e *Equation) { e.Buckets[1].Scope = "month" }},
		{"buckets[1].rules", "equation.no_rule", func(e *Equation) { e.Buckets[1].Rules = nil }},
		{"buckets[1].rules", "equation.fixed_and_rules", func(e *Equation) { e.Buckets[1].Fixed = []Receiver{{"Fund", "1"}} }},
		{"buckets[0].fixed[1].agent", "equation.duplicate", func(e *Equation) { e.Buckets[0].Fixed[1].Agent = "Commons fund" }},
		{"buckets[0].fixed[0].agent", "equation.pays_itself", func(e *Equation) { e.Buckets[0].Fixed[0].Agent = "village" }},
		{"buckets[0].fixed", "equation.no_weight", func(e *Equation) { e.Buckets[0].Fixed = []Receiver{{"Fund", "0"}} }},
		{"buckets[0].cap.period", "equation.period", func(e *Equation) { e.Buckets[0].Cap.PerPeriod = "10" }},
		{"buckets[0].cap.until", "equation.day", func(e *Equation) { e.Buckets[0].Cap.Until = "31-12-2026" }},
		{"buckets[1].filter.to", "equation.dates_reversed", func(e *Equation) { e.Buckets[1].Filter.From, e.Buckets[1].Filter.To = "2026-02-01", "2026-01-31" }},
		{"buckets[1].filter.from", "equation.day", func(e *Equation) { e.Buckets[1].Filter.From = "2026-02-30" }},
		{"buckets[1].filter.zone", "equation.zone", func(e *Equation) { e.Buckets[1].Filter.Zone = "Europe/Atlantis" }},
		{"buckets[1].policy.kind", "equation.choice", func(e *Equation) { e.Buckets[1].Policy.Kind = "fair" }},
		{"buckets[1].policy.kind", "equation.policy", func(e *Equation) { e.Buckets[1].Policy.Periods = 3 }},
		{"buckets[1].policy.periods", "equation.policy", func(e *Equation) { e.Buckets[1].Policy.Kind = Immediate }},
		{"buckets[1].policy.discount", "equation.out_of_range", func(e *Equation) { e.Buckets[1].Policy = Policy{Kind: Recent, Period: Month, Discount: "1.5"} }},
		{"buckets[1].rules[1].id", "equation.duplicate", func(e *Equation) { e.Buckets[1].Rules[1].ID = "w" }},
		{"buckets[2].rules[0].id", "equation.duplicate", func(e *Equation) { e.Buckets[2].Rules[0].ID = "w" }},
		{"buckets[1].rules[1].kinds", "equation.rules_tie", func(e *Equation) { e.Buckets[1].Rules[1].ProcessTypes = nil }},
		{"buckets[1].rules[1].division", "equation.division_mixed", func(e *Equation) { e.Buckets[1].Rules[1].Division = OldestFirst }},
		{"buckets[1].rules[0].claim", "equation.choice", func(e *Equation) { e.Buckets[1].Rules[0].Claim = "always" }},
		{"buckets[1].rules[0].streams", "equation.streams", func(e *Equation) { e.Buckets[1].Rules[0].Streams = []string{Care, Love} }},
		{"buckets[2].rules[3].premium", "equation.premium", func(e *Equation) { e.Buckets[2].Rules[3].Premium = "5" }},
		{"buckets[1].rules[0].perClaimCap", "equation.cap", func(e *Equation) { e.Buckets[1].Rules[0].PerClaimCap = "0.001" }},
		{"buckets[1].rules[0].formula", "formula.unit_mismatch", func(e *Equation) { e.Buckets[1].Rules[0].Formula = "hours + value" }},
		{"buckets[1].rules[0].formula", "formula.result_unit", func(e *Equation) { e.Buckets[1].Rules[0].Formula = "hours" }},
		{"buckets[1].rules[0].formula", "formula.syntax", func(e *Equation) { e.Buckets[1].Rules[0].Formula = "os.Exit" }},
		{"buckets[1].rules[0].formula", "formula.unknown_name", func(e *Equation) { e.Buckets[1].Rules[0].Formula = "salary" }},
		{"buckets[1].rules[0].formula", "equation.formula_needed", func(e *Equation) { e.Buckets[1].Rules[0].Kinds, e.Buckets[1].Rules[0].Formula = nil, "" }},
		{"buckets[4].rules[0].formula", "formula.unavailable_input", func(e *Equation) { e.Buckets[4].Rules[0].Formula = "hours * rate" }},
		{"buckets[3].rules[0].formula", "equation.risk_unused", func(e *Equation) { e.Buckets[3].Rules[0].Formula = "value" }},
		{"buckets[3].rules[0].riskMultipliers[0].kind", "equation.risk_kind", func(e *Equation) { e.Buckets[3].Rules[0].RiskMultipliers[0].Kind = "work" }},
	} {
		err := changed(c.change).Check()
		list, ok := err.(fault.List)
		found := false
		for _, f := range list {
			code := f.Code
			if strings.HasPrefix(c.code, "formula.") && c.field == f.Field && c.code != code {
				t.Logf("%s: %s", c.field, code)
			}
			found = found || (f.Field == c.field && code == c.code)
		}
		if !ok || !found {
			t.Errorf("want %s at %s, got %v", c.code, c.field, err)
		}
		if _, err := Compile(changed(c.change)); err == nil {
			t.Errorf("%s: an equation that cannot be saved compiles", c.field)
		}
	}
}

func TestCycleOfProjectsNamesThePath(t *testing.T) {
	pays := func(project, agent string) Equation {
		return Equation{Project: project, Buckets: []Bucket{{Fixed: []Receiver{{agent, "1"}}}}}
	}
	err := CheckCycle([]Equation{pays("mill", "bakery"), pays("bakery", "shop"), pays("shop", "mill")})
	if fault.CodeOf(err) != "equation.cycle" || !strings.Contains(err.Error(), "mill → bakery → shop → mill") {
		t.Errorf("%v", err)
	}
	if err := CheckCycle([]Equation{pays("mill", "bakery"), pays("bakery", "shop"), pays("shop", "fund")}); err != nil {
		t.Error(err)
	}
	chain := []Equation{}
	for i := range 10_000 {
		chain = append(chain, pays(strings.Repeat("x", 1)+micros(int64(i)), "x"+micros(int64(i+1))))
	}
	if err := CheckCycle(chain[9_000:]); err != nil {
		t.Error(err)
	}
}

func TestDoubtfulRulesWarn(t *testing.T) {
	e := changed(func(e *Equation) {
		e.Buckets[2].Rules[3].Kinds = []string{"consume"}
		e.Buckets[1].Scope = ScopeDeliverable
	})
	if err := e.Check(); err != nil {
		t.Fatal(err)
	}
	w := e.Warnings()
	if len(w) != 2 || w[0].Code != "equation.scope_without_deliverable" || w[1].Field != "buckets[2].rules[3].kinds" {
		t.Errorf("%v", w)
	}
}

func FuzzDecimal(f *testing.F) {
	for _, s := range []string{"12.50", "-0", "0.1", "1e5", "", "١٢", "00.100", "9999999999999999999999999999999999999999"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d := Decimal(s)
		r, err := d.Rat()
		if err != nil {
			return
		}
		again, err := d.canonical().Rat()
		if err != nil || r.Cmp(again) != 0 || d.canonical().canonical() != d.canonical() {
			t.Fatalf("%q becomes %q: %v", s, d.canonical(), err)
		}
	})
}
