package vf

import (
	"strings"
	"testing"
	"time"

	"commonweal/platform/store"
)

// stand is where the rules are tried: two agents, a stock of ten of Ann's, a
// box of hers with one thing in it, and processes.
type stand struct {
	*world
	ann, ben, cat         store.ID
	spec, other           store.ID
	stock, box, thing, bs store.ID // bs is a stock of Ben's
	p                     store.ID
	deal                  store.ID // an agreement
}

func newStand(t *testing.T, policy Policy) *stand {
	w := newWorld(t)
	s := &stand{world: w, ann: w.agent(), ben: w.agent(), cat: w.agent(), spec: w.spec(policy), p: w.process("")}
	s.other, s.deal = w.spec(policy), w.id()
	w.write(&Agreement{About: About{ID: s.deal}})
	s.stock, s.box, s.thing, s.bs = w.raise(s.ann, s.spec, "10"), w.raise(s.ann, s.spec, "1"), w.raise(s.ann, s.spec, "1"), w.raise(s.ben, s.spec, "5")
	w.must(s.on(Combine, s.thing, "1", func(e *Event) { e.InputOf, e.ToResourceInventoriedAs = w.process(""), s.box }))
	return s
}

// on is an event of Ann's on a record.
func (s *stand) on(a Action, r store.ID, q string, change ...func(*Event)) Event {
	e := Event{Action: a, Provider: s.ann, Receiver: s.ann, ResourceInventoriedAs: r, ResourceQuantity: one_(q)}
	switch row := a.row(); {
	case row == nil:
	case row.InputOutput == Input:
		e.InputOf = s.p
	case row.InputOutput == Output:
		e.OutputOf = s.p
	}
	for _, f := range change {
		f(&e)
	}
	return e
}

func (s *stand) between(from, to store.ID) func(*Event) {
	return func(e *Event) { e.Provider, e.Receiver = from, to }
}

func (s *stand) into(r store.ID) func(*Event) {
	return func(e *Event) { e.ToResourceInventoriedAs = r }
}

