package commonsroom

import (
	"embed"
	"slices"
	"strings"

	"golang.org/x/text/language/display"

	"commonweal/platform/commons"
	"commonweal/platform/web"
	"commonweal/quantity"
)

//go:embed pages/*.html messages/*.toml
var files embed.FS

// Practice is one practice that can be switched on, as the pages name it.
type Practice struct {
	Word  string
	Label string // message key of its plain name
}

// room holds what the pages stand on.
type room struct {
	directory *commons.Directory
	practices []Practice
}

// New returns the pages of commons. practices are those that can be switched
// on, in the order in which the pages list them.
func New(directory *commons.Directory, practices []Practice) web.Room {
	r := room{directory, practices}
	return web.Room{
		Word: "commons", Pages: files, Messages: files,
		Nav: []web.NavItem{{Label: "commons.nav.settings", Path: "/settings", Icon: "settings", Needs: commons.CanSettings, Order: 910}},
		Routes: []web.Route{
			{Pattern: "GET /commons/new", Handle: r.newPage},
			{Pattern: "POST /commons/new", Handle: r.found},
			{Pattern: "GET /c/{commons}/settings", Needs: commons.CanSettings, Handle: r.settingsPage},
			{Pattern: "POST /c/{commons}/settings", Needs: commons.CanSettings, Handle: r.change},
		},
		Begin: r.begin,
	}
}

// begin leads whoever may to what a young commons switches on first.
func (r room) begin(q *web.Request) ([]web.Beginning, error) {
	if !q.Who.Can(commons.CanSettings) {
		return nil, nil
	}
	return []web.Beginning{{Label: q.T("commons.begin.practices"), Detail: q.T("commons.begin.practices_text"), Path: q.Path("settings"), Done: len(q.Commons.Practices) > 0}}, nil
}

// choice is one practice as a form lists it.
type choice struct {
	Word, Label string
	On          bool
}

// page is what both forms show.
type page struct {
	Form       *web.Form
	Languages  []web.Option
	Zones      []string
	Currencies []web.Option
	Practices  []choice
	Commons    commons.Commons
}

func (r room) page(q *web.Request, on []string) page {
	p := page{Form: q.Form(), Zones: commons.Zones, Commons: q.Commons}
	if p.Form.Has("name") {
		on = p.Form.RawAll("practices")
	}
	for _, tag := range web.Languages {
		p.Languages = append(p.Languages, web.Option{Value: tag.String(), Label: display.Self.Name(tag)})
	}
	for _, x := range r.practices {
		p.Practices = append(p.Practices, choice{x.Word, q.T(x.Label), slices.Contains(on, x.Word)})
	}
	return p
}

// currencies are those in use, by code.
func currencies() (list []web.Option) {
	for _, info := range quantity.Units() {
		if commons.CheckCurrency(info.Unit) == nil {
			list = append(list, web.Option{Value: string(info.Unit), Label: string(info.Unit) + " · " + info.Label})
		}
	}
	return list
}

// settings reads the fields that both forms have.
func settings(f *web.Form) commons.Settings {
	return commons.Settings{Name: f.Text("name"), Statement: f.Text("statement"), Language: f.Text("language"), Zone: f.Text("zone"),
		OpenBooks: f.Bool("open_books"), Practices: f.RawAll("practices")}
}

func (r room) newPage(q *web.Request) error {
	if err := q.Who.Must(commons.CanFound); err != nil {
		return err
	}
	return r.showNew(q)
}

func (r room) showNew(q *web.Request) error {
	f := q.Form()
	f.Default("currency", "EUR")
	f.Default("language", q.Lang.String())
	f.Default("zone", q.Zone.String())
	var all []string
	for _, x := range r.practices {
		all = append(all, x.Word)
	}
	p := r.page(q, all)
	p.Currencies = currencies()
	return q.Render(web.Page{Template: "commons/new.html", Title: q.T("commons.new.title"), Data: p})
}

func (r room) found(q *web.Request) error {
	f := q.Form()
	ask := commons.Ask{Slug: f.Text("slug"), Currency: quantity.Unit(strings.ToUpper(f.Text("currency"))), Settings: settings(f)}
	if f.OK() {
		c, err := r.directory.Found(q.R.Context(), q.Who, ask)
		if err == nil {
			return q.Redirect("/c/"+c.Slug, "commons.new.done", "name", c.Name)
		}
		if !f.Blame(err) {
			return err
		}
	}
	return r.showNew(q)
}

func (r room) settingsPage(q *web.Request) error {
	f := q.Form()
	for name, value := range map[string]string{"name": q.Commons.Name, "statement": q.Commons.Statement,
		"language": q.Commons.Language, "zone": q.Commons.Zone} {
		f.Default(name, value)
	}
	if q.Commons.OpenBooks && !f.Has("name") {
		f.Default("open_books", "1")
	}
	return q.Render(web.Page{Template: "commons/settings.html", Title: q.T("commons.settings.title"), Active: "/settings",
		Data: r.page(q, q.Commons.Practices)})
}

func (r room) change(q *web.Request) error {
	f := q.Form()
	s := settings(f)
	if f.OK() {
		_, err := r.directory.Change(q.R.Context(), q.Who, s)
		if err == nil {
			return q.Redirect(q.Path("settings"), "commons.settings.done")
		}
		if !f.Blame(err) {
			return err
		}
	}
	return r.settingsPage(q)
}
