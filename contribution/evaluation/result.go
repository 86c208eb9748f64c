package evaluation

import "math/big"

// Status says what a round found out about an item.
type Status string

// The statuses of an item.
const (
	HasScore  Status = "scored"    // quorum met, marks close enough
	Unscored  Status = "unscored"  // too few marks: priced by the rule's neutral factor, or held back
	Disputed  Status = "disputed"  // marks too far apart: a second panel is asked
	Contested Status = "contested" // the second panel disagreed as well: its mean stands, marked as contested
)

// Fate says what became of one rater's mark.
type Fate string

// The fates of a mark.
const (
	Kept        Fate = "kept"
	TrimmedLow  Fate = "trimmed_low"  // among the lowest, dropped
	TrimmedHigh Fate = "trimmed_high" // among the highest, dropped
	Missing     Fate = "missing"      // no mark: not counted, not a zero
)

// Reason says why a mark or a score is missing.
type Reason string

// The reasons for a missing mark, and for an item without a score.
const (
	NoAnswer        Reason = "no_answer"        // the rater did not answer
	BareZeroReason  Reason = "bare_zero"        // the rater left a zero, which here means "did not score"
	OriginalMissing Reason = "original_missing" // a duplicate whose original the rater did not mark
	BelowQuorum     Reason = "below_quorum"     // too few marks about the item
	TooFewRaters    Reason = "too_few_raters"   // too few different people marked anything of its author
)

// Mark is one rater's part in a score: what he said, what it was worth, and
// what became of it. Fractions are exact and written like "5/3".
type Mark struct {
	Rater    string   `json:"rater"`
	Verdict  Verdict  `json:"verdict,omitempty"` // empty without an answer
	Comment  string   `json:"comment,omitempty"`
	Original string   `json:"original,omitempty"` // of a duplicate: the first original of the chain
	Plain    *big.Rat `json:"plain,omitempty"`    // what the answer says; nil when missing
	Factor   *big.Rat `json:"factor,omitempty"`   // of the rater, when marks are normalized
	Value    *big.Rat `json:"value,omitempty"`    // plain × factor, kept on the scale; nil when missing
	Weight   int64    `json:"weight"`             // how much the rater counts
	Fate     Fate     `json:"fate"`
	Reason   Reason   `json:"reason,omitempty"`
}

// PanelResult is what one panel found.
type PanelResult struct {
	Marks  []Mark   `json:"marks"`           // in order of rater
	Valid  int      `json:"valid"`           // marks that are not missing
	Low    *big.Rat `json:"low,omitempty"`   // smallest mark kept
	High   *big.Rat `json:"high,omitempty"`  // largest mark kept
	Spread *big.Rat `json:"spread"`          // by the rule's measure, over valid marks
	Score  *big.Rat `json:"score,omitempty"` // weighted mean of the marks kept; nil below quorum
	Status Status   `json:"status"`
}

// ItemResult is what a round found about an item, and why.
type ItemResult struct {
	Item   string        `json:"item"`
	Author string        `json:"author"`
	Status Status        `json:"status"`
	Reason Reason        `json:"reason,omitempty"` // why it is unscored
	Score  *big.Rat      `json:"score,omitempty"`  // nil when unscored or waiting for a second panel
	Panels []PanelResult `json:"panels"`           // the first, then the second where one was asked; both are published
}

// Result is a counted round, in order of item.
type Result struct {
	Items []ItemResult `json:"items"`
}

// Disputed returns the items that need a second panel.
func (r Result) Disputed() []string {
	var ids []string
	for _, i := range r.Items {
		if i.Status == Disputed {
			ids = append(ids, i.Item)
		}
	}
	return ids
}
