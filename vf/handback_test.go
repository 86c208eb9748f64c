package vf

import (
	"testing"

	"commonweal/platform/store"
)

// Whoever had a record before an event has it again when the event is corrected
// away at once, and nobody else: what changed no hands gives nothing back. A
// record that was empty may have come to whoever filled it.
func TestInvariant9ReversalGivesBackWhatChangedHands(t *testing.T) {
	tested := map[Action]int{}
	walks(t, func(s *stroll, e Event, before map[store.ID]Resource) {
		was, there := before[e.ResourceInventoriedAs]
		if e.Corrects != "" || !there || was.Onhand.Micros == 0 {
			return
		}
		back := bare(e)
		back.Corrects, back.ToLocation, back.State = e.ID, "", ""
		back.ResourceQuantity, back.EffortQuantity = opposite(e.ResourceQuantity), opposite(e.EffortQuantity)
		if _, err := s.attempt(back); err != nil {
			return
		}
		tested[e.Action]++
		now := s.at(was.ID)
		if now.PrimaryAccountable != was.PrimaryAccountable || now.Custodian != was.Custodian {
			s.r.Fatalf("%s from %s to %s corrected away leaves the record with %s, kept by %s; it was with %s, kept by %s",
				e.Action, e.Provider, e.Receiver, now.PrimaryAccountable, now.Custodian, was.PrimaryAccountable, was.Custodian)
		}
	})
	for _, a := range []Action{Produce, Consume, Transfer, TransferCustody, TransferAllRights, Accept, Pickup} {
		if tested[a] == 0 {
			t.Errorf("no %s was ever corrected away: %v", a, tested)
		}
	}
}

func opposite(q *Amount) *Amount {
	if q == nil {
		return nil
	}
	return &Amount{Micros: -q.Micros, Unit: q.Unit}
}

// What an event creates is the receiver's from the beginning: correcting it to
// nothing leaves an empty record of theirs.
func TestReversalOfWhatCreatesLeavesTheRecordWithTheReceiver(t *testing.T) {
	for _, both := range []bool{false, true} {
		w := newWorld(t)
		ann, ben, spec := w.agent(), w.agent(), w.spec(Policy{})
		made := Event{Action: Produce, Provider: ann, Receiver: ben, OutputOf: w.process(w.stage()), ResourceInventoriedAs: w.id(), ResourceQuantity: one_("2")}
		if both {
			made.ToResourceInventoriedAs = made.ResourceInventoriedAs
		}
		back := bare(w.must(made, Resource{ID: made.ResourceInventoriedAs, ConformsTo: spec}))
		back.Corrects, back.ResourceQuantity = w.changes[len(w.changes)-1].Events[0].ID, one_("-2")
		w.must(back)
		if r := w.at(made.ResourceInventoriedAs); r.PrimaryAccountable != ben || r.Custodian != ben {
			t.Errorf("named on both sides: %v: the empty record is with %s, kept by %s, not with the receiver %s", both, r.PrimaryAccountable, r.Custodian, ben)
		}
	}
}
