package vf

import (
	"testing"

	"commonweal/platform/store"
)

// The plywood desk: 3 of 130 sheets, a machine for 3.5 hours, a design cited,
// 7 hours of work; one desk more.
func TestExamplePlywood(t *testing.T) {
	w := newWorld(t)
	shop, spec := w.agent(), w.spec(Policy{})
	sheets, desks, machine, design := w.raise(shop, spec, "130"), w.raise(shop, spec, "8"), w.raise(shop, spec, "1"), w.raise(shop, spec, "1")
	build := w.process("")
	of := func(a Action, r store.ID) Event {
		return Event{Action: a, Provider: shop, Receiver: shop, InputOf: build, ResourceInventoriedAs: r}
	}
	consume := of(Consume, sheets)
	consume.ResourceQuantity = one_("3")
	w.must(consume)
	use := of(Use, machine)
	use.EffortQuantity = in("3.5", "hour")
	w.must(use)
	w.must(of(Cite, design))
	w.must(Event{Action: Work, Provider: shop, Receiver: shop, InputOf: build, EffortQuantity: in("7", "hour")})
	w.must(Event{Action: Produce, Provider: shop, Receiver: shop, OutputOf: build, ResourceInventoriedAs: desks, ResourceQuantity: one_("1")})
	w.holds(sheets, "127", "127")
	w.holds(desks, "9", "9")
	w.holds(machine, "1", "1")
	w.holds(design, "1", "1")
}

// FairCoin wallets: a transfer between agents and a move between wallets of one.
func TestExampleFairCoin(t *testing.T) {
	w := newWorld(t)
	ann, ben, coin := w.agent(), w.agent(), w.spec(Policy{})
	a, b := w.raise(ann, coin, "540"), w.raise(ben, coin, "480")
	w.must(Event{Action: Transfer, Provider: ann, Receiver: ben, ResourceInventoriedAs: a, ToResourceInventoriedAs: b, ResourceQuantity: one_("100")})
	w.holds(a, "440", "440")
	w.holds(b, "580", "580")

	c, d := w.raise(ann, coin, "540"), w.raise(ann, coin, "480")
	w.must(Event{Action: Move, Provider: ann, Receiver: ann, ResourceInventoriedAs: c, ToResourceInventoriedAs: d, ResourceQuantity: one_("100")})
	w.holds(c, "440", "440")
	w.holds(d, "580", "580")
	if w.at(d).PrimaryAccountable != ann {
		t.Error("a move changed who is accountable")
	}
}

// The claim example as far as events go: work is no transfer, and part of the
// payment is one.
func TestExampleWorkAndPartOfItsPayment(t *testing.T) {
	w := newWorld(t)
	worker, project, euro := w.agent(), w.agent(), w.spec(Policy{})
	till, purse := w.raise(project, euro, "140"), w.raise(worker, euro, "0")
	w.must(Event{Action: Work, Provider: worker, Receiver: project, InScopeOf: project, EffortQuantity: in("7", "hour")})
	w.holds(till, "140", "140")
	w.must(Event{Action: Transfer, Provider: project, Receiver: worker, ResourceInventoriedAs: till, ToResourceInventoriedAs: purse, ResourceQuantity: one_("70")})
	w.holds(till, "70", "70")
	w.holds(purse, "70", "70")
}

// Correction: consume 3, take it back, consume 5: net 5, three rows in the process.
func TestExampleCorrection(t *testing.T) {
	w := newWorld(t)
	shop, spec := w.agent(), w.spec(Policy{})
	stock, p := w.raise(shop, spec, "10"), w.process("")
	e := Event{Action: Consume, Provider: shop, Receiver: shop, InputOf: p, ResourceInventoriedAs: stock, ResourceQuantity: one_("3")}
	first := w.must(e)
	back := e
	back.ResourceQuantity, back.Corrects = one_("-3"), first.ID
	w.must(back)
	w.holds(stock, "10", "10")
	e.ResourceQuantity = one_("5")
	w.must(e)
	w.holds(stock, "5", "5")
	rows := 0
	for _, c := range w.changes {
		for _, e := range c.Events {
			if e.InputOf == p {
				rows++
			}
		}
	}
	if rows != 3 {
		t.Errorf("%d rows in the process, want 3", rows)
	}
}

