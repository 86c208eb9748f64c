package vf

import (
	"context"
	"testing"

	"commonweal/platform/auth"
	"commonweal/platform/journal"
	"commonweal/platform/store"
	"commonweal/platform/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

func config() store.Config { return store.Config{Schemas: []store.Schema{Schema}} }

func TestStatements(t *testing.T) { storetest.Guard(t, journal.Schema, auth.Schema, Schema, edges) }

// act runs one act on the ledger of a commons.
func act[R any](s *store.Store, commons store.ID, f func(*Ledger) (R, error)) (R, error) {
	return store.Write(context.Background(), s, store.Command{Commons: commons}, func(tx *store.Tx) (R, error) { return f(Open(tx)) })
}

func mustAct[R any](t fataler, s *store.Store, commons store.ID, f func(*Ledger) (R, error)) R {
	t.Helper()
	r, err := act(s, commons, f)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return r
}

func read(t fataler, s *store.Store, commons store.ID, f func(*store.Snapshot) error) {
	t.Helper()
	if err := s.Read(context.Background(), commons, f); err != nil {
		t.Fatalf("%v", err)
	}
}

// shop is a commons on a database with a few things in it.
type shop struct {
	t        *testing.T
	s        *store.Store
	commons  store.ID
	ann, ben Agent
	project  Agent
	spec     ResourceSpecification
	process  Process
	stock    Resource
	changes  []Changes
	sealed   map[string]string
}

func newShop(t *testing.T, s *store.Store) *shop {
	w := &shop{t: t, s: s, commons: store.NewID()}
	w.do(func(l *Ledger) (err error) {
		for _, a := range []struct {
			to *Agent
			of Agent
		}{{&w.ann, Agent{Kind: Person, Name: "Ann Örn", Note: "likes wood"}}, {&w.ben, Agent{Kind: Person, Name: "Cid"}},
			{&w.project, Agent{Kind: Organization, Name: "Bench", ClassifiedAs: []string{ClassProject}}}} {
			if *a.to, err = l.AddAgent(a.of); err != nil {
				return err
			}
		}
		if w.spec, err = l.AddSpecification(ResourceSpecification{Name: "Plank"}); err != nil {
			return err
		}
		if w.process, err = l.AddProcess(Process{Name: "Saw", InScopeOf: w.project.ID}); err != nil {
			return err
		}
		_, w.stock, err = l.RecordNew(w.event(Raise, "10"), Resource{Name: "Planks", Note: "in the shed", ConformsTo: w.spec.ID})
		return err
	})
	return w
}

func (w *shop) event(a Action, q string) Event {
	e := Event{Action: a, Provider: w.ann.ID, Receiver: w.ann.ID, ResourceInventoriedAs: w.stock.ID, ResourceQuantity: one_(q)}
	if a.row().InputOutput == Input {
		e.InputOf = w.process.ID
	}
	return e
}

func (w *shop) work(hours string) Event {
	return Event{Action: Work, Provider: w.ann.ID, Receiver: w.project.ID, InputOf: w.process.ID, EffortQuantity: in(hours, "hour")}
}

// do runs an act that must succeed and keeps what it would journal.
func (w *shop) do(f func(*Ledger) error) {
	w.t.Helper()
	if err := w.may(f); err != nil {
		w.t.Fatal(err)
	}
}

func (w *shop) may(f func(*Ledger) error) error {
	var sealed map[string]string
	c, err := act(w.s, w.commons, func(l *Ledger) (Changes, error) {
		err := f(l)
		sealed = l.Sealed()
		return l.Changes(), err
	})
	if err == nil {
		w.changes, w.sealed = append(w.changes, c), sealed
	}
	return err
}

func (w *shop) read(f func(*store.Snapshot) error) { w.t.Helper(); read(w.t, w.s, w.commons, f) }

// each runs a test in a fresh shop on both engines.
func each(t *testing.T, f func(*shop)) {
	t.Helper()
	storetest.Each(t, config, func(t *testing.T, s *store.Store) { f(newShop(t, s)) })
}
