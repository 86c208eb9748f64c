package equation

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"commonweal/platform/fault"
)

func TestPremiumIsRepaidToTheLastCent(t *testing.T) {
	e := simple(func(b *Bucket) { b.Rules[0].Premium = "12.5" })
	in := inputOf(goods(t, "Ann", 333), 100)
	got := []int64{}
	for range 5 {
		got = append(got, paid(again(t, e, &in))["Ann"])
	}
	if fmt.Sprint(got) != "[100 100 100 75 0]" { // 3.33 × 1.125 = 3.74625, created as 3.75
		t.Errorf("%v", got)
	}
}

func TestMinimumPayoutIsCarriedNotLost(t *testing.T) {
	e := simple(nil)
	e.MinimumPayout = "5"
	in := inputOf(goods(t, "Ann", 9000, "Bob", 1000), 3000)
	first := again(t, e, &in)
	if b := first.Payouts[1]; b.Receiver != "Bob" || b.Paid != 0 || b.CarryOut != cents(300) {
		t.Errorf("%+v", b)
	}
	in.Carries = []Carry{{"Bob", cents(300)}}
	second := again(t, e, &in)
	if b := second.Payouts[1]; b.Lines != cents(300) || b.CarryIn != cents(300) || b.Paid != cents(600) || b.CarryOut != 0 {
		t.Errorf("%+v", b)
	}
}

func TestLeftoverHasADeclaredHome(t *testing.T) {
	two := func(to Leftover) Equation {
		e := simple(func(b *Bucket) { b.Percent, b.Leftover = "60", to })
		second := e.Buckets[0]
		second.Sequence, second.Key, second.Percent, second.Leftover = 2, "tools", "40", Leftover{}
		second.Rules = []Rule{{ID: "use", Kinds: []string{"use"}, Formula: "quantity * rate", Claim: UntilPaid}}
		e.Buckets = append(e.Buckets, second)
		return e
	}
	l := goods(t, "Ann", 1000)
	mustAppend(t, l, Contribution{Person: "Oven", Kind: "use", Quantity: 5_000_000, Unit: "hour", Rate: 20_000_000, Value: Missing})
	for _, c := range []struct {
		base    Base
		to      Leftover
		want    string
		residue int64
	}{
		{Whole, Leftover{}, "map[Ann:1000 Oven:4000]", 5000},
		{Whole, Leftover{To: ToNext}, "map[Ann:1000 Oven:9000]", 0},
		{Whole, Leftover{ToReceiver, "Fund"}, "map[Ann:1000 Fund:5000 Oven:4000]", 0},
		{Remaining, Leftover{}, "map[Ann:1000 Oven:1600]", 7400},
		{Remaining, Leftover{To: ToNext}, "map[Ann:1000 Oven:3600]", 5400},
		{Remaining, Leftover{ToReceiver, "Fund"}, "map[Ann:1000 Fund:5000 Oven:1600]", 2400},
	} {
		e := two(c.to)
		e.Base = c.base
		r := mustRun(t, e, inputOf(l, 10_000))
		left := int64(0)
		for _, x := range r.Residue {
			left += x.Amount
		}
		if got := fmt.Sprint(paid(r)); got != c.want || left != cents(c.residue) {
			t.Errorf("%s %v: %s and %s", c.base, c.to, got, micros(left))
		}
	}
}

func TestCapsCutWhatGoesToTheLeftover(t *testing.T) {
	capped := func(c Cap) Equation { return simple(func(b *Bucket) { b.Cap = c }) }
	l := goods(t, "Ann", 9000, "Bob", 1000)
	for _, c := range []struct {
		cap     Cap
		want    map[string]int64
		residue int64
	}{
		{Cap{Bucket: "40"}, map[string]int64{"Ann": 3600, "Bob": 400}, 1000},
		{Cap{PerPerson: "20"}, map[string]int64{"Ann": 2000, "Bob": 500}, 2500},
		{Cap{PerPeriod: "30", Period: Month}, map[string]int64{"Ann": 2700, "Bob": 300}, 2000},
		{Cap{PerPersonPerPeriod: "45", Period: Year}, map[string]int64{"Ann": 4500, "Bob": 500}, 0},
		{Cap{Until: "2026-03-30"}, map[string]int64{}, 5000},
		{Cap{Until: "2026-03-31"}, map[string]int64{"Ann": 4500, "Bob": 500}, 0},
	} {
		expect(t, fmt.Sprintf("%+v", c.cap), mustRun(t, capped(c.cap), inputOf(l, 5000)), c.want, c.residue)
	}
	in := inputOf(l, 2000)
	month := capped(Cap{PerPeriod: "30", Period: Month})
	expect(t, "first of the month", again(t, month, &in), map[string]int64{"Ann": 1800, "Bob": 200}, 0)
	expect(t, "what is left of it", again(t, month, &in), map[string]int64{"Ann": 900, "Bob": 100}, 1000)
	in.AsOf = in.AsOf.AddDate(0, 0, 1)
	expect(t, "next month", again(t, month, &in), map[string]int64{"Ann": 1800, "Bob": 200}, 0)
}

