package equation

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"commonweal/platform/fault"
)

// pie is a slicing pie: cash counts four times, work twice, and every slice
// stays. Ada put in 1,000 in cash, Bas worked 100 hours at 20, Cleo worked 50
// hours and paid 200 for a tool: 4,000, 4,000 and 2,800 slices.
func pie(t testing.TB) (*Ledger, Equation) {
	l := &Ledger{}
	mustAppend(t, l, Contribution{Person: "Ada", Kind: "money", Quantity: 1_000_000_000, Unit: "EUR", Rate: Missing, Value: 1_000_000_000, Day: 20_000})
	mustAppend(t, l, Contribution{Person: "Bas", Kind: "work", Quantity: 100_000_000, Unit: "hour", Rate: 20_000_000, Value: 2_000_000_000, Day: 20_010})
	mustAppend(t, l, Contribution{Person: "Cleo", Kind: "work", Quantity: 50_000_000, Unit: "hour", Rate: 20_000_000, Value: 1_000_000_000, Day: 20_020})
	mustAppend(t, l, Contribution{Person: "Cleo", Kind: "purchase", Quantity: 1_000_000, Unit: "one", Rate: Missing, Value: 200_000_000, Day: 20_030})
	return l, Equation{Project: "bakery", Name: "Pie", Version: 1, Unit: "EUR", Base: Whole, Buckets: []Bucket{{Sequence: 1, Key: "pie", Percent: "100", AboveOwed: Proportional,
		Rules: []Rule{{ID: "slices", Kinds: []string{"money", "purchase", "work"}, Claim: Forever, Formula: "value * riskFactor",
			RiskMultipliers: []RiskMultiplier{{"money", "4"}, {"purchase", "4"}, {"work", "2"}}}}}}}
}

// shared runs an equation and returns who got what, in whole cents.
func shared(t testing.TB, e Equation, in Input) string {
	t.Helper()
	p, err := Compile(e)
	if err != nil {
		t.Fatal(err)
	}
	r, err := p.Run(in)
	if err != nil {
		t.Fatal(err)
	}
	var parts []string
	for _, x := range r.Payouts {
		parts = append(parts, fmt.Sprintf("%s %s", x.Receiver, micros(x.Paid)))
	}
	return strings.Join(parts, ", ")
}

// The worked example of the manual.
func TestWorkedExampleOfAnExit(t *testing.T) {
	l, e := pie(t)
	in := inputOf(l, 54_000)
	if got := shared(t, e, in); got != "Ada 200, Bas 200, Cleo 140" {
		t.Errorf("before anybody leaves: %s", got)
	}
	in.Pot = cents(41_000)
	for _, w := range []Way{Resigned, DismissedWithCause} {
		in.Exits = []Exit{{Person: "Cleo", Way: w, Day: 20_040}}
		if got := shared(t, e, in); got != "Ada 200, Bas 200, Cleo 10" {
			t.Errorf("%s leaves the cash at cost: %s", w, got)
		}
	}
	in.Pot = cents(54_000)
	for _, w := range []Way{ResignedWithReason, Dismissed} {
		in.Exits = []Exit{{Person: "Cleo", Way: w, Day: 20_040}}
		if got := shared(t, e, in); got != "Ada 200, Bas 200, Cleo 140" {
			t.Errorf("%s keeps everything: %s", w, got)
		}
	}
	in.Pot, in.Exits[0].Bought = cents(40_000), []string{"slices"}
	if got := shared(t, e, in); got != "Ada 200, Bas 200" {
		t.Errorf("bought back: %s", got)
	}
	// Sold within the year for 21,600: the slices count again, and the 2,800 of
	// the buy-back were paid in advance.
	in.Pot, in.Exits[0].Bought, in.Carries = cents(2_160_000), nil, []Carry{{"Cleo", cents(-280_000)}}
	if got := shared(t, e, in); got != "Ada 8000, Bas 8000, Cleo 2800" {
		t.Errorf("clawed back: %s", got)
	}
}

// As published (slicingpie.com, "I Want My Money Back!"): 1,000 of expenses at
// the recommended multiplier of 4 are 4,000 slices; who leaves by their own
// fault keeps 1,000, and the group may buy them back at 1 a slice.
func TestPublishedRecoveryOfCash(t *testing.T) {
	l, e := pie(t)
	in := inputOf(l, 0)
	in.Exits = []Exit{{Person: "Ada", Way: Resigned, Day: 20_040}}
	s, err := NewSession(in)
	if err != nil {
		t.Fatal(err)
	}
	p, err := Compile(e)
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.Slices(p, "Ada")
	want := []Slice{{Bucket: "pie", Rule: "slices", Kind: "money", Cash: true, Original: cents(400_000), Kept: cents(100_000), Counts: cents(100_000), Reason: LeftAtFault}}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%+v %v", got, err)
	}
}

func TestExitIsAboutWhatWasGivenBefore(t *testing.T) {
	l, e := pie(t)
	in := inputOf(l, 41_000)
	in.Exits = []Exit{{Person: "Cleo", Way: Resigned, Day: 20_030}} // the tool was paid for on that day
	if got := shared(t, e, in); got != "Ada 186.36, Bas 186.36, Cleo 37.28" && got != "Ada 186.36, Bas 186.37, Cleo 37.27" && got != "Ada 186.37, Bas 186.36, Cleo 37.27" {
		t.Errorf("800 of 8,800 slices: %s", got)
	}
	in.Exits[0].Person = "Nobody we know"
	in.Pot = cents(54_000)
	if got := shared(t, e, in); got != "Ada 200, Bas 200, Cleo 140" {
		t.Errorf("a stranger left: %s", got)
	}
}