// Resource arithmetic as hREA publishes it, accounting/on-hand.
func TestExampleResourceArithmetic(t *testing.T) {
	w := newWorld(t)
	ann, ben, spec, tested := w.agent(), w.agent(), w.spec(Policy{}), w.stage()
	of := func(a Action, r store.ID, q string) Event {
		return Event{Action: a, Provider: ann, Receiver: ann, ResourceInventoriedAs: r, ResourceQuantity: one_(q)}
	}
	moved := w.raise(ann, spec, "8")
	other := w.id()
	move := of(Move, moved, "1")
	move.ToResourceInventoriedAs = other
	w.must(move, Resource{ID: other})
	w.holds(moved, "7", "7")
	w.holds(other, "1", "1")

	r := w.raise(ann, spec, "8")
	test := w.process(tested)
	accept := of(Accept, r, "8")
	accept.InputOf = test
	w.must(accept)
	pass := of(Modify, r, "8") // what older servers called pass
	pass.OutputOf, pass.State = test, "pass"
	w.must(pass)
	w.holds(r, "8", "8")
	if x := w.at(r); x.State != "pass" || x.Stage != tested {
		t.Errorf("state %q, stage %q", x.State, x.Stage)
	}
	more := of(Raise, r, "7")
	w.must(more)
	w.holds(r, "15", "15")
	w.must(of(Lower, r, "2"))
	w.holds(r, "13", "13")
	lend := of(TransferCustody, r, "1")
	lend.Receiver = ben
	w.must(lend)
	w.holds(r, "13", "12")
	sell := of(TransferAllRights, r, "1")
	sell.Receiver = ben
	w.must(sell)
	w.holds(r, "12", "12")
	empty := w.raise(ben, spec, "0")
	give := of(Transfer, r, "3")
	give.Receiver, give.ToResourceInventoriedAs = ben, empty
	w.must(give)
	w.holds(r, "9", "9")
	w.holds(empty, "3", "3")

	for _, unit := range []string{"", "kilogram"} {
		e := of(Transfer, r, "1")
		e.Receiver, e.ToResourceInventoriedAs, e.ResourceQuantity = ben, empty, &Amount{Micros: 1_000_000}
		want := "vf.missing_unit"
		if e.ResourceQuantity.Unit = "kilogram"; unit == "" {
			e.ResourceQuantity.Unit = ""
		} else {
			want = "vf.unit_mismatch"
		}
		_, err := w.try(e)
		code(t, err, want, "resourceQuantity")
	}
	classed := w.id()
	e := of(Raise, classed, "1")
	e.ClassifiedAs = []string{"https://example.org/wood", "https://example.org/wood"}
	w.must(e, Resource{ID: classed, ClassifiedAs: []string{"https://example.org/wood"}})
	if got := w.at(classed).ClassifiedAs; len(got) != 1 {
		t.Errorf("classifications: %v", got)
	}
	_, err := w.try(of(Raise, w.id(), "1"))
	code(t, err, "vf.unknown_resource", "resourceInventoriedAs")
	i := w.id()
	_, err = w.try(of(Raise, i, "1"), Resource{ID: i})
	code(t, err, "vf.unclassified", "resourceConformsTo")
}

