package e2e_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
)

// A caller talks to the host without a browser. It follows no redirects: where
// an answer leads is part of the answer.
type caller struct {
	t      testing.TB
	host   *host
	client *http.Client
	header http.Header // of every request
}

// An answer is what came back, whole.
type answer struct {
	status int
	header http.Header
	body   string
}

// caller returns a caller with no cookies.
func (h *host) caller(t testing.TB) *caller {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &caller{t: t, host: h, header: http.Header{"Accept-Language": {"en"}}, client: &http.Client{Jar: jar, Timeout: patience,
		Transport:     &http.Transport{MaxIdleConnsPerHost: 64, IdleConnTimeout: time.Second},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// address is where the host is, as cookies know it.
func (c *caller) address() *url.URL {
	at, err := url.Parse(c.host.origin)
	if err != nil {
		c.t.Fatal(err)
	}
	return at
}

// send makes one request; an error means that no whole answer came back.
func (c *caller) send(method, path, mediaType, body string, header http.Header) (answer, error) {
	r, err := http.NewRequest(method, c.host.origin+path, strings.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	for _, h := range []http.Header{c.header, header} {
		for name, values := range h {
			r.Header[name] = values
		}
	}
	if mediaType != "" {
		r.Header.Set("Content-Type", mediaType)
	}
	res, err := c.client.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	return answer{res.StatusCode, res.Header, string(text)}, err
}

// get reads a page.
func (c *caller) get(path string) answer {
	c.t.Helper()
	a, err := c.send("GET", path, "", "", nil)
	if err != nil {
		c.t.Fatal(err)
	}
	return a
}

// post sends a form of names and values.
func (c *caller) post(path string, fields ...string) answer {
	c.t.Helper()
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	a, err := c.send("POST", path, "application/x-www-form-urlencoded", form.Encode(), nil)
	if err != nil {
		c.t.Fatal(err)
	}
	return a
}

// done posts a form and fails unless it led on.
func (c *caller) done(path string, fields ...string) (leads string) {
	c.t.Helper()
	a := c.post(path, fields...)
	if a.status != http.StatusSeeOther {
		c.t.Fatalf("POST %s %q: %d\n%s", path, fields, a.status, visible(a.body))
	}
	return a.header.Get("Location")
}

var (
	markup = regexp.MustCompile(`(?s)<script.*?</script>|<svg.*?</svg>|<[^>]*>`)
	copied = regexp.MustCompile(`data-copy="([^"]+)"`)
	aloud  = regexp.MustCompile(`\s+`)
)

// visible is roughly what a page says.
func visible(page string) string {
	return aloud.ReplaceAllString(markup.ReplaceAllString(page, " "), " ")
}

// signIn signs in with everybody's password.
func (c *caller) signIn(handle, secret string) {
	c.t.Helper()
	c.done("/sign-in", "name", handle, "password", secret)
}

// begin founds a commons with one project on a fresh host, and makes a token
// with which programs may log contributions to it.
func (h *host) begin(t testing.TB, slug string) workshop {
	t.Helper()
	noor := h.caller(t)
	_, secret, _ := strings.Cut(h.firstLink(), "link=")
	noor.done("/welcome", "link", secret, "name", "Noor Example", "handle", "noor", "password", password)
	return noor.found(slug)
}

// A workshop is a commons with one project.
type workshop struct {
	steward *caller
	slug    string
	project string
	token   string
}

// found founds a commons with one project.
func (c *caller) found(slug string) workshop {
	c.t.Helper()
	c.done("/commons/new", "slug", slug, "name", "Commons "+slug, "currency", "EUR", "language", "en", "zone", "Europe/Amsterdam", "practices", "contribution")
	leads := c.done("/c/"+slug+"/contribution/projects", "name", "Turbine")
	w := workshop{steward: c, slug: slug, project: leads[strings.LastIndex(leads, "/")+1:]}
	w.token = w.issue()
	return w
}

// issue makes a token with which a program may log contributions.
func (w workshop) issue() string { return w.issueFor("contribution.log", "contribution.see") }

// issueFor makes a token for what its scopes allow.
func (w workshop) issueFor(scopes ...string) string {
	c := w.steward
	c.t.Helper()
	fields := []string{"label", "load", "life", "1"}
	for _, s := range scopes {
		fields = append(fields, "scope", s)
	}
	page := c.post("/c/"+w.slug+"/tokens", fields...)
	token := copied.FindStringSubmatch(page.body)
	if token == nil {
		c.t.Fatalf("no token: %d\n%s", page.status, visible(page.body))
	}
	return token[1]
}
