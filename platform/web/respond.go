package web

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
)

// Render answers with a page inside the layout, or with the page alone when
// htmx asks for a part. The page is complete before the first byte is sent.
// A form with errors answers 422, everything else 200.
func (q *Request) Render(p Page) error { return q.render(q.status(), p) }

func (q *Request) render(status int, p Page) error {
	var b bytes.Buffer
	part := q.wantsPart()
	if err := q.shell.engine.page(&b, q, p, part); err != nil {
		return err
	}
	return q.html(status, b.Bytes())
}

// Fragment answers with one template of a page's file: "contribution/mine.html#rows"
// is {{define "rows"}} in contribution's pages/mine.html; without # the page's own body.
func (q *Request) Fragment(template string, data any) error {
	var b bytes.Buffer
	if err := q.shell.engine.fragment(&b, q, template, data); err != nil {
		return err
	}
	return q.html(q.status(), b.Bytes())
}

func (q *Request) status() int {
	if q.form != nil && !q.form.OK() {
		return http.StatusUnprocessableEntity
	}
	return http.StatusOK
}

func (q *Request) html(status int, body []byte) error {
	h := q.W.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", q.Lang.String())
	h.Set("Cache-Control", "private, no-cache")
	h.Add("Vary", "Cookie, Accept-Language, HX-Request")
	q.W.WriteHeader(status)
	_, _ = q.W.Write(body) // the reader left: nobody to tell
	return nil
}

// wantsPart reports whether htmx asks for a part of the page and not the whole.
func (q *Request) wantsPart() bool {
	h := q.R.Header
	return h.Get("HX-Request") == "true" && h.Get("HX-Request-Type") != "full" && h.Get("HX-History-Restore-Request") != "true"
}

// Redirect sends the reader on after an action (303 See Other) and shows them
// the message there once. key may be empty; args are names and values as for T.
// path must be one of ours: "/c/{commons}/...".
func (q *Request) Redirect(path, key string, args ...any) error {
	if !ours(path) {
		path = "/"
	}
	if key != "" {
		q.setFlash(q.T(key, args...))
	}
	if q.R.Header.Get("HX-Request") == "true" {
		q.W.Header().Set("HX-Redirect", path)
		q.W.WriteHeader(http.StatusOK)
		return nil
	}
	http.Redirect(q.W, q.R, path, http.StatusSeeOther)
	return nil
}

// ours reports whether an address leads nowhere but to this host. Browsers
// drop control characters and take a backslash for a slash, so neither may occur.
func ours(path string) bool {
	odd := strings.ContainsFunc(path, func(r rune) bool { return r < ' ' || r == 0x7f || r == '\\' })
	return strings.HasPrefix(path, "/") && !strings.HasPrefix(path, "//") && !odd
}

// JSON answers with v as JSON.
func (q *Request) JSON(v any) error { return q.json(http.StatusOK, v) }

func (q *Request) json(status int, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	h := q.W.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Cache-Control", "private, no-cache")
	h.Add("Vary", "Cookie, Accept")
	q.W.WriteHeader(status)
	_, _ = q.W.Write(append(b, '\n'))
	return nil
}

// WantsJSON reports whether the client prefers JSON: the same data as the page.
func (q *Request) WantsJSON() bool {
	accept := q.R.Header.Get("Accept")
	return strings.HasPrefix(accept, "application/json") ||
		strings.Contains(accept, "application/json") && !strings.Contains(accept, "text/html")
}

// Download answers with a file the browser saves under the name.
func (q *Request) Download(name, mediaType string, body []byte) error {
	q.Attach(name, mediaType)
	_, _ = q.W.Write(body)
	return nil
}

// Attach says that the answer, which the handler then writes, is a file that
// the browser saves under the name.
func (q *Request) Attach(name, mediaType string) {
	h := q.W.Header()
	h.Set("Content-Type", mediaType)
	h.Set("Content-Disposition", `attachment; filename="`+safeName(name)+`"`)
	h.Set("Cache-Control", "private, no-cache")
}

// safeName keeps a download's name to characters every system accepts.
func safeName(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("._-", r) {
			return r
		}
		return '-'
	}, name)
}

// Path returns the address of a page of this commons: Path("contribution", id)
// is /c/{commons}/contribution/{id}. Parts are escaped.
func (q *Request) Path(parts ...string) string { return commonsPath(q.Commons.Slug, parts...) }
