package federation

import (
	"commonweal/platform/store"
	"commonweal/platform/web"
)

// atFederation is the address of the room, and of its entry in the rail.
const atFederation = "/federation"

// inList is how many rows a list shows.
const inList = 50

// pageRoutes are asked by people.
func (f *Federation) pageRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /c/{commons}/federation", Needs: See, Handle: f.showNeighbors},
		{Pattern: "POST /c/{commons}/federation", Needs: Set, Handle: f.setNeighbors},
		{Pattern: "GET /c/{commons}/federation/market", Needs: See, Handle: f.showMarket},
		{Pattern: "POST /c/{commons}/federation/market", Needs: See, Handle: f.lookAt},
		{Pattern: "GET /c/{commons}/federation/market/{id}", Needs: See, Handle: f.showListing},
		{Pattern: "POST /c/{commons}/federation/market/{id}", Needs: Trade, Handle: f.makeOffer},
		{Pattern: "GET /c/{commons}/federation/offers", Needs: See, Handle: f.showOffers},
		{Pattern: "GET /c/{commons}/federation/offers/{id}", Needs: See, Handle: f.showOffer},
		{Pattern: "POST /c/{commons}/federation/offers/{id}", Needs: Trade, Handle: f.answerOffer},
		{Pattern: "GET /c/{commons}/federation/published", Needs: See, Handle: f.showPublished},
		{Pattern: "GET /c/{commons}/federation/published/{id}", Needs: See, Handle: f.showPublication},
		{Pattern: "POST /c/{commons}/federation/published/{id}", Needs: Trade, Handle: f.changePublication},
		{Pattern: "GET /c/{commons}/federation/plans", Needs: See, Handle: f.showPlans},
		{Pattern: "POST /c/{commons}/federation/plans", Needs: Trade, Handle: f.sharePlan},
		{Pattern: "GET /c/{commons}/federation/plans/{id}", Needs: See, Handle: f.showPlan},
		{Pattern: "POST /c/{commons}/federation/plans/{id}", Needs: Trade, Handle: f.answerPlan},
		{Pattern: "GET /c/{commons}/federation/deliveries", Needs: See, Handle: f.showDeliveries},
	}
}

// tabs lead through the pages of the room.
func tabs(q *web.Request, current string) []web.Tab {
	var list []web.Tab
	for _, word := range [...]string{"neighbors", "market", "offers", "published", "plans", "deliveries"} {
		t := web.Tab{Label: q.T("federation.tab." + word), Href: q.Path("federation", word), Current: word == current}
		if word == "neighbors" {
			t.Href = q.Path("federation")
		}
		list = append(list, t)
	}
	return list
}

// render answers with a page of the room.
func render(q *web.Request, template, title string, data any, crumbs ...web.Crumb) error {
	all := append([]web.Crumb{{Label: q.T("federation.nav.federation"), Path: q.Path("federation")}}, crumbs...)
	return q.Render(web.Page{Template: "federation/" + template, Title: title, Active: atFederation, Data: data, Crumbs: append(all, web.Crumb{Label: title})})
}

// read reads the commons of a page.
func (f *Federation) read(q *web.Request, do func(r *store.Snapshot) error) error {
	return f.Store.Read(q.R.Context(), q.Commons.ID, do)
}

// id returns {id} of the path; one that names nothing finds nothing.
func id(q *web.Request) store.ID {
	i, _ := store.ParseID(q.R.PathValue("id"))
	return orHost(i)
}

// peersOf reads the peers that rows name, in one statement.
func peersOf[T any](r store.Reader, rows []T, peer func(T) store.ID) (map[store.ID]Peer, error) {
	ids := make([]store.ID, len(rows))
	for i, x := range rows {
		ids[i] = peer(x)
	}
	return getPeers(r, ids...)
}
