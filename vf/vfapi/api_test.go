package vfapi

import (
	"strings"
	"testing"

	"commonweal/platform/auth"
	"commonweal/platform/graphql"
	"commonweal/platform/store/storetest"
	"commonweal/vf"
	"commonweal/vf/vftest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// desk is where the core's part of the schema is asked.
type desk struct{ *vftest.Desk }

func each(t *testing.T, f func(d *desk)) {
	schema := func(core *vf.Core) (*graphql.Schema, error) { return graphql.New("test", graphql.Limits{}, Part(core)) }
	vftest.Each(t, schema, func(d *vftest.Desk) { f(&desk{d}) })
}

// Seven hours of work trigger a claim of 140; a transfer of 70 settles half of
// it (the worked example of the vocabulary), all over the API.
func TestClaimOverTheAPI(t *testing.T) {
	each(t, func(d *desk) {
		shop := d.Must("createAgent.id", `mutation { createAgent(agent: {name: "Shop", kind: Organization}) { id ... on Organization { name } } }`)
		euro := d.Must("createResourceSpecification.id", `mutation { createResourceSpecification(resourceSpecification: {name: "Euro", mediumOfExchange: true}) { id policy { negativeBalance } } }`)
		process := d.Must("createProcess.id", `mutation { createProcess(process: {name: "Bake"}) { id finished } }`)
		work := d.Must("createEconomicEvent.economicEvent.id", `mutation($by: ID!, $to: ID!, $p: ID!) { createEconomicEvent(event: {action: work, provider: $by, receiver: $to, inputOf: $p,
			effortQuantity: {hasNumericalValue: "7", hasUnit: "hour"}}) { economicEvent { id effortQuantity { hasNumericalValue hasUnit { label } } } economicResource { id } } }`, "by", d.Member.Agent, "to", shop, "p", process)
		claim := d.Must("createClaim.id", `mutation($e: ID!, $from: ID!, $to: ID!, $euro: ID!) { createClaim(claim: {action: transfer, provider: $from, receiver: $to, triggeredBy: $e, resourceConformsTo: $euro,
			resourceQuantity: {hasNumericalValue: "140", hasUnit: "one"}}) { id revision triggeredBy { id } } }`, "e", work, "from", shop, "to", d.Member.Agent, "euro", euro)
		d.Must("createEconomicEvent.economicEvent.id", `mutation($c: ID!, $from: ID!, $to: ID!, $euro: ID!) { createEconomicEvent(event: {action: transfer, provider: $from, receiver: $to, resourceConformsTo: $euro,
			resourceQuantity: {hasNumericalValue: "70", hasUnit: "one"}, settles: [{target: $c}]}) { economicEvent { id } } }`, "c", claim, "from", shop, "to", d.Member.Agent, "euro", euro)
		_, text := d.Ask(d.Member, `query($c: ID!) { claim(id: $c) { finished standing { resourceMet { hasNumericalValue } resourceOpen { hasNumericalValue } } settledBy { action } receiver { name } } }`, "c", claim)
		if want := `{"data":{"claim":{"finished":false,"standing":{"resourceMet":{"hasNumericalValue":"70"},"resourceOpen":{"hasNumericalValue":"70"}},"settledBy":[{"action":"transfer"}],"receiver":{"name":"Ben"}}}}`; strings.TrimSpace(text) != want {
			t.Errorf("got %s", text)
		}
		_, text = d.Ask(d.Steward, `mutation($c: ID!) { updateClaim(id: $c, revision: 1, claim: {resourceQuantity: {hasNumericalValue: "60", hasUnit: "one"}}) { id } }`, "c", claim)
		if !strings.Contains(text, "vf.over_settled") || !strings.Contains(text, `"field":"resourceQuantity"`) {
			t.Errorf("got %s", text)
		}
		if got := d.Must("updateClaim.revision", `mutation($c: ID!) { updateClaim(id: $c, revision: 1, claim: {finished: true}) { revision } }`, "c", claim); got != "2" {
			t.Errorf("revision %s", got)
		}
		if got := d.Must("process.hasInput", `query($p: ID!) { process(id: $p) { hasInput { action provider { name } triggers { id } } } }`, "p", process); !strings.Contains(got, "Ben") || !strings.Contains(got, claim) {
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
			&d.Nobody:  {"auth.forbidden", `"data":null`},
			&d.Reader:  {`"name":"Member `, "auth.forbidden", `"note":null`},
			&d.Member:  {`"name":"Ann","note":"sore back"`},
			&d.Steward: {`"name":"Ann","note":"sore back"`},
		} {
			_, text := d.Ask(*who, query, "a", d.Steward.Agent)
			for _, part := range want {
				if !strings.Contains(text, part) {
					t.Errorf("%s (open %v): %s lacks %s", who.Role, who.OpenBooks, text, part)
				}
			}
			if who.Role == auth.Outsider && (strings.Contains(text, "Ann") || strings.Contains(text, "sore")) {
				t.Errorf("an outsider reads %s", text)
			}
		}
		_, text := d.Ask(d.Member, `mutation { createResourceSpecification(resourceSpecification: {name: "Gold"}) { id } }`)
		if !strings.Contains(text, "auth.forbidden") {
			t.Errorf("a member sets up: %s", text)
		}
	})
}

// A decimal that stands in the text of a query is as exact as a text: ten
// times 0.1 is 1, and what cannot be held exactly is refused.
func TestDecimalsWithoutQuotes(t *testing.T) {
	each(t, func(d *desk) {
		raise := func(n string) string {
			_, text := d.Ask(d.Steward, `mutation($me: ID!) { createEconomicEvent(event: {action: raise, provider: $me, receiver: $me, resourceQuantity: {hasNumericalValue: `+n+`, hasUnit: "kilogram"}},
				newInventoriedResource: {name: "Salt", classifiedAs: ["urn:x:salt"]}) { economicResource { onhandQuantity { hasNumericalValue } } } }`, "me", d.Steward.Agent)
			return text
		}
		for n, want := range map[string]string{"0.1": "0.1", "9007199254.740993": "9007199254.740993", "12": "12", `"0.3"`: "0.3"} {
			if text := raise(n); !strings.Contains(text, `"hasNumericalValue":"`+want+`"`) {
				t.Errorf("%s: %s", n, text)
			}
		}
		for _, n := range []string{"0.12345678901234567", "1e-7", "99999999999999999999"} {
			if text := raise(n); !strings.Contains(text, `"kind":"invalid"`) || !strings.Contains(text, strings.Trim(n, `"`)) {
				t.Errorf("%s: %s", n, text)
			}
		}
	})
}
