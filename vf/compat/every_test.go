package compat

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"commonweal/platform/store"
)

// filled is a commons with one record of every type, by type.
func (d *desk) filled() map[string]string {
	d.T.Helper()
	ids := map[string]string{"Person": string(d.Steward.Agent), "Unit": "kilogram"}
	create := func(typ string, x in) string {
		d.T.Helper()
		field := d.Schema.AST().Mutation.Fields.ForName("create" + typ)
		arg := field.Arguments[0]
		response := d.Schema.AST().Types[field.Type.Name()].Fields[0].Name
		ids[typ] = d.Must("create"+typ+"."+response+".id", fmt.Sprintf("mutation($x: %s) { create%s(%s: $x) { %s { id } } }", arg.Type, typ, arg.Name, response), "x", x)
		return ids[typ]
	}
	ann, ben := string(d.Steward.Agent), string(d.Member.Agent)
	place := create("SpatialThing", in{"name": "Barn", "mappableAddress": "Lane 1", "lat": "52.1", "long": "5.2", "alt": "3", "note": "dry"})
	shop := create("Organization", in{"name": "Shop", "primaryLocation": place, "image": "https://shop.example/logo.png", "note": "ours", "classifiedAs": []string{"https://shop.example/kind"}})
	role := create("AgentRelationshipRole", in{"roleLabel": "member of", "inverseRoleLabel": "has member", "note": "paid"})
	create("AgentRelationship", in{"subject": ann, "object": shop, "relationship": role, "inScopeOf": []string{shop}, "note": "since May"})
	bread := create("ResourceSpecification", in{"name": "Bread", "defaultUnitOfResource": "kilogram", "defaultUnitOfEffort": "hour", "substitutable": true, "note": "rye", "resourceClassifiedAs": []string{"https://food.example"}})
	baking := create("ProcessSpecification", in{"name": "Baking", "note": "hot"})
	batch := create("ProductBatch", in{"batchNumber": "B-1", "expiryDate": "2027-01-01T00:00:00Z"})
	plan := create("Plan", in{"name": "Week", "due": "2026-03-20T00:00:00Z", "note": "short", "created": "2020-01-01T00:00:00Z"})
	process := create("Process", in{"name": "Bake", "basedOn": baking, "plannedWithin": plan, "inScopeOf": []string{shop}, "hasBeginning": "2026-03-01T00:00:00Z", "hasEnd": "2026-03-02T00:00:00Z", "note": "early", "classifiedAs": []string{"https://food.example"}})
	agreement := create("Agreement", in{"name": "Bread for work", "note": "fair"})
	ids["EconomicResource"] = d.Must("createEconomicEvent.economicResource.id", recordEvent, "event", in{"action": "produce", "provider": shop, "receiver": shop, "outputOf": process, "resourceConformsTo": bread,
		"resourceQuantity": measure{"9", "kilogram"}}, "new", in{"name": "Loaves", "lot": batch, "currentLocation": place, "trackingIdentifier": "T", "note": "warm", "image": "https://shop.example/b.png"})
	intent := create("Intent", in{"name": "Help", "action": "work", "receiver": shop, "inputOf": process, "resourceConformsTo": bread, "effortQuantity": measure{"8", "hour"}, "due": "2026-03-19T00:00:00Z", "note": "please"})
	c := create("Commitment", in{"action": "work", "provider": ben, "receiver": shop, "inputOf": process, "plannedWithin": plan, "independentDemandOf": plan, "clauseOf": agreement, "resourceConformsTo": bread,
		"effortQuantity": measure{"5", "hour"}, "due": "2026-03-19T00:00:00Z", "note": "sure"})
	create("Satisfaction", in{"satisfies": intent, "satisfiedBy": c, "effortQuantity": measure{"5", "hour"}})
	work := d.event(in{"action": "work", "provider": ben, "receiver": shop, "inputOf": process, "resourceConformsTo": bread, "effortQuantity": measure{"3", "hour"}, "realizationOf": agreement, "note": "done"})
	create("Fulfillment", in{"fulfills": c, "fulfilledBy": work})
	ids["EconomicEvent"] = d.Must("fulfillment.fulfilledBy.id", `query($f: ID!) { fulfillment(id: $f) { fulfilledBy { id } } }`, "f", ids["Fulfillment"])
	claim := create("Claim", in{"action": "transfer", "provider": shop, "receiver": ben, "triggeredBy": ids["EconomicEvent"], "resourceConformsTo": bread, "resourceQuantity": measure{"2", "kilogram"}, "due": "2026-04-01T00:00:00Z"})
	purse := d.stock("raise", "Ben's", "0", "kilogram", bread, ben)
	paid := d.event(in{"action": "transfer", "provider": shop, "receiver": ben, "resourceInventoriedAs": ids["EconomicResource"], "toResourceInventoriedAs": purse, "resourceQuantity": measure{"2", "kilogram"}})
	create("Settlement", in{"settles": claim, "settledBy": paid})
	ids["Proposal"] = d.Must("createProposal.proposal.id", `mutation($p: ID!) { createProposal(proposal: {name: "Help wanted", eligibleLocation: $p, note: "now"}) { proposal { id } } }`, "p", place)
	d.Must("proposeIntent.proposedIntent.id", `mutation($p: ID!, $i: ID!) { proposeIntent(publishedIn: $p, publishes: $i) { proposedIntent { id } } }`, "p", ids["Proposal"], "i", intent)
	d.Must("proposeTo.proposedTo.id", `mutation($p: ID!, $a: ID!) { proposeTo(proposed: $p, proposedTo: $a) { proposedTo { id } } }`, "p", ids["Proposal"], "a", ben)
	step := create("RecipeProcess", in{"name": "Bake", "processConformsTo": baking, "hasDuration": in{"numericDuration": "2", "unitType": "hour"}, "note": "180 degrees"})
	exchange := create("RecipeExchange", in{"name": "Sell", "note": "cash"})
	create("RecipeFlow", in{"action": "produce", "recipeOutputOf": step, "recipeClauseOf": exchange, "resourceConformsTo": bread, "resourceQuantity": measure{"1", "kilogram"}, "note": "one loaf"})
	return ids
}

