package compat

import "strings"

// reasons say why fields are not answered, by field, by type ("Scenario.*") or
// by name in all types ("*.agreedIn"); the first that fits counts.
var reasons = [...]struct{ field, why string }{
	{"Scenario.*", noScenario}, {"ScenarioDefinition.*", noScenario}, {"*.nestedIn", noScenario}, {"Plan.refinementOf", noScenario}, {"*.scenariosInScope", noScenario},
	{"Query.scenario", noScenario}, {"Query.scenarios", noScenario}, {"Query.scenarioDefinition", noScenario}, {"Query.scenarioDefinitions", noScenario},
	{"ScenarioResponse.*", noScenario}, {"ScenarioDefinitionResponse.*", noScenario},
	{"Mutation.createScenario", noScenario}, {"Mutation.updateScenario", noScenario}, {"Mutation.deleteScenario", noScenario},
	{"Mutation.createScenarioDefinition", noScenario}, {"Mutation.updateScenarioDefinition", noScenario}, {"Mutation.deleteScenarioDefinition", noScenario},
	{"Appreciation.*", noAppreciation}, {"AppreciationResponse.*", noAppreciation}, {"*.appreciationOf", noAppreciation}, {"*.appreciationWith", noAppreciation},
	{"Query.appreciation", noAppreciation}, {"Query.appreciations", noAppreciation},
	{"Mutation.createAppreciation", noAppreciation}, {"Mutation.updateAppreciation", noAppreciation}, {"Mutation.deleteAppreciation", noAppreciation},
	{"*.agreedIn", "ValueFlows 1.0 has no address of an agreement; name an Agreement in clauseOf or realizationOf"},
	{"*.atLocation", "ValueFlows 1.0 says where something goes (toLocation), not where a flow happens"},
	{"*.inScopeOf", noScope}, {"*.commitmentsInScope", noScope}, {"*.intentsInScope", noScope}, {"*.claimsInScope", noScope}, {"*.proposalsInScope", noScope},
	{"Agent.claims", claimsAreIntents}, {"*.claims", claimsAreIntents}, {"*.claimsAsProvider", claimsAreIntents}, {"*.claimsAsReceiver", claimsAreIntents},
	{"*.deletable", "delete it to find out: what something refers to stays, and the error says so"},
	{"EconomicEvent.triggeredBy", noTrigger}, {"EconomicEvent.triggers", noTrigger},
	{"Revision.author", "who acted is in the journal"},
	{"Fulfillment.note", noNote}, {"Satisfaction.note", noNote}, {"Settlement.note", noNote},
	{"SpatialThing.economicEvents", noPlaceIndex},
	{"SpatialThing.commitments", "ValueFlows 1.0 says where something goes (toLocation), not where a flow happens"},
	{"SpatialThing.intents", "ValueFlows 1.0 says where something goes (toLocation), not where a flow happens"},
	{"ResourceSpecification.economicEvents", "ask the events of its conformingResources"},
	{"Mutation.updateEconomicEvent", "events stay as they were recorded; correct them over the 1.0 schema"},
	{"Mutation.createUnit", noUnits}, {"Mutation.updateUnit", noUnits}, {"Mutation.deleteUnit", noUnits}, {"UnitResponse.*", noUnits},
	{"Mutation.deletePerson", noDelete}, {"Mutation.deleteOrganization", noDelete}, {"Mutation.deleteProcess", "a process stays with what was done in it; finish it"},
	{"Mutation.deleteResourceSpecification", noDeleteKind}, {"Mutation.deleteProcessSpecification", noDeleteKind},
	{"Mutation.updateFulfillment", withEvent}, {"Mutation.deleteFulfillment", withEvent}, {"Mutation.updateSettlement", withEvent}, {"Mutation.deleteSettlement", withEvent},
	{"Mutation.updateSatisfaction", "delete it and create it anew"},
}

const (
	noScenario       = "ValueFlows 1.0 has no scenarios"
	noAppreciation   = "ValueFlows 1.0 has no appreciations"
	noScope          = "ValueFlows 1.0 gives a scope to processes and events only"
	claimsAreIntents = "the published schema takes claims for intents here; ask Query.claims with a filter"
	noTrigger        = "in ValueFlows 1.0 events trigger claims, not events"
	noNote           = "a part of a flow has no note of its own; the event or commitment has"
	noUnits          = "units are those of the table; a commons uses a unit of its own by naming it in an amount"
	noDelete         = "an agent whom events name stays; the name of a person is erased over the pages of the commons"
	noDeleteKind     = "a specification that events and records name stays"
	withEvent        = "what an event fulfills or settles stays with it; correct the event over the 1.0 schema and record it anew"
	noPlaceIndex     = "events name the place they lead to; they are not listed by it"
)

// reasonFor is why a field is not answered; empty when nothing says.
func reasonFor(name string) string {
	typ, field, _ := strings.Cut(name, ".")
	for _, r := range reasons {
		t, f, _ := strings.Cut(r.field, ".")
		if (t == "*" || t == typ) && (f == "*" || f == field) {
			return r.why
		}
	}
	return ""
}