func TestSurplusIsALineOfItsOwn(t *testing.T) {
	r := mustRun(t, simple(func(b *Bucket) { b.AboveOwed = Proportional }), inputOf(goods(t, "Ann", 300, "Bob", 100), 1000))
	got := []string{}
	for _, line := range r.Lines {
		got = append(got, fmt.Sprint(line.Receiver, " ", line.Kind, " ", micros(line.Amount)))
	}
	if want := "Ann share 3, Ann surplus 4.5, Bob share 1, Bob surplus 1.5"; strings.Join(got, ", ") != want {
		t.Errorf("%v, want %s", got, want)
	}
}

func TestHelpersReceiveTheirPart(t *testing.T) {
	in := inputOf(goods(t, "Ann", 1000, "Bob", 1000), 1000)
	in.Helpers = []Helper{{"Ann", "Cas", "20", "2026-01-01", "2026-03-31"}, {"Cas", "Dot", "50", "", ""}, {"Bob", "Cas", "90", "2026-04-01", ""}}
	r := mustRun(t, simple(nil), in)
	expect(t, "helped", r, map[string]int64{"Ann": 400, "Bob": 500, "Cas": 50, "Dot": 50}, 0)
	d, err := r.Derivation("Dot", "makers")
	if err != nil || d.Claims[0].Person != "Ann" || d.Claims[0].Amount != cents(500) {
		t.Errorf("%+v %v", d, err)
	}
	in.Helpers = []Helper{{"Ann", "Cas", "60", "", ""}, {"Ann", "Dot", "41", "", ""}}
	if _, err := NewSession(in); fault.CodeOf(err) != "equation.helper_over_hundred" {
		t.Error(err)
	}
	in.Helpers = []Helper{{"Ann", "Bob", "10", "", ""}, {"Bob", "Ann", "10", "", ""}}
	if _, err := NewSession(in); fault.CodeOf(err) != "equation.helper_cycle" {
		t.Error(err)
	}
}

func TestRiskMultipliers(t *testing.T) {
	l := &Ledger{}
	mustAppend(t, l, Contribution{Person: "Ann", Kind: "work", Quantity: 10_000_000, Unit: "hour", Rate: 20_000_000, Value: Missing})
	mustAppend(t, l, Contribution{Person: "Bob", Kind: "money", Quantity: 100_000_000, Unit: "EUR", Rate: Missing, Value: 100_000_000})
	pie := func(kind, factor string) Rule {
		return Rule{ID: kind, Kinds: []string{kind}, Claim: Forever, RiskMultipliers: []RiskMultiplier{{kind, Decimal(factor)}}}
	}
	e := simple(func(b *Bucket) { b.AboveOwed, b.Rules = Proportional, []Rule{pie("work", "2"), pie("money", "4")} })
	expect(t, "slices", mustRun(t, e, inputOf(l, 10_000)), map[string]int64{"Ann": 5000, "Bob": 5000}, 0)
}

