package vf

import (
	"cmp"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"commonweal/platform/store"
	"commonweal/platform/store/storetest"
)

// What the register finds, page by page, is what a look at every event finds.
func TestRegisterFindsWhatAFullScanFinds(t *testing.T) {
	storetest.Each(t, config, func(t *testing.T, s *store.Store) {
		w := newShop(t, s)
		register := NewRegister()
		day := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		var all []Event
		var second Process
		w.do(func(l *Ledger) (err error) {
			second, err = l.AddProcess(Process{Name: "Sand", InScopeOf: w.project.ID})
			return err
		})
		processes := []store.ID{w.process.ID, second.ID, ""}
		agents := []store.ID{w.ann.ID, w.ben.ID, w.project.ID}
		rapid.Check(t, func(t *rapid.T) {
			w.do(func(l *Ledger) error {
				for range rapid.IntRange(0, 3).Draw(t, "events") {
					e := Event{Action: pick(t, []Action{Work, Use, DeliverService}, "action"), Provider: pick(t, agents, "provider"), Receiver: pick(t, agents, "receiver"),
						ResourceQuantity: one_("1"), HasPointInTime: day.AddDate(0, 0, rapid.IntRange(0, 5).Draw(t, "day"))}
					if p := pick(t, processes, "process"); e.Action == DeliverService {
						e.OutputOf = p
					} else {
						e.InputOf = p
					}
					if rapid.Bool().Draw(t, "scope") {
						e.InScopeOf = w.project.ID
					}
					e, err := l.Record(e)
					if err != nil {
						return err
					}
					all = append(all, e)
				}
				return nil
			})
			f := EventFilter{Agent: pick(t, append(agents, ""), "agent"), Provider: pick(t, append(agents, "", ""), "by"), Process: pick(t, processes, "in"),
				Project: pick(t, []store.ID{"", w.project.ID}, "project"), Limit: rapid.IntRange(1, 4).Draw(t, "limit")}
			if rapid.Bool().Draw(t, "between") {
				f.From, f.Until = day.AddDate(0, 0, 1), day.AddDate(0, 0, 4)
			}
			if rapid.Bool().Draw(t, "one action") {
				f.Actions = []Action{Work}
			}
			var want []string
			for _, e := range all {
				if finds(w, f, &e) {
					want = append(want, fmt.Sprint(store.Micros(e.Time()), e.ID))
				}
			}
			slices.SortFunc(want, func(a, b string) int { return cmp.Compare(b, a) })
			var got []string
			w.read(func(r *store.Snapshot) error {
				f := f
				f.Actions = append(slices.Clone(f.Actions), actionsBut(f.Actions)...)
				n, err := register.Count(r, f)
				if err != nil || n != len(want) {
					t.Fatalf("count %d, want %d (%v)", n, len(want), err)
				}
				for {
					page, err := register.Events(r, f)
					if err != nil {
						return err
					}
					for _, e := range page {
						got = append(got, fmt.Sprint(store.Micros(e.Time()), e.ID))
						f.Before = CursorOf(e)
					}
					if len(page) < f.Limit {
						return nil
					}
				}
			})
			if !slices.Equal(got, want) {
				t.Fatalf("found %v\nwant  %v", got, want)
			}
		})
	})
}

// actionsBut keeps the raise of the shop's stock out of the count.
func actionsBut(given []Action) []Action {
	if len(given) > 0 {
		return nil
	}
	return []Action{Work, Use, DeliverService}
}

func finds(w *shop, f EventFilter, e *Event) bool {
	is := func(want store.ID, have ...store.ID) bool { return want == "" || slices.Contains(have, want) }
	scope := e.InScopeOf
	if e.InputOf != "" || e.OutputOf != "" {
		scope = w.project.ID
	}
	return is(f.Agent, e.Provider, e.Receiver) && is(f.Provider, e.Provider) && is(f.Process, e.InputOf, e.OutputOf) &&
		is(f.Project, scope, e.Provider, e.Receiver) && (len(f.Actions) == 0 || slices.Contains(f.Actions, e.Action)) &&
		(f.From.IsZero() || (!e.Time().Before(f.From) && e.Time().Before(f.Until)))
}

