package quantity

import (
	"math"
	"math/big"
	"strconv"

	"commonweal/platform/fault"
)

// Scale is the number of parts an Amount divides its unit into.
const Scale = 1_000_000

// Unit is the identifier of a unit of measure: the local name of an OM 2 unit
// ("hour", "kilogram", "one"), an ISO 4217 code ("EUR"), or a name that the
// unit table or a commons gives ("credit"). Look it up with Lookup.
type Unit string

// Amount is an exact quantity: Micros millionths of Unit.
type Amount struct {
	Micros int64
	Unit   Unit
}

// Of returns whole units: Of(3, "hour") is three hours. It panics on overflow
// and is meant for constants.
func Of(whole int64, unit Unit) Amount {
	if whole > math.MaxInt64/Scale || whole < math.MinInt64/Scale {
		panic("quantity.Of: overflow")
	}
	return Amount{whole * Scale, unit}
}

// Micros returns an amount of n millionths of the unit.
func Micros(n int64, unit Unit) Amount { return Amount{n, unit} }

// IsZero reports whether the amount is zero, whatever its unit.
func (a Amount) IsZero() bool { return a.Micros == 0 }

// Sign returns -1, 0 or +1.
func (a Amount) Sign() int {
	switch {
	case a.Micros < 0:
		return -1
	case a.Micros > 0:
		return 1
	}
	return 0
}

// Add returns a + b. Units must be equal: nothing is converted in silence.
func (a Amount) Add(b Amount) (Amount, error) {
	if a.Unit != b.Unit {
		return Amount{}, unitMismatch(a.Unit, b.Unit)
	}
	n, err := AddMicros(a.Micros, b.Micros)
	return Amount{n, a.Unit}, err
}

// Sub returns a - b. Units must be equal.
func (a Amount) Sub(b Amount) (Amount, error) {
	if a.Unit != b.Unit {
		return Amount{}, unitMismatch(a.Unit, b.Unit)
	}
	n, err := SubMicros(a.Micros, b.Micros)
	return Amount{n, a.Unit}, err
}

// Neg returns -a.
func (a Amount) Neg() (Amount, error) {
	if a.Micros == math.MinInt64 {
		return Amount{}, errOverflow("negation")
	}
	return Amount{-a.Micros, a.Unit}, nil
}

// Cmp compares two amounts of one unit: -1, 0 or +1.
func (a Amount) Cmp(b Amount) (int, error) {
	if a.Unit != b.Unit {
		return 0, unitMismatch(a.Unit, b.Unit)
	}
	switch {
	case a.Micros < b.Micros:
		return -1, nil
	case a.Micros > b.Micros:
		return 1, nil
	}
	return 0, nil
}

// MulDiv returns a * num / den in the unit of a, rounded as said.
func (a Amount) MulDiv(num, den int64, r Rounding) (Amount, error) {
	n, err := MulDivMicros(a.Micros, num, den, r)
	return Amount{n, a.Unit}, err
}

// Rat returns the amount in whole units as an exact rational.
func (a Amount) Rat() *big.Rat { return big.NewRat(a.Micros, Scale) }

// FromRat returns the rational number of units as an amount, rounded as said
// to the nearest millionth.
func FromRat(v *big.Rat, unit Unit, r Rounding) (Amount, error) {
	n := new(big.Int).Mul(v.Num(), big.NewInt(Scale))
	q, err := divideBig(n, v.Denom(), r)
	if err != nil {
		return Amount{}, err
	}
	return Amount{q, unit}, nil
}

// Decimal returns the number of units in plain decimal digits without
// trailing zeros: "2.5", "-0.000001", "30". It is the canonical text of the
// log, the exports and the API.
func (a Amount) Decimal() string { return string(a.AppendDecimal(nil)) }

// AppendDecimal appends Decimal to b, for encoders that write many amounts.
func (a Amount) AppendDecimal(b []byte) []byte {
	u := magnitude(a.Micros)
	if a.Micros < 0 {
		b = append(b, '-')
	}
	b = strconv.AppendUint(b, u/Scale, 10)
	frac := u % Scale
	if frac == 0 {
		return b
	}
	b = append(b, '.')
	for digit := uint64(Scale / 10); frac > 0; digit /= 10 {
		b = append(b, byte('0'+frac/digit))
		frac %= digit
	}
	return b
}

// String returns the canonical text with its unit: "2.5 hour".
func (a Amount) String() string { return a.Decimal() + " " + string(a.Unit) }

func unitMismatch(a, b Unit) error {
	return fault.Invalidf("quantity.unit_mismatch", "unit", "%s and %s are different units; convert one of them first", a, b)
}

func errOverflow(what string) error {
	return fault.Invalidf("quantity.overflow", "", "%s exceeds the largest amount, 9,223,372,036,854.775807", what)
}
