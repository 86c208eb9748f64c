package vf

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

func TestPrivateTextsStayOutOfTheChanges(t *testing.T) {
	each(t, func(w *shop) {
		if got := w.sealed["agent/"+string(w.ann.ID)+"/name"]; got != "Ann Örn" {
			w.t.Errorf("sealed: %v", w.sealed)
		}
		w.do(func(l *Ledger) error {
			e := w.work("1")
			e.Note = "back pain all day"
			if _, err := l.Record(e); err != nil {
				return err
			}
			return errors.Join(l.Describe("agent", Description{ID: w.ann.ID, Name: "Ann Oak", Note: "moved"}),
				l.Describe("resource", Description{ID: w.stock.ID, Name: "Oak planks", Note: "behind the shed"}))
		})
		text := asText(w.changes)
		for _, private := range []string{"Ann", "Cid", "wood", "shed", "pain", "moved"} {
			if strings.Contains(text, private) {
				w.t.Errorf("%q is in the changes: %s", private, text)
			}
		}
		for _, public := range []string{"Bench", "Plank", "Saw", "Oak planks"} {
			if !strings.Contains(text, public) {
				w.t.Errorf("%q is missing from the changes", public)
			}
		}
		if len(w.sealed) != 4 {
			w.t.Errorf("sealed: %v", w.sealed)
		}
		w.read(func(r *store.Snapshot) error {
			a, found, err := GetAgent(r, w.ann.ID)
			if !found || a.Name != "Ann Oak" {
				w.t.Errorf("agent: %+v", a)
			}
			return err
		})
	})
}

func TestRecordAllIsAllOrNothing(t *testing.T) {
	each(t, func(w *shop) {
		err := w.may(func(l *Ledger) error {
			_, err := l.RecordAll([]Event{w.event(Lower, "6"), w.event(Lower, "6")})
			if err != nil {
				if _, again := l.Record(w.work("1")); again == nil {
					w.t.Error("the ledger went on after half a list")
				}
			}
			return err
		})
		code(w.t, err, "vf.negative_balance", "resourceQuantity")
		if !strings.HasPrefix(err.Error(), "event 2 of 2: ") {
			w.t.Errorf("the error does not name the event: %v", err)
		}
		w.read(func(r *store.Snapshot) error {
			x, _, err := GetResource(r, w.stock.ID)
			if x.Onhand.Decimal() != "10" {
				w.t.Errorf("the stock holds %s", x.Onhand)
			}
			return err
		})
	})
}

func TestAnActGoesOnAfterARefusal(t *testing.T) {
	each(t, func(w *shop) {
		w.do(func(l *Ledger) error {
			_, err := l.Record(w.event(Lower, "11"))
			code(w.t, err, "vf.negative_balance", "resourceQuantity")
			i := store.NewID()
			e := w.event(Raise, "1")
			e.Provider = "nobody"
			_, _, err = l.RecordNew(e, Resource{ID: i, ConformsTo: w.spec.ID})
			code(w.t, err, "vf.unknown_agent", "provider")
			e.Provider = w.ann.ID
			_, _, err = l.RecordNew(e, Resource{ID: i, ConformsTo: w.spec.ID})
			return err
		})
	})
}

func TestLedgerCorrections(t *testing.T) {
	each(t, func(w *shop) {
		var raised, worked Event
		w.do(func(l *Ledger) (err error) {
			if raised, err = l.Record(w.event(Raise, "5")); err != nil {
				return err
			}
			worked, err = l.Record(w.work("7"))
			return err
		})
		w.do(func(l *Ledger) error {
			if _, err := l.Correct(worked.ID, Correction{EffortQuantity: in("-2", "hour"), Note: "counted lunch"}); err != nil {
				return err
			}
			_, err := l.Correct(worked.ID, Correction{EffortQuantity: in("-5.5", "hour")})
			code(w.t, err, "vf.correction_excess", "effortQuantity")
			_, err = l.Correct(store.NewID(), Correction{EffortQuantity: in("-1", "hour")})
			code(w.t, err, "vf.unknown_event", "corrects")
			return nil
		})
		w.do(func(l *Ledger) error { // in another act: what is left comes from the database
			e, err := l.Reverse(worked.ID, "")
			if err == nil && *e.EffortQuantity != *in("-5", "hour") {
				w.t.Errorf("reversed %s", e.EffortQuantity)
			}
			return err
		})
		var used Event
		w.do(func(l *Ledger) (err error) {
			used, err = l.Record(w.event(Lower, "12"))
			return err
		})
		err := w.may(func(l *Ledger) error {
			_, err := l.Reverse(raised.ID, "")
			return err
		})
		code(w.t, err, "vf.negative_balance", "resourceQuantity")
		if !strings.Contains(err.Error(), "lower "+string(used.ID)) {
			w.t.Errorf("the refusal does not name what stands in the way: %v", err)
		}
		w.read(func(r *store.Snapshot) error {
			list, err := Corrections(r, worked.ID)
			if len(list) != 2 || list[0].Note != "counted lunch" || list[0].InputOf != w.process.ID {
				w.t.Errorf("corrections: %+v", list)
			}
			return err
		})
	})
}

