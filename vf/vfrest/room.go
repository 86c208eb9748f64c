package vfrest

import (
	"slices"
	"strings"
	"time"

	"commonweal/platform/web"
	"commonweal/vf"
)

// patience is how long a client may neither send nor take anything.
const patience = time.Minute

// rest is the core as programs reach it.
type rest struct {
	core   *vf.Core
	origin string // the address of the host: https://commons.example
}

// Room returns the routes of a host.
func Room(core *vf.Core, origin string) web.Room {
	a := &rest{core, strings.TrimSuffix(origin, "/")}
	return web.Room{Word: "vfrest", Routes: slices.Concat(a.eventRoutes(), a.linkedRoutes())}
}

func (a *rest) eventRoutes() []web.Route {
	return []web.Route{
		{Pattern: "POST /c/{commons}/events", Needs: vf.Take, Handle: a.takeEvents, Refuse: web.RefuseJSON},
		{Pattern: "GET /c/{commons}/events.ndjson", Needs: vf.See, Handle: a.giveEvents, Refuse: web.RefuseJSON, Open: true},
	}
}

// Negotiated returns a room of pages in which a program gets another form of
// what a page shows, at the page's own address, by what it accepts: of the
// list of events the events one a line, of the page of a thing its JSON-LD.
func Negotiated(core *vf.Core, origin string, room web.Room) web.Room {
	a := &rest{core, strings.TrimSuffix(origin, "/")}
	room.Routes = slices.Clone(room.Routes)
	for i := range room.Routes {
		switch rt := &room.Routes[i]; {
		case rt.Pattern == "GET /c/{commons}/events":
			*rt = either(*rt, acceptsLines, a.giveEvents)
		case pageOfThing(*rt):
			*rt = either(*rt, acceptsLinked, a.thing)
		}
	}
	return room
}

// either answers those of a route's clients whom want picks out in another form.
func either(rt web.Route, want func(*web.Request) bool, other web.Handler) web.Route {
	page, refuse := rt.Handle, rt.Refuse
	rt.Handle = func(q *web.Request) error {
		q.W.Header().Add("Vary", "Accept")
		if want(q) {
			return other(q)
		}
		return page(q)
	}
	rt.Refuse = func(q *web.Request, err error) error {
		switch {
		case want(q):
			return web.RefuseJSON(q, err)
		case refuse != nil:
			return refuse(q, err)
		}
		return err
	}
	return rt
}

// acceptsLines reports whether a client asks for one JSON value a line.
func acceptsLines(q *web.Request) bool {
	return slices.ContainsFunc(web.LineTypes, func(t string) bool { return strings.Contains(q.R.Header.Get("Accept"), t) })
}
