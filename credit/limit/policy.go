package limit

import "commonweal/platform/fault"

// Policy says how far the accounts of a group may go either way.
type Policy struct {
	// Line is how far below zero an account may go, zero or more; with Turnover it is
	// not used.
	Line Micros `json:"line"`
	// Above makes the ceiling: that multiple of the line. nil: there is no ceiling; a
	// multiple of zero is a ceiling of zero.
	Above    *Fraction `json:"above,omitempty"`
	Turnover *Turnover `json:"turnover,omitempty"`
	Growth   *Growth   `json:"growth,omitempty"`
	// Soft is the part of the band inside which nobody is warned, such as a half; nil: no
	// warning.
	Soft *Fraction `json:"soft,omitempty"`
	// Step is what lines are rounded down to; zero: a millionth.
	Step Micros `json:"step,omitzero"`
}

// Turnover lets the line follow recent sales: times × the mean of a month's
// receipts, over the last full months, between the least and the most.
type Turnover struct {
	Times  Fraction `json:"times"`
	Months int      `json:"months"` // 1 to 36
	Least  Micros   `json:"least"`
	Most   Micros   `json:"most"`
	// Partner is the most that one partner counts for in a month, on the mean.
	Partner Micros `json:"partner"`
}

// Growth lifts the line by a share of what the account is paid, up to a most. It
// never shrinks by itself.
type Growth struct {
	Share Fraction `json:"share"`
	Most  Micros   `json:"most"`
	// Partner is the most that one partner ever counts for.
	Partner Micros `json:"partner"`
}

// Usual is the policy that a young community begins with: everybody may go a
// month's trade below zero and hold two, and is warned at half of each.
func Usual(month Micros) Policy {
	return Policy{Line: month, Above: &Fraction{2, 1}, Soft: &Fraction{1, 2}}
}

// Check says what is wrong with a policy. It has no place for anything that
// grows with time: a line follows trade and decisions, never how long a balance stood.
//
// Faults: limit.line, .step, .fraction, .months, .bounds, .partner.
func (p Policy) Check() error {
	switch {
	case p.Line < 0 || p.Line > Largest:
		return fault.Invalidf("limit.line", "line", "a line is zero or more, and at most %d of the unit", Largest/1_000_000)
	case p.Step < 0 || p.Step > Largest:
		return fault.Invalidf("limit.step", "step", "lines are rounded down to an amount of zero or more")
	}
	if p.Above != nil {
		if err := p.Above.check("above", 100); err != nil {
			return err
		}
	}
	if p.Soft != nil {
		if err := p.Soft.check("soft", 1); err != nil {
			return err
		}
	}
	if err := p.Turnover.check(); err != nil {
		return err
	}
	return p.Growth.check()
}

func (t *Turnover) check() error {
	switch {
	case t == nil:
		return nil
	case t.Months < 1 || t.Months > 36:
		return fault.Invalidf("limit.months", "turnover.months", "a line follows the last 1 to 36 full months, not %d", t.Months)
	case t.Least < 0 || t.Most < t.Least || t.Most > Largest:
		return fault.Invalidf("limit.bounds", "turnover.most", "the least line is zero or more, and the most is not below it")
	case t.Partner < 1 || t.Partner > Largest:
		return fault.Invalidf("limit.partner", "turnover.partner", "say how much one partner counts for at most, above zero: without that, two friends raise each other's lines")
	}
	return t.Times.check("turnover.times", 100)
}

func (g *Growth) check() error {
	switch {
	case g == nil:
		return nil
	case g.Most < 0 || g.Most > Largest:
		return fault.Invalidf("limit.bounds", "growth.most", "a line grows by zero or more at most")
	case g.Partner < 1 || g.Partner > Largest:
		return fault.Invalidf("limit.partner", "growth.partner", "say how much one partner counts for at most, above zero: without that, two friends raise each other's lines")
	}
	return g.Share.check("growth.share", 1)
}
