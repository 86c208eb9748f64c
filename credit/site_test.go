package credit

import (
	goctx "context"
	"fmt"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"commonweal/platform/auth"
	"commonweal/platform/commons"
	"commonweal/platform/job"
	"commonweal/platform/store"
	"commonweal/platform/store/storetest"
	"commonweal/platform/web"
	"commonweal/vf"
)

// site is the real shell with the practice's room, around a village. Who asks is
// a header, because signing in is another room's.
type site struct {
	*village
	shell *web.Shell
	as    map[string]auth.Identity
}

// eachSite runs a script of requests on either engine.
func eachSite(t *testing.T, body func(*testing.T, *site)) {
	storetest.Each(t, config, func(t *testing.T, db *store.Store) { body(t, open(t, db)) })
}

func open(t *testing.T, db *store.Store) *site {
	v := settle(t, db)
	grants := [][]auth.Grant{auth.Grants, commons.Grants, job.Grants, web.Grants, vf.Grants, Grants}
	var all []auth.Grant
	for _, g := range grants {
		all = append(all, g...)
	}
	table := auth.NewTable(all...)
	s := &site{village: v, as: map[string]auth.Identity{"ada": table.As(v.ada), "bas": table.As(v.bas), "cleo": table.As(v.cleo), "dirk": table.As(v.dirk)}}
	var err error
	s.shell, err = web.New(web.Config{Store: db, Rooms: []web.Room{Room(New(db))}, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		CommonsBySlug: func(_ goctx.Context, slug string) (commons.Commons, bool, error) {
			c := v.commons
			c.OpenBooks = true
			return c, slug == "village", nil
		},
		Resolve: func(r *http.Request, id store.ID) (web.Visitor, error) {
			who, known := s.as[r.Header.Get("X-As")]
			if !known {
				who = table.As(auth.Identity{Commons: id, OpenBooks: true})
			}
			return web.Visitor{Who: who}, nil
		}})
	must(t, err)
	return s
}

// page is an answer.
type page struct {
	t      testing.TB
	status int
	to     string // Location
	body   string
}

// ask sends a request as somebody; "" is nobody. Fields are names and values.
func (s *site) ask(who, method, path string, fields ...string) page {
	s.t.Helper()
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	r := httptest.NewRequest(method, "/c/village/credit"+path, strings.NewReader(form.Encode()))
	r.Header.Set("X-As", who)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	s.shell.ServeHTTP(w, r)
	return page{s.t, w.Code, w.Header().Get("Location"), strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(w.Body.String())}
}

func (s *site) get(who, path string) page { s.t.Helper(); return s.ask(who, "GET", path) }

func (s *site) post(who, path string, fields ...string) page {
	s.t.Helper()
	return s.ask(who, "POST", path, fields...)
}

// shows checks an answer.
func (p page) shows(status int, texts ...string) page {
	p.t.Helper()
	if p.status != status {
		p.t.Fatalf("answered %d, want %d:\n%s", p.status, status, mainOf(p.body))
	}
	for _, text := range texts {
		if !strings.Contains(mainOf(p.body)+p.body, text) {
			p.t.Errorf("does not show %q:\n%s", text, mainOf(p.body))
		}
	}
	return p
}

// hides checks that texts are not there.
func (p page) hides(texts ...string) page {
	p.t.Helper()
	for _, text := range texts {
		if strings.Contains(p.body, text) {
			p.t.Errorf("shows %q:\n%s", text, mainOf(p.body))
		}
	}
	return p
}

// leads checks that the reader was sent on, and returns where.
func (p page) leads(to string) string {
	p.t.Helper()
	path, found := strings.CutPrefix(p.to, "/c/village/credit")
	if p.status != http.StatusSeeOther || !found || !strings.HasPrefix(path, to) {
		p.t.Fatalf("answered %d to %q, want 303 to %s:\n%s", p.status, p.to, to, mainOf(p.body))
	}
	return path
}

// field is the value of a hidden field.
func (p page) field(name string) string {
	p.t.Helper()
	m := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(p.body)
	if m == nil {
		p.t.Fatalf("has no field %s:\n%s", name, mainOf(p.body))
	}
	return html.UnescapeString(m[1])
}

// mainOf is what a page says, without its markup, so that failures stay readable.
func mainOf(body string) string {
	if _, rest, ok := strings.Cut(body, "<main"); ok {
		body = rest
	}
	words := strings.Fields(regexp.MustCompile(`<(select|svg)[\s\S]*?</(select|svg)>|<[^>]*>`).ReplaceAllString(body, " "))
	return fmt.Sprintf("%.3000s", html.UnescapeString(strings.Join(words, " ")))
}
