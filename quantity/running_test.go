package quantity

import (
	"encoding/json"
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"commonweal/platform/fault"
)

// With largest remainder, going from 3 to 4 units takes one from the receiver
// with weight 1; on the cumulative pot nobody gives back.
func TestCumulativeNeverTakesBack(t *testing.T) {
	c := Cumulative{DistributionID: "d", Receivers: names(3), Weights: []int64{1, 3, 3}}
	for range 50 {
		got, err := c.Pay(1)
		if must(t, got, err); slices.Min(got) < 0 || sum(got) != 1 {
			t.Fatalf("unit %d was paid as %v", c.Total, got)
		}
	}
	if got, err := c.SharesAt(7); !slices.Equal(must(t, got, err), []int64{1, 3, 3}) {
		t.Errorf("seven units are %v, want 1, 3, 3", got)
	}
}

// Sainte-Laguë's own arithmetic: 53, 24 and 23 votes over 7 seats give the
// quotients 53, 24, 23, 17.67, 10.6, 8, 7.67, so 3, 2 and 2 seats.
func TestCumulativeIsSainteLague(t *testing.T) {
	c := Cumulative{DistributionID: "d", Receivers: names(3), Weights: []int64{53, 24, 23}}
	if got, err := c.SharesAt(7); !slices.Equal(must(t, got, err), []int64{3, 2, 2}) {
		t.Errorf("got %v, want 3, 2, 2", got)
	}
}

func TestInvariant10CumulativeDependsOnlyOnTheTotal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		weights := rapid.SliceOfN(rapid.Int64Range(0, 20), 1, 8).Draw(t, "weights")
		weights[0]++
		once := Cumulative{DistributionID: "d", Receivers: names(len(weights)), Weights: weights}
		often := once
		have := make([]int64, len(weights))
		for _, units := range rapid.SliceOfN(rapid.Int64Range(0, 1000), 1, 10).Draw(t, "payments") {
			got, err := often.Pay(units)
			for i, n := range must(t, got, err) {
				if n < 0 || (weights[i] == 0 && n > 0) {
					t.Fatalf("receiver %d with weight %d was paid %d", i, weights[i], n)
				}
				have[i] += n
			}
			often = restore(t, often)
		}
		got, err := once.Pay(often.Total)
		if !slices.Equal(must(t, got, err), have) {
			t.Fatalf("paid at once %v, in parts %v", got, have)
		}
		if want := oneByOne(often); !slices.Equal(have, want) {
			t.Fatalf("got %v, handing out one by one gives %v", have, want)
		}
	})
}

// oneByOne is the published rule written plainly.
func oneByOne(c Cumulative) []int64 {
	q := c.queue()
	for range c.Total {
		best := -1
		for i, w := range c.Weights {
			if w > 0 && (best < 0 || q.before(i, best)) {
				best = i
			}
		}
		q.shares[best]++
	}
	return q.shares
}

// restore stores the pot and reads it back.
func restore[T any](t *rapid.T, v T) (back T) {
	b, err := json.Marshal(&v)
	if err := json.Unmarshal(must(t, b, err), &back); err != nil {
		t.Fatal(err)
	}
	return back
}

func TestCumulativeOfTenThousand(t *testing.T) {
	weights := make([]int64, 10_000)
	for i := range weights {
		weights[i] = int64(i*i%997 + 1)
	}
	c := Cumulative{DistributionID: "d", Receivers: names(len(weights)), Weights: weights}
	for _, units := range []int64{1_000_000_007, 1, 12_345} {
		got, err := c.Pay(units)
		if must(t, got, err); slices.Min(got) < 0 || sum(got) != units {
			t.Fatalf("%d units were paid as %d, least %d", units, sum(got), slices.Min(got))
		}
	}
}

func TestCumulativeRefusals(t *testing.T) {
	good := Cumulative{DistributionID: "d", Receivers: names(2), Weights: []int64{1, 1}}
	twice, weightless, lopsided, negative := good, good, good, good
	twice.Receivers = []string{"ada", "ada"}
	weightless.Weights = []int64{0, 0}
	lopsided.Weights = []int64{1}
	negative.Weights = []int64{2, -1}
	full := good
	full.Total = largestPot
	tests := []struct {
		name string
		pot  Cumulative
		pay  int64
		code string
	}{
		{"a receiver twice", twice, 1, "quantity.duplicate_receiver"},
		{"no weight", weightless, 1, "quantity.no_weight"},
		{"weights missing", lopsided, 1, "quantity.tie_keys"},
		{"negative weight", negative, 1, "quantity.negative_weight"},
		{"negative payment", good, -1, "quantity.negative_total"},
		{"full pot", full, 1, "quantity.overflow"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := tt.pot.Total
			if _, err := tt.pot.Pay(tt.pay); fault.CodeOf(err) != tt.code || tt.pot.Total != before {
				t.Errorf("error %v (total %d), want %s and no change", err, tt.pot.Total, tt.code)
			}
		})
	}
}

