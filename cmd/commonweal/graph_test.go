package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"commonweal/platform/commons"
	"commonweal/platform/store"
	"commonweal/vf"
	"commonweal/vf/jsonld"
)

// exported is all that a commons holds, as a document, and its things: for its
// members, or for everybody.
func exported(t *testing.T, h *House, slug string, member bool) (text []byte, things []jsonld.Thing) {
	t.Helper()
	c, found, err := h.Directory.BySlug(t.Context(), slug)
	if err != nil || !found {
		t.Fatal(slug, found, err)
	}
	w := jsonld.Writer{Origin: h.Place.Origin, Slug: slug}
	err = h.Store.Read(t.Context(), c.ID, func(r *store.Snapshot) error {
		return jsonld.Everything(r, h.Register, member, func(x jsonld.Thing) error { things = append(things, x); return nil })
	})
	if err == nil {
		text, err = w.Write(things...)
	}
	if err != nil {
		t.Fatal(err)
	}
	return text, things
}

// facts are what things say, one text each: without what the clock of the
// server says, and with the n-th event called by its number.
func facts(t *testing.T, things []jsonld.Thing, without store.ID) (out []string) {
	t.Helper()
	var events []string
	for _, x := range things {
		if e, is := x.Value.(vf.Event); is {
			events = append(events, string(e.ID))
		}
	}
	slices.Sort(events)
	var names []string
	for n, id := range events {
		names = append(names, id, fmt.Sprint("event ", n))
	}
	numbered := strings.NewReplacer(names...)
	for _, x := range things {
		raw, err := json.Marshal(x.Value)
		if err != nil {
			t.Fatal(err)
		}
		var m map[string]any
		if err := json.Unmarshal(raw, &m); err != nil {
			t.Fatal(err)
		}
		if m["id"] == string(without) {
			continue
		}
		delete(m, "created")
		delete(m, "revision")
		raw, _ = json.Marshal(m) // a map of what was just decoded
		out = append(out, x.Class()+" "+numbered.Replace(string(raw)))
	}
	slices.Sort(out)
	return out
}

// quiet are the settings of a command that says nothing.
func quiet(t *testing.T) *Globals {
	return &Globals{JSON: true, ctx: t.Context(), out: io.Discard, err: io.Discard}
}

// demoHouse is a house with the demo in it, whose clock has begun to run.
func demoHouse(t *testing.T) *House {
	t.Helper()
	clock := &demoClock{}
	last := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	clock.set(last.AddDate(-demoYears, 0, 0))
	h, err := Open(t.Context(), Place{Data: t.TempDir(), Origin: "https://commons.example", Log: slog.New(slog.DiscardHandler), Clock: clock.read})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.Close() })
	if err := fillDemo(quiet(t), h, clock, last); err != nil {
		t.Fatal(err)
	}
	clock.live()
	return h
}

// All of the demo goes out as JSON-LD and comes into an empty commons as the
// same graph; again, it adds nothing; and the log of the copy replays to it.
func TestTheDemoComesInAgain(t *testing.T) {
	h := demoHouse(t)
	for _, slug := range []string{"windworks", "garden", "lantern"} {
		t.Run(slug, func(t *testing.T) {
			text, things := exported(t, h, slug, true)
			graph, err := jsonld.ReadGraph(text)
			if err != nil {
				t.Fatal(err)
			}
			c, err := h.Directory.Found(t.Context(), h.Gate.Operator(store.Host), commons.Ask{Slug: slug + "-again", Currency: "EUR", Settings: commons.Settings{Name: "Again", Language: "en", Zone: "UTC"}})
			if err != nil {
				t.Fatal(err)
			}
			who := h.Gate.Operator(c.ID)
			began := time.Now()
			came, err := h.Core.Import(t.Context(), who, "", graph)
			if err != nil {
				t.Fatal(err)
			}
			if fresh, known := came.Total(); fresh != len(things) || known != 0 {
				t.Errorf("%d things: %d came in, %d were there", len(things), fresh, known)
			}
			t.Logf("%d things, %d bytes, in %s", len(things), len(text), time.Since(began))
			_, again := exported(t, h, c.Slug, true)
			differ(t, facts(t, things, ""), facts(t, again, c.Agent))
			if came, err = h.Core.Import(t.Context(), who, "", graph); err != nil || len(came.New) > 0 {
				t.Errorf("the second time: %v %v", came, err)
			}
			if _, err := new(RestoreCommand).check(quiet(t), h, c); err != nil {
				t.Errorf("the log of the copy: %v", err)
			}
		})
	}
}

// What everybody may read comes into another commons too: flows and all, but
// its people by their pseudonyms, and none of their names or notes.
func TestThePublicDemoComesInByPseudonym(t *testing.T) {
	h := demoHouse(t)
	text, things := exported(t, h, "garden", false)
	graph, err := jsonld.ReadGraph(text)
	if err != nil {
		t.Fatal(err)
	}
	c, err := h.Directory.Found(t.Context(), h.Gate.Operator(store.Host), commons.Ask{Slug: "public", Currency: "EUR", Settings: commons.Settings{Name: "Public", Language: "en", Zone: "UTC"}})
	if err != nil {
		t.Fatal(err)
	}
	came, err := h.Core.Import(t.Context(), h.Gate.Operator(c.ID), "", graph)
	if err != nil {
		t.Fatal(err)
	}
	if fresh, known := came.Total(); fresh != len(things) || known != 0 {
		t.Errorf("%d things: %d came in, %d were there", len(things), fresh, known)
	}
	_, there := exported(t, h, "garden", true)
	_, here := exported(t, h, c.Slug, true)
	names := map[store.ID]string{}
	for _, x := range here {
		if a, is := x.Value.(vf.Agent); is {
			names[a.ID] = a.Name
		}
		if e, is := x.Value.(vf.Event); is && e.Note != "" {
			t.Fatalf("the note of an event came in: %q", e.Note)
		}
	}
	people := 0
	for _, x := range there {
		a, is := x.Value.(vf.Agent)
		switch {
		case !is:
		case a.Kind == vf.Person:
			people++
			if names[a.ID] != vf.Pseudonym(a.ID) {
				t.Errorf("%s came in as %q", a.Name, names[a.ID])
			}
		case names[a.ID] != a.Name:
			t.Errorf("the organization %s came in as %q", a.Name, names[a.ID])
		}
	}
	if people < 5 {
		t.Errorf("%d people: the test proves nothing", people)
	}
}

// differ tells where two sorted lists part.
func differ(t *testing.T, want, got []string) {
	t.Helper()
	for n := range min(len(want), len(got)) {
		if want[n] != got[n] {
			t.Fatalf("%d and %d facts; out went\n%s\nin came\n%s", len(want), len(got), want[n], got[n])
		}
	}
	if len(want) != len(got) {
		t.Fatalf("%d facts went out, %d came in", len(want), len(got))
	}
}
