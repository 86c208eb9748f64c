package auth

import (
	"embed"

	"commonweal/platform/store"
)

//go:embed schema/*.sql
var schema embed.FS

// Schema is the tables of auth.
var Schema = store.Schema{Room: "auth", Files: schema}
