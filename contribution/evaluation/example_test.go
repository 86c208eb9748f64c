package evaluation_test

import (
	"fmt"
	"time"

	"commonweal/contribution/evaluation"
	"commonweal/quantity"
)

// A panel of three judges a contribution; the trace says what became of each
// mark.
func ExampleScores() {
	rules := evaluation.PraiseRules()
	rules.Trim = 1
	items := []evaluation.Item{{ID: "frame", Author: "ada"}}
	answers := []evaluation.Answer{
		{Rater: "ben", Item: "frame", Verdict: evaluation.Scored, Score: 13},
		{Rater: "chi", Item: "frame", Verdict: evaluation.Scored, Score: 21},
		{Rater: "dee", Item: "frame", Verdict: evaluation.Dismissed},
	}
	result, err := evaluation.Scores(rules, items, nil, nil, answers)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(result.Items[0].Status, result.Items[0].Score.RatString())
	for _, m := range result.Items[0].Panels[0].Marks {
		fmt.Println(m.Rater, m.Value.RatString(), m.Fate)
	}
	// Output:
	// scored 13
	// ben 13 kept
	// chi 21 trimmed_high
	// dee 0 trimmed_low
}

// After two half-lives a quarter is left.
func ExampleRecord_At() {
	spring := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	record, err := evaluation.NewRecord(
		evaluation.Schedule{{From: spring, Value: evaluation.ColonyHalfLife}},
		evaluation.Domains{"welding": "workshop", "workshop": ""},
		[]evaluation.Grant{{ID: "1", Agent: "ada", Domain: "welding", Amount: quantity.Of(20, evaluation.Karma), Cause: "round 4", At: spring}},
		nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	karma, err := record.At("ada", "workshop", spring.Add(2*evaluation.ColonyHalfLife))
	fmt.Println(karma, err)
	// Output: 5 karma <nil>
}
