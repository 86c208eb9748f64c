package limit_test

import (
	"fmt"
	"maps"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"commonweal/credit/limit"
)

func amount(t *rapid.T, label string) limit.Micros {
	most := rapid.SampledFrom([]int64{10, 1000, int64(limit.Largest)}).Draw(t, label+" most")
	return limit.Micros(rapid.Int64Range(0, most).Draw(t, label))
}

func fraction(t *rapid.T, most int64, label string) limit.Fraction {
	in := rapid.Int64Range(1, 1000).Draw(t, label+" in")
	return limit.Fraction{Of: rapid.Int64Range(0, min(most*in, 1_000_000)).Draw(t, label+" of"), In: in}
}

// policy draws any policy that is in order.
func policy(t *rapid.T) limit.Policy {
	return policyWith(t, rapid.Bool().Draw(t, "follows turnover"), rapid.Bool().Draw(t, "grows"))
}

// policyWith draws a policy that follows turnover, grows, or both.
func policyWith(t *rapid.T, turnover, growth bool) limit.Policy {
	p := limit.Policy{Line: amount(t, "line"), Step: amount(t, "step")}
	if rapid.Bool().Draw(t, "has a ceiling") {
		f := fraction(t, 100, "above")
		p.Above = &f
	}
	if rapid.Bool().Draw(t, "is soft") {
		f := fraction(t, 1, "soft")
		p.Soft = &f
	}
	if turnover {
		least := amount(t, "least")
		p.Turnover = &limit.Turnover{Times: fraction(t, 100, "times"), Months: rapid.IntRange(1, 36).Draw(t, "months"), Least: least,
			Most: min(limit.Largest, least+amount(t, "more")), Partner: 1 + min(limit.Largest-1, amount(t, "partner"))}
	}
	if growth {
		p.Growth = &limit.Growth{Share: fraction(t, 1, "share"), Most: amount(t, "growth"), Partner: 1 + min(limit.Largest-1, amount(t, "partner"))}
	}
	if err := p.Check(); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestInvariant1BandsHoldZero(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := policy(t)
		r := p.Decide(limit.Basis{Traded: limit.Micros(rapid.Int64Min(0).Draw(t, "traded")), Received: limit.Micros(rapid.Int64Min(0).Draw(t, "received"))})
		for _, b := range []*limit.Band{&r.Band, r.Soft} {
			if b != nil && (b.Floor > 0 || b.Floor < -limit.Largest || b.Ceiling != nil && (*b.Ceiling < 0 || *b.Ceiling > limit.Largest)) {
				t.Fatalf("a band from %d to %v", b.Floor, b.Ceiling)
			}
		}
		if r.Soft != nil && r.Soft.Floor < r.Band.Floor {
			t.Fatalf("warned at %d, refused at %d", r.Soft.Floor, r.Band.Floor)
		}
	})
}

func TestInvariant2LinesStayWithinTheirBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := policyWith(t, true, false)
		less, more := amount(t, "traded"), amount(t, "and more")
		low, high := -p.Decide(limit.Basis{Traded: less}).Band.Floor, -p.Decide(limit.Basis{Traded: less + more}).Band.Floor
		if low > high {
			t.Errorf("%d traded give %d, and %d more only %d", less, low, more, high)
		}
		step := max(p.Step, 1)
		if low%step != 0 || high > p.Turnover.Most || low < p.Turnover.Least-p.Turnover.Least%step {
			t.Errorf("lines of %d and %d leave %+v", low, high, p)
		}
	})
}

// Two friends who pay each other back and forth for ever gain what one partner
// may count for, and nothing beyond.
func TestInvariant3PumpingGainsNothingBeyondTheCap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := policy(t)
		once, pumped := limit.Receipts{}, limit.Receipts{}
		for i := range rapid.IntRange(0, 5).Draw(t, "others") {
			n := 1 + amount(t, "from others")
			once.Add(fmt.Sprint("other", i), n)
			pumped.Add(fmt.Sprint("other", i), n)
		}
		if p.Growth != nil {
			once.Add("friend", p.Growth.Partner)
		}
		for range rapid.IntRange(1, 40).Draw(t, "times") {
			pumped.Add("friend", 1+amount(t, "from the friend"))
		}
		if p.Growth != nil && -p.Decide(limit.Basis{Received: pumped.Counted(p.Growth.Partner)}).Band.Floor > -p.Decide(limit.Basis{Received: once.Counted(p.Growth.Partner)}).Band.Floor {
			t.Error("pumping grows a line beyond the cap of a partner")
		}
		if tr := p.Turnover; tr != nil {
			once["friend"] = limit.Micros(tr.Months) * tr.Partner
			if tr.Counted(pumped) > tr.Counted(once) {
				t.Error("pumping counts for more than a partner may")
			}
		}
	})
}

func TestInvariant4TakingBackLeavesWhatThereWouldBe(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		type receipt struct {
			from string
			n    limit.Micros
		}
		var kept, gone []receipt
		for range rapid.IntRange(0, 30).Draw(t, "receipts") {
			x := receipt{rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "from"), 1 + amount(t, "n")}
			if rapid.Bool().Draw(t, "taken back") {
				gone = append(gone, x)
			} else {
				kept = append(kept, x)
			}
		}
		want, got := limit.Receipts{}, limit.Receipts{}
		for _, x := range kept {
			want.Add(x.from, x.n)
		}
		for _, x := range rapid.Permutation(append(append([]receipt{}, kept...), gone...)).Draw(t, "order") {
			got.Add(x.from, x.n)
		}
		for _, x := range gone {
			got.TakeBack(x.from, x.n)
		}
		if !maps.Equal(want, got) {
			t.Errorf("%v is left, want %v", got, want)
		}
	})
}

func TestInvariant5GrowthOnlyRises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := policyWith(t, rapid.Bool().Draw(t, "follows turnover"), true)
		received, line := limit.Micros(0), -p.Decide(limit.Basis{}).Band.Floor
		most := line + p.Growth.Most + max(p.Step, 1)
		for range rapid.IntRange(1, 20).Draw(t, "receipts") {
			received += amount(t, "n")
			next := -p.Decide(limit.Basis{Received: received}).Band.Floor
			if next < line || next > most {
				t.Fatalf("a receipt takes the line from %d to %d, with a most of %d", line, next, most)
			}
			line = next
		}
	})
}

// Nothing that a policy says or looks at is a moment, a length of time, or a
// balance: only where a decision ends is one.
func TestInvariant7NoLineDependsOnTime(t *testing.T) {
	var walk func(at string, of reflect.Type)
	walk = func(at string, of reflect.Type) {
		switch {
		case of == reflect.TypeFor[time.Time]() || of == reflect.TypeFor[time.Duration]():
			if at != "Basis.Decision.Until" {
				t.Errorf("%s is a %s", at, of)
			}
		case of.Kind() == reflect.Pointer:
			walk(at, of.Elem())
		case of.Kind() == reflect.Struct:
			for f := range of.Fields() {
				if strings.Contains(f.Name, "Balance") {
					t.Errorf("%s.%s looks at a balance", at, f.Name)
				}
				walk(at+"."+f.Name, f.Type)
			}
		}
	}
	walk("Policy", reflect.TypeFor[limit.Policy]())
	walk("Basis", reflect.TypeFor[limit.Basis]())
}
