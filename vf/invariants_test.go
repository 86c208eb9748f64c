package vf

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"commonweal/platform/store"
)

func TestInvariant1QuantitiesAreTheSumOfPostings(t *testing.T) {
	walks(t, func(s *stroll, _ Event, _ map[store.ID]Resource) {
		acc, onh := map[store.ID]int64{}, map[store.ID]int64{}
		for _, e := range s.recorded {
			for _, p := range e.Postings() {
				acc[p.Resource] += p.Accounting
				onh[p.Resource] += p.Onhand
			}
		}
		for i, r := range s.book.records {
			if r.Accounting.Micros != acc[i] || r.Onhand.Micros != onh[i] {
				s.t.Fatalf("%s holds %v/%v, postings %d/%d", i, r.Accounting, r.Onhand, acc[i], onh[i])
			}
		}
	})
}

func TestInvariant2ReplayRebuildsEverything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := newStroll(t, policies().Draw(t, "policy"))
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			s.step()
		}
		r := NewReplay()
		for _, c := range s.changes {
			raw, err := json.Marshal(c)
			if err != nil {
				t.Fatal(err)
			}
			read, err := DecodeChanges(raw)
			if err != nil {
				t.Fatal(err)
			}
			if err := r.Apply(read); err != nil {
				t.Fatal(err)
			}
		}
		if got, want := snapshot(r.book), snapshot(s.book); got != want {
			t.Fatalf("replay differs:\n%s\n\n%s", got, want)
		}
	})
}

func TestInvariant3TransfersCancel(t *testing.T) {
	walks(t, func(s *stroll, e Event, _ map[store.ID]Resource) {
		var acc, onh int64
		for _, p := range e.Postings() {
			acc += p.Accounting
			onh += p.Onhand
			if e.Action == TransferCustody && p.Accounting != 0 {
				s.t.Fatalf("transferCustody changed an accounting quantity: %+v", p)
			}
			if e.Action == TransferAllRights && p.Onhand != 0 {
				s.t.Fatalf("transferAllRights changed an on-hand quantity: %+v", p)
			}
		}
		two := e.ResourceInventoriedAs != "" && e.ToResourceInventoriedAs != ""
		if e.Action.row().InputOutput == NoProcess && e.Action != Copy && two && (acc != 0 || onh != 0) {
			s.t.Fatalf("%s created or lost %d/%d", e.Action, acc, onh)
		}
	})
}

// The two halves of a transfer together equal it, in either order.
func TestInvariant3HalvesMakeATransfer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := rapid.Int64Range(0, 5e6).Draw(t, "quantity")
		run := func(actions ...Action) string {
			w := newWorld(t)
			ann, ben, spec := w.agent(), w.agent(), w.spec(Policy{})
			x, y := w.raise(ann, spec, "5"), w.raise(ben, spec, "0")
			for _, a := range actions {
				w.must(Event{Action: a, Provider: ann, Receiver: ben, ResourceInventoriedAs: x, ToResourceInventoriedAs: y, ResourceQuantity: &Amount{Micros: q, Unit: "one"}})
			}
			return economic(w.at(x)) + economic(w.at(y))
		}
		whole := run(Transfer)
		if a, b := run(TransferAllRights, TransferCustody), run(TransferCustody, TransferAllRights); a != whole || b != whole {
			t.Fatalf("transfer %s\nrights first %s\ncustody first %s", whole, a, b)
		}
	})
}

// economic is what a record holds and whose it is, without its chain.
func economic(r Resource) string {
	r.PreviousEvent, r.ChainPosition, r.CombinedBy, r.ListedBy = "", 0, "", nil
	return fmt.Sprintf("%+v\n", r)
}

func TestInvariant4CopyLeavesTheOriginalAlone(t *testing.T) {
	walks(t, func(s *stroll, e Event, before map[store.ID]Resource) {
		if x := e.ResourceInventoriedAs; e.Action == Copy && x != "" && economic(s.at(x)) != economic(before[x]) {
			s.t.Fatalf("copy changed %s:\n%s%s", x, economic(before[x]), economic(s.at(x)))
		}
	})
}

func TestInvariant5EffortAndUseChangeNoQuantity(t *testing.T) {
	walks(t, func(s *stroll, e Event, before map[store.ID]Resource) {
		if !slices.Contains([]Action{Use, Work, Cite, DeliverService}, e.Action) {
			return
		}
		for i, r := range s.book.records {
			if b := before[i]; b.Accounting != r.Accounting || b.Onhand != r.Onhand {
				s.t.Fatalf("%s changed %s", e.Action, i)
			}
		}
	})
}

