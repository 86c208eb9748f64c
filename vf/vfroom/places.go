package vfroom

import (
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/vf"
	"commonweal/vf/naming"
)

func (p *pages) placeRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /c/{commons}/places", Needs: vf.See, Handle: p.places},
		{Pattern: "POST /c/{commons}/places", Needs: vf.Arrange, Handle: p.addPlace},
		{Pattern: "GET /c/{commons}/places/{id}", Needs: vf.See, Handle: p.place},
	}
}

// placesPage is the map and the list beside it. Private places are on neither.
type placesPage struct {
	Tabs  []web.Tab
	Form  *web.Form
	Rows  []placeRow
	First string
	Next  string
}

// placeRow is a place; Lat and Long are decimal degrees as a map reads them.
type placeRow struct {
	Name, Href, Address string
	Lat, Long           string
	Private             bool
}

func placeRowOf(q *web.Request, s vf.SpatialThing) placeRow {
	row := placeRow{Name: s.Name, Href: q.Path("places", string(s.ID)), Private: s.Private}
	if s.Lat != nil && s.Long != nil {
		row.Lat, row.Long = s.Lat.Decimal(), s.Long.Decimal()
	}
	if naming.IsMember(q) {
		row.Address = s.MappableAddress
	}
	return row
}

func (p *pages) places(q *web.Request) error {
	page := placesPage{Tabs: tabs(q, "places"), Form: q.Form()}
	err := q.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		list, first, next, err := latest[vf.SpatialThing](q, r, vf.ListFilter{})
		if err != nil {
			return err
		}
		page.First, page.Next = first, next
		for _, s := range list {
			if !s.Private {
				page.Rows = append(page.Rows, placeRowOf(q, s))
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if q.WantsJSON() {
		return q.JSON(map[string]any{"places": page.Rows, "next": page.Next})
	}
	return q.Render(web.Page{Template: "vf/places.html", Title: q.T("vf.tab.places"), Active: active("places"), Data: page})
}

func (p *pages) addPlace(q *web.Request) error {
	f := q.Form()
	s := &vf.SpatialThing{MappableAddress: f.Text("mappableAddress", web.Max(1000)), Private: f.Bool("private")}
	s.Name, s.Note = f.Text("name", web.Required, web.Max(300)), f.Text("note", web.Max(5000))
	if f.Raw("lat") != "" || f.Raw("long") != "" {
		lat, long := f.Amount("lat", "degree", web.Required), f.Amount("long", "degree", web.Required)
		s.Lat, s.Long = &lat, &long
	}
	if f.OK() {
		done, err := p.core.Do(q.R.Context(), q.Who, q.Idempotency(), vf.Adding{Thing: s})
		if err == nil && s.Private {
			return q.Redirect(q.Path("places"), "vf.place.added")
		}
		if err == nil {
			return q.Redirect(q.Path("places", string(done[0].ID)), "vf.place.added")
		}
		if !f.Blame(err) {
			return err
		}
	}
	return p.places(q)
}

// placePage is one place and what is there.
type placePage struct {
	Tabs  []web.Tab
	Place placeRow
	Note  string
	Rows  []resourceRow
	First string
	Next  string
	ID    store.ID
}

// place shows a place. A private one, such as where somebody lives, is there
// for members only.
func (p *pages) place(q *web.Request) error {
	id := store.ID(q.R.PathValue("id"))
	page := placePage{Tabs: tabs(q, "places"), ID: id}
	err := q.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		s, found, err := vf.GetOne[vf.SpatialThing](r, id)
		if err != nil {
			return err
		}
		if !found || s.Private && !naming.IsMember(q) {
			return absent("place", id)
		}
		if page.Place = placeRowOf(q, s); naming.IsMember(q) {
			page.Note = s.Note
		}
		page.Rows, page.First, page.Next, err = holding(q, r, vf.ResourceFilter{Location: id, InStock: true})
		return err
	})
	if err != nil {
		return err
	}
	if q.WantsJSON() {
		return q.JSON(page)
	}
	return q.Render(web.Page{Template: "vf/place.html", Title: page.Place.Name, Active: active("places"), Data: page,
		Crumbs: []web.Crumb{{Label: q.T("vf.tab.places"), Path: q.Path("places")}, {Label: page.Place.Name}}})
}
