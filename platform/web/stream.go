package web

import (
	"context"
	"io"
	"mime"
	"net/http"
	"slices"
	"time"
)

// LineTypes are the media types of one JSON value a line.
var LineTypes = []string{"application/x-ndjson", "application/ndjson", "application/jsonl"}

func isLines(r *http.Request) bool {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && slices.Contains(LineTypes, kind)
}

// unbounded is where the context keeps the body of a request of lines.
type unbounded struct{}

// Lines returns the body of a request in one of LineTypes as it comes in, of
// any length: the handler reads it piece by piece and bounds what it keeps. A
// sender who sends nothing for the patience is given up. For other requests
// found is false.
func (q *Request) Lines(patience time.Duration) (body io.Reader, found bool) {
	body, found = q.R.Context().Value(unbounded{}).(io.Reader)
	return &patient{body, http.NewResponseController(q.W), patience, time.Time{}}, found
}

// patient is a body whose sender must go on.
type patient struct {
	body     io.Reader
	control  *http.ResponseController
	patience time.Duration
	moved    time.Time // when the deadline was last put off
}

func (p *patient) Read(b []byte) (int, error) {
	if now := time.Now(); now.Sub(p.moved) > p.patience/10 {
		p.moved = now
		_ = p.control.SetReadDeadline(now.Add(p.patience)) // a server without deadlines waits longer
	}
	return p.body.Read(b)
}

// Stream is an answer that is sent piece by piece while the handler goes on.
type Stream struct {
	q        *Request
	control  *http.ResponseController
	patience time.Duration
}

// Stream begins an answer in pieces. A reader who takes nothing for the
// patience is given up: Send then fails.
func (q *Request) Stream(mediaType string, patience time.Duration) *Stream {
	h := q.W.Header()
	h.Set("Content-Type", mediaType)
	h.Set("Cache-Control", "private, no-store")
	h.Set("X-Accel-Buffering", "no") // proxies pass the pieces on
	h.Add("Vary", "Cookie, Authorization, Accept")
	s := &Stream{q, http.NewResponseController(q.W), patience}
	_ = s.control.EnableFullDuplex() // HTTP/2 always is; the answer begins before the request has ended
	q.W.WriteHeader(http.StatusOK)
	return s
}

// Send writes a piece and passes it on.
func (s *Stream) Send(piece []byte) error {
	_ = s.control.SetWriteDeadline(time.Now().Add(s.patience))
	if _, err := s.q.W.Write(piece); err != nil {
		return err
	}
	return s.control.Flush()
}

// Context ends when the reader leaves.
func (s *Stream) Context() context.Context { return s.q.R.Context() }
