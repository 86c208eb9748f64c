package equation

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"
)

// village is a ledger of n contributions by n/100 people in 50 projects.
func village(n int) *Ledger {
	r := rand.New(rand.NewPCG(1, 2))
	l := &Ledger{}
	kinds := []string{"work", "work", "work", "work", "work", "use", "purchase", "money", "goods", "produce"}
	people := max(n/100, 10)
	for i := range n {
		k := kinds[r.IntN(len(kinds))]
		c := Contribution{ID: id(i), Person: fmt.Sprintf("person %05d", r.IntN(people)), Kind: k, Flags: Validated, Project: fmt.Sprintf("project %02d", r.IntN(50)),
			ProcessType: fmt.Sprintf("process type %d", r.IntN(8)), ResourceType: fmt.Sprintf("resource type %d", r.IntN(20)), Day: int32(20_000 + i*365/n),
			At: (20_000*86_400 + int64(i)*365*86_400/int64(n)) * 1_000_000, Quantity: int64(1+r.IntN(32)) * 250_000, Unit: "hour", Currency: "EUR", Rate: int64(800+r.IntN(2000)) * 10_000, Value: int64(r.IntN(100_000)) * 10_000}
		if k == "money" {
			c.Unit = "EUR"
		}
		if i%10 == 0 {
			c.Stream, c.Kind, c.Rate, c.Value = Care, "work", Missing, Missing
			c.Unit = "careHour"
		}
		if i%3 > 0 {
			c.RatingNum, c.RatingDen = int32(1+r.IntN(100)), int32(3+r.IntN(3))
		}
		if i%50 == 0 {
			c.Flags = 0
		}
		if _, err := l.Append(c); err != nil {
			panic(err)
		}
	}
	return l
}

// villageEquation has 5 buckets and 12 rules; hour is the slider.
func villageEquation(hour, makers Decimal) Equation {
	all := Filter{Projects: []string{AnyProject}}
	work := func(id string, types ...string) Rule {
		return Rule{ID: id, Kinds: []string{"work"}, ProcessTypes: types, Claim: UntilPaid, Formula: "hours * max(rate, minimumRate) * clamp(default(rating, 10) / 10, 0.5, 1.5)"}
	}
	return Equation{Project: "village", Name: "Village", Version: 1, Unit: "EUR", Base: Whole, Constants: []Constant{{"minimumRate", hour, "EUR/hour"}, {"careRate", "9", "EUR/careHour"}},
		Buckets: []Bucket{
			{Sequence: 1, Key: "commons", Percent: "5", Fixed: []Receiver{{"Commons fund", "2"}, {"Upstream", "1"}}},
			{Sequence: 2, Key: "makers", Percent: makers, Filter: all, Leftover: Leftover{To: ToNext}, Rules: []Rule{work("w"), work("w0", "process type 0"), work("w1", "process type 1"), work("w2", "process type 2")}},
			{Sequence: 3, Key: "things", Percent: "20", Filter: all, Rules: []Rule{
				{ID: "goods", Kinds: []string{"goods", "purchase"}, Claim: UntilPaid, Premium: "5"},
				{ID: "use", Kinds: []string{"use"}, Formula: "quantity * rate", Claim: UntilPaid},
				{ID: "use3", Kinds: []string{"use"}, ResourceTypes: []string{"resource type 3"}, Formula: "quantity * rate * 0.9", Claim: UntilPaid},
				{ID: "make", Kinds: []string{"produce"}, Formula: "value / 10", Claim: Forever}}},
			{Sequence: 4, Key: "money", Percent: "5", Filter: all, Rules: []Rule{{ID: "cash", Kinds: []string{"money"}, Claim: UntilPaid, Formula: "value * riskFactor", RiskMultipliers: []RiskMultiplier{{"money", "4"}}}}},
			{Sequence: 5, Key: "care", Percent: "10", Filter: all, AboveOwed: Proportional, Rules: []Rule{{ID: "care", Streams: []string{Care}, Kinds: []string{"work"}, Claim: Forever, Formula: "hours * careRate"},
				{ID: "care4", Streams: []string{Care}, Kinds: []string{"work"}, ProcessTypes: []string{"process type 4"}, Claim: Forever, Formula: "hours * careRate * 1.1"},
				{ID: "care5", Streams: []string{Care}, Kinds: []string{"work"}, ProcessTypes: []string{"process type 5"}, Claim: Forever, Formula: "hours * careRate * 1.2"}}},
		}}
}

func BenchmarkDistribution(b *testing.B) {
	for _, n := range []int{10_000, 100_000, 1_000_000} {
		in := Input{Distribution: "d", Pot: 2_000_000_000_000, AsOf: noon, Ledger: village(n)}
		cold := func(b *testing.B) *Result {
			p, err := Compile(villageEquation("10", "50"))
			if err != nil {
				b.Fatal(err)
			}
			r, err := p.Run(in)
			if err != nil {
				b.Fatal(err)
			}
			return r
		}
		perRow := func(b *testing.B) {
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/contribution")
		}
		b.Run(fmt.Sprintf("cold/%d", n), func(b *testing.B) {
			for b.Loop() {
				cold(b)
			}
			perRow(b)
		})
		b.Run(fmt.Sprintf("coldWithPayments/%d", n), func(b *testing.B) {
			for b.Loop() {
				if _, err := cold(b).Payments(); err != nil {
					b.Fatal(err)
				}
			}
			perRow(b)
		})
		s, err := NewSession(in)
		if err != nil {
			b.Fatal(err)
		}
		warm := func(b *testing.B, hour, makers Decimal) {
			p, err := Compile(villageEquation(hour, makers))
			if err != nil {
				b.Fatal(err)
			}
			if _, err := s.Run(p, in.Pot); err != nil {
				b.Fatal(err)
			}
		}
		turn := 0
		b.Run(fmt.Sprintf("warmConstant/%d", n), func(b *testing.B) {
			for b.Loop() {
				turn++
				warm(b, Decimal(fmt.Sprint(10+turn%1000)), "50")
			}
		})
		b.Run(fmt.Sprintf("warmPercent/%d", n), func(b *testing.B) {
			for b.Loop() {
				turn++
				warm(b, "10", Decimal(fmt.Sprint(10+turn%50)))
			}
			runtime.GC()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			b.ReportMetric(float64(m.HeapAlloc)/1e6, "MB-heap")
		})
		runtime.KeepAlive(s)
	}
}

func BenchmarkExplain(b *testing.B) {
	r := mustRun(b, villageEquation("10", "50"), Input{Distribution: "d", Pot: 2_000_000_000_000, AsOf: noon, Ledger: village(1_000_000)})
	b.Run("derivation/1000000", func(b *testing.B) {
		for b.Loop() {
			if _, err := r.Derivation("person 00007", "makers"); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("whyNothing/1000000", func(b *testing.B) {
		for b.Loop() {
			if _, err := r.WhyNothing("person 00007"); err != nil {
				b.Fatal(err)
			}
		}
	})
}
