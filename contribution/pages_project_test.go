package contribution

import (
	"strings"
	"testing"

	"commonweal/quantity"
)

// A steward opens a project, everybody sees what comes to it, and its steps
// are worked through by forms.
func TestProjectByPages(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.post("bas", "/contribution/projects", "name", "Mine").shows(403)
		s.post("ada", "/contribution/projects", "name", "").shows(422)
		to := s.post("ada", "/contribution/projects", "_key", "k", "name", `Garden <b>`).leads("/contribution/projects/").to
		if again := s.post("ada", "/contribution/projects", "_key", "k", "name", `Garden <b>`).to; again != to {
			t.Errorf("sent twice, opened %s and %s", to, again)
		}
		s.get("bas", "/contribution/projects").shows(200, "Bench", "Garden &lt;b&gt;").hides("Garden <b>")
		at := "/contribution/projects/" + string(s.project.ID)
		e := s.log(s.bas, "2")
		s.decide(s.cleo, e.No, Accept)
		s.log(s.cleo, "1")
		s.get("bas", at).shows(200, "€24.00", "3 h", "Bas", "Cleo", "sanding the frame")
		s.post("bas", at+"/processes", "process_name", "Batch of March").leads(at)
		page := s.get("bas", at).shows(200, "Batch of March", "running")
		process := page.find(`name="process" value="([^"]+)"`)
		s.post("bas", at+"/flow", "flow", "made", "process", process, "thing", "stool", "amount", "4", "unit", "one", "deliverable", "order:A-17").leads(at)
		s.post("bas", at+"/flow", "flow", "made", "process", process, "thing", "stool", "amount", "4", "unit", "furlong").shows(422)
		s.post("bas", at+"/flow", "flow", "made", "process", process, "thing", "stool", "amount", "", "unit", "one").shows(422)
		stock := s.get("bas", at).shows(200, "stool").find(`value="([^"]+)">stool`)
		s.post("bas", at+"/flow", "flow", "used", "process", string(s.project.Process), "stock", stock, "amount", "9").shows(422)
		s.post("bas", at+"/flow", "flow", "used", "process", string(s.project.Process), "stock", stock, "amount", "1").leads(at)
		s.post("bas", at+"/finish", "process", process).leads(at)
		s.get("bas", at).shows(200, "finished")
		s.post("bas", at+"/closed", "closed", "1").shows(403)
		s.post("ada", at+"/closed", "closed", "1").leads(at)
		s.get("bas", at).shows(200, "closed").hides("Add a step")
		s.get("bas", "/contribution/projects/"+string(s.commons.ID)).shows(404)
	})
}

// The flows of a project show the cost of what was made, by kind, and what
// looks forgotten.
func TestFlowsPage(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		k := s.kitchen()
		k.give(LogAsk{Kind: "work", Process: k.baking, Quant: quantity.Of(3, "hour")}, true)
		k.give(LogAsk{Kind: "purchase", Process: k.baking, Quant: quantity.Of(2, "EUR")}, true)
		at := "/contribution/projects/" + string(s.project.ID) + "/flows"
		s.get("bas", at).shows(200, "loaf", "order:A-17", "€38.00", "€1.27", "Work", "€36.00", "Purchase", "€2.00",
			"flour", "Made from nothing", "Milling")
		k.give(LogAsk{Kind: "work", Process: k.milling, Quant: quantity.Of(2, "hour")}, false)
		s.get("bas", at).shows(200, "€44.00").hides("Made from nothing") // a quarter of 24.00 more
		if p := s.ask("bas", "GET", at, "", nil, "Accept", "application/json"); !strings.HasPrefix(p.body, "{") {
			t.Errorf("as JSON: %.80s", p.body)
		}
	})
}

// Stewards set up kinds and rules; a rule of a project goes before the kind's.
func TestKindsByPages(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.get("bas", "/contribution/kinds").shows(403)
		s.get("ada", "/contribution/kinds").shows(200, "Care work", "Two colleagues confirm")
		s.post("ada", "/contribution/kinds/new", "name", "Translation", "word", "Not A Word", "stream", "livelihood", "action", "work", "unit", "hour", "validators", "1").shows(422)
		s.post("ada", "/contribution/kinds/new", "name", "Translation", "word", "work", "stream", "livelihood", "action", "work", "unit", "hour", "validators", "1").shows(422, "already")
		s.post("ada", "/contribution/kinds/new", "name", "Translation", "word", "translation", "stream", "livelihood", "action", "work", "unit", "hour", "rate", "20", "validators", "0").leads("/contribution/kinds")
		s.get("bas", "/contribution/log?kind=translation").shows(200, "Translation")
		s.get("ada", "/contribution/kinds/translation").shows(200, `value="20.00"`)
		s.post("ada", "/contribution/kinds/translation", "name", "Translating", "rate", "21.50", "validators", "1", "silent", "14", "below", "0.5", "maximum", "40", "stewards", "1").leads("/contribution/kinds")
		s.get("ada", "/contribution/kinds").shows(200, "Translating", "€21.50", "stewards only", "up to 0.5 h counts at once", "after 14 days", "at most 40 h")
		s.post("ada", "/contribution/kinds/translation", "name", "Translating", "validators", "7").shows(422)
		s.post("ada", "/contribution/kinds/translation", "name", "Translating", "validators", "1", "maximum", "-3").shows(422)
		s.post("ada", "/contribution/kinds/work/project", "project", string(s.project.ID), "validators", "0").leads("/contribution/kinds/work")
		if e := s.log(s.bas, "1"); e.State != Validated {
			t.Errorf("under the project's own rule it is %s", e.State)
		}
		s.post("ada", "/contribution/kinds/work/project", "project", string(s.project.ID), "do", "remove").leads("/contribution/kinds/work")
		if e := s.log(s.bas, "1"); e.State != Logged {
			t.Errorf("under the kind's rule it is %s", e.State)
		}
		s.post("ada", "/contribution/kinds/work", "name", "Work", "validators", "1", "retired", "1").leads("/contribution/kinds")
		s.get("bas", "/contribution/log").shows(200).hides(`value="work"`)
		s.get("ada", "/contribution/kinds/juggling").shows(404)
	})
}

// The home of the commons says what waits, how it stands, and finds things.
func TestHomeSockets(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		e := s.log(s.bas, "2.5")
		s.log(s.bas, "1")
		s.get("cleo", "").shows(200, "2 contributions wait for you", "3.5", "Contributors in three months")
		s.get("bas", "").shows(200).hides("wait for you")
		s.decide(s.cleo, e.No, Accept)
		s.get("cleo", "").shows(200, "1 contribution waits for you", "€30.00")
		s.get("cleo", "/search?q=bench").shows(200, "/contribution/projects/"+string(s.project.ID))
		s.get("cleo", "/search?q="+e.No.String()).shows(200, "Contribution "+e.No.String(), "2.5 h · Work · Bas")
		s.get("cleo", "/search?q=bas").shows(200, "What Bas gave")
		s.open = true
		s.get("", "/search?q=bas").shows(200).hides("What Bas gave")
		s.get("", "").shows(200).hides("wait for you")
	})
}
