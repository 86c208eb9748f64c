package vfrest

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"commonweal/platform/store"
	"commonweal/vf"
	"commonweal/vf/jsonld"
)

// Everything answers at its identifier and at its page; what is said there can
// be read, and outsiders read no name of a person and no note.
func TestEveryObjectAnswersInJSONLD(t *testing.T) {
	each(t, func(y *yard) {
		sack, process, plan := store.NewID(), store.NewID(), store.NewID()
		_, err := y.core.Do(y.t.Context(), y.ann, "", vf.Adding{Thing: vf.Process{ID: process, Name: "Bake", Note: "hush"}}, vf.Adding{Thing: &vf.Plan{About: vf.About{ID: plan, Name: "Week", Note: "hush"}}})
		must(y.t, err)
		_, text := y.ask("ben", "POST", "/events", y.raise(y.ben, sack, "3")+"\n"+y.lower(y.ben, sack, "1"))
		event := y.lines(text)[1].ID
		for id, class := range map[store.ID]string{sack: "EconomicResource", event: "EconomicEvent", y.ben.Agent: "Person", y.flour: "ResourceSpecification", process: "Process", plan: "Plan"} {
			for _, who := range []string{"ben", ""} {
				status, text := y.ask(who, "GET", "/id/"+string(id), "")
				things, err := jsonld.Read([]byte(text))
				if status != http.StatusOK || err != nil || len(things) != 1 || things[0].Class() != class {
					y.t.Fatalf("%s: %d %v %s", class, status, err, text)
				}
				if private := strings.Contains(text, "Ben") || strings.Contains(text, "hush") || strings.Contains(text, "spilled"); private && who == "" {
					y.t.Errorf("an outsider reads %s", text)
				}
				if !strings.Contains(text, `"id":"https://commons.example/c/yard/id/`+string(id)+`"`) {
					y.t.Errorf("calls itself %s", text)
				}
			}
		}
		for _, ask := range [][]string{{"/resources/" + string(sack), "Accept", "application/ld+json"}, {"/resources/" + string(sack) + ".jsonld"}} {
			if status, text := y.ask("", "GET", ask[0], "", ask[1:]...); status != http.StatusOK || !strings.Contains(text, "EconomicResource") {
				y.t.Errorf("%v: %d %s", ask, status, text)
			}
		}
		if _, text := y.ask("", "GET", "/resources/"+string(sack), "", "Accept", "text/html"); text != "a page" {
			y.t.Errorf("people get %s", text)
		}
		for _, id := range []string{"x", string(store.NewID())} {
			if status, text := y.ask("ben", "GET", "/id/"+id, ""); status != http.StatusNotFound || !strings.Contains(text, "vfrest.no_thing") {
				y.t.Errorf("%s: %d %s", id, status, text)
			}
		}
		for who, word := range map[string]string{"ben": "spilled", "": "Flour"} {
			_, text := y.ask(who, "GET", "/everything.jsonld", "")
			things, err := jsonld.Read([]byte(text))
			if err != nil || len(things) != 8 || !strings.Contains(text, word) || who == "" && strings.Contains(text, "spilled") {
				y.t.Errorf("%d things, %v: %s", len(things), err, text)
			}
		}
		y.open = false
		if status, _ := y.ask("", "GET", "/id/"+string(sack), ""); status != http.StatusUnauthorized {
			y.t.Errorf("closed books: %d", status)
		}
	})
}

// Pages of other sites read what everybody may read, and nothing else: not what
// somebody reads who is signed in, not a commons that is closed, and no act.
func TestOtherSitesReadWhatTheWorldReads(t *testing.T) {
	each(t, func(y *yard) {
		allowed := func(who, method, path string) string {
			w := httptest.NewRecorder()
			y.shell.ServeHTTP(w, request(who, method, "/c/yard"+path, strings.NewReader(""), "Origin", "https://elsewhere.example", "Sec-Fetch-Site", "cross-site"))
			return w.Header().Get("Access-Control-Allow-Origin")
		}
		reads := []string{"/events.ndjson", "/everything.jsonld", "/id/" + string(y.flour)}
		for _, path := range reads {
			if got := allowed("", "GET", path); got != "*" {
				y.t.Errorf("%s is read by %q", path, got)
			}
			if got := allowed("ben", "GET", path); got != "" {
				y.t.Errorf("what a member reads of %s is read by %q", path, got)
			}
		}
		for _, path := range []string{"/events", "/everything.jsonld"} {
			for _, method := range []string{"POST", "OPTIONS"} {
				if got := allowed("", method, path); got != "" {
					y.t.Errorf("%s %s is done by %q", method, path, got)
				}
			}
		}
		y.open = false
		for _, path := range reads {
			if got := allowed("", "GET", path); got != "" {
				y.t.Errorf("closed: %s is read by %q", path, got)
			}
		}
	})
}
