package vfrest

import (
	"slices"
	"time"

	"commonweal/platform/web"
	"commonweal/vf"
)

// patience is how long a client may neither send nor take anything.
const patience = time.Minute

// rest is the core as programs reach it.
type rest struct{ core *vf.Core }

// Room returns the routes.
func Room(core *vf.Core) web.Room {
	a := &rest{core}
	return web.Room{Word: "vfrest", Routes: slices.Concat(a.eventRoutes())}
}

func (a *rest) eventRoutes() []web.Route {
	return []web.Route{
		{Pattern: "POST /c/{commons}/events", Needs: vf.Take, Handle: a.takeEvents, Refuse: web.RefuseJSON},
		{Pattern: "GET /c/{commons}/events.ndjson", Needs: vf.See, Handle: a.giveEvents, Refuse: web.RefuseJSON},
	}
}
