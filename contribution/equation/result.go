package equation

import "commonweal/quantity"

// Result is the outcome of a distribution. Amounts are millionths of Unit.
// The sum of Lines and Residue is Pot, always. It is safe for concurrent use.
type Result struct {
	Distribution string         `json:"distribution"`
	Reverses     string         `json:"reverses,omitempty"` // the distribution that this one mirrors
	Equation     string         `json:"equation"`           // Hash of the version used
	Unit         quantity.Unit  `json:"unit"`
	Step         int64          `json:"step"`
	Pot          int64          `json:"pot"`
	Deliverable  Deliverable    `json:"deliverable,omitzero"` // what the income was for
	Buckets      []BucketResult `json:"buckets"`
	Lines        []Line         `json:"lines"`    // by bucket, then receiver, then kind
	Residue      []Residue      `json:"residue"`  // what stays undistributed, and why
	Payouts      []Payout       `json:"payouts"`  // one for each receiver, by receiver
	Held         []HeldCount    `json:"held"`     // claims that could not be valued, by bucket, rule and reason
	Dropped      []HeldCount    `json:"dropped"`  // contributions that earn nothing, by bucket, rule and reason
	Warnings     []HeldCount    `json:"warnings"` // counted, but worth a look: late entries

	run      *distribution
	payments *Payments
}

// BucketResult is the path of a bucket's amount.
type BucketResult struct {
	Key       string `json:"key"`
	Label     string `json:"label,omitempty"`
	Sequence  int    `json:"sequence"`
	Percent   string `json:"percent"`
	Of        int64  `json:"of"`        // the amount the percentage was taken of
	Allotted  int64  `json:"allotted"`  // its percentage
	FromLast  int64  `json:"fromLast"`  // unused by the bucket before it (base whole, leftover next)
	CapCut    int64  `json:"capCut"`    // cut by the bucket's caps
	Available int64  `json:"available"` // Allotted + FromLast - CapCut
	Entitled  int64  `json:"entitled"`  // sum of the entitlements of its claims
	Claims    int    `json:"claims"`    // with an entitlement above zero
	People    int    `json:"people"`    // with an entitlement above zero
	Payable   int64  `json:"payable"`   // what its division rule allows
	Paid      int64  `json:"paid"`      // what its lines add up to
	Unused    int64  `json:"unused"`    // Allotted + FromLast - Paid
	UnusedTo  string `json:"unusedTo"`  // next, pot, or the receiver's agent
}

// LineKind says why a line is paid.
type LineKind string

// The kinds of line.
const (
	LineShare    LineKind = "share"    // on claims
	LineSurplus  LineKind = "surplus"  // above what was owed
	LineFixed    LineKind = "fixed"    // to a fixed receiver
	LineLeftover LineKind = "leftover" // unused, to its declared receiver
)

// Line is an amount that one receiver gets from one bucket.
type Line struct {
	Bucket   int      `json:"bucket"` // index in Result.Buckets
	Receiver string   `json:"receiver"`
	Person   int32    `json:"person"` // index in Ledger.People, or None
	Kind     LineKind `json:"kind"`
	Amount   int64    `json:"amount"`
}

// Residue is a part of the pot that stays undistributed.
type Residue struct {
	Bucket int    `json:"bucket"` // index in Result.Buckets, or -1 for the pot as a whole
	Reason string `json:"reason"` // unassigned, unused, below_step
	Amount int64  `json:"amount"`
}

// Payout is what is really transferred to a receiver now:
// Lines + CarryIn = Paid + CarryOut.
type Payout struct {
	Receiver string `json:"receiver"`
	Person   int32  `json:"person"`
	Lines    int64  `json:"lines"`
	CarryIn  int64  `json:"carryIn"`  // held over by earlier distributions; negative: paid in advance
	Paid     int64  `json:"paid"`     // 0 when the sum is below the minimum payout
	CarryOut int64  `json:"carryOut"` // held over to the next distribution; negative: still paid in advance
}

// Payments is what each claim got, in columns; for each bucket the amounts add
// up to its share lines. Every claim with an entitlement is listed, paid or not.
type Payments struct {
	Rules        []string // dictionary of rule IDs
	Bucket       []uint16 // index in Result.Buckets
	Rule         []uint16
	Contribution []int32
	Original     []int64 // value of the claim at creation
	Entitled     []int64 // what this distribution could have paid on it
	Amount       []int64 // what it paid
	Created      []bool  // the claim is new with this distribution
	Closes       []bool  // a once claim that has had its distribution now
}

// HeldCount is a number of contributions set aside for one reason.
type HeldCount struct {
	Bucket int    `json:"bucket"`
	Rule   string `json:"rule,omitempty"`
	Reason Reason `json:"reason"`
	Count  int    `json:"count"`
}

// Reason says why a contribution earned nothing (dropped), or could not be
// valued and waits for somebody to look (held).
type Reason string

// Why a contribution is dropped.
const (
	NotValidated  Reason = "not_validated"
	IsRejected    Reason = "rejected"
	IsDisputed    Reason = "disputed"
	IsSuperseded  Reason = "superseded"
	OutsideFilter Reason = "outside_filter"
	NoRule        Reason = "no_rule"
	ZeroValue     Reason = "zero_value"
	NothingOwed   Reason = "nothing_owed"  // paid in full, or a closed once claim
	NotInScope    Reason = "not_in_scope"  // the deliverable has paid its share of it
	TooOld        Reason = "too_old"       // outside the periods of the pay policy
	OlderFirst    Reason = "older_first"   // oldest_first, and the bucket ran out before it
	EvenAlready   Reason = "even_already"  // balanced pay, and past pay is at or above the target
	BelowStep     Reason = "below_step"    // the exact share is less than a rounding step
	BucketEmpty   Reason = "bucket_empty"  // the bucket had nothing to pay
	OverPersonCap Reason = "over_the_cap"  // the personal maximum was used up
	LeftAtFault   Reason = "left_at_fault" // its contributor left by their own fault
	BoughtBack    Reason = "bought_back"   // the group bought it back from who left
	PieFrozen     Reason = "pie_frozen"    // contributed after the pie was frozen
	LateEntry     Reason = "late"          // warning: logged after its period was paid
)

// Why a claim is held.
const (
	HeldMissing      Reason = "missing_input"
	HeldDivideByZero Reason = "divide_by_zero"
	HeldTooLarge     Reason = "too_large"
	HeldNegative     Reason = "negative"
	HeldUnit         Reason = "unit"     // the quantity is in another unit than the rule expects
	HeldCurrency     Reason = "currency" // the rate or value is in another currency
	HeldNoEntry      Reason = "no_table_entry"
	HeldBadArgument  Reason = "bad_argument" // the bounds of a clamp are reversed, or a rounding step is not positive
)
