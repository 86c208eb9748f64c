package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"unicode/utf8"

	"commonweal/platform/fault"
)

// Decode reads the body of a program's request, of at most most bytes, and
// refuses what it does not know and whatever follows the first value.
//
// Faults: web.media_type, web.json, and those that decoding a value gives.
func (q *Request) Decode(into any, most int64) error {
	if media, _, _ := strings.Cut(q.R.Header.Get("Content-Type"), ";"); media != "application/json" {
		return fault.Invalidf("web.media_type", "", "the body is %q; send application/json", media)
	}
	body, err := io.ReadAll(http.MaxBytesReader(q.W, q.R.Body, most))
	if err != nil {
		return fault.Invalidf("web.json", "", "the body cannot be read: %v; it may be %d bytes long", err, most)
	}
	if !utf8.Valid(body) { // encoding/json would put U+FFFD in its place
		return fault.Invalidf("web.json", "", "the body is not UTF-8")
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
	return fault.Invalidf("web.json", "", "the body cannot be read: %v", err)
}

// Created answers a program with what its request made, where it is, and status 201.
func (q *Request) Created(path string, made any) error {
	q.W.Header().Set("Location", path)
	q.W.Header().Set("Content-Type", "application/json")
	q.W.WriteHeader(http.StatusCreated)
	return json.NewEncoder(q.W).Encode(made)
}
