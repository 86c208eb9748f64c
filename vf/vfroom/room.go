package vfroom

import (
	"embed"
	"slices"

	"commonweal/platform/web"
	"commonweal/vf"
)

//go:embed pages/*.html messages/*.toml
var files embed.FS

// rooms is the pages at work.
type pages struct{ core *vf.Core }

// Room returns the pages of the core: one line for each subject.
func Room(core *vf.Core) web.Room {
	p := &pages{core}
	return web.Room{
		Word: "vf", Pages: files, Messages: files,
		Routes: slices.Concat(
			p.traceRoutes(),
		),
	}
}
