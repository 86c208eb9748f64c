package compat

import (
	"commonweal/platform/graphql"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
	"commonweal/vf/resolve"
)

// agentTypes are the two object types of agents.
var agentTypes = []string{"Person", "Organization"}

func (t *table) agents() {
	for _, typ := range agentTypes {
		t.same(typ, typ, "name", "image", "note", "primaryLocation")
		for _, side := range []string{"Subject", "Object"} {
			name := "relationshipsAs" + side
			t.by(typ+"."+name, "`"+typ+"."+name+"`", windows(filtered(t.nativeField(typ+"."+name), related)))
		}
		t.by(typ+".relationships", "`relationshipsAsSubject` and `relationshipsAsObject`", windows(filtered(t.both(typ, "relationships"), related)))
		t.by(typ+".roles", "the roles of `relationshipsAsSubject`", t.rolesOf(typ))
		for _, flows := range []string{"commitments", "intents"} {
			for _, side := range []string{"AsProvider", "AsReceiver"} {
				t.by(typ+"."+flows+side, "`"+typ+"."+flows+side+"`", windows(t.nativeField(typ+"."+flows+side)))
			}
			t.by(typ+"."+flows, "`"+flows+"AsProvider` and `"+flows+"AsReceiver`", windows(filtered(t.both(typ, flows), flowWanted)))
		}
		t.agentEvents(typ)
		t.by(typ+".inventoriedEconomicResources", "`"+typ+".inventoriedEconomicResources`", t.inventory(typ))
		t.by(typ+".processes", "`Process.inScopeOf`", windows(filtered(processesBy(vf.ProcessesIn), processWanted)))
		t.by(typ+".plans", "`plannedWithin` of `commitments` and `intents`", windows(t.plansOf(typ)))
		t.by(typ+".proposals", "the proposals that publish one of `intents`", windows(t.proposalsOf(typ)))
		t.by(typ+".proposalsTo", "`Proposal.proposedTo`", windows(linked(vf.KindProposal, "proposedTo")))
	}
	t.same("Organization", "Organization", "classifiedAs")
}

// processesBy answers the processes of the parents, newest first.
func processesBy(find func(store.Reader, []store.ID) (map[store.ID][]vf.Process, error)) graphql.Field {
	return graphql.Field{Batch: func(q *graphql.Query, parents []any, _ graphql.Args) ([]any, error) {
		found, err := find(q.Reader, ids(parents))
		of := map[store.ID][]any{}
		for id, list := range found {
			for i := range list {
				of[id] = append(of[id], &list[i])
			}
		}
		return resolve.Lists(ids(parents), of), err
	}}
}

// both is the list of what names an agent on either side.
func (t *table) both(typ, lists string) graphql.Field {
	if lists == "relationships" {
		return t.joined(typ+".relationshipsAsSubject", typ+".relationshipsAsObject")
	}
	return t.joined(typ+"."+lists+"AsProvider", typ+"."+lists+"AsReceiver")
}

// distinct leaves each record once.
func distinct(list []any) []any {
	seen := map[store.ID]bool{}
	out := []any{}
	for _, v := range list {
		if id := recordOf(v).id; !seen[id] {
			seen[id] = true
			out = append(out, v)
		}
	}
	return out
}

// rolesOf answers the roles in which agents stand to others.
func (t *table) rolesOf(typ string) graphql.Field {
	subject := t.nativeField(typ + ".relationshipsAsSubject")
	return graphql.Field{Batch: func(q *graphql.Query, parents []any, args graphql.Args) ([]any, error) {
		values, err := subject.Batch(q, parents, args)
		if err != nil {
			return nil, err
		}
		return t.through(q, values, resolve.Entities, func(v any) []store.ID { return []store.ID{v.(*vf.AgentRelationship).Relationship} })
	}}
}

// through replaces each list by what its entries name, each once.
func (t *table) through(q *graphql.Query, lists []any, find resolve.Loader, named func(any) []store.ID) ([]any, error) {
	var all []store.ID
	each := make([][]store.ID, len(lists))
	for i, list := range lists {
		for _, v := range list.([]any) {
			each[i] = append(each[i], named(v)...)
		}
		all = append(all, each[i]...)
	}
	found, err := find(q, all)
	if err != nil {
		return nil, err
	}
	out := make([]any, len(lists))
	for i := range lists {
		n := len(each[i])
		out[i], found = distinct(resolve.There(found[:n])), found[n:]
	}
	return out, nil
}

