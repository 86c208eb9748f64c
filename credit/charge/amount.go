package charge

import (
	"commonweal/platform/fault"
	"commonweal/quantity"
)

// Micros is an amount in millionths of the currency that its place implies. In
// JSON it is an exact decimal in a string: "12.5".
type Micros int64

// Unit is one of the currency.
const Unit Micros = quantity.Scale

// Largest is the largest balance and the largest charge: 2^52 millionths.
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

// within reports whether an amount lies between two bounds.
func (m Micros) within(least, most Micros) bool { return least <= m && m <= most }

// down is an amount of zero or more in whole steps; below zero it is nothing.
func down(m, step Micros) Micros { return max(0, m-m%step) }

// total adds up amounts that are together no more than one amount.
func total(shares []Share) (sum Micros) {
	for _, s := range shares {
		sum += s.Amount
	}
	return sum
}

// Fraction is Of parts of In, exactly.
type Fraction struct {
	Of int64 `json:"of"`
	In int64 `json:"in"`
}

// partsLimit bounds both numbers of a fraction: finer ones say nothing more.
const partsLimit = 1_000_000

// checkStep refuses a smallest amount that no currency has.
func checkStep(step Micros) error {
	if step.within(1, Unit) {
		return nil
	}
	return fault.Invalidf("charge.step", "step", "the smallest amount of a currency is above zero and at most 1, not %s", step)
}

// checkID refuses the name of an account, a rule or a loss that could be mistaken for another.
func checkID(field, id string) error {
	if id == "" || len(id) > 80 || id[0] == '/' {
		return fault.Invalidf("charge.name", field, "%.90q is no name here; write 1 to 80 bytes that do not begin with a slash", id)
	}
	return nil
}

// names refuses what is named twice, or not at all.
type names map[string]bool

func (n names) add(field, id string) error {
	if err := checkID(field, id); err != nil {
		return err
	}
	if n[id] {
		return fault.Invalidf("charge.twice", field, "%.80q is listed twice; list it once", id)
	}
	n[id] = true
	return nil
}
