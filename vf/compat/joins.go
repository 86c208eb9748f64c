package compat

import (
	"slices"

	"commonweal/platform/graphql"
	"commonweal/platform/store"
	"commonweal/vf"
	"commonweal/vf/resolve"
)

// proposalActs put intents and agents into proposals and take them out: in
// ValueFlows 1.0 they are properties of the proposal.
func (t *table) proposalActs() {
	t.act("proposeIntent", "adds to `Proposal.publishes` or `Proposal.reciprocal`", "ProposedIntent", func(q *graphql.Query, args graphql.Args) (made, error) {
		proposal, intent := args.ID("publishedIn"), args.ID("publishes")
		err := t.revise(q, args, proposal, func(p *vf.Proposal) error {
			if args.Flag("reciprocal") {
				p.Reciprocal = append(p.Reciprocal, intent)
				return nil
			}
			if len(p.Publishes) == 0 {
				purpose, err := purposeOf(q, intent)
				if err != nil {
					return err
				}
				p.Purpose = purpose
			}
			p.Publishes = append(p.Publishes, intent)
			return nil
		})
		return made{id: joint(proposal, intent)}, err
	})
	t.act("proposeTo", "adds to `Proposal.proposedTo`", "ProposedTo", func(q *graphql.Query, args graphql.Args) (made, error) {
		proposal, agent := args.ID("proposed"), args.ID("proposedTo")
		err := t.revise(q, args, proposal, func(p *vf.Proposal) error {
			p.ProposedTo = append(p.ProposedTo, agent)
			return nil
		})
		return made{id: joint(proposal, agent)}, err
	})
	t.delete("deleteProposedIntent", "takes from `Proposal.publishes` or `Proposal.reciprocal`", t.takeOut(func(p *vf.Proposal, intent store.ID) {
		is := func(i store.ID) bool { return i == intent }
		p.Publishes, p.Reciprocal = slices.DeleteFunc(p.Publishes, is), slices.DeleteFunc(p.Reciprocal, is)
	}))
	t.delete("deleteProposedTo", "takes from `Proposal.proposedTo`", t.takeOut(func(p *vf.Proposal, agent store.ID) {
		p.ProposedTo = slices.DeleteFunc(p.ProposedTo, func(a store.ID) bool { return a == agent })
	}))
}

// purposeOf is which way an intent goes: who receives asks, who gives offers.
func purposeOf(q *graphql.Query, intent store.ID) (vf.Purpose, error) {
	v, err := resolve.Back(q, loaders["Intent"], intent)
	if i, is := v.(*vf.Intent); is && i.Receiver != "" {
		return vf.Request, err
	}
	return vf.Offer, err
}

// revise changes a proposal as it is now.
func (t *table) revise(q *graphql.Query, args graphql.Args, id store.ID, change func(*vf.Proposal) error) error {
	v, err := resolve.Back(q, loaders["Proposal"], id)
	if err != nil {
		return err
	}
	p, is := v.(*vf.Proposal)
	if !is {
		return unknown("Proposal", id)
	}
	if err := change(p); err != nil {
		return err
	}
	_, err = t.do(q, args, vf.Revising{Entity: p})
	return err
}

// takeOut takes something out of a proposal at the revision that was read.
func (t *table) takeOut(take func(p *vf.Proposal, id store.ID)) func(*graphql.Query, graphql.Args) error {
	return func(q *graphql.Query, args graphql.Args) error {
		of, err := parseRevision(args)
		if err != nil {
			return err
		}
		proposal, other := ends(of.id)
		return t.revise(q, args, proposal, func(p *vf.Proposal) error {
			if r := recordOf(p); r.revision != of.revision {
				return stale(of, r)
			}
			take(p, other)
			return nil
		})
	}
}

