package contribution

import (
	"reflect"
	"testing"

	"commonweal/contribution/equation"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// columns returns the columns of a fresh start.
func (w *workshop) columns() (c *Columns) {
	w.t.Helper()
	must(w.t, w.db.Read(ctx, w.commons.ID, func(r *store.Snapshot) error {
		return New(w.db).Columns(r, func(x *Columns) error {
			c = x
			return nil
		})
	}))
	return c
}

// However the columns came to be, step by step, from rows or from blocks, they are the same.
func TestColumnsAreACache(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		w.imported(equation.BlockRows + 100)
		e := w.log(w.bas, "2")
		w.decide(w.cleo, e.No, Accept)
		must(t, w.db.Read(ctx, w.commons.ID, func(r *store.Snapshot) error {
			return w.practice.Columns(r, func(*Columns) error { return nil })
		}))
		rejected := w.log(w.cleo, "1")
		w.decide(w.bas, rejected.No, Reject)
		fromRows := w.columns()
		must(t, w.practice.KeepBlocks(ctx, w.commons.ID))
		fromBlocks := w.columns()
		if fromBlocks.blocks != 1 {
			t.Fatalf("%d blocks were kept, want 1", fromBlocks.blocks)
		}
		for i := range fromRows.no {
			if fromRows.no[i] != fromBlocks.no[i] || !reflect.DeepEqual(fromRows.Ledger.Row(i), fromBlocks.Ledger.Row(i)) {
				t.Fatalf("row %d is %v from rows and %v from blocks", i, fromRows.Ledger.Row(i), fromBlocks.Ledger.Row(i))
			}
		}
		if i := fromBlocks.Row(rejected.No); fromBlocks.State(i) != Rejected {
			t.Errorf("the rejected one is %s", fromBlocks.State(i))
		}
	})
}

// A view of the past shows what stood there, whatever was decided since.
func TestViewOfThePast(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		e := w.log(w.bas, "2")
		d := w.decide(w.cleo, e.No, Accept)
		c := w.columns()
		for asOf, want := range map[int64]State{e.No.Seq + 1: Logged, d.Seq: Logged, d.Seq + 1: Validated} {
			v := c.view(asOf)
			if got := (&Columns{Ledger: *v}).State(0); got != want {
				t.Errorf("as of entry %d it is %s, want %s", asOf, got, want)
			}
		}
		if v := c.view(e.No.Seq); v.Len() != 0 {
			t.Errorf("before it was logged there are %d contributions", v.Len())
		}
	})
}

// imported brings in n rows of work by Bas.
func (w *workshop) imported(n int) {
	w.t.Helper()
	seen := int64(-1)
	for done := 0; done < n; done += ImportChunk {
		ask := ImportAsk{Batch: Batch{ID: store.NewID(), Source: "timesheet"}, Seen: seen}
		for i := range min(ImportChunk, n-done) {
			ask.Keys = append(ask.Keys, ImportKeyOf(w.t.Name()+numberText(int64(done+i))))
			ask.Logs = append(ask.Logs, LogAsk{Kind: "work", Person: w.bas.Agent, Project: w.project.ID, Quant: quantity.Of(1, "hour")})
		}
		var err error
		seen, err = ImportContributions(ctx, w.db, w.ada, ask)
		must(w.t, err)
	}
}
