package credit

import (
	"math"

	"commonweal/quantity"
)

// Micros is an amount of the currency that its place implies, in millionths of
// its unit. In JSON it is an exact decimal in a string: "12.5".
type Micros int64

// of is the amount with its unit.
func (m Micros) of(u quantity.Unit) quantity.Amount { return quantity.Micros(int64(m), u) }

// MarshalText implements encoding.TextMarshaler.
func (m Micros) MarshalText() ([]byte, error) { return m.of("").AppendDecimal(nil), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (m *Micros) UnmarshalText(b []byte) error {
	a, err := quantity.Parse(string(b), "")
	*m = Micros(a.Micros)
	return err
}

// plus adds, or says that the sum is out of bounds.
func (m Micros) plus(n Micros) (Micros, error) {
	sum, err := quantity.AddMicros(int64(m), int64(n))
	return Micros(sum), err
}

// share is m × of / in, rounded down to whole steps.
func (m Micros) share(of, in, step Micros) (Micros, error) {
	n, err := quantity.MulDivMicros(int64(m), int64(of), int64(in), quantity.Down)
	return Micros(n) - Micros(n)%step, err
}

// saturated adds and stays within 64 bits: amounts are below 2^61, so that
// three of them overflow only where one is out of all bounds anyway.
func saturated(list ...Micros) (sum Micros) {
	for _, n := range list {
		next, err := sum.plus(n)
		if err != nil && n > 0 {
			return math.MaxInt64
		}
		if err != nil {
			return math.MinInt64
		}
		sum = next
	}
	return sum
}
