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
		Nav: slices.Concat(workNav, moneyNav),
		Routes: slices.Concat(
			p.workRoutes(), p.logRoutes(), p.recurringRoutes(), p.entryRoutes(), p.validateRoutes(), p.entriesRoutes(), p.projectRoutes(), p.kindsRoutes(),
			p.moneyRoutes(), p.exitRoutes(), p.roundRoutes(), p.karmaRoutes(),
			p.importRoutes(), p.apiRoutes(),
		),
		Attention: together(p.workAttention, p.roundAttention, p.moneyAttention),
		Figures:   together(p.workFiguresHome, p.moneyFigures),
		Search:    p.workSearch,
		Begin:     p.begin,
		Thing:     thing,
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