// TestRuleMatrix breaks every rule once or more: the code and the field of the
// refusal, and that it changed nothing.
func TestRuleMatrix(t *testing.T) {
	type breach struct {
		code, field string
		policy      Policy
		event       func(*stand) Event
	}
	day := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	var matrix []breach
	add := func(code, field string, event func(*stand) Event) {
		matrix = append(matrix, breach{code, field, Policy{}, event})
	}
	under := func(p Policy, code, field string, event func(*stand) Event) {
		matrix = append(matrix, breach{code, field, p, event})
	}
	// Shape.
	add("vf.unknown_action", "action", func(s *stand) Event { return s.on("transfer-custody", s.stock, "1") })
	add("vf.unknown_action", "action", func(s *stand) Event { return s.on("pass", s.stock, "1") })
	add("vf.missing_agent", "provider", func(s *stand) Event { return s.on(Raise, s.stock, "1", s.between("", s.ann)) })
	add("vf.missing_agent", "receiver", func(s *stand) Event { return s.on(Raise, s.stock, "1", s.between(s.ann, "")) })
	for _, a := range []Action{TransferAllRights, TransferCustody, Transfer, Move, Copy, Raise, Lower} {
		add("vf.process_not_allowed", "inputOf", func(s *stand) Event { return s.on(a, s.stock, "1", func(e *Event) { e.InputOf = s.p }) })
		add("vf.process_not_allowed", "outputOf", func(s *stand) Event { return s.on(a, s.stock, "1", func(e *Event) { e.OutputOf = s.p }) })
	}
	for _, a := range []Action{Consume, Use, Cite, Pickup, Accept, Combine} {
		add("vf.process_side", "outputOf", func(s *stand) Event { return s.on(a, s.stock, "1", func(e *Event) { e.OutputOf = s.p }) })
		add("vf.process_missing", "inputOf", func(s *stand) Event { return s.on(a, s.stock, "1", func(e *Event) { e.InputOf = "" }) })
	}
	for _, a := range []Action{Produce, Dropoff, Modify, Separate} {
		add("vf.process_side", "inputOf", func(s *stand) Event { return s.on(a, s.stock, "1", func(e *Event) { e.InputOf = s.p }) })
		add("vf.process_missing", "outputOf", func(s *stand) Event { return s.on(a, s.stock, "1", func(e *Event) { e.OutputOf = "" }) })
	}
	add("vf.process_missing", "outputOf", func(s *stand) Event { return s.on(DeliverService, "", "1", func(e *Event) { e.InputOf = s.p }) })
	add("vf.process_side", "inputOf", func(s *stand) Event {
		return s.on(DeliverService, "", "1", func(e *Event) { e.InputOf, e.OutputOf = s.p, s.p })
	})
	for _, a := range []Action{Work, DeliverService} {
		add("vf.resource_not_allowed", "resourceInventoriedAs", func(s *stand) Event { return s.on(a, s.stock, "1") })
	}
	for _, a := range []Action{Use, Work, Cite, DeliverService, Raise, Lower, Separate} {
		add("vf.to_resource_not_allowed", "toResourceInventoriedAs", func(s *stand) Event {
			return s.on(a, "", "1", s.between(s.ann, s.ben), s.into(s.bs), func(e *Event) {
				if e.Action == DeliverService {
					e.OutputOf = s.p
				}
			})
		})
	}
	add("vf.to_resource_not_allowed", "toResourceInventoriedAs", func(s *stand) Event { return s.on(Consume, s.stock, "1", s.into(s.bs)) })
	add("vf.to_resource_not_allowed", "toResourceInventoriedAs", func(s *stand) Event { return s.on(Copy, s.stock, "1", s.into(s.stock)) })
	add("vf.effort_not_allowed", "effortQuantity", func(s *stand) Event {
		return s.on(Consume, s.stock, "1", func(e *Event) { e.EffortQuantity = in("1", "hour") })
	})
	add("vf.missing_quantity", "resourceQuantity", func(s *stand) Event { return s.on(Raise, s.stock, "1", func(e *Event) { e.ResourceQuantity = nil }) })
	add("vf.missing_quantity", "effortQuantity", func(s *stand) Event { return s.on(Work, "", "1", func(e *Event) { e.ResourceQuantity = nil }) })
	add("vf.missing_unit", "resourceQuantity", func(s *stand) Event {
		return s.on(Raise, s.stock, "1", func(e *Event) { e.ResourceQuantity.Unit = "" })
	})
	add("vf.unit", "resourceQuantity", func(s *stand) Event {
		return s.on(Raise, s.stock, "1", func(e *Event) { e.ResourceQuantity.Unit = "a b" })
	})
	add("vf.negative_quantity", "resourceQuantity", func(s *stand) Event { return s.on(Raise, s.stock, "-1") })
	add("vf.negative_quantity", "effortQuantity", func(s *stand) Event {
		return s.on(Work, "", "1", func(e *Event) { e.EffortQuantity = in("-1", "hour") })
	})
	add("vf.too_large", "resourceQuantity", func(s *stand) Event {
		return s.on(Raise, s.stock, "1", func(e *Event) { e.ResourceQuantity.Micros = MaxMicros + 1 })
	})
	add("vf.too_large", "resourceQuantity", func(s *stand) Event {
		return s.on(Raise, s.stock, "1", func(e *Event) { e.ResourceQuantity.Micros = MaxMicros })
	})
	add("vf.time_point_and_interval", "hasPointInTime", func(s *stand) Event {
		return s.on(Raise, s.stock, "1", func(e *Event) { e.HasPointInTime, e.HasBeginning = day, day })
	})
	add("vf.interval_reversed", "hasEnd", func(s *stand) Event {
		return s.on(Raise, s.stock, "1", func(e *Event) { e.HasBeginning, e.HasEnd = day, day.Add(-1e6) })
	})
	add("vf.time_out_of_range", "hasEnd", func(s *stand) Event {
		return s.on(Raise, s.stock, "1", func(e *Event) { e.HasEnd = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) })
	})
	add("vf.text_too_long", "state", func(s *stand) Event {
		return s.on(Raise, s.stock, "1", func(e *Event) { e.State = strings.Repeat("x", 301) })
	})
	add("vf.text_encoding", "note", func(s *stand) Event { return s.on(Raise, s.stock, "1", func(e *Event) { e.Note = "a\x00b" }) })
	add("vf.unknown_place", "toLocation", func(s *stand) Event { return s.on(Raise, s.stock, "1", func(e *Event) { e.ToLocation = s.deal }) })
	add("vf.unknown_agreement", "realizationOf", func(s *stand) Event { return s.on(Raise, s.stock, "1", func(e *Event) { e.RealizationOf = here }) })
	add("vf.image", "image", func(s *stand) Event {
		return s.on(Raise, s.stock, "1", func(e *Event) { e.Image = "javascript:alert(1)" })
	})
	add("vf.too_many_classes", "resourceClassifiedAs", func(s *stand) Event {
		return s.on(Raise, s.stock, "1", func(e *Event) {
			for i := range 101 {
				e.ClassifiedAs = append(e.ClassifiedAs, strings.Repeat("x", i+1))
			}
		})
	})
	add("vf.empty_class", "resourceClassifiedAs", func(s *stand) Event {
		return s.on(Raise, s.stock, "1", func(e *Event) { e.ClassifiedAs = []string{""} })
	})
	// What the event names.
	add("vf.unknown_agent", "provider", func(s *stand) Event { return s.on(Raise, s.stock, "1", s.between(s.p, s.ann)) })
	add("vf.unknown_agent", "receiver", func(s *stand) Event { return s.on(Raise, s.stock, "1", s.between(s.ann, "nobody")) })
	add("vf.unknown_agent", "inScopeOf", func(s *stand) Event { return s.on(Raise, s.stock, "1", func(e *Event) { e.InScopeOf = s.p }) })
	add("vf.unknown_process", "inputOf", func(s *stand) Event { return s.on(Consume, s.stock, "1", func(e *Event) { e.InputOf = s.ann }) })
	add("vf.unknown_process", "outputOf", func(s *stand) Event { return s.on(Produce, s.stock, "1", func(e *Event) { e.OutputOf = s.ann }) })
	add("vf.unknown_specification", "resourceConformsTo", func(s *stand) Event { return s.on(Raise, s.stock, "1", func(e *Event) { e.ResourceConformsTo = s.p }) })
	add("vf.unknown_resource", "resourceInventoriedAs", func(s *stand) Event { return s.on(Raise, s.p, "1") })
	add("vf.unknown_resource", "toResourceInventoriedAs", func(s *stand) Event { return s.on(Transfer, s.stock, "1", s.into(s.p)) })
	add("vf.unknown_event", "corrects", func(s *stand) Event { return s.on(Raise, s.stock, "1", func(e *Event) { e.Corrects = s.p }) })
	// Units and specifications.
	add("vf.unit_mismatch", "resourceQuantity", func(s *stand) Event {
		return s.on(Raise, s.stock, "1", func(e *Event) { e.ResourceQuantity.Unit = "kilogram" })
	})
	add("vf.unit_mismatch", "resourceQuantity", func(s *stand) Event {
		return s.on(Transfer, "", "1", s.between(s.ann, s.ben), s.into(s.bs), func(e *Event) { e.ResourceQuantity.Unit = "kilogram" })
	})
	add("vf.specification_differs", "resourceConformsTo", func(s *stand) Event {
		return s.on(Raise, s.stock, "1", func(e *Event) { e.ResourceConformsTo = s.other })
	})
	add("vf.specification_differs", "toResourceInventoriedAs", func(s *stand) Event {
		return s.on(Transfer, s.stock, "1", s.between(s.ann, s.ben), s.into(s.raise(s.ben, s.other, "0")))
	})
	// Authority.
	for _, a := range []Action{Raise, Produce, Lower, Consume, TransferAllRights, Transfer} {
		add("vf.not_accountable", "provider", func(s *stand) Event { return s.on(a, s.stock, "1", s.between(s.ben, s.ben)) })
	}
	add("vf.not_accountable", "receiver", func(s *stand) Event { return s.on(Produce, s.stock, "1", s.between(s.ann, s.ben)) })
	add("vf.not_accountable", "toResourceInventoriedAs", func(s *stand) Event { return s.on(Move, s.stock, "1", s.into(s.bs)) })
	add("vf.not_accountable", "toResourceInventoriedAs", func(s *stand) Event { return s.on(Transfer, s.stock, "1", s.between(s.ann, s.cat), s.into(s.bs)) })
	add("vf.not_accountable", "toResourceInventoriedAs", func(s *stand) Event { return s.on(Copy, s.stock, "1", s.between(s.ann, s.cat), s.into(s.bs)) })
	for _, a := range []Action{Pickup, Accept, Combine, TransferCustody} {
		add("vf.not_custodian", "provider", func(s *stand) Event { return s.on(a, s.stock, "10", s.between(s.ben, s.ben)) })
	}
	add("vf.not_custodian", "toResourceInventoriedAs", func(s *stand) Event {
		return s.on(TransferCustody, s.stock, "1", s.between(s.ann, s.cat), s.into(s.bs))
	})
	for _, a := range []Action{Transfer, Move, Consume, Lower} { // rights with Ann, goods with Ben
		add("vf.not_custodian", "provider", func(s *stand) Event {
			s.must(s.on(TransferCustody, s.stock, "10", s.between(s.ann, s.ben), s.into(s.stock)))
			return s.on(a, s.stock, "1")
		})
	}
	for _, half := range [][2]Action{{Accept, Modify}, {Pickup, Dropoff}} { // another agent than the one who took it brings it back
		add("vf.not_custodian", "provider", func(s *stand) Event {
			s.must(s.on(half[0], s.stock, "10", s.between(s.ann, s.ben)))
			return s.on(half[1], s.stock, "10", s.between(s.cat, s.ann))
		})
	}
	add("vf.move_between_agents", "receiver", func(s *stand) Event { return s.on(Move, s.stock, "1", s.between(s.ann, s.ben)) })
	for _, a := range []Action{Pickup, Accept} {
		add("vf.to_resource_missing", "toResourceInventoriedAs", func(s *stand) Event { return s.on(a, s.stock, "1", s.between(s.ann, s.ben)) })
	}
	for _, a := range []Action{Transfer, TransferCustody, TransferAllRights} {
		add("vf.to_resource_missing", "toResourceInventoriedAs", func(s *stand) Event { return s.on(a, s.stock, "1", s.between(s.ann, s.ben), s.into(s.stock)) })
	}
	add("vf.partial_location", "toLocation", func(s *stand) Event { return s.on(Pickup, s.stock, "1", func(e *Event) { e.ToLocation = ghent }) })
	add("vf.partial_location", "toLocation", func(s *stand) Event {
		return s.on(Transfer, s.stock, "1", s.between(s.ann, s.ben), s.into(s.bs), func(e *Event) { e.ToLocation = ghent })
	})
	// Containers.
	for _, a := range []Action{Raise, Lower, Produce, Consume, Use, Pickup, Dropoff, Accept, Modify, Combine, TransferAllRights, TransferCustody, Transfer, Move} {
		add("vf.contained_resource", "resourceInventoriedAs", func(s *stand) Event {
			return s.on(a, s.thing, "0", func(e *Event) {
				if a == Use {
					e.EffortQuantity = in("1", "hour")
				}
			})
		})
	}
	for _, a := range []Action{TransferAllRights, TransferCustody, Transfer, Move} {
		add("vf.contained_resource", "toResourceInventoriedAs", func(s *stand) Event { return s.on(a, s.stock, "1", s.into(s.thing)) })
		add("vf.container_resource", "toResourceInventoriedAs", func(s *stand) Event { return s.on(a, s.stock, "1", s.into(s.box)) })
		add("vf.container_into_existing", "toResourceInventoriedAs", func(s *stand) Event {
			return s.on(a, s.box, "1", s.into(s.stock))
		})
		add("vf.partial_not_allowed", "resourceQuantity", func(s *stand) Event { return s.on(a, s.box, "0.5") })
		add("vf.container_not_positive", "resourceQuantity", func(s *stand) Event { return s.on(a, s.box, "0") })
	}
	for _, a := range []Action{Pickup, Accept} {
		add("vf.partial_not_allowed", "resourceQuantity", func(s *stand) Event { return s.on(a, s.box, "0.5") })
		add("vf.container_not_positive", "resourceQuantity", func(s *stand) Event { return s.on(a, s.box, "0") })
		under(Policy{PartialAccept: Whole}, "vf.partial_not_allowed", "resourceQuantity", func(s *stand) Event { return s.on(a, s.stock, "9") })
	}
	add("vf.partial_not_allowed", "resourceQuantity", func(s *stand) Event { return s.on(Combine, s.stock, "1", s.into(s.box)) })
	add("vf.container_cycle", "toResourceInventoriedAs", func(s *stand) Event { return s.on(Combine, s.box, "1", s.into(s.thing)) })
	add("vf.container_cycle", "toResourceInventoriedAs", func(s *stand) Event { return s.on(Combine, s.stock, "10", s.into(s.stock)) })
	add("vf.container_ambiguous", "toResourceInventoriedAs", func(s *stand) Event {
		s.must(s.on(Produce, s.stock, "0"))
		s.must(s.on(Produce, s.raise(s.ann, s.spec, "0"), "1"))
		return s.on(Combine, s.raise(s.ann, s.spec, "2"), "2")
	})
	add("vf.container_missing", "toResourceInventoriedAs", func(s *stand) Event {
		if err := s.finish(s.p); err != nil {
			s.t.Fatalf("%v", err)
		}
		return s.on(Combine, s.stock, "10")
	})
	add("vf.container_resource", "resourceInventoriedAs", func(s *stand) Event {
		if err := s.finish(s.p); err != nil {
			s.t.Fatalf("%v", err)
		}
		return s.on(Consume, s.box, "1")
	})
	for _, a := range []Action{Raise, Produce, Lower, Use} {
		under(StrictPolicy(), "vf.container_resource", "resourceInventoriedAs", func(s *stand) Event { return s.on(a, s.box, "1") })
	}
	// Pairs.
	for _, a := range []Action{Modify, Dropoff} {
		add("vf.pair_missing", "outputOf", func(s *stand) Event { return s.on(a, s.stock, "1") })
	}
	add("vf.pair_missing", "resourceInventoriedAs", func(s *stand) Event { return s.on(Separate, s.stock, "1") })
	add("vf.pair_quantity", "resourceQuantity", func(s *stand) Event { return s.on(Separate, s.thing, "2") })
	for _, half := range [][2]Action{{Accept, Modify}, {Pickup, Dropoff}} {
		add("vf.pair_quantity", "resourceQuantity", func(s *stand) Event {
			s.must(s.on(half[0], s.stock, "3"))
			return s.on(half[1], s.stock, "4")
		})
		add("vf.pair_quantity", "resourceQuantity", func(s *stand) Event { // by a correction of the first half
			first := s.must(s.on(half[0], s.stock, "3"))
			s.must(s.on(half[1], s.stock, "3"))
			return s.on(half[0], s.stock, "-1", func(e *Event) { e.Corrects = first.ID })
		})
		add("vf.pair_repeated", "action", func(s *stand) Event {
			s.must(s.on(half[0], s.stock, "3"))
			return s.on(half[0], s.stock, "1")
		})
		add("vf.pair_repeated", "action", func(s *stand) Event {
			s.must(s.on(half[0], s.stock, "3"))
			s.must(s.on(half[1], s.stock, "1"))
			return s.on(half[1], s.stock, "1")
		})
	}
	under(StrictPolicy(), "vf.mixed_with_combine", "inputOf", func(s *stand) Event {
		s.must(s.on(Combine, s.raise(s.ann, s.spec, "1"), "1", s.into(s.box)))
		return s.on(Accept, s.stock, "10")
	})
	// Balances.
	for _, a := range []Action{Lower, Consume, Pickup, Accept, TransferAllRights, TransferCustody, Transfer, Move} {
		add("vf.negative_balance", "resourceQuantity", func(s *stand) Event { return s.on(a, s.stock, "10.000001") })
	}
	under(Policy{NegativeBalance: AllowAccounting}, "vf.negative_balance", "resourceQuantity", func(s *stand) Event { return s.on(Lower, s.stock, "11") })
	// Corrections.
	original := func(s *stand) Event { return s.must(s.on(Raise, s.stock, "5")) }
	correct := func(o Event, q string, change func(*Event)) Event {
		c := o
		c.Corrects, c.ResourceQuantity = o.ID, one_(q)
		change(&c)
		return c
	}
	none := func(*Event) {}
	add("vf.correction_of_correction", "corrects", func(s *stand) Event { return correct(s.must(correct(original(s), "-1", none)), "1", none) })
	add("vf.correction_excess", "resourceQuantity", func(s *stand) Event { return correct(original(s), "-5.000001", none) })
	add("vf.unit_mismatch", "resourceQuantity", func(s *stand) Event {
		return correct(original(s), "-1", func(e *Event) { e.ResourceQuantity.Unit = "kilogram" })
	})
	for _, c := range []struct {
		field  string
		change func(*stand, *Event)
	}{
		{"action", func(_ *stand, e *Event) { e.Action = Lower }},
		{"provider", func(s *stand, e *Event) { e.Provider = s.ben }},
		{"receiver", func(s *stand, e *Event) { e.Receiver = s.ben }},
		{"resourceInventoriedAs", func(s *stand, e *Event) { e.ResourceInventoriedAs = s.bs }},
		{"resourceConformsTo", func(s *stand, e *Event) { e.ResourceConformsTo = s.spec }},
		{"realizationOf", func(s *stand, e *Event) { e.RealizationOf = s.deal }},
		{"inScopeOf", func(s *stand, e *Event) { e.InScopeOf = s.ben }},
		{"toLocation", func(_ *stand, e *Event) { e.ToLocation = ghent }},
		{"state", func(_ *stand, e *Event) { e.State = "broken" }},
	} {
		add("vf.correction_differs", c.field, func(s *stand) Event {
			return correct(original(s), "-1", func(e *Event) { c.change(s, e) })
		})
	}
	add("vf.correction_differs", "effortQuantity", func(s *stand) Event {
		o := s.must(s.on(Work, "", "1"))
		return correct(o, "-1", func(e *Event) { e.EffortQuantity = in("-1", "hour") })
	})
	add("vf.negative_balance", "resourceQuantity", func(s *stand) Event { // what it takes back is gone
		o := original(s)
		s.must(s.on(Consume, s.stock, "12"))
		return correct(o, "-5", none)
	})
	add("vf.partial_not_allowed", "resourceQuantity", func(s *stand) Event {
		o := s.must(s.on(Combine, s.stock, "10", s.into(s.box)))
		return correct(o, "-1", none)
	})

	add("vf.pair_quantity", "corrects", func(s *stand) Event { // it has come back already
		o := s.must(s.on(Combine, s.stock, "10", s.into(s.box)))
		s.must(s.on(Separate, s.stock, "10"))
		return correct(o, "-10", none)
	})
	add("vf.pair_quantity", "resourceQuantity", func(s *stand) Event { // more than went in
		return correct(s.must(s.on(Separate, s.thing, "0.5")), "0.6", none)
	})
	add("vf.container_resource", "toResourceInventoriedAs", func(s *stand) Event { // its contents would stay behind
		i := s.id()
		return correct(s.must(s.on(Transfer, s.box, "1", s.between(s.ann, s.ben), s.into(i)), Resource{ID: i}), "-1", none)
	})
	add("vf.container_into_existing", "toResourceInventoriedAs", func(s *stand) Event {
		s.must(s.on(Combine, s.stock, "10"))
		return s.on(Produce, s.raise(s.ann, s.spec, "0"), "1", s.between(s.ann, s.ben), s.into(s.bs))
	})
	add("vf.container_into_existing", "toResourceInventoriedAs", func(s *stand) Event {
		s.must(s.on(Accept, s.box, "1"))
		return s.on(Modify, s.box, "1", s.between(s.ann, s.ben), s.into(s.bs))
	})

	seen := map[string]bool{}
	for _, m := range matrix {
		seen[m.code] = true
		t.Run(m.code[3:]+"/"+m.field, func(t *testing.T) {
			s := newStand(t, m.policy)
			e := m.event(s)
			before := snapshot(s.book)
			_, err := s.try(e)
			code(t, err, m.code, m.field)
			if after := snapshot(s.book); after != before {
				t.Errorf("the refusal of %s changed the book:\n%s\n%s", e.Action, before, after)
			}
		})
	}
	for _, want := range []string{"not_accountable", "not_custodian", "unit_mismatch", "specification_differs", "time_point_and_interval", "contained_resource", "container_resource",
		"partial_not_allowed", "container_not_positive", "container_into_existing", "pair_missing", "pair_quantity", "pair_repeated", "mixed_with_combine", "negative_balance"} {
		if !seen["vf."+want] {
			t.Errorf("no case for %s", want)
		}
	}
}

