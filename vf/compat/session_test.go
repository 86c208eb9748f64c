package compat

import (
	"slices"
	"strings"
	"testing"
)

const recordEvent = `mutation($event: EconomicEventCreateParams!, $new: EconomicResourceCreateParams) { createEconomicEvent(event: $event, newInventoriedResource: $new) {
	economicEvent { id revisionId action { id resourceEffect onhandEffect } resourceInventoriedAs { id } } economicResource { id name } } }`

// spec adds a specification; stock raises a record of it.
func (d *desk) spec(name string) string {
	d.T.Helper()
	return d.Must("createResourceSpecification.resourceSpecification.id", `mutation($x: ResourceSpecificationCreateParams!) { createResourceSpecification(resourceSpecification: $x) { resourceSpecification { id } } }`,
		"x", in{"name": name})
}

func (d *desk) stock(action, name, number, unit, spec, by string) string {
	d.T.Helper()
	return d.Must("createEconomicEvent.economicResource.id", recordEvent, "event", in{"action": action, "provider": by, "receiver": by, "resourceConformsTo": spec,
		"resourceQuantity": measure{number, unit}}, "new", in{"name": name})
}

func (d *desk) event(e in) string {
	d.T.Helper()
	return d.Must("createEconomicEvent.economicEvent.id", recordEvent, "event", e)
}

// A session as applications of hREA hold it: agents, a specification, an event
// that creates a record, and a question with nested links.
func TestSession(t *testing.T) {
	each(t, func(d *desk) {
		cleo := d.Must("createPerson.agent.id", `mutation($p: AgentCreateParams!) { createPerson(person: $p) { agent { id name revisionId } } }`, "p", in{"name": "Cleo", "note": "bakes"})
		farm := d.Must("createOrganization.agent.id", `mutation($o: OrganizationCreateParams!) { createOrganization(organization: $o) { agent { id name classifiedAs } } }`,
			"o", in{"name": "Hill Farm", "classifiedAs": []string{"https://w3id.org/farm"}})
		apples := d.spec("Apples")
		crate := d.stock("raise", "Crate", "12.5", "kilogram", apples, farm)
		d.event(in{"action": "lower", "provider": farm, "receiver": farm, "resourceInventoriedAs": crate, "resourceQuantity": measure{"2.5", "kilogram"}, "note": "moldy"})
		d.Gets(`{"economicResource":{"name":"Crate","accountingQuantity":{"hasNumericalValue":"10","hasUnit":{"id":"kilogram","symbol":"kg"}},"primaryAccountable":{"__typename":"Organization","name":"Hill Farm"},`+
			`"conformsTo":{"name":"Apples"},"economicEventsInOutFrom":{"edges":[{"node":{"action":{"id":"lower","resourceEffect":"decrement"},"note":"moldy"}},{"node":{"action":{"id":"raise","resourceEffect":"increment"},"note":null}}],`+
			`"pageInfo":{"hasNextPage":false,"totalCount":2,"pageLimit":500}}}}`,
			`query($id: ID!) { economicResource(id: $id) { name accountingQuantity { hasNumericalValue hasUnit { id symbol } } primaryAccountable { __typename name } conformsTo { name }
				economicEventsInOutFrom { edges { node { action { id resourceEffect } note } } pageInfo { hasNextPage totalCount pageLimit } } } }`, "id", crate)
		d.Gets(`{"person":{"name":"Cleo","note":"bakes"},"organization":{"classifiedAs":["https://w3id.org/farm"]},"wrong":null}`,
			`query($p: ID!, $o: ID!) { person(id: $p) { name note } organization(id: $o) { classifiedAs } wrong: person(id: $o) { name } }`, "p", cleo, "o", farm)
		d.Gets(`{"people":{"edges":[{"node":{"name":"Ann"}},{"node":{"name":"Ben"}},{"node":{"name":"Cleo"}}]},"organizations":{"edges":[{"node":{"name":"Hill Farm"}}]}}`,
			`{ people { edges { node { name } } } organizations { edges { node { name } } } }`)
		rev := d.Must("person.revisionId", `query($p: ID!) { person(id: $p) { revisionId } }`, "p", cleo)
		if got := d.Must("updatePerson.agent.name", `mutation($p: AgentUpdateParams!) { updatePerson(person: $p) { agent { name note } } }`, "p", in{"revisionId": rev, "name": "Cleopatra"}); got != "Cleopatra" {
			t.Errorf("renamed %s", got)
		}
		if got := d.Must("person.note", `query($p: ID!) { person(id: $p) { note } }`, "p", cleo); got != "bakes" {
			t.Errorf("the note is %s", got)
		}
		d.Gets(`{"organization":{"inventoriedEconomicResources":{"edges":[{"node":{"id":"`+crate+`"}}]},"economicEvents":{"edges":[{"node":{"action":{"label":"lower"}}}]}}}`,
			`query($o: ID!) { organization(id: $o) { inventoriedEconomicResources { edges { node { id } } } economicEvents(filter: {action: "lower"}) { edges { node { action { label } } } } } }`, "o", farm)
	})
}

