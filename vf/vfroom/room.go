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
		Routes: slices.Concat(
			p.traceRoutes(),
		),
		Thing: thing,
	}
}

// together asks several subjects for what they have for the home of a commons.
func together[T any](asks ...func(*web.Request) ([]T, error)) func(*web.Request) ([]T, error) {
	return func(q *web.Request) (all []T, err error) {
		for _, ask := range asks {
			list, err := ask(q)
			if err != nil {
				return nil, err
			}
			all = append(all, list...)
		}
		return all, nil
	}
}
