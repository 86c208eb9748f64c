package tally

import (
	"maps"
	"math/big"
	"math/bits"
	"slices"

	"commonweal/platform/fault"
)

// ClassCapped counts all votes together and keeps classes to a part of the
// whole, such as investors to a tenth. The votes of a class that exceeds its
// cap are scaled down so that they are exactly that part; votes are never
// scaled up. Everybody votes in one class.
type ClassCapped struct {
	Caps    map[string]Fraction `json:"caps"`
	Compare Compare             `json:"compare"`
	Need    Fraction            `json:"need"` // of the scaled votes yes and no
	Quorum  []Quorum            `json:"quorum,omitempty"`
}

// Name implements Method.
func (ClassCapped) Name() string { return "class_capped" }

func (m ClassCapped) check(e *Election) error {
	sum := new(big.Rat)
	for _, class := range slices.Sorted(maps.Keys(m.Caps)) {
		limit := m.Caps[class]
		if e.class(class) < 0 {
			return fault.Invalidf("tally.no_class", "caps", "there is no class %q in this election", class)
		}
		if limit.Num < 0 || limit.Num >= limit.Den {
			return fault.Invalidf("tally.cap", "caps", "the cap of %q is %s; want a fraction from 0 to below 1", class, limit)
		}
		sum.Add(sum, limit.Rat())
	}
	if len(m.Caps) == len(e.Classes) && sum.Cmp(big.NewRat(1, 1)) < 0 {
		return fault.Invalidf("tally.caps", "caps", "every class is capped and the caps add up to %s, so they cannot all be kept; leave a class without a cap", sum.RatString())
	}
	for i, b := range e.Ballots {
		if bits.OnesCount64(b.Classes) != 1 {
			return fault.Invalidf("tally.one_class", "ballots", "ballot %d is of %d classes; where classes are capped, everybody votes in one", i+1, bits.OnesCount64(b.Classes))
		}
	}
	if err := checkShare(m.Compare, m.Need); err != nil {
		return err
	}
	return checkQuorum(e, m.Quorum)
}

func (ClassCapped) judge(_ *Election, marks []int16) string { return judgeStances(marks) }

func (m ClassCapped) count(c *count) {
	c.decide(func(option int) bool {
		c.tell(option, c.stances(option, -1))
		quorate := c.quorate(option, m.Quorum)
		both, yes := map[string]*big.Rat{}, map[string]*big.Rat{}
		for i, class := range c.Classes {
			s := c.stances(option, i)
			both[class.ID], yes[class.ID] = s.sum(Yes, No).Votes.rat(), s.sum(Yes).Votes.rat()
		}
		sumYes, sum := new(big.Rat), new(big.Rat)
		factors := m.factors(both)
		for _, class := range c.Classes {
			f := big.NewRat(1, 1)
			if scaled, capped := factors[class.ID]; capped {
				f = scaled
				c.note("class.capped", nil, map[string]string{"class": class.ID, "cap": m.Caps[class.ID].String(), "factor": string(ratio(f))})
			}
			sumYes.Add(sumYes, new(big.Rat).Mul(yes[class.ID], f))
			sum.Add(sum, new(big.Rat).Mul(both[class.ID], f))
		}
		return c.share(sumYes, sum, m.Compare, m.Need) && quorate
	})
}

// factors are what the votes of each class that exceeds its cap count for:
// cap × total / votes, where total = votes of the others / (1 − sum of the caps
// that are active). Caps are made active, one at a time, until no class exceeds
// its own; so those that are active never add up to 1. Where only classes voted
// that cannot fill the whole, all count for nothing.
func (m ClassCapped) factors(votes map[string]*big.Rat) map[string]*big.Rat {
	active := map[string]*big.Rat{}
	for {
		free, room := new(big.Rat), big.NewRat(1, 1)
		for class, v := range votes {
			if active[class] != nil {
				room.Sub(room, m.Caps[class].Rat())
			} else {
				free.Add(free, v)
			}
		}
		total := new(big.Rat)
		if room.Sign() > 0 {
			total.Quo(free, room)
		}
		if class := m.exceeding(votes, active, total); class != "" {
			active[class] = new(big.Rat)
			continue
		}
		for class, f := range active {
			f.Quo(f.Mul(m.Caps[class].Rat(), total), votes[class])
		}
		return active
	}
}

// exceeding is the first class that has more than its part and is not scaled yet.
func (m ClassCapped) exceeding(votes, active map[string]*big.Rat, total *big.Rat) string {
	for _, class := range slices.Sorted(maps.Keys(m.Caps)) {
		if active[class] == nil && votes[class].Cmp(new(big.Rat).Mul(m.Caps[class].Rat(), total)) > 0 {
			return class
		}
	}
	return ""
}
