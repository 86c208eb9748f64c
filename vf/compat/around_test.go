package compat

import (
	"strings"
	"testing"
)

// Flour is milled and then baked: each process knows the one before and the
// one after, a lot when it was produced, a kind of process what is of it.
func TestWhatLiesAround(t *testing.T) {
	each(t, func(d *desk) {
		ann := string(d.Steward.Agent)
		kind := d.Must("createProcessSpecification.processSpecification.id", `mutation { createProcessSpecification(processSpecification: {name: "Milling"}) { processSpecification { id } } }`)
		lot := d.Must("createProductBatch.productBatch.id", `mutation { createProductBatch(productBatch: {batchNumber: "B-7"}) { productBatch { id } } }`)
		mill, bake, flour := d.process(in{"name": "Mill", "basedOn": kind}), d.process(in{"name": "Bake"}), d.spec("Flour")
		sack := d.Must("createEconomicEvent.economicResource.id", recordEvent, "event", in{"action": "produce", "provider": ann, "receiver": ann, "outputOf": mill, "resourceConformsTo": flour,
			"resourceQuantity": measure{"9", "kilogram"}, "hasPointInTime": "2026-03-01T09:00:00Z"}, "new", in{"name": "Sack", "lot": lot})
		d.event(in{"action": "consume", "provider": ann, "receiver": ann, "inputOf": bake, "resourceInventoriedAs": sack, "resourceQuantity": measure{"2", "kilogram"}})
		around := `query($p: ID!) { process(id: $p) { nextProcesses { name } previousProcesses { name } } }`
		d.Gets(`{"process":{"nextProcesses":[{"name":"Bake"}],"previousProcesses":[]}}`, around, "p", mill)
		d.Gets(`{"process":{"nextProcesses":[],"previousProcesses":[{"name":"Mill"}]}}`, around, "p", bake)
		d.Gets(`{"processSpecification":{"conformingProcesses":{"edges":[{"node":{"name":"Mill"}}]},"resourcesCurrentlyAtStage":{"edges":[{"node":{"name":"Sack"}}]}}}`,
			`query($k: ID!) { processSpecification(id: $k) { conformingProcesses { edges { node { name } } } resourcesCurrentlyAtStage { edges { node { name } } } } }`, "k", kind)
		d.Gets(`{"productBatch":{"productionDate":"2026-03-01T09:00:00Z"}}`, `query($l: ID!) { productBatch(id: $l) { productionDate } }`, "l", lot)
	})
}

// Who lives where is for members; where an organization is, for everybody.
func TestAgentsAtPlaces(t *testing.T) {
	each(t, func(d *desk) {
		place := d.Must("createSpatialThing.spatialThing.id", `mutation { createSpatialThing(spatialThing: {name: "Hill"}) { spatialThing { id } } }`)
		d.Must("createOrganization.agent.id", `mutation($p: ID!) { createOrganization(organization: {name: "Mill House", primaryLocation: $p}) { agent { id } } }`, "p", place)
		d.Must("createPerson.agent.id", `mutation($p: ID!) { createPerson(person: {name: "Cleo", primaryLocation: $p}) { agent { id } } }`, "p", place)
		ask := `query($p: ID!) { spatialThing(id: $p) { agents { name } } }`
		d.Gets(`{"spatialThing":{"agents":[{"name":"Mill House"},{"name":"Cleo"}]}}`, ask, "p", place)
		if _, text := d.Ask(d.Reader, ask, "p", place); !strings.Contains(text, `[{"name":"Mill House"}]`) {
			t.Errorf("an outsider reads %s", text)
		}
	})
}

// Whoever looks for something in a plan or offers it finds the plan and the proposal.
func TestPlansAndProposalsOfAgents(t *testing.T) {
	each(t, func(d *desk) {
		ids := d.filled()
		d.Gets(`{"organization":{"plans":{"edges":[{"node":{"name":"Week"}}]},"proposals":{"edges":[{"node":{"name":"Help wanted"}}]}}}`,
			`query($o: ID!) { organization(id: $o) { plans { edges { node { name } } } proposals { edges { node { name } } } } }`, "o", ids["Organization"])
	})
}
