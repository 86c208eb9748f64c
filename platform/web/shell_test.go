package web

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"commonweal/platform/auth"
	"commonweal/platform/commons"
	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// The people of the tests: the session cookie names one of them.
const (
	openID   store.ID = "01890000-0000-7000-8000-000000000001"
	closedID store.ID = "01890000-0000-7000-8000-000000000002"
	stranger          = "stranger" // signed in, belongs to nothing
	member            = "member"   // of both commons
	steward           = "steward"  // of both commons
)

var twoCommons = map[string]commons.Commons{
	"open":   {ID: openID, Slug: "open", Name: "Open Bikes", Language: "nl", Zone: "Europe/Amsterdam", OpenBooks: true, Practices: []string{"trial"}},
	"closed": {ID: closedID, Slug: "closed", Name: "Closed Circle", Language: "en", Zone: "Europe/Amsterdam"},
}

const (
	canSee   auth.Capability = "trial.see"
	canLog   auth.Capability = "trial.log"
	canClose auth.Capability = "trial.close"
)

var table = auth.NewTable(append([]auth.Grant{
	{Capability: canSee, Least: auth.Member, OpenBooks: true},
	{Capability: canLog, Least: auth.Member},
	{Capability: canClose, Least: auth.Steward},
}, Grants...)...)

func resolve(r *http.Request, id store.ID) (Visitor, error) {
	who := auth.Identity{Commons: id, OpenBooks: id == openID}
	switch name := cookie(r, "session"); name {
	case stranger:
		who.Account, who.Name = "a-stranger", name
	case member:
		who.Account, who.Name, who.Role = "a-member", "Mira Example", auth.Member
	case steward:
		who.Account, who.Name, who.Role = "a-steward", "Sam Example", auth.Steward
	}
	return Visitor{Who: table.As(who)}, nil
}

func bySlug(_ context.Context, slug string) (commons.Commons, bool, error) {
	c, ok := twoCommons[slug]
	return c, ok, nil
}