// allocationActs say later what events and commitments meet. A commitment is
// revised. An event stays as it was recorded: it is taken back and recorded
// anew, with what it meets, in one act.
func (t *table) allocationActs() {
	for property, typ := range allocationTypes {
		how := "takes the event back and records it anew with `EconomicEvent." + property + "`"
		if property == "satisfies" {
			how += ", or adds to `Commitment.satisfies`"
		}
		t.act("create"+typ, how, typ, t.allocate(property))
	}
	t.delete("deleteSatisfaction", "takes from `Commitment.satisfies`", func(q *graphql.Query, args graphql.Args) error {
		of, err := parseRevision(args)
		if err != nil {
			return err
		}
		source, target := ends(of.id)
		v, err := resolve.Back(q, sources, source)
		if err != nil {
			return err
		}
		c, is := v.(*vf.Commitment)
		if !is {
			return graphql.Unimplemented("Mutation.deleteSatisfaction", "what an event satisfies stays with it; correct the event")
		}
		c.Revision = of.revision
		c.Satisfies = slices.DeleteFunc(c.Satisfies, func(a vf.Allocation) bool { return a.Target == target })
		_, err = t.do(q, args, vf.Revising{Entity: c})
		return err
	})
}

// allocate adds to what an event or a commitment meets.
func (t *table) allocate(property string) act {
	return func(q *graphql.Query, args graphql.Args) (made, error) {
		in := input(args)
		if in.Has("note") {
			return made{}, graphql.Unimplemented(allocationTypes[property]+".note", noNote)
		}
		a, source := vf.Allocation{}, in.ID(sourceOf[property])
		if err := decode("Allocation", graphql.Args{"target": in[property], "resourceQuantity": in["resourceQuantity"], "effortQuantity": in["effortQuantity"]}, &a); err != nil {
			return made{}, err
		}
		v, err := resolve.Back(q, sources, source)
		if err != nil {
			return made{}, err
		}
		switch x := v.(type) {
		case *vf.Event:
			return t.recordAnew(q, args, x.ID, property, a)
		case *vf.Commitment:
			if property == "satisfies" {
				x.Satisfies = append(x.Satisfies, a)
				_, err = t.do(q, args, vf.Revising{Entity: x})
				return made{id: joint(x.ID, a.Target)}, err
			}
		}
		return made{}, unknown("EconomicEvent", source)
	}
}

// recordAnew takes an event back and records it with one more allocation.
func (t *table) recordAnew(q *graphql.Query, args graphql.Args, id store.ID, property string, a vf.Allocation) (made, error) {
	e, err := untouched(q, id)
	if err != nil {
		return made{}, err
	}
	list := map[string]*[]vf.Allocation{"fulfills": &e.Fulfills, "satisfies": &e.Satisfies, "settles": &e.Settles}[property]
	*list = append(*list, a)
	done, err := t.core.Do(q.Context, q.Who, q.IdempotencyKey(args), vf.Correcting{Event: id, Correction: vf.Correction{Note: e.Note}}, vf.Recording{Event: e})
	if err != nil {
		return made{}, err
	}
	return made{id: joint(done[1].ID, a.Target)}, nil
}

// untouched is an event as it was given, when nothing has corrected it since.
func untouched(q *graphql.Query, id store.ID) (e vf.Event, err error) {
	err = q.Store.Read(q.Context, q.Commons.ID, func(r *store.Snapshot) error {
		corrections, err := vf.Corrections(r, id)
		if err != nil {
			return err
		}
		if e, _, err = vf.GetEvent(r, id); err == nil && (len(corrections) > 0 || e.Corrects != "") {
			return graphql.Unimplemented("the event "+string(id), "it corrects another or has been corrected; record what is left with what it meets")
		}
		return err
	})
	return vf.Event{Action: e.Action, Provider: e.Provider, Receiver: e.Receiver, InputOf: e.InputOf, OutputOf: e.OutputOf,
		ResourceInventoriedAs: e.ResourceInventoriedAs, ToResourceInventoriedAs: e.ToResourceInventoriedAs, ResourceConformsTo: e.ResourceConformsTo,
		ClassifiedAs: e.ClassifiedAs, ResourceQuantity: e.ResourceQuantity, EffortQuantity: e.EffortQuantity, ToLocation: e.ToLocation,
		HasBeginning: e.HasBeginning, HasEnd: e.HasEnd, HasPointInTime: e.HasPointInTime, State: e.State, Note: e.Note, Image: e.Image,
		RealizationOf: e.RealizationOf, ReciprocalRealizationOf: e.ReciprocalRealizationOf, InScopeOf: e.InScopeOf,
		Fulfills: slices.Clone(e.Fulfills), Satisfies: slices.Clone(e.Satisfies), Settles: slices.Clone(e.Settles)}, err
}
