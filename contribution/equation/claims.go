package equation

// Claims is what past distributions left behind of their claims, in columns.
// A claim is identified by its rule and its contribution, so it survives new
// versions of the equation as long as the rule keeps its ID. Amounts are
// millionths of the equation's unit.
type Claims struct {
	Rules        []string // dictionary of rule IDs
	Rule         []uint16
	Contribution []int32 // index in the Ledger
	Original     []int64 // value at creation, premium and cap included; never changes
	Paid         []int64 // in all distributions so far
	Closed       []bool  // a once claim that had its distribution

	// What was paid of a claim for one deliverable (Scope deliverable).
	Deliverables []DeliverablePaid
}

// DeliverablePaid is the part of a claim's payments that came from income for
// one deliverable.
type DeliverablePaid struct {
	Rule         string      `json:"rule"`
	Contribution int32       `json:"contribution"`
	Deliverable  Deliverable `json:"deliverable"`
	Paid         int64       `json:"paid"`
}

// Len returns the number of claims.
func (c *Claims) Len() int { return len(c.Rule) }

// History is what buckets paid to people in past distributions: one row for
// each line, in columns. Balanced pay and the caps per period read it. Rows of
// the bucket PaidBefore are read by balanced pay alone.
type History struct {
	Buckets []string // dictionary of bucket keys
	Bucket  []uint16
	Person  []int32 // index in Ledger.People
	Day     []int32 // of the distribution, days since 1970-01-01
	Amount  []int64 // millionths; a reversal is negative
}

// PaidBefore stands in a History for the bucket of what was paid before there
// were any: pay in another system. Every balanced bucket counts it, for it
// cannot be told which one it would have been of; no cap does.
const PaidBefore = ""
