package creditcommons

import (
	"bytes"

	"commonweal/platform/fault"
	"commonweal/quantity"
)

// Quant is an amount in millionths of a node's unit. In JSON it is a number.
type Quant int64

// String is the one text of an amount: "12.5", "-3", "0.000001".
func (q Quant) String() string { return quantity.Micros(int64(q), "").Decimal() }

// MarshalJSON implements json.Marshaler: a number, exactly.
func (q Quant) MarshalJSON() ([]byte, error) { return []byte(q.String()), nil }

// UnmarshalJSON implements json.Unmarshaler: a number of at most six decimals, in
// a text or not, without an exponent.
func (q *Quant) UnmarshalJSON(b []byte) error {
	text := bytes.Trim(b, `"`)
	a, err := quantity.Parse(string(text), "")
	if err != nil || bytes.HasPrefix(text, []byte("+")) {
		return fault.Invalidf("creditcommons.quant", "quant", "%.40q is no amount; write a number with at most six decimals", text)
	}
	*q = Quant(a.Micros)
	return nil
}

// Rate is how many of a node's units one unit of its trunkward neighbor is: Units in Trunk.
type Rate struct{ Units, Trunk int64 }

// Trunkward is an amount of ours in the unit of the trunkward neighbor: divided
// by the rate, half to even at the last millionth.
func (r Rate) Trunkward(q Quant) (Quant, error) {
	n, err := quantity.MulDivMicros(int64(q), r.Trunk, r.Units, quantity.HalfEven)
	return Quant(n), err
}

// Leafward is an amount of the trunkward neighbor in our unit.
func (r Rate) Leafward(q Quant) (Quant, error) {
	n, err := quantity.MulDivMicros(int64(q), r.Units, r.Trunk, quantity.HalfEven)
	return Quant(n), err
}

// Limit is a limit of ours as the trunkward neighbor has it: rounded up.
func (r Rate) Limit(q Quant) (Quant, error) {
	n, err := quantity.MulDivMicros(int64(-q), r.Trunk, r.Units, quantity.Floor)
	return Quant(-n), err
}
