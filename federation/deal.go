package federation

import (
	"commonweal/federation/market"
	"commonweal/platform/activitypub"
	"commonweal/platform/commons"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// deal is an agreement as it enters the books: who gives what to whom.
type deal struct {
	first, second vf.Commitment
	gift          bool // there is no second
}

// dealOf returns the deal of an offer. Our side is the agent of the intent where one
// is named, else the commons; the other is the agent of the peer.
func (f *Federation) dealOf(r store.Reader, o Offer, p Peer) (d deal, err error) {
	self, err := commons.Self(r)
	if err != nil {
		return d, err
	}
	us, them := self.Agent, p.ID
	intents, err := f.intentsOf(r, o)
	if err != nil {
		return d, err
	}
	weGive := o.weGive()
	d.first = commitment(o.First, o.Terms.Primary, o.Asked.Primary.Quantity, intents[0], us, them, weGive)
	d.first.ClauseOf = o.Agreement
	if d.gift = o.Asked.Reciprocal == nil; !d.gift {
		d.second = commitment(o.Second, *o.Terms.Reciprocal, o.Asked.Reciprocal.Quantity, intents[1], us, them, !weGive)
		d.second.ReciprocalClauseOf = o.Agreement
	}
	return d, d.leaveOut(r, o)
}

// leaveOut closes what of a deal was let go before it enters the books.
func (d *deal) leaveOut(r store.Reader, o Offer) error {
	known, err := promisesOf(r, o.ID)
	for _, p := range known {
		for _, c := range []*vf.Commitment{&d.first, &d.second} {
			if c.ID == p.ID && p.Gone != "" {
				c.Finished, c.Satisfies = true, nil
			}
		}
	}
	return err
}

// intentsOf returns the intents of ours that an offer answers, or nothing in their
// places for an offer of ours.
func (f *Federation) intentsOf(r store.Reader, o Offer) (out [2]*vf.Intent, err error) {
	if o.Ours {
		return out, nil
	}
	v, _, err := vf.GetOne[vf.Proposal](r, o.Proposal())
	if err != nil {
		return out, err
	}
	ids := append(append([]store.ID{}, v.Publishes...), v.Reciprocal...)
	known, err := vf.Get[vf.Intent](r, ids)
	for i, id := range ids[:min(len(ids), 2)] {
		x, there := known[id]
		if there {
			out[i] = &x
		}
	}
	return out, err
}

// commitment returns one side of a deal.
func commitment(id store.ID, terms market.Intent, q quantity.Amount, intent *vf.Intent, us, them store.ID, weGive bool) vf.Commitment {
	c := vf.Commitment{About: vf.About{ID: id}, PlannedFlow: vf.PlannedFlow{Action: vf.Action(terms.Action), ResourceQuantity: &q}}
	if intent != nil {
		if intent.ResourceQuantity == nil {
			c.ResourceQuantity, c.EffortQuantity = nil, &q
		}
		c.ResourceConformsTo, c.ResourceClassifiedAs, c.Due = intent.ResourceConformsTo, intent.ResourceClassifiedAs, intent.Due
		c.Satisfies = []vf.Allocation{{Target: intent.ID}}
		if own := intent.Provider + intent.Receiver; own != "" { // an intent names one of them at most
			us = own
		}
	} else if activitypub.HostOf(terms.ConformsTo) != "" {
		c.ResourceClassifiedAs = []string{terms.ConformsTo}
	}
	c.Provider, c.Receiver = them, us
	if weGive {
		c.Provider, c.Receiver = us, them
	}
	return c
}

// steps returns what enters the books: the agent of the peer unless it is there, the
// agreement, its commitments.
func (d deal) steps(o Offer, p Peer) []vf.Step {
	var out []vf.Step
	if p.Agent == "" {
		out = append(out, vf.Adding{Thing: agentOf(p)})
	}
	out = append(out, vf.Adding{Thing: &vf.Agreement{About: vf.About{ID: o.Agreement, Name: o.Terms.Name}}}, vf.Adding{Thing: &d.first})
	if !d.gift {
		out = append(out, vf.Adding{Thing: &d.second})
	}
	return out
}

// agentOf returns the agent that stands for a peer.
func agentOf(p Peer) vf.Agent {
	a := vf.Agent{ID: p.ID, Kind: vf.Organization, Name: shorten(p.Name, 200), ClassifiedAs: []string{p.URI}}
	if p.Kind == "Person" { // the name and the address of a person are private
		a.Kind, a.ClassifiedAs, a.Note = vf.Person, nil, p.URI
	}
	return a
}
