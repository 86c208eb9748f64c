package formula

import (
	"math"
	"math/big"
	"math/bits"
)

// A fraction of Columns is a pair n/d of 64-bit integers with d > 0, not
// necessarily reduced, and n never the smallest integer, so that -n exists.

// times multiplies without wrapping; false on overflow.
func times(a, b int64) (int64, bool) {
	if int64(int32(a)) == a && int64(int32(b)) == b {
		return a * b, true
	}
	hi, lo := bits.Mul64(magnitude(a), magnitude(b))
	if hi != 0 || lo > math.MaxInt64 {
		return 0, false
	}
	if (a < 0) != (b < 0) {
		return -int64(lo), true
	}
	return int64(lo), true
}

func magnitude(a int64) uint64 {
	if a < 0 {
		return uint64(-a)
	}
	return uint64(a)
}

// plus adds without wrapping; false on overflow.
func plus(a, b int64) (int64, bool) {
	s := a + b
	return s, ((a^s)&(b^s)) >= 0 && s != math.MinInt64
}

// gcd returns the greatest common divisor of |a| and b > 0.
func gcd(a, b int64) int64 {
	x, y := magnitude(a), uint64(b)
	for x != 0 {
		x, y = y%x, x
	}
	return int64(y)
}

// multiply returns a/b · c/d; false when it does not fit even when reduced.
func multiply(a, b, c, d int64) (n, m int64, ok bool) {
	n, ok1 := times(a, c)
	m, ok2 := times(b, d)
	if ok1 && ok2 {
		return n, m, true
	}
	g, h := gcd(a, d), gcd(c, b)
	n, ok1 = times(a/g, c/h)
	m, ok2 = times(b/h, d/g)
	return n, m, ok1 && ok2
}

// add returns a/b + c/d; false when it does not fit even when reduced.
func add(a, b, c, d int64) (n, m int64, ok bool) {
	if b == d {
		if n, ok = plus(a, c); ok {
			return n, b, true
		}
	}
	if n, m, ok = addUnlike(a, b, c, d); ok {
		return n, m, true
	}
	g, h := gcd(a, b), gcd(c, d)
	return addUnlike(a/g, b/g, c/h, d/h)
}

func addUnlike(a, b, c, d int64) (n, m int64, ok bool) {
	g := gcd(b, d)
	left, ok1 := times(a, d/g)
	right, ok2 := times(c, b/g)
	n, ok3 := plus(left, right)
	m, ok4 := times(b/g, d)
	return n, m, ok1 && ok2 && ok3 && ok4
}

// divide returns a/b ÷ c/d for c ≠ 0; false when it does not fit.
func divide(a, b, c, d int64) (n, m int64, ok bool) {
	if c < 0 {
		a, c = -a, -c
	}
	return multiply(a, b, d, c)
}

// compare returns the sign of a/b - c/d, through 128 bits.
func compare(a, b, c, d int64) int {
	if b == d {
		return order(a < c, a > c)
	}
	if (a < 0) != (c < 0) {
		return order(a < 0, c < 0)
	}
	h1, l1 := bits.Mul64(magnitude(a), uint64(d))
	h2, l2 := bits.Mul64(magnitude(c), uint64(b))
	less := h1 < h2 || (h1 == h2 && l1 < l2)
	more := h1 > h2 || (h1 == h2 && l1 > l2)
	if a < 0 {
		less, more = more, less
	}
	return order(less, more)
}

func order(less, more bool) int {
	switch {
	case less:
		return -1
	case more:
		return 1
	}
	return 0
}

// roundSteps returns a/b rounded to a multiple of c/d > 0.
func roundSteps(a, b, c, d int64, mode rounding) (n, m int64, ok bool) {
	x, y, ok := divide(a, b, c, d)
	if !ok {
		return 0, 0, false
	}
	q, r := x/y, x%y
	if r != 0 && away(q, r, y, mode) {
		q += int64(order(r < 0, r > 0))
	}
	n, ok = times(q, c)
	return n, d, ok
}

// away reports whether q + r/y, cut toward zero to q, moves away from zero.
func away(q, r, y int64, mode rounding) bool {
	switch mode {
	case up:
		return true
	case down:
		return false
	case floor:
		return r < 0
	}
	rest := magnitude(r)
	half := order(rest < uint64(y)-rest, rest > uint64(y)-rest)
	return half > 0 || (half == 0 && (mode == halfUp || q&1 != 0))
}

// Nearest returns how many parts of 1/perUnit the lane's value is nearest to,
// halves to the even count; false when the lane must be evaluated with Eval.
func (v Values) Nearest(lane int, perUnit int64) (int64, bool) {
	n, d := v.N[lane], v.D[lane]
	if d == 1 {
		return times(n, perUnit)
	}
	n, _, ok := roundSteps(n, d, 1, perUnit, halfEven)
	return n, ok
}

// Nearest is Values.Nearest for a value of Eval; false when the count exceeds
// 63 bits.
func Nearest(value *big.Rat, perUnit int64) (int64, bool) {
	parts := new(big.Rat).Mul(value, new(big.Rat).SetInt64(perUnit))
	n := roundToInt(parts, halfEven)
	return n.Int64(), n.IsInt64()
}
