package federation

import (
	"context"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// nobody acts where a peer's message is taken.
var nobody = auth.Identity{}

// SendOffer answers the proposal of somebody else, so many times as it is where it
// is unit based. Faults: federation.unknown_listing, .not_available, .factor.
func (f *Federation) SendOffer(ctx context.Context, who auth.Identity, key string, listing store.ID, times int64) (store.ID, error) {
	if err := who.Must(Trade); err != nil {
		return "", err
	}
	return performed(ctx, f, who, key, []any{listing, times}, func(tx *store.Tx) (store.ID, error) {
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
		if err := f.reject(tx, o, p); err != nil {
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
	return f.perform(ctx, who, key, offer, func(tx *store.Tx) error {
		o, p, err := received(tx, offer, Open)
		if err != nil {
			return err
		}
		return f.accept(tx, who, "federation.accept_offer", o, p)
	})
}

// accept enters an offer into our books as an agreement and sends the acceptance.
func (f *Federation) accept(tx *store.Tx, who auth.Identity, word string, o Offer, p Peer) error {
	if _, err := mustTakePart(tx); err != nil {
		return err
	}
	published, err := f.publicationAt(tx, o.Terms.ID)
	if err != nil {
		return err
	}
	if _, breach := breachOf(published, o.Asked); breach != nil {
		return breach
	}
	if err := f.checkLeft(tx, o); err != nil {
		return err
	}
	final := o.Asked.Finalize(f.at(tx.Commons(), "agreements", o.Agreement))
	final.Payment = o.Terms.Payment
	o.State, o.Final = Accepted, &final
	if err := f.enter(tx, who, word, o, p); err != nil {
		return err
	}
	if err := keepPromises(tx, o.promises()...); err != nil {
		return err
	}
	_, err = f.send(tx, outgoing{kind: "Accept", about: "Offer", object: o.URI, to: &p, more: map[string]any{"result": final.Object()}})
	return err
}

// EnterAgreement enters into our books the agreement that a peer made of our offer.
// Faults: federation.not_accepted, .entered.
func (f *Federation) EnterAgreement(ctx context.Context, who auth.Identity, key string, offer store.ID) error {
	if err := who.Must(Trade); err != nil {
		return err
	}
	return f.perform(ctx, who, key, offer, func(tx *store.Tx) error {
		o, p, err := readOffer(tx, offer)
		switch {
		case err != nil:
			return err
		case !o.Ours || o.Final == nil || o.State == Canceled:
			return fault.Conflictf("federation.not_accepted", "", "there is no agreement to enter: the offer is %s", o.State)
		case o.Entered:
			return fault.Conflictf("federation.entered", "", "this agreement stands in the books already")
		}
		return f.enter(tx, who, "federation.enter_agreement", o, p)
	})
}

// enter puts the agreement of an offer into our books, with the agent of the peer and
// what both sides promise. The ledger comes first: it is to see nothing half done.
func (f *Federation) enter(tx *store.Tx, who auth.Identity, word string, o Offer, p Peer) error {
	sides, err := f.dealOf(tx, o, p)
	if err != nil {
		return err
	}
	if _, err := f.Core.Within(tx, who, word, sides.steps(o, p)...); err != nil {
		return err
	}
	if err := setAgentOf(tx, p); err != nil {
		return err
	}
	o.Entered = true
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
	if fault.CodeOf(err) == "federation.cannot_publish" {
		return fault.Conflictf("federation.not_available", "", "nothing of this is left, or it is not what was published any more")
	}
	if err != nil {
		return err
	}
	if left := now.Primary.Available; left != nil && o.Asked.Primary.Quantity.Micros > left.Micros {
		return fault.Conflictf("federation.not_available", "", "%s is asked for and %s is available", o.Asked.Primary.Quantity, *left)
	}
	return nil
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
