package vf

import (
	"errors"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"commonweal/platform/store"
)

// Seven hours of work trigger a claim of 140; a transfer of 70 settles half of
// it: 70 stay open, and the claim is not finished (a worked example of the
// vocabulary's documentation).
func TestClaimIsSettledInParts(t *testing.T) {
	w := newWorld(t)
	ann, shop, euro := w.agent(), w.agent(), w.spec(Policy{NegativeBalance: Allow})
	work := w.must(Event{Action: Work, Provider: ann, Receiver: shop, InputOf: w.process(""), EffortQuantity: in("7", "hour")})
	claim := w.id()
	w.write(&Claim{About: About{ID: claim}, Action: Transfer, Provider: shop, Receiver: ann, TriggeredBy: work.ID, ResourceConformsTo: euro, ResourceQuantity: one_("140")})
	pay := func(q string, list ...Allocation) (Event, error) {
		return w.try(Event{Action: Transfer, Provider: shop, Receiver: ann, ResourceConformsTo: euro, ResourceQuantity: one_(q), Settles: list})
	}
	paid, err := pay("70", Allocation{Target: claim})
	if err != nil {
		t.Fatal(err)
	}
	if got := *paid.Settles[0].ResourceQuantity; got != *one_("70") {
		t.Errorf("all of the event goes to its only target, not %s", got)
	}
	open, over, waived := Remaining(one_("140"), w.book.met[metKey{"settles", claim}].Quantity, false)
	if open != *one_("70") || !over.IsZero() || !waived.IsZero() {
		t.Errorf("open %s, over %s, waived %s", open, over, waived)
	}
	_, err = pay("71", Allocation{Target: claim})
	code(t, err, "vf.over_settled", "settles")
	if _, err := pay("71", Allocation{Target: claim, ResourceQuantity: one_("70")}); err != nil {
		t.Errorf("settle 70 and give 1: %v", err)
	}
	c := *w.book.entities[claim].(*Claim)
	c.ResourceQuantity = one_("139")
	code(t, w.tryWrite(&c), "vf.over_settled", "resourceQuantity")
}

// An event that fulfills two commitments says how much of it goes to each; a
// commitment may be met by more than it promised.
func TestEventIsDividedAmongCommitments(t *testing.T) {
	w := newWorld(t)
	ann, ben, bread := w.agent(), w.agent(), w.spec(Policy{})
	promise := func(q string) store.ID {
		i := w.id()
		w.write(&Commitment{About: About{ID: i}, PlannedFlow: PlannedFlow{Action: Transfer, Provider: ann, Receiver: ben, ResourceConformsTo: bread, ResourceQuantity: one_(q)}})
		return i
	}
	monday, tuesday := promise("10"), promise("10")
	deliver := func(q string, list ...Allocation) error {
		_, err := w.try(Event{Action: Transfer, Provider: ann, Receiver: ben, ResourceConformsTo: bread, ResourceQuantity: one_(q), Fulfills: list})
		return err
	}
	code(t, deliver("15", Allocation{Target: monday}, Allocation{Target: tuesday}), "vf.allocation_missing", "fulfills")
	code(t, deliver("15", Allocation{Target: monday, ResourceQuantity: one_("10")}, Allocation{Target: tuesday, ResourceQuantity: one_("6")}), "vf.allocation_excess", "fulfills")
	code(t, deliver("15", Allocation{Target: monday, ResourceQuantity: in("10", "hour")}), "vf.unit_mismatch", "fulfills")
	code(t, deliver("15", Allocation{Target: monday, ResourceQuantity: one_("1")}, Allocation{Target: monday, ResourceQuantity: one_("2")}), "vf.allocation_twice", "fulfills")
	code(t, deliver("15", Allocation{Target: ann}), "vf.unknown_commitment", "fulfills")
	if err := deliver("15", Allocation{Target: monday, ResourceQuantity: one_("10")}, Allocation{Target: tuesday, ResourceQuantity: one_("5")}); err != nil {
		t.Fatal(err)
	}
	if err := deliver("8", Allocation{Target: tuesday}); err != nil {
		t.Fatal(err)
	}
	_, over, _ := Remaining(one_("10"), w.book.met[metKey{"fulfills", tuesday}].Quantity, false)
	if over != *one_("3") {
		t.Errorf("over-fulfilled by %s", over)
	}
}

