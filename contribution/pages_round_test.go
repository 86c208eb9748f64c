package contribution

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"commonweal/contribution/evaluation"
	"commonweal/platform/auth"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// judgesOn adds a fourth member to the site, so that panels of three can be drawn.
func (s *site) judgesOn() []auth.Identity {
	s.t.Helper()
	people := s.judges()
	s.as["dani"] = s.table.As(people[3])
	return people
}

// A round from the form to the reason of a score, by requests alone.
func TestRoundPages(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.judgesOn()
		a, b := s.made(s.as["dani"]), s.made(s.as["dani"])
		s.get("bas", "/contribution/rounds").shows(200, "No evaluation round yet").hides("Open a round")
		s.get("bas", "/contribution/rounds/new").shows(403)
		form := s.get("ada", "/contribution/rounds/new?preset=quick").shows(200, "1, 2, 3, 4, 5", "Who sees which rater gave which mark?")
		now := s.db.Now()
		fields := []string{"_key", form.key(), "preset", "quick", "name", "October", "from", now.AddDate(0, 0, -3).Format(time.DateOnly), "until", now.AddDate(0, 0, 1).Format(time.DateOnly),
			"closes", now.AddDate(0, 0, 3).Format("2006-01-02T15:04"), "scale", "1, 2, 3, 4, 5", "size", "3", "quorum", "2", "trim", "0", "duplicate", "0", "names", "after", "karma", "1"}
		s.post("ada", "/contribution/rounds/new", append(fields, "scale", "")...).leads("/contribution/rounds/")
		var round Round
		must(t, s.db.Read(ctx, s.commons.ID, func(r *store.Snapshot) error {
			list, err := LiveRounds(r)
			round = list[0]
			return err
		}))
		at := "/contribution/rounds/" + string(round.ID)
		s.get("bas", "/contribution/rounds").shows(200, "October", "0 / 2", "Evaluate")
		s.get("bas", "").shows(200, "Evaluate 2 contributions", "October")
		judge := s.get("bas", at+"/evaluate").shows(200, "Dani", "sanding the frame", "0 / 2", `value="5"`)
		s.post("bas", at+"/evaluate", "_key", judge.key(), "item", a.No.String(), "score", "5", "comment", "well done").leads("/contribution/rounds/")
		s.get("bas", at+"/evaluate").shows(200, "1 / 2")
		s.post("bas", at+"/evaluate", "_key", "k2", "item", b.No.String(), "verdict", "duplicate", "original", a.No.String()).leads("/contribution/rounds/")
		s.get("bas", at+"/evaluate").shows(200, "All done", "gave 5", "said it repeats")
		s.post("ada", at+"/evaluate", "_key", "k3", "item", a.No.String(), "score", "3").leads("/contribution/rounds/")
		s.post("ada", at+"/evaluate", "_key", "k4", "item", a.No.String(), "score", "6").shows(422)
		s.post("dani", at+"/evaluate", "_key", "k5", "item", a.No.String(), "score", "5").shows(403)
		s.post("bas", at+"/close").shows(403)
		s.post("ada", at+"/close", "_key", "k6").leads("/contribution/rounds/")
		s.get("cleo", at).shows(200, "Results", "Why?", "no score: there were too few marks")
		s.get("cleo", at+"/items/"+a.No.String()).shows(200, "(3 &#43; 5) / 2 = 4", "did not answer", "it is not a zero", "4 × 1 = 4 karma", "Bas: “well done”")
		s.get("cleo", "/contribution/karma").shows(200, "Dani")
		s.get("cleo", "/contribution/karma/"+string(s.as["dani"].Agent)).shows(200, "score of contribution "+a.No.String(), "Half of it fades in 90 days")
		s.get("dani", "").shows(200).hides("Evaluate 2 contributions")

		s.open = true
		s.get("", at+"/items/"+a.No.String()).shows(200, "(3 &#43; 5) / 2 = 4").hides("Bas", "Dani", "well done", "sanding the frame")
		s.get("", "/contribution/karma").shows(200, "Member "+vf.Pseudonym(s.as["dani"].Agent)).hides("Dani")
	})
}

// Before the close no page and no JSON shows anybody a mark, a comment, or a
// result; a rater sees their own.
func TestPagesKeepAnswersSecret(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		people := s.judgesOn()
		e := s.made(s.as["dani"])
		round := s.open_(praise())
		s.mark(s.bas, round, e.No, 89)
		s.open = true
		at := "/contribution/rounds/" + string(round.ID)
		for _, who := range []string{"", "ada", "cleo", "dani"} {
			for _, path := range []string{"", "/contribution/rounds", at, at + "/evaluate", at + "/items/" + e.No.String(), "/contribution/karma",
				"/contribution/karma/" + string(people[3].Agent), "/contribution/entries/" + e.No.String()} {
				for _, accept := range []string{"text/html", "application/json"} {
					s.ask(who, "GET", path, "", nil, "Accept", accept).hides("gave 89", "wobbles", `"score":89`, `"score": 89`, ">89<small", `89 karma`)
				}
			}
		}
		s.get("ada", at+"/items/"+e.No.String()).shows(404)
		s.get("bas", at+"/evaluate?item="+e.No.String()).shows(200, "gave 89", "wobbles")
	})
}

