package federation

import (
	"context"

	"commonweal/federation/market"
	"commonweal/platform/activitypub"
	"commonweal/platform/auth"
	"commonweal/platform/commons"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// nobody acts where a peer's message is taken.
var nobody = auth.Identity{}

// SendOffer answers the proposal of somebody else, so many times as it is where it
// is unit based. Faults: federation.unknown_listing, .not_available, .factor.
func (f *Federation) SendOffer(ctx context.Context, who auth.Identity, key string, listing store.ID, times int64) (store.ID, error) {
	if err := who.Must(Trade); err != nil {
		return "", err
	}
	return store.Write(ctx, f.Store, store.Command{Commons: who.Commons, Key: key, Ask: []any{listing, times}}, func(tx *store.Tx) (store.ID, error) {
		if err := who.In(tx); err != nil {
			return "", err
		}
		if _, err := mustTakePart(tx); err != nil {
			return "", err
		}
		l, found, err := store.One(tx, scanListing, selectListing, listing)
		if err == nil && !found {
			err = fault.NotFoundf("federation.unknown_listing", "", "there is no such proposal")
		}
		if err == nil && l.State != Published {
			err = fault.Conflictf("federation.not_available", "", "this proposal was withdrawn")
		}
		if err != nil {
			return "", err
		}
		asked, err := l.Terms.Take(times)
		if err != nil {
			return "", err
		}
		peers, err := getPeers(tx, l.Peer)
		if err != nil {
			return "", err
		}
		p := peers[l.Peer]
		id := tx.NewID()
		uri, err := f.sendAs(tx, id, outgoing{kind: "Offer", about: "Agreement", object: asked.Object(), to: &p})
		if err != nil {
			return "", err
		}
		o := Offer{ID: id, Ours: true, URI: uri, Peer: l.Peer, Terms: l.Terms, Asked: asked, State: Open}
		if err := o.add(tx); err != nil {
			return "", err
		}
		return id, note(tx, who, "federation.send_offer", map[string]any{"offer": id, "asked": asked}, map[string]string{"actor": p.URI})
	})
}

// readOffer returns an offer with its peer. NotFound: federation.unknown_offer.
func readOffer(r store.Reader, id store.ID) (o Offer, p Peer, err error) {
	o, found, err := store.One(r, scanOffer, selectOffer, id)
	if err == nil && !found {
		err = fault.NotFoundf("federation.unknown_offer", "", "there is no such offer")
	}
	if err != nil {
		return o, p, err
	}
	peers, err := getPeers(r, o.Peer)
	return o, peers[o.Peer], err
}

// RejectOffer rejects an offer that was received, with a reason for its sender.
func (f *Federation) RejectOffer(ctx context.Context, who auth.Identity, key string, offer store.ID, reason string) error {
	if err := who.Must(Trade); err != nil {
		return err
	}
	return f.perform(ctx, who, key, []any{offer, reason}, func(tx *store.Tx) error {
		o, p, err := received(tx, offer, Open)
		if err != nil {
			return err
		}
		o.State, o.Reason = Rejected, reason
		if _, err := f.send(tx, outgoing{kind: "Reject", about: "Offer", object: o.URI, to: &p, more: map[string]any{"content": reason}}); err != nil {
			return err
		}
		if err := o.change(tx); err != nil {
			return err
		}
		return note(tx, who, "federation.reject_offer", map[string]any{"offer": offer}, map[string]string{"reason": reason})
	})
}

// received returns an offer of a peer's that is in a state.
func received(r store.Reader, offer store.ID, state string) (Offer, Peer, error) {
	o, p, err := readOffer(r, offer)
	switch {
	case err != nil:
	case o.Ours:
		err = fault.Forbiddenf("federation.own_offer", "this offer is ours; the other side answers it")
	case o.State != state:
		err = closed(o)
	}
	return o, p, err
}

// AcceptOffer accepts an offer that was received: the agreement and its commitments
// enter our books and the acceptance is sent, or nothing of it happens.
// Faults: federation.offer_closed, .not_available, .own_offer.
func (f *Federation) AcceptOffer(ctx context.Context, who auth.Identity, key string, offer store.ID) error {
	if err := who.Must(Trade); err != nil {
		return err
	}
	var o Offer
	var p Peer
	var sides deal
	err := f.Store.Read(ctx, who.Commons, func(r *store.Snapshot) (err error) {
		if o, p, err = readOffer(r, offer); err == nil {
			sides, err = f.dealOf(r, o, p)
		}
		return err
	})
	if err != nil {
		return err
	}
	accept := vf.Also{Word: "federation.accept_offer", Capability: Trade, Ask: offer, Work: func(tx *store.Tx) (store.ID, error) {
		return offer, f.accept(tx, offer)
	}}
	_, err = f.Core.Do(ctx, who, key, append([]vf.Step{accept}, sides.steps(o, p)...)...)
	return err
}

// accept marks an offer accepted and sends the finalized agreement.
func (f *Federation) accept(tx *store.Tx, offer store.ID) error {
	if _, err := mustTakePart(tx); err != nil {
		return err
	}
	o, p, err := received(tx, offer, Open)
	if err != nil {
		return err
	}
	published, err := f.publicationAt(tx, o.Terms.ID)
	if err != nil {
		return err
	}
	if breach := breachOf(published, o.Asked); breach != nil {
		return breach
	}
	if err := f.checkLeft(tx, o); err != nil {
		return err
	}
	final := o.Asked.Finalize(f.at(tx.Commons(), "agreements", o.Agreement))
	o.State, o.Final, o.Entered = Accepted, &final, true
	if _, err := f.send(tx, outgoing{kind: "Accept", about: "Offer", object: o.URI, to: &p, more: map[string]any{"result": final.Object()}}); err != nil {
		return err
	}
	if err := setAgentOf(tx, p); err != nil {
		return err
	}
	return o.change(tx)
}

// setAgentOf remembers that an agent stands for a peer. It has the peer's identifier,
// so that two acts at a time cannot make two of it.
func setAgentOf(tx *store.Tx, p Peer) error {
	_, err := tx.Exec(setAgent, p.ID, p.ID)
	return err
}

// checkLeft refuses to promise more than there is: what offers took since the
// proposal was published counts. Conflict: federation.not_available.
func (f *Federation) checkLeft(tx *store.Tx, o Offer) error {
	now, err := f.termsOf(tx, o.Proposal())
	if err != nil {
		return err
	}
	if left := now.Primary.Available; left != nil && o.Asked.Primary.Quantity.Micros > left.Micros {
		return fault.Conflictf("federation.not_available", "", "%s is asked for and %s is available", o.Asked.Primary.Quantity, *left)
	}
	return nil
}

// EnterAgreement enters into our books the agreement that a peer made of our offer.
// Faults: federation.not_accepted, .entered.
func (f *Federation) EnterAgreement(ctx context.Context, who auth.Identity, key string, offer store.ID) error {
	if err := who.Must(Trade); err != nil {
		return err
	}
	var o Offer
	var p Peer
	var sides deal
	err := f.Store.Read(ctx, who.Commons, func(r *store.Snapshot) (err error) {
		if o, p, err = readOffer(r, offer); err == nil {
			sides, err = f.dealOf(r, o, p)
		}
		return err
	})
	if err != nil {
		return err
	}
	enter := vf.Also{Word: "federation.enter_agreement", Capability: Trade, Ask: offer, Work: func(tx *store.Tx) (store.ID, error) {
		o, p, err := readOffer(tx, offer)
		switch {
		case err != nil:
			return "", err
		case !o.Ours || o.Final == nil:
			return "", fault.Conflictf("federation.not_accepted", "", "there is no agreement to enter: the offer is %s", o.State)
		case o.Entered:
			return "", fault.Conflictf("federation.entered", "", "this agreement stands in the books already")
		}
		o.Entered = true
		if err := setAgentOf(tx, p); err != nil {
			return "", err
		}
		return offer, o.change(tx)
	}}
	_, err = f.Core.Do(ctx, who, key, append([]vf.Step{enter}, sides.steps(o, p)...)...)
	return err
}

// Confirm tells the other side that both sides of an agreement were fulfilled.
// Conflict: federation.offer_closed, when it is not accepted or complete already.
func (f *Federation) Confirm(ctx context.Context, who auth.Identity, key string, offer store.ID) error {
	if err := who.Must(Trade); err != nil {
		return err
	}
	return f.perform(ctx, who, key, offer, func(tx *store.Tx) error {
		o, p, err := received(tx, offer, Accepted)
		if err != nil {
			return err
		}
		o.State = Completed
		receipt := map[string]any{"type": "Document", "id": f.at(tx.Commons(), "receipts", o.ID), "attributedTo": f.actor(tx.Commons()),
			"context": o.Final.ID, "name": o.Terms.Name, "published": tx.Now().UTC().Format("2006-01-02T15:04:05Z"), "to": []string{p.URI}}
		if _, err := f.send(tx, outgoing{kind: "Create", about: "Document", object: receipt, to: &p}); err != nil {
			return err
		}
		if err := o.change(tx); err != nil {
			return err
		}
		return note(tx, who, "federation.confirm", map[string]any{"offer": offer}, nil)
	})
}

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
	// Who proposes an offer provides the primary side; who proposes a request receives it.
	weGive := (o.Terms.Purpose == market.Offer) != o.Ours
	d.first = commitment(o.First, o.Terms.Primary, o.Asked.Primary.Quantity, intents[0], us, them, weGive)
	d.first.ClauseOf = o.Agreement
	if d.gift = o.Asked.Reciprocal == nil; !d.gift {
		d.second = commitment(o.Second, *o.Terms.Reciprocal, o.Asked.Reciprocal.Quantity, intents[1], us, them, !weGive)
		d.second.ReciprocalClauseOf = o.Agreement
	}
	return d, nil
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
