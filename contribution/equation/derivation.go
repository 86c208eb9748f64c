package equation

import "commonweal/quantity"

// Derivation explains one payout line, from the income down to the single
// contribution. Steps carry message keys and arguments, not sentences: pages
// compose those in the reader's language. English renders them in plain English.
type Derivation struct {
	Distribution string        `json:"distribution"`
	Equation     string        `json:"equation"` // version hash
	Receiver     string        `json:"receiver"`
	Bucket       string        `json:"bucket"` // key
	Unit         quantity.Unit `json:"unit"`
	Amount       int64         `json:"amount"` // millionths: share and surplus lines
	Steps        []Step        `json:"steps"`
	// Claims is what the line pays, largest payment first.
	Claims []ClaimStep `json:"claims,omitempty"`
	// Changes says what would change the line.
	Changes []Message `json:"changes,omitempty"`
}

// Message is a key of the message catalogs with its arguments.
type Message struct {
	Key  string            `json:"key"` // "equation.why.bucket", ...
	Args map[string]string `json:"args,omitempty"`
}

// Step is one step of a derivation: a message and the amount it arrives at.
type Step struct {
	Message
	Amount int64 `json:"amount"` // millionths
}

// ClaimStep is one claim behind a line.
type ClaimStep struct {
	Contribution int32       `json:"contribution"` // index in the Ledger
	ID           string      `json:"id"`           // UUID of the contribution
	Person       string      `json:"person"`       // whose contribution it is
	Rule         string      `json:"rule"`
	Kind         string      `json:"kind"`
	Trace        Trace       `json:"trace"`          // the formula with the numbers in it
	Value        int64       `json:"value"`          // formula value, rounded to the minor unit
	Original     int64       `json:"original"`       // with premium and cap
	Left         Reason      `json:"left,omitempty"` // why Kept is all that an exit leaves of it
	Kept         int64       `json:"kept,omitempty"`
	Created      bool        `json:"created"`  // by this distribution; false: a stored claim
	Before       int64       `json:"before"`   // paid by earlier distributions
	Fraction     string      `json:"fraction"` // exact, such as "1/2"; "1" without a walk
	Entitled     int64       `json:"entitled"`
	Amount       int64       `json:"amount"` // paid now
	References   []Reference `json:"references,omitempty"`
}

// Trace is a formula with its numbers: "2.5 hour × 12 EUR/hour × 1.2 = 36 EUR".
type Trace struct {
	Formula string      `json:"formula"` // canonical text
	Text    string      `json:"text"`    // with the numbers in it, and the result
	Inputs  []TraceName `json:"inputs,omitempty"`
	Result  string      `json:"result"` // exact: a decimal, or a fraction such as "10/3"
	Unit    string      `json:"unit"`
	Held    Reason      `json:"held,omitempty"`
}

// TraceName is an input of a formula with its value: an exact decimal or
// fraction, a text, or "" when missing.
type TraceName struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	Unit  string `json:"unit,omitempty"`
	Used  bool   `json:"used"` // read on the way to the result, not only in the branch not taken
}