// One unit a month over three equal receivers: each has one after a quarter.
func TestCarriesTakeTurns(t *testing.T) {
	c := Carries{DistributionID: "d"}
	three := []Receiver{{"ada", 1}, {"ben", 1}, {"chi", 1}}
	have := make([]int64, 3)
	for month := range 6 {
		got, err := c.Pay(1, three)
		for i, n := range must(t, got, err) {
			have[i] += n
		}
		if id, carry := c.Largest(); month%3 == 2 && carry.Sign() != 0 {
			t.Errorf("after month %d %s still has the carry %s", month+1, id, carry)
		}
	}
	if !slices.Equal(have, []int64{2, 2, 2}) {
		t.Errorf("after half a year: %v", have)
	}
}

func TestInvariant11CarriesLoseNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ids := names(5)
		c := Carries{DistributionID: "d"}
		exact, have := make([]*big.Rat, len(ids)), make([]int64, len(ids))
		for i := range exact {
			exact[i] = new(big.Rat)
		}
		for range rapid.IntRange(1, 8).Draw(t, "payments") {
			units := rapid.OneOf(rapid.Int64Range(0, 10), rapid.Int64Range(0, 1<<40)).Draw(t, "units")
			weights := rapid.SliceOfN(rapid.Int64Range(0, 9), len(ids), len(ids)).Draw(t, "weights")
			weights[rapid.IntRange(0, len(ids)-1).Draw(t, "somebody")]++
			var receivers []Receiver
			for i, id := range ids {
				receivers = append(receivers, Receiver{id, weights[i]})
				exact[i].Add(exact[i], division{units, weights, nil}.exact(i))
			}
			want := byLargestCarry(c, units, receivers)
			got, err := c.Pay(units, receivers)
			must(t, got, err)
			if want != nil && !slices.Equal(got, want) {
				t.Fatalf("got %v, unit by unit %v", got, want)
			}
			if sum(got) != units || slices.Min(got) < 0 {
				t.Fatalf("%d units were paid as %v", units, got)
			}
			for i, n := range got {
				have[i] += n
			}
			c = restore(t, c)
		}
		for i, id := range ids {
			if owed := new(big.Rat).Sub(exact[i], new(big.Rat).SetInt64(have[i])); owed.Cmp(c.Of(id)) != 0 {
				t.Fatalf("%s is owed %s, the carry says %s", id, owed, c.Of(id))
			}
		}
	})
}

// byLargestCarry is the published rule, unit by unit; nil when too long.
func byLargestCarry(c Carries, units int64, receivers []Receiver) []int64 {
	if units > 1000 || units == 0 {
		return nil
	}
	total, shares := new(big.Int), make([]int64, len(receivers))
	for _, r := range receivers {
		total.Add(total, big.NewInt(r.Weight))
	}
	l := c.line(units, total, receivers)
	for range units {
		best := 0
		for i, p := range l {
			order := p.carry.Cmp(l[best].carry)
			if order > 0 || (order == 0 && slices.Compare(p.tie[:], l[best].tie[:]) < 0) {
				best = i
			}
		}
		shares[l[best].at]++
		l[best].carry.Sub(l[best].carry, big.NewRat(1, 1))
	}
	return shares
}

func TestCarriesRefusals(t *testing.T) {
	tests := []struct {
		name      string
		units     int64
		receivers []Receiver
		code      string
	}{
		{"a receiver twice", 1, []Receiver{{"ada", 1}, {"ada", 1}}, "quantity.duplicate_receiver"},
		{"no weight", 1, []Receiver{{"ada", 0}}, "quantity.no_weight"},
		{"nobody", 1, nil, "quantity.no_weight"},
		{"negative weight", 1, []Receiver{{"ada", 2}, {"ben", -1}}, "quantity.negative_weight"},
		{"negative payment", -1, []Receiver{{"ada", 1}}, "quantity.negative_total"},
		{"more than a pot holds", largestPot + 1, []Receiver{{"ada", 1}}, "quantity.overflow"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var c Carries
			if _, err := c.Pay(tt.units, tt.receivers); fault.CodeOf(err) != tt.code {
				t.Errorf("error %v, want %s", err, tt.code)
			}
		})
	}
	for _, stored := range []string{`{"carries":{"ada":"1/3"}}`, `{"carries":{"ada":null}}`,
		`{"carries":{"ada":"1e999999999","ben":"-1e999999999"}}`, `{"carries":{"ada":"900000000000000","ben":"-900000000000000"}}`, `{"carries":{"ada":"1/0"}}`} {
		var c Carries
		if err := json.Unmarshal([]byte(stored), &c); fault.CodeOf(err) != "quantity.bad_carry" {
			t.Errorf("%s was read: %v", stored, err)
		}
	}
}
