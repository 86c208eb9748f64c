package quantity

import (
	"math"
	"math/big"
	"slices"

	"commonweal/platform/fault"
)

// Cumulative divides a pot that is filled and paid out again and again over
// receivers with fixed weights, by the method of Sainte-Laguë (Webster) on the
// cumulative pot: the unit that receiver i would get as his next one, after s
// units, has the rank w_i / (2s + 1), and units go out by falling rank; equal
// ranks are decided by the smaller tie key.
//
// Because units go out in one fixed order, what a receiver has never shrinks
// when the pot grows, and ten payments of 10 give exactly what one of 100
// gives. (The method of largest remainder has neither property.)
//
// A Cumulative is plain data: store it as JSON and go on where it stopped.
type Cumulative struct {
	DistributionID string   `json:"distribution"` // names the running pot; see TieKeyFor
	Receivers      []string `json:"receivers"`
	Weights        []int64  `json:"weights"` // one each, zero or more, not all zero
	Total          int64    `json:"total"`   // units divided so far
}

// largestPot bounds the total so that 2s + 1 fits 64 bits.
const largestPot = math.MaxInt64 / 2

// Pay adds units to the pot and returns what each receiver gets of them, never
// negative, in the order of Receivers. On an error nothing changes.
func (c *Cumulative) Pay(units int64) ([]int64, error) {
	if units < 0 {
		return nil, fault.Invalidf("quantity.negative_total", "total",
			"%d cannot be paid from a running pot; reverse an earlier payment instead", units)
	}
	if c.Total < 0 || c.Total > largestPot || units > largestPot-c.Total {
		return nil, errOverflow("the running pot")
	}
	before, err := c.SharesAt(c.Total)
	if err != nil {
		return nil, err
	}
	after, err := c.SharesAt(c.Total + units)
	if err != nil {
		return nil, err
	}
	for i := range after {
		after[i] -= before[i]
	}
	c.Total += units
	return after, nil
}

// SharesAt returns what each receiver has when so many units are divided.
//
// It starts from each exact share rounded to the nearest unit, which is the
// method's own answer for some total at most half a unit per receiver away,
// and moves single units from there. Cost: one sort, whatever the total.
func (c *Cumulative) SharesAt(total int64) ([]int64, error) {
	if total < 0 || total > largestPot {
		return nil, errOverflow("the running pot")
	}
	if err := c.check(total); err != nil {
		return nil, err
	}
	q := c.queue()
	left := total
	var sum wide
	for _, w := range q.weights {
		sum = sum.plus(wide{0, uint64(w)})
	}
	for i, w := range q.weights {
		if sum.isZero() {
			break
		}
		units, r := mulWide(uint64(total), uint64(w)).divide(sum)
		if r.compare(sum.minus(r)) > 0 {
			units++
		}
		q.shares[i] = int64(units)
		left -= int64(units)
	}
	q.settle(left)
	return q.shares, nil
}

func (c *Cumulative) check(total int64) error {
	if err := checkSplit(total, len(c.Weights), len(c.Receivers)); err != nil {
		return err
	}
	some := false
	for i, w := range c.Weights {
		if w < 0 {
			return badWeight(i, big.NewInt(w))
		}
		some = some || w > 0
	}
	if names := slices.Sorted(slices.Values(c.Receivers)); len(slices.Compact(names)) != len(c.Receivers) {
		return fault.Invalidf("quantity.duplicate_receiver", "receivers", "a receiver is listed twice; list each receiver once")
	}
	if !some {
		return refuseWeightless(total)
	}
	return nil
}

func (c *Cumulative) queue() *sainteLague {
	return &sainteLague{
		weights: c.Weights,
		ties:    TieKeysFor(c.DistributionID, c.Receivers),
		shares:  make([]int64, len(c.Weights)),
	}
}
