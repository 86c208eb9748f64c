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
