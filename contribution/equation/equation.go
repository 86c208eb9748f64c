package equation

import "commonweal/quantity"

// Equation is one version of a project's value equation: the rules by which
// income flows to the people who contributed. It is plain data; Check says
// whether it can be saved, Compile makes it run, Canonical and Hash name it.
//
// Every amount in it is a Decimal in Unit. A version that was adopted or used
// is never edited: a change is a new version (kept by the caller).
type Equation struct {
	Project string        `json:"project"`
	Name    string        `json:"name"`
	Version int           `json:"version"` // from 1
	Unit    quantity.Unit `json:"unit"`    // the currency that is split
	Base    Base          `json:"base"`
	// Step is the rounding unit of a payout line, a multiple of the currency's
	// minor unit; empty means the minor unit.
	Step Decimal `json:"step,omitempty"`
	// MinimumPayout is the smallest sum paid out to one receiver; less is
	// held over as a carry, never lost. Empty means no minimum.
	MinimumPayout Decimal    `json:"minimumPayout,omitempty"`
	Constants     []Constant `json:"constants,omitempty"`
	Buckets       []Bucket   `json:"buckets"`
	// Exit says what becomes of claims with risk multipliers when somebody
	// leaves; nil is DefaultExitRule.
	Exit *ExitRule `json:"exit,omitempty"`
}

// Base says what a bucket's percentage is a percentage of.
type Base string

// The bases. Whole takes every percentage of the pot; Remaining takes each of
// what the buckets before it left, so their sequence matters.
const (
	Whole     Base = "whole"
	Remaining Base = "remaining"
)

// Constant is a voted number that formulas use by name, such as a rate per
// hour; the sliders of the editor. Unit is a unit expression such as
// "EUR/hour", "EUR/careHour" or "" for a plain number.
type Constant struct {
	Name  string  `json:"name"`
	Value Decimal `json:"value"`
	Unit  string  `json:"unit,omitempty"`
}

// Bucket is one share of the pot with its own rules. It holds either fixed
// receivers, or a filter with rules.
type Bucket struct {
	Sequence int    `json:"sequence"` // unique; buckets are paid in this order
	Key      string `json:"key"`      // unique, stable across versions, such as "makers"
	Label    string `json:"label,omitempty"`
	// Percent of the base, 0 to 100, an exact decimal.
	Percent   Decimal    `json:"percent"`
	Fixed     []Receiver `json:"fixed,omitempty"`
	Game      Game       `json:"game,omitzero"` // gives Fixed their weights
	Filter    Filter     `json:"filter,omitzero"`
	Rules     []Rule     `json:"rules,omitempty"`
	Cap       Cap        `json:"cap,omitzero"`
	AboveOwed AboveOwed  `json:"aboveOwed,omitempty"` // empty: stop
	Leftover  Leftover   `json:"leftover,omitzero"`
	Scope     Scope      `json:"scope,omitempty"`
	Policy    Policy     `json:"policy,omitzero"`
}

// Receiver is an agent that a bucket pays as such: a commons fund, a fiscal
// host, an upstream project. Several divide the bucket by weight.
type Receiver struct {
	Agent  string  `json:"agent"`
	Weight Decimal `json:"weight"`
}

// AboveOwed says what happens when a bucket holds more than its claims are owed.
type AboveOwed string

// Stop leaves the rest unused. Proportional spreads all of it; what passes the
// debt of an until_paid claim is a surplus line of its own.
const (
	Stop         AboveOwed = "stop"
	Proportional AboveOwed = "proportional"
)

// Leftover is the declared home of what a bucket does not use. Its zero value
// keeps it in the pot.
type Leftover struct {
	To    LeftoverTo `json:"to,omitempty"`    // empty: pot
	Agent string     `json:"agent,omitempty"` // when To is receiver
}

// LeftoverTo is where a bucket's unused part goes.
type LeftoverTo string

// The homes: the next bucket in sequence, the pot (undistributed and
// visible), or a fixed receiver.
const (
	ToNext     LeftoverTo = "next"
	ToPot      LeftoverTo = "pot"
	ToReceiver LeftoverTo = "receiver"
)

// Scope limits how much may ever be paid to a claim.
type Scope string

// ScopeDeliverable caps the total ever paid for one deliverable to a claim at
// that deliverable's share of it. The empty scope sets no such cap.
const ScopeDeliverable Scope = "deliverable"

// Cap holds the limits of a bucket; an empty amount is no limit. What a cap
// cuts off is unused and goes to the bucket's leftover home.
type Cap struct {
	Bucket             Decimal `json:"bucket,omitempty"`             // in one distribution
	PerPerson          Decimal `json:"perPerson,omitempty"`          // to one person in one distribution
	PerPeriod          Decimal `json:"perPeriod,omitempty"`          // in one calendar period
	PerPersonPerPeriod Decimal `json:"perPersonPerPeriod,omitempty"` // to one person in one calendar period
	Period             Period  `json:"period,omitempty"`             // of the two above
	Until              string  `json:"until,omitempty"`              // last day (YYYY-MM-DD) on which the bucket pays
}

