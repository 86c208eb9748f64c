package vfroom

import (
	"time"

	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/vf"
)

// claimForm raises a claim because of an event.
type claimForm struct {
	Form  *web.Form
	Event eventRow
	Kinds []web.Option
	Units []web.Option
}

// triggering reads the event that a new claim comes from.
func triggering(q *web.Request, r store.Reader) (vf.Event, error) {
	id := q.Form().ID("event", web.Required)
	if id == "" {
		return vf.Event{}, absent("event", id)
	}
	e, found, err := vf.GetEvent(r, id)
	if err == nil && !found {
		err = absent("event", id)
	}
	return e, err
}

func (p *pages) newClaim(q *web.Request) error {
	page := claimForm{Form: q.Form(), Units: unitOptions(q, moneyFirst(q))}
	err := q.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		e, err := triggering(q, r)
		if err != nil {
			return err
		}
		n, err := load(q, r, wanted{events: []vf.Event{e}})
		if err != nil {
			return err
		}
		page.Event = n.event(e)
		page.Kinds, err = specificationOptions(q, r, q.T("vf.choose_none"))
		return err
	})
	if err != nil {
		return err
	}
	return q.Render(web.Page{Template: "vf/claim_new.html", Title: q.T("vf.claim.new"), Active: active("claims"), Data: page,
		Crumbs: []web.Crumb{{Label: q.T("vf.tab.claims"), Path: q.Path("claims")}, {Label: q.T("vf.claim.new")}}})
}

// addClaim raises a claim: whoever gave in the event expects something of
// whoever received.
func (p *pages) addClaim(q *web.Request) error {
	f := q.Form()
	var e vf.Event
	err := q.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) (err error) {
		e, err = triggering(q, r)
		return err
	})
	if err != nil {
		return err
	}
	c := &vf.Claim{About: vf.About{ID: store.NewID(), Name: f.Text("what", web.Max(300)), Note: f.Text("note", web.Max(5000))}, Action: vf.Transfer,
		Provider: e.Receiver, Receiver: e.Provider, TriggeredBy: e.ID, ResourceConformsTo: f.ID("kind"), ResourceQuantity: amountOf(q, "amount", moneyFirst(q), web.Required),
		Due: startOf(f.Date("due"), q.Zone, 1), ClaimUnder: first(e.RealizationOf, e.ReciprocalRealizationOf)}
	return p.doAnd(q, func([]vf.Done) string { return q.Path("claims", string(c.ID)) }, "vf.claim.raised", p.newClaim, vf.Adding{Thing: c})
}

// readClaim returns the claim of the address, and the time at which it was read.
func (p *pages) readClaim(q *web.Request) (c vf.Claim, now time.Time, err error) {
	id := store.ID(q.R.PathValue("id"))
	err = q.Store.Read(q.R.Context(), q.Commons.ID, func(s *store.Snapshot) (err error) {
		found := false
		if c, found, err = vf.GetOne[vf.Claim](s, id); err == nil && !found {
			err = absent("claim", id)
		}
		now = s.Now()
		return err
	})
	return c, now, err
}

// settle records what settles a claim: all of what is open, or a part.
func (p *pages) settle(q *web.Request) error {
	c, now, err := p.readClaim(q)
	if err != nil {
		return err
	}
	f := q.Form()
	e := vf.Event{Action: c.Action, Provider: c.Provider, Receiver: c.Receiver, ResourceConformsTo: c.ResourceConformsTo, ClassifiedAs: c.ResourceClassifiedAs,
		Settles: []vf.Allocation{{Target: c.ID}}, Note: f.Text("note", web.Max(5000)), HasPointInTime: during(q, now, f.Date("day", web.Required))}
	name := "amount"
	for _, side := range [...]struct{ whole, into **vf.Amount }{{&c.ResourceQuantity, &e.ResourceQuantity}, {&c.EffortQuantity, &e.EffortQuantity}} {
		if *side.whole != nil {
			*side.into, name = positive(f, name, (*side.whole).Unit, web.Required), "effort"
		}
	}
	return p.doAnd(q, back(q, "claims"), "vf.claim.settled", p.claim, vf.Recording{Event: e})
}

// waive closes a claim: what is open of it is expected no more.
func (p *pages) waive(q *web.Request) error {
	c, _, err := p.readClaim(q)
	if err != nil {
		return err
	}
	c.Finished = true
	return p.doAnd(q, back(q, "claims"), "vf.claim.waived", p.claim, vf.Revising{Entity: &c})
}
