package rollup_test

import (
	"testing"

	"commonweal/contribution/rollup"
)

func TestRolesOfTheVocabulary(t *testing.T) {
	for _, c := range []struct {
		action string
		place  rollup.Place
		money  bool
		want   string
	}{
		{"work", rollup.InputOf, false, "work"}, {"work", rollup.InExchange, false, "exchange-work"}, {"work", rollup.Alone, false, ""},
		{"accept", rollup.InputOf, false, "consume"}, {"modify", rollup.OutputOf, false, "produce"}, {"use", rollup.InputOf, false, "use"},
		{"transfer", rollup.Alone, true, "contribution"}, {"transfer", rollup.InExchange, true, "payment"}, {"transfer", rollup.InExchange, false, "receipt"},
		{"transferCustody", rollup.Alone, false, ""}, {"move", rollup.Alone, false, ""}, {"lower", rollup.Alone, false, ""}, {"copy", rollup.Alone, false, ""},
		{"deliverService", rollup.OutputOf, false, "produce"}, {"deliverService", rollup.InputOf, false, "consume"},
	} {
		r, ok := rollup.RoleOf(c.action, c.place, c.money)
		if got := r.String(); ok != (c.want != "") || ok && got != c.want {
			t.Errorf("%s at place %d is %s (%v), want %q", c.action, c.place, got, ok, c.want)
		}
	}
}
