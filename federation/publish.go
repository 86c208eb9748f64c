package federation

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"commonweal/federation/market"
	"commonweal/platform/activitypub"
	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// Publication is a proposal of ours that other servers know.
type Publication struct {
	Proposal store.ID
	Terms    market.Proposal
	State    string
	Rule     market.Rule // which offers are accepted by themselves
	At       time.Time
}

// Notice is what everybody reads of a proposal besides its terms.
type Notice struct {
	Content string // a description; the note of the proposal stays private
	Payment string // a payment link (FEP-0ea0); empty: none
}

var (
	upsertPublication = store.SQL(`INSERT INTO federation_publication (commons_id, proposal, terms, state, rule, at) VALUES ($1, $2, $3, $4, '{}', $5)
		ON CONFLICT (commons_id, proposal) DO UPDATE SET terms = excluded.terms, state = excluded.state, at = excluded.at`)
	selectPublication  = store.SQL(`SELECT proposal, terms, state, rule, at FROM federation_publication WHERE commons_id = $1 AND proposal = $2`)
	selectPublications = store.SQL(`SELECT proposal, terms, state, rule, at FROM federation_publication WHERE commons_id = $1 ORDER BY at DESC, proposal LIMIT $2`)
)

func scanPublication(s store.Scanner) (p Publication, err error) {
	var terms, rule string
	var at int64
	if err = s.Scan(&p.Proposal, &terms, &p.State, &rule, &at); err != nil {
		return p, err
	}
	p.At = store.Time(at)
	if err := json.Unmarshal([]byte(rule), &p.Rule); err != nil {
		return p, err
	}
	return p, json.Unmarshal([]byte(terms), &p.Terms)
}

// Publish shows a proposal of ours to other servers; a second time it replaces what
// was shown. Conflict: federation.cannot_publish, with what FEP-0837 does not know of
// it; Invalid: federation.payment.
func (f *Federation) Publish(ctx context.Context, who auth.Identity, key string, proposal store.ID, notice Notice) error {
	if err := who.Must(Trade); err != nil {
		return err
	}
	if err := market.CheckPayment(notice.Payment); err != nil {
		return err
	}
	return f.perform(ctx, who, key, []any{proposal, notice}, func(tx *store.Tx) error {
		if _, err := mustTakePart(tx); err != nil {
			return err
		}
		terms, err := f.termsOf(tx, proposal)
		if err != nil {
			return err
		}
		terms.Content, terms.Payment = notice.Content, notice.Payment
		before, again, err := store.One(tx, scanPublication, selectPublication, proposal)
		if err != nil {
			return err
		}
		kind := "Create"
		if again && before.State == Published {
			kind = "Update"
		}
		if _, err := tx.Exec(upsertPublication, proposal, string(activitypub.Marshal(terms)), Published, store.Micros(tx.Now())); err != nil {
			return err
		}
		if _, err := f.send(tx, outgoing{kind: kind, about: "Proposal", object: terms.Object()}); err != nil {
			return err
		}
		return note(tx, who, "federation.publish", map[string]any{"proposal": proposal, "terms": terms}, nil)
	})
}

// Withdraw takes a proposal back from other servers. Offers that are open stay open.
func (f *Federation) Withdraw(ctx context.Context, who auth.Identity, key string, proposal store.ID) error {
	if err := who.Must(Trade); err != nil {
		return err
	}
	return f.perform(ctx, who, key, proposal, func(tx *store.Tx) error {
		p, err := mustBePublished(tx, proposal)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(upsertPublication, proposal, string(activitypub.Marshal(p.Terms)), Withdrawn, store.Micros(tx.Now())); err != nil {
			return err
		}
		if _, err := f.send(tx, outgoing{kind: "Delete", about: "Proposal", object: map[string]any{"type": "Tombstone", "id": p.Terms.ID}}); err != nil {
			return err
		}
		return note(tx, who, "federation.withdraw", map[string]any{"proposal": proposal}, nil)
	})
}

// mustBePublished returns what other servers know of a proposal. NotFound: federation.not_published.
func mustBePublished(r store.Reader, proposal store.ID) (Publication, error) {
	p, found, err := store.One(r, scanPublication, selectPublication, proposal)
	if err == nil && (!found || p.State != Published) {
		err = fault.NotFoundf("federation.not_published", "", "this proposal is not published")
	}
	return p, err
}