func TestPoliciesHoldForward(t *testing.T) {
	each(t, func(w *shop) {
		code(w.t, w.may(func(l *Ledger) error { _, err := l.Record(w.event(Lower, "11")); return err }), "vf.negative_balance", "resourceQuantity")
		w.do(func(l *Ledger) error {
			if _, err := l.SetPolicy(w.spec.ID, Policy{NegativeBalance: Allow}, w.ann.ID); err != nil {
				return err
			}
			_, err := l.Record(w.event(Lower, "11"))
			if err == nil {
				_, again := l.SetPolicy(w.spec.ID, Policy{}, w.ann.ID)
				code(w.t, again, "vf.policy_order", "policy")
			}
			return err
		})
		w.do(func(l *Ledger) error { _, err := l.Record(w.event(Lower, "1")); return err })
		w.do(func(l *Ledger) error { _, err := l.SetPolicy(w.spec.ID, Policy{}, w.ben.ID); return err })
		code(w.t, w.may(func(l *Ledger) error { _, err := l.Record(w.event(Lower, "1")); return err }), "vf.negative_balance", "resourceQuantity")
		w.do(func(l *Ledger) error { _, err := l.Record(w.event(Raise, "1")); return err })
		code(w.t, w.may(func(l *Ledger) error { _, err := l.SetPolicy(w.spec.ID, Policy{Pairing: "never"}, ""); return err }), "vf.unknown_policy", "pairing")
		code(w.t, w.may(func(l *Ledger) error { _, err := l.SetPolicy(w.ann.ID, Policy{}, ""); return err }), "vf.unknown_specification", "specification")
		w.read(func(r *store.Snapshot) error {
			list, err := PolicyChanges(r, w.spec.ID)
			if len(list) != 2 || list[0].By != w.ben.ID || list[1].Policy.NegativeBalance != Allow {
				w.t.Errorf("policy changes: %+v", list)
			}
			return err
		})
		replay := NewReplay()
		for _, c := range w.changes {
			if err := replay.Apply(c); err != nil {
				w.t.Fatal(err)
			}
		}
		if got := replay.Resources()[w.stock.ID].Onhand.Decimal(); got != "-1" {
			w.t.Errorf("replay holds %s", got)
		}
	})
}

func TestFinishedProcesses(t *testing.T) {
	each(t, func(w *shop) {
		w.do(func(l *Ledger) error { _, err := l.Record(w.event(Combine, "10")); return err })
		code(w.t, w.may(func(l *Ledger) error { _, err := l.FinishProcess(w.process.ID, time.Time{}); return err }), "vf.container_missing", "toResourceInventoriedAs")
		w.do(func(l *Ledger) error {
			e := w.event(Produce, "1")
			e.OutputOf, e.ResourceInventoriedAs = w.process.ID, ""
			_, box, err := l.RecordNew(e, Resource{Name: "Crate", ConformsTo: w.spec.ID})
			if err == nil && box.Contains != 1 {
				w.t.Errorf("the crate holds %d", box.Contains)
			}
			return err
		})
		w.do(func(l *Ledger) error {
			p, err := l.FinishProcess(w.process.ID, time.Time{})
			if !p.Finished || p.HasEnd.IsZero() {
				w.t.Errorf("process: %+v", p)
			}
			return err
		})
		w.do(func(l *Ledger) error { _, err := l.Record(w.work("1")); return err }) // late
		w.read(func(r *store.Snapshot) error {
			p, _, err := GetProcess(r, w.process.ID)
			if !p.Finished {
				w.t.Error("not finished")
			}
			return err
		})
	})
}

