package tally

import (
	"math/big"
	"slices"

	"commonweal/platform/fault"
)

// Compare is how a part is compared with a threshold.
type Compare string

// The comparisons. "More than half" and "at least half" differ by one vote.
const (
	MoreThan Compare = ">"
	AtLeast  Compare = ">="
	AtMost   Compare = "<="
	LessThan Compare = "<"
)

// holds reports whether a comparison by Cmp is what is asked for.
func (c Compare) holds(cmp int) bool {
	switch c {
	case MoreThan:
		return cmp > 0
	case AtLeast:
		return cmp >= 0
	case AtMost:
		return cmp <= 0
	}
	return cmp < 0
}

// Requirement is one test of a decision, such as "more than 2/3 of the votes
// yes or no are yes" or "at most none of those present object". Part and whole
// are cross-multiplied, never divided.
type Requirement struct {
	Stance  string   `json:"stance"` // what is counted: "yes", "object", …
	Compare Compare  `json:"compare"`
	Need    Fraction `json:"need"`
	Base    Base     `json:"base"`
	Heads   bool     `json:"heads,omitempty"` // one person one vote, whatever the weights
	Class   string   `json:"class,omitempty"` // in this class only
}

func (r Requirement) check(e *Election) error {
	if _, ok := StanceMark(r.Stance); !ok {
		return fault.Invalidf("tally.stance", "stance", "%q is no stance; choose from yes, no, abstain, stand_aside, object and settled", r.Stance)
	}
	if !slices.Contains([]Compare{MoreThan, AtLeast, AtMost, LessThan}, r.Compare) {
		return fault.Invalidf("tally.compare", "compare", "%q is no comparison; choose from >, >=, <= and <", string(r.Compare))
	}
	if r.Need.Num < 0 || r.Need.Den <= 0 || r.Base != Absolute && r.Need.Num > r.Need.Den {
		return fault.Invalidf("tally.threshold", "need", "%s of %s cannot be asked for; want a fraction between 0 and 1", r.Need, string(r.Base))
	}
	if err := r.Base.check(); err != nil {
		return err
	}
	roll := e.Roll
	if r.Class != "" {
		if e.class(r.Class) < 0 {
			return fault.Invalidf("tally.no_class", "class", "there is no class %q in this election", r.Class)
		}
		roll = e.Classes[e.class(r.Class)].Roll
	}
	return needsRoll(r.Base, roll, r.Class)
}

// needsRoll refuses a base whose figure the roll does not state.
func needsRoll(b Base, roll Roll, class string) error {
	stated := map[Base]Figures{Present: roll.Present, Entitled: roll.Entitled, Members: roll.Members}
	if f, needed := stated[b]; needed && f.Voters == 0 && class == "" {
		return fault.Invalidf("tally.no_roll", "roll", "the rule counts of those %s, and the roll does not say how many they are", string(b))
	}
	return nil
}

// test holds the requirement against what was said. A base of nothing fails,
// whatever is asked for: nobody decided.
func (r Requirement) test(s *stances) Check {
	mark, _ := StanceMark(r.Stance)
	have, base := s.sum(mark).in(r.Heads), s.of(r.Base).in(r.Heads)
	k := Check{Key: "requirement", Count: r.Stance, Class: r.Class, Heads: r.Heads, Have: have.Number(), Base: string(r.Base),
		Of: base.Number(), Compare: string(r.Compare), Need: ratio(r.Need.Rat())}
	if base == 0 {
		k.Why = "empty_base"
		return k
	}
	k.Holds = r.Compare.holds(r.Need.compare(have.rat(), base.rat()))
	return k
}