// termsOf returns a proposal of the books as FEP-0837 writes it.
func (f *Federation) termsOf(r store.Reader, id store.ID) (p market.Proposal, err error) {
	v, found, err := vf.GetOne[vf.Proposal](r, id)
	if err == nil && !found {
		err = fault.NotFoundf("federation.unknown_proposal", "", "there is no such proposal here")
	}
	if err != nil {
		return p, err
	}
	if v.Draft() {
		return p, fault.Conflictf("federation.cannot_publish", "", "this proposal cannot be published: it is a draft that does not say yet what is offered or wanted")
	}
	if len(v.Publishes) != 1 || len(v.Reciprocal) > 1 {
		return p, fault.Conflictf("federation.cannot_publish", "", "this proposal cannot be published: it has %d things on one side and %d on the other; other servers know proposals of one thing, for one thing or for nothing", len(v.Publishes), len(v.Reciprocal))
	}
	if len(v.ProposedTo) > 0 {
		return p, fault.Conflictf("federation.cannot_publish", "", "this proposal cannot be published: it is meant for certain people only")
	}
	if now := r.Now(); !v.HasEnd.IsZero() && v.HasEnd.Before(now) {
		return p, fault.Conflictf("federation.cannot_publish", "", "this proposal cannot be published: it ended on %s", v.HasEnd.Format(time.DateOnly))
	}
	address := f.at(r.Commons(), "proposals", id)
	p = market.Proposal{ID: address, Actor: f.actor(r.Commons()), Purpose: string(v.Purpose), Name: v.Name, Published: r.Now(), UnitBased: v.UnitBased, To: []string{activitypub.Public}}
	intents := append(append([]store.ID{}, v.Publishes...), v.Reciprocal...)
	known, err := vf.Get[vf.Intent](r, intents)
	if err != nil {
		return p, err
	}
	met, err := vf.MetOf(r, intents)
	if err != nil {
		return p, err
	}
	for i, name := range []string{"primary", "reciprocal"}[:len(intents)] {
		x, err := f.intentOf(r, known[intents[i]], met[intents[i]], address+"#"+name)
		if err != nil {
			return p, err
		}
		if i == 0 {
			p.Primary = x
		} else {
			p.Reciprocal = &x
		}
	}
	return p, nil
}

// intentOf returns an intent as FEP-0837 writes it. Effort stands in for the
// quantity of a service that has no other.
func (f *Federation) intentOf(r store.Reader, i vf.Intent, met vf.Met, address string) (market.Intent, error) {
	x := market.Intent{ID: address, Action: string(i.Action)}
	amount, taken := i.ResourceQuantity, met.Quantity
	if amount == nil {
		amount, taken = i.EffortQuantity, met.Effort
	}
	if i.Action != vf.Transfer && i.Action != vf.DeliverService {
		return x, fault.Conflictf("federation.cannot_publish", "", "this proposal cannot be published: it is about %s; other servers know the transfer of things and services only", i.Action)
	}
	if amount == nil || amount.Micros <= 0 {
		return x, fault.Conflictf("federation.cannot_publish", "", "this proposal cannot be published: it does not say how much")
	}
	x.Quantity = *amount
	if i.AvailableQuantity != nil {
		left := quantity.Micros(i.AvailableQuantity.Micros-taken, i.AvailableQuantity.Unit)
		if left.Micros <= 0 {
			return x, fault.Conflictf("federation.cannot_publish", "", "this proposal cannot be published: nothing of it is left")
		}
		x.Available = &left
	}
	specs, err := vf.GetSpecifications(r, []store.ID{i.ResourceConformsTo})
	if s, known := specs[i.ResourceConformsTo]; err == nil && known {
		x.ConformsTo = uriOf(s)
	}
	return x, err
}

// uriOf returns an address that says what a specification is: one that it is
// classified as, or else its own name among URIs.
func uriOf(s vf.ResourceSpecification) string {
	for _, c := range s.ClassifiedAs {
		if strings.Contains(c, "://") {
			return c
		}
	}
	return "urn:uuid:" + string(s.ID)
}
