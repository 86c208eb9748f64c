package vfapi

import (
	"reflect"
	"strings"

	"commonweal/platform/graphql"
	"commonweal/platform/store"
	"commonweal/vf"
	"commonweal/vf/resolve"
)

// entities answers the fields of every class of entity: what it says itself,
// and what it names.
func (a *api) entities() graphql.Fields {
	out := graphql.Fields{}
	for _, kind := range vf.Kinds() {
		out = resolve.Merge(out, a.entity(kind))
	}
	for _, typ := range []string{"AllocatedCommitment", "AllocatedIntent", "AllocatedClaim"} {
		out = resolve.Merge(out, resolve.Same[vf.Allocation](typ, "resourceQuantity", "effortQuantity"),
			graphql.Fields{typ + ".target": resolve.To(resolve.Entities, resolve.By(func(x *vf.Allocation) store.ID { return x.Target }))})
	}
	return out
}

// entity answers the fields of one class by its Go type: identifiers are
// references, lists of identifiers lists of them, the rest is read as it is.
func (a *api) entity(kind vf.Kind) graphql.Fields {
	typ, out := string(kind), graphql.Fields{}
	t := reflect.TypeOf(vf.NewEntity(kind)).Elem()
	named := vf.PropertiesOf(kind)
	for name, place := range resolve.JSONFields(t, nil) {
		field := typ + "." + name
		read := func(p any) reflect.Value { return reflect.ValueOf(p).Elem().FieldByIndex(place) }
		switch reflect.New(t).Elem().FieldByIndex(place).Interface().(type) {
		case store.ID:
			if name == "id" {
				out[field] = graphql.Field{Read: func(p any) any { return resolve.Plain(read(p)) }}
				continue
			}
			out[field] = resolve.To(resolve.LoaderOf(named[name]), func(p any) store.ID { return read(p).Interface().(store.ID) })
		case []store.ID:
			out[field] = resolve.ToMany(resolve.LoaderOf(named[name]), func(p any) []store.ID { return read(p).Interface().([]store.ID) })
		case []vf.Allocation:
			out[field] = graphql.Field{Read: func(p any) any { return allocations(read(p).Interface().([]vf.Allocation)) }}
		default:
			out[field] = graphql.Field{Read: func(p any) any { return resolve.Plain(read(p)) }}
		}
	}
	for _, name := range []string{"note", "mappableAddress"} {
		if f, there := out[typ+"."+name]; there {
			f.Needs = vf.SeePrivate
			out[typ+"."+name] = f
		}
	}
	return out
}

// inverse is a property read from the other side: the entities of a class that
// name the parent by a property.
type inverse struct {
	field    string // "Agreement.stipulates"
	kind     vf.Kind
	property string
}

var inverseProperties = []inverse{
	{"RecipeProcess.hasRecipeInput", vf.KindRecipeFlow, "recipeInputOf"}, {"RecipeProcess.hasRecipeOutput", vf.KindRecipeFlow, "recipeOutputOf"},
	{"RecipeExchange.recipeStipulates", vf.KindRecipeFlow, "recipeClauseOf"}, {"RecipeExchange.recipeStipulatesReciprocal", vf.KindRecipeFlow, "recipeReciprocalClauseOf"},
	{"Plan.commitments", vf.KindCommitment, "plannedWithin"}, {"Plan.intents", vf.KindIntent, "plannedWithin"}, {"Plan.hasIndependentDemand", vf.KindCommitment, "independentDemandOf"},
	{"Agreement.stipulates", vf.KindCommitment, "clauseOf"}, {"Agreement.stipulatesReciprocal", vf.KindCommitment, "reciprocalClauseOf"}, {"Agreement.claims", vf.KindClaim, "claimUnder"},
	{"AgreementBundle.bundles", vf.KindAgreement, "bundledIn"}, {"Intent.publishedIn", vf.KindProposal, "publishes"}, {"Intent.reciprocalOf", vf.KindProposal, "reciprocal"},
	{"ProposalList.lists", vf.KindProposal, "listedIn"},
	{"Process.committedInputs", vf.KindCommitment, "inputOf"}, {"Process.committedOutputs", vf.KindCommitment, "outputOf"},
	{"Process.intendedInputs", vf.KindIntent, "inputOf"}, {"Process.intendedOutputs", vf.KindIntent, "outputOf"}, {"EconomicEvent.triggers", vf.KindClaim, "triggeredBy"},
}

var inversesOfAgents = []inverse{
	{"relationshipsAsSubject", vf.KindAgentRelationship, "subject"}, {"relationshipsAsObject", vf.KindAgentRelationship, "object"},
	{"commitmentsAsProvider", vf.KindCommitment, "provider"}, {"commitmentsAsReceiver", vf.KindCommitment, "receiver"},
	{"intentsAsProvider", vf.KindIntent, "provider"}, {"intentsAsReceiver", vf.KindIntent, "receiver"},
	{"claimsAsProvider", vf.KindClaim, "provider"}, {"claimsAsReceiver", vf.KindClaim, "receiver"},
}

func (a *api) inverses() graphql.Fields {
	out := graphql.Fields{}
	for _, x := range inverseProperties {
		out[x.field] = x.answer()
	}
	for _, x := range inversesOfAgents {
		for _, typ := range []string{"Person", "Organization", "EcologicalAgent"} {
			out[typ+"."+x.field] = x.answer()
		}
	}
	return out
}

// answer finds who names the parents, all at once.
func (x inverse) answer() graphql.Field {
	return graphql.Field{Batch: func(q *graphql.Query, parents []any, _ graphql.Args) ([]any, error) {
		ids := make([]store.ID, len(parents))
		for i, p := range parents {
			ids[i] = resolve.IDOf(p)
		}
		found, err := vf.LinkedEntities(q.Reader, x.kind, x.property, ids, resolve.Member(q.Who))
		of := map[store.ID][]any{}
		for id, list := range found {
			for _, e := range list {
				of[id] = append(of[id], e)
			}
		}
		return resolve.Lists(ids, of), err
	}}
}

// field is a class as a field of Query and Mutation: "spatialThing".
func fieldOf(kind vf.Kind) string { return strings.ToLower(string(kind[:1])) + string(kind[1:]) }

// plural is its list: "spatialThings".
func plural(kind vf.Kind) string {
	name := fieldOf(kind)
	switch {
	case strings.HasSuffix(name, "y"):
		return name[:len(name)-1] + "ies"
	case strings.HasSuffix(name, "s"):
		return name + "es"
	}
	return name + "s"
}
