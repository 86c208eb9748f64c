package tally

import (
	"maps"
	"math/big"
	"slices"

	"commonweal/platform/fault"
)

// What a class of which nobody voted yes or no is worth.
const (
	SkipEmpty     = "skip"      // the weights of the others are scaled up to 1
	EmptyIsNo     = "no"        // its weight counts against
	EmptyNoResult = "no_result" // there is no decision
)

// ClassWeighted gives each class a fixed weight, whatever its size: the result
// is the sum over classes of weight × yes / (yes + no), held against Need.
type ClassWeighted struct {
	Weights map[string]Fraction `json:"weights"` // by class; they add up to 1
	Compare Compare             `json:"compare"`
	Need    Fraction            `json:"need"`
	Empty   string              `json:"empty"`
	Quorum  []Quorum            `json:"quorum,omitempty"`
}

// Name implements Method.
func (ClassWeighted) Name() string { return "class_weighted" }

func (m ClassWeighted) check(e *Election) error {
	sum := new(big.Rat)
	for _, class := range slices.Sorted(maps.Keys(m.Weights)) {
		w := m.Weights[class]
		if e.class(class) < 0 {
			return fault.Invalidf("tally.no_class", "weights", "there is no class %q in this election", class)
		}
		if w.Num < 0 {
			return fault.Invalidf("tally.weights", "weights", "the weight of %q is %s; want no weight below zero", class, w)
		}
		sum.Add(sum, w.Rat())
	}
	if sum.Cmp(big.NewRat(1, 1)) != 0 {
		return fault.Invalidf("tally.weights_sum", "weights", "the weights add up to %s; want exactly 1", sum.RatString())
	}
	if !slices.Contains([]string{SkipEmpty, EmptyIsNo, EmptyNoResult}, m.Empty) {
		return fault.Invalidf("tally.empty_rule", "empty", "%q is no rule for a class of which nobody voted; choose skip, no or no_result", m.Empty)
	}
	if err := checkShare(m.Compare, m.Need); err != nil {
		return err
	}
	return checkQuorum(e, m.Quorum)
}

// checkShare refuses a threshold that a share of yes cannot be held against.
func checkShare(compare Compare, need Fraction) error {
	if compare != MoreThan && compare != AtLeast {
		return fault.Invalidf("tally.share_compare", "compare", "a share of yes is held to be > or >=, not %q", string(compare))
	}
	if need.Num < 0 || need.Num > need.Den {
		return fault.Invalidf("tally.share_need", "need", "%s cannot be asked for; want a fraction between 0 and 1", need)
	}
	return nil
}

func (ClassWeighted) judge(_ *Election, marks []int16) string { return judgeStances(marks) }

func (m ClassWeighted) count(c *count) {
	empty := false
	c.decide(func(option int) bool {
		c.tell(option, c.stances(option, -1))
		quorate := c.quorate(option, m.Quorum)
		yes, weight := new(big.Rat), new(big.Rat)
		for _, class := range slices.Sorted(maps.Keys(m.Weights)) {
			s, w := c.stances(option, c.class(class)), m.Weights[class].Rat()
			both := s.sum(Yes, No).Votes
			if both == 0 {
				empty = empty || m.Empty == EmptyNoResult
				c.note("class.empty", nil, map[string]string{"class": class, "rule": m.Empty})
				if m.Empty == EmptyIsNo {
					weight.Add(weight, w)
				}
				continue
			}
			share := new(big.Rat).Quo(s.sum(Yes).Votes.rat(), both.rat())
			c.note("class.share", nil, map[string]string{"class": class, "weight": string(ratio(w)), "share": string(ratio(share))})
			yes.Add(yes, share.Mul(share, w))
			weight.Add(weight, w)
		}
		return c.share(yes, weight, m.Compare, m.Need) && quorate
	})
	if empty {
		c.Outcome, c.Winners = NoResult, []string{}
	}
}

// share checks the part of yes in a whole that is not nothing.
func (c *count) share(yes, whole *big.Rat, compare Compare, need Fraction) bool {
	k := Check{Key: "requirement", Count: "yes", Have: ratio(yes), Base: "classes", Of: ratio(whole), Compare: string(compare), Need: ratio(need.Rat())}
	if whole.Sign() == 0 {
		k.Why = "empty_base"
	} else {
		k.Holds = compare.holds(need.compare(yes, whole))
	}
	return c.check(k)
}
