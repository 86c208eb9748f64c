package vfroom

import (
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
	"commonweal/vf"
)

// correctPage is the form that corrects an event: what it should have said.
type correctPage struct {
	Form         *web.Form
	Row          eventRow
	Left, Effort *vf.Amount // what stands, after earlier corrections
	Earlier      []eventRow
}

func (p *pages) correction(q *web.Request) error {
	page := correctPage{Form: q.Form()}
	err := q.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error { return page.fill(q, r) })
	if err != nil {
		return err
	}
	return q.Render(web.Page{Template: "vf/correct.html", Title: q.T("vf.event.correct"), Active: active("history"), Data: page,
		Crumbs: []web.Crumb{{Label: q.T("vf.tab.history"), Path: q.Path("history")}, {Label: page.Row.What, Path: page.Row.Href}, {Label: q.T("vf.event.correct")}}})
}

func (page *correctPage) fill(q *web.Request, r *store.Snapshot) error {
	id := store.ID(q.R.PathValue("id"))
	e, found, err := vf.GetEvent(r, id)
	if err != nil {
		return err
	}
	if !found {
		return absent("event", id)
	}
	earlier, err := vf.Corrections(r, id)
	if err != nil {
		return err
	}
	n, err := load(q, r, wanted{events: append(earlier, e)})
	if err != nil {
		return err
	}
	page.Row, page.Earlier = n.event(e), n.rows(earlier)
	page.Left, page.Effort = standing(e.ResourceQuantity, earlier, func(c vf.Event) *vf.Amount { return c.ResourceQuantity }), standing(e.EffortQuantity, earlier, func(c vf.Event) *vf.Amount { return c.EffortQuantity })
	if page.Left != nil {
		page.Form.Default("resourceQuantity", q.Plain(*page.Left))
	}
	if page.Effort != nil {
		page.Form.Default("effortQuantity", q.Plain(*page.Effort))
	}
	return nil
}

// standing is what is left of an amount after its corrections; nil for none.
func standing(said *vf.Amount, corrections []vf.Event, of func(vf.Event) *vf.Amount) *vf.Amount {
	if said == nil {
		return nil
	}
	left := *said
	for _, c := range corrections {
		if a := of(c); a != nil {
			left.Micros += a.Micros
		}
	}
	return &left
}

// correct records the difference between what stands and what is right, or
// takes the event back whole.
func (p *pages) correct(q *web.Request) error {
	page, f := correctPage{Form: q.Form()}, q.Form()
	if err := q.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error { return page.fill(q, r) }); err != nil {
		return err
	}
	by := vf.Correction{Note: f.Text("note", web.Required, web.Max(5000))}
	if f.Raw("do") != "reverse" {
		by.ResourceQuantity, by.EffortQuantity = difference(f, "resourceQuantity", page.Left), difference(f, "effortQuantity", page.Effort)
		if f.OK() && by.ResourceQuantity == nil && by.EffortQuantity == nil {
			f.Fail("resourceQuantity", "vf.nothing_to_correct", "the amount is what stands already; write what is right, or take it back whole")
		}
	}
	if f.OK() {
		_, err := p.core.Do(q.R.Context(), q.Who, q.Idempotency(), vf.Correcting{Event: page.Row.Event.ID, Correction: by})
		if err == nil {
			return q.Redirect(page.Row.Href, "vf.event.corrected_done")
		}
		if !f.Blame(err) {
			return err
		}
	}
	return p.correction(q)
}

// difference is what to add to an amount that stands so that it becomes the
// typed one; nil for nothing.
func difference(f *web.Form, name string, left *vf.Amount) *vf.Amount {
	if left == nil {
		return nil
	}
	right := f.Amount(name, left.Unit, web.Required)
	if right.Micros == left.Micros {
		return nil
	}
	a := quantity.Micros(right.Micros-left.Micros, left.Unit)
	return &a
}
