package quantity

import (
	"fmt"
	"math"
	"math/big"
	"math/bits"
	"strconv"
	"strings"

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

// Rounding says what happens to the part below the last digit kept.
type Rounding int

// The roundings. HalfEven is the default of accounting; Down cuts toward zero.
const (
	HalfEven Rounding = iota
	HalfUp            // ties away from zero
	Down              // toward zero
	Up                // away from zero
	Floor             // toward minus infinity
)

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

// AddMicros adds two counts of millionths; overflow is an error.
func AddMicros(a, b int64) (int64, error) {
	s := a + b
	if (a < 0) == (b < 0) && (s < 0) != (a < 0) {
		return 0, errOverflow("addition")
	}
	return s, nil
}

// SubMicros returns a - b in millionths; overflow is an error.
func SubMicros(a, b int64) (int64, error) {
	d := a - b
	if (a < 0) != (b < 0) && (d < 0) != (a < 0) {
		return 0, errOverflow("subtraction")
	}
	return d, nil
}

// MulDivMicros returns a * num / den through 128 bits, rounded as said.
func MulDivMicros(a, num, den int64, r Rounding) (int64, error) {
	if den == 0 {
		return 0, fault.Invalidf("quantity.divide_by_zero", "", "division by zero: %d × %d ÷ 0", a, num)
	}
	if den > 0 && (r != Floor || (a < 0) == (num < 0)) {
		return mulDivFast(a, num, den, r)
	}
	n := new(big.Int).Mul(big.NewInt(a), big.NewInt(num))
	return divideBig(n, big.NewInt(den), r)
}

// mulDivFast is MulDivMicros on magnitudes, the path of roll-ups and
// equations: no memory is taken. Floor comes here only for results of zero or
// more, where it is Down.
func mulDivFast(a, num, den int64, r Rounding) (int64, error) {
	product, divisor := mulWide(magnitude(a), magnitude(num)), uint64(den)
	if product.hi >= divisor {
		return 0, errOverflow("multiplication")
	}
	q, m := bits.Div64(product.hi, product.lo, divisor)
	if q > 1<<63 {
		return 0, errOverflow("multiplication")
	}
	if m != 0 && awayFromZero(q, m, divisor, r) {
		q++
	}
	switch {
	case (a < 0) != (num < 0) && q <= 1<<63:
		return -int64(q), nil
	case (a < 0) == (num < 0) && q <= math.MaxInt64:
		return int64(q), nil
	}
	return 0, errOverflow("multiplication")
}

// awayFromZero reports whether a magnitude q + m/d, m not zero, moves up.
func awayFromZero(q, m, d uint64, r Rounding) bool {
	switch r {
	case Up:
		return true
	case HalfUp:
		return m >= d-m
	case HalfEven:
		return m > d-m || (m == d-m && q&1 == 1)
	}
	return false
}

// magnitude returns |n|, also for the smallest int64.
func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

// divideBig returns n / d rounded as said; d must not be zero.
func divideBig(n, d *big.Int, r Rounding) (int64, error) {
	if d.Sign() < 0 {
		n, d = new(big.Int).Neg(n), new(big.Int).Neg(d)
	}
	q, m := new(big.Int).QuoRem(n, d, new(big.Int)) // toward zero
	if m.Sign() != 0 && roundAway(q, m, d, n.Sign(), r) {
		q.Add(q, big.NewInt(int64(n.Sign())))
	}
	if !q.IsInt64() {
		return 0, errOverflow("division")
	}
	return q.Int64(), nil
}

// roundAway reports whether a quotient cut toward zero moves one step away
// from zero: q + m/d with the sign of the whole.
func roundAway(q, m, d *big.Int, sign int, r Rounding) bool {
	switch r {
	case Up:
		return true
	case Floor:
		return sign < 0
	case HalfEven, HalfUp:
		twice := new(big.Int).Abs(m)
		switch twice.Lsh(twice, 1).Cmp(d) {
		case 1:
			return true
		case 0:
			return r == HalfUp || q.Bit(0) == 1
		}
	}
	return false
}

// Decimal returns the number of units in plain decimal digits without
// trailing zeros: "2.5", "-0.000001", "30". It is the canonical text of the
// log, the exports and the API.
func (a Amount) Decimal() string {
	sign, u := "", magnitude(a.Micros)
	if a.Micros < 0 {
		sign = "-"
	}
	whole, frac := u/Scale, u%Scale
	if frac == 0 {
		return sign + strconv.FormatUint(whole, 10)
	}
	return sign + strconv.FormatUint(whole, 10) + "." + strings.TrimRight(fmt.Sprintf("%06d", frac), "0")
}

// String returns the canonical text with its unit: "2.5 hour".
func (a Amount) String() string { return a.Decimal() + " " + string(a.Unit) }

// Parse reads canonical decimal digits ("2.5", "-3", "0.000001") as an amount.
// More than six digits after the point are refused, never rounded. For text
// that a person typed in their own language use ParseLocal.
func Parse(text string, unit Unit) (Amount, error) {
	digits, negative := strings.CutPrefix(text, "-")
	sign := ""
	if negative {
		sign = "-"
	}
	whole, frac, point := strings.Cut(digits, ".")
	if !allDigits(whole) || (point && !allDigits(frac)) {
		return Amount{}, notANumber(text)
	}
	if len(frac) > 6 {
		if strings.Trim(frac[6:], "0") != "" {
			return Amount{}, fault.Invalidf("quantity.too_fine", "",
				"%q has more than six digits after the point; the smallest amount is 0.000001", clip(text))
		}
		frac = frac[:6]
	}
	frac += "000000"[len(frac):]
	n, err := strconv.ParseInt(sign+strings.TrimLeft(whole, "0")+frac, 10, 64)
	if err != nil { // only digits are left, so there are too many
		return Amount{}, errOverflow(fmt.Sprintf("%q", clip(text)))
	}
	return Amount{n, unit}, nil
}

// MustParse is Parse for constants; it panics on an error.
func MustParse(text string, unit Unit) Amount {
	a, err := Parse(text, unit)
	if err != nil {
		panic(err)
	}
	return a
}

func allDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return len(s) > 0
}

// clip keeps an error message short when the value is not.
func clip(s string) string {
	if len(s) > 40 {
		return strings.ToValidUTF8(s[:40], "") + "…"
	}
	return s
}

func notANumber(text string) error {
	return fault.Invalidf("quantity.not_a_number", "", "%q is not a number; write digits with at most one point, such as 2.5", clip(text))
}

func unitMismatch(a, b Unit) error {
	return fault.Invalidf("quantity.unit_mismatch", "unit", "%s and %s are different units; convert one of them first", a, b)
}

func errOverflow(what string) error {
	return fault.Invalidf("quantity.overflow", "", "%s exceeds the largest amount, 9,223,372,036,854.775807", what)
}
