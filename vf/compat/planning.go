package compat

import (
	"commonweal/platform/graphql"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
	"commonweal/vf/resolve"
)

// planning answers the types that have a class of entities behind them.
func (t *table) planning() {
	t.same("AgentRelationship", "AgentRelationship", "subject", "object", "relationship", "note")
	t.by("AgentRelationship.inScopeOf", "`AgentRelationship.inScopeOf`, as a list", mapped(t.nativeField("AgentRelationship.inScopeOf"), scope))
	t.same("AgentRelationshipRole", "AgentRelationshipRole", "roleLabel=name", "inverseRoleLabel", "note")
	t.by("AgentRelationshipRole.agentRelationships", "`AgentRelationship.relationship`", windows(linked(vf.KindAgentRelationship, "relationship")))
	t.same("ProductBatch", "BatchLotRecord", "batchNumber=batchLotCode", "expiryDate=expirationDate")
	t.by("ProductBatch.productionDate", "the time of the first event that produced some of it", graphql.Field{Batch: t.produced})
	t.places()
	t.recipes()
	t.flows()
	t.agreements()
}

func (t *table) places() {
	t.same("SpatialThing", "SpatialThing", "name", "mappableAddress", "note")
	t.by("SpatialThing.economicResources", "`EconomicResource.currentLocation`", paging(graphql.Field{Batch: resolve.ResourcesOf(vf.ResourcesAt)}))
	t.by("SpatialThing.agents", "`Agent.primaryLocation`", graphql.Field{Batch: agentsAt})
	for _, name := range []string{"lat", "long", "alt"} {
		t.by("SpatialThing."+name, "the number of `SpatialThing."+name+"`", mapped(t.nativeField("SpatialThing."+name), func(v any) any { return *v.(*quantity.Amount) }))
	}
}

func (t *table) recipes() {
	t.same("RecipeProcess", "RecipeProcess", "processConformsTo", "name", "hasDuration", "processClassifiedAs", "note")
	t.same("RecipeExchange", "RecipeExchange", "name", "note")
	t.same("RecipeFlow", "RecipeFlow", "resourceConformsTo", "resourceQuantity", "effortQuantity", "recipeInputOf", "recipeOutputOf", "recipeClauseOf", "note")
	t.by("RecipeFlow.action", "`RecipeFlow.action`, with its row of the action table", mapped(t.nativeField("RecipeFlow.action"), actionOf))
	t.by("Duration.numericDuration", "the number of the measure", graphql.Field{Read: func(p any) any { return *p.(*quantity.Amount) }})
	t.by("Duration.unitType", "the unit of the measure", graphql.Field{Read: func(p any) any {
		unit := string(p.(*quantity.Amount).Unit)
		if t.schema.Types["TimeUnit"].EnumValues.ForName(unit) == nil {
			return graphql.Unimplemented("Duration.unitType", unit+" is no unit of time that the published schema has")
		}
		return unit
	}})
}

// flows answers commitments, intents and claims.
func (t *table) flows() {
	for _, typ := range []string{"Commitment", "Intent", "Claim"} {
		t.same(typ, typ, "provider", "receiver", "resourceConformsTo", "resourceClassifiedAs", "resourceQuantity", "effortQuantity", "due", "finished", "note")
		t.by(typ+".action", "`"+typ+".action`, with its row of the action table", mapped(t.nativeField(typ+".action"), actionOf))
	}
	for _, typ := range []string{"Commitment", "Intent"} {
		t.same(typ, typ, "inputOf", "outputOf", "resourceInventoriedAs", "hasBeginning", "hasEnd", "hasPointInTime")
	}
	t.same("Commitment", "Commitment", "clauseOf", "independentDemandOf", "plannedWithin", "stage", "created")
	t.by("Commitment.involvedAgents", "its provider and receiver", graphql.Field{Batch: func(q *graphql.Query, parents []any, _ graphql.Args) ([]any, error) {
		each := make([]any, len(parents))
		for i, p := range parents {
			each[i] = []any{p}
		}
		return t.through(q, each, resolve.Agents, sides)
	}})
	t.same("Intent", "Intent", "name", "availableQuantity", "image", "imageList")
	t.same("Claim", "Claim", "triggeredBy", "created")
}

// agreements answers agreements and plans.
func (t *table) agreements() {
	t.same("Agreement", "Agreement", "name", "created", "note", "economicEvents")
	clauses := t.joined("Agreement.stipulates", "Agreement.stipulatesReciprocal")
	t.by("Agreement.commitments", "`Agreement.stipulates` and `Agreement.stipulatesReciprocal`", clauses)
	t.by("Agreement.unplannedEconomicEvents", "`Agreement.economicEvents` that fulfill nothing",
		kept(t.nativeField("Agreement.economicEvents"), func(v any) bool { return len(v.(*vf.Event).Fulfills) == 0 }))
	t.by("Agreement.involvedAgents", "the agents of its commitments and events", windows(t.agentsIn(sides, "Agreement.stipulates", "Agreement.stipulatesReciprocal", "Agreement.economicEvents")))
	t.same("Plan", "Plan", "name", "created", "due", "note", "independentDemands=hasIndependentDemand")
	t.by("Plan.processes", "`Plan.processes`", filtered(t.nativeField("Plan.processes"), processWanted))
	t.by("Plan.nonProcessCommitments", "`Plan.commitments` without a process", kept(t.nativeField("Plan.commitments"), func(v any) bool {
		c := v.(*vf.Commitment)
		return c.InputOf == "" && c.OutputOf == ""
	}))
	t.by("Plan.involvedAgents", "the agents of its commitments", windows(t.agentsIn(sides, "Plan.commitments", "Plan.hasIndependentDemand")))
}

// joined is two lists as one, each entry once.
func (t *table) joined(one, other string) graphql.Field {
	return graphql.Field{Batch: func(q *graphql.Query, parents []any, args graphql.Args) ([]any, error) {
		values, err := t.nativeField(one).Batch(q, parents, args)
		if err != nil {
			return nil, err
		}
		more, err := t.nativeField(other).Batch(q, parents, args)
		for i := range more {
			values[i] = distinct(append(values[i].([]any), more[i].([]any)...))
		}
		return values, err
	}}
}

// ofKind is a loader that finds things of one type only.
func ofKind(find resolve.Loader, typ string) resolve.Loader {
	return func(q *graphql.Query, ids []store.ID) ([]any, error) {
		found, err := find(q, ids)
		for i, v := range found {
			if v != nil && typeOf(v) != typ {
				found[i] = nil
			}
		}
		return found, err
	}
}
