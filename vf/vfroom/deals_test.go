package vfroom

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// offers publishes Ada's desks, up to five at eighty euros, and returns where.
func (s *site) offers(b bench) string {
	s.t.Helper()
	return s.post("ada", "/proposals/new", "purpose", "offer", "what", "Desk of oak", "way", "transfer", "amount", "1", "amount_unit", "one", "return", "80", "return_unit", "EUR",
		"multiples", "1", "available", "5", "kind", string(b.spec), "as", string(s.ada.Agent), "new_list", "Price list", "note", "only for friends").leads("/proposals/")
}

// Ada offers desks, Bas takes two, Ada hands over three in all and Bas pays in
// part: the agreement says what is open on each side, and what went beyond.
func TestOfferBecomesAgreement(t *testing.T) {
	each(t, func(s *site) {
		b := s.bench()
		offer := s.offers(b)
		s.get("bas", "/proposals").shows(200, "Desk of oak", "€80.00", "5 left", "Ada Lantern", "Price list")
		s.post("ada", offer+"/respond", "times", "1").shows(422, "own proposal")
		s.post("bas", offer+"/respond", "times", "6").shows(422, "6 one is wanted, and 5 one is left")
		s.post("bas", offer+"/respond", "times", "two").shows(422)
		s.post("", offer+"/respond", "times", "1").shows(http.StatusUnauthorized)
		agreement := s.post("bas", offer+"/respond", "times", "2").leads("/agreements/")
		s.get("bas", offer).shows(200, "3", agreement)
		gives, pays := s.clause(agreement, "stipulates"), s.clause(agreement, "stipulatesReciprocal")
		record := func(who, clause, amount string) answer {
			return s.post(who, agreement+"/record", "clause", clause, "amount_"+clause, amount, "day_"+clause, "2026-03-02")
		}
		record("bas", gives, "1").shows(http.StatusForbidden) // it is Ada's to record what she gives
		record("ada", gives, "1").leads(agreement)
		s.get("ada", agreement).shows(200, "in part", "1 so far", "1 open")
		record("ada", gives, "2").leads(agreement)
		record("bas", pays, "60").leads(agreement)
		s.get("bas", agreement).shows(200, "1 more than promised", "€60.00 so far", "€100.00 open", "1 of 2 done")
		record("ada", pays, "0").shows(422, "more than zero")
		s.post("ada", agreement+"/close", "clause", pays).leads(agreement)
		s.get("bas", agreement).shows(200, "€100.00 let go", "All done")
		if n := strings.Count(s.get("bas", agreement).body, "passed on"); n != 3 {
			t.Errorf("%d events are told, want each of 3 once", n)
		}
	})
}

// clause is the identifier of the first clause on a side of an agreement.
func (s *site) clause(agreement, side string) string {
	s.t.Helper()
	var v map[string]json.RawMessage
	var rows []struct{ ID string }
	s.must(json.Unmarshal([]byte(s.json("bas", agreement).body), &v))
	s.must(json.Unmarshal(v[side], &rows))
	if len(rows) == 0 {
		s.t.Fatalf("nothing stands under %s", side)
	}
	return rows[0].ID
}

// What is given from a counted stock leaves it, and comes to whoever receives.
func TestClausesMoveStock(t *testing.T) {
	each(t, func(s *site) {
		b := s.bench()
		agreement := s.post("ada", "/agreements/new", "name", "Sheets for Bas", "as", string(s.commons.Agent), "with", string(s.bas.Agent), "way", "transfer",
			"amount", "4", "amount_unit", "one", "kind", string(b.spec)).leads("/agreements/")
		id := s.clause(agreement, "stipulates")
		s.get("ada", agreement).shows(200, "Birch sheets: 7")
		s.post("ada", agreement+"/record", "clause", id, "amount_"+id, "4", "day_"+id, "2026-03-02", "stock_"+id, string(b.sheets)).leads(agreement)
		if x := s.resource(b.sheets); x.Onhand != quantity.Of(3, quantity.One) {
			t.Errorf("%v left", x.Onhand)
		}
		s.get("bas", "/agents/"+string(s.bas.Agent)).shows(200, "Birch sheets")
		s.post("bas", agreement+"/promise", "as", string(s.bas.Agent), "with", string(s.commons.Agent), "way", "deliverService", "amount", "2", "amount_unit", "hour", "in_return", "1").leads(agreement)
		s.post("bas", agreement+"/bundle", "bundle_name", "").shows(422)
		s.post("bas", agreement+"/bundle", "bundle_name", "Order of March").leads(agreement)
		order := s.get("bas", agreement).shows(200, "Order of March").body
		at := order[strings.Index(order, "/c/shop/bundles/")+len("/c/shop"):]
		s.get("bas", at[:strings.Index(at, `"`)]).shows(200, "Sheets for Bas")
	})
}

