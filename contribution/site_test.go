package contribution

import (
	"fmt"
	"html"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	goctx "context"

	"commonweal/platform/auth"
	"commonweal/platform/commons"
	"commonweal/platform/job"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/vf"
)

// site is the real shell with the practice's room, around a workshop. Who asks
// is a header, because signing in is another room's.
type site struct {
	*workshop
	t     *testing.T
	shell *web.Shell
	table *auth.Table
	as    map[string]auth.Identity
	open  bool // the books of the workshop are open
}

// eachSite runs a script of requests on either engine.
func eachSite(t *testing.T, body func(*testing.T, *site)) {
	each(t, func(t *testing.T, w *workshop) {
		table := auth.NewTable(slices.Concat(auth.Grants, commons.Grants, job.Grants, web.Grants, vf.Grants, Capabilities)...)
		s := &site{workshop: w, t: t, table: table, as: map[string]auth.Identity{"ada": table.As(w.ada), "bas": table.As(w.bas), "cleo": table.As(w.cleo)}}
		bySlug := func(_ goctx.Context, slug string) (commons.Commons, bool, error) {
			c := w.commons
			c.OpenBooks = s.open
			return c, slug == "workshop", nil
		}
		var err error
		s.shell, err = web.New(web.Config{Store: w.db, Rooms: []web.Room{Room(w.practice)}, CommonsBySlug: bySlug,
			Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
			Resolve: func(r *http.Request, id store.ID) (web.Visitor, error) {
				who, known := s.as[r.Header.Get("X-As")]
				if !known {
					who = table.As(auth.Identity{Commons: id, OpenBooks: s.open})
				}
				return web.Visitor{Who: who}, nil
			}})
		must(t, err)
		body(t, s)
	})
}

// page is an answer.
type page struct {
	t      *testing.T
	status int
	to     string // Location
	body   string
	header http.Header
}

// ask sends a request as somebody; "" is nobody.
func (s *site) ask(who, method, path, contentType string, body io.Reader, headers ...string) page {
	s.t.Helper()
	r := httptest.NewRequest(method, "/c/workshop"+path, body)
	r.Header.Set("X-As", who)
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.shell.ServeHTTP(w, r)
	return page{s.t, w.Code, w.Header().Get("Location"), spaces.Replace(w.Body.String()), w.Header()}
}

// spaces makes the spaces that never break plain ones.
var spaces = strings.NewReplacer("\u00a0", " ", "\u202f", " ")

func (s *site) get(who, path string) page { s.t.Helper(); return s.ask(who, "GET", path, "", nil) }

// post sends a form; fields are names and values.
func (s *site) post(who, path string, fields ...string) page {
	s.t.Helper()
	return s.ask(who, "POST", path, "application/x-www-form-urlencoded", strings.NewReader(formOf(fields).Encode()))
}

// upload sends a form with a file.
func (s *site) upload(who, path, name, content string, fields ...string) page {
	s.t.Helper()
	var body strings.Builder
	w := multipart.NewWriter(&body)
	for i := 0; i < len(fields); i += 2 {
		must(s.t, w.WriteField(fields[i], fields[i+1]))
	}
	part, err := w.CreateFormFile("file", name)
	must(s.t, err)
	io.WriteString(part, content)
	must(s.t, w.Close())
	return s.ask(who, "POST", path, w.FormDataContentType(), strings.NewReader(body.String()))
}

func formOf(fields []string) url.Values {
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	return form
}

// shows checks an answer.
func (p page) shows(status int, texts ...string) page {
	p.t.Helper()
	if p.status != status {
		p.t.Fatalf("answered %d, want %d:\n%s", p.status, status, mainOf(p.body))
	}
	for _, text := range texts {
		if !strings.Contains(p.body, text) {
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

// leads checks that the reader was sent on.
func (p page) leads(to string) page {
	p.t.Helper()
	if p.status != http.StatusSeeOther || !strings.HasPrefix(p.to, "/c/workshop"+to) {
		p.t.Fatalf("answered %d to %q, want 303 to %s:\n%s", p.status, p.to, to, mainOf(p.body))
	}
	return p
}

// find returns what the expression's group matches.
func (p page) find(expression string) string {
	p.t.Helper()
	m := regexp.MustCompile(expression).FindStringSubmatch(p.body)
	if m == nil {
		p.t.Fatalf("has no %s:\n%s", expression, mainOf(p.body))
	}
	return html.UnescapeString(m[1])
}

// key is the hidden key of the page's first form.
func (p page) key() string { p.t.Helper(); return p.find(`name="_key" value="([^"]+)"`) }

// mainOf is what a page says, without its markup, so that failures stay readable.
func mainOf(body string) string {
	if _, rest, ok := strings.Cut(body, "<main"); ok {
		body = rest
	}
	words := strings.Fields(regexp.MustCompile(`<(select|svg)[\s\S]*?</(select|svg)>|<[^>]*>`).ReplaceAllString(body, " "))
	return fmt.Sprintf("%.1500s", strings.Join(words, " "))
}
