package contribution

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"commonweal/platform/auth"
	"commonweal/platform/graphql"
	"commonweal/vf"
	"commonweal/vf/vfapi"
)

// apiOf is the API of a workshop: the core's part and the practice's.
func apiOf(t *testing.T, w *workshop) *graphql.Schema {
	t.Helper()
	core := &vf.Core{Store: w.db, Register: w.practice.Events, Tracer: vf.NewTracer()}
	s, err := graphql.New("test", graphql.Limits{}, vfapi.Part(core), Part(w.practice))
	must(t, err)
	return s
}

// asAsker is an identity under the table of the whole API.
func asAsker(who auth.Identity) auth.Identity {
	return auth.NewTable(append(append([]auth.Grant{}, vf.Grants...), Capabilities...)...).As(who)
}

// ask asks as somebody, with names and values as variables.
func ask(t *testing.T, s *graphql.Schema, w *workshop, who auth.Identity, query string, vars ...any) string {
	t.Helper()
	r := graphql.Request{Query: query, Variables: map[string]any{}}
	for i := 0; i < len(vars); i += 2 {
		r.Variables[vars[i].(string)] = fmt.Sprint(vars[i+1])
	}
	a := s.Do(t.Context(), graphql.Asker{Store: w.db, Who: asAsker(who), Commons: w.commons}, r, true)
	if !json.Valid(a.JSON) {
		t.Fatalf("no JSON: %s", a.JSON)
	}
	return strings.TrimSpace(string(a.JSON))
}

// Work is logged, confirmed, priced into income and explained, all over the API.
func TestFromWorkToWhyOverTheAPI(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		s := apiOf(t, w)
		var logged struct {
			Data struct {
				LogContribution struct{ Number, State string }
			}
		}
		text := ask(t, s, w, w.bas, `mutation($p: ID!) { logContribution(idempotencyKey: "once", contribution: {kind: "work", project: $p, note: "sanding", quantity: {hasNumericalValue: "2.5", hasUnit: "hour"}})
			{ number state note person { name } quantity { hasNumericalValue hasUnit { label } } event { action } } }`, "p", w.project.ID)
		must(t, json.Unmarshal([]byte(text), &logged))
		number := logged.Data.LogContribution.Number
		for _, part := range []string{`"state":"logged"`, `"note":"sanding"`, `"name":"Bas"`, `"hasNumericalValue":"2.5"`, `"action":"work"`} {
			if !strings.Contains(text, part) {
				t.Errorf("%s lacks %s", text, part)
			}
		}
		again := ask(t, s, w, w.bas, `mutation($p: ID!) { logContribution(idempotencyKey: "once", contribution: {kind: "work", project: $p, note: "sanding", quantity: {hasNumericalValue: "2.5", hasUnit: "hour"}}) { number } }`, "p", w.project.ID)
		if !strings.Contains(again, `"number":"`+number+`"`) {
			t.Errorf("a repeat logged another: %s", again)
		}
		if text := ask(t, s, w, w.bas, `mutation($n: ID!) { validateContribution(number: $n, verdict: accept) { state } }`, "n", number); !strings.Contains(text, "contribution.own") {
			t.Errorf("their own: %s", text)
		}
		if text := ask(t, s, w, w.ada, `mutation($n: ID!) { validateContribution(number: $n, verdict: accept) { state decisions { verdict by { name } reason } } }`, "n", number); text != `{"data":{"validateContribution":{"state":"validated","decisions":[{"verdict":"accept","by":{"name":"Ada"},"reason":null}]}}}` {
			t.Errorf("validated: %s", text)
		}
		v := w.adopt(w.allToMakers())
		w.sell("20")
		var opened struct {
			Data struct{ OpenDistribution struct{ ID string } }
		}
		must(t, json.Unmarshal([]byte(ask(t, s, w, w.ada, `mutation($e: ID!) { openDistribution(equation: $e) { id state number } }`, "e", v.ID)), &opened))
		id := opened.Data.OpenDistribution.ID
		text = ask(t, s, w, w.ada, `mutation($d: ID!) { distribute(distribution: $d) { state pot { hasNumericalValue } lines { bucket kind receiver { id name } amount { hasNumericalValue } } equation { name version } incomes { income { kind gross { hasNumericalValue } } } } }`, "d", id)
		if !strings.Contains(text, `"state":"done","pot":{"hasNumericalValue":"20"},"lines":[{"bucket":"makers","kind":"share","receiver":{"id":"`+string(w.bas.Agent)+`","name":"Bas"}`) || strings.Contains(text, "errors") {
			t.Errorf("distributed: %s", text)
		}
		text = ask(t, s, w, w.cleo, `query($d: ID!, $r: ID!) { contributionWhy(distribution: $d, receiver: $r, bucket: "makers") { amount { hasNumericalValue } steps { key amount { hasNumericalValue } } claims { trace paid { hasNumericalValue } contribution { number } person { name } } }
			contributionOwed { accounts { agent { name } owed { hasNumericalValue } received { hasNumericalValue } } } }`, "d", id, "r", w.bas.Agent)
		for _, part := range []string{`"key":"equation.why.`, `"contribution":{"number":"` + number + `"}`, `"person":{"name":"Bas"}`, `"agent":{"name":"Bas"}`} {
			if !strings.Contains(text, part) || strings.Contains(text, `"errors"`) {
				t.Errorf("why: %s lacks %s", text, part)
			}
		}
		if text := ask(t, s, w, w.ada, `mutation($d: ID!) { distribute(distribution: $d) { id } }`, "d", id); !strings.Contains(text, "contribution.distribution_state") {
			t.Errorf("twice: %s", text)
		}
	})
}