// A withdrawn offer is off the board and cannot be taken up; what was agreed stays.
func TestWithdraw(t *testing.T) {
	each(t, func(s *site) {
		offer := s.offers(s.bench())
		agreement := s.post("bas", offer+"/respond", "times", "1").leads("/agreements/")
		s.post("bas", offer+"/withdraw").shows(http.StatusForbidden)
		s.post("ada", offer+"/withdraw").leads(offer)
		s.get("bas", "/proposals").shows(200).hides("Desk of oak")
		s.get("bas", "/proposals?show=all").shows(200, "Desk of oak", "Withdrawn")
		s.post("bas", offer+"/respond", "times", "1").shows(422, "ended")
		s.get("bas", agreement).shows(200, "Desk of oak")
	})
}

// A draft says to members what it lacks, and nothing to others; nobody takes it up.
func TestDraftOfAProposal(t *testing.T) {
	each(t, func(s *site) {
		id := store.NewID()
		s.do(vf.Adding{Thing: &vf.Proposal{About: vf.About{ID: id, Name: "Sometime"}, Purpose: vf.Offer}})
		draft := "/proposals/" + string(id)
		s.get("bas", draft).shows(200, "Sometime", "Draft", "does not say yet what is offered").hides("It is a gift")
		s.get("bas", "/proposals").shows(200, "Sometime", "Draft")
		s.get("", "/proposals").shows(200).hides("Sometime")
		s.get("", draft).shows(http.StatusNotFound)
		s.post("bas", draft+"/respond", "times", "1").shows(422, "is a draft")
	})
}

// A recipe is written by forms, refuses a loop by name, and makes a plan, whose
// wishes members take on and fulfill.
func TestRecipeToPlan(t *testing.T) {
	each(t, func(s *site) {
		b := s.bench()
		part, skill, stage := store.NewID(), store.NewID(), store.NewID()
		s.do(vf.Adding{Thing: vf.ResourceSpecification{ID: part, Name: "Legs"}}, vf.Adding{Thing: vf.ResourceSpecification{ID: skill, Name: "Joinery"}}, vf.Adding{Thing: vf.ProcessSpecification{ID: stage, Name: "Turned"}})
		s.post("bas", "/recipes", "name", "Desk").shows(http.StatusForbidden)
		recipe := s.post("ada", "/recipes", "name", "Desk", "makes", string(b.spec)).leads("/recipes/")
		s.post("ada", recipe+"/plan", "quantity", "1", "start", "2026-03-02").shows(422, "add that output")
		s.post("ada", recipe+"/step", "step", "Turn the legs", "stage", string(stage), "takes", "3", "takes_unit", "day").leads(recipe)
		s.post("ada", recipe+"/step", "step", "Join", "takes", "2", "takes_unit", "hour").leads(recipe)
		steps := s.steps(recipe)
		flow := func(step, side, use string, kind store.ID, amount, unit string) answer {
			n := side + "_" + step + "_"
			return s.post("ada", recipe+"/flow", "step", step, "side", side, n+"use", use, n+"kind", string(kind), n+"amount", amount, n+"amount_unit", unit)
		}
		flow(steps[0], "out", "produce", part, "4", "one").leads(recipe)
		flow(steps[1], "in", "consume", part, "4", "one").leads(recipe)
		flow(steps[1], "in", "work", skill, "2", "hour").leads(recipe)
		flow(steps[1], "out", "produce", b.spec, "1", "one").leads(recipe)
		flow(steps[0], "in", "consume", b.spec, "1", "one").shows(422, "Turn the legs → Join → Turn the legs")
		flow(steps[0], "in", "produce", part, "1", "one").shows(422)
		s.get("bas", recipe).shows(200, "Turn the legs", "takes 3 d", "Joinery")
		s.post("bas", recipe+"/plan", "quantity", "3", "start", "2026-03-02", "due", "2026-04-01").shows(422, "exactly one")
		plan := s.post("bas", recipe+"/plan", "quantity", "3", "start", "2026-03-02", "plan_name", "Three desks").leads("/plans/")
		s.get("bas", plan).shows(200, "Three desks", "Who can do this?", "6 h", "12", "late")
		s.get("bas", "/plans").shows(200, "Three desks", "0 of 3 done")
		var v struct{ Wanted []struct{ ID string } }
		s.must(json.Unmarshal([]byte(s.json("bas", plan).body), &v))
		if len(v.Wanted) != 1 {
			t.Fatalf("%d wishes, want 1", len(v.Wanted))
		}
		s.post("bas", plan+"/take", "intent", v.Wanted[0].ID, "amount_"+v.Wanted[0].ID, "2").leads(plan)
		s.get("ada", plan).shows(200, "4 h open", "Bas Miller")
		s.post("ada", plan+"/take", "intent", v.Wanted[0].ID).leads(plan)
		s.get("ada", plan).shows(200, "0 of 5 done").hides("Who can do this?")
		s.post("bas", plan+"/take", "intent", v.Wanted[0].ID).shows(422, "somebody has taken it on")
		s.post("ada", recipe+"/drop", "step", steps[1]).leads(recipe)
		s.get("ada", recipe).shows(200, "Turn the legs").hides("Joinery</a>")
	})
}

