package tally

import (
	"math/big"

	"commonweal/platform/fault"
)

// Plurality elects the options that most ballots choose; each ballot may choose
// one, or as many as Choices says. A chosen option is marked 1.
type Plurality struct {
	Seats   int `json:"seats,omitempty"`   // 1 unless stated
	Choices int `json:"choices,omitempty"` // 1 unless stated
}

// Name implements Method.
func (Plurality) Name() string { return "plurality" }

func (m Plurality) check(e *Election) error {
	if m.Choices < 0 || m.Choices > len(e.Options) {
		return fault.Invalidf("tally.choices", "choices", "%d choices of %d options cannot be", m.Choices, len(e.Options))
	}
	return checkSeats(e, m.Seats)
}

func (m Plurality) judge(_ *Election, marks []int16) string {
	return judgeChoices(marks, 1, max(m.Choices, 1))
}

func (m Plurality) count(c *count) { c.top(c.sums(), max(m.Seats, 1)) }

// Approval elects the options that most ballots approve of; each ballot may
// approve of as many as it likes, or within Least and Most.
type Approval struct {
	Seats int `json:"seats,omitempty"` // 1 unless stated
	Least int `json:"least,omitempty"`
	Most  int `json:"most,omitempty"` // 0 for any number
}

// Name implements Method.
func (Approval) Name() string { return "approval" }

func (m Approval) check(e *Election) error {
	if m.Least < 0 || m.Most < 0 || m.Most > 0 && m.Least > m.Most || m.Least > len(e.Options) {
		return fault.Invalidf("tally.choices", "most", "from %d to %d choices of %d options cannot be", m.Least, m.Most, len(e.Options))
	}
	return checkSeats(e, m.Seats)
}

func (m Approval) judge(e *Election, marks []int16) string {
	most := m.Most
	if most == 0 {
		most = len(e.Options)
	}
	return judgeChoices(marks, m.Least, most)
}

func (m Approval) count(c *count) { c.top(c.sums(), max(m.Seats, 1)) }

// TwoRound is the first of two rounds: an option with more than half of the
// valid votes is elected; otherwise the two with the most go on to a second
// round, which is Plurality between them.
type TwoRound struct{}

// Name implements Method.
func (TwoRound) Name() string { return "two_round" }

func (TwoRound) check(*Election) error { return nil }

func (TwoRound) judge(_ *Election, marks []int16) string { return judgeChoices(marks, 1, 1) }

func (TwoRound) count(c *count) {
	sums := c.sums()
	for _, option := range c.candidates() {
		if 2*sums[option].Int64() > int64(c.Turnout.Valid.Votes) {
			c.top(sums, 1)
			return
		}
	}
	if c.top(sums, 2); c.Outcome == Elected && len(c.Winners) == 2 {
		c.Outcome = Runoff
		c.note("two_round.runoff", []int{c.option(c.Winners[0]), c.option(c.Winners[1])}, nil)
	}
}

// checkSeats refuses a number of seats that cannot be; 0 stands for 1.
func checkSeats(e *Election, seats int) error {
	if seats < 0 || seats > len(e.Options) {
		return fault.Invalidf("tally.seats", "seats", "%d seats for %d options cannot be; want at least 1 and no more than there are options", seats, len(e.Options))
	}
	return nil
}

// judgeChoices says why choices are invalid. Choices of withdrawn options are
// passed over, but they count towards what a ballot may choose.
func judgeChoices(marks []int16, least, most int) string {
	chosen := 0
	for _, m := range marks {
		if m != 0 && m != 1 {
			return "no_choice"
		}
		chosen += int(m)
	}
	switch {
	case chosen < least:
		return "too_few"
	case chosen > most:
		return "too_many"
	}
	return ""
}

// sums adds up mark × votes of each option in a stage, in millionths.
func (c *count) sums() []*big.Int {
	sums := make([]*big.Int, len(c.Options))
	for i := range sums {
		sums[i] = new(big.Int)
	}
	term := new(big.Int)
	for _, b := range c.valid {
		for i, m := range b.Marks {
			if m != 0 {
				sums[i].Add(sums[i], term.Mul(big.NewInt(int64(m)), big.NewInt(int64(b.Votes))))
			}
		}
	}
	stage := c.stage("sums")
	for i, o := range c.Options {
		s := Standing{Option: o.ID, Count: scaled(sums[i], int64(Vote))}
		if o.Withdrawn {
			s.State = IsWithdrawn
		}
		stage.Standing = append(stage.Standing, s)
	}
	return sums
}
