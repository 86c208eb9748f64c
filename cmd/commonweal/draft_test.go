package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"commonweal/platform/auth"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// A draft of a proposal is for members, whichever way it is asked for: pages, both
// GraphQL schemas with everything that names it, and JSON-LD. Others get the
// same answer as for what is not there.
func TestDraftIsForMembersWhicheverWayItIsAskedFor(t *testing.T) {
	d := newDesk(t)
	draft, offer, wanted, list := store.NewID(), store.NewID(), store.NewID(), store.NewID()
	steward := d.h.Gate.Table().As(auth.Identity{Account: store.NewID(), Commons: d.commons.ID, Agent: d.member("steward").Agent, Role: auth.Steward})
	hours := quantity.Of(2, quantity.Hour)
	for _, thing := range []vf.Entity{
		&vf.ProposalList{About: vf.About{ID: list, Name: "Weekly box"}},
		&vf.Intent{About: vf.About{ID: wanted}, PlannedFlow: vf.PlannedFlow{Action: vf.Work, Provider: steward.Agent, EffortQuantity: &hours}},
		&vf.Proposal{About: vf.About{ID: draft, Name: "Unsaid yet"}, Purpose: vf.Offer, ListedIn: []store.ID{list}, ProposedTo: []store.ID{steward.Agent}},
		&vf.Proposal{About: vf.About{ID: offer, Name: "Two hours"}, Purpose: vf.Offer, Publishes: []store.ID{wanted}, ListedIn: []store.ID{list}},
	} {
		_, err := d.h.Core.Do(t.Context(), steward, "", vf.Adding{Thing: thing})
		d.must(err)
	}
	native := fmt.Sprintf(`{ proposal(id: %q) { name } proposals { nodes { name } } offers { nodes { name } } proposalList(id: %q) { lists { name } } search: proposals(search: "Unsaid") { nodes { name } } }`, draft, list)
	compat := fmt.Sprintf(`{ proposal(id: %q) { name } proposals { edges { node { name } } } offers { edges { node { name } } } person(id: %q) { proposalsTo { edges { node { name } } } } }`, draft, steward.Agent)
	ways := map[string]func(who string) string{
		"page of it":     func(who string) string { return d.send(who, "/proposals/"+string(draft), "").Body.String() },
		"page of all":    func(who string) string { return d.send(who, "/proposals", "").Body.String() },
		"native GraphQL": func(who string) string { return d.ask(who, native, nil) },
		"vf-graphql": func(who string) string {
			return d.send(who, "/graphql/vf", fmt.Sprintf(`{"query":%q}`, compat)).Body.String()
		},
		"JSON-LD of it":  func(who string) string { return d.send(who, "/id/"+string(draft), "").Body.String() },
		"JSON-LD of all": func(who string) string { return d.send(who, "/everything.jsonld", "").Body.String() },
	}
	for way, ask := range ways {
		for who := range d.tokens {
			text, member := ask(who), who != "outsider" && who != "narrow token"
			if strings.Contains(text, "Unsaid yet") != member {
				t.Errorf("%s as %s: %s", way, who, text)
			}
			if !strings.HasSuffix(way, "of it") && !strings.Contains(text, "Two hours") {
				t.Errorf("%s as %s lacks the offer: %s", way, who, text)
			}
		}
	}
	if code := d.send("outsider", "/id/"+string(draft), "").Code; code != http.StatusNotFound {
		t.Errorf("its JSON-LD answers outsiders %d", code)
	}
}