// steps are the identifiers of a recipe's steps.
func (s *site) steps(recipe string) (ids []string) {
	s.t.Helper()
	var v struct{ Steps []struct{ ID string } }
	s.must(json.Unmarshal([]byte(s.json("ada", recipe).body), &v))
	for _, x := range v.Steps {
		ids = append(ids, x.ID)
	}
	return ids
}

// Seven hours trigger a claim of 140; 70 settle it in part; more than is open
// is refused.
func TestClaimIsSettledInParts(t *testing.T) {
	each(t, func(s *site) {
		b := s.bench()
		s.get("bas", "/claims").shows(200, "/claims/new?event="+string(b.work))
		s.get("bas", "/claims/new?event="+string(b.work)).shows(200, "7 h")
		claim := s.post("bas", "/claims/new", "event", string(b.work), "amount", "140", "amount_unit", "EUR", "what", "Hours of the desk", "note", "in cash please").leads("/claims/")
		s.post("bas", claim+"/settle", "amount", "70", "day", "2026-03-02").shows(http.StatusForbidden)
		s.post("ada", claim+"/settle", "amount", "70", "day", "2026-03-02").leads(claim)
		s.get("bas", claim).shows(200, "€70.00 so far", "€70.00 open", "in part")
		s.post("ada", claim+"/settle", "amount", "80", "day", "2026-03-02").shows(422, "70 EUR open")
		s.get("bas", "/claims").shows(200, "Hours of the desk", "€70.00")
		s.post("bas", claim+"/waive").leads(claim)
		s.get("bas", claim).shows(200, "€70.00 let go")
		s.get("bas", "/claims").shows(200).hides("Hours of the desk")
		s.get("bas", "/claims/new?event="+string(store.NewID())).shows(http.StatusNotFound)
	})
}