func TestFrozenPie(t *testing.T) {
	l, e := pie(t)
	rule := DefaultExitRule()
	rule.FrozenFrom = "2024-11-03"
	e.Exit = &rule
	in := inputOf(l, 50_000)
	if got := shared(t, e, in); got != "Ada 200, Bas 200, Cleo 100" {
		t.Errorf("what is paid after the pie is frozen earns no slices: %s", got)
	}
	in.Exits = []Exit{{Person: "Cleo", Way: Resigned, Day: 20_030}}
	if got := shared(t, e, in); got != "Ada 200, Bas 200, Cleo 100" {
		t.Errorf("who leaves then loses none: %s", got)
	}
	in.Exits[0].Day, in.Pot = 20_029, cents(40_000)
	if got := shared(t, e, in); got != "Ada 200, Bas 200" {
		t.Errorf("who left before does: %s", got)
	}
	r := outcome(t, e, in)
	none, err := r.WhyNothing("Cleo")
	if err != nil || len(none) != 2 || none[0].Reason != PieFrozen || none[1].Reason != LeftAtFault {
		t.Errorf("%+v %v", none, err)
	}
}

func outcome(t testing.TB, e Equation, in Input) *Result {
	t.Helper()
	p, err := Compile(e)
	if err != nil {
		t.Fatal(err)
	}
	r, err := p.Run(in)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// The rule is data: here a resignation costs nothing but the multipliers.
func TestExitRuleIsData(t *testing.T) {
	l, e := pie(t)
	e.Exit = &ExitRule{AtFault: []Way{Resigned}, CashKinds: []string{"money"}, Cash: KeepAll, NonCash: KeepAtCost, Price: "0.5"}
	in := inputOf(l, 46_000)
	in.Exits = []Exit{{Person: "Cleo", Way: Resigned, Day: 20_040}} // 1,000 + 200 at cost
	if got := shared(t, e, in); got != "Ada 200, Bas 200, Cleo 60" {
		t.Error(got)
	}
	d := outcome(t, e, in)
	why, err := d.Derivation("Cleo", "pie")
	if err != nil || !strings.Contains(why.English(), "the contributor left and keeps 1000 of 2000") {
		t.Errorf("%v\n%s", err, why.English())
	}
}

// Invariant 15: an exit moves nothing to the leaver and nothing away from the
// others, and without it everything is as before.
func TestInvariant15ExitTakesOnlyFromTheLeaver(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := hamletInput(t, hamlet(t, 1))
		e := hamletEquation(t)
		for i := range e.Buckets {
			r := &e.Buckets[i].Rules[0]
			r.Claim, r.Premium, r.Division, r.RiskMultipliers = Forever, "", "", []RiskMultiplier{{r.Kinds[0], "3"}}
		}
		e.Base, e.Buckets[0].Leftover.To, e.Step = Whole, ToPot, ""
		before := ran(t, e, in).totals()
		in.Exits = []Exit{{Person: "p1", Way: rapid.SampledFrom(Ways()).Draw(t, "way"), Day: int32(rapid.IntRange(20_000, 20_010).Draw(t, "day"))}}
		after := ran(t, e, in).totals()
		for name := range before {
			// Two buckets, each rounded: a step less is no loss.
			if name == "p1" && after[name] > before[name]+2*cents(1) || name != "p1" && after[name] < before[name]-2*cents(1) {
				t.Fatalf("%s: %s before, %s after p1 left", name, micros(before[name]), micros(after[name]))
			}
		}
		in.Exits = nil
		if again := ran(t, e, in).totals(); fmt.Sprint(again) != fmt.Sprint(before) {
			t.Fatalf("without the exit: %v, was %v", again, before)
		}
	})
}

func TestExitRulesThatAreRefused(t *testing.T) {
	for field, change := range map[string]func(*ExitRule){
		"exit.atFault":        func(r *ExitRule) { r.AtFault = []Way{"vanished"} },
		"exit.cashKinds[0]":   func(r *ExitRule) { r.CashKinds = []string{""} },
		"exit.cash":           func(r *ExitRule) { r.Cash = "some" },
		"exit.nonCash":        func(r *ExitRule) { r.NonCash = "" },
		"exit.price":          func(r *ExitRule) { r.Price = "-1" },
		"exit.clawBackMonths": func(r *ExitRule) { r.ClawBackMonths = -1 },
		"exit.frozenFrom":     func(r *ExitRule) { r.FrozenFrom = "tomorrow" },
	} {
		_, e := pie(t)
		rule := DefaultExitRule()
		change(&rule)
		e.Exit = &rule
		list, _ := e.Check().(fault.List)
		if len(list) != 1 || list[0].Field != field {
			t.Errorf("%s: %v", field, list)
		}
	}
}

// The default, written out, is the same text; any other rule is another version.
func TestDefaultExitRuleIsSilent(t *testing.T) {
	_, e := pie(t)
	hash := e.Hash()
	rule := DefaultExitRule()
	slices.Reverse(rule.AtFault)
	rule.Price = "1.00"
	e.Exit = &rule
	if e.Hash() != hash {
		t.Error("the default rule, written out, changes the hash")
	}
	rule.Price = "2"
	if e.Hash() == hash {
		t.Error("another price does not")
	}
}