// What has no home is refused by name, with the reason, and never dropped.
func TestRefusals(t *testing.T) {
	each(t, func(d *desk) {
		apples := d.spec("Apples")
		d.Refused("graphql.unimplemented", "Query.scenarios", `{ scenarios { edges { node { id } } } }`)
		d.Refused("graphql.unimplemented", "EconomicEvent.agreedIn", recordEvent, "event", in{"action": "raise", "provider": d.Steward.Agent, "receiver": d.Steward.Agent, "resourceConformsTo": apples,
			"resourceQuantity": measure{"1", "one"}, "agreedIn": "https://a.example"}, "new", in{"name": "x"})
		d.Refused("vf.missing_unit", `"field":"resourceQuantity"`, recordEvent, "event", in{"action": "raise", "provider": d.Steward.Agent, "receiver": d.Steward.Agent, "resourceConformsTo": apples,
			"resourceQuantity": measure{"1", ""}}, "new", in{"name": "x"})
		intent := func(number string) string {
			return `mutation { createIntent(intent: {action: "transfer", provider: "` + string(d.Steward.Agent) + `", resourceConformsTo: "` + apples + `", resourceQuantity: {hasNumericalValue: ` + number + `, hasUnit: "one"}}) { intent { resourceQuantity { hasNumericalValue } } } }`
		}
		d.Gets(`{"createIntent":{"intent":{"resourceQuantity":{"hasNumericalValue":"1.1"}}}}`, intent("1.1")) // without quotes, and exact
		d.Refused("vf.amount_text", "no number", intent(`""`))
		d.Refused("vf.revision_id", "revisionId", `mutation { deletePlan(revisionId: "x") }`)
		_, text := d.Ask(d.Steward, `query($id: ID!) { person(id: $id) { name claims { edges { cursor } } } }`, "id", d.Steward.Agent)
		if !strings.Contains(text, `"claims":null`) || !strings.Contains(text, `"path":["person","claims"]`) || !strings.Contains(text, "Person.claims is not served") {
			t.Errorf("got %s", text)
		}
	})
}

// plannerFragments are what a planning application asks of commitments and
// processes: revisions with their times, links three levels deep.
const plannerFragments = `
	fragment Flow on Commitment { id revisionId finished hasBeginning action { id label } meta { retrievedRevision { id time } } provider { id name } receiver { id name }
		resourceQuantity { hasNumericalValue hasUnit { id label } } resourceConformsTo { id name defaultUnitOfResource { label } }
		fulfilledBy { id fulfilledBy { id action { id label } provider { id name } resourceQuantity { hasNumericalValue hasUnit { label } } hasBeginning } }
		clauseOf { id revisionId commitments { id revisionId action { id label } resourceQuantity { hasNumericalValue hasUnit { label } } } } }
	fragment Step on Process { id revisionId name plannedWithin { id } meta { retrievedRevision { id time } } basedOn { id name } committedInputs { ...Flow } committedOutputs { ...Flow } }`