// Identifiers of events grow with every act, and within one.
func TestEventIdentifiersGrow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := time.UnixMicro(rapid.Int64Range(0, 4e15).Draw(t, "now")).UTC()
		n := rapid.IntRange(0, maxEvents-2).Draw(t, "n")
		a, err := eventID(now, n, store.NewID())
		b, err2 := eventID(now, n+1, store.NewID())
		c, err3 := eventID(now.Add(time.Microsecond), 0, store.NewID())
		if err != nil || err2 != nil || err3 != nil {
			t.Fatal(err, err2, err3)
		}
		if !(a < b && b < c) {
			t.Fatalf("%s, %s, %s do not grow", a, b, c)
		}
		if _, ok := store.ParseID(string(a)); !ok {
			t.Fatalf("%s is no identifier", a)
		}
	})
	_, err := eventID(time.Now(), maxEvents, store.NewID())
	code(t, err, "vf.too_many_events", "")
}

func TestListsOfThings(t *testing.T) {
	each(t, func(w *shop) {
		w.do(func(l *Ledger) error {
			for _, name := range []string{"Zoë", "Émile", "100% Wool", "under_score", "a\\b"} {
				if _, err := l.AddAgent(Agent{Kind: Organization, Name: name, ClassifiedAs: []string{"club"}}); err != nil {
					return err
				}
			}
			_, err := l.AddProcessSpecification(ProcessSpecification{Name: "Sawing", Note: "with care"})
			return err
		})
		w.read(func(r *store.Snapshot) error {
			for search, want := range map[string]int{"zoe": 1, "EMILE": 1, "%": 1, "_": 1, `\`: 1, "nobody": 0, "": 5} {
				list, err := Agents(r, AgentFilter{Search: search, Class: "club", Kind: Organization})
				if err != nil || len(list) != want {
					w.t.Errorf("%q finds %d, want %d (%v)", search, len(list), want, err)
				}
			}
			var names []string
			for after := (After{}); ; {
				page, err := Agents(r, AgentFilter{After: after, Limit: 3})
				if err != nil {
					return err
				}
				for _, a := range page {
					names = append(names, a.Name)
					after = After{a.Name, a.ID}
				}
				if len(page) < 3 {
					break
				}
			}
			if len(names) != 8 || !slices.IsSortedFunc(names, func(a, b string) int { return cmp.Compare(fold(a), fold(b)) }) {
				w.t.Errorf("agents by name: %q", names)
			}
			if p, err := Projects(r, After{}, 0); err != nil || len(p) != 1 || p[0].ID != w.project.ID {
				w.t.Errorf("projects: %v, %v", p, err)
			}
			if p, err := Processes(r, ProcessFilter{Project: w.project.ID, Search: "saw"}); err != nil || len(p) != 1 || p[0].InScopeOf != w.project.ID {
				w.t.Errorf("processes: %v, %v", p, err)
			}
			if p, err := Processes(r, ProcessFilter{Before: w.process.ID}); err != nil || len(p) != 0 {
				w.t.Errorf("processes before the first: %v, %v", p, err)
			}
			for _, f := range []ResourceFilter{{}, {Accountable: w.ann.ID}, {ConformsTo: w.spec.ID}, {Search: "plank"}} {
				if x, err := Resources(r, f); err != nil || len(x) != 1 || x[0].Note != "in the shed" {
					w.t.Errorf("resources: %v, %v", x, err)
				}
			}
			if s, err := Specifications(r, "plank", After{}, 0); err != nil || len(s) != 1 {
				w.t.Errorf("specifications: %v, %v", s, err)
			}
			if s, err := ProcessSpecifications(r, "", After{}, 0); err != nil || len(s) != 1 || s[0].Note != "with care" {
				w.t.Errorf("process specifications: %v, %v", s, err)
			}
			for _, hostile := range []store.ID{"", "x", "' OR 1=1", "\xff"} {
				if _, found, err := GetResource(r, hostile); found || err != nil {
					w.t.Errorf("GetResource(%q): %v, %v", hostile, found, err)
				}
				if e, err := ResourceHistory(r, hostile, hostile, 0); len(e) > 0 || err != nil {
					w.t.Errorf("ResourceHistory(%q): %v", hostile, err)
				}
				if _, err := Processes(r, ProcessFilter{Project: hostile, Before: hostile}); err != nil {
					w.t.Errorf("Processes(%q): %v", hostile, err)
				}
				if _, err := Resources(r, ResourceFilter{Accountable: hostile}); err != nil {
					w.t.Errorf("Resources(%q): %v", hostile, err)
				}
			}
			return nil
		})
	})
}