func TestInvariant6PairsRestoreWhatWasTaken(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		ann, spec, p := w.agent(), w.spec(Policy{}), w.process("")
		x, box := w.raise(ann, spec, "5"), w.raise(ann, spec, "1")
		q := &Amount{Micros: rapid.Int64Range(1, 5e6).Draw(t, "quantity"), Unit: "one"}
		pair := pick(t, [][2]Action{{Accept, Modify}, {Pickup, Dropoff}, {Combine, Separate}}, "pair")
		e := Event{Action: pair[0], Provider: ann, Receiver: ann, InputOf: p, ResourceInventoriedAs: x, ResourceQuantity: q}
		if pair[0] == Combine {
			e.ToResourceInventoriedAs, e.ResourceQuantity = box, one_("5")
		}
		first := w.must(e)
		if pair[0] == Combine && w.at(x).ContainedIn != box {
			t.Fatalf("not in the box")
		}
		back := Event{Action: pair[1], Provider: ann, Receiver: ann, OutputOf: p, ResourceInventoriedAs: x, ResourceQuantity: e.ResourceQuantity}
		second := w.must(back)
		w.holds(x, "5", "5")
		if second.PairOf != first.ID {
			t.Fatalf("pairOf is %q, want %q", second.PairOf, first.ID)
		}
		if w.at(x).ContainedIn != "" || w.at(box).Contains != 0 {
			t.Fatalf("still in the box")
		}
	})
}

// One agent, who lends and sells nothing: what went into processes comes back
// at most once, whatever is corrected, so no more is on hand than accounted for.
func TestInvariant6NothingComesBackTwice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := newStroll(t, Policy{})
		s.agents, s.processes = s.agents[:1], s.processes[:1]
		s.actions = slices.DeleteFunc(s.actions, func(r Row) bool {
			return r.Action == TransferCustody || r.Action == TransferAllRights || !r.ChangesQuantity()
		})
		for range rapid.IntRange(30, 60).Draw(t, "steps") {
			e, ok := s.step()
			for i, r := range s.book.records {
				if r.Onhand.Micros > r.Accounting.Micros {
					t.Fatalf("after %s (%v) %s holds %v on hand, %v in the accounts", e.Action, ok, i, r.Onhand, r.Accounting)
				}
			}
		}
	})
}

// A container that was taken over, and handed back by a full reversal, takes
// its contents along both ways.
func TestReversalHandsContentsBack(t *testing.T) {
	s := newStand(t, Policy{})
	taken := s.must(s.on(Accept, s.box, "1", s.between(s.ann, s.ben)))
	if s.at(s.thing).Custodian != s.ben {
		t.Fatal("the contents stayed behind")
	}
	back := taken
	back.ID, back.Corrects, back.ResourceQuantity = "", taken.ID, one_("-1")
	s.must(back)
	if s.at(s.box).Custodian != s.ann || s.at(s.thing).Custodian != s.ann {
		t.Fatal("not handed back")
	}
}

func TestInvariant7ImpliedEqualsExplicit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		action := pick(t, []Action{Consume, Pickup, Accept, Produce, Dropoff, Modify}, "action")
		n := rapid.Int64Range(1, 5).Draw(t, "quantity")
		q := &Amount{Micros: n * 1e6, Unit: "one"}
		newY := rapid.Bool().Draw(t, "new target") && action.row().CreateResource == OptionalTo
		state := pick(t, []string{"", "good"}, "state")
		place := pick(t, []store.ID{"", ghent}, "place")
		run := func(explicit bool) string {
			w := newWorld(t)
			ann, ben, spec := w.agent(), w.agent(), w.spec(Policy{})
			p, y := w.process(w.stage()), w.id()
			x := w.raise(ann, spec, "5")
			row := action.row()
			if row.InputOutput == Output && row.PairsWith != "" { // its input half, by Ann alone
				w.must(Event{Action: row.PairsWith, Provider: ann, Receiver: ann, InputOf: p, ResourceInventoriedAs: x, ResourceQuantity: one_("5")})
			}
			var created []Resource
			if newY {
				created = []Resource{{ID: y}}
			} else {
				y = w.raise(ben, spec, "0")
			}
			own := Event{Action: action, Provider: ann, Receiver: ben, ResourceInventoriedAs: x, ToResourceInventoriedAs: y, ResourceQuantity: q, State: state, ToLocation: place}
			if row.InputOutput == Input {
				own.InputOf = p
			} else {
				own.OutputOf = p
			}
			pass := Event{Action: row.Implies, Provider: ann, Receiver: ben, ResourceInventoriedAs: x, ToResourceInventoriedAs: y, ResourceQuantity: q, State: state, ToLocation: place}
			switch {
			case !explicit:
				w.must(own, created...)
			case row.InputOutput == Input:
				w.must(pass, created...)
				own.Provider, own.ResourceInventoriedAs, own.ToResourceInventoriedAs = ben, y, ""
				w.must(own)
			default:
				own.Receiver, own.ToResourceInventoriedAs = ann, ""
				if w.at(x).Onhand.Micros != 0 {
					own.ToLocation = ""
				}
				w.must(own)
				w.must(pass, created...)
			}
			return economic(w.at(x)) + economic(w.at(y))
		}
		if implied, explicit := run(false), run(true); implied != explicit {
			t.Fatalf("%s implied:\n%sexplicit:\n%s", action, implied, explicit)
		}
	})
}

