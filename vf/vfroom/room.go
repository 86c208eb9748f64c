package vfroom

import (
	"embed"
	"slices"

	"commonweal/platform/web"
	"commonweal/vf"
)

//go:embed pages/*.html messages/*.toml
var files embed.FS

// pages is the pages of the core at work.
type pages struct{ core *vf.Core }

// Room returns the pages of the core: one line for each subject.
func Room(core *vf.Core) web.Room {
	p := &pages{core}
	return web.Room{
		Word: "vf", Pages: files, Messages: files,
		Nav: []web.NavItem{
			{Label: "vf.nav.stock", Path: "/resources", Icon: "package", Needs: vf.See, Order: 20},
			{Label: "vf.nav.doing", Path: "/processes", Icon: "hammer", Needs: vf.See, Order: 30},
		},
		Routes: slices.Concat(
			p.resourceRoutes(), p.eventRoutes(), p.specificationRoutes(), p.lotRoutes(), p.placeRoutes(), p.agentRoutes(),
			p.processRoutes(), p.proposalRoutes(), p.agreementRoutes(), p.planRoutes(), p.claimRoutes(), p.recipeRoutes(), p.exchangeRoutes(), p.traceRoutes(), p.importRoutes(),
		),
		Search:    p.find,
		Attention: p.promised,
		Thing:     thing,
	}
}
