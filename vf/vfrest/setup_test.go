package vfrest

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"commonweal/platform/auth"
	"commonweal/platform/commons"
	"commonweal/platform/journal"
	"commonweal/platform/store"
	"commonweal/platform/store/storetest"
	"commonweal/platform/web"
	"commonweal/vf"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// yard is a commons with Ann its steward and Ben a member, whose books are
// open, as programs reach it. Who asks is a header.
type yard struct {
	t        testing.TB
	core     *vf.Core
	shell    http.Handler
	id       store.ID
	ann, ben auth.Identity
	flour    store.ID // a specification
	open     bool
}

// pages stands for the pages of the core.
var pages = web.Room{Word: "vf", Routes: []web.Route{
	{Pattern: "GET /c/{commons}/events", Needs: vf.See, Handle: func(q *web.Request) error { _, err := io.WriteString(q.W, "a page"); return err }},
	{Pattern: "GET /c/{commons}/resources/{id}", Needs: vf.See, Handle: func(q *web.Request) error { _, err := io.WriteString(q.W, "a page"); return err }},
}}

func each(t *testing.T, f func(y *yard)) {
	config := func() store.Config {
		return store.Config{Schemas: []store.Schema{journal.Schema, vf.Schema}, Sealer: &journal.Log{}}
	}
	storetest.Each(t, config, func(t *testing.T, s *store.Store) { f(newYard(t, s)) })
}

func newYard(t testing.TB, s *store.Store) *yard {
	table := auth.NewTable(slices.Concat(vf.Grants, web.Grants)...)
	y := &yard{t: t, core: &vf.Core{Store: s, Register: vf.NewRegister(), Tracer: vf.NewTracer()}, id: store.NewID(), flour: store.NewID(), open: true}
	as := func(r auth.Role) auth.Identity {
		return table.As(auth.Identity{Account: store.NewID(), Commons: y.id, Agent: store.NewID(), Role: r})
	}
	y.ann, y.ben = as(auth.Steward), as(auth.Member)
	people := map[string]auth.Identity{"ann": y.ann, "ben": y.ben}
	var err error
	y.shell, err = web.New(web.Config{Store: s, Rooms: []web.Room{Room(y.core, "https://commons.example"), Negotiated(y.core, "https://commons.example", pages)}, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		CommonsBySlug: func(_ context.Context, slug string) (commons.Commons, bool, error) {
			return commons.Commons{ID: y.id, Slug: "yard", Name: "Yard", Zone: "UTC", OpenBooks: y.open}, slug == "yard", nil
		},
		Resolve: func(r *http.Request, id store.ID) (web.Visitor, error) {
			who, known := people[r.Header.Get("X-As")]
			if !known {
				who = table.As(auth.Identity{Commons: id})
			}
			who.OpenBooks = y.open
			return web.Visitor{Who: who}, nil
		}})
	must(t, err)
	_, err = y.core.Do(t.Context(), y.ann, "", vf.Adding{Thing: vf.Agent{ID: y.ann.Agent, Kind: vf.Person, Name: "Ann"}},
		vf.Adding{Thing: vf.Agent{ID: y.ben.Agent, Kind: vf.Person, Name: "Ben"}},
		vf.Adding{Thing: vf.ResourceSpecification{ID: y.flour, Name: "Flour", DefaultUnitOfResource: "kilogram"}})
	must(t, err)
	return y
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// request is one as somebody; headers are names and values.
func request(who, method, path string, body io.Reader, headers ...string) *http.Request {
	r := httptest.NewRequest(method, path, body)
	r.Header.Set("X-As", who)
	if method == "POST" {
		r.Header.Set("Content-Type", "application/x-ndjson")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return r
}

func (y *yard) ask(who, method, path, body string, headers ...string) (int, string) {
	w := httptest.NewRecorder()
	y.shell.ServeHTTP(w, request(who, method, "/c/yard"+path, strings.NewReader(body), headers...))
	return w.Code, w.Body.String()
}

// given is one line of an answer.
type given struct {
	Line     int         `json:"line"`
	ID       store.ID    `json:"id"`
	Resource store.ID    `json:"resource"`
	Error    web.Refusal `json:"error"`
	Lines    int         `json:"lines"`
	Recorded int         `json:"recorded"`
	Refused  int         `json:"refused"`
}

func (y *yard) lines(text string) (out []given) {
	y.t.Helper()
	for line := range strings.Lines(text) {
		var g given
		if err := json.Unmarshal([]byte(line), &g); err != nil {
			y.t.Fatalf("%v: %q", err, line)
		}
		out = append(out, g)
	}
	return out
}

// raise is a line that makes a record of flour.
func (y *yard) raise(who auth.Identity, record store.ID, kilos string) string {
	return `{"action":"raise","provider":"` + string(who.Agent) + `","receiver":"` + string(who.Agent) + `","resourceQuantity":{"unit":"kilogram","value":"` + kilos +
		`"},"newInventoriedResource":{"id":"` + string(record) + `","name":"Sack","conformsTo":"` + string(y.flour) + `"}}`
}

// lower is a line that takes flour from a record.
func (y *yard) lower(who auth.Identity, record store.ID, kilos string) string {
	return `{"action":"lower","provider":"` + string(who.Agent) + `","receiver":"` + string(who.Agent) + `","resourceQuantity":{"unit":"kilogram","value":"` + kilos +
		`"},"resourceInventoriedAs":"` + string(record) + `","note":"spilled"}`
}

// left is how much a record holds, in kilograms; "" when there is none.
func (y *yard) left(record store.ID) (left string) {
	y.t.Helper()
	must(y.t, y.core.Store.Read(y.t.Context(), y.id, func(r *store.Snapshot) error {
		x, found, err := vf.GetResource(r, record)
		if found {
			left = x.Accounting.Decimal()
		}
		return err
	}))
	return left
}

// entries is the size of the log.
func (y *yard) entries() (n int64) {
	y.t.Helper()
	must(y.t, y.core.Store.Read(y.t.Context(), y.id, func(r *store.Snapshot) error {
		head, err := journal.ReadHead(r)
		n = head.Size
		return err
	}))
	return n
}