// Outsiders of open books read offers, agreements, plans and claims without
// names of people and without notes, as page and as data.
func TestDealsKeepPrivate(t *testing.T) {
	each(t, func(s *site) {
		b := s.bench()
		offer := s.offers(b)
		agreement := s.post("bas", offer+"/respond", "times", "1", "note", "ring twice").leads("/agreements/")
		claim := s.post("bas", "/claims/new", "event", string(b.work), "amount", "140", "amount_unit", "EUR", "note", "in cash please").leads("/claims/")
		plan := s.post("bas", "/plans", "name", "Open day", "note", "do not tell Eva").leads("/plans/")
		s.post("bas", plan+"/process", "step", "Bake").leads(plan)
		for _, path := range []string{"/proposals", offer, "/agreements", agreement, "/claims", claim, "/plans", plan, "/recipes"} {
			private := []string{"Bas Miller", "Ada Lantern", "only for friends", "ring twice", "in cash", "tell Eva"}
			s.get("", path).shows(200).hides(private...)
			s.json("", path).shows(200).hides(private...)
		}
		s.get("", agreement).shows(200, "Member "+vf.Pseudonym(s.bas.Agent))
		s.get("bas", agreement).shows(200, "ring twice")
		for _, path := range []string{"/proposals/", "/agreements/", "/bundles/", "/plans/", "/claims/", "/recipes/"} {
			s.get("bas", path+string(store.NewID())).shows(http.StatusNotFound)
			s.get("bas", path+"nonsense").shows(http.StatusNotFound)
		}
	})
}

// An exchange is written by forms, made an agreement of so many times what it
// says, each side promising its own, and deleted with both its sides.
func TestExchangeBecomesAnAgreement(t *testing.T) {
	each(t, func(s *site) {
		b := s.bench()
		skill := store.NewID()
		s.do(vf.Adding{Thing: vf.ResourceSpecification{ID: skill, Name: "Harvesting", DefaultUnitOfEffort: quantity.Hour}})
		s.post("bas", "/exchanges", "exchange", "Share").shows(http.StatusForbidden)
		s.post("ada", "/exchanges", "exchange", " ").shows(422)
		share := s.post("ada", "/exchanges", "exchange", "Share of the harvest").leads("/exchanges/")
		s.get("ada", "/recipes").shows(200, "Share of the harvest")
		s.get("ada", share).hides("Agree on this")
		s.post("ada", share+"/flow", "side", "gives", "gives_use", "transfer", "gives_kind", string(b.spec), "gives_amount", "0", "gives_amount_unit", "one").shows(422)
		s.post("ada", share+"/flow", "side", "gives", "gives_use", "transfer", "gives_kind", string(b.spec), "gives_amount", "2", "gives_amount_unit", "one").leads(share)
		s.post("ada", share+"/flow", "side", "returns", "returns_use", "work", "returns_kind", string(skill), "returns_amount", "1.5", "returns_amount_unit", "hour").leads(share)
		s.get("bas", share).shows(200, "Share of the harvest", "Harvesting", "1.5 h", "Agree on this").hides("Delete this exchange")
		s.get("", share).shows(200, "Harvesting").hides("Agree on this")

		s.post("ada", share+"/agree", "as", string(s.commons.Agent), "with", string(s.bas.Agent), "times", "0").shows(422)
		s.post("ada", share+"/agree", "as", string(s.commons.Agent), "times", "3").shows(422)
		deal := s.post("ada", share+"/agree", "as", string(s.commons.Agent), "with", string(s.bas.Agent), "times", "3", "due", "2030-05-01").leads("/agreements/")
		s.get("ada", deal).shows(200, "Share of the harvest", "Harvesting", "4.5 h", "Bas Miller")
		s.must(s.core.Store.Read(s.t.Context(), s.commons.ID, func(r *store.Snapshot) error {
			id := store.ID(strings.TrimPrefix(deal, "/agreements/"))
			gives, err := vf.Linked[vf.Commitment](r, "clauseOf", []store.ID{id})
			s.must(err)
			returns, err := vf.Linked[vf.Commitment](r, "reciprocalClauseOf", []store.ID{id})
			s.must(err)
			if g, back := gives[id], returns[id]; len(g) != 1 || len(back) != 1 || g[0].Provider != s.commons.Agent || back[0].Provider != s.bas.Agent || *g[0].ResourceQuantity != quantity.Of(6, "one") {
				t.Errorf("promised %+v for %+v", g, back)
			}
			return nil
		}))
		s.post("ada", share+"/drop").leads("/recipes")
		s.get("ada", share).shows(404)
		s.get("ada", "/recipes").hides("Share of the harvest")
		s.get("ada", deal).shows(200, "Harvesting")
	})
}
