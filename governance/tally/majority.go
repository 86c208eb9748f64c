package tally

import (
	"slices"

	"commonweal/platform/fault"
)

// Majority decides a motion, or each of several, by requirements that must all
// hold. The ballots hold stances. Requirements that name a class make it
// class-concurrent: each class must carry it by itself.
//
//	simple := Majority{Requirements: []Requirement{{Stance: "yes", Compare: MoreThan, Need: Of(1, 2), Base: YesNo}}}
type Majority struct {
	Requirements []Requirement `json:"requirements"`
	Quorum       []Quorum      `json:"quorum,omitempty"` // each that applies must be reached
	// EmptyClass says what a requirement is worth in a class of which nobody
	// voted: "fail" (the default) or "skip".
	EmptyClass string `json:"empty_class,omitempty"`
}

// Name implements Method.
func (Majority) Name() string { return "majority" }

// SimpleMajority asks for more than half of the votes yes and no.
func SimpleMajority() Majority {
	return Majority{Requirements: []Requirement{{Stance: "yes", Compare: MoreThan, Need: Of(1, 2), Base: YesNo}}}
}

// InEachClass repeats a requirement for every class.
func InEachClass(r Requirement, classes ...string) []Requirement {
	out := make([]Requirement, len(classes))
	for i, class := range classes {
		out[i] = r
		out[i].Class = class
	}
	return out
}

// FairSharesQuorum is the quorum of the FairShares model rules: of fewer than
// 10 members one half, at least 3; of 10 to 50 two fifths; above 50 twenty. The
// rules leave exactly 10 and exactly 50 open; both are in the middle band here.
func FairSharesQuorum(counting Base) []Quorum {
	return []Quorum{
		{Counting: counting, UpTo: 9, Fraction: Of(1, 2), Least: 3},
		{Counting: counting, From: 10, UpTo: 50, Fraction: Of(2, 5)},
		{Counting: counting, From: 51, Least: 20},
	}
}

func (m Majority) check(e *Election) error {
	if len(m.Requirements) == 0 {
		return fault.Invalidf("tally.no_requirement", "requirements", "the rule asks for nothing; state at least one requirement")
	}
	for _, r := range m.Requirements {
		if err := r.check(e); err != nil {
			return err
		}
	}
	if !slices.Contains([]string{"", "fail", "skip"}, m.EmptyClass) {
		return fault.Invalidf("tally.empty_class", "empty_class", "%q is no rule for a class of which nobody voted; choose fail or skip", m.EmptyClass)
	}
	return checkQuorum(e, m.Quorum)
}

func checkQuorum(e *Election, all []Quorum) error {
	for _, q := range all {
		if err := q.check(e); err != nil {
			return err
		}
	}
	return nil
}

func (Majority) judge(_ *Election, marks []int16) string { return judgeStances(marks) }

func (m Majority) count(c *count) {
	c.decide(func(option int) bool {
		c.tell(option, c.stances(option, -1))
		passes := c.quorate(option, m.Quorum)
		for _, r := range m.Requirements {
			k := r.test(c.stances(option, c.class(r.Class)))
			if r.Class != "" && k.Why == "empty_base" {
				k.Why, k.Holds = "empty_class", m.EmptyClass == "skip"
			}
			passes = c.check(k) && passes
		}
		return passes
	})
}

// quorate checks every quorum that applies.
func (c *count) quorate(option int, all []Quorum) bool {
	reached := true
	for _, q := range all {
		s := c.stances(option, c.class(q.Class))
		if q.applies(s.roll.Entitled.Voters) {
			reached = c.check(q.test(s)) && reached
		}
	}
	return reached
}
