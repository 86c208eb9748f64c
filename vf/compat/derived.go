package compat

import (
	"strings"

	"commonweal/platform/graphql"
	"commonweal/platform/store"
	"commonweal/vf"
	"commonweal/vf/resolve"
)

// derived is an object of the published schema that ValueFlows 1.0 has as a
// property: a part of a flow, an intent in a proposal. Its identifier is made
// of those of both ends, so it stays.
type derived interface {
	typ() string
	record() record
}

// joint is the identifier of something between two things.
func joint(one, other store.ID) store.ID { return one + "_" + other }

// ends are the two things between which something is.
func ends(id store.ID) (one, other store.ID) {
	a, b, _ := strings.Cut(string(id), "_")
	return store.ID(a), store.ID(b)
}

// allocated is what of an event or commitment meets something planned or claimed.
type allocated struct {
	property string // fulfills, satisfies or settles
	source   any    // *vf.Event or *vf.Commitment
	vf.Allocation
}

// allocationTypes are the types of what an event's properties say.
var allocationTypes = map[string]string{"fulfills": "Fulfillment", "satisfies": "Satisfaction", "settles": "Settlement"}

// sourceOf are the fields that name the other end.
var sourceOf = map[string]string{"fulfills": "fulfilledBy", "satisfies": "satisfiedBy", "settles": "settledBy"}

func (a *allocated) typ() string { return allocationTypes[a.property] }

func (a *allocated) record() record {
	of := recordOf(a.source)
	of.id = joint(of.id, a.Target)
	return of
}

// partsOf are the allocations that a source makes under a property.
func partsOf(source any, property string) []any {
	var list []vf.Allocation
	switch x := source.(type) {
	case *vf.Event:
		list = map[string][]vf.Allocation{"fulfills": x.Fulfills, "satisfies": x.Satisfies, "settles": x.Settles}[property]
	case *vf.Commitment:
		if property == "satisfies" {
			list = x.Satisfies
		}
	}
	out := make([]any, len(list))
	for i, a := range list {
		out[i] = &allocated{property, source, a}
	}
	return out
}

// sources finds events and commitments.
func sources(q *graphql.Query, ids []store.ID) ([]any, error) {
	found, err := resolve.Events(q, ids)
	if err != nil {
		return nil, err
	}
	entities, err := resolve.Entities(q, ids)
	for i, v := range entities {
		if v != nil {
			found[i] = v
		}
	}
	return found, err
}

// within makes a loader of what is in things that have an identifier of their
// own: the first half of those that are asked for.
func within(find resolve.Loader, parts func(whole any) []any) resolve.Loader {
	return func(q *graphql.Query, ids []store.ID) ([]any, error) {
		wholes := make([]store.ID, len(ids))
		for i, id := range ids {
			wholes[i], _ = ends(id)
		}
		found, err := find(q, valid(wholes))
		if err != nil {
			return nil, err
		}
		by := map[store.ID]any{}
		for _, whole := range resolve.There(found) {
			for _, x := range parts(whole) {
				by[recordOf(x).id] = x
			}
		}
		return resolve.InOrder(ids, by, nil)
	}
}

// allocationsByID finds parts of flows by their identifiers.
func allocationsByID(property string) resolve.Loader {
	return within(sources, func(source any) []any { return partsOf(source, property) })
}

// valid leaves out what is no identifier: nothing has it.
func valid(ids []store.ID) (out []store.ID) {
	for _, i := range ids {
		if _, ok := store.ParseID(string(i)); ok {
			out = append(out, i)
		}
	}
	return out
}

// metBy answers what meets the parents: the parts of flows that name them.
func metBy(property string) graphql.Field {
	return graphql.Field{Batch: func(q *graphql.Query, parents []any, _ graphql.Args) ([]any, error) {
		of, err := meeting(q, property, ids(parents))
		return resolve.Lists(ids(parents), of), err
	}}
}

// meeting finds what meets each target.
func meeting(q *graphql.Query, property string, targets []store.ID) (map[store.ID][]any, error) {
	by, err := vf.SourcesOf(q.Reader, targets)
	if err != nil {
		return nil, err
	}
	var all []store.ID
	for _, list := range by {
		for _, s := range list {
			all = append(all, s.ID)
		}
	}
	found, err := resolve.ByID(q, sources, all)
	out := map[store.ID][]any{}
	for target, list := range by {
		for _, s := range list {
			for _, a := range partsOf(found[s.ID], property) {
				if a.(*allocated).Target == target {
					out[target] = append(out[target], a)
				}
			}
		}
	}
	return out, err
}

