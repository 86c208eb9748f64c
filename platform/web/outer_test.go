package web

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
)

func TestInvariant6NothingInline(t *testing.T) {
	s := newShell(t)
	res, _ := send(t, s, ask{path: "/styleguide"})
	csp := res.Header.Get("Content-Security-Policy")
	for _, word := range []string{"unsafe-inline", "unsafe-eval", "http:", "https:", "*"} {
		if strings.Contains(csp, word) {
			t.Errorf("the policy allows %s: %s", word, csp)
		}
	}
	for _, directive := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"} {
		if !strings.Contains(csp, directive) {
			t.Errorf("the policy lacks %s", directive)
		}
	}
	for _, h := range []string{"X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy"} {
		if res.Header.Get(h) == "" {
			t.Errorf("no %s", h)
		}
	}
	for _, path := range []string{"/styleguide", "/", "/c/open", "/c/open/search?q=trial", "/nowhere"} {
		_, body := send(t, s, ask{path: path, as: member})
		for _, word := range []string{" style=", "<style", " onclick=", " onload=", "javascript:", "src=\"http", "href=\"http"} {
			if strings.Contains(body, word) {
				t.Errorf("%s holds %q", path, word)
			}
		}
		for rest := body; strings.Contains(rest, "<script"); {
			_, rest, _ = strings.Cut(rest, "<script")
			tag, _, _ := strings.Cut(rest, ">")
			if !strings.Contains(tag, "src=") && !strings.Contains(tag, `type="application/json"`) {
				t.Errorf("%s holds an inline script: <script%s>", path, tag)
			}
		}
	}
}

func TestFormsOfOtherSitesAreRefused(t *testing.T) {
	ran := false
	s := newShell(t, trial(Route{Pattern: "POST /c/{commons}/trial", Needs: canLog, Handle: func(q *Request) error { ran = true; return q.JSON(1) }}))
	for header, value := range map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example"} {
		res, body := send(t, s, ask{method: "POST", path: "/c/open/trial", as: member, form: url.Values{}, header: map[string]string{header: value}})
		if res.StatusCode != http.StatusForbidden || ran || !strings.Contains(body, "web.cross_site") {
			t.Errorf("%s: %s: %d, ran %v", header, value, res.StatusCode, ran)
		}
	}
	if res, _ := send(t, s, ask{method: "POST", path: "/c/open/trial", as: member, form: url.Values{}, header: map[string]string{"Sec-Fetch-Site": "same-origin"}}); res.StatusCode != 200 || !ran {
		t.Errorf("our own form: %d", res.StatusCode)
	}
}

func TestBodiesHaveALimit(t *testing.T) {
	s := newShell(t, trial(formRoutes(func(*Request, int64) {})...))
	big := url.Values{"hours": {"1"}, "note": {strings.Repeat("x", bodyLimit)}}
	if res, body := send(t, s, ask{method: "POST", path: "/c/open/trial/log", as: member, form: big}); res.StatusCode != 422 || !strings.Contains(body, "1 MB") {
		t.Errorf("a form of over %d bytes: %d", bodyLimit, res.StatusCode)
	}
}

func TestAnswersAreCompressed(t *testing.T) {
	s := newShell(t)
	plain, body := send(t, s, ask{path: "/styleguide"})
	packed, bytesSent := send(t, s, ask{path: "/styleguide", header: map[string]string{"Accept-Encoding": "gzip, br"}})
	if plain.Header.Get("Content-Encoding") != "" || packed.Header.Get("Content-Encoding") != "gzip" || len(bytesSent)*2 > len(body) {
		t.Fatalf("%d bytes become %d, %v", len(body), len(bytesSent), packed.Header)
	}
	z, err := gzip.NewReader(strings.NewReader(bytesSent))
	if err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(z); err != nil || !bytes.Contains(text, []byte("</html>")) {
		t.Errorf("unpacking: %v", err)
	}
}

func TestHealth(t *testing.T) {
	s := newShell(t)
	if res, body := send(t, s, ask{path: "/healthz"}); res.StatusCode != 200 || body != "ok\n" {
		t.Errorf("%d %q", res.StatusCode, body)
	}
}

// A page that fails halfway must not be half sent.
func TestInvariant3AnswersAreWhole(t *testing.T) {
	room := trial(Route{Pattern: "GET /c/{commons}/trial", Needs: canSee, Handle: func(q *Request) error {
		return q.Render(Page{Template: "trial/show.html", Data: "text"})
	}}, Route{Pattern: "GET /c/{commons}/trial/none", Needs: canSee, Handle: func(q *Request) error { return q.Render(Page{Template: "trial/none.html"}) }})
	room.Pages = fstest.MapFS{"pages/show.html": {Data: []byte(`<p>before</p>{{.NoSuchField}}`)}}
	s := newShell(t, room)
	for _, path := range []string{"/c/open/trial", "/c/open/trial/none"} {
		res, body := send(t, s, ask{path: path})
		if res.StatusCode != 500 || strings.Contains(body, "before") || strings.Count(body, "<html") != 1 || !strings.HasSuffix(strings.TrimSpace(body), "</html>") {
			t.Errorf("%s: %d\n%s", path, res.StatusCode, body)
		}
	}
}

// Instances of a page are lent to one request at a time: no reader may ever
// see another one's language or name.
func TestConcurrentReadersDoNotMix(t *testing.T) {
	s := newShell(t, trial(Route{Pattern: "GET /c/{commons}/trial", Needs: canSee, Handle: show}))
	var group sync.WaitGroup
	for i := range 40 {
		group.Go(func() {
			lang, title, as, name := "nl", "Proef", steward, "Sam Example"
			if i%2 == 0 {
				lang, title, as, name = "en", "Trial", member, "Mira Example"
			}
			r := httptest.NewRequest("GET", "/c/open/trial", nil)
			r.Header.Set("Accept-Language", lang)
			r.AddCookie(&http.Cookie{Name: "session", Value: as})
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			if body := w.Body.String(); !strings.Contains(body, "<h1>"+title) || !strings.Contains(body, name) {
				t.Errorf("%s as %s:\n%s", lang, as, body)
			}
		})
	}
	group.Wait()
}

func BenchmarkPage(b *testing.B) {
	s := newShell(b)
	for b.Loop() {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest("GET", "/styleguide", nil))
	}
}
