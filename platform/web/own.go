package web

import "embed"

// ownFiles is the layout, the components, and the shell's own pages and messages.
//
//go:embed layout/*.html components/*.html pages/*.html messages/*.toml
var ownFiles embed.FS
