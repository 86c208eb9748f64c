package bank

import (
	"context"
	"html"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"commonweal/books"
	"commonweal/contribution"
	"commonweal/platform/auth"
	"commonweal/platform/commons"
	"commonweal/platform/job"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/vf"
)

// site is the desk behind its real pages; Ada is signed in.
type site struct {
	*desk
	shell *web.Shell
}

func eachSite(t *testing.T, body func(t *testing.T, s *site)) {
	each(t, func(t *testing.T, d *desk) {
		var grants []auth.Grant
		for _, g := range [][]auth.Grant{auth.Grants, commons.Grants, job.Grants, web.Grants, vf.Grants, contribution.Capabilities, books.Grants, Grants} {
			grants = append(grants, g...)
		}
		table := auth.NewTable(grants...)
		d.Books.Behind = append(d.Books.Behind, d.Bank.Behind)
		people := map[string]auth.Identity{"ada": table.As(d.ada), "bas": table.As(d.bas)}
		shell, err := web.New(web.Config{Store: d.Store, Rooms: []web.Room{books.Room(d.Books), Room(d.Bank)}, Log: slog.New(slog.DiscardHandler),
			CommonsBySlug: func(_ context.Context, slug string) (commons.Commons, bool, error) {
				return d.commons, slug == "desk", nil
			},
			Resolve: func(r *http.Request, id store.ID) (web.Visitor, error) {
				return web.Visitor{Who: people[r.Header.Get("X-As")]}, nil
			}})
		must(t, err)
		body(t, &site{d, shell})
	})
}

// answer is what came back.
type answer struct {
	t      *testing.T
	status int
	to     string
	body   string
}

func (s *site) ask(who, method, path, contentType string, body io.Reader) answer {
	s.t.Helper()
	r := httptest.NewRequest(method, "/c/desk"+path, body)
	r.Header.Set("X-As", who)
	r.Header.Set("Content-Type", contentType)
	w := httptest.NewRecorder()
	s.shell.ServeHTTP(w, r)
	return answer{s.t, w.Code, strings.TrimPrefix(w.Header().Get("Location"), "/c/desk"), html.UnescapeString(strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(w.Body.String()))}
}

func (s *site) get(path string) answer { s.t.Helper(); return s.ask("ada", "GET", path, "", nil) }

// post sends the form of a page, with its key.
func (s *site) post(page answer, path string, fields ...string) answer {
	s.t.Helper()
	form := url.Values{"_key": {page.find(`name="_key" value="([^"]+)"`)}}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	return s.ask("ada", "POST", path, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
}

// bringFile uploads a file and returns where that leads.
func (s *site) upload(name, content string) string {
	s.t.Helper()
	var body strings.Builder
	w := multipart.NewWriter(&body)
	must(s.t, w.WriteField("_key", s.get("/books/bank/new").find(`name="_key" value="([^"]+)"`)))
	part, err := w.CreateFormFile("file", name)
	must(s.t, err)
	io.WriteString(part, content)
	must(s.t, w.Close())
	a := s.ask("ada", "POST", "/books/bank/new", w.FormDataContentType(), strings.NewReader(body.String()))
	return a.leads("/books/bank/file/").to
}

func (a answer) find(pattern string) string {
	a.t.Helper()
	m := regexp.MustCompile(pattern).FindStringSubmatch(a.body)
	if m == nil {
		a.t.Fatalf("no %s on the page:\n%s", pattern, a.main())
	}
	return m[1]
}

func (a answer) main() string {
	_, rest, _ := strings.Cut(a.body, "<main")
	return rest
}

func (a answer) shows(status int, texts ...string) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("answered %d, not %d:\n%s", a.status, status, a.main())
	}
	for _, text := range texts {
		if !strings.Contains(a.body, text) {
			a.t.Errorf("does not show %q:\n%s", text, a.main())
		}
	}
	return a
}

func (a answer) leads(prefix string) answer {
	a.t.Helper()
	if a.status != http.StatusSeeOther || !strings.HasPrefix(a.to, prefix) {
		a.t.Fatalf("answered %d to %q, not to %s:\n%s", a.status, a.to, prefix, a.main())
	}
	return a
}