// A loan goes out on the lender's record and comes back naming it as the
// receiving one.
func TestExampleLoan(t *testing.T) {
	w := newWorld(t)
	ann, ben, spec := w.agent(), w.agent(), w.spec(Policy{})
	drill := w.raise(ann, spec, "1")
	w.must(Event{Action: TransferCustody, Provider: ann, Receiver: ben, ResourceInventoriedAs: drill, ResourceQuantity: one_("1")})
	w.holds(drill, "1", "0")
	w.must(Event{Action: TransferCustody, Provider: ben, Receiver: ann, ToResourceInventoriedAs: drill, ResourceQuantity: one_("1")})
	w.holds(drill, "1", "1")
	// A shared record names itself on both sides: only the custodian changes.
	shared := w.raise(ann, spec, "1")
	w.must(Event{Action: TransferCustody, Provider: ann, Receiver: ben, ResourceInventoriedAs: shared, ToResourceInventoriedAs: shared, ResourceQuantity: one_("1")})
	if r := w.at(shared); r.Custodian != ben || r.PrimaryAccountable != ann {
		t.Errorf("custodian %s, accountable %s", r.Custodian, r.PrimaryAccountable)
	}
	w.holds(shared, "1", "1")
}

// A kit: two things combined into the output of the process, taken along by
// it, and separated again.
func TestExampleKit(t *testing.T) {
	w := newWorld(t)
	ann, ben, spec := w.agent(), w.agent(), w.spec(Policy{})
	saw, plane, box := w.raise(ann, spec, "1"), w.raise(ann, spec, "2"), w.id()
	pack := w.process("")
	for _, r := range []store.ID{saw, plane} {
		q := w.at(r).Onhand
		w.must(Event{Action: Combine, Provider: ann, Receiver: ann, InputOf: pack, ResourceInventoriedAs: r, ResourceQuantity: &q})
	}
	if err := w.finish(pack); err == nil {
		t.Fatal("the process finished before there was a container")
	} else {
		code(t, err, "vf.container_missing", "toResourceInventoriedAs")
	}
	w.must(Event{Action: Produce, Provider: ann, Receiver: ann, OutputOf: pack, ResourceInventoriedAs: box, ResourceQuantity: one_("1")}, Resource{ID: box, ConformsTo: spec})
	if w.at(saw).ContainedIn != box || w.at(plane).ContainedIn != box || w.at(box).Contains != 2 {
		t.Fatalf("the kit is not packed: %+v", w.at(box))
	}
	if err := w.finish(pack); err != nil {
		t.Fatal(err)
	}
	theirs := w.id()
	w.must(Event{Action: Transfer, Provider: ann, Receiver: ben, ResourceInventoriedAs: box, ToResourceInventoriedAs: theirs, ToLocation: ghent, ResourceQuantity: one_("1")}, Resource{ID: theirs})
	if r := w.at(saw); r.ContainedIn != theirs || r.Custodian != ben || r.CurrentLocation != ghent {
		t.Errorf("the saw stayed behind: %+v", r)
	}
	unpack := w.process("")
	w.must(Event{Action: Consume, Provider: ben, Receiver: ben, InputOf: unpack, ResourceInventoriedAs: theirs, ResourceQuantity: one_("1")})
	w.must(Event{Action: Separate, Provider: ben, Receiver: ben, OutputOf: unpack, ResourceInventoriedAs: saw, ResourceQuantity: one_("1")})
	if err := w.finish(unpack); err == nil {
		t.Fatal("the process finished with the plane still inside")
	} else {
		code(t, err, "vf.container_resource", "resourceInventoriedAs")
	}
	w.must(Event{Action: Separate, Provider: ben, Receiver: ben, OutputOf: unpack, ResourceInventoriedAs: plane, ResourceQuantity: one_("2")})
	if err := w.finish(unpack); err != nil {
		t.Fatal(err)
	}
	w.holds(saw, "1", "1")
	w.holds(plane, "2", "2")
}

// A copy of a kit is an empty one: the things stay in the kit they are in.
func TestACopyOfAContainerIsEmpty(t *testing.T) {
	s := newStand(t, Policy{})
	i := s.id()
	s.must(s.on(Copy, s.box, "1", s.into(i)), Resource{ID: i})
	if s.at(s.thing).ContainedIn != s.box || s.at(s.box).Contains != 1 || s.at(i).Contains != 0 {
		t.Errorf("the thing lies in %s", s.at(s.thing).ContainedIn)
	}
}
