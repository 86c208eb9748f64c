package sortition

import (
	"math/big"

	"commonweal/platform/fault"
)

// Bounds of drawing again and again.
const (
	mostTries  = 3_000_000 // panels drawn, most of which break a quota
	mostPanels = 1_000     // panels for the estimate of chances
)

// repeated draws panels without regard to quotas, again and again, and keeps
// those that meet them: each that does is as likely as every other. It is how a
// panel is drawn where there are too many ways to compose one to count them.
// expected is an estimate, from as many panels as come up.
func (p *pool) repeated(lot *stream) (composition []int, expected []*big.Rat, panels int, err error) {
	var of []int32 // the kind of each person
	for k, kind := range p.kinds {
		for range kind.people {
			of = append(of, int32(k))
		}
	}
	taken, sums, counts := make([]int, len(p.kinds)), make([]int64, len(p.kinds)), make([]int, len(p.quotas))
	for try := 0; try < mostTries && panels < mostPanels; try++ {
		if !p.try(lot, of, taken, counts) {
			continue
		}
		if panels++; panels == 1 {
			composition = append(composition, taken...)
		}
		for k, n := range taken {
			sums[k] += int64(n)
		}
	}
	if panels == 0 {
		return nil, nil, 0, fault.Invalidf("sortition.too_many_quotas", "quotas", "the quotas are too many to be counted out, and none of %d panels drawn at random meets them; widen the quotas, or state fewer", mostTries)
	}
	for _, sum := range sums {
		expected = append(expected, big.NewRat(sum, int64(panels)))
	}
	return composition, expected, panels, nil
}

// try draws one panel, by the first steps of a Fisher–Yates shuffle, and reports
// whether it meets the quotas. It stops at the first that is exceeded.
func (p *pool) try(lot *stream, of []int32, taken, counts []int) bool {
	clear(taken)
	clear(counts)
	for i := range p.size {
		j := i + lot.index(len(of)-i)
		of[i], of[j] = of[j], of[i]
		k := of[i]
		taken[k]++
		for _, q := range p.kinds[k].quotas {
			if counts[q]++; counts[q] > p.quotas[q].Max {
				return false
			}
		}
	}
	for q, quota := range p.quotas {
		if counts[q] < quota.Min {
			return false
		}
	}
	return true
}