// Invariant 27: types mirror instances.
func TestInvariant27OnlyTheSameActionAndSpecificationFulfills(t *testing.T) {
	w := newWorld(t)
	ann, ben, rye, wheat := w.agent(), w.agent(), w.spec(Policy{}), w.spec(Policy{})
	promised := &Commitment{About: About{ID: w.id()}, PlannedFlow: PlannedFlow{Action: Transfer, Provider: ann, Receiver: ben, ResourceConformsTo: rye, ResourceQuantity: one_("10")}}
	w.write(promised)
	e := Event{Action: Transfer, Provider: ann, Receiver: ben, ResourceConformsTo: wheat, ResourceQuantity: one_("10"), Fulfills: []Allocation{{Target: promised.ID}}}
	_, err := w.try(e)
	code(t, err, "vf.specification_differs", "fulfills")
	w.book.specs[rye].Substitutable = true
	if _, err = w.try(e); err != nil || len(w.warned) != 1 || w.warned[0].Code != "vf.substituted" {
		t.Errorf("a substitute: %v, %v", err, w.warned)
	}
	e.Action = TransferCustody
	_, err = w.try(e)
	code(t, err, "vf.action_differs", "fulfills")
}

// Invariants 20 and 21 on random lives of promises: what is allocated never
// exceeds the event, and open + met - over + waived is what was promised;
// corrections take back exactly what they say.
func TestInvariant20And21AllocationsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		ann, ben, spec := w.agent(), w.agent(), w.spec(Policy{})
		var targets []store.ID
		for range rapid.IntRange(1, 3).Draw(t, "commitments") {
			i := w.id()
			w.write(&Commitment{About: About{ID: i}, PlannedFlow: PlannedFlow{Action: Transfer, Provider: ann, Receiver: ben, ResourceConformsTo: spec,
				ResourceQuantity: &Amount{Micros: rapid.Int64Range(0, 9).Draw(t, "promised"), Unit: "one"}}})
			targets = append(targets, i)
		}
		met := map[store.ID]int64{}
		for range rapid.IntRange(1, 8).Draw(t, "events") {
			e := Event{Action: Transfer, Provider: ann, Receiver: ben, ResourceConformsTo: spec, ResourceQuantity: &Amount{Micros: rapid.Int64Range(0, 9).Draw(t, "moved"), Unit: "one"}}
			var sum int64
			for _, i := range targets {
				if rapid.Bool().Draw(t, "goes there") {
					part := rapid.Int64Range(0, 5).Draw(t, "part")
					sum += part
					e.Fulfills = append(e.Fulfills, Allocation{Target: i, ResourceQuantity: &Amount{Micros: part, Unit: "one"}})
				}
			}
			done, err := w.try(e)
			if fits := sum <= e.ResourceQuantity.Micros; fits != (err == nil) {
				t.Fatalf("parts of %d in all, of %s: %v", sum, e.ResourceQuantity, err)
			}
			if err != nil {
				continue
			}
			if rapid.Bool().Draw(t, "taken back") {
				back := bare(done)
				back.Corrects, back.Fulfills, back.ResourceQuantity = done.ID, nil, minus(done.ResourceQuantity, done.ResourceQuantity.Micros)
				w.must(back)
				continue
			}
			for _, x := range done.Fulfills {
				met[x.Target] += x.ResourceQuantity.Micros
			}
		}
		for _, i := range targets {
			m := w.book.met[metKey{"fulfills", i}]
			c := w.book.entities[i].(*Commitment)
			open, over, waived := Remaining(c.ResourceQuantity, m.Quantity, rapid.Bool().Draw(t, "finished"))
			if m.Quantity != met[i] || open.Micros+m.Quantity-over.Micros+waived.Micros != c.ResourceQuantity.Micros {
				t.Fatalf("%s: met %d, want %d; open %s over %s waived %s of %s", i, m.Quantity, met[i], open, over, waived, c.ResourceQuantity)
			}
		}
	})
}

