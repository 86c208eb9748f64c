package contribution

import (
	"strings"
	"testing"
	"time"

	"commonweal/contribution/equation"
	"commonweal/platform/store"
)

// A steward sees what follows, records it, buys back and takes it back; members
// read it, outsiders of open books do not.
func TestExitByPages(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		v := s.pie()
		s.sell("200")
		s.distribute(v)
		s.open = true
		s.get("bas", "/contribution/exits").shows(200, "Nobody has left").hides("exits/new")
		s.get("", "/contribution/exits").shows(303) // to sign in
		s.get("bas", "/contribution/exits/new").shows(403)
		today := time.Now().In(amsterdam).Format(time.DateOnly)
		fields := []string{"person", string(s.cleo.Agent), "project", string(s.project.ID), "way", "dismissed", "from", today, "pot", "100"}
		form := s.get("ada", "/contribution/exits/new").shows(200, "Who left?", "Cleo", "Choose who left").hides(`value="` + string(s.ada.Agent) + `"`)
		s.post("ada", "/contribution/exits/new", append(fields, "do", "preview")...).shows(200, "Cleo keeps every slice", "8.00", "0 people gain")
		live := append([]string{}, fields...)
		live[5] = "resigned"
		s.ask("ada", "POST", "/contribution/exits/new", "application/x-www-form-urlencoded", strings.NewReader(formOf(live).Encode()), "HX-Request", "true").
			shows(200, "own fault", "Not kept in full after leaving", "2 people gain").hides("<main")
		s.post("ada", "/contribution/exits/new", append(fields, "do", "record", "_key", form.key())...).shows(422, "Where was it decided?")
		done := s.post("ada", "/contribution/exits/new", append(fields, "do", "record", "decision", "Assembly, point 2", "reason", "a private matter", "_key", form.key())...).leads("/contribution/exits/")
		exit := strings.TrimPrefix(done.to, "/c/workshop")
		s.get("bas", exit).shows(200, "Cleo left", "Asked to leave without cause", "Assembly, point 2", "8.00").hides("a private matter", "/buy-back", "/revoke")
		s.get("", exit).shows(303)
		one := s.get("ada", exit).shows(200, "Buy back for €8.00", "/revoke")
		s.post("ada", exit+"/buy-back", "equation", string(v.ID), "unit", "EUR", "amount", "7", "_key", one.key()).shows(422, "The price has changed")
		s.post("ada", exit+"/buy-back", "equation", string(v.ID), "unit", "EUR", "amount", "x", "_key", one.key()).shows(422)
		s.post("bas", exit+"/buy-back", "equation", string(v.ID), "unit", "EUR", "amount", "8", "_key", one.key()).shows(403)
		s.post("ada", exit+"/buy-back", "equation", string(v.ID), "unit", "EUR", "amount", "8", "_key", one.key()).leads(exit)
		s.get("ada", exit).shows(200, "the group bought €8.00 in slices for €8.00", "Was everything sold soon after?").hides("Buy back for")
		s.get("cleo", "/contribution/owed/"+string(s.cleo.Agent)).shows(200, "Slices bought back", exit)
		s.post("ada", exit+"/claw-back", "sold", "2019-05-01", "decision", "Assembly", "_key", one.key()).shows(422, "That is not a day from the buy-back")
		s.post("ada", exit+"/claw-back", "sold", today, "decision", "Assembly, point 9", "_key", one.key()).leads(exit)
		s.get("ada", exit).shows(200, "Reopened after a sale", "Assembly, point 9")
		s.post("ada", exit+"/revoke", "reason", "", "_key", one.key()).shows(422)
		s.post("ada", exit+"/revoke", "reason", "She stays.", "_key", one.key()).leads(exit)
		s.get("bas", exit).shows(200, "Taken back").hides("She stays.")
		s.get("bas", "/contribution/exits").shows(200, "Cleo", "Taken back")
		s.get("ada", "/contribution/exits/01a20cf7-0526-7a0b-9189-b2c2234e0110").shows(404)
		s.verified()
	})
}

// What an exit took off shows where a member asks why.
func TestExitIsExplained(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		v := s.pie()
		s.leaves(s.bas, equation.Resigned)
		s.leaves(s.cleo, equation.Resigned)
		s.sell("200")
		d := s.distribute(v)
		s.get("bas", "/contribution/distributions/"+string(d.ID)+"/lines/1/"+string(s.bas.Agent)).shows(200, "Kept after leaving: €5.00 of €20.00")
		s.get("cleo", "/contribution/distributions/"+string(d.ID)+"/nothing/"+string(s.cleo.Agent)).shows(200, "Not kept after leaving")
	})
}

// The rule for leaving and a game are edited without scripts, button by button.
func TestExitRuleAndGameInTheEditor(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		v := s.pie()
		s.get("bas", "/contribution/equations/"+string(v.ID)+"/1").shows(200, "When somebody leaves", "Their own fault: Left without good reason and Asked to leave with cause", "As cash counts: Money put in and Purchase")
		fields := s.get("ada", "/contribution/equations/"+string(v.ID)+"/1/edit").shows(200, "When somebody leaves").fields()
		if fields.Get("exit.shown") == "" {
			t.Fatalf("the editor shows no rule for leaving: %v", fields)
		}
		fields.Set("exit.price", "0.5")
		fields["exit.atFault"] = []string{"dismissed_with_cause"}
		fields.Set("exit.clawBackMonths", "many")
		s.press("ada", fields, "save").shows(422, "Write 0 to 1200 months")
		fields.Set("exit.clawBackMonths", "6")
		fields = s.press("ada", fields, "add.fixed.0").shows(200).fields()
		fields.Set("buckets[0].fixed[0].agent", string(s.bas.Agent))
		fields.Set("buckets[0].fixed[1].agent", string(s.cleo.Agent))
		fields = s.press("ada", fields, "add.game.0").shows(200, "What would each group have made by itself?").fields()
		for i, worth := range []string{"30", "20", ""} {
			fields.Set([]string{"buckets[0].game.groups[0].worth", "buckets[0].game.groups[1].worth", "buckets[0].game.groups[2].worth"}[i], worth)
		}
		s.press("ada", fields, "save").shows(422, "This is empty")
		fields.Set("buckets[0].game.groups[2].worth", "80")
		saved := s.press("ada", fields, "save").leads("/contribution/equations/")
		s.get("bas", strings.TrimPrefix(saved.to, "/c/workshop")).shows(200, "Their own fault: Asked to leave with cause.", "within 6 months", "Bas and Cleo would make 80 by themselves")
		var text equation.Equation
		must(t, s.db.Read(ctx, s.commons.ID, func(r *store.Snapshot) error {
			v, err := GetVersion(r, v.ID, 2)
			text = v.Text
			return err
		}))
		if text.Exit == nil || text.Exit.Price != "0.5" || len(text.Buckets[0].Game.Groups) != 3 || text.Buckets[0].Fixed[0].Weight != "" {
			t.Errorf("%+v %+v", text.Exit, text.Buckets[0])
		}
		fields = s.press("ada", fields, "remove.game.0").shows(200).hides("What would each group").fields()
		if fields.Get("buckets[0].fixed[0].weight") != "1" {
			t.Errorf("without the game the receivers have the weight %q", fields.Get("buckets[0].fixed[0].weight"))
		}
	})
}