// linked answers the entities of a class that name the parents by a property.
func linked(kind vf.Kind, property string) graphql.Field {
	return graphql.Field{Batch: func(q *graphql.Query, parents []any, _ graphql.Args) ([]any, error) {
		found, err := vf.LinkedEntities(q.Reader, kind, property, ids(parents), resolve.Member(q.Who))
		of := map[store.ID][]any{}
		for id, list := range found {
			for _, e := range list {
				of[id] = append(of[id], e)
			}
		}
		return resolve.Lists(ids(parents), of), err
	}}
}

func (t *table) things() {
	info := func(f func(*quantity.Info) string) graphql.Field {
		return graphql.Field{Read: func(p any) any { return f(p.(*quantity.Info)) }}
	}
	t.same("Measure", "Measure", "hasNumericalValue", "hasUnit")
	t.by("Unit.label", "`Unit.label`", info(func(u *quantity.Info) string { return u.Label }))
	t.by("Unit.symbol", "`Unit.symbol`", info(func(u *quantity.Info) string { return u.Symbol }))
	t.actionTable()
	t.same("ResourceSpecification", "ResourceSpecification", "name", "image", "imageList", "resourceClassifiedAs", "note", "defaultUnitOfResource", "defaultUnitOfEffort", "substitutable")
	t.by("ResourceSpecification.conformingResources", "`ResourceSpecification.conformingResources`",
		paging(t.nativeField("ResourceSpecification.conformingResources")))
	for name, kind := range map[string]vf.Kind{"claims": vf.KindClaim, "commitments": vf.KindCommitment, "intents": vf.KindIntent} {
		t.by("ResourceSpecification."+name, "`"+string(kind)+".resourceConformsTo`", windows(linked(kind, "resourceConformsTo")))
	}
	t.same("ProcessSpecification", "ProcessSpecification", "name", "note")
	t.by("ProcessSpecification.commitmentsRequiringStage", "`Commitment.stage`", windows(linked(vf.KindCommitment, "stage")))
	t.by("ProcessSpecification.conformingProcesses", "`Process.basedOn`", windows(processesBy(vf.ProcessesBasedOn)))
	t.by("ProcessSpecification.resourcesCurrentlyAtStage", "`EconomicResource.stage`", paging(graphql.Field{Batch: resolve.ResourcesOf(vf.ResourcesInStage)}))
	t.by("ProcessSpecification.conformingRecipeProcesses", "`RecipeProcess.processConformsTo`", windows(linked(vf.KindRecipeProcess, "processConformsTo")))
	t.by("ProcessSpecification.recipeFlowsRequiringStage", "`RecipeFlow.stage`", windows(linked(vf.KindRecipeFlow, "stage")))
}

// actionTable answers actions, which the 1.0 schema has as an enum beside a table.
func (t *table) actionTable() {
	effect := func(f func(*vf.Row) vf.QuantityEffect) graphql.Field {
		return graphql.Field{Read: func(p any) any {
			if e := f(p.(*vf.Row)); e != vf.NoQuantity {
				return string(e)
			}
			return "noEffect"
		}}
	}
	t.same("Action", "ActionDefinition", "id", "label", "inputOutput", "pairsWith")
	t.by("Action.resourceEffect", "`ActionDefinition.accountingEffect`; `noEffect` where it does not apply", effect(func(r *vf.Row) vf.QuantityEffect { return r.AccountingEffect }))
	t.by("Action.onhandEffect", "`ActionDefinition.onhandEffect`; `noEffect` where it does not apply", effect(func(r *vf.Row) vf.QuantityEffect { return r.OnhandEffect }))
}

// actionOf is the row of the table that an action names.
func actionOf(v any) any {
	row, known := vf.Action(v.(string)).Row()
	if !known {
		return nil
	}
	return &row
}

// scope is the one agent of a scope as the list that the published schema has.
func scope(v any) any { return []any{v} }
