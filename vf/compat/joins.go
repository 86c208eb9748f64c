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

// allocationActs say later what a commitment satisfies. What an event
// fulfills, satisfies or settles is said when it is recorded: events stay.
func (t *table) allocationActs() {
	t.act("createSatisfaction", "adds to `Commitment.satisfies`", "Satisfaction", t.satisfy)
	t.delete("deleteSatisfaction", "takes from `Commitment.satisfies`", func(q *graphql.Query, args graphql.Args) error {
		of, err := parseRevision(args)
		if err != nil {
			return err
		}
		source, target := ends(of.id)
		c, err := t.commitment(q, source)
		if err != nil {
			return err
		}
		c.Revision = of.revision
		c.Satisfies = slices.DeleteFunc(c.Satisfies, func(a vf.Allocation) bool { return a.Target == target })
		_, err = t.do(q, args, vf.Revising{Entity: c})
		return err
	})
}

func (t *table) satisfy(q *graphql.Query, args graphql.Args) (made, error) {
	in := input(args)
	c, err := t.commitment(q, in.ID("satisfiedBy"))
	if err != nil {
		return made{}, err
	}
	a := vf.Allocation{}
	if err := decode("Satisfaction", graphql.Args{"target": in["satisfies"], "resourceQuantity": in["resourceQuantity"], "effortQuantity": in["effortQuantity"]}, &a); err != nil {
		return made{}, err
	}
	c.Satisfies = append(c.Satisfies, a)
	_, err = t.do(q, args, vf.Revising{Entity: c})
	return made{id: joint(c.ID, a.Target)}, err
}

// commitment is one to be revised; of an event nothing can be.
func (t *table) commitment(q *graphql.Query, id store.ID) (*vf.Commitment, error) {
	v, err := resolve.Back(q, sources, id)
	if err != nil {
		return nil, err
	}
	switch x := v.(type) {
	case *vf.Commitment:
		return x, nil
	case *vf.Event:
		return nil, graphql.Unimplemented("Satisfaction.satisfiedBy", "what an event satisfies is said when it is recorded")
	}
	return nil, unknown("Commitment", id)
}
