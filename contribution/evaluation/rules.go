package evaluation

import (
	"math/big"

	"commonweal/platform/fault"
)

// Rules say how a round of scores is counted. The zero value of each option is
// the plainest one.
type Rules struct {
	Scale     Scale    `json:"scale"`
	Quorum    int      `json:"quorum"`              // valid marks an item needs to have a score, at least 1
	Trim      int      `json:"trim"`                // marks dropped at each end, once there are more than twice as many
	Duplicate *big.Rat `json:"duplicate,omitempty"` // worth of a duplicate, as a part of its original, 0..1; nil is 0
	Spread    Spread   `json:"spread"`              // how far marks may lie apart
	BareZero  BareZero `json:"bare_zero,omitempty"` // what a mark of 0 means
	Normalize bool     `json:"normalize,omitempty"` // scale each rater's marks to the panels' mean
	Decimals  *int     `json:"decimals,omitempty"`  // round scores half to even, to compare with imported rounds only; nil keeps the fraction

	// RatersEach is the fewest different people who must have marked something
	// of an author before any of his items has a score; 0 asks nothing.
	RatersEach int `json:"raters_each,omitempty"`

	// Weights lets raters count differently, by karma for example; whoever is
	// not named counts 1. No rater counts more than WeightCap, and none less
	// than 1, so that a newcomer is heard. Without it all count alike.
	Weights   map[string]int64 `json:"weights,omitempty"`
	WeightCap int64            `json:"weight_cap,omitempty"`
}

// PraiseRules are the rules of Praise: its scale, the mean of all marks,
// duplicates worth a tenth.
func PraiseRules() Rules {
	return Rules{Scale: Praise, Quorum: 1, Duplicate: big.NewRat(1, 10)}
}

// SpreadMeasure is how the distance of marks is measured.
type SpreadMeasure string

// The measures of spread.
const (
	AnySpread SpreadMeasure = ""      // not measured
	Range     SpreadMeasure = "range" // largest less smallest mark
	Deviation SpreadMeasure = "mad"   // median of the distances from the median
)

// Spread is how far the marks of an item may lie apart before a second panel
// is asked.
type Spread struct {
	Measure SpreadMeasure `json:"measure,omitempty"`
	Most    int64         `json:"most,omitempty"`
}

// BareZero is what a scored 0 means that is neither dismissed nor duplicate.
type BareZero string

// The readings of a bare zero. Older rounds stored 0 for "did not score"; some
// communities later took the mean over everybody.
const (
	ZeroCounts  BareZero = ""        // a mark like any other
	ZeroMissing BareZero = "missing" // the rater did not score
)

// Check refuses rules that contradict themselves.
func (r Rules) Check() error {
	if err := r.Scale.Check(); err != nil {
		return err
	}
	one := big.NewRat(1, 1)
	switch {
	case r.Quorum < 1:
		return fault.Invalidf("evaluation.bad_quorum", "quorum", "a quorum of %d scores items that nobody marked; it is 1 or more", r.Quorum)
	case r.Trim < 0:
		return fault.Invalidf("evaluation.bad_trim", "trim", "%d marks cannot be dropped; it is 0 or more", r.Trim)
	case r.Duplicate != nil && (r.Duplicate.Sign() < 0 || r.Duplicate.Cmp(one) > 0):
		return fault.Invalidf("evaluation.bad_duplicate", "duplicate", "a duplicate cannot be worth %s of its original; it is 0 to 1", r.Duplicate.RatString())
	case r.Spread.Measure != AnySpread && r.Spread.Measure != Range && r.Spread.Measure != Deviation:
		return fault.Invalidf("evaluation.bad_spread", "spread", "%q is not a measure of spread; it is range or mad", r.Spread.Measure)
	case r.Spread.Most < 0:
		return fault.Invalidf("evaluation.bad_spread", "spread", "marks cannot lie %d apart; the most is 0 or more", r.Spread.Most)
	case r.BareZero != ZeroCounts && r.BareZero != ZeroMissing:
		return fault.Invalidf("evaluation.bad_zero", "bare_zero", "%q says nothing about a bare zero; leave it empty or write missing", r.BareZero)
	case r.Decimals != nil && (*r.Decimals < 0 || *r.Decimals > 6):
		return fault.Invalidf("evaluation.bad_decimals", "decimals", "scores cannot be rounded to %d decimals; it is 0 to 6", *r.Decimals)
	case len(r.Weights) > 0 && r.WeightCap < 1:
		return fault.Invalidf("evaluation.weight_cap", "weight_cap", "weights need a cap of 1 or more; %d was given", r.WeightCap)
	}
	return nil
}

// allows accepts the marks of the scale, and a bare zero where it means "did
// not score".
func (r Rules) allows(mark int64) error {
	if mark == 0 && r.BareZero == ZeroMissing {
		return nil
	}
	return r.Scale.Allows(mark)
}

// weight returns how much the rater counts.
func (r Rules) weight(rater string) int64 {
	if len(r.Weights) == 0 {
		return 1
	}
	return min(max(r.Weights[rater], 1), r.WeightCap)
}