// Period is a calendar period.
type Period string

// The calendar periods.
const (
	Week    Period = "week" // Monday to Sunday
	Month   Period = "month"
	Quarter Period = "quarter"
	Year    Period = "year"
)

// Policy makes a bucket aware of time and of past pay, after SourceCred's grain
// policies. Its zero value pays the claims as they are.
type Policy struct {
	Kind PolicyKind `json:"kind,omitempty"`
	// Period and Periods: immediate counts the contributions of the last
	// Periods periods, the running one included.
	Period  Period `json:"period,omitempty"`
	Periods int    `json:"periods,omitempty"`
	// Discount, from 0 to 1: recent multiplies an entitlement by
	// (1 - Discount) for every Period of age.
	Discount Decimal `json:"discount,omitempty"`
	// From (YYYY-MM-DD) opens the window of past pay that balanced evens out;
	// empty counts all of it.
	From string `json:"from,omitempty"`
}

// PolicyKind is the name of a pay policy.
type PolicyKind string

// The policies. Balanced pays those first whom past pay left furthest behind
// their entitlement.
const (
	Immediate PolicyKind = "immediate"
	Recent    PolicyKind = "recent"
	Balanced  PolicyKind = "balanced"
)

// OfIncome stands in a filter for the deliverable that the income is for; it
// is filled in at run time from Input.Deliverable.
const OfIncome = "@income"

// AnyProject in Filter.Projects lets contributions of every project through.
const AnyProject = "*"

// Filter chooses the contributions a bucket looks at. All parts that are
// present must hold. The dates are inclusive calendar days in Zone, an open
// end when empty. Orders, Shipments and Processes name deliverables: when the
// Input has a walk for one, the walk's fractions count; otherwise the
// contributions logged for it count in full.
type Filter struct {
	From      string   `json:"from,omitempty"` // YYYY-MM-DD
	To        string   `json:"to,omitempty"`   // YYYY-MM-DD
	Zone      string   `json:"zone,omitempty"` // IANA name; empty: UTC
	Orders    []string `json:"orders,omitempty"`
	Shipments []string `json:"shipments,omitempty"`
	Processes []string `json:"processes,omitempty"`
	// Projects is empty for the equation's own project (or, with a walk,
	// whatever the walk reached), or {"*"} for any.
	Projects []string `json:"projects,omitempty"`
}

// Rule turns contributions into claims. In each bucket a contribution is
// claimed under the most specific rule that matches it: process type and
// resource type both named, before one of them, before none. Check refuses
// two rules that tie.
type Rule struct {
	ID            string   `json:"id"` // unique in the equation, stable across versions: with the contribution it identifies a claim
	Kinds         []string `json:"kinds,omitempty"`
	Streams       []string `json:"streams,omitempty"` // empty: livelihood only; love and care are never priced by accident
	ProcessTypes  []string `json:"processTypes,omitempty"`
	ResourceTypes []string `json:"resourceTypes,omitempty"`
	// Unit is the unit of quantity the formula counts in, such as kilogram;
	// empty follows the kinds (hours for work, the currency for money). A
	// contribution in another unit is held.
	Unit quantity.Unit `json:"unit,omitempty"`

	Claim   ClaimType `json:"claim"`
	Premium Decimal   `json:"premium,omitempty"` // percent on top of the value; until_paid only
	// Division decides who is paid first when a bucket holds less than its
	// claims; empty is proportional. All rules of a bucket have the same.
	Division Division `json:"division,omitempty"`
	// Formula gives the value of a contribution in the equation's unit;
	// empty is the default of the kind (see DefaultFormula).
	Formula     string  `json:"formula,omitempty"`
	PerClaimCap Decimal `json:"perClaimCap,omitempty"`
	// RiskMultipliers give the formula input riskFactor per kind; 1 for a kind
	// that is not listed.
	RiskMultipliers []RiskMultiplier `json:"riskMultipliers,omitempty"`
}

// RiskMultiplier is the factor of Slicing Pie for contributions of a kind:
// 2 for what is not cash and 4 for cash are its recommendations.
type RiskMultiplier struct {
	Kind   string  `json:"kind"`
	Factor Decimal `json:"factor"`
}

// ClaimType says what a payment does to a claim.
type ClaimType string

// The claim types. UntilPaid is debt-like: payments reduce what is owed.
// Forever is equity-like: it never shrinks. Once closes with the first
// distribution that looks at it.
const (
	UntilPaid ClaimType = "until_paid"
	Forever   ClaimType = "forever"
	Once      ClaimType = "once"
)

// Division is the order in which claims of a bucket are paid.
type Division string

// The divisions. OldestFirst pays in order of the contribution's day, equal
// days in proportion.
const (
	InProportion Division = "proportional"
	OldestFirst  Division = "oldest_first"
)

// The streams of contribution, kept apart after DisCO.
const (
	Livelihood = "livelihood" // paid work and every contribution that is not work
	Love       = "love"       // unpaid, for the commons; its own hours and voted rate
	Care       = "care"       // upkeep of the collective; its own hours and voted rate
)