// New records are only created where the table says so, and say what they are.
func TestRulesOfNewRecords(t *testing.T) {
	for _, r := range Actions() {
		s := newStand(t, Policy{NegativeBalance: Allow})
		i := s.id()
		if r.TakesResource() {
			_, err := s.try(s.on(r.Action, i, "1"), Resource{ID: i, ConformsTo: s.spec})
			switch {
			case r.CreateResource == Optional:
				if err != nil {
					t.Errorf("%s: %v", r.Action, err)
				}
			default:
				code(t, err, "vf.no_new_record", "resourceInventoriedAs")
			}
		}
		if r.CreateResource == OptionalTo && r.PairsWith == "" {
			i := s.id()
			e := s.on(r.Action, s.stock, "1", s.into(i))
			s.must(e, Resource{ID: i})
			if got := s.at(i); got.ConformsTo != s.spec {
				t.Errorf("%s: the new record conforms to %q", r.Action, got.ConformsTo)
			}
		}
	}
	s := newStand(t, Policy{})
	i := s.id()
	for name, r := range map[string]Resource{
		"vf.resource_exists":       {ID: s.stock, ConformsTo: s.spec},
		"vf.unknown_specification": {ID: i, ConformsTo: s.p},
		"vf.new_record":            {ID: i, ConformsTo: s.spec, Custodian: s.ben},
		"vf.text_encoding":         {ID: i, ConformsTo: s.spec, Name: "\x00"},
		"vf.empty_class":           {ID: i, ClassifiedAs: []string{""}},
	} {
		if got := codeOf(s.book.announce(r)); got != name {
			t.Errorf("got %s, want %s", got, name)
		}
	}
}