// Hooks may refuse an event, and may record what follows from one.
func TestHooks(t *testing.T) {
	each(t, func(w *shop) {
		floor := Hooks{Refuse: func(_ *store.Tx, _ Event, after []*Resource) error {
			for _, r := range after {
				if r.Onhand.Micros < 5e6 {
					return fault.Conflictf("credit.floor", "resourceQuantity", "below the floor: %s", r.Onhand)
				}
			}
			return nil
		}}
		tithe := Hooks{React: func(l *Ledger, e Event) error {
			if e.Action != Work {
				return nil
			}
			_, err := l.Record(w.event(Lower, "1"))
			return err
		}}
		lower := func(q string) error {
			_, err := store.Write(context.Background(), w.s, store.Command{Commons: w.commons}, func(tx *store.Tx) (int, error) {
				l := Open(tx, floor, tithe)
				_, err := l.Record(w.event(Lower, q))
				return 0, err
			})
			return err
		}
		code(w.t, lower("6"), "credit.floor", "resourceQuantity")
		if err := lower("4"); err != nil {
			w.t.Fatal(err)
		}
		_, err := store.Write(context.Background(), w.s, store.Command{Commons: w.commons}, func(tx *store.Tx) (int, error) {
			l := Open(tx, floor, tithe)
			_, err := l.Record(w.work("1"))
			return len(l.Changes().Events), err
		})
		if err != nil {
			w.t.Fatal(err)
		}
		w.read(func(r *store.Snapshot) error {
			x, _, err := GetResource(r, w.stock.ID)
			if x.Onhand.Decimal() != "5" {
				w.t.Errorf("the reaction left %s", x.Onhand)
			}
			return err
		})
	})
}

// A record is never overdrawn, however many writers there are.
func TestInvariant11WithManyWriters(t *testing.T) {
	each(t, func(w *shop) {
		var group sync.WaitGroup
		var mu sync.Mutex
		done := 0
		for range 8 {
			group.Go(func() {
				for range 5 {
					_, err := act(w.s, w.commons, func(l *Ledger) (int, error) {
						_, err := l.Record(w.event(Lower, "1"))
						return 0, err
					})
					mu.Lock()
					if err == nil {
						done++
					} else if codeOf(err) != "vf.negative_balance" {
						w.t.Errorf("%v", err)
					}
					mu.Unlock()
				}
			})
		}
		group.Wait()
		if done != 10 {
			w.t.Errorf("%d of 10 planks were taken", done)
		}
	})
}

// What an act that failed, or an act in another commons, has added is unknown.
func TestUnknownStaysUnknown(t *testing.T) {
	each(t, func(w *shop) {
		var ghost Agent
		err := w.may(func(l *Ledger) (err error) {
			if ghost, err = l.AddAgent(Agent{Kind: Person, Name: "Ghost"}); err != nil {
				return err
			}
			e := w.work("1")
			e.Provider = ghost.ID
			if _, err = l.Record(e); err != nil {
				return err
			}
			return errors.New("the act fails in the end")
		})
		if err == nil {
			w.t.Fatal("the act did not fail")
		}
		e := w.work("1")
		e.Provider = ghost.ID
		code(w.t, w.may(func(l *Ledger) error { _, err := l.Record(e); return err }), "vf.unknown_agent", "provider")
		other := newShop(w.t, w.s)
		e.Provider = other.ann.ID
		code(w.t, w.may(func(l *Ledger) error { _, err := l.Record(e); return err }), "vf.unknown_agent", "provider")
		for _, hostile := range []store.ID{"'; DROP TABLE vf_event", "\x00", "01900000", store.ID(strings.Repeat("x", 1000))} {
			e := w.event(Lower, "1")
			e.ResourceInventoriedAs = hostile
			code(w.t, w.may(func(l *Ledger) error { _, err := l.Record(e); return err }), "vf.unknown_resource", "resourceInventoriedAs")
		}
	})
}

func TestErasureLeavesTheFacts(t *testing.T) {
	each(t, func(w *shop) {
		var e Event
		w.do(func(l *Ledger) (err error) {
			ask := w.work("2")
			ask.Note = "told in confidence"
			e, err = l.Record(ask)
			return err
		})
		w.do(func(l *Ledger) error { return errors.Join(l.EraseNote(e.ID), l.ErasePerson(w.ann.ID)) })
		w.read(func(r *store.Snapshot) error {
			got, found, err := GetEvent(r, e.ID)
			if !found || got.Note != "" || *got.EffortQuantity != *e.EffortQuantity {
				w.t.Errorf("event: %+v", got)
			}
			a, found, err2 := GetAgent(r, w.ann.ID)
			if !found || a.Name != "" || a.Note != "" {
				w.t.Errorf("agent: %+v", a)
			}
			return errors.Join(err, err2)
		})
		code(w.t, w.may(func(l *Ledger) error { return l.ErasePerson(e.ID) }), "vf.unknown_agent", "id")
		code(w.t, w.may(func(l *Ledger) error { return l.EraseNote("x") }), "vf.unknown_event", "id")
	})
}