// Quorum is how many must vote, or be there, for a decision to count: the
// largest of Least, Fraction of the entitled, and Root times the square root
// of the entitled. Fractions of people round up.
type Quorum struct {
	Counting Base     `json:"counting"` // "cast", "valid" or "present"
	Least    int64    `json:"least,omitempty"`
	Fraction Fraction `json:"fraction,omitzero"`
	Root     Fraction `json:"root,omitzero"`
	Weighted bool     `json:"weighted,omitempty"` // counts votes, not people
	Class    string   `json:"class,omitempty"`    // in this class only
	// UpTo ends the band of sizes, by number of entitled, in which this quorum
	// applies; From begins it. Zero is no end.
	From int64 `json:"from,omitempty"`
	UpTo int64 `json:"up_to,omitempty"`
}

func (q Quorum) check(e *Election) error {
	if q.Counting != Cast && q.Counting != Valid && q.Counting != Present {
		return fault.Invalidf("tally.quorum_base", "counting", "a quorum counts cast, valid or present, not %q", string(q.Counting))
	}
	if q.Least < 0 || q.Least > int64(MostVotes/Vote) || q.Fraction.Num < 0 || q.Root.Num < 0 || q.Fraction.Num > q.Fraction.Den || q.Root.Num > 1_000_000 {
		return fault.Invalidf("tally.quorum", "quorum", "a quorum of at least %d, %s of the entitled and %s of their root cannot be", q.Least, q.Fraction, q.Root)
	}
	roll := e.Roll
	if q.Class != "" {
		if e.class(q.Class) < 0 {
			return fault.Invalidf("tally.no_class", "class", "there is no class %q in this election", q.Class)
		}
		roll = e.Classes[e.class(q.Class)].Roll
	}
	if q.Counting == Present {
		if err := needsRoll(Present, roll, q.Class); err != nil {
			return err
		}
	}
	if q.Fraction.IsZero() && q.Root.IsZero() && q.From == 0 && q.UpTo == 0 {
		return nil
	}
	return needsRoll(Entitled, roll, q.Class)
}

// applies reports whether the number of entitled is in the quorum's band.
func (q Quorum) applies(entitled int64) bool {
	return entitled >= q.From && (q.UpTo == 0 || entitled <= q.UpTo)
}

// test holds the quorum against what was said.
func (q Quorum) test(s *stances) Check {
	have := s.of(q.Counting).in(!q.Weighted)
	entitled := s.roll.Entitled.in(!q.Weighted)
	need := q.need(entitled)
	return Check{Key: "quorum", Count: string(q.Counting), Class: q.Class, Heads: !q.Weighted, Have: have.Number(), Base: string(Entitled),
		Of: entitled.Number(), Compare: string(AtLeast), Need: need, Holds: q.reached(have, entitled)}
}

// reached reports whether so many are enough of so many; roots are compared by
// their squares.
func (q Quorum) reached(have, entitled Votes) bool {
	return have.rat().Cmp(big.NewRat(q.Least, 1)) >= 0 && q.Fraction.compare(have.rat(), entitled.rat()) >= 0 &&
		rootAtLeast(have.rat(), q.Root, entitled.rat())
}

// need is the smallest whole number that reaches the quorum.
func (q Quorum) need(entitled Votes) Number {
	low := new(big.Rat).Mul(q.Fraction.Rat(), entitled.rat())
	n := ceil(low)
	if least := big.NewInt(q.Least); n.Cmp(least) < 0 {
		n = least
	}
	square := new(big.Rat).Mul(q.Root.Rat(), q.Root.Rat())
	root := new(big.Int).Sqrt(ceil(square.Mul(square, entitled.rat())))
	for !rootAtLeast(new(big.Rat).SetInt(root), q.Root, entitled.rat()) {
		root.Add(root, big.NewInt(1))
	}
	if n.Cmp(root) < 0 {
		n = root
	}
	return Number(n.String())
}

// ceil is the smallest whole number that is not less.
func ceil(r *big.Rat) *big.Int {
	n, rest := new(big.Int).QuoRem(r.Num(), r.Denom(), new(big.Int))
	if rest.Sign() > 0 {
		n.Add(n, big.NewInt(1))
	}
	return n
}
