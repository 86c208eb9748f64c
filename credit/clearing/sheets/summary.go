package sheets

import (
	"crypto/sha256"
	"encoding/hex"
	"math/big"

	"commonweal/credit/clearing"
	"commonweal/credit/clearing/circulation"
	"commonweal/quantity"
)

// Summary is what a round publishes of itself: which snapshot it cleared, by
// which rules, and its figures. Amounts are decimals of the unit.
type Summary struct {
	Version  string        `json:"version"`
	Snapshot string        `json:"snapshot"` // clearing.Problem.Digest
	Unit     quantity.Unit `json:"unit,omitempty"`
	Method   string        `json:"method,omitempty"` // as asked for; empty: by rule
	Oldest   bool          `json:"oldestFirst,omitempty"`
	Start    string        `json:"start,omitempty"` // SHA-256 of the prices begun with, written as a certificate of this round

	Members     int `json:"members"`
	Obligations int `json:"obligations"`
	Discharged  int `json:"discharged"`
	Reduced     int `json:"reduced"`
	Touched     int `json:"touched"`

	Gross   string `json:"gross"`
	Cleared string `json:"cleared"`
	Percent string `json:"percent"` // cleared of gross, rounded down to hundredths
	Worth   string `json:"worth"`
	NetDebt string `json:"netDebt"`
	Needed  string `json:"needed"`
	Drawn   string `json:"drawn"`
	Moved   string `json:"moved"`

	Parts []circulation.Part `json:"parts"` // the strongly connected parts, largest first; no more than ten
}

// shownParts is how many parts a summary lists.
const shownParts = 10

// Summarize sums up a result of this register that was found with the options.
func (r *Register) Summarize(result *clearing.Result, o clearing.Options) (Summary, error) {
	t := clearing.Measure(&r.Problem, result)
	s := Summary{Version: clearing.Version, Snapshot: r.Digest(), Unit: r.Unit, Method: string(o.Method), Oldest: o.OldestFirst,
		Members: t.Members, Obligations: t.Obligations, Discharged: t.Discharged, Reduced: t.Reduced, Touched: t.Touched,
		Gross: Decimal(t.Gross), Cleared: Decimal(t.Cleared), Percent: percent(t.Ratio()), Worth: Decimal(t.Worth), NetDebt: Decimal(t.NetDebt),
		Needed: Decimal(t.Needed), Drawn: Decimal(t.Drawn), Moved: Decimal(t.Moved), Parts: result.Parts[:min(len(result.Parts), shownParts)]}
	if o.Start != nil {
		h := sha256.New()
		if err := r.WriteCertificate(h, *o.Start); err != nil {
			return s, err
		}
		s.Start = hex.EncodeToString(h.Sum(nil))
	}
	return s, nil
}

// percent writes a ratio in hundredths of a percent, rounded down.
func percent(ratio *big.Rat) string {
	if ratio == nil {
		return "0"
	}
	n := new(big.Int).Mul(ratio.Num(), big.NewInt(100*quantity.Scale))
	n.Quo(n, ratio.Denom())
	return decimal(n.Int64() / (quantity.Scale / 100) * (quantity.Scale / 100))
}