func TestAgeOfContributions(t *testing.T) {
	l := goods(t, "now", 100, "last month", 100, "long ago", 100)
	l.Day = []int32{DayOf(noon), DayOf(noon.AddDate(0, 0, -31)), DayOf(noon.AddDate(-1, 0, 0))}
	policy := func(p Policy) Equation { return simple(func(b *Bucket) { b.Policy = p }) }
	expect(t, "immediate", mustRun(t, policy(Policy{Kind: Immediate, Period: Month, Periods: 2}), inputOf(l, 300)), map[string]int64{"now": 100, "last month": 100}, 100)
	expect(t, "recent", mustRun(t, policy(Policy{Kind: Recent, Period: Month, Discount: "0.5"}), inputOf(l, 75)), map[string]int64{"now": 50, "last month": 25}, 0)
	l.Day[2] = -300_000 // before any calendar that matters
	expect(t, "the last of 1200", mustRun(t, policy(Policy{Kind: Immediate, Period: Week, Periods: 1200}), inputOf(l, 300)), map[string]int64{"now": 100, "last month": 100}, 100)
	expect(t, "no discount", mustRun(t, policy(Policy{Kind: Recent, Period: Month, Discount: "0"}), inputOf(l, 300)), map[string]int64{"now": 100, "last month": 100, "long ago": 100}, 0)
}

func TestWhatHasNoValueIsHeldNotDropped(t *testing.T) {
	l := &Ledger{}
	add := func(person string, c Contribution) {
		c.Person, c.Kind = person, "work"
		if c.Unit == "" {
			c.Unit = "hour"
		}
		mustAppend(t, l, c)
	}
	add("fine", Contribution{Quantity: 1_000_000, Rate: 10_000_000, Value: Missing, RatingNum: 2, RatingDen: 1})
	add("unrated", Contribution{Quantity: 1_000_000, Rate: 10_000_000, Value: Missing})
	add("zero rating", Contribution{Quantity: 1_000_000, Rate: 10_000_000, Value: Missing, RatingNum: 0, RatingDen: 1})
	add("no rate", Contribution{Quantity: 1_000_000, Rate: Missing, Value: Missing, RatingNum: 2, RatingDen: 1})
	add("dollars", Contribution{Quantity: 1_000_000, Rate: 10_000_000, Value: Missing, RatingNum: 2, RatingDen: 1, Currency: "USD"})
	add("kilograms", Contribution{Quantity: 1_000_000, Unit: "kilogram", Rate: 10_000_000, Value: Missing, RatingNum: 2, RatingDen: 1})
	add("correction", Contribution{Quantity: -1_000_000, Rate: 10_000_000, Value: Missing, RatingNum: 2, RatingDen: 1})
	add("huge", Contribution{Quantity: math.MaxInt64, Rate: math.MaxInt64, Value: Missing, RatingNum: 2, RatingDen: 1})
	add("nothing", Contribution{Quantity: 0, Rate: 10_000_000, Value: Missing, RatingNum: 2, RatingDen: 1})
	e := simple(func(b *Bucket) {
		b.Rules[0] = Rule{ID: "work", Kinds: []string{"work"}, Claim: UntilPaid, Formula: "hours * rate / rating"}
	})
	r := mustRun(t, e, inputOf(l, 10_000))
	expect(t, "held", r, map[string]int64{"fine": 500}, 9500)
	got := []string{}
	for _, h := range append(slices.Clone(r.Held), r.Dropped...) {
		got = append(got, fmt.Sprint(h.Reason, " ", h.Count))
	}
	if want := "currency 1, divide_by_zero 1, missing_input 2, negative 1, too_large 1, unit 1, zero_value 1"; strings.Join(got, ", ") != want {
		t.Errorf("%v", got)
	}
	why, err := r.WhyNothing("zero rating")
	if err != nil || len(why) != 1 || why[0].Reason != HeldDivideByZero || why[0].Trace == nil || why[0].Trace.Text != "1 hour × 10 EUR/hour / 0 = ? (divide_by_zero)" {
		t.Errorf("%+v %v", why, err)
	}
}

