package graphqlroom

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"

	"commonweal/platform/fault"
	"commonweal/platform/graphql"
)

// maxBatch is how many requests one body may hold.
const maxBatch = 20

// body reads the requests of a POST: one object, or a list of them.
func body(r *http.Request, limit int) (list []graphql.Request, batch bool, err error) {
	if err := jsonOnly(r.Header.Get("Content-Type")); err != nil {
		return nil, false, err
	}
	raw, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, int64(limit)))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, false, fault.New(fault.TooMany, "graphql.too_large", "", "the body has more than %d bytes", limit)
	case err != nil:
		return nil, false, fault.Invalidf("graphql.body", "", "the body did not arrive whole: %v", err)
	}
	raw = bytes.TrimLeft(raw, " \t\r\n")
	if batch = bytes.HasPrefix(raw, []byte("[")); !batch {
		list = make([]graphql.Request, 1)
		return list, false, decode(raw, &list[0])
	}
	if err := decode(raw, &list); err != nil {
		return nil, true, err
	}
	if len(list) == 0 || len(list) > maxBatch {
		return nil, true, fault.Invalidf("graphql.batch", "", "a list of %d requests; send 1 to %d", len(list), maxBatch)
	}
	for i, r := range list {
		if err := asks(r); err != nil {
			return nil, true, fmt.Errorf("request %d of %d: %w", i+1, len(list), err)
		}
	}
	return list, true, nil
}

// jsonOnly refuses every other media type: a form that another site sends in
// a reader's name cannot have this one.
func jsonOnly(contentType string) error {
	kind, parameters, err := mime.ParseMediaType(contentType)
	if charset := parameters["charset"]; err != nil || kind != "application/json" || charset != "" && charset != "utf-8" && charset != "UTF-8" {
		return fault.Invalidf("graphql.content_type", "Content-Type", "the body is declared as %.60q; send application/json in UTF-8", contentType)
	}
	return nil
}

// decode reads JSON. Numbers keep all their digits.
func decode(raw []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	err := d.Decode(into)
	if err == nil {
		if _, more := d.Token(); more != io.EOF {
			err = errors.New("something follows the end")
		}
	}
	if err != nil {
		return fault.Invalidf("graphql.body", "", "this is no request in JSON, such as {\"query\": \"{ server }\"}: %v", err)
	}
	if r, one := into.(*graphql.Request); one {
		return asks(*r)
	}
	return nil
}

// asks refuses a request that asks nothing.
func asks(r graphql.Request) error {
	if r.Query == "" && r.Extensions.PersistedQuery.Hash == "" {
		return fault.Invalidf("graphql.no_query", "query", "the request has no query")
	}
	return nil
}

// parameters reads the request of a GET.
func parameters(v url.Values) (r graphql.Request, err error) {
	r.Query, r.OperationName = v.Get("query"), v.Get("operationName")
	for name, into := range map[string]any{"variables": &r.Variables, "extensions": &r.Extensions} {
		if text := v.Get(name); text != "" {
			if err := decode([]byte(text), into); err != nil {
				return r, fault.As(err).InField(name)
			}
		}
	}
	return r, asks(r)
}
