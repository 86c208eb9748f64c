package vfroom

import (
	"slices"

	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/vf"
	"commonweal/vf/naming"
)

// agreementPage is one agreement: what each side gives, what of it is open,
// and every event that is about it, once each.
type agreementPage struct {
	agreementForm
	Row          agreementRow
	Note         string
	Gives, Wants []*flowRow
	Events       []eventRow
	Bundle       string // the order it is part of
	BundleHref   string
	Bundles      []web.Option
}

func (p *pages) agreement(q *web.Request) error {
	page := agreementPage{agreementForm: agreementForm{Form: q.Form()}}
	id := store.ID(q.R.PathValue("id"))
	err := q.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		a, found, err := vf.GetOne[vf.Agreement](r, id)
		if err != nil {
			return err
		}
		if !found {
			return absent("agreement", id)
		}
		return page.fill(q, r, a)
	})
	if err != nil {
		return err
	}
	if q.WantsJSON() {
		return q.JSON(map[string]any{"agreement": page.Row, "stipulates": page.Gives, "stipulatesReciprocal": page.Wants, "events": page.Events})
	}
	return q.Render(web.Page{Template: "vf/agreement.html", Title: page.Row.Name, Active: active("agreements"), Data: page,
		Crumbs: []web.Crumb{{Label: q.T("vf.tab.agreements"), Path: q.Path("agreements")}, {Label: page.Row.Name}}})
}

func (page *agreementPage) fill(q *web.Request, r *store.Snapshot, a vf.Agreement) error {
	rows, err := agreementRows(q, r, []vf.Agreement{a})
	if err != nil {
		return err
	}
	page.Row = rows[0]
	if naming.IsMember(q) {
		page.Note = a.Note
	}
	realized, err := vf.AgreementEvents(r, a.ID)
	if err != nil {
		return err
	}
	events := make([]vf.Event, len(realized))
	for i, e := range realized {
		events[len(events)-1-i] = e.Event // the newest first
	}
	n, err := load(q, r, wanted{events: events, entities: []store.ID{a.BundledIn}})
	if err != nil {
		return err
	}
	page.Events = n.rows(events)
	if b, ok := n.entities[a.BundledIn].(*vf.AgreementBundle); ok {
		page.Bundle, page.BundleHref = b.Name, q.Path("bundles", string(b.ID))
	}
	for side, into := range [...]*[]*flowRow{&page.Gives, &page.Wants} {
		for i := range page.Row.sides[side] {
			row := &page.Row.sides[side][i]
			row.Act = q.Who.Can(vf.TakeOther) || q.Who.Can(vf.Take) && row.flow.Provider == q.Who.Agent
			*into = append(*into, row)
			row.defaults(q, page.Form, r.Now())
		}
	}
	if err := n.stocks(r, slices.Concat(page.Gives, page.Wants)); err != nil || !q.Who.Can(vf.Take) {
		return err
	}
	page.Form.Default("way", ways[0])
	if page.Bundles, err = bundleOptions(q, r); err != nil {
		return err
	}
	return page.agreementForm.fill(q, r)
}

// bundleOptions are the orders that an agreement can be made part of.
func bundleOptions(q *web.Request, r store.Reader) ([]web.Option, error) {
	list, err := vf.List[vf.AgreementBundle](r, vf.ListFilter{Limit: choices})
	out := []web.Option{{Label: q.T("vf.choose_new")}}
	for _, b := range list {
		out = append(out, web.Option{Value: string(b.ID), Label: b.Name})
	}
	return out, err
}

// bundlePage is an order: agreements that each have their own price.
type bundlePage struct {
	Name string
	Note string
	Rows []agreementRow
}

func (p *pages) bundle(q *web.Request) error {
	var page bundlePage
	id := store.ID(q.R.PathValue("id"))
	err := q.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		b, found, err := vf.GetOne[vf.AgreementBundle](r, id)
		if err != nil {
			return err
		}
		if !found {
			return absent("agreement_bundle", id)
		}
		if page.Name = b.Name; naming.IsMember(q) {
			page.Note = b.Note
		}
		of, err := vf.Linked[vf.Agreement](r, "bundledIn", []store.ID{id})
		if err != nil {
			return err
		}
		page.Rows, err = agreementRows(q, r, of[id])
		return err
	})
	if err != nil {
		return err
	}
	if q.WantsJSON() {
		return q.JSON(page)
	}
	return q.Render(web.Page{Template: "vf/bundle.html", Title: page.Name, Active: active("agreements"), Data: page,
		Crumbs: []web.Crumb{{Label: q.T("vf.tab.agreements"), Path: q.Path("agreements")}, {Label: page.Name}}})
}
