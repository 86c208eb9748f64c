package equation

import (
	"math/big"
	"math/bits"
)

// maxDenominators bounds the work of adding fractions exactly.
const maxDenominators = 1000

// lost adds up what cutting entitlements to whole millionths takes off, so
// that the sum of a bucket's entitlements is exact: three thirds of 10.00 are
// 10.00. Fractions with one denominator add up among themselves; the sums of
// up to maxDenominators denominators are then added exactly, beyond that each
// is cut on its own.
type lost struct {
	rest  map[int64]int64 // denominator → numerator, less than one
	whole int64
}

// take adds the fraction of original·num/den.
func (l *lost) take(original, num, den int64) {
	hi, lo := bits.Mul64(uint64(original), uint64(num))
	rest := bits.Rem64(hi, lo, uint64(den))
	if rest == 0 {
		return
	}
	if l.rest == nil {
		l.rest = map[int64]int64{}
	}
	sum := uint64(l.rest[den]) + rest
	if sum >= uint64(den) {
		sum -= uint64(den)
		l.whole++
	}
	l.rest[den] = int64(sum)
}

// millionths returns the whole millionths in the sum.
func (l *lost) millionths() int64 {
	if len(l.rest) > maxDenominators {
		return l.whole
	}
	sum := new(big.Rat)
	for den, num := range l.rest {
		sum.Add(sum, big.NewRat(num, den))
	}
	return l.whole + new(big.Int).Quo(sum.Num(), sum.Denom()).Int64()
}
