package tally_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"commonweal/governance/tally"
	"commonweal/platform/fault"
)

// Rules come from constitutions and audit packages that anybody may write: what is
// read is written back the same, and counts or is refused.
func FuzzRule(f *testing.F) {
	for _, seed := range []string{`{"method":"schulze","strength":"ratio","unranked":"ignored","seats":2}`, `{"method":"debian","default":"a","quorum":{"counting":"valid","root":"3/2"},"ratios":{"b":"3"}}`,
		`{"method":"majority","requirements":[{"stance":"yes","compare":">","need":"66.7%","base":"cast","class":"x"}],"quorum":[{"counting":"cast","least":2,"fraction":"2/5","up_to":9}],"empty_class":"skip"}`,
		`{"method":"class_weighted","weights":{"x":"1/3","y":"2/3"},"compare":">=","need":"0.5","empty":"no"}`, `{"method":"class_capped","caps":{"x":"10%"},"compare":">","need":"1/2"}`,
		`{"method":"consensus","blocks":2,"stand_asides":1}`, `{"method":"meek_stv","seats":2}`, `{"method":"quadratic","credits":100,"against":true}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var r tally.Rule
		if err := json.Unmarshal(data, &r); err != nil || r.Method == nil {
			return
		}
		written, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		var again tally.Rule
		if err := json.Unmarshal(written, &again); err != nil {
			t.Fatalf("%s is written as %s: %v", data, written, err)
		}
		if twice, _ := json.Marshal(again); !bytes.Equal(twice, written) {
			t.Fatalf("%s, then %s", written, twice)
		}
		e := tally.Election{Options: []tally.Option{{ID: "a"}, {ID: "b"}, {ID: "c"}}, Classes: []tally.Class{{ID: "x"}, {ID: "y"}}, Roll: tally.Roll{Entitled: heads(9)}, Rule: r,
			Ballots: []tally.Ballot{{Marks: []int16{1, 2, 0}, Classes: 1, Voters: 3, Votes: 3 * tally.Vote}, {Marks: []int16{0, 1, 1}, Classes: 2, Voters: 1, Votes: tally.Vote}}}
		if _, err := tally.Count(e); err != nil && fault.As(err) == nil {
			t.Fatalf("%s: %v", written, err)
		}
	})
}
