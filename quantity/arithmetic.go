package quantity

import (
	"math"
	"math/big"
	"math/bits"

	"commonweal/platform/fault"
)

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