// values are types that only stand within records.
var values = []string{"PageInfo", "Measure", "RecordMeta", "Revision", "Duration", "Action", "ProposedIntent", "ProposedTo"}

// selection asks every field of a type and of the values in it, and notes
// which types it has asked.
func (d *desk) selection(typ string, asked map[string]bool) string {
	asked[typ] = true
	def := d.Schema.AST().Types[typ]
	var out strings.Builder
	out.WriteString("__typename")
	for _, f := range def.Fields {
		if strings.HasPrefix(f.Name, "__") || f.Name == "revision" {
			continue
		}
		below := d.Schema.AST().Types[f.Type.Name()]
		switch below.Kind {
		case ast.Scalar, ast.Enum:
			fmt.Fprintf(&out, " %s_%s: %s", typ, f.Name, f.Name) // an alias: types of a union have fields of one name and other nullability
		case ast.Union, ast.Interface:
			fmt.Fprintf(&out, " %s_%s: %s { __typename }", typ, f.Name, f.Name)
		default:
			more := "__typename"
			if strings.HasSuffix(below.Name, "Connection") || strings.HasSuffix(below.Name, "Edge") || slices.Contains(values, below.Name) {
				more = d.selection(below.Name, asked)
			}
			fmt.Fprintf(&out, " %s_%s: %s { %s }", typ, f.Name, f.Name, more)
		}
	}
	return out.String()
}

