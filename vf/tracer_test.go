package vf

import (
	"slices"
	"testing"

	"commonweal/platform/store"
	"commonweal/vf/trace"
)

// A desk of plywood (the example of the vocabulary's documentation) on a real
// database: what it came from, what a sheet became, and the recall of a lot.
func TestTraceOfADesk(t *testing.T) {
	each(t, func(w *shop) {
		var lot BatchLotRecord
		var sheets, desk Resource
		w.do(func(l *Ledger) (err error) {
			if lot, err = Add(l, BatchLotRecord{BatchLotCode: "B-17"}); err != nil {
				return err
			}
			raise := w.event(Raise, "130")
			raise.ResourceInventoriedAs = ""
			_, sheets, err = l.RecordNew(raise, Resource{Name: "Birch sheets", ConformsTo: w.spec.ID, OfBatchLot: lot.ID})
			return err
		})
		w.do(func(l *Ledger) (err error) {
			saw := Event{Action: Consume, Provider: w.ann.ID, Receiver: w.ann.ID, InputOf: w.process.ID, ResourceInventoriedAs: sheets.ID, ResourceQuantity: one_("3")}
			if _, err = l.Record(saw); err != nil {
				return err
			}
			if _, err = l.Record(w.work("7")); err != nil {
				return err
			}
			made := Event{Action: Produce, Provider: w.ann.ID, Receiver: w.ann.ID, OutputOf: w.process.ID, ResourceQuantity: one_("1")}
			_, desk, err = l.RecordNew(made, Resource{Name: "Desk", ConformsTo: w.spec.ID})
			return err
		})
		tracer := NewTracer()
		actions := func(ask TraceAsk) (out []string) {
			w.read(func(r *store.Snapshot) error {
				a, err := tracer.Trace(w.t.Context(), r, ask)
				if err != nil {
					return err
				}
				var ids []store.ID
				for _, n := range a.Nodes {
					if n.Kind == trace.EventNode {
						ids = append(ids, TraceID(n.ID))
					}
				}
				events, err := GetEvents(r, ids)
				for _, i := range ids {
					out = append(out, string(events[i].Action))
				}
				slices.Sort(out)
				return err
			})
			return out
		}
		if got := actions(TraceAsk{Resources: []store.ID{desk.ID}}); !slices.Equal(got, []string{"consume", "produce", "raise", "work"}) {
			w.t.Errorf("the desk came from %v", got)
		}
		if got := actions(TraceAsk{On: true, Lot: lot.ID, Reach: true}); !slices.Equal(got, []string{"consume", "produce"}) {
			w.t.Errorf("the lot went into %v", got)
		}
		w.do(func(l *Ledger) error { // the graph grows with what is recorded since
			lower := w.event(Lower, "1")
			lower.ResourceInventoriedAs = desk.ID
			_, err := l.Record(lower)
			return err
		})
		if got := actions(TraceAsk{On: true, Resources: []store.ID{sheets.ID}}); !slices.Equal(got, []string{"consume", "lower", "produce"}) {
			w.t.Errorf("the sheets became %v", got)
		}
		w.read(func(r *store.Snapshot) error {
			_, err := tracer.Trace(w.t.Context(), r, TraceAsk{Resources: []store.ID{"nothing"}})
			code(w.t, err, "vf.identifier", "resource")
			_, err = tracer.Trace(w.t.Context(), r, TraceAsk{Events: []store.ID{store.NewID()}})
			code(w.t, err, "trace.unknown_start", "start")
			return nil
		})
	})
}
