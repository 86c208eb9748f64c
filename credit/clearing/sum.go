package clearing

import (
	"cmp"
	"math/big"
	"math/bits"
)

// Sum is a total that cannot overflow: an unsigned integer of 128 bits. Its
// zero value is zero.
type Sum struct{ hi, lo uint64 }

// Add adds an amount of zero or more.
func (s *Sum) Add(amount int64) { s.AddProduct(amount, 1) }

// AddProduct adds a product of two factors of zero or more.
func (s *Sum) AddProduct(a, b int64) {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	var carry uint64
	s.lo, carry = bits.Add64(s.lo, lo, 0)
	s.hi, _ = bits.Add64(s.hi, hi, carry)
}

// Plus returns s + v.
func (s Sum) Plus(v Sum) Sum {
	lo, carry := bits.Add64(s.lo, v.lo, 0)
	hi, _ := bits.Add64(s.hi, v.hi, carry)
	return Sum{hi, lo}
}

// Minus returns s - v; v is not greater.
func (s Sum) Minus(v Sum) Sum {
	lo, borrow := bits.Sub64(s.lo, v.lo, 0)
	hi, _ := bits.Sub64(s.hi, v.hi, borrow)
	return Sum{hi, lo}
}

// Cmp returns -1, 0 or +1.
func (s Sum) Cmp(v Sum) int {
	return cmp.Or(cmp.Compare(s.hi, v.hi), cmp.Compare(s.lo, v.lo))
}

// IsZero reports whether nothing was added.
func (s Sum) IsZero() bool { return s == Sum{} }

// Big returns the sum as a big integer.
func (s Sum) Big() *big.Int {
	n := new(big.Int).SetUint64(s.hi)
	return n.Lsh(n, 64).Or(n, new(big.Int).SetUint64(s.lo))
}

// String writes the sum in decimal digits.
func (s Sum) String() string { return s.Big().String() }

// MarshalText implements encoding.TextMarshaler: JSON has the digits as a
// string, since its readers keep 53 bits of a number.
func (s Sum) MarshalText() ([]byte, error) { return s.Big().MarshalText() }