// A planning application asks for the last 100,000 of everything, sends
// amounts as numbers, and reads whole plans in one question.
func TestPlanner(t *testing.T) {
	each(t, func(d *desk) {
		ids := d.filled()
		for _, list := range []string{"agents", "plans", "agreements", "processSpecifications", "resourceSpecifications", "economicResources", "units", "intents", "fulfillments"} {
			answer, text := d.Ask(d.Steward, "{ "+list+"(last: 100000) { pageInfo { startCursor endCursor hasPreviousPage totalCount } edges { cursor node { __typename } } } }")
			if answer["errors"] != nil || !strings.Contains(text, `"__typename"`) || !strings.Contains(text, `"hasPreviousPage":false`) {
				d.T.Errorf("%s: %s", list, text)
			}
		}
		answer, text := d.Ask(d.Member, plannerFragments+` query($id: ID!) { plan(id: $id) { id revisionId name meta { retrievedRevision { id time } } independentDemands { ...Flow } nonProcessCommitments { ...Flow } processes { ...Step } } }`, "id", ids["Plan"])
		if answer["errors"] != nil {
			d.T.Fatal(text)
		}
		for _, part := range []string{`"committedInputs":[{"id":"` + ids["Commitment"], `"fulfilledBy":[{"id":"` + ids["Fulfillment"], `"clauseOf":{"id":"` + ids["Agreement"]} {
			if !strings.Contains(text, part) {
				d.T.Errorf("the plan lacks %s: %s", part, text)
			}
		}
		d.Gets(`{"organization":{"processes":{"edges":[{"node":{"id":"`+ids["Process"]+`"}}]},"none":{"edges":[]}},"spatialThing":{"economicResources":{"edges":[{"node":{"id":"`+ids["EconomicResource"]+`"}}],"pageInfo":{"hasNextPage":false}}}}`,
			`query($o: ID!, $p: ID!) { organization(id: $o) { processes(filter: {finished: false}) { edges { node { id } } } none: processes(filter: {finished: true}) { edges { node { id } } } }
				spatialThing(id: $p) { economicResources(last: 5) { edges { node { id } } pageInfo { hasNextPage } } } }`, "o", ids["Organization"], "p", ids["SpatialThing"])
		if got := d.Must("createEconomicEvent.economicEvent.resourceQuantity.hasNumericalValue", `mutation($event: EconomicEventCreateParams!) { createEconomicEvent(event: $event) { economicEvent { resourceQuantity { hasNumericalValue } } } }`,
			"event", in{"action": "lower", "provider": ids["Organization"], "receiver": ids["Organization"], "resourceInventoriedAs": ids["EconomicResource"], "resourceQuantity": in{"hasNumericalValue": 0.1, "hasUnit": "kilogram"}}); got != "0.1" {
			d.T.Errorf("lowered by %s", got)
		}
	})
}

// A list of the commons pages from both ends, by one kind of cursor.
func TestPagingFromBothEnds(t *testing.T) {
	each(t, func(d *desk) {
		for range 7 {
			d.Must("createPlan.plan.id", `mutation { createPlan(plan: {name: "Week"}) { plan { id } } }`)
		}
		read := func(arguments string, vars ...any) (ids []string, start, end string, more [2]bool) {
			head := "{ plans("
			if len(vars) > 0 {
				head = "query($c: String) { plans("
			}
			answer, text := d.Ask(d.Steward, head+arguments+") { edges { cursor node { id } } pageInfo { startCursor endCursor hasPreviousPage hasNextPage } } }", vars...)
			if answer["errors"] != nil {
				d.T.Fatal(text)
			}
			plans := answer["data"].(in)["plans"].(in)
			for _, e := range plans["edges"].([]any) {
				ids = append(ids, e.(in)["node"].(in)["id"].(string))
			}
			info := plans["pageInfo"].(in)
			start, _ = info["startCursor"].(string)
			end, _ = info["endCursor"].(string)
			return ids, start, end, [2]bool{info["hasPreviousPage"].(bool), info["hasNextPage"].(bool)}
		}
		all, _, _, _ := read("first: 10")
		head, _, end, more := read("first: 3")
		if !slices.Equal(head, all[:3]) || more != [2]bool{false, true} {
			d.T.Errorf("the first 3 of %v: %v %v", all, head, more)
		}
		if next, _, _, _ := read("first: 3, after: $c", "c", end); !slices.Equal(next, all[3:6]) {
			d.T.Errorf("the next 3 of %v: %v", all, next)
		}
		tail, start, _, more := read("last: 2")
		if !slices.Equal(tail, all[5:]) || more != [2]bool{true, false} {
			d.T.Errorf("the last 2 of %v: %v %v", all, tail, more)
		}
		if before, _, _, _ := read("last: 3, before: $c", "c", start); !slices.Equal(before, all[2:5]) {
			d.T.Errorf("the 3 before of %v: %v", all, before)
		}
		if before, _, _, _ := read("last: 99, before: $c", "c", end); !slices.Equal(before, all[:2]) {
			d.T.Errorf("what is before the third of %v: %v", all, before)
		}
	})
}
