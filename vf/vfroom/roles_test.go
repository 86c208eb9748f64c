package vfroom

import (
	"strings"
	"testing"

	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// Bas buys for the bakery: a steward gives him the role by the form, his own
// form then offers the bakery, and what he records says that he did it.
func TestRecordingForAnOrganization(t *testing.T) {
	each(t, func(s *site) {
		b := s.bench()
		bakery := store.NewID()
		s.do(vf.Adding{Thing: vf.Agent{ID: bakery, Kind: vf.Organization, Name: "Bakery"}})
		if strings.Contains(s.get("bas", "/record?action=work").shows(200).body, `name="actsUnder"`) {
			t.Error("asked for whom, with nobody to act for")
		}
		s.post("ada", "/agents/"+string(s.bas.Agent)+"/relations", "label", "buys for", "object", string(bakery), "acts_for", "on").leads("/agents/")
		s.get("ada", "/agents/"+string(bakery)).shows(200, "Bas Miller", "records for them")
		form := s.get("bas", "/record?action=work").shows(200, "Bakery – as buys for").body
		_, rest, _ := strings.Cut(form[strings.Index(form, `name="actsUnder"`):], `<option value="`)
		_, rest, _ = strings.Cut(rest, `<option value="`) // behind the choice of oneself
		under, _, _ := strings.Cut(rest, `"`)
		work := []string{"action", "work", "inputOf", string(b.process), "effortQuantity", "2", "effortUnit", "hour", "actsUnder", under}
		s.post("bas", "/record", work...).leads("/processes/")
		s.get("ada", "/history").shows(200, "Bakery (by Bas Miller)")
		outside := s.get("", "/history").shows(200, "Bakery (by Member ")
		if strings.Contains(outside.body, "Miller") {
			t.Error("outsiders read who it was")
		}
		work[len(work)-1] = string(store.NewID())
		s.post("bas", "/record", work...).shows(422)
	})
}

// A drawing is listed in two collections by the form, shows on the pages of
// both, and comes off one of them.
func TestListsByForms(t *testing.T) {
	each(t, func(s *site) {
		b := s.bench()
		files, us, one := store.NewID(), string(s.commons.Agent), quantity.Of(1, quantity.One)
		s.do(vf.Adding{Thing: vf.ResourceSpecification{ID: files, Name: "Drawing", Policy: vf.Policy{Containers: vf.Several}}})
		made := map[string]store.ID{}
		for _, name := range []string{"Hive plan", "Catalog", "Starter kit"} {
			made[name] = s.do(vf.Recording{Event: vf.Event{Action: vf.Raise, Provider: s.commons.Agent, Receiver: s.commons.Agent, ResourceQuantity: &one}, New: &vf.Resource{Name: name, ConformsTo: files}})[0].Resource
		}
		plan, page := string(made["Hive plan"]), "/resources/"+string(made["Hive plan"])
		for _, list := range []string{"Catalog", "Starter kit"} {
			s.post("ada", "/record", "action", "combine", "provider", us, "resourceInventoriedAs", plan, "toResourceInventoriedAs", string(made[list]), "inputOf", string(b.process), "resourceQuantity", "0").leads("/resources/")
			s.get("ada", "/resources/"+string(made[list])).shows(200, "Hive plan")
		}
		s.get("ada", page).shows(200, "Listed in", "Catalog", "Starter kit")
		s.get("ada", "/record?action=separate").shows(200, "Off which list")
		s.post("ada", "/record", "action", "separate", "provider", us, "resourceInventoriedAs", plan, "toResourceInventoriedAs", string(made["Catalog"]), "outputOf", string(b.process), "resourceQuantity", "0").leads("/resources/")
		if x := s.resource(made["Hive plan"]); len(x.ListedIn) != 1 || x.ListedIn[0] != made["Starter kit"] {
			t.Errorf("listed in %v", x.ListedIn)
		}
	})
}

// The page of a trace says by which rule stocks were read.
func TestTraceSaysItsRule(t *testing.T) {
	each(t, func(s *site) {
		b := s.bench()
		s.get("ada", "/trace?resource="+string(b.desk)).shows(200, "counted as mixed with what is there")
		milk, us, ten := store.NewID(), s.commons.Agent, quantity.Of(10, "litre")
		churn, cheese := store.NewID(), store.NewID()
		s.do(vf.Adding{Thing: vf.ResourceSpecification{ID: milk, Name: "Milk", Policy: vf.Policy{Withdrawal: vf.FIFO}}},
			vf.Recording{Event: vf.Event{Action: vf.Raise, Provider: us, Receiver: us, ResourceQuantity: &ten}, New: &vf.Resource{ID: churn, Name: "Churn", ConformsTo: milk}},
			vf.Recording{Event: vf.Event{Action: vf.Raise, Provider: us, Receiver: us, ResourceInventoriedAs: churn, ResourceQuantity: &ten}},
			vf.Recording{Event: vf.Event{Action: vf.Transfer, Provider: us, Receiver: us, ResourceInventoriedAs: churn, ResourceQuantity: &ten}, New: &vf.Resource{ID: cheese, Name: "Vat"}})
		s.get("ada", "/trace?resource="+string(cheese)).shows(200, "What came in first went out first:", "Churn", "2 events behind")
		s.get("ada", "/specifications/"+string(milk)).shows(200, "first in, first out")
		s.get("ada", "/trace?direction=on&mode=reach&resource="+string(churn)).shows(200, "Where it is now", "Vat")
	})
}

// A relationship gets another role and its last day by the form, and is ended by
// one button; from then on nobody acts under it. What the address does not join is
// not there.
func TestRelationshipIsChangedAndEnded(t *testing.T) {
	each(t, func(s *site) {
		bakery := store.NewID()
		bas := string(s.bas.Agent)
		s.do(vf.Adding{Thing: vf.Agent{ID: bakery, Kind: vf.Organization, Name: "Bakery"}})
		s.post("ada", "/agents/"+bas+"/relations", "label", "buys for", "object", string(bakery), "acts_for", "on", "since", "2026-01-05").leads("/agents/")
		_, rest, _ := strings.Cut(s.get("ada", "/agents/"+string(bakery)).shows(200, "Bas Miller", "records for them").body, "/relations/")
		relation, _, _ := strings.Cut(rest, `"`)
		role := &vf.AgentRelationshipRole{About: vf.About{ID: store.NewID(), Name: "bakes at"}}
		s.do(vf.Adding{Thing: role})

		page := "/agents/" + bas + "/relations/" + relation
		s.get("bas", page).shows(403)
		s.get("ada", "/agents/"+string(s.ada.Agent)+"/relations/"+relation).shows(404)
		s.get("ada", page).shows(200, "buys for", "bakes at", `value="2026-01-05"`)
		s.post("ada", page, "role", string(role.ID), "since", "2026-02-01", "until", "2026-01-01").shows(422)
		s.post("ada", page, "role", string(role.ID), "since", "2026-01-05", "until", "2099-12-31").leads("/agents/" + bas)
		s.get("ada", "/agents/"+bas).shows(200, "bakes at", "31 Dec 2099").hides("records for them")
		s.post("ada", page+"/end").leads("/agents/" + bas)
		s.get("ada", "/agents/"+bas).shows(200, "bakes at", "over").hides("31 Dec 2099")
		s.get("ada", page).shows(200).hides("End it today")
	})
}
