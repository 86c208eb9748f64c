package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"commonweal/platform/auth"
	"commonweal/platform/openapi"
	"commonweal/platform/store"
	"commonweal/vf"
)

// described is what the test needs of the description.
type described struct {
	Paths map[string]map[string]struct {
		Parameters []struct {
			Name, In string
			Example  any
		}
		Responses map[string]struct {
			Content map[string]any
		}
	}
}

func description(t *testing.T) (d described) {
	t.Helper()
	if err := json.Unmarshal(openapi.Document(), &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// forPrograms are the routes outside the rooms for programs that the
// description covers besides.
var forPrograms = []string{"GET /c/{commons}/log/{file...}", "GET /c/{commons}/stream", "GET /c/{commons}/books/log/{seq}/receipt", "GET /c/{commons}/books/downloads/{format}"}

// Every route for programs is described, and nothing else is.
func TestDescriptionOfRoutes(t *testing.T) {
	s := newStall(t, "yard", "Yard")
	rooms, err := s.h.rooms()
	s.must(err)
	var there, said []string
	for _, room := range rooms {
		for _, rt := range room.Routes {
			if slices.Contains([]string{"vfrest", "webhook", "openapi"}, room.Word) || slices.Contains(forPrograms, rt.Pattern) {
				there = append(there, strings.ReplaceAll(rt.Pattern, "...}", "}"))
			}
		}
	}
	for path, methods := range description(t).Paths {
		for method := range methods {
			said = append(said, strings.ToUpper(method)+" "+path)
		}
	}
	slices.Sort(there)
	slices.Sort(said)
	if !slices.Equal(there, said) {
		t.Errorf("there are\n%s\ndescribed are\n%s", strings.Join(there, "\n"), strings.Join(said, "\n"))
	}
}

// client makes a steward's token for the commons of a stall.
func (s *stall) client() (token string, agent store.ID) {
	s.t.Helper()
	made, err := s.h.Gate.Enroll(s.t.Context(), s.steward, []auth.Person{{Name: "Ann"}}, auth.Steward)
	s.must(err)
	token, _, err = s.h.Gate.IssueTokenFor(s.t.Context(), s.steward, made[0].Agent, auth.TokenAsk{Label: "test", Life: time.Hour})
	s.must(err)
	return token, made[0].Agent
}

// The example request of each route is answered as described.
func TestDescriptionsExamplesWork(t *testing.T) {
	s := newStall(t, "yard", "Yard")
	token, agent := s.client()
	send := func(method, path, kind, body string) (*http.Response, string) {
		ctx, stop := context.WithTimeout(t.Context(), 10*time.Second)
		defer stop()
		r, err := http.NewRequestWithContext(ctx, method, s.origin+path, strings.NewReader(body))
		s.must(err)
		r.Header.Set("Authorization", "Bearer "+token)
		r.Header.Set("Accept", "application/json")
		if kind != "" {
			r.Header.Set("Content-Type", kind)
		}
		answer, err := http.DefaultClient.Do(r)
		s.must(err)
		defer answer.Body.Close()
		if answer.Header.Get("Content-Type") == "text/event-stream" {
			return answer, "" // it does not end
		}
		text, err := io.ReadAll(answer.Body)
		s.must(err)
		return answer, string(text)
	}
	_, text := send("POST", "/c/yard/webhooks", "application/x-www-form-urlencoded", url.Values{"url": {s.origin + "/hook"}, "acts": {"trial"}}.Encode())
	var hook struct{ ID string }
	s.must(json.Unmarshal([]byte(text), &hook))
	bodies := map[string][2]string{
		"/c/{commons}/events":            {"application/x-ndjson", fmt.Sprintf(`{"action":"deliverService","provider":"%s","receiver":"%s","resourceQuantity":{"unit":"one","value":"1"}}`, agent, agent)},
		"/c/{commons}/everything.jsonld": {"application/ld+json", `{"@context": {"@vocab": "https://w3id.org/valueflows/ont/vf#"}, "@id": "urn:example:plan", "@type": "Plan", "name": "Spring"}`},
		"/c/{commons}/webhooks":          {"application/x-www-form-urlencoded", "url=" + url.QueryEscape(s.origin+"/other")},
		"/c/{commons}/webhooks/{id}":     {"application/x-www-form-urlencoded", "do=rotate"},
	}
	d := description(t)
	for _, path := range slices.Sorted(maps.Keys(d.Paths)) {
		for method, op := range d.Paths[path] {
			at := strings.NewReplacer("{commons}", "yard", "/id/{id}", "/id/"+string(agent), "{id}", hook.ID).Replace(path)
			query := url.Values{}
			for _, p := range op.Parameters {
				if p.Example == nil {
					continue
				}
				at = strings.ReplaceAll(at, "{"+p.Name+"}", fmt.Sprint(p.Example))
				if p.In == "query" {
					query.Set(p.Name, fmt.Sprint(p.Example))
				}
			}
			kind, body := bodies[path][0], bodies[path][1]
			if method == "get" {
				kind, body = "", ""
			}
			answer, text := send(strings.ToUpper(method), at+"?"+query.Encode(), kind, body)
			got, _, _ := strings.Cut(answer.Header.Get("Content-Type"), ";")
			if _, said := op.Responses["200"].Content[got]; answer.StatusCode != http.StatusOK || !said && len(op.Responses["200"].Content) > 0 {
				t.Errorf("%s %s: %d %s %.300s", method, at, answer.StatusCode, got, text)
			}
		}
	}
}

// The examples of both clients run against a host.
func TestClients(t *testing.T) {
	s := newStall(t, "yard", "Yard")
	token, agent := s.client()
	s.must(func() error {
		_, err := s.h.Core.Do(t.Context(), s.steward, "", vf.Adding{Thing: vf.ResourceSpecification{Name: "Flour"}})
		return err
	}())
	for name, command := range map[string][]string{
		"go":         {"go", "run", "./example"},
		"typescript": {"node", "example.mjs"},
	} {
		t.Run(name, func(t *testing.T) {
			cmd := exec.CommandContext(t.Context(), command[0], command[1:]...)
			cmd.Dir = filepath.Join("..", "..", "clients", name)
			cmd.Env = append(os.Environ(), "COMMONWEAL_URL="+s.origin+"/c/yard", "COMMONWEAL_TOKEN="+token, "COMMONWEAL_AGENT="+string(agent))
			out, err := cmd.CombinedOutput()
			if want := "recorded 2, refused 1 (vf.missing_quantity)\nPotatoes: 12.5 kg\nfirst in the log: vf.record\n"; err != nil || string(out) != want {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}

// The TypeScript client refuses webhooks that are forged, old or replayed, as
// that of Go does.
func TestTypeScriptReceiver(t *testing.T) {
	node := exec.CommandContext(t.Context(), "node", "--test", "webhook.test.mjs")
	node.Dir = filepath.Join("..", "..", "clients", "typescript")
	if out, err := node.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