// newShell returns a shell with the rooms and a fresh store.
func newShell(t testing.TB, rooms ...Room) *Shell {
	t.Helper()
	s, err := New(config(t, rooms...))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func config(t testing.TB, rooms ...Room) Config {
	t.Helper()
	db, err := store.Open(t.Context(), store.Config{URL: filepath.Join(t.TempDir(), "web.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return Config{Store: db, Rooms: rooms, Resolve: resolve, CommonsBySlug: bySlug, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Styleguide: true}
}

// trial is a room with one page, one form, and handlers that go wrong.
func trial(routes ...Route) Room {
	return Room{
		Word: "trial", Practice: true, Routes: routes,
		Pages: fstest.MapFS{
			"pages/_line.html": {Data: []byte(`{{define "line"}}<li>{{.}}</li>{{end}}`)},
			"pages/show.html":  {Data: []byte(`<h1>{{t "trial.title"}}</h1><p>{{.}}</p>{{define "rows"}}<ul>{{range .}}{{template "line" .}}{{end}}</ul>{{end}}`)},
			"pages/form.html": {Data: []byte(`<form method="post">{{errors .}}{{formkey}}` +
				`{{field . "hours" "type" "amount" "unit" "hour" "label" "Hours"}}{{field . "note" "type" "textarea" "label" "Note"}}</form>`)},
		},
		Messages: fstest.MapFS{
			"messages/en.toml": {Data: []byte("title = \"Trial\"\nsaved = \"Saved {what}\"\n[bikes]\none = \"{n} bike\"\nother = \"{n} bikes\"\n")},
			"messages/nl.toml": {Data: []byte("title = \"Proef\"\nsaved = \"{what} bewaard\"\n[bikes]\none = \"{n} fiets\"\nother = \"{n} fietsen\"\n")},
		},
		Nav: []NavItem{{Label: "trial.title", Path: "/trial", Icon: "house", Needs: canSee, Order: 10}},
	}
}

func show(q *Request) error {
	return q.Render(Page{Template: "trial/show.html", Title: "Show", Active: "/trial", Data: "<b>hello</b>"})
}

type ask struct {
	method, path, as string
	header           map[string]string
	form             url.Values
}

// send asks the shell and returns the answer with its body.
func send(t *testing.T, h http.Handler, a ask) (*http.Response, string) {
	t.Helper()
	var body io.Reader
	if a.form != nil {
		body = strings.NewReader(a.form.Encode())
	}
	if a.method == "" {
		a.method = http.MethodGet
	}
	r := httptest.NewRequest(a.method, a.path, body)
	if a.form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if a.as != "" {
		r.AddCookie(&http.Cookie{Name: "session", Value: a.as})
	}
	for k, v := range a.header {
		r.Header.Set(k, v)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result(), w.Body.String()
}

func TestPermissionsAreCheckedBeforeTheHandler(t *testing.T) {
	ran := false
	handle := func(q *Request) error { ran = true; return q.JSON("ran") }
	s := newShell(t, trial(
		Route{Pattern: "GET /c/{commons}/trial", Needs: canSee, Handle: handle},
		Route{Pattern: "POST /c/{commons}/trial", Needs: canLog, Handle: handle},
		Route{Pattern: "POST /c/{commons}/trial/close", Needs: canClose, Handle: handle},
	))
	cases := []struct {
		method, path, as string
		want             int
	}{
		{"GET", "/c/open/trial", "", 200},
		{"GET", "/c/open/trial", stranger, 200},
		{"POST", "/c/open/trial", "", 401},
		{"POST", "/c/open/trial", stranger, 403},
		{"POST", "/c/open/trial", member, 200},
		{"POST", "/c/open/trial/close", member, 403},
		{"POST", "/c/open/trial/close", steward, 200},
		{"GET", "/c/closed/trial", "", 303},
		{"GET", "/c/closed/trial", stranger, 404},
		{"GET", "/c/closed/trial", member, 404}, // the practice is switched off there
		{"GET", "/c/nowhere/trial", "", 303},
		{"GET", "/c/nowhere/trial", stranger, 404},
		{"GET", "/c/nowhere/trial", member, 404},
		{"GET", "/c/open/trial/unknown", member, 404},
		{"GET", "/nowhere", "", 404},
	}
	for _, c := range cases {
		ran = false
		res, body := send(t, s, ask{method: c.method, path: c.path, as: c.as})
		if res.StatusCode != c.want {
			t.Errorf("%s %s as %q: %d, want %d\n%s", c.method, c.path, c.as, res.StatusCode, c.want, body)
		}
		if ran != (c.want == 200) {
			t.Errorf("%s %s as %q: the handler ran: %v", c.method, c.path, c.as, ran)
		}
	}
}

func TestClosedCommonsLooksLikeNone(t *testing.T) {
	s := newShell(t, trial(Route{Pattern: "GET /c/{commons}/trial", Needs: canSee, Handle: show}))
	for _, as := range []string{"", stranger} {
		for _, page := range []string{"", "/trial", "/search", "/what/ever"} {
			there, thereBody := send(t, s, ask{path: "/c/closed" + page, as: as})
			none, noneBody := send(t, s, ask{path: "/c/nobody" + page, as: as})
			if there.StatusCode != none.StatusCode || strings.ReplaceAll(thereBody, "closed", "nobody") != noneBody {
				t.Errorf("as %q, %q tells a closed commons (%d) from none (%d)", as, page, there.StatusCode, none.StatusCode)
			}
			if strings.Contains(thereBody, "Closed Circle") {
				t.Errorf("as %q, %q shows the name of a closed commons", as, page)
			}
		}
	}
}

func TestErrorPages(t *testing.T) {
	var fail error
	s := newShell(t, trial(Route{Pattern: "GET /c/{commons}/trial", Needs: canSee, Handle: func(*Request) error {
		if fail == nil {
			panic("a bug")
		}
		return fail
	}}))
	for _, kind := range []fault.Kind{fault.Invalid, fault.Forbidden, fault.NotFound, fault.Conflict, fault.TooMany, fault.Unavailable} {
		fail = fault.New(kind, "trial.rule", "hours", "<b>25</b> hours are too many")
		res, body := send(t, s, ask{path: "/c/open/trial", as: member})
		if res.StatusCode != kind.HTTPStatus() || !strings.Contains(body, "&lt;b&gt;25&lt;/b&gt; hours") || !strings.Contains(body, "trial.rule") {
			t.Errorf("%s: %d\n%s", kind, res.StatusCode, body)
		}
		res, body = send(t, s, ask{path: "/c/open/trial", as: member, header: map[string]string{"Accept": "application/json"}})
		want := `"code":"trial.rule"`
		if res.StatusCode != kind.HTTPStatus() || !strings.Contains(body, want) || !strings.Contains(body, `"field":"hours"`) {
			t.Errorf("%s as JSON: %d %s", kind, res.StatusCode, body)
		}
	}
	for _, bug := range []error{io.ErrUnexpectedEOF, nil} {
		fail = bug
		res, body := send(t, s, ask{path: "/c/open/trial", as: member})
		if res.StatusCode != 500 || strings.Contains(body, "unexpected EOF") || strings.Contains(body, "a bug") {
			t.Errorf("internal error %v: %d\n%s", bug, res.StatusCode, body)
		}
	}
}

func TestZone(t *testing.T) {
	s := newShell(t, trial(Route{Pattern: "GET /c/{commons}/trial", Needs: canSee, Handle: func(q *Request) error {
		h, err := q.datetimeHTML(time.Date(2026, 7, 1, 22, 30, 0, 0, time.UTC))
		if err != nil {
			return err
		}
		return q.JSON(string(h))
	}}))
	_, body := send(t, s, ask{path: "/c/open/trial"})
	if !strings.Contains(body, "2 jul 2026, 00:30") {
		t.Errorf("half past midnight in Amsterdam, in Dutch: %s", body)
	}
}

func zoneOf(t *testing.T, name string) *time.Location {
	t.Helper()
	zone, ok := zones.find(name)
	if !ok {
		t.Fatalf("no zone %s", name)
	}
	return zone
}
