package credit

import "testing"

// A steward looks at what limits would mean, and adopts them.
func TestLimitsOfACurrency(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		path := "/currencies/" + string(s.hours.ID) + "/limits"
		must(t, s.pays(s.bas, s.cleo, "15"))
		s.get("ada", "/currencies/"+string(s.hours.ID)).shows(200, path)
		s.get("bas", path).shows(403)
		s.get("ada", path).shows(200, `value="20"`, "80 h", "Accounts that would stand outside 0")
		fields := []string{"line", "10", "above", "", "soft", "50", "least", "5", "most", "50", "partner", "5", "times", "2", "months", "3",
			"share", "10", "growth", "5", "growth_partner", "20"}
		s.post("ada", path, append(fields, "do", "look")...).shows(200, "40 h", "Accounts that would stand outside 1", "they only move back")
		s.reaches(s.cleo, "20", "opening")
		s.post("ada", path, append(fields, "do", "adopt")...).shows(422)
		s.post("ada", path, append([]string{"months", "0", "follows", "1", "do", "look"}, fields...)...).shows(422)
		s.post("ada", path, append(fields, "grows", "1", "reason", "we begin small", "do", "adopt")...).leads("/currencies/")
		s.reaches(s.cleo, "11.5", "growth")
		s.get("ada", "/currencies/"+string(s.hours.ID)).shows(200, "as much as comes")
		s.get("ada", path).shows(200, `name="grows" value="1" checked`)
	})
}

// A program learns which band held on a day, and why; others do not.
func TestBandsForPrograms(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		must(t, s.adopt(growing))
		must(t, s.pays(s.bas, s.cleo, "6"))
		cleo, _ := s.account(s.cleo)
		path := "/accounts/" + string(cleo.ID) + "/band"
		for _, who := range []string{"cleo", "ada"} {
			s.get(who, path).shows(200, `"policy":"growth"`, `"received":"6"`, `"floor":"-23"`)
		}
		s.get("bas", path).shows(403)
		s.get("", path).shows(401)
		s.get("cleo", path+"?on=2001-05-03").shows(404)
		s.get("cleo", path+"?on=May").shows(422, "credit.moment")
	})
}

// The history says how each rule came to its part; a steward puts accounts into
// groups, and ends what was decided.
func TestRulesOfAnAccountOnThePage(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		workshops := growing
		workshops.Name = "Workshops"
		must(t, s.adopt(growing, workshops))
		must(t, s.pays(s.bas, s.cleo, "6"))
		cleo, _ := s.account(s.cleo)
		path := "/accounts/" + string(cleo.ID)
		s.get("cleo", path).shows(200, "by what it received: from 6 h follow 23 h below zero")
		s.post("ada", path+"/limits", "below", "3", "until", "2099-05-03T12:00", "reason", "in dialogue").leads(path)
		s.get("cleo", path).shows(200, "until", "2099")
		s.post("ada", path+"/limits", "below", "3", "until", "2001-05-03T12:00", "reason", "in dialogue").shows(422, "a decision ends in the future")
		s.get("ada", path+"/limits").shows(200, "Follow the rule again", "Workshops")
		s.post("bas", path+"/policy", "for", "why not", "do", "follow").shows(403)
		s.post("ada", path+"/policy", "for", "", "do", "follow").shows(422)
		s.post("ada", path+"/policy", "for", "settled", "do", "follow").leads(path)
		s.reaches(s.cleo, "23", "growth")
		s.post("ada", path+"/policy", "for", "opened one", "group", "Workshops", "do", "group").leads(path)
		s.post("ada", path+"/policy", "for", "opened one", "group", "Bakeries", "do", "group").shows(404)
		s.get("ada", path+"/limits").shows(200, `value="Workshops" selected`)
		s.replays()
	})
}
