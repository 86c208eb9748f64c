package evaluation

import "math/big"

// trim drops the t lowest and t highest of the marks, which are in order, when
// at least 2t + 1 are there, and returns the rest.
//
// The bound it gives: with at most t dishonest raters among at least 2t + 1,
// the score cannot leave the range of the honest marks, because whatever is
// kept has an honest mark at or below it and one at or above it.
func trim(ordered []*Mark, t int) []*Mark {
	if len(ordered) < 2*t+1 {
		return ordered
	}
	for _, m := range ordered[:t] {
		m.Fate = TrimmedLow
	}
	for _, m := range ordered[len(ordered)-t:] {
		m.Fate = TrimmedHigh
	}
	return ordered[t : len(ordered)-t]
}

// weightedMean returns the exact mean of at least one mark.
func weightedMean(marks []*Mark) *big.Rat {
	sum, weights := new(big.Rat), new(big.Int)
	for _, m := range marks {
		w := big.NewInt(m.Weight)
		sum.Add(sum, new(big.Rat).Mul(m.Value, new(big.Rat).SetInt(w)))
		weights.Add(weights, w)
	}
	return sum.Quo(sum, new(big.Rat).SetInt(weights))
}

// of measures the spread of marks, which are in order.
func (s Spread) of(ordered []*Mark) *big.Rat {
	values := make([]*big.Rat, len(ordered))
	for i, m := range ordered {
		values[i] = m.Value
	}
	switch s.Measure {
	case Range:
		return new(big.Rat).Sub(values[len(values)-1], values[0])
	case Deviation:
		middle := median(values)
		distances := make([]*big.Rat, len(values))
		for i, v := range values {
			d := new(big.Rat).Sub(v, middle)
			distances[i] = d.Abs(d)
		}
		return median(sortedRats(distances))
	}
	return new(big.Rat)
}

// median returns the middle of values in order, or the mean of the middle two.
func median(ordered []*big.Rat) *big.Rat {
	n := len(ordered)
	if n%2 == 1 {
		return ordered[n/2]
	}
	sum := new(big.Rat).Add(ordered[n/2-1], ordered[n/2])
	return sum.Quo(sum, big.NewRat(2, 1))
}

// round rounds half to even where the rules ask for it.
func (c *count) round(score *big.Rat) *big.Rat {
	if c.rules.Decimals == nil {
		return score
	}
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(*c.rules.Decimals)), nil)
	n := new(big.Int).Mul(score.Num(), scale)
	q, m := new(big.Int).QuoRem(n, score.Denom(), new(big.Int)) // scores are never negative
	switch twice := m.Lsh(m, 1); twice.Cmp(score.Denom()) {
	case 1:
		q.Add(q, big.NewInt(1))
	case 0:
		if q.Bit(0) == 1 {
			q.Add(q, big.NewInt(1))
		}
	}
	return new(big.Rat).SetFrac(q, scale)
}
