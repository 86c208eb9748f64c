package job

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"commonweal/platform/auth"
	"commonweal/platform/commons"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
)

func shell(t *testing.T, r *Runner) http.Handler {
	t.Helper()
	table := auth.NewTable(append(Grants, web.Grants...)...)
	people := map[string]auth.Identity{
		"mira":    {Account: mira, Name: "Mira Example", Role: auth.Member, Commons: circle},
		"noor":    {Account: noor, Name: "Noor Example", Role: auth.Member, Commons: circle},
		"steward": {Account: "s", Name: "Sam Example", Role: auth.Steward, Commons: circle},
	}
	s, err := web.New(web.Config{
		Store: r.config.Store, Rooms: []web.Room{Room(r)}, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Resolve: func(r *http.Request, _ store.ID) (web.Visitor, error) {
			return web.Visitor{Who: table.As(people[r.Header.Get("Test-Person")])}, nil
		},
		CommonsBySlug: func(_ context.Context, slug string) (commons.Commons, bool, error) {
			return commons.Commons{ID: circle, Slug: slug, Name: "Circle", Language: "en"}, slug == "circle", nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func ask(h http.Handler, method, path, person string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, nil)
	r.Header.Set("Test-Person", person)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestInvariant5Audience(t *testing.T) {
	each(t, func(t *testing.T, db *store.Store) {
		r := newRunner(db, Kind{Name: "trial.idle", Run: func(context.Context, *Task) (Report, error) { return Report{}, nil }})
		id := start(t, r, "trial.idle", nil)
		h := shell(t, r)
		page := "/c/circle/jobs/" + string(id)
		for person, want := range map[string]int{"mira": 200, "steward": 200, "noor": 404, "": 303} {
			if w := ask(h, "GET", page, person); w.Code != want {
				t.Errorf("%q sees the run: %d, want %d", person, w.Code, want)
			}
			list := ask(h, "GET", "/c/circle/jobs", person).Body.String()
			if strings.Contains(list, string(id)) != (want == 200) {
				t.Errorf("%q: the list shows the run: %v", person, want != 200)
			}
		}
		for _, person := range []string{"noor", ""} {
			ask(h, "POST", page+"/cancel", person)
		}
		if look(t, db, id).Canceling {
			t.Error("somebody else canceled the run")
		}
		if w := ask(h, "POST", page+"/cancel", "mira"); w.Code != 303 || !look(t, db, id).Canceling {
			t.Errorf("its starter cancels: %d", w.Code)
		}
	})
}

func TestPageFollowsTheRun(t *testing.T) {
	each(t, func(t *testing.T, db *store.Store) {
		r := newRunner(db, Kind{Name: "trial.report", Run: func(context.Context, *Task) (Report, error) {
			return Report{Summary: "<i>42</i> rows imported", Path: "/c/circle/result",
				Facts: []Fact{Count("job.what", 12408), Measure("Paid", quantity.Of(1234, "EUR")), {Label: "File", Value: "march.csv"}}}, nil
		}})
		id := start(t, r, "trial.report", nil)
		h := shell(t, r)
		page := "/c/circle/jobs/" + string(id)
		if b := ask(h, "GET", page, "mira").Body.String(); !strings.Contains(b, `hx-trigger="load delay:1s"`) || !strings.Contains(b, `http-equiv="refresh"`) {
			t.Errorf("a waiting run is asked again:\n%s", b)
		}
		defer work(t, r)()
		await(t, db, id, "the end", ended)
		part := ask(h, "GET", page, "mira", "HX-Request", "true", "HX-Request-Type", "partial").Body.String()
		if strings.Contains(part, "<html") || strings.Contains(part, "hx-trigger") || !strings.Contains(part, "&lt;i&gt;42&lt;/i&gt; rows") || !strings.Contains(part, "/c/circle/result") {
			t.Errorf("the part of an ended run:\n%s", part)
		}
		for _, want := range []string{"<dt>Work</dt><dd>12,408</dd>", "<dt>Paid</dt><dd>€1,234.00</dd>", "<dt>File</dt><dd>march.csv</dd>"} {
			if !strings.Contains(part, want) {
				t.Errorf("the report lacks %s:\n%s", want, part)
			}
		}
		if b := ask(h, "GET", page, "mira", "Accept", "application/json").Body.String(); !strings.Contains(b, `"state":"done"`) {
			t.Errorf("as JSON: %s", b)
		}
	})
}