func TestInvariant8OneEventOneQuantity(t *testing.T) {
	walks(t, func(s *stroll, e Event, _ map[store.ID]Resource) {
		for _, p := range e.Postings() {
			q := e.ResourceQuantity.Micros
			for _, d := range []int64{p.Accounting, p.Onhand} {
				if d != 0 && d != q && d != -q {
					s.t.Fatalf("%s of %d changes %s by %d", e.Action, q, p.Resource, d)
				}
			}
		}
	})
}

func TestInvariant9ReversalRestoresAndOnlyCorrectionsAreNegative(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := newStroll(t, Policy{NegativeBalance: Allow, Pairing: Off, WholeContainer: Parts})
		for range rapid.IntRange(0, 20).Draw(t, "steps") {
			s.step()
		}
		before := copyOf(s.book)
		e, ok := s.step()
		if !ok || e.Corrects != "" {
			return
		}
		c := e
		c.Corrects, c.ToLocation, c.State = e.ID, "", ""
		c.ResourceQuantity, c.EffortQuantity = negated(e.ResourceQuantity), negated(e.EffortQuantity)
		c = s.must(c)
		if c.InputOf != e.InputOf || c.OutputOf != e.OutputOf || c.RealizationOf != e.RealizationOf {
			t.Fatalf("the correction left the process or agreement")
		}
		for i, b := range before {
			if r := s.at(i); r.Accounting != b.Accounting || r.Onhand != b.Onhand {
				t.Fatalf("after %s and its reversal %s holds %v/%v, before %v/%v", e.Action, i, r.Accounting, r.Onhand, b.Accounting, b.Onhand)
			}
			if r := s.at(i); r.ContainedIn != b.ContainedIn {
				t.Fatalf("after %s and its reversal %s lies in %q, before in %q", e.Action, i, r.ContainedIn, b.ContainedIn)
			}
		}
		for _, e := range s.recorded {
			if e.Corrects == "" && e.ResourceQuantity != nil && e.ResourceQuantity.Micros < 0 {
				t.Fatalf("negative without corrects: %+v", e)
			}
		}
	})
}

func negated(a *Amount) *Amount {
	if a == nil {
		return nil
	}
	return &Amount{Micros: -a.Micros, Unit: a.Unit}
}

func TestInvariant10EventsNeverChange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := newStroll(t, policies().Draw(t, "policy"))
		stored := map[store.ID]string{}
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			if e, ok := s.step(); ok {
				raw, _ := json.Marshal(e)
				stored[e.ID] = string(raw)
			}
		}
		for i, was := range stored {
			o := s.book.originals[i]
			if o == nil {
				t.Fatalf("event %s is gone", i)
			}
			if raw, _ := json.Marshal(o.Event); string(raw) != was {
				t.Fatalf("event changed:\n%s\n%s", was, raw)
			}
		}
	})
}

func TestInvariant11NoPrefixIsNegative(t *testing.T) {
	walks(t, func(s *stroll, e Event, before map[store.ID]Resource) {
		for i, r := range s.book.records {
			if s.policy.NegativeBalance == Forbid && (r.Accounting.Micros < 0 || r.Onhand.Micros < 0) {
				s.t.Fatalf("%s is negative: %v/%v", i, r.Accounting, r.Onhand)
			}
			if s.policy.NegativeBalance == AllowAccounting && r.Onhand.Micros < 0 {
				s.t.Fatalf("%s has negative on hand: %v", i, r.Onhand)
			}
		}
	})
}