func TestDescriptionsAreChecked(t *testing.T) {
	each(t, func(w *shop) {
		for _, d := range []struct {
			kind, code, field string
			description       Description
		}{
			{"event", "vf.kind", "kind", Description{ID: w.ann.ID, Name: "x"}},
			{"agent", "vf.missing_name", "name", Description{ID: w.ann.ID}},
			{"process", "vf.unknown_process", "id", Description{ID: w.ann.ID, Name: "x"}},
			{"processSpecification", "vf.unknown_process_specification", "id", Description{ID: "x", Name: "x"}},
			{"resource", "vf.text_encoding", "name", Description{ID: w.stock.ID, Name: "\x00"}},
		} {
			code(w.t, w.may(func(l *Ledger) error { return l.Describe(d.kind, d.description) }), d.code, d.field)
		}
	})
}

// What is malformed is refused before it reaches the database.
func TestThingsAreChecked(t *testing.T) {
	each(t, func(w *shop) {
		for _, c := range []struct {
			code, field string
			add         func(*Ledger) error
		}{
			{"vf.agent_kind", "kind", func(l *Ledger) error { _, err := l.AddAgent(Agent{Kind: "Robot", Name: "x"}); return err }},
			{"vf.agent_kind", "kind", func(l *Ledger) error {
				_, err := l.AddAgent(Agent{Kind: Person, Name: "x", ClassifiedAs: []string{ClassProject}})
				return err
			}},
			{"vf.missing_name", "name", func(l *Ledger) error { _, err := l.AddAgent(Agent{Kind: Person}); return err }},
			{"vf.identifier", "id", func(l *Ledger) error { _, err := l.AddAgent(Agent{ID: "me", Kind: Person, Name: "x"}); return err }},
			{"vf.unit", "defaultUnitOfEffort", func(l *Ledger) error {
				_, err := l.AddSpecification(ResourceSpecification{Name: "x", DefaultUnitOfEffort: "a b"})
				return err
			}},
			{"vf.unknown_policy", "negativeBalance", func(l *Ledger) error {
				_, err := l.AddSpecification(ResourceSpecification{Name: "x", Policy: Policy{NegativeBalance: "sometimes"}})
				return err
			}},
			{"vf.unknown_process_specification", "basedOn", func(l *Ledger) error { _, err := l.AddProcess(Process{Name: "x", BasedOn: w.ann.ID}); return err }},
			{"vf.unknown_agent", "inScopeOf", func(l *Ledger) error { _, err := l.AddProcess(Process{Name: "x", InScopeOf: w.spec.ID}); return err }},
			{"vf.process_finished", "finished", func(l *Ledger) error { _, err := l.AddProcess(Process{Name: "x", Finished: true}); return err }},
			{"vf.interval_reversed", "hasEnd", func(l *Ledger) error {
				_, err := l.AddProcess(Process{Name: "x", HasBeginning: time.Unix(10, 0), HasEnd: time.Unix(9, 0)})
				return err
			}},
			{"vf.identifier", "id", func(l *Ledger) error { e := w.work("1"); e.ID = store.NewID(); _, err := l.Record(e); return err }},
			{"vf.identifier", "resource.id", func(l *Ledger) error { _, _, err := l.RecordNew(w.event(Raise, "1"), Resource{ID: "mine"}); return err }},
			{"vf.resource_exists", "resource.id", func(l *Ledger) error {
				_, _, err := l.RecordNew(w.event(Raise, "1"), Resource{ID: w.stock.ID, ConformsTo: w.spec.ID})
				return err
			}},
			{"vf.record_without_event", "resource.id", func(l *Ledger) error {
				_, err := l.RecordAllNew([]Event{w.event(Raise, "1")}, []Resource{{ID: store.NewID(), ConformsTo: w.spec.ID}})
				return err
			}},
		} {
			code(w.t, w.may(c.add), c.code, c.field)
		}
	})
}
