package vfapi

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"commonweal/platform/auth"
	"commonweal/platform/commons"
	"commonweal/platform/graphql"
	"commonweal/platform/journal"
	"commonweal/platform/store"
	"commonweal/platform/store/storetest"
	"commonweal/vf"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// desk is the API of one commons with a steward, a member, and outsiders of
// open and closed books.
type desk struct {
	t                               *testing.T
	schema                          *graphql.Schema
	core                            *vf.Core
	commons                         store.ID
	steward, member, reader, nobody auth.Identity
}

func each(t *testing.T, f func(d *desk)) {
	config := func() store.Config {
		return store.Config{Schemas: []store.Schema{journal.Schema, vf.Schema}, Sealer: &journal.Log{}}
	}
	storetest.Each(t, config, func(t *testing.T, s *store.Store) {
		table := auth.NewTable(vf.Grants...)
		d := &desk{t: t, core: &vf.Core{Store: s, Register: vf.NewRegister(), Tracer: vf.NewTracer()}, commons: store.NewID()}
		as := func(r auth.Role, open bool) auth.Identity {
			who := auth.Identity{Account: store.NewID(), Commons: d.commons, Role: r, OpenBooks: open}
			if r > auth.Outsider {
				who.Agent = store.NewID()
			}
			return table.As(who)
		}
		d.steward, d.member, d.reader, d.nobody = as(auth.Steward, true), as(auth.Member, true), as(auth.Outsider, true), as(auth.Outsider, false)
		var err error
		if d.schema, err = graphql.New("test", graphql.Limits{}, Part(d.core)); err != nil {
			t.Fatal(err)
		}
		_, err = d.core.Do(t.Context(), d.steward, "", vf.Adding{Thing: vf.Agent{ID: d.steward.Agent, Kind: vf.Person, Name: "Ann", Note: "sore back"}}, vf.Adding{Thing: vf.Agent{ID: d.member.Agent, Kind: vf.Person, Name: "Ben"}})
		if err != nil {
			t.Fatal(err)
		}
		f(d)
	})
}

// ask asks as somebody and returns the answer as decoded JSON, and its text.
func (d *desk) ask(who auth.Identity, query string, vars ...any) (map[string]any, string) {
	d.t.Helper()
	r := graphql.Request{Query: query, Variables: map[string]any{}}
	for i := 0; i < len(vars); i += 2 {
		r.Variables[vars[i].(string)] = fmt.Sprint(vars[i+1]) // as it comes over the wire
	}
	a := d.schema.Do(d.t.Context(), graphql.Asker{Store: d.core.Store, Who: who, Commons: commons.Commons{ID: d.commons}}, r, true)
	var out map[string]any
	if err := json.Unmarshal(a.JSON, &out); err != nil {
		d.t.Fatalf("%v: %s", err, a.JSON)
	}
	return out, string(a.JSON)
}

// must asks as the steward and returns a value of the answer by its path.
func (d *desk) must(path, query string, vars ...any) string {
	d.t.Helper()
	answer, text := d.ask(d.steward, query, vars...)
	if answer["errors"] != nil {
		d.t.Fatalf("%s\n%s", query, text)
	}
	var v any = answer["data"]
	for _, step := range strings.Split(path, ".") {
		m, ok := v.(map[string]any)
		if !ok {
			d.t.Fatalf("%s has no %s: %s", path, step, text)
		}
		v = m[step]
	}
	return fmt.Sprint(v)
}

