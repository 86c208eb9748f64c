package contribution

import (
	"math/big"
	"slices"
	"testing"

	"commonweal/contribution/equation"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// kitchen is a workshop with two steps: a milling that made 4 kg of flour, of
// which 1 kg went into a baking of 30 loaves for order A-17.
type kitchen struct {
	*workshop
	milling, baking, flour store.ID
}

func (w *workshop) kitchen() kitchen {
	k := kitchen{workshop: w}
	add := func(name string) store.ID {
		x, err := AddProcess(ctx, w.db, w.bas, "", ProcessAsk{w.project.ID, name})
		must(w.t, err)
		return x.ID
	}
	k.milling, k.baking = add("Milling"), add("Baking for A-17")
	flour := k.flow(FlowAsk{Process: k.milling, Name: "flour", Quant: quantity.Of(4, "kilogram")})
	k.flour = flour.ResourceInventoriedAs
	k.flow(FlowAsk{Process: k.baking, Resource: k.flour, Quant: quantity.Of(1, "kilogram")})
	k.flow(FlowAsk{Process: k.baking, Name: "loaf", Quant: quantity.Of(30, "one"), Deliverable: "order:A-17"})
	return k
}

func (k kitchen) flow(ask FlowAsk) vf.Event {
	k.t.Helper()
	e, err := RecordFlow(ctx, k.db, k.bas, "", ask)
	must(k.t, err)
	return e
}

// give logs and confirms a contribution.
func (k kitchen) give(ask LogAsk, valid bool) Entry {
	k.t.Helper()
	ask.Project = k.project.ID
	e, err := LogContribution(ctx, k.db, k.bas, "", ask)
	must(k.t, err)
	if valid {
		k.decide(k.cleo, e.No, Accept)
	}
	return e
}

// The worked example: 3 h of baking at 12.00, 1 h of an oven at 4.00, salt
// bought for the baking for 2.00, and 2 h of milling at 12.00 of whose flour a
// quarter was used. The order takes all of the baking and a quarter of the
// milling: 36 + 4 + 2 + 6 = 48.00. An hour of care in the milling, which has no
// price, is reached by a quarter too; what waits for its validation is not.
func TestWalkFromAnOrder(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		k := w.kitchen()
		bake := k.give(LogAsk{Kind: "work", Process: k.baking, Quant: quantity.Of(3, "hour")}, true)
		oven := k.give(LogAsk{Kind: "use", Process: k.baking, Quant: quantity.Of(1, "hour")}, true)
		salt := k.give(LogAsk{Kind: "purchase", Process: k.baking, Quant: quantity.Of(2, "EUR")}, true)
		mill := k.give(LogAsk{Kind: "work", Process: k.milling, Quant: quantity.Of(2, "hour")}, true)
		care := k.give(LogAsk{Kind: "care", Process: k.milling, Quant: quantity.Of(1, quantity.CareHour)}, true)
		waits := k.give(LogAsk{Kind: "work", Process: k.milling, Quant: quantity.Of(5, "hour")}, false)
		other := k.give(LogAsk{Kind: "work", Quant: quantity.Of(7, "hour")}, true)
		beside := k.give(LogAsk{Kind: "work", Quant: quantity.Of(1, "hour"), Deliverable: "order:A-17"}, true)
		want := map[EntryNo][2]int64{bake.No: {1, 1}, oven.No: {1, 1}, salt.No: {1, 1}, mill.No: {1, 4}, care.No: {1, 4}, beside.No: {1, 1}}
		got := k.walk(t, "order:A-17")
		for no, fraction := range want {
			if got[no] != fraction {
				t.Errorf("contribution %s went in by %v, want %v", no, got[no], fraction)
			}
		}
		for _, e := range []Entry{waits, other} {
			if f, reached := got[e.No]; reached {
				t.Errorf("contribution %s was reached by %v", e.No, f)
			}
		}
		if len(k.walk(t, "order:B-1")) != 0 {
			t.Error("an order that nothing was made for has a walk")
		}
	})
}

// walk returns the fractions by which contributions went into a deliverable.
func (k kitchen) walk(t *testing.T, deliverable string) map[EntryNo][2]int64 {
	t.Helper()
	out := map[EntryNo][2]int64{}
	must(t, k.db.Read(ctx, k.commons.ID, func(r *store.Snapshot) error {
		var l *equation.Ledger
		var numbers []EntryNo
		err := k.practice.Columns(r, func(c *Columns) error {
			l, numbers = c.view(previewNo), c.no[:c.Len()]
			return nil
		})
		if err != nil {
			return err
		}
		walks, err := k.practice.walks(r, l, Distribution{No: previewNo, Deliverable: deliverable})
		for _, w := range walks {
			for i, row := range w.Contribution {
				out[numbers[row]] = [2]int64{w.Num[i], w.Den[i]}
			}
		}
		return err
	}))
	return out
}

