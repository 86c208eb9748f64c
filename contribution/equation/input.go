package equation

import "time"

// Input is everything a distribution depends on besides the equation. The
// same equation and input give the same Result on every machine.
type Input struct {
	// Distribution is the identifier fixed before weights were final, such as
	// the log index of the opening act; it decides ties (quantity.TieKeyFor).
	Distribution string
	Pot          int64     // millionths of the equation's unit, net of fees and taxes
	AsOf         time.Time // the moment the distribution is made for
	// Deliverable is what the income was for; the zero value when it was not
	// for one. It fills OfIncome in filters.
	Deliverable Deliverable

	Ledger  *Ledger
	Facts   Facts
	Prior   *Claims  // nil: none
	History *History // nil: none
	Walks   []Walk
	Helpers []Helper
	Carries []Carry
	Exits   []Exit
	// References returns what stands behind a contribution (validations,
	// evaluations, evidence), for explanations only. It may be nil.
	References func(contribution int) []Reference
}

// Facts are figures about people, processes and resource types as of the
// distribution. A column is nil when the figure is not kept, and holds
// Missing where one is not known; otherwise it is as long as the Ledger's
// dictionary at its side. All are millionths.
type Facts struct {
	Karma           []KarmaColumn // the total under domain "", others by name
	SeniorityMonths []int64       // per person
	Roles           []string      // per person; empty: missing
	Importance      []int64       // per process

	ValuePerUnit      []int64 // per resource type, of the equation's unit
	PricePerUnit      []int64 // per resource type
	ValuePerUnitOfUse []int64 // per resource type
}

// KarmaColumn is the karma of each person in one domain.
type KarmaColumn struct {
	Domain string
	Micros []int64 // per person, or Missing
}

// Walk is the outcome of walking back from a deliverable to the contributions
// behind it: the fraction of contribution Contribution[i] that went into it is
// Num[i]/Den[i]. Several entries for one contribution add up.
type Walk struct {
	Deliverable  Deliverable
	Contribution []int32
	Num, Den     []int64 // Num ≥ 0, Den > 0
}

// Helper says that a person gives a percentage of his share to a helper who
// accepted it, for distributions from one day to another, both included.
type Helper struct {
	Person  string  `json:"person"`
	Helper  string  `json:"helper"`
	Percent Decimal `json:"percent"`
	From    string  `json:"from,omitempty"` // YYYY-MM-DD, empty: open
	To      string  `json:"to,omitempty"`
}

// Carry is what an earlier distribution held over because it was below the
// minimum payout. A negative one was paid in advance, by a buy-back that a sale
// reopened: the receiver is paid only what comes to more than it.
type Carry struct {
	Receiver string `json:"receiver"`
	Amount   int64  `json:"amount"` // millionths
}

// Reference points at a record behind a contribution.
type Reference struct {
	Kind string `json:"kind"` // "event", "validation", "evaluation", "evidence", ...
	ID   string `json:"id"`
}
