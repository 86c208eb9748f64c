package contribution

import (
	"testing"

	"commonweal/platform/fault"
)

// Where names are never published, nothing may tie a mark to its rater: no
// factor of a strict rater, no weight.
func TestAnonymousRoundsTreatAllMarksAlike(t *testing.T) {
	for name, change := range map[string]func(*RoundRules){
		"scaled":   func(r *RoundRules) { r.Count.Normalize = true },
		"weighted": func(r *RoundRules) { r.Count.Weights, r.Count.WeightCap = map[string]int64{"x": 2}, 2 },
	} {
		rules := praise()
		change(&rules)
		if err := rules.Check(); err != nil {
			t.Errorf("%s, with names: %v", name, err)
		}
		rules.Names = NamesNobody
		if err := rules.Check(); fault.CodeOf(err) != "contribution.round_traceable" {
			t.Errorf("%s, without names: %v", name, err)
		}
	}
}
