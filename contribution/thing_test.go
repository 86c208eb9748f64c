package contribution

import (
	"encoding/json"
	"slices"
	"testing"
)

// An act in the log leads to the page of what it was about; a contribution is
// found by the number of the entry that logged it.
func TestThing(t *testing.T) {
	for _, c := range []struct {
		body string
		want []string
	}{
		{`{"entries":[{"no":"0"}]}`, []string{"contribution", "entries", "4211"}},
		{`{"entries":[{"no":"0"},{"no":"0"}]}`, nil},
		{`{"decision":{"entry":"17.3"}}`, []string{"contribution", "entries", "17.3"}},
		{`{"equation":{"id":"e","version":2}}`, []string{"contribution", "equations", "e", "2"}},
		{`{"distribution":{"id":"d"}}`, []string{"contribution", "distributions", "d"}},
		{`{"distribution":"d"}`, nil},
		{`{}`, nil},
	} {
		if got := thing("contribution.log", 4211, json.RawMessage(c.body)); !slices.Equal(got, c.want) {
			t.Errorf("%s leads to %v, want %v", c.body, got, c.want)
		}
	}
}
