package vf_test

import (
	"context"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

const commons store.ID = "01900000-0000-7000-8000-000000000001"

func openStore(t testing.TB) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), store.Config{URL: filepath.Join(t.TempDir(), "vf.db"), Schemas: []store.Schema{vf.Schema}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func act[R any](t testing.TB, s *store.Store, f func(*vf.Ledger) (R, error)) R {
	t.Helper()
	r, err := store.Write(context.Background(), s, store.Command{Commons: commons}, func(tx *store.Tx) (R, error) { return f(vf.Open(tx)) })
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func amt(text string, unit quantity.Unit) *vf.Amount {
	a := quantity.MustParse(text, unit)
	return &a
}

func TestPlywood(t *testing.T) {
	s := openStore(t)
	act(t, s, func(l *vf.Ledger) (int, error) {
		shop, err := l.AddAgent(vf.Agent{Kind: vf.Organization, Name: "Workshop"})
		if err != nil {
			return 0, err
		}
		spec, err := l.AddSpecification(vf.ResourceSpecification{Name: "Plywood sheet"})
		if err != nil {
			return 0, err
		}
		p, err := l.AddProcess(vf.Process{Name: "Build a desk"})
		if err != nil {
			return 0, err
		}
		_, sheets, err := l.RecordNew(vf.Event{Action: vf.Raise, Provider: shop.ID, Receiver: shop.ID, ResourceQuantity: amt("130", "one")}, vf.Resource{Name: "Sheets", ConformsTo: spec.ID})
		if err != nil {
			return 0, err
		}
		_, err = l.Record(vf.Event{Action: vf.Consume, Provider: shop.ID, Receiver: shop.ID, InputOf: p.ID, ResourceInventoriedAs: sheets.ID, ResourceQuantity: amt("3", "one"), Note: "x"})
		if err != nil {
			return 0, err
		}
		r := vf.NewReplay()
		if err := r.Apply(l.Changes()); err != nil {
			t.Error(err)
		}
		if got := r.Resources()[sheets.ID].Onhand; got != quantity.Of(127, "one") {
			t.Errorf("sheets: %v", got)
		}
		return 0, nil
	})
}

// BenchmarkRecordAll records work of 10,000 people in 200 processes of 50
// projects, 5,000 events an act.
func BenchmarkRecordAll(b *testing.B) {
	s := openStore(b)
	var people, projects []store.ID
	var processes []store.ID
	act(b, s, func(l *vf.Ledger) (int, error) {
		for range 50 {
			a, err := l.AddAgent(vf.Agent{Kind: vf.Organization, Name: "P"})
			if err != nil {
				return 0, err
			}
			projects = append(projects, a.ID)
		}
		for range 10_000 {
			a, err := l.AddAgent(vf.Agent{Kind: vf.Person, Name: "P"})
			if err != nil {
				return 0, err
			}
			people = append(people, a.ID)
		}
		for i := range 200 {
			p, err := l.AddProcess(vf.Process{Name: "x", InScopeOf: projects[i%50]})
			if err != nil {
				return 0, err
			}
			processes = append(processes, p.ID)
		}
		return 0, nil
	})
	r := rand.New(rand.NewPCG(1, 2))
	events := make([]vf.Event, 5000)
	for b.Loop() {
		for i := range events {
			p := r.IntN(200)
			events[i] = vf.Event{Action: vf.Work, Provider: people[r.IntN(10_000)], Receiver: projects[p%50], InputOf: processes[p], EffortQuantity: amt("2.5", "hour")}
		}
		act(b, s, func(l *vf.Ledger) (int, error) {
			_, err := l.RecordAll(events)
			return 0, err
		})
	}
	b.ReportMetric(float64(b.N*len(events))/b.Elapsed().Seconds(), "rows/s")
}