func TestInvariant12DisjointEventsAndIncrementsCommute(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		type ask struct {
			action Action
			record int
			micros int64
		}
		asks := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) ask {
			return ask{pick(t, []Action{Raise, Lower, Transfer}, "action"), rapid.IntRange(0, 2).Draw(t, "record"), rapid.Int64Range(0, 9e6).Draw(t, "micros")}
		}), 1, 12).Draw(t, "events")
		run := func(asks []ask) string {
			w := newWorld(t)
			ann, spec := w.agent(), w.spec(Policy{NegativeBalance: Allow})
			var records []store.ID
			for range 3 {
				records = append(records, w.raise(ann, spec, "5"))
			}
			for _, a := range asks {
				e := Event{Action: a.action, Provider: ann, Receiver: ann, ResourceInventoriedAs: records[a.record], ResourceQuantity: &Amount{Micros: a.micros, Unit: "one"}}
				if a.action == Transfer {
					e.ToResourceInventoriedAs = records[(a.record+1)%3]
				}
				w.must(e)
			}
			out := ""
			for _, r := range records {
				out += economic(w.at(r))
			}
			return out
		}
		shuffled := rapid.Permutation(asks).Draw(t, "order")
		if a, b := run(asks), run(shuffled); a != b {
			t.Fatalf("order matters:\n%s\n%s", a, b)
		}
	})
}

func TestInvariant14OneUnitPerRecord(t *testing.T) {
	walks(t, func(s *stroll, e Event, before map[store.ID]Resource) {
		for i, r := range s.book.records {
			if r.Accounting.Unit != r.Onhand.Unit || (before[i].ID != "" && before[i].Accounting.Unit != r.Accounting.Unit) {
				s.t.Fatalf("%s changed its unit", i)
			}
		}
	})
}

func TestInvariant15EventsObeyTheirSide(t *testing.T) {
	walks(t, func(s *stroll, e Event, _ map[store.ID]Resource) {
		in, out := e.InputOf != "", e.OutputOf != ""
		ok := map[InputOutput]bool{NoProcess: !in && !out, Input: in && !out, Output: out && !in, OutputInput: out || !in}[e.Action.row().InputOutput]
		if !ok {
			s.t.Fatalf("%s has inputOf %q, outputOf %q", e.Action, e.InputOf, e.OutputOf)
		}
	})
}

func TestInvariant16ContainersAreAForest(t *testing.T) {
	walks(t, func(s *stroll, e Event, _ map[store.ID]Resource) {
		inside := map[store.ID]int64{}
		for i, r := range s.book.records {
			steps := 0
			for c := r.ContainedIn; c != ""; c = s.at(c).ContainedIn {
				if steps++; steps > len(s.book.records) {
					s.t.Fatalf("%s lies in itself", i)
				}
			}
			inside[r.ContainedIn]++
		}
		for i, r := range s.book.records {
			if r.Contains != inside[i] {
				s.t.Fatalf("%s says it contains %d, %d lie in it", i, r.Contains, inside[i])
			}
			if len(s.book.inside[i]) != int(inside[i]) {
				s.t.Fatalf("the book lists %d in %s, %d lie in it", len(s.book.inside[i]), i, inside[i])
			}
		}
		if o := s.book.originals[e.PairOf]; e.Action == Separate && e.PairOf != "" && *e.ResourceQuantity != (Amount{}) {
			if e.ResourceQuantity.Micros > o.Event.ResourceQuantity.Micros {
				s.t.Fatalf("more came out than went in")
			}
		}
	})
}

func TestInvariant22ChainsNeverFork(t *testing.T) {
	walks(t, func(s *stroll, _ Event, _ map[store.ID]Resource) {
		for i, r := range s.book.records {
			named := 0
			for _, e := range s.recorded {
				if e.ResourceInventoriedAs == i || e.ToResourceInventoriedAs == i {
					named++
				}
			}
			at, n := r.PreviousEvent, r.ChainPosition
			seen := map[store.ID]bool{}
			for ; at != ""; n-- {
				e := s.book.originals[at].Event
				if seen[at] {
					s.t.Fatalf("the chain of %s loops", i)
				}
				seen[at] = true
				position := e.ChainPosition
				at = e.PreviousEvent
				if e.ResourceInventoriedAs != i {
					position, at = e.ToChainPosition, e.ToPreviousEvent
				}
				if position != n {
					s.t.Fatalf("event %s stands at %d in the chain of %s, says %d", e.ID, n, i, position)
				}
			}
			if n != 0 || len(seen) != named {
				s.t.Fatalf("the chain of %s holds %d of %d events", i, len(seen), named)
			}
		}
	})
}

func TestInvariant23IncrementsComeFirst(t *testing.T) {
	walks(t, func(s *stroll, e Event, _ map[store.ID]Resource) {
		if s.policy.NegativeBalance != Forbid {
			return
		}
		begun := map[store.ID]bool{}
		for _, e := range s.recorded {
			for _, id := range []store.ID{e.ResourceInventoriedAs, e.ToResourceInventoriedAs} {
				if id == "" || begun[id] {
					continue
				}
				begun[id] = true
				for _, p := range e.Postings() {
					if p.Resource == id && (p.Accounting < 0 || p.Onhand < 0) {
						s.t.Fatalf("%s begins with a decrement: %+v", id, e)
					}
				}
			}
		}
	})
}
