package evaluation

import (
	"maps"
	"math/big"
	"slices"
)

// normalize scales each rater's marks so that a strict and a generous rater
// weigh alike. Over the items that a rater marked, his factor is the sum of
// the panels' mean marks divided by the sum of his own; it is published with
// each mark. A rater whose marks are all zero keeps them. Results stay on the
// scale: nobody can be pushed above its top.
func (c *count) normalize() {
	if !c.rules.Normalize {
		return
	}
	own, panels := map[string]*big.Rat{}, map[string]*big.Rat{}
	for _, id := range slices.Sorted(maps.Keys(c.marks)) {
		mean := plainMean(c.marks[id])
		for _, m := range c.marks[id] {
			if m.Plain != nil {
				add(own, m.Rater, m.Plain)
				add(panels, m.Rater, mean)
			}
		}
	}
	c.factors = make(map[string]*big.Rat, len(own))
	for rater, sum := range own {
		c.factors[rater] = big.NewRat(1, 1)
		if sum.Sign() > 0 {
			c.factors[rater] = new(big.Rat).Quo(panels[rater], sum)
		}
	}
	top := new(big.Rat).SetInt64(c.rules.Scale.Top())
	for _, marks := range c.marks {
		for i := range marks {
			marks[i].apply(c.factors[marks[i].Rater], top)
		}
	}
}

// apply multiplies a mark by its rater's factor.
func (m *Mark) apply(factor, top *big.Rat) {
	if m.Plain == nil {
		return
	}
	m.Factor, m.Value = factor, new(big.Rat).Mul(m.Plain, factor)
	if m.Value.Cmp(top) > 0 {
		m.Value = top
	}
}

// plainMean returns the unweighted mean of what the raters said.
func plainMean(marks []Mark) *big.Rat {
	sum, n := new(big.Rat), int64(0)
	for _, m := range marks {
		if m.Plain != nil {
			sum.Add(sum, m.Plain)
			n++
		}
	}
	if n == 0 {
		return sum
	}
	return sum.Quo(sum, new(big.Rat).SetInt64(n))
}

func add(sums map[string]*big.Rat, key string, v *big.Rat) {
	if sums[key] == nil {
		sums[key] = new(big.Rat)
	}
	sums[key].Add(sums[key], v)
}

func sortedRats(values []*big.Rat) []*big.Rat {
	slices.SortFunc(values, (*big.Rat).Cmp)
	return values
}