// A distribution for the order pays by that walk: a pot of 48.00 pays each what
// went in, and milling a quarter of what it is worth.
func TestDistributionWalksBack(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		k := w.kitchen()
		k.give(LogAsk{Kind: "work", Process: k.baking, Quant: quantity.Of(3, "hour")}, true)
		mill := k.give(LogAsk{Kind: "work", Process: k.milling, Quant: quantity.Of(2, "hour")}, true)
		v := k.adopt(equation.Equation{Project: string(k.project.ID), Name: "Bread", Unit: "EUR", Base: equation.Remaining, Buckets: []equation.Bucket{{
			Sequence: 1, Key: "makers", Label: "Makers", Percent: "100", Filter: equation.Filter{Orders: []string{equation.OfIncome}},
			Rules: []equation.Rule{{ID: "work", Kinds: []string{"work"}, Claim: equation.UntilPaid, Formula: "value"}}}}})
		_, err := RecordIncome(ctx, k.db, k.ada, "", IncomeAsk{Kind: Sale, Project: k.project.ID, PayerName: "Village of Exampledorp", At: w.db.Now(), Gross: quantity.Of(42, "EUR"), Reference: "A-17"})
		must(t, err)
		must(t, k.db.Read(ctx, k.commons.ID, func(r *store.Snapshot) error {
			_, result, err := k.practice.Preview(r, OpenAsk{Equation: v.ID, Deliverable: "order:A-17"})
			if err != nil {
				return err
			}
			payments, err := result.Payments()
			if err != nil {
				return err
			}
			if len(payments.Amount) != 2 || payments.Amount[0] != 36_000_000 || payments.Amount[1] != 6_000_000 || payments.Original[1] != mill.Value.Micros {
				t.Errorf("paid %v of %v, want 36 and 6", payments.Amount, payments.Original)
			}
			return nil
		}))
	})
}

// What is recorded after a distribution was opened does not change it, however
// late it is computed.
func TestWalkAsOfTheOpening(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		k := w.kitchen()
		k.give(LogAsk{Kind: "work", Process: k.milling, Quant: quantity.Of(2, "hour")}, true)
		text := k.allToMakers()
		text.Buckets[0].Filter = equation.Filter{Orders: []string{equation.OfIncome}}
		v := k.adopt(text)
		k.sell("100")
		opened, err := OpenDistribution(ctx, w.db, w.ada, "", OpenAsk{Equation: v.ID, Deliverable: "order:A-17"})
		must(t, err)
		outcome := func() (paid []equation.Line) {
			must(t, w.db.Read(ctx, w.commons.ID, func(r *store.Snapshot) error {
				result, err := k.practice.Outcome(r, opened)
				if err == nil {
					paid = result.Lines
				}
				return err
			}))
			return paid
		}
		before := outcome()
		k.flow(FlowAsk{Process: k.baking, Resource: k.flour, Quant: quantity.Of(3, "kilogram")})
		k.flow(FlowAsk{Process: k.baking, Name: "roll", Quant: quantity.Of(5, "one"), Deliverable: "order:A-17"})
		k.give(LogAsk{Kind: "work", Process: k.baking, Quant: quantity.Of(9, "hour")}, true)
		if len(before) != 1 || before[0].Amount != 6_000_000 {
			t.Fatalf("a quarter of two hours of milling pays %v, want 6.00", before)
		}
		if after := outcome(); !slices.Equal(before, after) {
			t.Errorf("computed later, it pays %v instead of %v", after, before)
		}
	})
}

// What a process may hold is decided by the core, and by its project.
func TestProcessRefusals(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		k := w.kitchen()
		for code, ask := range map[string]FlowAsk{
			"contribution.flow":            {Process: k.baking, Quant: quantity.Of(1, "one")},
			"contribution.quantity":        {Process: k.baking, Name: "loaf", Quant: quantity.Of(-1, "one")},
			"contribution.deliverable":     {Process: k.baking, Name: "loaf", Quant: quantity.Of(1, "one"), Deliverable: "parcel"},
			"contribution.unknown_process": {Process: w.commons.ID, Name: "loaf", Quant: quantity.Of(1, "one")},
			"vf.negative_balance":          {Process: k.baking, Resource: k.flour, Quant: quantity.Of(9, "kilogram")},
		} {
			_, err := RecordFlow(ctx, w.db, w.bas, "", ask)
			wantCode(t, err, code)
		}
		second, err := OpenProject(ctx, w.db, w.ada, "", "Garden")
		must(t, err)
		_, err = LogContribution(ctx, w.db, w.bas, "", LogAsk{Kind: "work", Project: second.ID, Process: k.baking, Quant: quantity.Of(1, "hour")})
		wantCode(t, err, "contribution.process")
		_, err = FinishProcess(ctx, w.db, w.bas, "", k.baking)
		must(t, err)
		_, err = RecordFlow(ctx, w.db, w.bas, "", FlowAsk{Process: k.baking, Name: "loaf", Quant: quantity.Of(1, "one")})
		wantCode(t, err, "contribution.finished_process")
		_, err = AddProcess(ctx, w.db, w.bas, "", ProcessAsk{w.project.ID, "  "})
		wantCode(t, err, "contribution.process_name")
	})
}

// The cost of a product is what went in, by kind, and the parts add up to the cent.
func TestProductCost(t *testing.T) {
	s := &Settings{Currency: "EUR"}
	row := productRow{Name: "loaf", Quantity: quantity.Of(3, "one")}
	third := func(n int64) *big.Rat { return big.NewRat(n, 3) }
	must(t, row.split(s, map[string]*big.Rat{"Work": third(10), "Use": third(10), "Purchase": third(10)}))
	sum := int64(0)
	for _, part := range row.Parts {
		sum += part.Value.Micros
	}
	if row.Cost.Decimal() != "10" || sum != row.Cost.Micros || row.Each.Decimal() != "3.33" {
		t.Errorf("cost %s, parts %v, each %s; want 10, parts of 10, 3.33", row.Cost, row.Parts, row.Each)
	}
	if got := s.near(big.NewRat(1<<62, 1)); got.Micros != vf.MaxMicros {
		t.Errorf("a value beyond all bounds shows as %s", got)
	}
}
