package limit

import (
	"math"

	"commonweal/platform/fault"
	"commonweal/quantity"
)

// Micros is an amount in millionths of the currency that its place implies. In
// JSON it is an exact decimal in a string: "12.5".
type Micros int64

// Largest is the largest line and the largest cap: 2^52 millionths.
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

// Fraction is Of parts of In, exactly.
type Fraction struct {
	Of int64 `json:"of"`
	In int64 `json:"in"`
}

// partsLimit bounds both numbers of a fraction: finer ones say nothing more.
const partsLimit = 1_000_000

// check says what is wrong with a fraction that may be at most some whole number.
func (f Fraction) check(field string, most int64) error {
	if f.Of < 0 || f.In < 1 || f.Of > partsLimit || f.In > partsLimit || f.Of > most*f.In {
		return fault.Invalidf("limit.fraction", field, "%d/%d is no share from 0 to %d; both numbers are whole, and at most a million", f.Of, f.In, most)
	}
	return nil
}

// times is the fraction of an amount of zero or more, rounded down to whole steps, and
// at most Largest: a fraction is checked, so nothing else can go wrong.
func (f Fraction) times(m, step Micros) Micros {
	n, err := quantity.MulDivMicros(int64(m), f.Of, f.In, quantity.Down)
	if err != nil {
		return down(Largest, step)
	}
	return down(min(Micros(n), Largest), step)
}

// down rounds an amount of zero or more down to whole steps.
func down(m, step Micros) Micros { return m - m%max(step, 1) }

// plus adds two amounts of zero or more; a sum beyond 64 bits counts as the
// largest that 63 bits hold.
func plus(a, b Micros) Micros {
	sum, err := quantity.AddMicros(int64(a), int64(b))
	if err != nil {
		return math.MaxInt64
	}
	return Micros(sum)
}
