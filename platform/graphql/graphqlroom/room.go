package graphqlroom

import (
	"embed"
	"net/http"
	"slices"
	"strings"

	"commonweal/platform/auth"
	"commonweal/platform/graphql"
	"commonweal/platform/web"
)

// Ask is the capability to ask the API; what is answered needs the
// capabilities of the fields besides.
const Ask auth.Capability = "graphql.ask"

// Grants are the room's part of the capability table.
var Grants = []auth.Grant{{Capability: Ask, Least: auth.Member, OpenBooks: true, Meaning: "ask the API; each field needs its own capability besides"}}

// Beside is another schema that is served, at /graphql/ and its word.
type Beside struct {
	Word   string
	Schema *graphql.Schema
}

//go:embed pages/*.html messages/*.toml
var files embed.FS

// Room returns the endpoint of the schema with its explorer, and the endpoints
// of others beside it.
func Room(schema *graphql.Schema, others ...Beside) web.Room {
	e := &endpoint{schema}
	room := web.Room{Word: "graphql", Pages: files, Messages: files, Search: e.search, Routes: e.explorerRoutes()}
	for _, s := range append([]Beside{{"", schema}}, others...) {
		path := "/graphql"
		if s.Word != "" {
			path += "/" + s.Word
		}
		room.Routes = slices.Concat(room.Routes, Routes(s.Schema, "/c/{commons}"+path, nil), Routes(s.Schema, path, slugParameter))
	}
	return room
}

// slugParameter names the commons of a request to the host's address.
func slugParameter(r *http.Request) string { return r.URL.Query().Get("commons") }

// Routes returns the routes by which a schema is asked at a path. commons says
// which commons a request is for where the path does not; nil: it does.
func Routes(schema *graphql.Schema, path string, commons func(*http.Request) string) []web.Route {
	e := &endpoint{schema}
	return []web.Route{
		{Pattern: "GET " + path, Needs: Ask, Commons: commons, Handle: e.get, Refuse: refuse, Open: true},
		{Pattern: "POST " + path, Needs: Ask, Commons: commons, Handle: e.post, Refuse: refuse},
	}
}

// endpoint answers requests for one schema.
type endpoint struct{ schema *graphql.Schema }

// get answers one query from the parameters of the address.
func (e *endpoint) get(q *web.Request) error {
	if strings.HasSuffix(q.Route, "/graphql") && readsPages(q.R) {
		return q.Redirect(q.Path("api"), "")
	}
	r, err := parameters(q.R.URL.Query())
	if err != nil {
		return err
	}
	return answer(q, e.schema.Do(q.R.Context(), e.asker(q), r, false))
}

// post answers one request, or a list of them one after the other.
func (e *endpoint) post(q *web.Request) error {
	list, batch, err := body(q.R, e.schema.Limits().Bytes)
	if err != nil {
		return err
	}
	asker := e.asker(q)
	if !batch {
		return answer(q, e.schema.Do(q.R.Context(), asker, list[0], true))
	}
	key := asker.Key
	answers := make([]graphql.Answer, len(list))
	for i, r := range list {
		asker.Key = numbered(key, i)
		answers[i] = e.schema.Do(q.R.Context(), asker, r, true)
	}
	return answer(q, joined(answers))
}

func (e *endpoint) asker(q *web.Request) graphql.Asker {
	return graphql.Asker{Store: q.Store, Who: q.Who, Commons: q.Commons, Lang: q.Lang, Key: q.R.Header.Get("Idempotency-Key")}
}
