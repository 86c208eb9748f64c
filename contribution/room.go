package contribution

import (
	"embed"
	"slices"

	"commonweal/platform/web"
)

//go:embed pages/*.html messages/*.toml
var pageFiles embed.FS

// Room returns the pages of the practice: one line for each subject.
func Room(p *Practice) web.Room {
	return web.Room{
		Word: "contribution", Practice: true, Pages: pageFiles, Messages: pageFiles,
		Routes: slices.Concat(
			p.apiRoutes(),
		),
	}
}
