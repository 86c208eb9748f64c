package quantity

import (
	"encoding/json"
	"maps"
	"math/big"
	"slices"
	"strings"

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

// carriesJSON is the stored shape of Carries; carries are fractions as text.
type carriesJSON struct {
	DistributionID string            `json:"distribution"`
	Carries        map[string]string `json:"carries"`
}

// MarshalJSON writes {"distribution":"…","carries":{"ada":"1/3","ben":"-1/3"}}.
func (c *Carries) MarshalJSON() ([]byte, error) {
	j := carriesJSON{c.DistributionID, make(map[string]string, len(c.exact))}
	for id, r := range c.exact {
		j.Carries[id] = r.RatString()
	}
	return json.Marshal(j)
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
	sum, exact := new(big.Rat), make(map[string]*big.Rat, len(j.Carries))
	for id, text := range j.Carries {
		r, ok := parseFraction(text)
		if !ok || new(big.Rat).Abs(r).Cmp(largestCarry) > 0 {
			return fault.Invalidf("quantity.bad_carry", "carries", "the carry of %q is %q; it is a fraction such as -1/3, less than a unit per receiver", clip(id), clip(text))
		}
		exact[id] = r
		sum.Add(sum, r)
	}
	if sum.Sign() != 0 {
		return fault.Invalidf("quantity.bad_carry", "carries", "the carries add up to %s; they must add up to 0", clip(sum.RatString()))
	}
	*c = Carries{j.DistributionID, exact}
	return nil
}

// parseFraction reads "3", "-1/3": no exponents, which big.Rat would expand
// whatever their size.
func parseFraction(text string) (*big.Rat, bool) {
	num, den, slash := strings.Cut(strings.TrimPrefix(text, "-"), "/")
	if !allDigits(num) || (slash && !allDigits(den)) {
		return nil, false
	}
	return new(big.Rat).SetString(text)
}
