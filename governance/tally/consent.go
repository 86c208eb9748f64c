package tally

import (
	"slices"

	"commonweal/platform/fault"
)

// Consent passes when no objection stands: nobody has a reason, tied to the
// mission or to harm, that is still unanswered. An objection that was withdrawn,
// or tested and found without ground, is Settled.
type Consent struct {
	Quorum []Quorum `json:"quorum,omitempty"`
}

// Name implements Method.
func (Consent) Name() string { return "consent" }

func (m Consent) check(e *Election) error { return checkQuorum(e, m.Quorum) }

func (Consent) judge(_ *Election, marks []int16) string { return judgeStances(marks) }

func (m Consent) count(c *count) {
	c.decide(func(option int) bool {
		c.tell(option, c.stances(option, -1))
		quorate := c.quorate(option, m.Quorum)
		return c.atMost(option, "object", 0) && quorate && c.Turnout.Valid.Voters > 0
	})
}

// Consensus passes when fewer block than Blocks, at most StandAsides stand
// aside, and the quorum is there.
type Consensus struct {
	Blocks      int64    `json:"blocks"`                 // so many blocks stop it; at least 1
	StandAsides *int64   `json:"stand_asides,omitempty"` // so many may stand aside; nil for any number
	Quorum      []Quorum `json:"quorum,omitempty"`
}

// Name implements Method.
func (Consensus) Name() string { return "consensus" }

func (m Consensus) check(e *Election) error {
	if m.Blocks < 1 || m.StandAsides != nil && *m.StandAsides < 0 {
		return fault.Invalidf("tally.consensus", "blocks", "%d blocks cannot be the number that stops; want at least 1, and no stand-asides below zero", m.Blocks)
	}
	return checkQuorum(e, m.Quorum)
}

func (Consensus) judge(_ *Election, marks []int16) string { return judgeStances(marks) }

func (m Consensus) count(c *count) {
	c.decide(func(option int) bool {
		c.tell(option, c.stances(option, -1))
		passes := c.quorate(option, m.Quorum) && c.Turnout.Valid.Voters > 0
		passes = c.atMost(option, "object", m.Blocks-1) && passes
		if m.StandAsides != nil {
			passes = c.atMost(option, "stand_aside", *m.StandAsides) && passes
		}
		return passes
	})
}

// LazyConsensus passes by silence: when the period is over and nobody objects,
// it is decided. An objection, or a no, takes it to the next method of the
// decision matrix.
type LazyConsensus struct {
	Supporters int64 `json:"supporters,omitempty"` // so many must say yes; 0 for none
}

// Name implements Method.
func (LazyConsensus) Name() string { return "lazy_consensus" }

func (m LazyConsensus) check(*Election) error {
	if m.Supporters < 0 {
		return fault.Invalidf("tally.supporters", "supporters", "%d people cannot support something; want 0 or more", m.Supporters)
	}
	return nil
}

func (LazyConsensus) judge(_ *Election, marks []int16) string { return judgeStances(marks) }

func (m LazyConsensus) count(c *count) {
	var disputed []int
	c.decide(func(option int) bool {
		c.tell(option, c.stances(option, -1))
		quiet := c.atMost(option, "object", 0)
		quiet = c.atMost(option, "no", 0) && quiet
		if !quiet {
			disputed = append(disputed, option)
		}
		supported := true
		if m.Supporters > 0 {
			supported = c.heads(option, "yes", AtLeast, m.Supporters)
		}
		return quiet && supported
	})
	if c.Outcome == Failed && len(disputed) > 0 {
		c.Outcome = Escalated
		c.note("lazy.escalates", slices.Clone(disputed), nil)
	}
}

// atMost checks that so many people at most take a stance.
func (c *count) atMost(option int, stance string, most int64) bool {
	return c.heads(option, stance, AtMost, most)
}

// heads checks how many people take a stance.
func (c *count) heads(option int, stance string, compare Compare, need int64) bool {
	r := Requirement{Stance: stance, Compare: compare, Need: Of(need, 1), Base: Absolute, Heads: true}
	return c.check(r.test(c.stances(option, -1)))
}
