package quantity

import (
	"bytes"
	"math/big"
	"slices"
)

// place is a receiver in the line for a payment.
type place struct {
	at    int
	carry *big.Rat
	tie   TieKey
}

type line []place

// line returns those with a weight, each with his share added to his carry.
func (c *Carries) line(units int64, sum *big.Int, receivers []Receiver) line {
	var l line
	for i, r := range receivers {
		if r.Weight == 0 {
			continue
		}
		share := new(big.Int).Mul(big.NewInt(units), big.NewInt(r.Weight))
		carry := new(big.Rat).SetFrac(share, sum)
		l = append(l, place{i, carry.Add(carry, c.Of(r.ID)), TieKeyFor(c.DistributionID, r.ID)})
	}
	return l
}

// give returns how many units each place gets when each unit goes to the
// largest carry. Unit k+1 of a place leaves from the height carry - k, so the
// units above a level go to everybody above it; give finds the whole level
// with at most so many units above and hands out the rest of the next layer,
// in which each place has at most one unit, in order.
func (l line) give(units int64) []int64 {
	level := l.level(units)
	given := make([]int64, len(l))
	left := units
	for i, p := range l {
		given[i] = above(p.carry, level)
		left -= given[i]
	}
	below := new(big.Int).Sub(level, big.NewInt(1))
	next := make([]int, 0, len(l))
	for i, p := range l {
		if above(p.carry, below) > given[i] {
			next = append(next, i)
		}
	}
	height := func(i int) *big.Rat { return new(big.Rat).Sub(l[i].carry, new(big.Rat).SetInt64(given[i])) }
	slices.SortFunc(next, func(i, j int) int {
		if c := height(j).Cmp(height(i)); c != 0 {
			return c
		}
		return bytes.Compare(l[i].tie[:], l[j].tie[:])
	})
	for _, i := range next[:left] {
		given[i]++
	}
	return given
}

// level returns the lowest whole level with at most so many units above it.
func (l line) level(units int64) *big.Int {
	top, total := new(big.Int), new(big.Rat)
	for i, p := range l {
		total.Add(total, p.carry)
		if c := ceil(p.carry); i == 0 || c.Cmp(top) > 0 {
			top = c
		}
	}
	// Below the mean of what would be left, more than so many units are above.
	mean := total.Sub(total, new(big.Rat).SetInt64(units))
	mean.Quo(mean, new(big.Rat).SetInt64(int64(len(l))))
	low := ceil(mean)
	low.Sub(low, big.NewInt(2))
	for top.Cmp(new(big.Int).Add(low, big.NewInt(1))) > 0 {
		middle := new(big.Int).Add(low, top)
		middle.Rsh(middle, 1)
		if l.aboveAtMost(middle, units) {
			top = middle
		} else {
			low = middle
		}
	}
	return top
}

func (l line) aboveAtMost(level *big.Int, units int64) bool {
	sum := new(big.Int)
	for _, p := range l {
		sum.Add(sum, big.NewInt(above(p.carry, level)))
	}
	return sum.Cmp(big.NewInt(units)) <= 0
}

// above returns how many units of a carry leave from above the level.
func above(carry *big.Rat, level *big.Int) int64 {
	n := ceil(carry)
	if n.Sub(n, level).Sign() < 0 {
		return 0
	}
	return n.Int64()
}

// ceil returns the smallest whole number that is not smaller.
func ceil(r *big.Rat) *big.Int {
	n := new(big.Int).Neg(r.Num())
	n.Div(n, r.Denom()) // Euclidean: toward minus infinity for a positive divisor
	return n.Neg(n)
}
