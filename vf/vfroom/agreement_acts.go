package vfroom

import (
	"time"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/vf"
)

// recordClause records what was done of a promise: the event that fulfills it.
func (p *pages) recordClause(q *web.Request) error {
	return p.fulfill(q, "agreements", p.agreement)
}

// fulfill records the event that fulfills a commitment of the page's, which
// leads back to the page.
func (p *pages) fulfill(q *web.Request, word string, again func(*web.Request) error) error {
	f := q.Form()
	id := f.ID("clause", web.Required)
	if !f.OK() {
		return again(q)
	}
	var step vf.Recording
	err := q.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		c, found, err := vf.GetOne[vf.Commitment](r, id)
		if err != nil {
			return err
		}
		if !found {
			return absent("commitment", id)
		}
		step, err = fulfilling(q, r, c)
		return err
	})
	if err != nil {
		return err
	}
	return p.doAnd(q, back(q, word), "vf.agreement.recorded", again, step)
}

// fulfilling reads the event that fulfills a commitment: how much of it, on
// which day, and from which stock.
func fulfilling(q *web.Request, r *store.Snapshot, c vf.Commitment) (vf.Recording, error) {
	f := q.Form()
	e := vf.Event{Action: c.Action, Provider: c.Provider, Receiver: c.Receiver, InputOf: c.InputOf, OutputOf: c.OutputOf, ResourceConformsTo: c.ResourceConformsTo,
		ClassifiedAs: c.ResourceClassifiedAs, RealizationOf: c.ClauseOf, ReciprocalRealizationOf: c.ReciprocalClauseOf,
		Fulfills: []vf.Allocation{{Target: c.ID}}, Note: f.Text("note_"+string(c.ID), web.Max(5000)), HasPointInTime: during(q, r.Now(), f.Date("day_"+string(c.ID), web.Required))}
	name := "amount_" + string(c.ID)
	for _, side := range [...]struct{ whole, into **vf.Amount }{{&c.ResourceQuantity, &e.ResourceQuantity}, {&c.EffortQuantity, &e.EffortQuantity}} {
		if *side.whole != nil {
			*side.into, name = positive(f, name, (*side.whole).Unit, web.Required), "effort_"+string(c.ID)
		}
	}
	step := vf.Recording{Event: e}
	if stock := f.ID("stock_" + string(c.ID)); stock != "" {
		return step, takeFrom(r, &step, stock)
	}
	return step, nil
}

// during is noon of a day, or now where that is still to come.
func during(q *web.Request, now time.Time, day string) time.Time {
	at := startOf(day, q.Zone, 0)
	if at.IsZero() {
		return at
	}
	if at = at.Add(12 * time.Hour); at.After(now) && startOf(day, q.Zone, 0).Before(now) {
		return now
	}
	return at
}

// takeFrom takes what is given from a record of the provider's into one of the
// receiver's: theirs of the same kind, or a new one.
func takeFrom(r store.Reader, step *vf.Recording, stock store.ID) error {
	x, found, err := vf.GetResource(r, stock)
	if err != nil {
		return err
	}
	if !found {
		return fault.Invalidf("vf.unknown_resource", "stock", "there is no resource %q in this commons", stock)
	}
	step.Event.ResourceInventoriedAs = stock
	does, _ := step.Event.Action.Row()
	if !does.TakesTarget() || step.Event.Receiver == step.Event.Provider {
		return nil
	}
	theirs, err := vf.ResourcesOf(r, []store.ID{step.Event.Receiver})
	if err != nil {
		return err
	}
	for _, y := range theirs[step.Event.Receiver] {
		if y.ConformsTo == x.ConformsTo && y.Custodian == step.Event.Receiver && y.Onhand.Unit == x.Onhand.Unit && y.ContainedIn == "" {
			step.Event.ToResourceInventoriedAs = y.ID
			return nil
		}
	}
	step.New = &vf.Resource{Name: x.Name, ConformsTo: x.ConformsTo}
	return nil
}

// promise adds a clause to the agreement, or something in return.
func (p *pages) promise(q *web.Request) error {
	c, id := readPromise(q), store.ID(q.R.PathValue("id"))
	if q.Form().Bool("in_return") {
		c.ReciprocalClauseOf = id
	} else {
		c.ClauseOf = id
	}
	return p.doAnd(q, back(q, "agreements"), "vf.agreement.promised", p.agreement, vf.Adding{Thing: c})
}

// closeClause closes a promise: what is still open of it is expected no more.
func (p *pages) closeClause(q *web.Request) error {
	id := q.Form().ID("clause", web.Required)
	if !q.Form().OK() {
		return p.agreement(q)
	}
	var c vf.Commitment
	err := q.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) (err error) {
		found := false
		if c, found, err = vf.GetOne[vf.Commitment](r, id); err == nil && !found {
			err = absent("commitment", id)
		}
		return err
	})
	if err != nil {
		return err
	}
	c.Finished = true
	return p.doAnd(q, back(q, "agreements"), "vf.agreement.closed", p.agreement, vf.Revising{Entity: &c})
}

// bundleAgreement makes the agreement part of an order, old or new.
func (p *pages) bundleAgreement(q *web.Request) error {
	f, id := q.Form(), store.ID(q.R.PathValue("id"))
	var a vf.Agreement
	err := q.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) (err error) {
		found := false
		if a, found, err = vf.GetOne[vf.Agreement](r, id); err == nil && !found {
			err = absent("agreement", id)
		}
		return err
	})
	if err != nil {
		return err
	}
	var steps []vf.Step
	if a.BundledIn = f.ID("bundle"); a.BundledIn == "" {
		b := &vf.AgreementBundle{About: vf.About{ID: store.NewID(), Name: f.Text("bundle_name", web.Required, web.Max(300))}}
		a.BundledIn, steps = b.ID, append(steps, vf.Adding{Thing: b})
	}
	return p.doAnd(q, back(q, "agreements"), "vf.agreement.bundled", p.agreement, append(steps, vf.Revising{Entity: &a})...)
}
