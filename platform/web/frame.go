package web

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"commonweal/platform/commons"
)

// frame is what stands around every page.
type frame struct {
	Lang      string
	Theme     string
	Signed    bool
	Name      string
	Commons   commons.Commons
	Others    []commons.Commons // to switch to
	Rail      []railItem
	More      []railItem // what a phone's bar has no room for
	Flash     string
	Here      string // this address, to come back to
	SignIn    string
	Languages []choice
	Themes    []choice
	Unbuilt   bool   // the assets are missing
	Wrong     bool   // the page shows a form with errors
	Word      string // of the room, for its accent
}

type railItem struct {
	Label, Href, Icon, Word string
	Current                 bool
}

type choice struct {
	Value, Label string
	Current      bool
}

// barItems is how many places a phone's bar has, besides "more".
const barItems = 4

// frame gathers what the layout needs.
func (q *Request) frame(p Page) (frame, error) {
	s := q.shell
	f := frame{
		Lang: q.Lang.String(), Theme: q.Theme, Signed: q.Who.Account != "", Name: q.Who.Name, Commons: q.Commons,
		Here: q.here(), SignIn: q.signIn(), Unbuilt: s.assets.Missing(), Flash: q.takeFlash(), Wrong: q.form != nil && !q.form.OK(),
	}
	if q.Commons.Slug != "" {
		f.Rail = s.rail(q, p.Active)
		f.Word, _, _ = strings.Cut(p.Template, "/")
		if len(f.Rail) > barItems+1 {
			f.More = f.Rail[barItems:]
		}
	}
	if s.config.CommonsOf != nil && f.Signed {
		mine, err := s.config.CommonsOf(q.R.Context(), q.Who.Account)
		if err != nil {
			return f, err
		}
		f.Others = mine
	}
	for _, tag := range s.messages.tags {
		f.Languages = append(f.Languages, choice{tag.String(), display.Self.Name(tag), tag == q.Lang})
	}
	for _, theme := range []string{"system", "light", "dark"} {
		f.Themes = append(f.Themes, choice{theme, q.T("web.theme." + theme), theme == cmp.Or(q.Theme, "system")})
	}
	return f, nil
}

// here is the address to come back to: of a GET itself, else the home.
func (q *Request) here() string {
	if q.R.Method == http.MethodGet {
		return q.R.URL.RequestURI()
	}
	if q.Commons.Slug != "" {
		return q.Path()
	}
	return "/"
}

// atHome is the Active of the home of a commons, whose path is empty.
const atHome = "home"

// marked reports whether the reader is at this place.
func (n NavItem) marked(active string) bool {
	if n.Path == "" {
		return active == atHome
	}
	return n.Path == active
}

// rail lists the places of the commons that the reader may see, in order.
func (s *Shell) rail(q *Request, active string) []railItem {
	type placed struct {
		railItem
		order int
	}
	var items []placed
	for _, room := range s.rooms {
		if !q.on(room) {
			continue
		}
		for _, n := range room.Nav {
			if q.Who.Can(n.Needs) {
				items = append(items, placed{railItem{q.T(n.Label), q.Path() + n.Path, n.Icon, room.Word, n.marked(active)}, n.Order})
			}
		}
	}
	slices.SortStableFunc(items, func(a, b placed) int { return cmp.Compare(a.order, b.order) })
	out := make([]railItem, len(items))
	for i, it := range items {
		out[i] = it.railItem
	}
	return out
}

// preferences keeps language, theme and zone in cookies and returns to the page.
func (s *Shell) preferences(q *Request) error {
	const year = 365 * 24 * 3600
	f := q.Form()
	if v := f.Text("lang"); v != "" {
		if tag, err := language.Parse(v); err == nil && slices.Contains(s.messages.tags, tag) {
			q.SetCookie("lang", tag.String()+"."+q.setting, year)
		}
	}
	switch f.Text("theme") {
	case "light", "dark":
		q.SetCookie("theme", f.Raw("theme"), year)
	case "system":
		q.SetCookie("theme", "", -1)
	}
	return q.Redirect(f.Text("back", Max(2000)), "")
}
