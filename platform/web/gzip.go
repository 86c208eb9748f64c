package web

import (
	"compress/gzip"
	"net/http"
	"strings"
	"sync"
)

var gzips = sync.Pool{New: func() any {
	z, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed) // the level is valid
	return z
}}

// compressed compresses text answers for clients that accept gzip. Assets
// come compressed from the bundle, and set Content-Encoding themselves.
func compressed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") || r.Method == http.MethodHead {
			next.ServeHTTP(w, r)
			return
		}
		z := &zipped{ResponseWriter: w}
		defer z.close()
		next.ServeHTTP(z, r)
	})
}

// zipped decides at the first byte whether the answer is worth compressing.
type zipped struct {
	http.ResponseWriter
	z       *gzip.Writer
	started bool
}

func (w *zipped) WriteHeader(status int) {
	w.start(status)
	w.ResponseWriter.WriteHeader(status)
}

func (w *zipped) start(status int) {
	if w.started {
		return
	}
	w.started = true
	h := w.Header()
	resumable := h.Get("Accept-Ranges") != "" // parts of a compressed file would not fit together
	if h.Get("Content-Encoding") != "" || resumable || !compressible(h.Get("Content-Type")) || status == http.StatusNoContent || status == http.StatusNotModified {
		return
	}
	h.Set("Content-Encoding", "gzip")
	h.Add("Vary", "Accept-Encoding")
	h.Del("Content-Length")
	w.z = gzips.Get().(*gzip.Writer)
	w.z.Reset(w.ResponseWriter)
}

func compressible(mediaType string) bool {
	for _, part := range []string{"text/html", "text/css", "text/csv", "text/plain", "json", "javascript", "svg", "xml"} {
		if strings.Contains(mediaType, part) {
			return true
		}
	}
	return false
}

func (w *zipped) Write(b []byte) (int, error) {
	if !w.started {
		if w.Header().Get("Content-Type") == "" {
			w.Header().Set("Content-Type", http.DetectContentType(b))
		}
		w.WriteHeader(http.StatusOK)
	}
	if w.z != nil {
		return w.z.Write(b)
	}
	return w.ResponseWriter.Write(b)
}

// FlushError sends what is there, for answers that come in pieces.
func (w *zipped) FlushError() error {
	if w.z != nil {
		if err := w.z.Flush(); err != nil {
			return err
		}
	}
	return http.NewResponseController(w.ResponseWriter).Flush()
}

func (w *zipped) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *zipped) close() {
	if w.z != nil {
		w.z.Close()
		gzips.Put(w.z)
	}
}
