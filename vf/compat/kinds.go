package compat

import (
	"commonweal/quantity"
	"commonweal/vf"
)

// kinds says which class of ValueFlows 1.0 stands behind a type of the
// published schema that has entities.
var kinds = map[string]vf.Kind{
	"AgentRelationship": vf.KindAgentRelationship, "AgentRelationshipRole": vf.KindAgentRelationshipRole, "Agreement": vf.KindAgreement,
	"Claim": vf.KindClaim, "Commitment": vf.KindCommitment, "Intent": vf.KindIntent, "Plan": vf.KindPlan, "ProductBatch": vf.KindBatchLotRecord,
	"Proposal": vf.KindProposal, "RecipeExchange": vf.KindRecipeExchange, "RecipeFlow": vf.KindRecipeFlow, "RecipeProcess": vf.KindRecipeProcess,
	"SpatialThing": vf.KindSpatialThing,
}

// typeOf is the object type of a value.
func typeOf(v any) string {
	switch x := v.(type) {
	case *vf.Agent:
		if x.Kind == vf.Person {
			return "Person"
		}
		return "Organization" // the published schema has no ecological agents
	case *vf.Event:
		return "EconomicEvent"
	case *vf.Process:
		return "Process"
	case *vf.Resource:
		return "EconomicResource"
	case *vf.ResourceSpecification:
		return "ResourceSpecification"
	case *vf.ProcessSpecification:
		return "ProcessSpecification"
	case *quantity.Info:
		return "Unit"
	case vf.Entity:
		for typ, kind := range kinds {
			if kind == x.Kind() {
				return typ
			}
		}
	case derived:
		return x.typ()
	}
	return ""
}
