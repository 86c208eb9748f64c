package contribution

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"unicode/utf8"

	"commonweal/platform/fault"
	"commonweal/platform/web"
)

// apiRoutes are for programs: a token in the Authorization header, JSON in and
// out, and an Idempotency-Key that makes a repeat harmless.
func (p *Practice) apiRoutes() []web.Route {
	return []web.Route{{Pattern: "POST /c/{commons}/contribution/entries", Needs: Log, Handle: p.logByProgram}}
}

// maxAsk bounds the body of a request that logs one contribution, in bytes.
const maxAsk = 64 << 10

// logByProgram logs one contribution: a LogAsk as JSON, answered with the
// Entry and status 201.
func (p *Practice) logByProgram(q *web.Request) error {
	var ask LogAsk
	if err := readJSON(q, &ask); err != nil {
		return err
	}
	e, err := LogContribution(q.R.Context(), q.Store, q.Who, q.R.Header.Get("Idempotency-Key"), ask)
	if err != nil {
		return err
	}
	q.W.Header().Set("Location", q.Path("contribution", "entries", e.No.String()))
	q.W.Header().Set("Content-Type", "application/json")
	q.W.WriteHeader(http.StatusCreated)
	return json.NewEncoder(q.W).Encode(e)
}

// readJSON decodes the body, naming what it does not know and what is wrong.
func readJSON(q *web.Request, into any) error {
	if media, _, _ := strings.Cut(q.R.Header.Get("Content-Type"), ";"); media != "application/json" {
		return fault.Invalidf("contribution.media_type", "", "the body is %q; send application/json", media)
	}
	body, err := io.ReadAll(http.MaxBytesReader(q.W, q.R.Body, maxAsk))
	if err != nil {
		return fault.Invalidf("contribution.json", "", "the body cannot be read: %v; it may be %d bytes long", err, maxAsk)
	}
	if !utf8.Valid(body) { // encoding/json would put U+FFFD in its place
		return fault.Invalidf("contribution.json", "", "the body is not UTF-8")
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	err = d.Decode(into)
	if err == nil {
		_, err = d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		err = errors.New("something follows the first JSON value")
	}
	if f := fault.As(err); f != nil {
		return f
	}
	return fault.Invalidf("contribution.json", "", "the body cannot be read: %v", err)
}
