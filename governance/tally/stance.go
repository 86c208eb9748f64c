package tally

import (
	"math/big"
	"slices"

	"commonweal/platform/fault"
)

// The stances that a ballot can take on an option, as marks.
const (
	NoStance   int16 = iota
	Yes              // in favor; consent
	No               // against
	Abstain          // counted as voting, for nothing
	StandAside       // would not do it, and does not stop it
	Object           // an objection that stands, or a block
	Settled          // an objection that was withdrawn, or tested and found without ground: consent with a concern
)

// stanceNames are the stances as data writes them, by mark.
var stanceNames = []string{"", "yes", "no", "abstain", "stand_aside", "object", "settled"}

// Stance is the name of a stance: "yes", "no", "abstain", "stand_aside",
// "object" or "settled"; "" for a mark that is none.
func Stance(mark int16) string {
	if mark <= 0 || int(mark) >= len(stanceNames) {
		return ""
	}
	return stanceNames[mark]
}

// StanceMark is the mark of a stance; not ok for a name that is none.
func StanceMark(name string) (mark int16, ok bool) {
	i := slices.Index(stanceNames[1:], name)
	return int16(i + 1), i >= 0
}

// judgeStances says why marks are no stances.
func judgeStances(marks []int16) string {
	for _, m := range marks {
		if m != 0 && Stance(m) == "" {
			return "no_stance"
		}
	}
	return ""
}

// Base is the denominator of a fraction. It is always stated, never implied:
// three quarters of all members and of the votes cast are far apart.
type Base string

// The bases.
const (
	YesNo    Base = "yes_no"   // yes and no
	Valid    Base = "valid"    // every stance on the option
	Cast     Base = "cast"     // all ballots, also blank and invalid ones
	Present  Base = "present"  // who is entitled and present
	Entitled Base = "entitled" // the frozen roll
	Members  Base = "members"  // all members, even without a vote in this matter
	Absolute Base = "absolute" // one: the threshold is a number of votes
)

func (b Base) check() error {
	if !slices.Contains([]Base{YesNo, Valid, Cast, Present, Entitled, Members, Absolute}, b) {
		return fault.Invalidf("tally.base", "base", "%q is no base; choose from yes_no, valid, cast, present, entitled, members and absolute", string(b))
	}
	return nil
}

// stances is what was said about one option, in one class or by all.
type stances struct {
	by   [Settled + 1]Figures // by stance
	cast Figures
	roll Roll
}

// of is the denominator that a base names.
func (s *stances) of(b Base) Figures {
	switch b {
	case YesNo:
		return s.sum(Yes, No)
	case Valid:
		return s.sum(Yes, No, Abstain, StandAside, Object, Settled)
	case Cast:
		return s.cast
	case Present:
		return s.roll.Present
	case Entitled:
		return s.roll.Entitled
	case Members:
		return s.roll.Members
	}
	return Figures{Voters: 1, Votes: Vote}
}

func (s *stances) sum(marks ...int16) (f Figures) {
	for _, m := range marks {
		f.Voters += s.by[m].Voters
		f.Votes += s.by[m].Votes
	}
	return f
}

// stances sums what was said about an option, by everybody (class -1) or in a class.
func (c *count) stances(option, class int) *stances {
	s := &stances{roll: c.Roll}
	if class >= 0 {
		s.roll = c.Classes[class].Roll
	}
	for _, b := range c.valid {
		if class < 0 || b.Classes>>class&1 == 1 {
			s.cast.add(b)
			s.by[b.Marks[option]].add(b)
		}
	}
	for _, b := range c.unread {
		if class < 0 || b.Classes>>class&1 == 1 {
			s.cast.add(b)
		}
	}
	return s
}

// tell begins the stage of an option with how many took which stance.
func (c *count) tell(option int, s *stances) {
	stage := c.stage("option")
	stage.Option = c.Options[option].ID
	for m, f := range s.by {
		if m > 0 && f.Voters > 0 {
			stage.Figures = append(stage.Figures, Figure{stanceNames[m], f.Votes.Number()})
		}
	}
}

// check adds a check to the last stage, and returns whether it holds.
func (c *count) check(k Check) bool {
	last := &c.Stages[len(c.Stages)-1]
	last.Checks = append(last.Checks, k)
	return k.Holds
}

// decide ends a count of motions: each option that passed is a winner.
func (c *count) decide(passes func(option int) bool) {
	c.Outcome = Failed
	for _, option := range c.candidates() {
		if passes(option) {
			c.Outcome = Passed
			c.elect(option)
		}
	}
}

// rootAtLeast reports whether a ≥ f·√n, by squares of integers.
func rootAtLeast(a *big.Rat, f Fraction, n *big.Rat) bool {
	square := new(big.Rat).Mul(f.Rat(), f.Rat())
	return a.Sign() >= 0 && new(big.Rat).Mul(a, a).Cmp(square.Mul(square, n)) >= 0
}
