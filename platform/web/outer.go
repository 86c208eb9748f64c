package web

import (
	"context"
	"fmt"
	"log/slog"
	"mime"
	"net/http"
	"runtime/debug"
	"time"

	"commonweal/platform/fault"
)

// bodyLimit is the largest form without files; uploadLimit the largest with;
// documentLimit the largest document in JSON-LD.
const (
	bodyLimit   = 1 << 20
	uploadLimit = 256 << 20

	documentLimit = 16 << 20
)

// policy is the Content-Security-Policy of every answer: nothing inline,
// nothing from another host.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; " +
	"font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// outer wraps the mux in what every request passes, outermost first: the
// log, recovery, headers, cross-site protection, body limit, compression.
func (s *Shell) outer(mux http.Handler) http.Handler {
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(s.page(Room{}, Route{Handle: func(q *Request) error { return crossSite }}))
	return s.logged(s.recovered(headers(cross.Handler(limited(compressed(mux))))))
}

// crossSite is the answer to a form that another site sent in the reader's name.
var crossSite = fault.Forbiddenf("web.cross_site", "this form was sent from another site; open the page here and send it again")

func headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(self), payment=()")
		next.ServeHTTP(w, r)
	})
}

// isDocument reports whether the body is a document in JSON-LD.
func isDocument(r *http.Request) bool {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && kind == "application/ld+json"
}

func limited(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		limit := int64(bodyLimit)
		switch {
		case isMultipart(r):
			limit = uploadLimit
		case isDocument(r):
			limit = documentLimit
		}
		if isLines(r) {
			r = r.WithContext(context.WithValue(r.Context(), unbounded{}, r.Body))
		}
		r.Body = http.MaxBytesReader(w, r.Body, limit)
		next.ServeHTTP(w, r)
	})
}

// recorded remembers the status of an answer, for the log.
type recorded struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (w *recorded) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *recorded) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(b)
	w.bytes += int64(n)
	return n, err
}

func (w *recorded) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// logged writes one line a request. Paths are logged without their query,
// which may hold what people searched for.
func (s *Shell) logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start, rec := time.Now(), &recorded{ResponseWriter: w}
		defer func() {
			level := slog.LevelInfo
			if rec.status >= 500 {
				level = slog.LevelError
			}
			s.log.LogAttrs(context.WithoutCancel(r.Context()), level, "request",
				slog.String("method", r.Method), slog.String("path", r.URL.Path), slog.Int("status", rec.status),
				slog.Int64("bytes", rec.bytes), slog.Duration("took", time.Since(start)))
		}()
		next.ServeHTTP(rec, r)
	})
}

// recovered turns a panic into the error page of an internal error.
func (s *Shell) recovered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			p := recover()
			if p == nil {
				return
			}
			if p == http.ErrAbortHandler {
				panic(p)
			}
			rec, _ := w.(*recorded)
			if rec != nil && rec.status != 0 { // half an answer: break the connection rather than finish it wrongly
				s.log.Error("panic after the answer began", "panic", p, "stack", string(debug.Stack()))
				panic(http.ErrAbortHandler)
			}
			q := &Request{W: w, R: r, Store: s.config.Store, Zone: time.UTC, Lang: Languages[0], shell: s}
			q.fail(fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
		}()
		next.ServeHTTP(w, r)
	})
}

// health answers load balancers: 200 when the host can serve, else 503.
func (s *Shell) health(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	if s.config.Ready != nil {
		if err := s.config.Ready(r.Context()); err != nil {
			s.log.Error("not ready", "error", err)
			w.WriteHeader(http.StatusServiceUnavailable)
			fmt.Fprintln(w, "not ready")
			return
		}
	}
	fmt.Fprintln(w, "ok")
}