// open_ opens a round; site.open says whether the books are open.
func (s *site) open_(rules RoundRules) Round { s.t.Helper(); return s.workshop.open(rules) }

// With names from the start, results can be read while the round runs.
func TestOpenRoundShowsMarksAsTheyCome(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.judgesOn()
		e := s.made(s.as["dani"])
		rules := praise()
		rules.Names = NamesAlways
		round := s.open_(rules)
		s.mark(s.bas, round, e.No, 89)
		at := "/contribution/rounds/" + string(round.ID)
		s.get("cleo", at).shows(200, "So far", "89")
		s.get("cleo", at+"/items/"+e.No.String()).shows(200, "gave 89", "Bas")
	})
}

// What members give is saved, shown to them alone, and explained afterwards.
func TestGivePages(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		people := s.judgesOn()
		s.made(s.as["dani"])
		round := s.open_(RoundRules{Mode: GiveMode, Names: NamesNobody, Give: evaluation.GiveRules{Budget: 100}, Karma: quantity.MustParse("0.1", evaluation.Karma)})
		at, dani := "/contribution/rounds/"+string(round.ID), string(people[3].Agent)
		form := s.get("bas", at+"/evaluate").shows(200, "100 points; 100 are left", "1 contribution in this period")
		s.post("bas", at+"/evaluate", "_key", form.key(), "giving", "1", "person", dani, "give."+dani, "101").shows(422)
		s.post("bas", at+"/evaluate", "_key", form.key(), "giving", "1", "person", dani, "give."+dani, "40", "note."+dani, "for the bench").leads("/contribution/rounds/")
		s.get("bas", at+"/evaluate").shows(200, "60 are left", "for the bench")
		s.get("cleo", at+"/evaluate").shows(200, "100 are left").hides("for the bench")
		s.post("ada", at+"/close", "_key", "k").leads("/contribution/rounds/")
		s.get("cleo", at+"/members/"+dani).shows(200, "Giver 1", "gave 40", "40 of 40 points are 100 %", "40 × 0.1 = 4 karma", "for the bench").hides("Bas")
		s.get("cleo", at).shows(200, "Dani")
	})
}

// A declared conflict skips the contribution and is kept for later rounds.
func TestConflictPage(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		people := s.judgesOn()
		e := s.made(s.as["dani"])
		round := s.open_(praise())
		at := "/contribution/rounds/" + string(round.ID)
		s.post("bas", at+"/conflict", "_key", "k", "item", e.No.String()).leads("/contribution/rounds/")
		if _, err := AnswerRound(ctx, s.db, s.bas, "", AnswerAsk{Round: round.ID, Item: e.No, Verdict: evaluation.Scored, Score: 5}); err == nil {
			t.Error("Bas judged after declaring a conflict")
		}
		s.made(people[3])
		smaller := praise()
		smaller.Panel = evaluation.PanelRule{Size: 3, Least: 2, MostEach: 10}
		next := s.open_(smaller)
		panels, _ := s.panels(next)
		for _, panel := range panels {
			if strings.Contains(strings.Join(panel.Raters, " "), string(s.bas.Agent)) {
				t.Error("Bas was drawn again for what Dani made")
			}
		}
		s.post("dani", at+"/conflict", "_key", "k", "item", e.No.String()).shows(http.StatusForbidden)
	})
}

// The half-life and a sanction, from the forms to the audit.
func TestKarmaPages(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		people := s.judgesOn()
		e := s.made(s.as["dani"])
		round := s.open_(praise())
		s.mark(s.bas, round, e.No, 55)
		s.close(round)
		at := "/contribution/karma/" + string(people[3].Agent)
		s.get("bas", "/contribution/karma/settings").shows(403)
		s.post("ada", "/contribution/karma/settings", "_key", "k", "days", "30", "decision", "").shows(422)
		s.post("ada", "/contribution/karma/settings", "_key", "k", "days", "30", "from", "2020-01-01", "decision", "Assembly of 12 May").shows(422, "from today or a later day")
		s.post("ada", "/contribution/karma/settings", "_key", "k", "days", "30", "decision", "Assembly of 12 May").leads("/contribution/karma")
		s.get("ada", "/contribution/karma/settings").shows(200, "Half of it fades in 30 days", "Assembly of 12 May", "Half of it fades in 90 days")
		s.post("bas", at+"/sanction", "_key", "k", "amount", "2", "decision", "Assembly").shows(403)
		s.post("ada", at+"/sanction", "_key", "k", "amount", "2", "decision", "Assembly of 13 May").leads("/contribution/karma/")
		s.get("cleo", at).shows(200, "taken away by decision: Assembly of 13 May", "-2", "3.5").hides("Record a loss")
		s.get("cleo", "/contribution/karma/"+string(store.NewID())).shows(404)
	})
}
