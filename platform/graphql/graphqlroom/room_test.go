package graphqlroom

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"commonweal/platform/auth"
	"commonweal/platform/commons"
	"commonweal/platform/graphql"
	"commonweal/platform/store"
	"commonweal/platform/web"
)

const (
	openID   store.ID = "01890000-0000-7000-8000-000000000001"
	closedID store.ID = "01890000-0000-7000-8000-000000000002"
)

// part remembers what was written, and under which keys.
type part struct{ wrote []string }

func (p *part) part() graphql.Part {
	return graphql.Part{Room: "trial", SDL: `extend type Query { size(of: Decimal): String broken: String } extend type Mutation { write(text: String!): String! }`, Fields: graphql.Fields{
		"Query.size":   {Batch: func(_ *graphql.Query, _ []any, args graphql.Args) ([]any, error) { return []any{args.Text("of")}, nil }},
		"Query.broken": {Batch: func(*graphql.Query, []any, graphql.Args) ([]any, error) { panic("secret of the house") }},
		"Mutation.write": {Act: func(q *graphql.Query, args graphql.Args) (any, error) {
			p.wrote = append(p.wrote, q.IdempotencyKey(args))
			return args.Text("text"), nil
		}},
	}}
}

// desk serves the endpoint for an open and a closed commons, both with a member.
func desk(t testing.TB) (*part, http.Handler) {
	t.Helper()
	p := &part{}
	schema, err := graphql.New("test", graphql.Limits{Bytes: 2000}, p.part())
	if err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(context.Background(), store.Config{URL: filepath.Join(t.TempDir(), "x.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	table := auth.NewTable(append(Grants, web.Grants...)...)
	h, err := web.New(web.Config{Store: db, Rooms: []web.Room{Room(schema, Beside{"other", schema})}, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Resolve: func(r *http.Request, id store.ID) (web.Visitor, error) {
			who := auth.Identity{Commons: id, OpenBooks: id == openID}
			switch r.Header.Get("Test-Person") {
			case "member":
				who.Account, who.Role = "m", auth.Member
			case "stranger":
				who.Account = "s"
			case "narrow token":
				who.Account, who.Role, who.Token, who.Scopes = "m", auth.Member, "t", []auth.Capability{"web.home"}
			}
			return web.Visitor{Who: table.As(who)}, nil
		},
		CommonsBySlug: func(_ context.Context, slug string) (commons.Commons, bool, error) {
			c, found := map[string]commons.Commons{"open": {ID: openID, Slug: "open", OpenBooks: true}, "closed": {ID: closedID, Slug: "closed"}}[slug]
			return c, found, nil
		}})
	if err != nil {
		t.Fatal(err)
	}
	return p, h
}

// send sends a request; body "" is a GET. header are names and values.
func send(h http.Handler, path, body string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("GET", path, nil)
	if body != "" {
		r = httptest.NewRequest("POST", path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// What a well-made client sends, and what it gets.
func TestAnswersOverHTTP(t *testing.T) {
	_, h := desk(t)
	for _, c := range []struct {
		name, path, body string
		header           []string
		status           int
		kind, want       string
	}{
		{"post", "/c/open/graphql", `{"query":"{ server }"}`, nil, 200, plainJSON, `{"data":{"server":"test"}}`},
		{"get", "/c/open/graphql?query=%7Bserver%7D", "", nil, 200, plainJSON, `{"data":{"server":"test"}}`},
		{"get with variables", "/c/open/graphql?variables=%7B%22n%22%3A%221.5%22%7D&query=" + url.QueryEscape(`query($n: Decimal){size(of:$n)}`), "", nil, 200, plainJSON, `{"data":{"size":"1.5"}}`},
		{"address of the host", "/graphql?commons=open", `{"query":"{ server }"}`, nil, 200, plainJSON, `{"data":{"server":"test"}}`},
		{"a schema beside", "/c/open/graphql/other", `{"query":"{ server }"}`, nil, 200, plainJSON, `{"data":{"server":"test"}}`},
		{"a schema beside, at the host", "/graphql/other?commons=open", `{"query":"{ server }"}`, nil, 200, plainJSON, `{"data":{"server":"test"}}`},
		{"a list", "/c/open/graphql", `[{"query":"{ server }"}, {"query":"{ nothing }"}]`, nil, 200, plainJSON, `[{"data":{"server":"test"}}`},
		{"new media type", "/c/open/graphql", `{"query":"{ server }"}`, []string{"Accept", "application/graphql-response+json, application/json;q=0.9"}, 200, graphJSON, `{"data"`},
		{"no accept", "/c/open/graphql", `{"query":"{ server }"}`, []string{"Accept", "*/*"}, 200, plainJSON, `{"data"`},
		{"wrong query", "/c/open/graphql", `{"query":"{ nothing }"}`, nil, 200, plainJSON, `"code":"graphql.invalid_query"`},
		{"wrong query, new media type", "/c/open/graphql", `{"query":"{ nothing }"}`, []string{"Accept", graphJSON}, 400, graphJSON, `"code":"graphql.invalid_query"`},
		{"partial answer, new media type", "/c/open/graphql", `{"query":"{ server broken }"}`, []string{"Accept", graphJSON}, 200, graphJSON, `{"data":{"server":"test","broken":null},"errors":[{"message":"Something broke`},
		{"other number", "/c/open/graphql", `{"query":"query($n: Decimal){size(of:$n)}","variables":{"n":"12345678901234567890.123456"}}`, nil, 200, plainJSON, `"12345678901234567890.123456"`},
	} {
		w := send(h, c.path, c.body, c.header...)
		if w.Code != c.status || !strings.HasPrefix(w.Header().Get("Content-Type"), c.kind+";") || !strings.Contains(w.Body.String(), c.want) {
			t.Errorf("%s: %d %s %s", c.name, w.Code, w.Header().Get("Content-Type"), w.Body)
		}
	}
	if w := send(h, "/c/open/graphql", `{"query":"{ broken }"}`); strings.Contains(w.Body.String(), "secret") || !strings.Contains(w.Body.String(), `"id":"`) {
		t.Errorf("an error of ours: %s", w.Body)
	}
}

// What is no request is refused with the status that says why.
func TestInvariant1Refusals(t *testing.T) {
	_, h := desk(t)
	for _, c := range []struct {
		name, path, body string
		header           []string
		status           int
		code             string
	}{
		{"a form", "/c/open/graphql", "query=%7Bserver%7D", []string{"Content-Type", "application/x-www-form-urlencoded"}, 415, "graphql.content_type"},
		{"another character set", "/c/open/graphql", `{}`, []string{"Content-Type", "application/json; charset=latin1"}, 415, "graphql.content_type"},
		{"half an object", "/c/open/graphql", `{"query":`, nil, 400, "graphql.body"},
		{"two objects", "/c/open/graphql", `{"query":"{ server }"} {}`, nil, 400, "graphql.body"},
		{"a number", "/c/open/graphql", `7`, nil, 400, "graphql.body"},
		{"variables in a list", "/c/open/graphql", `{"query":"{ server }","variables":[]}`, nil, 400, "graphql.body"},
		{"no query", "/c/open/graphql", `{}`, nil, 400, "graphql.no_query"},
		{"no query in a list", "/c/open/graphql", `[{"query":"{ server }"},{}]`, nil, 400, "graphql.no_query"},
		{"nothing", "/c/open/graphql", ``, nil, 400, "graphql.no_query"},
		{"an empty list", "/c/open/graphql", `[]`, nil, 400, "graphql.batch"},
		{"a long list", "/c/open/graphql", "[" + strings.Repeat(`{"query":"{ server }"},`, maxBatch) + `{"query":"{ server }"}]`, nil, 400, "graphql.batch"},
		{"a long body", "/c/open/graphql", `{"query":"{ server }` + strings.Repeat(" ", 2000) + `"}`, nil, 413, "graphql.too_large"},
		{"bad variables of a GET", "/c/open/graphql?query=%7Bserver%7D&variables=x", "", nil, 400, "graphql.body"},
		{"no commons", "/graphql", `{"query":"{ server }"}`, nil, 401, "web.sign_in"},
	} {
		w := send(h, c.path, c.body, c.header...)
		if w.Code != c.status || !strings.Contains(w.Body.String(), `"code":"`+c.code+`"`) || !strings.HasPrefix(w.Body.String(), `{"errors":[`) || !json.Valid(w.Body.Bytes()) {
			t.Errorf("%s: %d %s", c.name, w.Code, w.Body)
		}
	}
}

func TestInvariant2GetChangesNothing(t *testing.T) {
	p, h := desk(t)
	w := send(h, "/c/open/graphql?query="+url.QueryEscape(`mutation { write(text: "x") }`), "", "Test-Person", "member")
	if !strings.Contains(w.Body.String(), "graphql.get_mutation") || len(p.wrote) > 0 {
		t.Errorf("%s, wrote %v", w.Body, p.wrote)
	}
	w = send(h, "/c/open/graphql", `{"query":"mutation { write(text: \"x\") }"}`, "Sec-Fetch-Site", "cross-site")
	if w.Code != 403 || len(p.wrote) > 0 {
		t.Errorf("another site wrote: %d %s", w.Code, w.Body)
	}
}

// Each act of a request and of a list has a key of its own, the same at every
// repetition.
func TestIdempotencyKeys(t *testing.T) {
	p, h := desk(t)
	for range 2 {
		send(h, "/c/open/graphql", `{"query":"mutation { a: write(text: \"x\") b: write(text: \"y\") }"}`, "Idempotency-Key", "k")
		send(h, "/c/open/graphql", `[{"query":"mutation { write(text: \"x\") }"},{"query":"mutation { write(text: \"x\") }"}]`, "Idempotency-Key", "k")
	}
	if got := strings.Join(p.wrote, " "); got != "k/a k/b k/0/write k/1/write k/a k/b k/0/write k/1/write" {
		t.Errorf("keys: %s", got)
	}
}

// To outsiders a closed commons is not there, and the answer has GraphQL's form.
func TestInvariant3Audience(t *testing.T) {
	_, h := desk(t)
	for who, want := range map[string]map[string]int{
		"":             {"open": 200, "closed": 401, "none": 401},
		"stranger":     {"open": 200, "closed": 404, "none": 404},
		"member":       {"open": 200, "closed": 200, "none": 404},
		"narrow token": {"open": 403, "closed": 403, "none": 404},
	} {
		for slug, status := range want {
			for _, path := range []string{"/c/" + slug + "/graphql", "/graphql?commons=" + slug} {
				w := send(h, path, `{"query":"{ server }"}`, "Test-Person", who)
				if w.Code != status || !json.Valid(w.Body.Bytes()) || (status != 200) != strings.HasPrefix(w.Body.String(), `{"errors":[`) {
					t.Errorf("%q asks %s: %d %s", who, path, w.Code, w.Body)
				}
			}
		}
	}
}

// Whatever the body holds, the answer is JSON.
func FuzzBody(f *testing.F) {
	for _, s := range []string{`{"query":"{ server }"}`, `[{"query":"{ server }"}]`, `{"query":"query($n: Decimal){size(of:$n)}","variables":{"n":1e400}}`, `{"extensions":{"persistedQuery":{"sha256Hash":"x"}}}`, "\xff", `[[]]`, `{"query":1}`} {
		f.Add(s)
	}
	_, h := desk(f)
	f.Fuzz(func(t *testing.T, body string) {
		if w := send(h, "/c/open/graphql", body); !json.Valid(w.Body.Bytes()) {
			t.Errorf("%q: %s", body, w.Body)
		}
	})
}