// What follows from the records is not the recorder's to say, and a journal
// that says otherwise is refused.
func TestDerivedFieldsCannotBeForged(t *testing.T) {
	s := newStand(t, Policy{})
	forged := s.on(Raise, s.stock, "1", func(e *Event) {
		e.PairOf, e.Stage, e.PreviousEvent, e.ToPreviousEvent, e.ChainPosition, e.ToChainPosition = s.ann, s.p, s.ann, s.ann, 99, 99
	})
	e := s.must(forged)
	if e.PairOf != "" || e.Stage != "" || e.ChainPosition != 2 || e.ToChainPosition != 0 || e.ToPreviousEvent != "" {
		t.Errorf("recorded as %+v", e)
	}
	for field, forge := range map[string]func(*Event){
		"pairOf":          func(e *Event) { e.PairOf = s.ann },
		"stage":           func(e *Event) { e.Stage = s.p },
		"previousEvent":   func(e *Event) { e.PreviousEvent = s.ann },
		"toPreviousEvent": func(e *Event) { e.ToPreviousEvent = s.ann },
		"chainPosition":   func(e *Event) { e.ChainPosition++ },
		"toChainPosition": func(e *Event) { e.ToChainPosition++ },
	} {
		r := NewReplay()
		for i, c := range s.changes {
			if i == len(s.changes)-1 {
				c.Events = []Event{c.Events[0]}
				forge(&c.Events[0])
			}
			if err := r.Apply(c); i == len(s.changes)-1 {
				code(t, err, "vf.replay_differs", field)
				if !strings.Contains(err.Error(), string(e.ID)) {
					t.Errorf("the error does not name the event: %v", err)
				}
			} else if err != nil {
				t.Fatal(err)
			}
		}
	}
}

// A journal that adds something twice, or names what is not there, is refused.
func TestReplayRefusesBrokenJournals(t *testing.T) {
	s := newStand(t, Policy{})
	for _, c := range s.changes {
		r := NewReplay()
		for _, before := range s.changes {
			if err := r.Apply(before); err != nil {
				t.Fatal(err)
			}
		}
		if err := r.Apply(c); err == nil {
			t.Errorf("replayed twice: %+v", c)
		}
		if len(c.Events) > 0 {
			if err := NewReplay().Apply(c); err == nil {
				t.Errorf("replayed before what it names: %+v", c)
			}
		}
	}
}
