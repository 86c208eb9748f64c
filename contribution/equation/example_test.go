package equation

import (
	"fmt"
	"testing"
	"time"

	"commonweal/quantity"
)

// euro is a cent amount in millionths: euro(24.00) is written cents(2400).
func cents(n int64) int64 { return n * 10_000 }

var noon = time.Date(2026, 3, 31, 12, 0, 0, 0, time.UTC)

func id(n int) ID { return ID{15: byte(n), 14: byte(n >> 8), 13: byte(n >> 16)} }

func mustAppend(t testing.TB, l *Ledger, c Contribution) int32 {
	t.Helper()
	if c.ID == (ID{}) {
		c.ID = id(l.Len() + 1)
	}
	if c.Project == "" {
		c.Project = "bakery"
	}
	if c.Flags == 0 {
		c.Flags = Validated
	}
	if c.At == 0 {
		c.Flags |= DayOnly
	}
	if c.Currency == "" {
		c.Currency = "EUR"
	}
	i, err := l.Append(c)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// bakery is the log of the worked example: Anna works 3 h at 12, Ben bought
// flour for 10.00, Cleo lends an oven for 1 h at 4.
func bakery(t testing.TB) *Ledger {
	l := &Ledger{}
	mustAppend(t, l, Contribution{Person: "Anna", Kind: "work", Quantity: 3_000_000, Unit: "hour", Rate: 12_000_000, Value: Missing})
	mustAppend(t, l, Contribution{Person: "Ben", Kind: "purchase", Quantity: 2_000_000, Unit: "kilogram", Rate: Missing, Value: 10_000_000})
	mustAppend(t, l, Contribution{Person: "Cleo", Kind: "use", Quantity: 1_000_000, Unit: "hour", Rate: 4_000_000, Value: Missing})
	return l
}

func bread() Deliverable { return Deliverable{Order, "bread"} }

// breadWalk says that half of the flour went into the order.
func breadWalk() []Walk {
	return []Walk{{bread(), []int32{0, 1, 2}, []int64{1, 1, 1}, []int64{1, 2, 1}}}
}

func bakeryEquation() Equation {
	return Equation{Project: "bakery", Name: "Bread", Version: 1, Unit: "EUR", Base: Remaining, Buckets: []Bucket{{
		Sequence: 1, Key: "makers", Percent: "100", Filter: Filter{Orders: []string{OfIncome}},
		Rules: []Rule{
			{ID: "work", Kinds: []string{"work"}, Claim: UntilPaid},
			{ID: "goods", Kinds: []string{"purchase"}, Claim: UntilPaid},
			{ID: "tools", Kinds: []string{"use"}, Formula: "quantity * rate", Claim: UntilPaid},
		},
	}}}
}

func mustRun(t testing.TB, e Equation, in Input) *Result {
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

// paid returns what each receiver gets, in cents.
func paid(r *Result) map[string]int64 {
	out := map[string]int64{}
	for _, line := range r.Lines {
		out[line.Receiver] += line.Amount / 10_000
	}
	return out
}

func expect(t testing.TB, what string, r *Result, want map[string]int64, residue int64) {
	t.Helper()
	left := int64(0)
	for _, x := range r.Residue {
		left += x.Amount
	}
	if got := paid(r); fmt.Sprint(got) != fmt.Sprint(want) || left != cents(residue) {
		t.Errorf("%s: paid %v and left %s; want %v and %s", what, got, micros(left), want, micros(cents(residue)))
	}
}

// TestWorkedExample is the arithmetic of the manual: shares in an order, a
// second income for the same order, and the cap per deliverable.
func TestWorkedExample(t *testing.T) {
	in := Input{Distribution: "d1", Pot: cents(3000), AsOf: noon, Deliverable: bread(), Ledger: bakery(t), Walks: breadWalk()}
	first := mustRun(t, bakeryEquation(), in)
	expect(t, "first", first, map[string]int64{"Anna": 2400, "Ben": 333, "Cleo": 267}, 0)

	in.Prior = &Claims{}
	if err := in.Prior.Add(first); err != nil {
		t.Fatal(err)
	}
	in.Distribution = "d2"
	expect(t, "second", mustRun(t, bakeryEquation(), in), map[string]int64{"Anna": 1200, "Ben": 500, "Cleo": 133}, 1167)

	scoped := bakeryEquation()
	scoped.Buckets[0].Scope = ScopeDeliverable
	expect(t, "second, scoped", mustRun(t, scoped, in), map[string]int64{"Anna": 1200, "Ben": 167, "Cleo": 133}, 1500)
}

func ExampleProgram_Run() {
	l := &Ledger{}
	for i, c := range []Contribution{
		{Person: "Anna", Kind: "work", Quantity: 3_000_000, Unit: "hour", Rate: 12_000_000, Currency: "EUR", Value: Missing},
		{Person: "Ben", Kind: "work", Quantity: 2_500_000, Unit: "hour", Rate: 10_000_000, Currency: "EUR", Value: Missing},
	} {
		c.ID, c.Project, c.Flags, c.Day = id(i+1), "bakery", Validated|DayOnly, 20_000
		if _, err := l.Append(c); err != nil {
			fmt.Println(err)
		}
	}
	program, err := Compile(Equation{Project: "bakery", Name: "Bread", Version: 1, Unit: "EUR", Base: Whole, Buckets: []Bucket{
		{Sequence: 1, Key: "fund", Percent: "10", Fixed: []Receiver{{"Commons fund", "1"}}},
		{Sequence: 2, Key: "makers", Percent: "90", Rules: []Rule{{ID: "work", Kinds: []string{"work"}, Formula: "hours * rate", Claim: Forever}}},
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	result, err := program.Run(Input{Distribution: "log entry 42", Pot: 50_000_000, AsOf: time.Date(2026, 3, 31, 0, 0, 0, 0, time.UTC), Ledger: l})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, line := range result.Lines {
		fmt.Println(line.Receiver, quantity.Micros(line.Amount, result.Unit))
	}
	// Output:
	// Commons fund 5 EUR
	// Anna 26.56 EUR
	// Ben 18.44 EUR
}
