package contribution

import (
	"embed"

	"commonweal/platform/web"
)

//go:embed pages/*.html messages/*.toml
var pageFiles embed.FS

// Room returns the pages of the practice.
func Room(p *Practice) web.Room {
	return web.Room{
		Word: "contribution", Practice: true, Pages: pageFiles, Messages: pageFiles,
	}
}
