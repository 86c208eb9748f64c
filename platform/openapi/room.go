package openapi

import (
	_ "embed"

	"commonweal/platform/web"
)

//go:embed openapi.json
var document []byte

// Document returns the description as it is served.
func Document() []byte { return document }

// Room serves the description to anybody, from any page.
func Room() web.Room {
	return web.Room{Word: "openapi", Routes: []web.Route{{Pattern: "GET /openapi.json", Handle: serve, Refuse: web.RefuseJSON}}}
}

func serve(q *web.Request) error {
	h := q.W.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "public, max-age=3600")
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	_, _ = q.W.Write(document) // the reader left: nobody to tell
	return nil
}