// Lists page both ways and count; filters find what they say.
func TestContributionListsOverTheAPI(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		s := apiOf(t, w)
		for i := range 5 {
			e := w.log(w.bas, fmt.Sprint(i+1))
			if i == 0 {
				w.decide(w.ada, e.No, Reject)
			}
			w.sell(fmt.Sprint(10 + i))
		}
		for query, want := range map[string]string{
			`{ contributions(first: 2) { nodes { quantity { hasNumericalValue } } totalCount pageInfo { hasNextPage hasPreviousPage } } }`: `{"contributions":{"nodes":[{"quantity":{"hasNumericalValue":"5"}},{"quantity":{"hasNumericalValue":"4"}}],"totalCount":5,"pageInfo":{"hasNextPage":true,"hasPreviousPage":false}}}`,
			`{ contributions(last: 2) { nodes { quantity { hasNumericalValue } } pageInfo { hasNextPage hasPreviousPage } } }`:             `{"contributions":{"nodes":[{"quantity":{"hasNumericalValue":"2"}},{"quantity":{"hasNumericalValue":"1"}}],"pageInfo":{"hasNextPage":false,"hasPreviousPage":true}}}`,
			`{ contributions(filter: {state: rejected}) { nodes { quantity { hasNumericalValue } state } totalCount } }`:                   `{"contributions":{"nodes":[{"quantity":{"hasNumericalValue":"1"},"state":"rejected"}],"totalCount":1}}`,
			`{ contributionIncomes(last: 2) { nodes { gross { hasNumericalValue } } } }`:                                                   `{"contributionIncomes":{"nodes":[{"gross":{"hasNumericalValue":"11"}},{"gross":{"hasNumericalValue":"10"}}]}}`,
			`{ contribution(number: "999999") { number } }`:                                                                                `{"contribution":null}`,
			`{ contributionKarma { person { name } } }`:                                                                                    `{"contributionKarma":[]}`,
			`{ contributionProjects { name closed agent { name } } }`:                                                                      `{"contributionProjects":[{"name":"Bench","closed":false,"agent":{"name":"Bench"}}]}`,
			`{ contributionDistributions { nodes { id } totalCount } contributionEquations { id } }`:                                       `{"contributionDistributions":{"nodes":[],"totalCount":0},"contributionEquations":[]}`,
		} {
			if got := ask(t, s, w, w.cleo, query); got != `{"data":`+want+`}` {
				t.Errorf("%s\n got %s\nwant %s", query, got, want)
			}
		}
		for query, code := range map[string]string{
			`{ contributions(after: "x") { nodes { number } } }`:                                                                    "vf.cursor",
			`{ contributions(filter: {from: "May"}) { nodes { number } } }`:                                                         "contribution.day",
			`{ contribution(number: "four") { number } }`:                                                                           "contribution.entry_number",
			`{ contributionDistributions(first: 501) { nodes { id } } }`:                                                            "vf.page_size",
			`{ contributionDistributions(after: "eA") { nodes { id } } }`:                                                           "vf.cursor",
			`mutation { distribute(distribution: "nobody") { id } }`:                                                                "auth.forbidden",
			`{ contributionWhy(distribution: "0190a8d0-0000-7000-8000-000000000000", receiver: "x", bucket: "makers") { bucket } }`: "contribution.unknown_distribution",
		} {
			if got := ask(t, s, w, w.cleo, query); !strings.Contains(got, code) {
				t.Errorf("%s: %s", query, got)
			}
		}
	})
}

// What the pages keep from outsiders, the API keeps too; a commons without the
// practice has none of it.
func TestContributionAudiencesOverTheAPI(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		s := apiOf(t, w)
		e := w.log(w.bas, "2")
		w.decide(w.ada, e.No, Reject)
		reader := auth.Identity{Account: "r", Commons: w.commons.ID, OpenBooks: true}
		query := `{ contributions { nodes { number person { name } note evidence { link } decisions { verdict reason by { name } } } } contributionOwed { accounts { agent { name } } } }`
		text := ask(t, s, w, reader, query)
		for _, secret := range []string{"Bas", "Ada", "sanding", "because"} {
			if strings.Contains(text, secret) {
				t.Errorf("an outsider reads %q: %s", secret, text)
			}
		}
		if !strings.Contains(text, `"name":"Member `) || !strings.Contains(text, "contribution.reasons") {
			t.Errorf("an outsider reads %s", text)
		}
		if text := ask(t, s, w, w.cleo, query); !strings.Contains(text, "sanding") || strings.Contains(text, "because") {
			t.Errorf("a member who has nothing to do with it reads %s", text)
		}
		if text := ask(t, s, w, w.bas, query); !strings.Contains(text, `"reason":"because"`) {
			t.Errorf("the contributor reads %s", text)
		}
		if text := ask(t, s, w, reader, `{ contributionKinds { name } }`); !strings.Contains(text, "auth.forbidden") {
			t.Errorf("kinds are for members: %s", text)
		}
		closed := reader
		closed.OpenBooks = false
		if text := ask(t, s, w, closed, query); !strings.Contains(text, "auth.forbidden") || strings.Contains(text, "number") {
			t.Errorf("an outsider of closed books reads %s", text)
		}
		w.commons.Practices = nil
		if text := ask(t, s, w, w.ada, `{ contributions { nodes { number } } }`); !strings.Contains(text, "graphql.practice_off") {
			t.Errorf("without the practice: %s", text)
		}
	})
}
