package web

import (
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"commonweal/platform/journal"
	"commonweal/platform/store"
)

func TestHomeTellsTheLatestActs(t *testing.T) {
	const mira store.ID = "01890000-0000-7000-8000-0000000000b1"
	room := trial()
	room.Messages = fstest.MapFS{
		"messages/en.toml": {Data: []byte("title = \"Trial\"\n[act]\nlog = \"logged <work>\"\n")},
		"messages/nl.toml": {Data: []byte("title = \"Proef\"\n[act]\nlog = \"schreef werk op\"\n")},
	}
	room.Pages = nil
	c := config(t, room)
	db, err := store.Open(t.Context(), store.Config{URL: filepath.Join(t.TempDir(), "recent.db"), Schemas: []store.Schema{journal.Schema}, Sealer: &journal.Log{}})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	asked := 0
	c.Store = db
	c.Recent = Journal(func(q *Request, _ store.Reader, agents []store.ID) (map[store.ID]string, error) {
		asked += len(agents)
		if q.Who.Account == "" {
			return map[store.ID]string{mira: q.T("web.people.pseudonym", "code", "3F2A90C1")}, nil
		}
		return map[store.ID]string{mira: "Mira Example"}, nil
	})
	s, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	english := map[string]string{"Accept-Language": "en"}
	if _, body := send(t, s, ask{path: "/c/open", as: member, header: english}); !strings.Contains(body, "Nothing has happened yet") {
		t.Errorf("an empty journal:\n%s", body)
	}
	for i := range 20 {
		act := "trial.log"
		if i == 19 {
			act = "trial.tidy_up"
		}
		_, err := store.Write(t.Context(), db, store.Command{Commons: openID}, func(tx *store.Tx) (int64, error) {
			return journal.Append(tx, journal.Record{Act: act, By: mira, Public: map[string]int{"i": i}})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	_, body := send(t, s, ask{path: "/c/open", as: member, header: english})
	if strings.Count(body, "logged &lt;work&gt;") != 11 || strings.Index(body, "trial: tidy up") > strings.Index(body, "logged") || !strings.Contains(body, "Mira Example") {
		t.Errorf("twelve acts, newest first:\n%s", body)
	}
	if asked != 1 {
		t.Errorf("names of %d agents were asked for, want one", asked)
	}
	_, body = send(t, s, ask{path: "/c/open", header: english})
	if asked != 2 || strings.Contains(body, "Mira Example") || strings.Count(body, "Member 3F2A90C1</strong>") != 12 {
		t.Errorf("an outsider sees what was done, and a pseudonym instead of the name:\n%s", body)
	}
}

// A young commons shows the first steps until all are done or it is under way.
func TestHomeBeginsWithFirstSteps(t *testing.T) {
	done := false
	room := trial()
	room.Pages = nil
	room.Begin = func(q *Request) ([]Beginning, error) {
		if q.Who.Account == "" {
			return nil, nil
		}
		return []Beginning{{Label: "Found <it>", Done: true}, {Label: "Log work", Path: q.Path("log"), Detail: "a little", Done: done}}, nil
	}
	c := config(t, room)
	recent := []Happening{{Label: "founded", By: "The host"}}
	c.Recent = func(*Request, int) ([]Happening, error) { return recent, nil }
	s, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	home := func(as string) string {
		_, body := send(t, s, ask{path: "/c/open", as: as, header: map[string]string{"Accept-Language": "en"}})
		return body
	}
	if body := home(member); !strings.Contains(body, "First steps") || !strings.Contains(body, `<a href="/c/open/log"><span>Log work</span>`) || !strings.Contains(body, "Found &lt;it&gt;") || strings.Contains(body, "Nothing waits for you") {
		t.Errorf("the first steps of a member:\n%s", body)
	}
	if body := home(""); strings.Contains(body, "First steps") || !strings.Contains(body, "This commons has just begun.") {
		t.Errorf("what an outsider reads:\n%s", body)
	}
	if done = true; strings.Contains(home(member), "First steps") {
		t.Errorf("first steps that are all done are still shown")
	}
	done, recent = false, make([]Happening, recentMost)
	if strings.Contains(home(member), "First steps") || strings.Contains(home(""), "just begun") {
		t.Errorf("a commons that is under way still begins")
	}
}
