package authroom

import (
	"cmp"
	"embed"
	"net/http"
	"slices"

	"golang.org/x/text/language/display"

	"commonweal/platform/auth"
	"commonweal/platform/commons"
	"commonweal/platform/store"
	"commonweal/platform/web"
)

//go:embed pages/*.html messages/*.toml
var files embed.FS

// room holds what the pages stand on.
type room struct {
	gate      *auth.Gate
	directory *commons.Directory
}

// New returns the pages of auth: signing in, one's account, the people of a commons.
func New(gate *auth.Gate, directory *commons.Directory) web.Room {
	r := room{gate, directory}
	return web.Room{
		Word: "auth", Pages: files, Messages: files,
		Nav: []web.NavItem{{Label: "auth.nav.people", Path: "/people", Icon: "users", Needs: auth.CanMembers, Order: 900}},
		Routes: append(slices.Concat(r.doorRoutes(), r.accountRoutes(), r.peopleRoutes(), r.hostRoutes()),
			web.Route{Pattern: "GET /c/{commons}/tokens", Needs: auth.CanTokens, Handle: r.tokens},
			web.Route{Pattern: "POST /c/{commons}/tokens", Needs: auth.CanTokens, Handle: r.issueToken},
		),
		Begin: r.begin,
	}
}

// Resolve returns the function by which the shell finds out who asks. Give it
// to web.Config.Resolve.
func Resolve(directory *commons.Directory) func(*http.Request, store.ID) (web.Visitor, error) {
	return func(r *http.Request, id store.ID) (web.Visitor, error) {
		who, err := directory.Identity(r, id)
		return web.Visitor{Who: who, Language: who.Language, Zone: who.Zone}, err
	}
}

// link is the whole address of a page, to hand to somebody.
func (r room) link(path string) string { return r.gate.Origin() + path }

// languages are the choices of a language, each in its own words.
func languages(q *web.Request) []web.Option {
	list := []web.Option{{Label: q.T("auth.account.browser_language")}}
	for _, tag := range web.Languages {
		list = append(list, web.Option{Value: tag.String(), Label: display.Self.Name(tag)})
	}
	return list
}

// person reads the fields that say who somebody is.
func person(f *web.Form) auth.Person {
	return auth.Person{Name: f.Text("name"), Handle: f.Text("handle"), Email: f.Text("email"), Password: f.Raw("password")}
}

// render shows a page of the host.
func render(q *web.Request, file, titleKey string, data any) error {
	return q.Render(web.Page{Template: "auth/" + file, Title: q.T(titleKey), Data: data})
}

// next is the address to go on to after signing in.
func next(q *web.Request) string { return cmp.Or(q.Form().Raw("next"), "/") }
