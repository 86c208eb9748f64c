package quantity

import (
	"cmp"
	"math/bits"
)

// wide is an unsigned 128-bit integer: hi·2^64 + lo.
type wide struct{ hi, lo uint64 }

// mulWide returns a · b, which always fits.
func mulWide(a, b uint64) wide {
	hi, lo := bits.Mul64(a, b)
	return wide{hi, lo}
}

// plus returns w + v; the caller knows that the sum fits.
func (w wide) plus(v wide) wide {
	lo, carry := bits.Add64(w.lo, v.lo, 0)
	hi, _ := bits.Add64(w.hi, v.hi, carry)
	return wide{hi, lo}
}

// minus returns w - v; the caller knows that w is not smaller.
func (w wide) minus(v wide) wide {
	lo, borrow := bits.Sub64(w.lo, v.lo, 0)
	hi, _ := bits.Sub64(w.hi, v.hi, borrow)
	return wide{hi, lo}
}

// times returns w · n; the caller knows that the product fits.
func (w wide) times(n uint64) wide {
	p := mulWide(w.lo, n)
	p.hi += w.hi * n
	return p
}

// compare returns -1, 0 or +1.
func (w wide) compare(v wide) int {
	if c := cmp.Compare(w.hi, v.hi); c != 0 {
		return c
	}
	return cmp.Compare(w.lo, v.lo)
}

func (w wide) isZero() bool { return w.hi == 0 && w.lo == 0 }

// bitLen returns the number of bits that w needs.
func (w wide) bitLen() int {
	if w.hi != 0 {
		return 64 + bits.Len64(w.hi)
	}
	return bits.Len64(w.lo)
}

// divide returns the quotient and remainder of w / d. The caller knows that d
// is not zero and that the quotient fits 64 bits.
func (w wide) divide(d wide) (q uint64, r wide) {
	if d.hi == 0 {
		q, lo := bits.Div64(w.hi, w.lo, d.lo)
		return q, wide{0, lo}
	}
	// Divide by the top 64 bits of d: the estimate is exact or one too large,
	// so take one off and let the remainder decide (Hacker's Delight, 9-5).
	shift := uint(bits.LeadingZeros64(d.hi))
	top := d.hi<<shift | d.lo>>1>>(63-shift)
	estimate, _ := bits.Div64(w.hi>>1, w.hi<<63|w.lo>>1, top)
	q = estimate >> (63 - shift)
	if q > 0 {
		q--
	}
	r = w.minus(d.times(q))
	if r.compare(d) >= 0 {
		q, r = q+1, r.minus(d)
	}
	return q, r
}