// Seven hours of work trigger a claim of 140; a transfer of 70 settles half of
// it (the worked example of the vocabulary), all over the API.
func TestClaimOverTheAPI(t *testing.T) {
	each(t, func(d *desk) {
		shop := d.must("createAgent.id", `mutation { createAgent(agent: {name: "Shop", kind: Organization}) { id ... on Organization { name } } }`)
		euro := d.must("createResourceSpecification.id", `mutation { createResourceSpecification(resourceSpecification: {name: "Euro", mediumOfExchange: true}) { id policy { negativeBalance } } }`)
		process := d.must("createProcess.id", `mutation { createProcess(process: {name: "Bake"}) { id finished } }`)
		work := d.must("createEconomicEvent.economicEvent.id", `mutation($by: ID!, $to: ID!, $p: ID!) { createEconomicEvent(event: {action: work, provider: $by, receiver: $to, inputOf: $p,
			effortQuantity: {hasNumericalValue: "7", hasUnit: "hour"}}) { economicEvent { id effortQuantity { hasNumericalValue hasUnit { label } } } economicResource { id } } }`, "by", d.member.Agent, "to", shop, "p", process)
		claim := d.must("createClaim.id", `mutation($e: ID!, $from: ID!, $to: ID!, $euro: ID!) { createClaim(claim: {action: transfer, provider: $from, receiver: $to, triggeredBy: $e, resourceConformsTo: $euro,
			resourceQuantity: {hasNumericalValue: "140", hasUnit: "one"}}) { id revision triggeredBy { id } } }`, "e", work, "from", shop, "to", d.member.Agent, "euro", euro)
		d.must("createEconomicEvent.economicEvent.id", `mutation($c: ID!, $from: ID!, $to: ID!, $euro: ID!) { createEconomicEvent(event: {action: transfer, provider: $from, receiver: $to, resourceConformsTo: $euro,
			resourceQuantity: {hasNumericalValue: "70", hasUnit: "one"}, settles: [{target: $c}]}) { economicEvent { id } } }`, "c", claim, "from", shop, "to", d.member.Agent, "euro", euro)
		_, text := d.ask(d.member, `query($c: ID!) { claim(id: $c) { finished standing { resourceMet { hasNumericalValue } resourceOpen { hasNumericalValue } } settledBy { action } receiver { name } } }`, "c", claim)
		if want := `{"data":{"claim":{"finished":false,"standing":{"resourceMet":{"hasNumericalValue":"70"},"resourceOpen":{"hasNumericalValue":"70"}},"settledBy":[{"action":"transfer"}],"receiver":{"name":"Ben"}}}}`; strings.TrimSpace(text) != want {
			t.Errorf("got %s", text)
		}
		_, text = d.ask(d.steward, `mutation($c: ID!) { updateClaim(id: $c, revision: 1, claim: {resourceQuantity: {hasNumericalValue: "60", hasUnit: "one"}}) { id } }`, "c", claim)
		if !strings.Contains(text, "vf.over_settled") || !strings.Contains(text, `"field":"resourceQuantity"`) {
			t.Errorf("got %s", text)
		}
		if got := d.must("updateClaim.revision", `mutation($c: ID!) { updateClaim(id: $c, revision: 1, claim: {finished: true}) { revision } }`, "c", claim); got != "2" {
			t.Errorf("revision %s", got)
		}
		if got := d.must("process.hasInput", `query($p: ID!) { process(id: $p) { hasInput { action provider { name } triggers { id } } } }`, "p", process); !strings.Contains(got, "Ben") || !strings.Contains(got, claim) {
			t.Errorf("inputs: %s", got)
		}
	})
}

// Invariant 1: outsiders of closed books see nothing; of open books they see
// flows, but no name of a person and no note.
func TestInvariant1Audiences(t *testing.T) {
	each(t, func(d *desk) {
		query := `query($a: ID!) { agent(id: $a) { name note } economicEvents { nodes { note } } }`
		for who, want := range map[*auth.Identity][]string{
			&d.nobody:  {"auth.forbidden", `"data":null`},
			&d.reader:  {`"name":"Member `, "auth.forbidden", `"note":null`},
			&d.member:  {`"name":"Ann","note":"sore back"`},
			&d.steward: {`"name":"Ann","note":"sore back"`},
		} {
			_, text := d.ask(*who, query, "a", d.steward.Agent)
			for _, part := range want {
				if !strings.Contains(text, part) {
					t.Errorf("%s (open %v): %s lacks %s", who.Role, who.OpenBooks, text, part)
				}
			}
			if who.Role == auth.Outsider && (strings.Contains(text, "Ann") || strings.Contains(text, "sore")) {
				t.Errorf("an outsider reads %s", text)
			}
		}
		_, text := d.ask(d.member, `mutation { createResourceSpecification(resourceSpecification: {name: "Gold"}) { id } }`)
		if !strings.Contains(text, "auth.forbidden") {
			t.Errorf("a member sets up: %s", text)
		}
	})
}