// allocations answers Fulfillment, Satisfaction and Settlement.
func (t *table) allocations() {
	for property, typ := range allocationTypes {
		by, targets := sourceOf[property], "the target of the allocation"
		t.by(typ+"."+property, targets, resolve.To(resolve.Entities, func(p any) store.ID { return p.(*allocated).Target }))
		t.by(typ+"."+by, "the event or commitment that the allocation is of", graphql.Field{Read: func(p any) any { return p.(*allocated).source }})
		for name, of := range map[string]func(*allocated) *vf.Amount{"resourceQuantity": func(a *allocated) *vf.Amount { return a.ResourceQuantity },
			"effortQuantity": func(a *allocated) *vf.Amount { return a.EffortQuantity }} {
			t.by(typ+"."+name, "`"+name+"` of the allocation", graphql.Field{Read: func(p any) any {
				if v := of(p.(*allocated)); v != nil {
					return v
				}
				return nil
			}})
		}
		t.by("EconomicEvent."+property, "the allocations of `EconomicEvent."+property+"`", graphql.Field{Read: func(p any) any { return partsOf(p, property) }})
	}
	t.by("Commitment.satisfies", "the allocations of `Commitment.satisfies`", graphql.Field{Read: func(p any) any { return partsOf(p, "satisfies") }})
	t.by("Commitment.fulfilledBy", "the allocations of events to it", metBy("fulfills"))
	t.by("Intent.satisfiedBy", "the allocations of events and commitments to it", metBy("satisfies"))
	t.by("Claim.settledBy", "the allocations of events to it", windows(metBy("settles")))
}

// proposed is an intent in a proposal, or an agent whom a proposal is for.
type proposed struct {
	proposal   *vf.Proposal
	intent     store.ID
	agent      store.ID
	reciprocal bool
}

func (p *proposed) typ() string {
	if p.agent != "" {
		return "ProposedTo"
	}
	return "ProposedIntent"
}

func (p *proposed) record() record {
	of := recordOf(p.proposal)
	of.id = joint(of.id, p.intent+p.agent)
	return of
}

// intentsOf are the intents of a proposal, and agentsOf whom it is for.
func intentsOf(p *vf.Proposal) []any {
	out := []any{}
	for _, i := range p.Publishes {
		out = append(out, &proposed{proposal: p, intent: i})
	}
	for _, i := range p.Reciprocal {
		out = append(out, &proposed{proposal: p, intent: i, reciprocal: true})
	}
	return out
}

func agentsOf(p *vf.Proposal) []any {
	out := []any{}
	for _, a := range p.ProposedTo {
		out = append(out, &proposed{proposal: p, agent: a})
	}
	return out
}

// proposedByID finds what is in proposals by its identifier.
func proposedByID(of func(*vf.Proposal) []any) resolve.Loader {
	return within(resolve.Entities, func(whole any) []any {
		if p, is := whole.(*vf.Proposal); is {
			return of(p)
		}
		return nil
	})
}

// proposals answers Proposal, ProposedIntent and ProposedTo.
func (t *table) proposals() {
	t.same("Proposal", "Proposal", "eligibleLocation", "name", "hasBeginning", "hasEnd", "unitBased", "created", "note", "primaryIntents=publishes", "reciprocalIntents=reciprocal")
	t.by("Proposal.publishes", "`Proposal.publishes` and `Proposal.reciprocal`", graphql.Field{Read: func(p any) any { return intentsOf(p.(*vf.Proposal)) }})
	t.by("Proposal.publishedTo", "`Proposal.proposedTo`", graphql.Field{Read: func(p any) any { return agentsOf(p.(*vf.Proposal)) }})
	t.by("Intent.publishedIn", "`Proposal.publishes` and `Proposal.reciprocal` that name it", t.publishedIn())
	t.by("ProposedIntent.publishes", "the intent", resolve.To(resolve.Entities, func(p any) store.ID { return p.(*proposed).intent }))
	t.by("ProposedIntent.publishedIn", "the proposal", graphql.Field{Read: func(p any) any { return p.(*proposed).proposal }})
	t.by("ProposedIntent.reciprocal", "whether `Proposal.reciprocal` names it", graphql.Field{Read: func(p any) any { return p.(*proposed).reciprocal }})
	t.by("ProposedTo.proposedTo", "the agent", resolve.To(resolve.Agents, func(p any) store.ID { return p.(*proposed).agent }))
	t.by("ProposedTo.proposed", "the proposal", graphql.Field{Read: func(p any) any { return p.(*proposed).proposal }})
}

// publishedIn answers where intents are published.
func (t *table) publishedIn() graphql.Field {
	in := t.joined("Intent.publishedIn", "Intent.reciprocalOf")
	return graphql.Field{Batch: func(q *graphql.Query, parents []any, args graphql.Args) ([]any, error) {
		values, err := in.Batch(q, parents, args)
		for i, v := range values {
			list := []any{}
			for _, p := range v.([]any) {
				for _, x := range intentsOf(p.(*vf.Proposal)) {
					if x.(*proposed).intent == recordOf(parents[i]).id {
						list = append(list, x)
					}
				}
			}
			values[i] = list
		}
		return values, err
	}}
}
