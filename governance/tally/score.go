package tally

import (
	"commonweal/platform/fault"
)

// MostMark is the largest score or number of dots of one option.
const MostMark = 10_000

// Score adds up scores on a scale from 0 to Most; an option without a score
// has 0.
type Score struct {
	Most  int16 `json:"most"`
	Seats int   `json:"seats,omitempty"` // 1 unless stated
}

// Name implements Method.
func (Score) Name() string { return "score" }

func (m Score) check(e *Election) error {
	if m.Most < 1 || m.Most > MostMark {
		return fault.Invalidf("tally.scale", "most", "a scale up to %d cannot be; want between 1 and %d", m.Most, MostMark)
	}
	return checkSeats(e, m.Seats)
}

func (m Score) judge(_ *Election, marks []int16) string {
	for _, mark := range marks {
		if mark < 0 || mark > m.Most {
			return "off_scale"
		}
	}
	return ""
}

func (m Score) count(c *count) { c.top(c.sums(), max(m.Seats, 1)) }

// Dots gives each ballot so many dots to place; one that places more is invalid
// as a whole.
type Dots struct {
	Dots      int   `json:"dots"`
	PerOption int16 `json:"per_option,omitempty"` // 0 for no limit but the dots
	Seats     int   `json:"seats,omitempty"`      // 1 unless stated
}

// Name implements Method.
func (Dots) Name() string { return "dots" }

func (m Dots) check(e *Election) error {
	if m.Dots < 1 || m.Dots > MostMark || m.PerOption < 0 {
		return fault.Invalidf("tally.dots", "dots", "%d dots, at most %d on one option, cannot be; want between 1 and %d", m.Dots, m.PerOption, MostMark)
	}
	return checkSeats(e, m.Seats)
}

func (m Dots) judge(_ *Election, marks []int16) string {
	placed := 0
	for _, mark := range marks {
		switch {
		case mark < 0:
			return "off_scale"
		case m.PerOption > 0 && mark > m.PerOption:
			return "over_option"
		}
		placed += int(mark)
	}
	if placed > m.Dots {
		return "over_budget"
	}
	return ""
}

func (m Dots) count(c *count) { c.top(c.sums(), max(m.Seats, 1)) }

// Quadratic lets each ballot buy votes with credits: n votes for one option
// cost n². What is not spent is worth nothing.
type Quadratic struct {
	Credits int  `json:"credits"`
	Against bool `json:"against,omitempty"` // votes below zero are votes against
	Seats   int  `json:"seats,omitempty"`   // 1 unless stated
}

// Name implements Method.
func (Quadratic) Name() string { return "quadratic" }

func (m Quadratic) check(e *Election) error {
	if m.Credits < 1 || m.Credits > MostMark*MostMark {
		return fault.Invalidf("tally.credits", "credits", "%d credits cannot be; want between 1 and %d", m.Credits, MostMark*MostMark)
	}
	return checkSeats(e, m.Seats)
}

func (m Quadratic) judge(_ *Election, marks []int16) string {
	spent := 0
	for _, mark := range marks {
		if mark < 0 && !m.Against {
			return "off_scale"
		}
		spent += int(mark) * int(mark)
	}
	if spent > m.Credits {
		return "over_budget"
	}
	return ""
}

func (m Quadratic) count(c *count) { c.top(c.sums(), max(m.Seats, 1)) }
