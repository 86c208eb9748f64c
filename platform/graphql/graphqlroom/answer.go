package graphqlroom

import (
	"net/http"
	"strconv"
	"strings"

	"commonweal/platform/fault"
	"commonweal/platform/graphql"
	"commonweal/platform/web"
)

// The media types of answers. The first is what older clients expect, and
// what those get who do not care.
const (
	plainJSON = "application/json"
	graphJSON = "application/graphql-response+json"
)

// accepted returns the media type that an Accept header prefers of the two.
func accepted(header string) string {
	best, at := plainJSON, 0.0
	for part := range strings.SplitSeq(header, ",") {
		name, rest, _ := strings.Cut(part, ";")
		name = strings.ToLower(strings.TrimSpace(name))
		weight := 1.0
		for p := range strings.SplitSeq(rest, ";") {
			if text, is := strings.CutPrefix(strings.TrimSpace(p), "q="); is {
				weight, _ = strconv.ParseFloat(text, 64) // what is no number is as good as zero
			}
		}
		if (name == graphJSON || name == plainJSON) && weight > at {
			best, at = name, weight
		}
	}
	return best
}

// answer writes an answer. Clients that ask for application/json read what
// went wrong in the body: a request that could be read has the status 200.
func answer(q *web.Request, a graphql.Answer) error {
	kind := accepted(q.R.Header.Get("Accept"))
	if a.Status == fault.Invalid.HTTPStatus() || kind == plainJSON {
		if a.Status = http.StatusOK; kind == graphJSON {
			a.Status = http.StatusBadRequest
		}
	}
	return write(q, kind, a)
}

func write(q *web.Request, kind string, a graphql.Answer) error {
	h := q.W.Header()
	h.Set("Content-Type", kind+"; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(len(a.JSON)))
	h.Set("Cache-Control", "private, no-cache")
	h.Add("Vary", "Cookie, Authorization, Accept")
	q.W.WriteHeader(a.Status)
	_, _ = q.W.Write(a.JSON) // the client left: nobody to tell
	a.Sent()
	return nil
}

// refuse answers what was refused before a query was read: the asker may not,
// the commons is hidden, the body is no request. The status says so, whatever
// the media type.
func refuse(q *web.Request, err error) error {
	a := graphql.Refused(q.R.Context(), err)
	if a.Status == fault.Invalid.HTTPStatus() {
		a.Status = http.StatusBadRequest
	}
	switch fault.CodeOf(err) {
	case "graphql.content_type":
		a.Status = http.StatusUnsupportedMediaType
	case "graphql.too_large":
		a.Status = http.StatusRequestEntityTooLarge
	}
	return write(q, accepted(q.R.Header.Get("Accept")), a)
}

// joined is the answer to a list of requests: the list of their answers.
func joined(answers []graphql.Answer) graphql.Answer {
	out := []byte{'['}
	for i, a := range answers {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, a.JSON...)
	}
	return graphql.Answer{JSON: append(out, "]\n"...), Status: http.StatusOK}
}

// numbered gives each request of a list a key of its own.
func numbered(key string, i int) string {
	if key == "" {
		return ""
	}
	return key + "/" + strconv.Itoa(i)
}
