package sortition

import (
	"math/big"

	"commonweal/platform/fault"
)

// mixture is compositions with how likely each is.
type mixture struct {
	compositions [][]int
	weights      []*big.Rat // they add up to 1
}

// expected is how many of each kind the mixture has on average.
func (m mixture) expected(kinds int) []*big.Rat {
	out := make([]*big.Rat, kinds)
	for k := range out {
		out[k] = new(big.Rat)
		for i, c := range m.compositions {
			out[k].Add(out[k], new(big.Rat).Mul(m.weights[i], big.NewRat(int64(c[k]), 1)))
		}
	}
	return out
}

// pick draws one of the compositions.
func (m mixture) pick(s *stream) []int {
	common := big.NewInt(1)
	for _, w := range m.weights {
		gcd := new(big.Int).GCD(nil, nil, common, w.Denom())
		common.Mul(common, new(big.Int).Quo(w.Denom(), gcd))
	}
	at := s.below(common)
	for i, w := range m.weights {
		part := new(big.Int).Mul(w.Num(), new(big.Int).Quo(common, w.Denom()))
		if at.Cmp(part) < 0 {
			return m.compositions[i]
		}
		at.Sub(at, part)
	}
	return m.compositions[len(m.compositions)-1]
}

// maxMin is the mixture whose smallest chance is the largest.
//
// Let p be the weights before they are scaled to 1. Then p minimizes the sum of
// weights such that each kind's people have a chance of 1 at least, and the
// largest smallest chance is 1 over that sum. The compositions are far too many
// to list; the simplex method asks for the one that would help most (the
// heaviest, by its prices) until none does. All numbers are rational, so the
// solution is exact. Kinds that no panel can have are left out: their chance is
// 0 whatever is done.
func (g *graph) maxMin() (mixture, error) {
	s := newSimplex(g)
	for range mostPivots {
		column, cost := s.entering()
		if column == nil {
			return s.mixture(), nil
		}
		s.pivot(column, cost)
	}
	return mixture{}, fault.Invalidf("sortition.too_many_kinds", "quotas", "the fairest lot cannot be found in time for these quotas; state fewer, or draw with the aim uniform")
}

// mostPivots bounds the steps of the simplex method.
const mostPivots = 5000
