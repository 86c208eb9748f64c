package jsonld

import (
	"testing"

	"pgregory.net/rapid"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/store"
	"commonweal/platform/store/storetest"
	"commonweal/quantity"
	"commonweal/vf"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// life records a random life of a small commons and returns all that it holds.
func life(t *rapid.T, s *store.Store) (things []Thing) {
	who := auth.NewTable(vf.Grants...).As(auth.Identity{Account: store.NewID(), Commons: store.NewID(), Agent: store.NewID(), Role: auth.Steward})
	core := &vf.Core{Store: s, Register: vf.NewRegister()}
	last := store.ID("")
	do := func(steps ...vf.Step) {
		done, err := core.Do(t.Context(), who, "", steps...)
		if err != nil && fault.As(err) == nil {
			t.Fatal(err)
		}
		if err == nil {
			last = done[0].ID
		}
	}
	other, spec, stage, process, plan, agreement, promise := store.NewID(), store.NewID(), store.NewID(), store.NewID(), store.NewID(), store.NewID(), store.NewID()
	ten := func(n int64, u quantity.Unit) *vf.Amount { a := quantity.Micros(n, u); return &a }
	do(vf.Adding{Thing: vf.Agent{ID: who.Agent, Kind: vf.Person, Name: "Ann"}}, vf.Adding{Thing: vf.Agent{ID: other, Kind: vf.Organization, Name: "Shop"}},
		vf.Adding{Thing: vf.ResourceSpecification{ID: spec, Name: "Flour", DefaultUnitOfResource: "kilogram", Policy: vf.Policy{NegativeBalance: rapid.SampledFrom([]string{"", vf.Allow}).Draw(t, "policy")}}},
		vf.Adding{Thing: vf.ProcessSpecification{ID: stage, Name: "Baked"}}, vf.Adding{Thing: &vf.Plan{About: vf.About{ID: plan, Name: "Week"}}},
		vf.Adding{Thing: vf.Process{ID: process, Name: "Bake", BasedOn: stage, PlannedWithin: plan}}, vf.Adding{Thing: &vf.Agreement{About: vf.About{ID: agreement, Name: "Order"}}},
		vf.Adding{Thing: &vf.Commitment{About: vf.About{ID: promise}, ClauseOf: agreement, PlannedFlow: vf.PlannedFlow{Action: vf.Transfer, Provider: who.Agent, Receiver: other, ResourceConformsTo: spec, ResourceQuantity: ten(9e6, "kilogram")}}})
	records := []store.ID{store.NewID(), store.NewID()}
	for i, owner := range []store.ID{who.Agent, other} {
		do(vf.Recording{Event: vf.Event{Action: vf.Raise, Provider: owner, Receiver: owner, ResourceQuantity: ten(20e6, "kilogram")}, New: &vf.Resource{ID: records[i], Name: "Sack", ConformsTo: spec, ClassifiedAs: []string{"dry"}}})
	}
	for range rapid.IntRange(0, 12).Draw(t, "events") {
		n := ten(rapid.Int64Range(0, 9e6).Draw(t, "micros"), "kilogram")
		e := vf.Event{Action: vf.Lower, Provider: who.Agent, Receiver: who.Agent, ResourceInventoriedAs: records[0], ResourceQuantity: n, Note: "a word"}
		switch rapid.IntRange(0, 5).Draw(t, "what") {
		case 1:
			e.Action, e.Receiver, e.ToResourceInventoriedAs = vf.Transfer, other, records[1]
			e.Fulfills = []vf.Allocation{{Target: promise, ResourceQuantity: ten(n.Micros/2, "kilogram")}}
		case 2:
			e.Action, e.OutputOf = vf.Produce, process
		case 3:
			e.Action, e.InputOf, e.ResourceInventoriedAs, e.ResourceQuantity, e.EffortQuantity = vf.Work, process, "", nil, ten(n.Micros, "hour")
		case 4:
			do(vf.Recording{Event: vf.Event{Action: vf.Transfer, Provider: who.Agent, Receiver: other, ResourceConformsTo: spec, ResourceQuantity: n, RealizationOf: agreement}},
				vf.Recording{Event: vf.Event{Action: vf.Move, Provider: who.Agent, Receiver: who.Agent, ResourceInventoriedAs: records[0], ResourceQuantity: n}, New: &vf.Resource{Name: "Jar", ConformsTo: spec}})
			continue
		case 5:
			do(vf.Correcting{Event: last, Correction: vf.Correction{ResourceQuantity: ten(-n.Micros/2, "kilogram")}})
			continue
		}
		do(vf.Recording{Event: e})
	}
	if rapid.Bool().Draw(t, "finish") {
		do(vf.Finishing{Process: process})
	}
	return holds(t, core, who.Commons)
}

// holds is what a commons holds.
func holds(t *rapid.T, core *vf.Core, commons store.ID) (things []Thing) {
	err := core.Store.Read(t.Context(), commons, func(r *store.Snapshot) error {
		return Everything(r, core.Register, true, func(x Thing) error { things = append(things, x); return nil })
	})
	if err != nil {
		t.Fatal(err)
	}
	return things
}

// again imports a document into an empty commons that lives, twice, and returns what it holds.
func again(t *rapid.T, s *store.Store, text []byte) []Thing {
	who := auth.NewTable(vf.Grants...).As(auth.Identity{Account: store.NewID(), Commons: store.NewID(), Agent: store.NewID(), Role: auth.Steward})
	core := &vf.Core{Store: s, Register: vf.NewRegister()}
	graph, err := ReadGraph(text)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := core.Rehearse(t.Context(), who, graph); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if things := holds(t, core, who.Commons); len(things) > 0 {
		t.Fatalf("a rehearsal left %d things", len(things))
	}
	for range 2 {
		if _, err := core.Import(t.Context(), who, "", graph); err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
	}
	return holds(t, core, who.Commons)
}

// I28 of the field: export, import into an empty commons, and the ledgers are
// equal; by replay, and by the act in a commons that lives.
func TestInvariant1ImportGivesAnEqualLedger(t *testing.T) {
	config := func() store.Config {
		return store.Config{Schemas: []store.Schema{journal.Schema, vf.Schema}, Sealer: &journal.Log{}}
	}
	storetest.Each(t, config, func(t *testing.T, s *store.Store) {
		rapid.Check(t, func(t *rapid.T) {
			things := life(t, s)
			text, err := here.Write(things...)
			if err != nil {
				t.Fatal(err)
			}
			read, err := Read(text)
			if err != nil {
				t.Fatal(err)
			}
			for i := range things {
				if said(read[i].Value) != said(things[i].Value) {
					t.Fatalf("read    %s\nwritten %s", said(read[i].Value), said(things[i].Value))
				}
			}
			changes, err := Ledger(read)
			if err != nil {
				t.Fatal(err)
			}
			replay := vf.NewReplay()
			if err := replay.Apply(changes); err != nil {
				t.Fatalf("%v\n%s", err, text)
			}
			records, live := replay.Resources(), map[store.ID]vf.Resource{}
			copied := things
			if rapid.IntRange(0, 4).Draw(t, "live") == 0 { // it takes a while
				copied = again(t, s, text)
			}
			if len(copied) != len(things) {
				t.Fatalf("%d things went out, %d came in", len(things), len(copied))
			}
			for _, x := range copied {
				if r, is := x.Value.(vf.Resource); is {
					live[r.ID] = r
				}
			}
			for _, x := range things {
				if was, is := x.Value.(vf.Resource); is {
					now := records[was.ID]
					now.Note = was.Note
					if said(now) != said(was) {
						t.Fatalf("replayed %s\nexported %s", said(now), said(was))
					}
					now = live[was.ID]
					now.PreviousEvent = was.PreviousEvent // events have identifiers of their own in every commons
					if said(now) != said(was) {
						t.Fatalf("imported %s\nexported %s", said(now), said(was))
					}
				}
			}
		})
	})
}
