package rollup

import (
	"math"
	"math/big"
	"math/bits"
)

// rational is an exact fraction. Nearly all numbers of a roll-up fit two
// machine words; what does not lives in big. The zero rational is zero.
type rational struct {
	num, den int64    // den > 0 in lowest terms, or 0 for the number zero
	big      *big.Rat // not nil: the value, and num, den do not count
}

// whole returns n as a rational.
func whole(n int64) rational {
	if n == 0 {
		return rational{}
	}
	return rational{num: n, den: 1}
}

// ratio returns n / d; d must not be zero.
func ratio(n, d int64) rational {
	if n == 0 {
		return rational{}
	}
	if d < 0 || n == math.MinInt64 || d == math.MinInt64 {
		return fromBig(new(big.Rat).SetFrac(big.NewInt(n), big.NewInt(d)))
	}
	g := gcd(magnitude(n), uint64(d))
	return rational{num: n / int64(g), den: d / int64(g)}
}

// fromBig takes r over; the caller must not change it afterwards.
func fromBig(r *big.Rat) rational {
	if r.Sign() == 0 {
		return rational{}
	}
	if r.Num().IsInt64() && r.Denom().IsInt64() && r.Num().Int64() != math.MinInt64 {
		return rational{num: r.Num().Int64(), den: r.Denom().Int64()}
	}
	return rational{big: r}
}

// Rat returns a copy as a big.Rat.
func (a rational) Rat() *big.Rat {
	switch {
	case a.big != nil:
		return new(big.Rat).Set(a.big)
	case a.den == 0:
		return new(big.Rat)
	}
	return big.NewRat(a.num, a.den)
}

// rat returns the value for reading only.
func (a rational) rat() *big.Rat {
	if a.big != nil {
		return a.big
	}
	return a.Rat()
}

func (a rational) isZero() bool { return a.big == nil && a.num == 0 }

func (a rational) sign() int {
	switch {
	case a.big != nil:
		return a.big.Sign()
	case a.num > 0:
		return 1
	case a.num < 0:
		return -1
	}
	return 0
}

func (a rational) neg() rational {
	if a.big != nil {
		return rational{big: new(big.Rat).Neg(a.big)}
	}
	return rational{num: -a.num, den: a.den}
}

func (a rational) add(b rational) rational {
	if a.isZero() {
		return b
	}
	if b.isZero() {
		return a
	}
	if a.big == nil && b.big == nil {
		if sum, ok := addSmall(a, b); ok {
			return sum
		}
	}
	return fromBig(new(big.Rat).Add(a.rat(), b.rat()))
}

func (a rational) sub(b rational) rational { return a.add(b.neg()) }

// addSmall adds over the least common denominator and reports whether
// everything fitted.
func addSmall(a, b rational) (rational, bool) {
	if a.den == b.den {
		n, ok := addChecked(a.num, b.num)
		if !ok {
			return rational{}, false
		}
		if a.den == 1 {
			return whole(n), true
		}
		return ratio(n, a.den), true
	}
	g := int64(gcd(uint64(a.den), uint64(b.den)))
	x, ok1 := mulChecked(a.num, b.den/g)
	y, ok2 := mulChecked(b.num, a.den/g)
	d, ok3 := mulChecked(a.den/g, b.den)
	n, ok4 := addChecked(x, y)
	if !ok1 || !ok2 || !ok3 || !ok4 {
		return rational{}, false
	}
	return ratio(n, d), true
}

func (a rational) mul(b rational) rational {
	if a.isZero() || b.isZero() {
		return rational{}
	}
	if a.big == nil && b.big == nil {
		// Cancel crosswise first: the product of lowest terms is then in lowest terms.
		g := int64(gcd(magnitude(a.num), uint64(b.den)))
		h := int64(gcd(magnitude(b.num), uint64(a.den)))
		n, ok1 := mulChecked(a.num/g, b.num/h)
		d, ok2 := mulChecked(a.den/h, b.den/g)
		if ok1 && ok2 {
			return rational{num: n, den: d}
		}
	}
	return fromBig(new(big.Rat).Mul(a.rat(), b.rat()))
}

// div returns a / b; b must not be zero.
func (a rational) div(b rational) rational {
	if b.big != nil {
		return a.mul(fromBig(new(big.Rat).Inv(b.big)))
	}
	inverse := rational{num: b.den, den: b.num}
	if b.num < 0 {
		inverse = rational{num: -b.den, den: -b.num}
	}
	return a.mul(inverse)
}

// cmp compares: -1, 0 or +1.
func (a rational) cmp(b rational) int {
	if a.big == nil && b.big == nil && a.den == b.den {
		switch {
		case a.num < b.num:
			return -1
		case a.num > b.num:
			return 1
		}
		return 0
	}
	return a.sub(b).sign()
}

func least(a, b rational) rational {
	if a.cmp(b) <= 0 {
		return a
	}
	return b
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return uint64(-n)
	}
	return uint64(n)
}

// gcd is the binary greatest common divisor of two positive numbers.
func gcd(a, b uint64) uint64 {
	if a == 1 || b == 1 {
		return 1
	}
	shift := bits.TrailingZeros64(a | b)
	a >>= bits.TrailingZeros64(a)
	for b != 0 {
		b >>= bits.TrailingZeros64(b)
		if a > b {
			a, b = b, a
		}
		b -= a
	}
	return a << shift
}

func addChecked(a, b int64) (int64, bool) {
	s := a + b
	return s, (s > a) == (b > 0) && s != math.MinInt64
}

func mulChecked(a, b int64) (int64, bool) {
	hi, lo := bits.Mul64(magnitude(a), magnitude(b))
	if hi != 0 || lo > math.MaxInt64 {
		return 0, false
	}
	if (a < 0) != (b < 0) {
		return -int64(lo), true
	}
	return int64(lo), true
}

// tally sums rationals. Whole numbers, which most are, are kept apart from the
// rest, so that one long fraction does not make every further addition long.
type tally struct {
	whole int64
	rest  rational
}

func (t *tally) add(a rational) {
	if a.big == nil && a.den <= 1 {
		if n, ok := addChecked(t.whole, a.num); ok || a.num == 0 {
			t.whole = n
			return
		}
	}
	t.rest = t.rest.add(a)
}

func (t *tally) sum() rational { return t.rest.add(whole(t.whole)) }