// Invariant 1, asked of everything: each field of each type and of the
// values below answers, or says graphql.unimplemented and why; a field that
// the table answers does not refuse without cause.
func TestInvariant1EveryFieldIsAsked(t *testing.T) {
	each(t, func(d *desk) {
		table, err := newTable(d.Core)
		if err != nil {
			t.Fatal(err)
		}
		ids, asked := d.filled(), map[string]bool{}
		for _, f := range d.Schema.AST().Query.Fields {
			typ := f.Type.Name()
			id, there := ids[typ]
			if len(f.Arguments) != 1 || f.Arguments[0].Name != "id" || !there {
				continue
			}
			answer, text := d.Ask(d.Steward, fmt.Sprintf("query($id: ID!) { %s(id: $id) { %s } }", f.Name, d.selection(typ, asked)), "id", id)
			if data, _ := answer["data"].(map[string]any); data[f.Name] == nil {
				t.Errorf("%s answers nothing: %.600s", f.Name, text)
			}
			d.sound(table, answer)
		}
		for _, f := range d.Schema.AST().Query.Fields {
			if f.Arguments.ForName("first") == nil || table.answers["Query."+f.Name].why != "" {
				continue
			}
			answer, text := d.Ask(d.Steward, fmt.Sprintf("{ %s(first: 2) { %s } }", f.Name, d.selection(f.Type.Name(), asked)))
			if data, _ := answer["data"].(map[string]any); data[f.Name] == nil {
				t.Errorf("%s answers nothing: %.600s", f.Name, text)
			}
			d.sound(table, answer)
		}
		for name, a := range table.answers {
			typ, _, _ := strings.Cut(name, ".")
			if a.why == "" && !asked[typ] && typ != "Query" && typ != "Mutation" && !strings.HasSuffix(typ, "Response") && !strings.HasPrefix(typ, "Appreciation") && !strings.HasPrefix(typ, "Scenario") {
				t.Errorf("nothing asked %s", name)
			}
		}
	})
}

// mayRefuse are fields that answer, but not everywhere: what they say depends
// on the record.
var mayRefuse = []string{"PageInfo.totalCount", "EconomicResource.conformsTo", "RecipeExchange.name", "EconomicResource.state"}

// sound checks that an answer holds no error but that of fields without a home.
func (d *desk) sound(table *table, answer map[string]any) {
	d.T.Helper()
	errs, _ := answer["errors"].([]any)
	for _, e := range errs {
		problem := e.(map[string]any)
		path, _ := problem["path"].([]any)
		if len(path) == 0 {
			d.T.Errorf("%v", problem)
			continue
		}
		name, _ := path[len(path)-1].(string)
		name = strings.Replace(name, "_", ".", 1)
		code := problem["extensions"].(map[string]any)["code"]
		if code != "graphql.unimplemented" || (table.answers[name].why == "" && !slices.Contains(mayRefuse, name)) {
			d.T.Errorf("%v: %v", path, problem["message"])
		}
	}
}

// Whatever stands where an identifier is asked for, nothing breaks.
func TestHostileIdentifiers(t *testing.T) {
	each(t, func(d *desk) {
		good := string(store.NewID())
		for _, id := range []string{"", "x", "_", good, good + "_", good + "_" + good, good + "_x", "x_" + good, strings.Repeat("é", 3000), "' OR 1=1 --", "\x00"} {
			for _, f := range d.Schema.AST().Query.Fields {
				if len(f.Arguments) == 1 && f.Arguments[0].Name == "id" {
					if _, text := d.Ask(d.Steward, fmt.Sprintf("query($id: ID!) { %s(id: $id) { __typename } }", f.Name), "id", id); strings.Contains(text, `"internal"`) {
						t.Errorf("%s(%.40q): %s", f.Name, id, text)
					}
				}
			}
			for _, f := range d.Schema.AST().Mutation.Fields {
				if len(f.Arguments) == 1 && f.Type.Name() == "Boolean" {
					if _, text := d.Ask(d.Steward, fmt.Sprintf("mutation($id: ID!) { %s(%s: $id) }", f.Name, f.Arguments[0].Name), "id", id+":1"); !strings.Contains(text, `"errors"`) || strings.Contains(text, `"internal"`) {
						t.Errorf("%s(%.40q): %s", f.Name, id, text)
					}
				}
			}
			for _, list := range []string{"fulfillments", "plans", "people", "economicEvents", "processes", "economicResources", "units"} {
				if _, text := d.Ask(d.Steward, fmt.Sprintf("query($c: String) { %s(after: $c) { edges { cursor } } }", list), "c", id); strings.Contains(text, `"internal"`) {
					t.Errorf("%s(after: %.40q): %s", list, id, text)
				}
			}
			if _, text := d.Ask(d.Steward, `query($i: [ID!]) { fulfillments(filter: {fulfills: $i}) { edges { cursor } } satisfactions(filter: {satisfiedBy: $i}) { edges { cursor } }
				claims(filter: {providerId: $i}) { edges { cursor } } economicEvents(filter: {providerId: $i}) { edges { cursor } } }`, "i", []string{id}); strings.Contains(text, `"internal"`) {
				t.Errorf("filters with %.40q: %s", id, text)
			}
		}
	})
}
