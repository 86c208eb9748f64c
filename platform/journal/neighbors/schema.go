package neighbors

import (
	"embed"

	"commonweal/platform/store"
)

//go:embed schema/*.sql
var schema embed.FS

// Schema is the tables of neighbors.
var Schema = store.Schema{Room: "neighbors", Files: schema}
