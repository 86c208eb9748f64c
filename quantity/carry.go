package quantity

import (
	"bytes"
	"encoding/json"
	"maps"
	"math/big"
	"slices"

	"commonweal/platform/fault"
)

// Carries divides a running pot whose weights change from payment to payment.
// Each payment adds to every receiver's carry his exact share of it, and each
// unit goes to the largest carry, which it lowers by one; equal carries are
// decided by the smaller tie key. Nothing is lost and nobody's payment is
// negative. Carries always add up to zero, and they are exact fractions: their
// digits grow with the number of different sums of weights that were used.
//
// A receiver who has no weight in a payment receives nothing from it; his
// carry waits until he has.
type Carries struct {
	DistributionID string // names the running pot; see TieKeyFor
	exact          map[string]*big.Rat
}

// Receiver is somebody with a weight in one payment of a running pot.
type Receiver struct {
	ID     string
	Weight int64
}

// Of returns the receiver's carry in units: what is owed to him when positive,
// what he had in advance when negative.
func (c *Carries) Of(receiverID string) *big.Rat {
	if r, ok := c.exact[receiverID]; ok {
		return new(big.Rat).Set(r)
	}
	return new(big.Rat)
}

// Largest returns the carry farthest from zero, which is published with each
// payment; of equal ones that of the receiver whose id comes first.
func (c *Carries) Largest() (receiverID string, carry *big.Rat) {
	carry = new(big.Rat)
	for _, id := range slices.Sorted(maps.Keys(c.exact)) {
		if r := c.exact[id]; new(big.Rat).Abs(r).Cmp(new(big.Rat).Abs(carry)) > 0 {
			receiverID, carry = id, new(big.Rat).Set(r)
		}
	}
	return receiverID, carry
}

// Pay divides units over the receivers and returns what each gets, in their
// order, none negative. On an error nothing changes.
func (c *Carries) Pay(units int64, receivers []Receiver) ([]int64, error) {
	sum, err := c.check(units, receivers)
	if err != nil {
		return nil, err
	}
	shares := make([]int64, len(receivers))
	if units == 0 {
		return shares, nil
	}
	line := c.line(units, sum, receivers)
	for i, n := range line.give(units) {
		p := line[i]
		shares[p.at] = n
		c.set(receivers[p.at].ID, p.carry.Sub(p.carry, new(big.Rat).SetInt64(n)))
	}
	return shares, nil
}

func (c *Carries) check(units int64, receivers []Receiver) (*big.Int, error) {
	if units < 0 {
		return nil, fault.Invalidf("quantity.negative_total", "total",
			"%d cannot be paid from a running pot; reverse an earlier payment instead", units)
	}
	if units > largestPot {
		return nil, errOverflow("the running pot")
	}
	sum, seen := new(big.Int), make(map[string]bool, len(receivers))
	for i, r := range receivers {
		if r.Weight < 0 {
			return nil, badWeight(i, big.NewInt(r.Weight))
		}
		if seen[r.ID] {
			return nil, fault.Invalidf("quantity.duplicate_receiver", "receivers", "%q is listed twice; list each receiver once", clip(r.ID))
		}
		seen[r.ID] = true
		sum.Add(sum, big.NewInt(r.Weight))
	}
	if sum.Sign() == 0 {
		return nil, refuseWeightless(units)
	}
	return sum, nil
}

// set keeps a carry; zero carries are not kept.
func (c *Carries) set(id string, carry *big.Rat) {
	if c.exact == nil {
		c.exact = map[string]*big.Rat{}
	}
	if carry.Sign() == 0 {
		delete(c.exact, id)
		return
	}
	c.exact[id] = carry
}

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

// carriesJSON is the stored shape of Carries; carries are fractions as text.
type carriesJSON struct {
	DistributionID string              `json:"distribution"`
	Carries        map[string]*big.Rat `json:"carries"`
}

// MarshalJSON writes {"distribution":"…","carries":{"ada":"1/3","ben":"-1/3"}}.
func (c *Carries) MarshalJSON() ([]byte, error) {
	return json.Marshal(carriesJSON{c.DistributionID, c.exact})
}

// largestCarry bounds a stored carry; true ones stay below the number of
// receivers.
var largestCarry = new(big.Rat).SetInt64(1 << 40)

// UnmarshalJSON reads what MarshalJSON writes; carries that do not add up to
// zero are refused, because then a unit was lost or made.
func (c *Carries) UnmarshalJSON(b []byte) error {
	var j carriesJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return err
	}
	sum := new(big.Rat)
	for id, r := range j.Carries {
		if r == nil || new(big.Rat).Abs(r).Cmp(largestCarry) > 0 {
			return fault.Invalidf("quantity.bad_carry", "carries", "the carry of %q is missing or beyond belief", clip(id))
		}
		sum.Add(sum, r)
	}
	if sum.Sign() != 0 {
		return fault.Invalidf("quantity.bad_carry", "carries", "the carries add up to %s; they must add up to 0", clip(sum.RatString()))
	}
	*c = Carries{j.DistributionID, j.Carries}
	return nil
}