func TestCareIsNeverPricedByAccident(t *testing.T) {
	l := &Ledger{}
	mustAppend(t, l, Contribution{Person: "Ann", Kind: "work", Stream: Care, Quantity: 2_000_000, Unit: "careHour", Rate: Missing, Value: Missing})
	any := simple(func(b *Bucket) {
		b.Rules[0] = Rule{ID: "all", Claim: UntilPaid, Formula: "default(value, amount(5, 'EUR'))"}
	})
	expect(t, "a rule for everything", mustRun(t, any, inputOf(l, 1000)), map[string]int64{}, 1000)
	care := simple(func(b *Bucket) {
		b.Rules[0] = Rule{ID: "care", Kinds: []string{"work"}, Streams: []string{Care}, Claim: UntilPaid, Formula: "hours * careRate"}
	})
	care.Constants = []Constant{{"careRate", "1.5", "EUR/careHour"}}
	expect(t, "a voted rate", mustRun(t, care, inputOf(l, 1000)), map[string]int64{"Ann": 300}, 700)
	care.Constants[0].Unit = "EUR/hour"
	if err := care.Check(); fault.CodeOf(err) != "formula.result_unit" {
		t.Error(err)
	}
}

// TestPartialShipmentsAddUpToTheWhole ships in three thirds: what each entitles
// to is exact, although a third of a cent is no cent, and what is paid ends
// within one cent of the whole for each person.
func TestPartialShipmentsAddUpToTheWhole(t *testing.T) {
	e := simple(func(b *Bucket) { b.Filter = Filter{Shipments: []string{"s"}} })
	in := inputOf(goods(t, "Ann", 1000, "Bob", 2000, "Cas", 2000), 100_000)
	in.Walks = []Walk{{Deliverable{Shipment, "s"}, []int32{0, 1, 2}, []int64{1, 1, 1}, []int64{3, 3, 3}}}
	if got := mustRun(t, e, in).Buckets[0]; got.Entitled != 16_666_666 || got.Paid != cents(1666) {
		t.Errorf("a third of 50.00 is %s, paid %s", micros(got.Entitled), micros(got.Paid))
	}
	in.Walks[0].Num = []int64{2, 1, 1} // 2/3 of 10.00 and twice 1/3 of 20.00 are 20.00
	if got := mustRun(t, e, in).Buckets[0]; got.Entitled != cents(2000) || got.Paid != cents(2000) {
		t.Errorf("entitled to %s, paid %s", micros(got.Entitled), micros(got.Paid))
	}
	in.Walks[0].Num = []int64{1, 1, 1}
	sums := map[string]int64{}
	for range 3 {
		for who, got := range paid(again(t, e, &in)) {
			sums[who] += got
		}
	}
	for who, whole := range map[string]int64{"Ann": 1000, "Bob": 2000, "Cas": 2000} {
		if sums[who] > whole || sums[who] < whole-1 {
			t.Errorf("%s got %d of %d cents", who, sums[who], whole)
		}
	}
}

