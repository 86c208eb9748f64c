package contribution

import (
	"strings"
	"testing"
)

func TestFirstSteps(t *testing.T) {
	for _, c := range []struct {
		steward, mayLog, project, logged, agreed bool
		want                                     string
	}{
		{true, true, false, false, false, "project log equation"},
		{true, true, true, true, false, "project+ log+ equation"},
		{true, true, true, true, true, "project+ log+ equation+"},
		{false, true, false, false, false, "wait"},
		{false, true, true, false, false, "log"},
		{false, false, true, false, false, ""},
	} {
		var got []string
		for _, step := range firstSteps(c.steward, c.mayLog, c.project, c.logged, c.agreed) {
			if step.done {
				step.key += "+"
			}
			got = append(got, step.key)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%+v leads to %q", c, got)
		}
	}
}

// The home of an empty commons leads a steward and a member each to what they
// can do first, and tells an outsider that it has just begun.
func TestYoungHome(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.open = true
		s.get("ada", "").shows(200, "First steps", "Log a contribution", "Agree how income is shared", `<li class="done">`)
		s.get("bas", "").shows(200, "First steps", "Log a contribution").hides("Agree how income is shared", "Open a project")
		s.get("", "").shows(200, "This commons has just begun.").hides("First steps")
		s.log(s.bas, "2")
		s.get("bas", "").shows(200).hides("First steps")
	})
}
