package compat

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"commonweal/platform/auth"
	"commonweal/platform/graphql"
	"commonweal/vf"
)

// Invariant 4: outsiders of closed books see nothing; of open books they see
// flows, but no name of a person, no note and no address; members see all.
func TestInvariant4Audiences(t *testing.T) {
	each(t, func(d *desk) {
		bread := d.spec("Bread")
		loaf := d.stock("raise", "Loaf", "3", "one", bread, string(d.Steward.Agent))
		home := d.Must("createSpatialThing.spatialThing.id", `mutation { createSpatialThing(spatialThing: {name: "Barn", mappableAddress: "Lane 1", lat: "52.1", long: "5.2"}) { spatialThing { id lat long } } }`)
		d.Must("createIntent.intent.id", `mutation($i: IntentCreateParams!) { createIntent(intent: $i) { intent { id } } }`, "i", in{"action": "work", "provider": d.Steward.Agent,
			"resourceConformsTo": bread, "effortQuantity": measure{"1", "hour"}, "note": "after my operation"})
		query := `query($a: ID!, $r: ID!, $p: ID!) { person(id: $a) { name note } economicResource(id: $r) { name previous { provider { name } note } } spatialThing(id: $p) { name lat mappableAddress }
			intents { edges { node { provider { name } note } } } economicEvents { edges { node { action { id } provider { name } } } } }`
		secrets := []string{"Ann", "sore", "Lane 1", "operation"}
		for who, want := range map[*auth.Identity][]string{
			&d.Nobody:  {"auth.forbidden"},
			&d.Reader:  {`"name":"Member `, "auth.forbidden", `"name":"Loaf"`, `"action":{"id":"raise"}`, `"note":null`, `"mappableAddress":null`},
			&d.Member:  {`"name":"Ann","note":"sore back"`, `"mappableAddress":"Lane 1"`, "after my operation"},
			&d.Steward: {`"name":"Ann","note":"sore back"`, `"lat":"52.1"`},
		} {
			_, text := d.Ask(*who, query, "a", d.Steward.Agent, "r", loaf, "p", home)
			for _, part := range want {
				if !strings.Contains(text, part) {
					t.Errorf("%s (open %v): %s lacks %s", who.Role, who.OpenBooks, text, part)
				}
			}
			for _, secret := range secrets {
				if who.Role == auth.Outsider && strings.Contains(text, secret) {
					t.Errorf("an outsider reads %q: %s", secret, text)
				}
			}
		}
		_, text := d.Ask(d.Reader, `{ people { edges { node { name } } } }`)
		if !strings.Contains(text, "vf.list_people") {
			t.Errorf("an outsider lists people: %s", text)
		}
	})
}

// Invariant 4: every field of Query needs vf.see, and every mutation is refused
// to those who may only look.
func TestInvariant4EveryRootIsGuarded(t *testing.T) {
	each(t, func(d *desk) {
		for _, f := range d.Schema.AST().Query.Fields {
			if !strings.HasPrefix(f.Name, "__") && d.Schema.Needs("Query", f.Name) != vf.See {
				t.Errorf("Query.%s needs %q", f.Name, d.Schema.Needs("Query", f.Name))
			}
		}
		bread := d.spec("Bread")
		acts := map[string]in{
			`mutation($x: AgentCreateParams!) { createPerson(person: $x) { agent { id } } }`:                                                               {"name": "Eve"},
			`mutation($x: ResourceSpecificationCreateParams!) { createResourceSpecification(resourceSpecification: $x) { resourceSpecification { id } } }`: {"name": "Gold"},
			`mutation($x: PlanCreateParams!) { createPlan(plan: $x) { plan { id } } }`:                                                                     {"name": "Coup"},
			`mutation($x: ProcessCreateParams!) { createProcess(process: $x) { process { id } } }`:                                                         {"name": "Steal"},
			`mutation($x: EconomicEventCreateParams!) { createEconomicEvent(event: $x, newInventoriedResource: {name: "x"}) { economicEvent { id } } }`:    {"action": "raise", "provider": d.Steward.Agent, "receiver": d.Steward.Agent, "resourceConformsTo": bread, "resourceQuantity": measure{"1", "one"}},
			`mutation($x: AgentUpdateParams!) { updatePerson(person: $x) { agent { id } } }`:                                                               {"revisionId": string(d.Steward.Agent) + ":1", "name": "Eve"},
			`mutation($x: SpatialThingCreateParams!) { createSpatialThing(spatialThing: $x) { spatialThing { id } } }`:                                     {"name": "Here"},
		}
		forMembers := map[string]bool{"createPlan": true, "createProcess": true}
		for _, query := range slices.Sorted(maps.Keys(acts)) {
			name := strings.Fields(query[strings.Index(query, "{"):])[1]
			name = name[:strings.IndexByte(name, '(')]
			for who, may := range map[*auth.Identity]bool{&d.Nobody: false, &d.Reader: false, &d.Member: forMembers[name], &d.Steward: true} {
				_, text := d.Ask(*who, query, "x", acts[query])
				if done := !strings.Contains(text, "auth.forbidden"); done != may {
					t.Errorf("%s as %s (open %v): %s", name, who.Role, who.OpenBooks, text)
				}
			}
		}
	})
}

// Invariant 5: a question is answered by as many resolver calls for one object
// as for many; the resolvers ask for all their parents at once.
func TestInvariant5CallsDoNotGrow(t *testing.T) {
	each(t, func(d *desk) {
		calls := 0
		table, err := newTable(d.Core)
		if err != nil {
			t.Fatal(err)
		}
		d.Schema, err = schemaOf(table, func(f graphql.Field) graphql.Field {
			if batch := f.Batch; batch != nil {
				f.Batch = func(q *graphql.Query, parents []any, args graphql.Args) ([]any, error) {
					calls++
					return batch(q, parents, args)
				}
			}
			return f
		})
		if err != nil {
			t.Fatal(err)
		}
		bread := d.spec("Bread")
		question := `{ economicEvents(first: 100) { edges { node { id action { id } provider { id name } receiver { name } resourceInventoriedAs { name conformsTo { name } stage { id } currentLocation { name } }
			fulfills { fulfills { id } } satisfies { id } settles { id } realizationOf { id } inputOf { name inScopeOf { ... on Person { id } } } meta { retrievedRevision { id } } } } } }`
		asked := func() int {
			d.stock("raise", "Loaf", "3", "one", bread, string(d.Steward.Agent))
			calls = 0
			if answer, text := d.Ask(d.Member, question); answer["errors"] != nil {
				t.Fatal(text)
			}
			return calls
		}
		one, many := asked(), 0
		for range 20 {
			many = asked()
		}
		if many != one || one == 0 {
			t.Errorf("%d calls for one event, %d for 21", one, many)
		}
	})
}