func TestEnglishTellsTheWholeWay(t *testing.T) {
	in := Input{Distribution: "d1", Pot: cents(3000), AsOf: noon, Deliverable: bread(), Ledger: bakery(t), Walks: breadWalk(),
		References: func(c int) []Reference { return []Reference{{"validation", fmt.Sprint("v", c)}} }}
	d, err := mustRun(t, bakeryEquation(), in).Derivation("Ben", "makers")
	if err != nil {
		t.Fatal(err)
	}
	want := `30 EUR came in to be shared.
makers gets 100 % of 30 EUR: 30 EUR.
3 claims of 3 people come to 45 EUR.
30 EUR is paid on them.
The claims of Ben come to 5 EUR.
A weight of 5 among 45 makes 10/3 EUR, paid as 3.33 EUR.
Rounding lost 1/300 EUR: other remainders were larger.
  purchase of Ben: 10 EUR = 10 EUR; owed on it now 5, paid 3.33 EUR.
15 EUR more in this bucket would pay all its claims.
`
	if got := d.English(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	c := d.Claims[0]
	if c.Fraction != "1/2" || c.Original != cents(1000) || c.Value != cents(1000) || c.ID != "00000000-0000-0000-0000-000000000002" || c.References[0].ID != "v1" || !c.Created {
		t.Errorf("%+v", c)
	}
	if _, err := mustRun(t, bakeryEquation(), in).Derivation("Nobody", "makers"); fault.KindOf(err) != fault.NotFound {
		t.Error(err)
	}
}

func TestCompareFindsWhoGainsAndLoses(t *testing.T) {
	l := goods(t, "Ann", 3000, "Bob", 1000)
	mustAppend(t, l, Contribution{Person: "Cas", Kind: "money", Quantity: cents(1000), Unit: "EUR", Rate: Missing, Value: cents(1000)})
	in := inputOf(l, 1000)
	draft := simple(func(b *Bucket) {
		b.Rules = append(b.Rules, Rule{ID: "cash", Kinds: []string{"money"}, Claim: UntilPaid, Formula: "value * 4"})
	})
	c, err := Compare(mustRun(t, simple(nil), in), mustRun(t, draft, in))
	if err != nil {
		t.Fatal(err)
	}
	if c.Gainers != 1 || c.Losers != 2 || c.Moved != cents(500) || fmt.Sprint(c.People) != fmt.Sprint([]PersonChange{{"Ann", cents(750), cents(375), -cents(375)}, {"Bob", cents(250), cents(125), -cents(125)}, {"Cas", 0, cents(500), cents(500)}}) {
		t.Errorf("%+v", c)
	}
	if s := c.Current; math.Abs(s.Gini-0.25) > 1e-12 || s.TopDecile != 0.75 || s.Median != cents(250) || math.Abs(s.Theil-0.13081203594113697) > 1e-12 {
		t.Errorf("%+v", s)
	}
	other := in
	other.Pot++
	if _, err := Compare(mustRun(t, simple(nil), in), mustRun(t, simple(nil), other)); fault.CodeOf(err) != "equation.compare" {
		t.Error(err)
	}
}

func TestInputsThatContradictThemselvesAreRefused(t *testing.T) {
	good := func() Input { return inputOf(goods(t, "Ann", 100), 100) }
	for _, c := range []struct {
		code   string
		change func(in *Input)
	}{
		{"equation.input", func(in *Input) { in.Distribution = "" }},
		{"equation.input", func(in *Input) { in.Ledger = nil }},
		{"equation.negative_pot", func(in *Input) { in.Pot = -1 }},
		{"equation.ledger", func(in *Input) { in.Ledger.Person[0] = 7 }},
		{"equation.ledger", func(in *Input) { in.Ledger.Day = nil }},
		{"equation.facts", func(in *Input) { in.Facts.Roles = []string{"a", "b"} }},
		{"equation.walk", func(in *Input) { in.Walks = []Walk{{bread(), []int32{0}, []int64{1}, []int64{0}}} }},
		{"equation.claims", func(in *Input) {
			in.Prior = &Claims{Rules: []string{"r"}, Rule: []uint16{0, 0}, Contribution: []int32{0, 0}, Original: []int64{1, 1}, Paid: []int64{0, 0}, Closed: []bool{false, false}}
		}},
		{"equation.carry", func(in *Input) { in.Carries = []Carry{{"", 1}} }},
		{"equation.exit", func(in *Input) { in.Exits = []Exit{{Person: "Ann", Way: "vanished"}} }},
		{"equation.exit", func(in *Input) { in.Exits = []Exit{{Way: Resigned}} }},
		{"equation.history", func(in *Input) { in.History = &History{Bucket: []uint16{0}} }},
		{"equation.helper", func(in *Input) { in.Helpers = []Helper{{"Ann", "Ann", "5", "", ""}} }},
	} {
		in := good()
		c.change(&in)
		p, err := Compile(simple(nil))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.Run(in); fault.CodeOf(err) != c.code {
			t.Errorf("want %s, got %v", c.code, err)
		}
	}
}

func TestClaimsBeyondTheLargestAmountAreRefused(t *testing.T) {
	l := &Ledger{}
	for range 2 {
		mustAppend(t, l, Contribution{Person: "Ann", Kind: "goods", Quantity: 1, Unit: "one", Rate: Missing, Value: math.MaxInt64 / 10_000 * 10_000})
	}
	p, err := Compile(simple(nil))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Run(inputOf(l, 100)); fault.CodeOf(err) != "equation.too_large" {
		t.Error(err)
	}
}

func TestPeriodsStartWhereTheCalendarSays(t *testing.T) {
	day := DayOf(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)) // a Sunday
	for p, want := range map[Period]string{Week: "2026-02-23", Month: "2026-03-01", Quarter: "2026-01-01", Year: "2026-01-01"} {
		if got := time.Unix(int64(p.start(day))*86_400, 0).UTC().Format(time.DateOnly); got != want {
			t.Errorf("%s: %s, want %s", p, got, want)
		}
	}
}
