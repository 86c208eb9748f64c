package federation

import (
	"strings"
	"unicode/utf8"

	"commonweal/federation/market"
	"commonweal/platform/activitypub"
	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// maxOpen is how many offers of one peer may be open.
const maxOpen = 50

// offered takes an Offer(Agreement). One that breaks a rule of FEP-0837 is answered
// with a Reject that says which; one about nothing of ours is refused.
func (f *Federation) offered(tx *store.Tx, m message, object activitypub.Object) error {
	asked, err := market.ReadAgreement(object, false)
	if err != nil {
		return err
	}
	p, err := f.publicationAt(tx, asked.Proposal())
	if err != nil {
		return err
	}
	n, err := one(tx, countOpen, m.from.ID, false)
	if err == nil && n >= maxOpen {
		err = fault.New(fault.TooMany, "federation.too_many_offers", "", "%d offers of %.200s wait for an answer", n, m.from.Handle)
	}
	if err != nil {
		return err
	}
	o := Offer{ID: tx.NewID(), URI: m.id, Peer: m.from.ID, Terms: p.Terms, Asked: asked, State: Open}
	if err := o.add(tx); err != nil {
		return err
	}
	decision, why, err := f.decide(tx, p, o, m.from)
	if err != nil {
		return err
	}
	switch decision {
	case market.Accept:
		return f.accept(tx, nobody, "federation.accept_by_rule", o, m.from)
	case market.Reject:
		o.State, o.Reason = Rejected, why.Message
		if err := f.reject(tx, o, m.from); err != nil {
			return err
		}
	}
	return noteOffer(tx, "federation.receive_offer", o)
}

// decide says what becomes of an offer before anybody looks at it: one that breaks a rule
// of FEP-0837 is rejected, others as the rule of the proposal says.
func (f *Federation) decide(tx *store.Tx, p Publication, o Offer, from Peer) (string, *fault.Error, error) {
	times, breach := breachOf(p, o.Asked)
	if breach != nil {
		return market.Reject, breach, nil
	}
	short := f.checkLeft(tx, o)
	if short != nil && fault.KindOf(short) != fault.Conflict {
		return "", nil, short
	}
	before, err := store.All(tx, scanOffer, selectTaken, from.ID, o.Terms.ID, false)
	if err != nil {
		return "", nil, err
	}
	a := market.Asking{Actor: from.URI, Times: times, Short: fault.As(short)}
	for _, x := range before {
		a.Taken += x.Asked.Primary.Quantity.Micros / x.Terms.Primary.Quantity.Micros
	}
	decision, why := p.Rule.Decide(a)
	return decision, why, nil
}

// reject sends that an offer is rejected, and why.
func (f *Federation) reject(tx *store.Tx, o Offer, to Peer) error {
	if _, err := f.send(tx, outgoing{kind: "Reject", about: "Offer", object: o.URI, to: &to, more: map[string]any{"content": o.Reason}}); err != nil {
		return err
	}
	return o.change(tx)
}

// breachOf returns how many times a proposal an offer takes, and the rule that it
// breaks; nil when it may be accepted.
func breachOf(p Publication, asked market.Agreement) (int64, *fault.Error) {
	if p.State != Published {
		return 0, fault.As(fault.Conflictf("federation.not_available", "", "this proposal was withdrawn"))
	}
	times, err := p.Terms.Fits(asked)
	return times, fault.As(err)
}

// publicationAt returns the publication at an address of ours. NotFound: federation.unknown_proposal.
func (f *Federation) publicationAt(r store.Reader, address string) (p Publication, err error) {
	id, ours := strings.CutPrefix(address, f.actor(r.Commons())+"/proposals/")
	proposal, ok := store.ParseID(id)
	found := false
	if ours && ok {
		p, found, err = store.One(r, scanPublication, selectPublication, proposal)
	}
	if err == nil && !found {
		err = fault.NotFoundf("federation.unknown_proposal", "", "there is no such proposal here")
	}
	return p, err
}

// noteOffer journals what became of an offer because of what a peer sent.
func noteOffer(tx *store.Tx, act string, o Offer) error {
	return note(tx, nobody, act, map[string]any{"offer": o.ID, "state": o.State, "proposal": o.Proposal()}, map[string]string{"activity": o.URI})
}

// offerAnswered takes a peer's answer to an offer of ours.
func (f *Federation) offerAnswered(tx *store.Tx, m message, about string, accepted bool) error {
	o, found, err := store.One(tx, scanOffer, selectOfferURI, about)
	if err != nil {
		return err
	}
	if !found || !o.Ours || o.Peer != m.from.ID {
		return fault.NotFoundf("federation.unknown_offer", "object", "there is no offer %.200q from here to %.200q", about, m.from.URI)
	}
	if o.State != Open {
		return closed(o)
	}
	if accepted {
		final, err := market.ReadAgreement(m.activity.Object("result"), true)
		if err != nil {
			return err
		}
		if err := final.Finalizes(o.Asked); err != nil {
			return err
		}
		o.State, o.Final = Accepted, &final
		if err := keepPromises(tx, o.promises()...); err != nil {
			return err
		}
	} else {
		o.State, o.Reason = Rejected, m.activity.Plain("content", 1000)
	}
	if err := o.change(tx); err != nil {
		return err
	}
	return noteOffer(tx, "federation.receive_answer", o)
}

func closed(o Offer) error {
	return fault.Conflictf("federation.offer_closed", "", "this offer is %s already", o.State)
}

// confirmed takes that the proposer says that an agreement with us was fulfilled on
// both sides. What comes before the acceptance it builds on is to be sent again: Conflict,
// federation.not_yet.
func (f *Federation) confirmed(tx *store.Tx, m message, agreement string) error {
	offers, err := store.All(tx, scanOffer, selectFinal, m.from.ID, true)
	if err != nil {
		return err
	}
	waiting := false
	for _, o := range offers {
		if o.Final != nil && o.Final.ID == agreement {
			if o.State == Completed {
				return nil
			}
			o.State = Completed
			if err := o.change(tx); err != nil {
				return err
			}
			return noteOffer(tx, "federation.receive_confirmation", o)
		}
		waiting = waiting || o.State == Open
	}
	if waiting {
		return fault.Conflictf("federation.not_yet", "", "no agreement %.200q is known here yet; send it again later", agreement)
	}
	return nil
}

// lastPart returns the identifier at the end of an address of ours.
func lastPart(address string) store.ID {
	id, _ := store.ParseID(address[strings.LastIndex(address, "/")+1:])
	return id
}

// shorten cuts a text that people typed to so many bytes, between characters.
func shorten(text string, most int) string {
	if len(text) <= most {
		return text
	}
	for !utf8.RuneStart(text[most]) {
		most--
	}
	return text[:most]
}