// Entities on a database: what is written, revised and deleted is what a
// replay of the journal comes to, and what lists and links find.
func TestEntitiesAreReplayOfTheirJournal(t *testing.T) {
	each(t, func(w *shop) {
		var deal Agreement
		var plan Plan
		var give, other Commitment
		w.do(func(l *Ledger) (err error) {
			if plan, err = Add(l, Plan{About: About{Name: "Winter", Note: "the hall is cold"}, Due: time.Date(2027, 1, 31, 0, 0, 0, 0, time.UTC)}); err != nil {
				return err
			}
			if deal, err = Add(l, Agreement{About: About{Name: "Planks for paint"}}); err != nil {
				return err
			}
			flow := PlannedFlow{Action: Transfer, Provider: w.ann.ID, Receiver: w.ben.ID, ResourceConformsTo: w.spec.ID, ResourceQuantity: one_("4"), PlannedWithin: plan.ID}
			if give, err = Add(l, Commitment{PlannedFlow: flow, ClauseOf: deal.ID}); err != nil {
				return err
			}
			flow.Provider, flow.Receiver = w.ben.ID, w.ann.ID
			other, err = Add(l, Commitment{PlannedFlow: flow, ReciprocalClauseOf: deal.ID})
			return err
		})
		if w.sealed["plan/"+string(plan.ID)+"/note"] != "the hall is cold" {
			w.t.Errorf("sealed: %v", w.sealed)
		}
		var moved Event
		w.do(func(l *Ledger) (err error) {
			e := w.event(Transfer, "3")
			e.Receiver, e.Fulfills = w.ben.ID, []Allocation{{Target: give.ID}}
			moved, err = l.Record(e)
			return err
		})
		w.do(func(l *Ledger) error {
			_, err := Revise(l, Commitment{About: About{ID: give.ID, Revision: 1}, PlannedFlow: PlannedFlow{Action: Transfer, Provider: w.ann.ID, Receiver: w.ben.ID, ResourceConformsTo: w.spec.ID, ResourceQuantity: one_("5")}, ClauseOf: deal.ID})
			return err
		})
		err := w.may(func(l *Ledger) error {
			stale := give
			_, err := Revise(l, stale)
			code(w.t, err, "vf.revision", "revision")
			_, err = Revise(l, Commitment{About: About{ID: give.ID, Revision: 2}, PlannedFlow: PlannedFlow{Action: TransferCustody, Provider: w.ann.ID, Receiver: w.ben.ID}})
			code(w.t, err, "vf.relied_on", "action")
			code(w.t, Delete[Agreement](l, deal.ID, 1), "vf.in_use", "id")
			code(w.t, Delete[Commitment](l, give.ID, 2), "vf.in_use", "id")
			code(w.t, Delete[Plan](l, give.ID, 2), "vf.unknown_plan", "id")
			return errors.New("nothing of this is kept")
		})
		if err == nil {
			w.t.Fatal("the act was kept")
		}
		w.do(func(l *Ledger) error { return Delete[Commitment](l, other.ID, 1) })
		w.read(func(r *store.Snapshot) error {
			open, err := List[Commitment](r, ListFilter{OpenOnly: true, Property: "plannedWithin", Target: plan.ID})
			if err != nil || len(open) != 0 { // the revision left the plan, the other one is deleted
				w.t.Errorf("in the plan: %v, %v", open, err)
			}
			clauses, err := Linked[Commitment](r, "clauseOf", []store.ID{deal.ID})
			if err != nil || len(clauses[deal.ID]) != 1 || clauses[deal.ID][0].Revision != 2 {
				w.t.Errorf("clauses: %+v, %v", clauses, err)
			}
			met, err := MetOf(r, []store.ID{give.ID, deal.ID})
			if err != nil || met[give.ID].Quantity != 3_000_000 {
				w.t.Errorf("met: %v, %v", met, err)
			}
			events, err := AgreementEvents(r, deal.ID)
			if err != nil || len(events) != 1 || events[0].ID != moved.ID || !slices.Equal(events[0].By, []store.ID{give.ID}) {
				w.t.Errorf("events of the agreement: %+v, %v", events, err)
			}
			return err
		})
		replay := NewReplay()
		for _, c := range w.changes {
			if err := replay.Apply(c); err != nil {
				w.t.Fatal(err)
			}
		}
		all := replay.Entities()
		if len(all) != 3 || all[give.ID].head().Revision != 2 || all[plan.ID].head().Note != "" {
			w.t.Errorf("replayed: %v", asText(all))
		}
	})
}

// A record of a lot that the same act writes replays.
func TestInvariant2LotOfTheSameAct(t *testing.T) {
	atDesk(t, func(t *testing.T, d *desk) {
		lot := &BatchLotRecord{About: About{ID: store.NewID()}, BatchLotCode: "B-17"}
		act := func(l *Ledger) error {
			if _, err := Add(l, *lot); err != nil {
				return err
			}
			_, _, err := l.RecordNew(Event{Action: Raise, Provider: d.steward.Agent, Receiver: d.steward.Agent, ResourceQuantity: one_("8")}, Resource{ConformsTo: d.spec, OfBatchLot: lot.ID})
			return err
		}
		var changes Changes
		if _, err := store.Write(t.Context(), d.core.Store, store.Command{Commons: d.steward.Commons}, func(tx *store.Tx) (int, error) {
			l := Open(tx)
			err := act(l)
			changes = l.Changes()
			return 0, err
		}); err != nil {
			t.Fatal(err)
		}
		r := NewReplay()
		if err := r.Apply(Changes{Agents: []Agent{{ID: d.steward.Agent, Kind: Person, Name: "Ann"}}, ResourceSpecifications: []ResourceSpecification{{ID: d.spec, Name: "Bread"}}}); err != nil {
			t.Fatal(err)
		}
		if err := r.Apply(changes); err != nil {
			t.Error(err)
		}
	})
}
