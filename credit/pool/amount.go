package pool

import (
	"cmp"
	"maps"
	"math/bits"
	"slices"

	"commonweal/platform/fault"
	"commonweal/quantity"
)

// Micros is an amount in millionths of the unit of the pool. In JSON it is an
// exact decimal in a string: "12.5".
type Micros int64

// Unit is one of the unit that a pool counts in.
const Unit Micros = quantity.Scale

// Largest is the largest amount of one step: 2^52 millionths.
const Largest Micros = 1 << 52

// MarshalText implements encoding.TextMarshaler.
func (m Micros) MarshalText() ([]byte, error) {
	return quantity.Micros(int64(m), "").AppendDecimal(nil), nil
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (m *Micros) UnmarshalText(b []byte) error {
	a, err := quantity.Parse(string(b), "")
	*m = Micros(a.Micros)
	return err
}

// String is the amount in plain decimal digits.
func (m Micros) String() string { return quantity.Micros(int64(m), "").Decimal() }

// Fraction is an exact part of something: Of parts of In.
type Fraction struct {
	Of int64 `json:"of"`
	In int64 `json:"in"`
}

// on is the fraction of an amount, rounded down to whole steps.
func (f Fraction) on(m, step Micros) (Micros, error) {
	n, err := quantity.MulDivMicros(int64(m), f.Of, f.In, quantity.Down)
	return Micros(n) - Micros(n)%step, err
}

// atMost reports whether the fraction is one, between nothing and a most.
func (f Fraction) atMost(most Fraction) bool {
	if f.Of < 0 || f.In <= 0 {
		return false
	}
	high, low := bits.Mul64(uint64(f.Of), uint64(most.In))
	atHigh, atLow := bits.Mul64(uint64(most.Of), uint64(f.In))
	return high < atHigh || high == atHigh && low <= atLow
}

// divide splits an amount by weights, in whole steps, by largest remainder; what
// is equal goes by the lot that the name of the division gives. What is not a
// whole step is not divided.
func divide(name string, total, step Micros, weights map[string]Micros) (map[string]Micros, error) {
	who := slices.Sorted(maps.Keys(weights))
	list := make([]int64, len(who))
	for i, w := range who {
		list[i] = int64(weights[w])
	}
	shares, err := quantity.ApportionInt64(int64(total/step), list, quantity.TieKeysFor(name, who))
	if err != nil {
		return nil, err
	}
	out := make(map[string]Micros, len(who))
	for i, w := range who {
		out[w] = Micros(shares[i]) * step
	}
	return out, nil
}

// byLot orders names by the lot that a seed gives each of them.
func byLot(seed string, names []string) []string {
	list := slices.Clone(names)
	slices.SortFunc(list, func(a, b string) int {
		ka, kb := quantity.TieKeyFor(seed, a), quantity.TieKeyFor(seed, b)
		return cmp.Or(slices.Compare(ka[:], kb[:]), cmp.Compare(a, b))
	})
	return list
}

// total adds up amounts; each is at most Largest, and there are at most 1000.
func total(list map[string]Micros) (sum Micros) {
	for _, m := range list {
		sum += m
	}
	return sum
}

// tooMuch refuses an amount above what is there.
func tooMuch(asked, most Micros) error {
	if asked <= most {
		return nil
	}
	return fault.Conflictf("pool.too_much", "amount", "%s is too much; at most %s can be moved here now", asked, max(0, most))
}
