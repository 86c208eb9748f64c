package evaluation

import (
	"math/big"
	"math/bits"
	"sync"
)

// halves is a number of half-lives: whole ones, and a fraction in 2^-64 parts.
type halves struct {
	whole uint64
	part  uint64
}

// fraction128 is a number of [0, 1) in 2^-128 parts; one itself is the flag.
type fraction128 struct {
	one    bool
	hi, lo uint64
}

// times returns the product of two fractions, cut to 2^-128 parts.
func (f fraction128) times(g fraction128) fraction128 {
	switch {
	case f.one:
		return g
	case g.one:
		return f
	}
	h1, _ := bits.Mul64(f.lo, g.lo)
	a1, a0 := bits.Mul64(f.hi, g.lo)
	b1, b0 := bits.Mul64(f.lo, g.hi)
	t1, t0 := bits.Mul64(f.hi, g.hi)
	_, c1 := bits.Add64(h1, a0, 0)
	_, c2 := bits.Add64(h1+a0, b0, 0)
	lo, c3 := bits.Add64(t0, a1, c1)
	hi := t1 + c3
	lo, c4 := bits.Add64(lo, b1, c2)
	return fraction128{hi: hi + c4, lo: lo}
}

// remainder returns 2^-x for a fraction x of a half-life, as the product of
// eight table entries, one for each byte of x. Each factor and each product is
// cut to 128 bits, so the result is below the true value by less than 2^-124.
func remainder(part uint64) fraction128 {
	f := fraction128{one: true}
	t := powers()
	for i := range t {
		if b := byte(part >> (56 - 8*i)); b != 0 {
			f = f.times(t[i][b])
		}
	}
	return f
}

// powers is the fixed table: entry [i][b] is 2^-(b / 256^(i+1)), cut to 128
// bits. It is worked out once by square roots of integers, so it is the same
// on every machine.
var powers = sync.OnceValue(func() *[8][256]fraction128 {
	const precision = 256 // bits, of which 128 are kept
	roots := make([]*big.Int, 65)
	roots[0] = new(big.Int).Lsh(big.NewInt(1), precision-1) // 2^-1
	for k := 1; k <= 64; k++ {
		square := new(big.Int).Lsh(roots[k-1], precision)
		roots[k] = square.Sqrt(square) // 2^-(2^-k)
	}
	table := new([8][256]fraction128)
	one := new(big.Int).Lsh(big.NewInt(1), precision)
	for i := range table {
		for b := 1; b < 256; b++ {
			product := new(big.Int).Set(one)
			for bit := range 8 {
				if b>>(7-bit)&1 == 1 {
					product.Rsh(product.Mul(product, roots[8*i+bit+1]), precision)
				}
			}
			table[i][b] = cut(product.Rsh(product, precision-128))
		}
	}
	return table
})

// cut turns an integer of 128 bits into a fraction.
func cut(n *big.Int) fraction128 {
	var b [16]byte
	n.FillBytes(b[:])
	f := fraction128{}
	for i := range 8 {
		f.hi, f.lo = f.hi<<8|uint64(b[i]), f.lo<<8|uint64(b[8+i])
	}
	return f
}

// exact is a sum of decayed amounts: a signed integer of 256 bits in 2^-128
// parts of a millionth, wide enough for 2^64 grants of any size.
type exact [4]uint64 // least significant first, two's complement

// decayed returns amount × 2^-x, cut to 2^-128 parts of a millionth; amount is
// not negative. Whole half-lives are shifts, and exact up to 128 of them.
func decayed(amount int64, x halves) exact {
	var e exact
	f := remainder(x.part)
	if f.one {
		e[2] = uint64(amount)
	} else {
		h, l := bits.Mul64(f.lo, uint64(amount))
		m1, m0 := bits.Mul64(f.hi, uint64(amount))
		var carry uint64
		e[0] = l
		e[1], carry = bits.Add64(h, m0, 0)
		e[2] = m1 + carry
	}
	return e.shift(x.whole)
}

// shift returns e / 2^n for a value that is not negative.
func (e exact) shift(n uint64) exact {
	if n >= 256 {
		return exact{}
	}
	words, rest := int(n/64), uint(n%64)
	var out exact
	for i := range 4 - words {
		out[i] = e[i+words] >> rest
		if rest > 0 && i+words+1 < 4 {
			out[i] |= e[i+words+1] << (64 - rest)
		}
	}
	return out
}

// plus and minus add and subtract.
func (e exact) plus(f exact) exact {
	var carry uint64
	for i := range e {
		e[i], carry = bits.Add64(e[i], f[i], carry)
	}
	return e
}

func (e exact) minus(f exact) exact {
	var borrow uint64
	for i := range e {
		e[i], borrow = bits.Sub64(e[i], f[i], borrow)
	}
	return e
}

func (e exact) negative() bool { return e[3]>>63 == 1 }

// round returns the nearest whole number, halves up, for a value that is not
// negative; beyond int64 it is the largest int64.
func (e exact) round() int64 {
	if e[1]>>63 == 1 {
		e = e.plus(exact{2: 1})
	}
	if e[3] != 0 || e[2]>>63 != 0 {
		return 1<<63 - 1
	}
	return int64(e[2])
}
