package contribution

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"commonweal/platform/auth"
)

// actsOfForms says by which acts of the API a program does what people do with
// a form; none where the form is for people only, and why.
var actsOfForms = map[string][]string{
	"log":                             {"logContribution"},
	"entries/{no}/decide":             {"validateContribution"},
	"entries":                         {"logContribution"},
	"quick":                           {}, // a line that is read as one types; a program says the parts
	"timer/start":                     {}, // it runs while one works
	"timer/stop":                      {},
	"validate":                        {}, // several verdicts at once, each an act of its own
	"recurring":                       {}, // drafts of one person, which nobody else sees
	"recurring/{id}":                  {},
	"projects":                        {"openContributionProject"},
	"projects/{id}/closed":            {"configureContributionProject"},
	"projects/{id}/processes":         {"addContributionProcess"},
	"projects/{id}/finish":            {"finishContributionProcess"},
	"projects/{id}/flow":              {"recordContributionFlow"},
	"kinds/{kind}":                    {"configureContributionKind"},
	"kinds/{kind}/project":            {"configureContributionProject"},
	"equations/new":                   {"saveContributionEquation"},
	"equations/live":                  {}, // what the editor shows while one types: contributionSimulation
	"equations/{id}/{version}/{move}": {"simulateContributionEquation", "adoptContributionEquation", "retireContributionEquation"},
	"income/new":                      {"recordContributionIncome"},
	"distributions/new":               {"openDistribution"},
	"distributions/{id}/{move}":       {"distribute", "cancelDistribution", "reverseDistribution"},
	"owed/{agent}":                    {"payOutContribution"},
	"exits/new":                       {"recordContributionExit"},
	"exits/{id}/buy-back":             {"buyBackContributionExit"},
	"exits/{id}/claw-back":            {"clawBackContributionExit"},
	"exits/{id}/revoke":               {"revokeContributionExit"},
	"rounds/new":                      {"openContributionRound"},
	"rounds/{id}/close":               {"closeContributionRound"},
	"rounds/{id}/cancel":              {"cancelContributionRound"},
	"rounds/{id}/evaluate":            {"answerContributionRound", "giveContributionRound"},
	"rounds/{id}/conflict":            {"declareContributionConflict"},
	"karma/settings":                  {"setContributionHalfLife"},
	"karma/{agent}/sanction":          {"sanctionContributionKarma"},
	"import/new":                      {"checkContributionImport"},
	"import/file/{id}":                {"startContributionImport"},
	"import/file/{id}/options":        {}, // people look at the columns; a program sends what is guessed right
	"import/file/{id}/drop":           {}, // files go by themselves
	"import/batch/{id}/reverse":       {"takeBackContributionImport"},
}

// Every form of the pages has its act in the API, and both ask for the same
// capability: nobody may do by program what they may not by hand.
func TestEveryFormHasItsAct(t *testing.T) {
	fields := Part(&Practice{}).Fields
	acts := map[string]bool{}
	for name := range fields {
		if act, is := strings.CutPrefix(name, "Mutation."); is {
			acts[act] = false
		}
	}
	unseen := maps.Clone(actsOfForms)
	for _, route := range Room(&Practice{}).Routes {
		form, posts := strings.CutPrefix(route.Pattern, "POST /c/{commons}/contribution/")
		if !posts {
			continue
		}
		names, known := actsOfForms[form]
		delete(unseen, form)
		if !known {
			t.Errorf("the form %s has no act", form)
		}
		for _, act := range names {
			if _, there := acts[act]; !there {
				t.Errorf("there is no act %s for %s", act, form)
			}
			acts[act] = true
			if needs := fields["Mutation."+act].Needs; needs != auth.Capability(route.Needs) {
				t.Errorf("%s needs %s, and its form %s", act, needs, route.Needs)
			}
		}
	}
	for form := range unseen {
		t.Errorf("there is no form %s", form)
	}
	for _, act := range slices.Sorted(maps.Keys(acts)) {
		if !acts[act] {
			t.Errorf("%s has no form", act)
		}
	}
}
