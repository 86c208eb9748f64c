package bank

import (
	"strings"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// Way is what a part of a line is.
type Way string

// The ways.
const (
	Recorded Way = "recorded" // an event that stands in the books already
	Settles  Way = "settles"  // a payment of a claim or a commitment
	Income   Way = "income"   // something the pot of the commons gains
	Expense  Way = "expense"  // something it pays for
	Owed     Way = "owed"     // money that is owed to somebody: paid to them, or brought by them
	Between  Way = "between"  // from one account of the commons to another: no event
)

// Ways lists the ways that a form offers.
var Ways = []Way{Income, Expense, Owed, Between}

// Part is one thing that a line is.
type Part struct {
	As     Way             `json:"as"`
	Amount quantity.Amount `json:"amount"` // with the sign of the line
	// On is the event of Recorded, the claim or commitment of Settles.
	On    store.ID `json:"on,omitempty"`
	Agent store.ID `json:"agent,omitempty"` // the other side …
	// … or the name of an organization, which is made where none has it.
	Name    string   `json:"-"`
	Kind    string   `json:"kind,omitempty"`    // a word: "sale", "rent"
	Project store.ID `json:"project,omitempty"` // of Income and Expense
}

// Decision says what a line is: its parts, or why it is left out of the books.
type Decision struct {
	Line   store.ID
	Parts  []Part
	Reason string
}

// SettleAsk is what lines turned out to be.
type SettleAsk struct{ Lines []Decision }

// mostDecisions bounds one act.
const mostDecisions = 500

// Bounds of what a decision says.
const (
	mostParts   = 50
	longestText = 500 // bytes
	longestKind = 40
	longestName = 120
)

// check refuses a decision that a line cannot have.
func (d *Decision) check(l *Line) error {
	switch {
	case l.State != Open:
		return fault.Conflictf("bank.line_decided", "line", "it is said already what this line is; open it again first")
	case len(d.Parts) == 0 && strings.TrimSpace(d.Reason) == "":
		return fault.Invalidf("bank.reason", "reason", "say why the line is left out of the books")
	case len(d.Reason) > longestText:
		return fault.Invalidf("bank.reason", "reason", "the reason keeps %d bytes", longestText)
	case len(d.Parts) == 0:
		return nil
	case len(d.Parts) > mostParts:
		return fault.Invalidf("bank.too_many_parts", "parts", "a line is split in %d parts at most", mostParts)
	}
	sum := quantity.Amount{Unit: l.Amount.Unit}
	for _, p := range d.Parts {
		if err := p.check(l); err != nil {
			return err
		}
		var err error
		if sum, err = sum.Add(p.Amount); err != nil {
			return err
		}
	}
	if sum != l.Amount {
		return fault.Invalidf("bank.parts_sum", "amount", "the parts come to %s, the line to %s", sum, l.Amount)
	}
	return nil
}

// check refuses a part that is nothing.
func (p *Part) check(l *Line) error {
	if p.Amount.IsZero() || p.Amount.Unit != l.Amount.Unit {
		return fault.Invalidf("bank.part_amount", "amount", "%s is no part of %s", p.Amount, l.Amount)
	}
	if step := p.Amount.Unit.Step(); p.Amount.Micros%step != 0 {
		return fault.Invalidf("bank.part_amount", "amount", "%s is no whole number of the smallest coin", p.Amount)
	}
	switch p.As {
	case Recorded, Settles:
		if p.On == "" {
			return fault.Invalidf("bank.part_on", "as", "say which event or promise it is")
		}
	case Income, Expense:
		return p.checkKind()
	case Owed:
		if p.Agent == "" && p.Name == "" {
			return fault.Invalidf("bank.part_who", "who", "say who it is: somebody known here, or the name of an organization")
		}
	case Between:
	default:
		return fault.Invalidf("bank.part_way", "as", "say what the line is")
	}
	return nil
}

// checkKind refuses words that would not be read back as the same account, and
// a part without another side.
func (p *Part) checkKind() error {
	if p.Kind == "" || len(p.Kind) > longestKind || p.Kind != KindOf(p.Kind) {
		return fault.Invalidf("bank.part_kind", "kind", "%.60q is no kind of money; write a word or two, such as rent", p.Kind)
	}
	if p.Agent == "" && (p.Name == "" || len(p.Name) > longestName) {
		return fault.Invalidf("bank.part_who", "who", "say who it is: somebody known here, or the name of an organization")
	}
	return nil
}

// KindOf makes a word of what somebody typed: lower case ASCII letters and
// digits, with hyphens between words.
func KindOf(text string) string {
	var b strings.Builder
	gap := false
	for _, r := range fold(text) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			if gap && b.Len() > 0 {
				b.WriteByte('-')
			}
			b.WriteRune(r)
			gap = false
		} else {
			gap = true
		}
	}
	return strings.TrimRight(b.String()[:min(b.Len(), longestKind)], "-")
}
