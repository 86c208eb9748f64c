package limit

import "time"

// Band is how far a balance may go either way.
type Band struct {
	Floor   Micros  `json:"floor"`             // zero or less
	Ceiling *Micros `json:"ceiling,omitempty"` // zero or more; nil: none
}

// Decision is what the commons decided for one account.
type Decision struct {
	Band  Band      `json:"band"`
	Until time.Time `json:"until,omitzero"` // when it ends; zero: never by itself
}

// At is the decision where it holds at a moment, else nil.
func (d *Decision) At(t time.Time) *Decision {
	if d == nil || !d.Until.IsZero() && !t.Before(d.Until) {
		return nil
	}
	return d
}

// Basis is what is known of an account, that its band follows from.
type Basis struct {
	// Traded is what it was paid for trade in the last full months that its policy looks
	// at, each partner up to the cap; see Receipts.Counted.
	Traded Micros `json:"traded,omitzero"`
	// Received is what it was paid since lines grow, each partner up to the cap.
	Received Micros    `json:"received,omitzero"`
	Decision *Decision `json:"decision,omitempty"` // that holds
}

// Rule names a part of a policy.
type Rule string

// The rules, in the order in which they come.
const (
	ByFixed    Rule = "fixed"
	ByTurnover Rule = "turnover"
	ByGrowth   Rule = "growth"
	ByDecision Rule = "committee"
)

// Part is what a rule made of the line.
type Part struct {
	Rule Rule `json:"rule"`
	// From is the figure that the rule looks at: the mean of a month's receipts, or what
	// was received.
	From Micros `json:"from,omitzero"`
	// Line is how far below zero the account may go after the rule.
	Line Micros `json:"line"`
	// Bound says that the rule reached its least or its most.
	Bound bool `json:"bound,omitempty"`
}

// Result is the band of an account, and why.
type Result struct {
	Band  Band   `json:"band"`
	Soft  *Band  `json:"soft,omitempty"` // leaving it is a reason to talk
	Rule  Rule   `json:"rule"`           // the last that made the band what it is
	Parts []Part `json:"parts"`          // in their order
}

// Decide gives an account its band. The policy is checked, and no amount of the
// basis below zero.
func (p Policy) Decide(b Basis) Result {
	base := p.base(b)
	r := Result{Rule: base.Rule, Parts: []Part{base}}
	line := base.Line
	if p.Growth != nil {
		part := p.Growth.on(b.Received, line, p.Step)
		r.Parts = append(r.Parts, part)
		if part.Line > line {
			line, r.Rule = part.Line, ByGrowth
		}
	}
	r.Band = p.around(line)
	if b.Decision != nil {
		r.Band, r.Rule = b.Decision.Band, ByDecision
		r.Parts = append(r.Parts, Part{Rule: ByDecision, Line: -r.Band.Floor})
	}
	r.Soft = p.Inside(r.Band)
	return r
}

// base is the line before anything is added to it.
func (p Policy) base(b Basis) Part {
	t := p.Turnover
	if t == nil {
		return Part{Rule: ByFixed, Line: down(p.Line, p.Step)}
	}
	mean := Fraction{1, int64(t.Months)}.times(b.Traded, 1)
	// one division for the whole, so that nothing is rounded twice
	line := Fraction{t.Times.Of, t.Times.In * int64(t.Months)}.times(b.Traded, 1)
	clamped := max(t.Least, min(t.Most, line))
	return Part{Rule: ByTurnover, From: mean, Line: down(clamped, p.Step), Bound: clamped != line}
}

// on adds growth to a line.
func (g Growth) on(received, line, step Micros) Part {
	grown := g.Share.times(received, 1)
	return Part{Rule: ByGrowth, From: received, Line: min(Largest, down(line+min(grown, g.Most), step)), Bound: grown >= g.Most}
}

// around is the band that a line makes.
func (p Policy) around(line Micros) Band {
	b := Band{Floor: -line}
	if p.Above != nil {
		high := p.Above.times(line, 1)
		b.Ceiling = &high
	}
	return b
}

// Inside is the soft band within a band; nil where nobody is warned.
func (p Policy) Inside(b Band) *Band {
	if p.Soft == nil {
		return nil
	}
	soft := Band{Floor: -p.Soft.times(-b.Floor, 1)}
	if b.Ceiling != nil {
		high := p.Soft.times(*b.Ceiling, 1)
		soft.Ceiling = &high
	}
	return &soft
}

// Crossing is a side of a soft band on which an account left it.
type Crossing string

// The crossings.
const (
	Below Crossing = "below"
	Above Crossing = "above"
)

// Crossed says on which side a balance left the band by going from one amount
// to another; empty where it did not, or stood outside on that side before. So
// each crossing is told once, however many payments follow.
func (b Band) Crossed(from, to Micros) Crossing {
	switch {
	case from >= b.Floor && to < b.Floor:
		return Below
	case b.Ceiling != nil && from <= *b.Ceiling && to > *b.Ceiling:
		return Above
	}
	return ""
}
