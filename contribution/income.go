package contribution

import (
	"time"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// IncomeKind says why money came in.
type IncomeKind string

// The kinds of income.
const (
	Sale     IncomeKind = "sale"
	GrantIn  IncomeKind = "grant"
	Donation IncomeKind = "donation"
	FeeIn    IncomeKind = "fee" // membership fees, rent of a machine
)

// Deduction is a line taken off income before any split: it has its own kind,
// receiver and event.
type Deduction struct {
	Kind   string          `json:"kind"` // "processor", "host", "platform", "tax", "tip"
	To     store.ID        `json:"to"`
	Amount quantity.Amount `json:"amount"`
	Event  store.ID        `json:"event"`
}

// Income is money that came in for a project.
type Income struct {
	ID        store.ID   `json:"id"`
	Event     store.ID   `json:"event"`
	Kind      IncomeKind `json:"kind"`
	Project   store.ID   `json:"project"`
	Payer     store.ID   `json:"payer"`
	Reference string     `json:"reference,omitempty"` // order or invoice
	At        time.Time  `json:"at"`
	// Gross is what the payer paid; Net what is left after the deductions;
	// Used what distributions have already taken of Net.
	Gross      quantity.Amount `json:"gross"`
	Net        quantity.Amount `json:"net"`
	Used       quantity.Amount `json:"used"`
	Deductions []Deduction     `json:"deductions,omitempty"`
	// ReversedAt is the journal entry that took the income back; Net is then
	// zero. 0 while it stands.
	ReversedAt int64  `json:"reversedAt,omitempty"`
	Note       string `json:"-"` // private
}

// Left returns what may still be distributed: Net - Used.
func (in Income) Left() quantity.Amount {
	return quantity.Micros(in.Net.Micros-in.Used.Micros, in.Net.Unit)
}

// deductionKinds are the lines that may come off income.
var deductionKinds = map[string]bool{"processor": true, "host": true, "platform": true, "tax": true, "tip": true, "other": true}

// net checks the deductions and returns what is left of gross.
func net(gross quantity.Amount, list []Deduction) (quantity.Amount, error) {
	left := gross
	for _, d := range list {
		if !deductionKinds[d.Kind] {
			return left, fault.Invalidf("contribution.deduction", "deductions", "%q is not a kind of deduction; choose processor, host, platform, tax, tip or other", d.Kind)
		}
		if d.Amount.Sign() <= 0 {
			return left, fault.Invalidf("contribution.deduction", "deductions", "a deduction of %s takes nothing off; leave it out", d.Amount)
		}
		var err error
		if left, err = left.Sub(d.Amount); err != nil {
			return left, fault.As(err).InField("deductions")
		}
	}
	if left.Sign() < 0 {
		return left, fault.Invalidf("contribution.deduction", "deductions", "the deductions exceed the income of %s", gross)
	}
	return left, nil
}
