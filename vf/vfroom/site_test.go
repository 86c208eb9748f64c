package vfroom

import (
	"context"
	"database/sql"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"commonweal/platform/auth"
	"commonweal/platform/commons"
	"commonweal/platform/journal"
	"commonweal/platform/store"
	"commonweal/platform/store/storetest"
	"commonweal/platform/upload"
	"commonweal/platform/web"
	"commonweal/quantity"
	"commonweal/vf"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// site is the real shell with the pages of the core around one commons with
// Ada the steward and Bas the member. Who asks is a header.
type site struct {
	t        *testing.T
	core     *vf.Core
	shell    *web.Shell
	commons  commons.Commons
	ada, bas auth.Identity
	open     bool // the books are open
}

// each runs a script of requests on either engine.
func each(t *testing.T, body func(s *site)) {
	config := func() store.Config {
		return store.Config{Schemas: []store.Schema{journal.Schema, upload.Schema, vf.Schema}, Sealer: &journal.Log{}}
	}
	storetest.Each(t, config, func(t *testing.T, db *store.Store) {
		s := &site{t: t, core: &vf.Core{Store: db, Register: vf.NewRegister(), Tracer: vf.NewTracer()}, open: true}
		s.commons = commons.Commons{ID: store.NewID(), Agent: store.NewID(), Slug: "shop", Name: "Shop", Currency: "EUR", OpenBooks: true}
		table := auth.NewTable(append(append([]auth.Grant{}, web.Grants...), vf.Grants...)...)
		member := func(role auth.Role) auth.Identity {
			return table.As(auth.Identity{Commons: s.commons.ID, Account: store.NewID(), Agent: store.NewID(), Role: role})
		}
		s.ada, s.bas = member(auth.Steward), member(auth.Member)
		bySlug := func(_ context.Context, slug string) (commons.Commons, bool, error) {
			return s.commons, slug == s.commons.Slug, nil
		}
		resolve := func(r *http.Request, id store.ID) (web.Visitor, error) {
			switch r.Header.Get("X-As") {
			case "ada":
				return web.Visitor{Who: s.ada}, nil
			case "bas":
				return web.Visitor{Who: s.bas}, nil
			}
			return web.Visitor{Who: table.As(auth.Identity{Commons: id, OpenBooks: s.open})}, nil
		}
		var err error
		s.shell, err = web.New(web.Config{Store: db, Rooms: []web.Room{Room(s.core)}, CommonsBySlug: bySlug, Resolve: resolve, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
		s.must(err)
		s.do(vf.Adding{Thing: vf.Agent{ID: s.commons.Agent, Kind: vf.Organization, Name: "Shop"}},
			vf.Adding{Thing: vf.Agent{ID: s.ada.Agent, Kind: vf.Person, Name: "Ada Lantern"}}, vf.Adding{Thing: vf.Agent{ID: s.bas.Agent, Kind: vf.Person, Name: "Bas Miller"}})
		body(s)
	})
}

func (s *site) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// do is an act of the steward.
func (s *site) do(steps ...vf.Step) []vf.Done {
	s.t.Helper()
	done, err := s.core.Do(s.t.Context(), s.ada, "", steps...)
	s.must(err)
	return done
}

// answer is what a request came to.
type answer struct {
	t      *testing.T
	status int
	to     string
	body   string
}

func (s *site) ask(who, method, path string, body io.Reader, headers ...string) answer {
	s.t.Helper()
	r := httptest.NewRequest(method, "/c/shop"+path, body)
	r.Header.Set("X-As", who)
	if body != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.shell.ServeHTTP(w, r)
	return answer{s.t, w.Code, w.Header().Get("Location"), spaces.Replace(w.Body.String())}
}

func (s *site) get(who, path string) answer { s.t.Helper(); return s.ask(who, "GET", path, nil) }

// json asks for the data of a page.
func (s *site) json(who, path string) answer {
	s.t.Helper()
	return s.ask(who, "GET", path, nil, "Accept", "application/json")
}

func (s *site) post(who, path string, fields ...string) answer {
	s.t.Helper()
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	return s.ask(who, "POST", path, strings.NewReader(form.Encode()))
}

func (a answer) shows(status int, texts ...string) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("answered %d, want %d:\n%s", a.status, status, a.body)
	}
	for _, text := range texts {
		if !strings.Contains(a.body, text) {
			a.t.Errorf("does not show %q:\n%s", text, a.body)
		}
	}
	return a
}

func (a answer) hides(texts ...string) {
	a.t.Helper()
	for _, text := range texts {
		if strings.Contains(a.body, text) {
			a.t.Errorf("shows %q:\n%s", text, a.body)
		}
	}
}

// leads checks that the reader was sent on, and returns where below the commons.
func (a answer) leads(to string) string {
	a.t.Helper()
	if a.status != http.StatusSeeOther || !strings.HasPrefix(a.to, "/c/shop"+to) {
		a.t.Fatalf("answered %d to %q, want 303 to %s:\n%s", a.status, a.to, to, a.body)
	}
	path, _, _ := strings.Cut(strings.TrimPrefix(a.to, "/c/shop"), "?")
	return path
}

// bench is a small workshop: sheets of a lot at a public place, a process that
// Bas worked in, a desk made there, and a private place where Bas lives.
type bench struct {
	spec, lot, place, home, process, sheets, desk, work store.ID
}

func (s *site) bench() bench {
	s.t.Helper()
	b := bench{spec: store.NewID(), lot: store.NewID(), place: store.NewID(), home: store.NewID(), process: store.NewID(), sheets: store.NewID(), desk: store.NewID()}
	lot, place, home := &vf.BatchLotRecord{BatchLotCode: "B-17"}, &vf.SpatialThing{MappableAddress: "Dike 5"}, &vf.SpatialThing{Private: true, MappableAddress: "Quiet Lane 1"}
	lot.ID, place.ID, home.ID = b.lot, b.place, b.home
	place.Name, place.Note, home.Name = "Workshop", "the key hangs behind the door", "Bas at home"
	lat, long := quantity.MustParse("52.16", "degree"), quantity.MustParse("4.49", "degree")
	place.Lat, place.Long = &lat, &long
	us := s.commons.Agent
	three, one, hours := quantity.Of(3, quantity.One), quantity.Of(1, quantity.One), quantity.Of(7, quantity.Hour)
	ten := quantity.Of(10, quantity.One)
	done := s.do(vf.Adding{Thing: vf.ResourceSpecification{ID: b.spec, Name: "Furniture", DefaultUnitOfResource: quantity.One}},
		vf.Adding{Thing: lot}, vf.Adding{Thing: place}, vf.Adding{Thing: home},
		vf.Adding{Thing: vf.Process{ID: b.process, Name: "Build a desk", Note: "for the quarrelsome customer"}},
		vf.Recording{Event: vf.Event{Action: vf.Raise, Provider: us, Receiver: us, ResourceQuantity: &ten}, New: &vf.Resource{ID: b.sheets, Name: "Birch sheets", Note: "a bit damp", ConformsTo: b.spec, OfBatchLot: b.lot}},
		vf.Recording{Event: vf.Event{Action: vf.Move, Provider: us, Receiver: us, ResourceInventoriedAs: b.sheets, ToResourceInventoriedAs: b.sheets, ToLocation: b.place, ResourceQuantity: &ten}},
		vf.Recording{Event: vf.Event{Action: vf.Consume, Provider: us, Receiver: us, InputOf: b.process, ResourceInventoriedAs: b.sheets, ResourceQuantity: &three}},
		vf.Recording{Event: vf.Event{Action: vf.Work, Provider: s.bas.Agent, Receiver: us, InputOf: b.process, EffortQuantity: &hours, Note: "with a sore back"}},
		vf.Recording{Event: vf.Event{Action: vf.Produce, Provider: us, Receiver: us, OutputOf: b.process, ResourceQuantity: &one}, New: &vf.Resource{ID: b.desk, Name: "Desk", ConformsTo: b.spec}})
	b.work = done[8].ID
	return b
}

// counting counts the questions that a page asks.
type counting struct {
	store.Reader
	questions int
}

func (c *counting) Query(s *store.Statement, args ...any) (*sql.Rows, error) {
	c.questions++
	return c.Reader.Query(s, args...)
}

// resource reads a record as it stands.
func (s *site) resource(id store.ID) (x vf.Resource) {
	s.t.Helper()
	s.must(s.core.Store.Read(s.t.Context(), s.commons.ID, func(r *store.Snapshot) (err error) {
		x, _, err = vf.GetResource(r, id)
		return err
	}))
	return x
}

// field reads one value of a JSON answer.
func (a answer) field(name string) any {
	a.t.Helper()
	var v map[string]any
	if err := json.Unmarshal([]byte(a.body), &v); err != nil {
		a.t.Fatalf("%v: %s", err, a.body)
	}
	return v[name]
}

// leadsAway checks that somebody who is not signed in is asked to.
func (a answer) leadsAway() {
	a.t.Helper()
	if a.status != http.StatusSeeOther || !strings.HasPrefix(a.to, "/sign-in") {
		a.t.Errorf("answered %d to %q, want 303 to /sign-in", a.status, a.to)
	}
}

// spaces makes the spaces that never break plain ones.
var spaces = strings.NewReplacer("\u00a0", " ", "\u202f", " ")
