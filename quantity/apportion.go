package quantity

import (
	"math/big"

	"commonweal/platform/fault"
)

// Apportion splits a total of whole units (cents, millionths, votes, seats)
// over receivers in proportion to their weights, by the method of largest
// remainder (Hamilton): with W the sum of the weights, receiver i first gets
// floor(total · w_i / W); the units left over go, one each, to the largest
// remainders (total · w_i) mod W; equal remainders are decided by the smaller
// tie key. Shares stand in the order of the weights and add up to the total;
// the order of the list never decides.
//
// Weights are integers; scale rationals to a common denominator first, which
// changes no share. A receiver with weight zero receives nothing. ties holds
// one key for each receiver (see TieKeyFor).
//
// It refuses a negative total (split the positive one and negate the lines),
// a nil or negative weight, weights that are all zero (unless the total is
// zero too), and a unit that the same receiver, listed twice, would draw from
// himself.
//
// Cost: one pass over the receivers and a radix selection; no sorting.
func Apportion(total int64, weights []*big.Int, ties []TieKey) ([]int64, error) {
	if err := checkSplit(total, len(weights), len(ties)); err != nil {
		return nil, err
	}
	sum := new(big.Int)
	small := true
	for i, w := range weights {
		if w == nil || w.Sign() < 0 {
			return nil, badWeight(i, w)
		}
		small = small && w.IsInt64()
		sum.Add(sum, w)
	}
	if small {
		return ApportionInt64(total, int64s(weights), ties)
	}
	return apportionBig(total, weights, sum, ties)
}

// ApportionInt64 is Apportion for weights that fit 64 bits; products and the
// sum of the weights are carried in 128 bits, so nothing overflows.
func ApportionInt64(total int64, weights []int64, ties []TieKey) ([]int64, error) {
	if err := checkSplit(total, len(weights), len(ties)); err != nil {
		return nil, err
	}
	var sum wide
	for i, w := range weights {
		if w < 0 {
			return nil, badWeight(i, big.NewInt(w))
		}
		sum = sum.plus(wide{0, uint64(w)})
	}
	shares := make([]int64, len(weights))
	if sum.isZero() {
		return shares, refuseWeightless(total)
	}
	remainders := make([]wide, len(weights))
	left := total
	for i, w := range weights {
		base, r := mulWide(uint64(total), uint64(w)).divide(sum)
		shares[i], remainders[i] = int64(base), r
		left -= int64(base)
	}
	err := giveLeft(shares, int(left), widePlace{remainders, ties, (sum.bitLen() + 7) / 8})
	return shares, err
}

// apportionBig is Apportion for weights beyond 64 bits.
func apportionBig(total int64, weights []*big.Int, sum *big.Int, ties []TieKey) ([]int64, error) {
	shares := make([]int64, len(weights))
	width := len(sum.Bytes())
	remainders := make([]byte, width*len(weights))
	left := total
	t, q, r := big.NewInt(total), new(big.Int), new(big.Int)
	for i, w := range weights {
		q.QuoRem(q.Mul(t, w), sum, r)
		shares[i] = q.Int64()
		r.FillBytes(remainders[i*width : (i+1)*width])
		left -= shares[i]
	}
	err := giveLeft(shares, int(left), bigPlace{remainders, ties, width})
	return shares, err
}

// giveLeft gives one unit each to the first receivers in the queue.
func giveLeft(shares []int64, left int, queue places) error {
	winners, ok := firstPlaces(len(shares), left, queue)
	if !ok {
		return fault.Invalidf("quantity.duplicate_receiver", "receivers",
			"two receivers with the same tie key have an equal claim to the last unit; list each receiver once")
	}
	for _, i := range winners {
		shares[i]++
	}
	return nil
}

func checkSplit(total int64, weights, ties int) error {
	if total < 0 {
		return fault.Invalidf("quantity.negative_total", "total",
			"%d cannot be split: a total is zero or more; split the positive total and negate each line", total)
	}
	if weights != ties {
		return fault.Invalidf("quantity.tie_keys", "receivers",
			"%d weights come with %d tie keys; each receiver needs one of each", weights, ties)
	}
	return nil
}

func badWeight(i int, w *big.Int) error {
	if w == nil {
		return fault.Invalidf("quantity.missing_weight", "weights", "receiver %d has no weight; give zero to leave somebody out", i+1)
	}
	return fault.Invalidf("quantity.negative_weight", "weights",
		"receiver %d has the weight %s; a weight is zero or more", i+1, clip(w.String()))
}

// refuseWeightless refuses to split something among nobody.
func refuseWeightless(total int64) error {
	if total == 0 {
		return nil
	}
	return fault.Invalidf("quantity.no_weight", "weights",
		"%d cannot be split: all weights are zero, so nobody has a share in it", total)
}

func int64s(weights []*big.Int) []int64 {
	out := make([]int64, len(weights))
	for i, w := range weights {
		out[i] = w.Int64()
	}
	return out
}
