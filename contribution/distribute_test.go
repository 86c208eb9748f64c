package contribution

import (
	"testing"
	"time"

	"commonweal/contribution/equation"
	"commonweal/platform/auth"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// allToMakers is the simplest value equation: one bucket, everything to those
// who worked, until they are paid.
func (w *workshop) allToMakers() equation.Equation {
	return equation.Equation{
		Project: string(w.project.ID), Name: "Everyone by hours", Version: 1, Unit: "EUR", Base: equation.Remaining,
		Buckets: []equation.Bucket{{Sequence: 1, Key: "makers", Label: "Makers", Percent: "100",
			Rules: []equation.Rule{{ID: "hours", Kinds: []string{"work", "use", "purchase"}, Claim: equation.UntilPaid, Formula: "value"}}}},
	}
}

// adopt saves an equation, runs it on the past, and puts it into force.
func (w *workshop) adopt(text equation.Equation) Version {
	w.t.Helper()
	v, err := SaveEquation(ctx, w.db, w.ada, "", SaveEquationAsk{Text: text})
	must(w.t, err)
	ask := VersionAsk{v.ID, v.Version, v.Hash}
	_, err = MarkSimulated(ctx, w.db, w.ada, "", ask)
	must(w.t, err)
	v, err = AdoptEquation(ctx, w.db, w.ada, "", ask)
	must(w.t, err)
	return v
}

// sell records a sale of the project.
func (w *workshop) sell(euros string, off ...DeductionAsk) Income {
	w.t.Helper()
	in, err := RecordIncome(ctx, w.db, w.ada, "", IncomeAsk{Kind: Sale, Project: w.project.ID, PayerName: "Bakery on the corner",
		At: time.Now(), Gross: quantity.MustParse(euros, "EUR"), Deductions: off})
	must(w.t, err)
	return in
}

// distribute opens and runs a distribution of all that is left.
func (w *workshop) distribute(v Version) Distribution {
	w.t.Helper()
	d, err := OpenDistribution(ctx, w.db, w.ada, "", OpenAsk{Equation: v.ID})
	must(w.t, err)
	d, err = w.practice.Distribute(ctx, w.ada, "", d.ID)
	must(w.t, err)
	return d
}

// owed reads what stands in somebody's account.
func (w *workshop) owed(who auth.Identity) (balance quantity.Amount) {
	w.t.Helper()
	must(w.t, w.db.Read(ctx, w.commons.ID, func(r *store.Snapshot) error {
		known, err := accountsIn(r, "EUR")
		if err != nil || known[who.Agent] == "" {
			return err
		}
		account, _, err := vf.GetResource(r, known[who.Agent])
		balance = account.Accounting
		return err
	}))
	return balance
}

// The worked example of the manual: A worked 3 h at 12 EUR, B's purchase is
// worth 5 EUR, C lent an oven worth 4 EUR. A pot of 30 pays 24.00, 3.33 and
// 2.67; the next pot of 30 pays what is still owed, 12.00, 1.67 and 1.33, and
// leaves 15.00.
func TestWorkedExample(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		w.worked()
		v := w.adopt(w.allToMakers())
		w.sell("30")
		first := w.distribute(v)
		w.wantOwed("24", "3.33", "2.67")
		if first.Paid != quantity.Of(30, "EUR") || !first.Residue.IsZero() {
			t.Errorf("paid %s, residue %s", first.Paid, first.Residue)
		}
		w.sell("30")
		second := w.distribute(v)
		w.wantOwed("36", "5", "4")
		if second.Residue != quantity.Of(15, "EUR") {
			t.Errorf("residue %s, want 15 EUR", second.Residue)
		}
	})
}

// worked logs and validates the contributions of the worked example.
func (w *workshop) worked() {
	w.t.Helper()
	value := func(who auth.Identity, kind, q string, unit quantity.Unit) {
		e, err := LogContribution(ctx, w.db, who, "", LogAsk{Kind: kind, Project: w.project.ID, Quant: quantity.MustParse(q, unit)})
		must(w.t, err)
		by := w.ada
		if who.Agent == by.Agent {
			by = w.bas
		}
		w.decide(by, e.No, Accept)
	}
	value(w.ada, "work", "3", "hour")
	value(w.bas, "purchase", "5", "EUR")
	value(w.cleo, "use", "1", "hour")
}

func (w *workshop) wantOwed(ada, bas, cleo string) {
	w.t.Helper()
	for who, want := range map[*auth.Identity]string{&w.ada: ada, &w.bas: bas, &w.cleo: cleo} {
		if got := w.owed(*who); got.Decimal() != want {
			w.t.Errorf("%s is owed %s, want %s", who.Name, got, want)
		}
	}
}

// Lines plus residue are the pot, whatever the fees.
func TestInvariant4LinesAndResidueAreThePot(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		w.worked()
		v := w.adopt(w.allToMakers())
		in := w.sell("20", DeductionAsk{Kind: "processor", ToName: "Card processor", Amount: quantity.MustParse("0.58", "EUR")})
		if in.Net != quantity.MustParse("19.42", "EUR") {
			t.Fatalf("net %s", in.Net)
		}
		d := w.distribute(v)
		if sum, _ := d.Paid.Add(d.Residue); sum != d.Pot || d.Pot != in.Net {
			t.Errorf("pot %s, paid %s, residue %s", d.Pot, d.Paid, d.Residue)
		}
	})
}

// The same income is never distributed twice.
func TestInvariant6IncomeOnce(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		w.worked()
		v := w.adopt(w.allToMakers())
		in := w.sell("10")
		d := w.distribute(v)
		_, err := OpenDistribution(ctx, w.db, w.ada, "", OpenAsk{Equation: v.ID, Incomes: []store.ID{in.ID}})
		wantCode(t, err, "contribution.income_used")
		_, err = w.practice.Distribute(ctx, w.ada, "", d.ID)
		wantCode(t, err, "contribution.distribution_state")
	})
}

// A reversal restores every claim and every account.
func TestInvariant7ReversalRestores(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		w.worked()
		v := w.adopt(w.allToMakers())
		w.sell("30")
		first := w.distribute(v)
		lines := w.lines(first)
		_, err := ReverseDistribution(ctx, w.db, w.ada, "", ReverseAsk{first.ID, "wrong equation"})
		must(t, err)
		w.wantOwed("0", "0", "0")
		again := w.distribute(v)
		for i, l := range w.lines(again) {
			if l != lines[i] {
				t.Errorf("after the reversal line %d is %v, was %v", i, l, lines[i])
			}
		}
	})
}

func (w *workshop) lines(d Distribution) (lines []Line) {
	w.t.Helper()
	must(w.t, w.db.Read(ctx, w.commons.ID, func(r *store.Snapshot) (err error) {
		lines, err = Lines(r, d)
		return err
	}))
	return lines
}

// An equation is simulated before it is adopted, and a used text never changes.
func TestEquationLife(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		v, err := SaveEquation(ctx, w.db, w.ada, "", SaveEquationAsk{Text: w.allToMakers()})
		must(t, err)
		_, err = AdoptEquation(ctx, w.db, w.ada, "", VersionAsk{v.ID, v.Version, v.Hash})
		wantCode(t, err, "contribution.equation_state")
		_, err = OpenDistribution(ctx, w.db, w.ada, "", OpenAsk{Equation: v.ID})
		wantCode(t, err, "contribution.not_adopted")
		v = w.adopt(w.allToMakers())
		next, err := SaveEquation(ctx, w.db, w.ada, "", SaveEquationAsk{ID: v.ID, Text: w.allToMakers()})
		must(t, err)
		if next.Version != 2 || next.State != Draft {
			t.Errorf("saving over an adopted version made %d %s", next.Version, next.State)
		}
	})
}

// Every line explains itself, and an explanation is only given when the lines
// computed again are the lines that were booked.
func TestWhy(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		w.worked()
		v := w.adopt(w.allToMakers())
		w.sell("30")
		d := w.distribute(v)
		w.log(w.bas, "100") // what comes later changes nothing
		must(t, w.db.Read(ctx, w.commons.ID, func(r *store.Snapshot) error {
			why, err := w.practice.Why(r, d, w.bas.Agent, "makers")
			if err != nil {
				return err
			}
			if why.Amount != 3_330_000 || len(why.Claims) != 1 || why.Claims[0].Original != 5_000_000 {
				t.Errorf("the derivation is %+v", why)
			}
			return nil
		}))
	})
}

// A draft is compared with what is in force on the same income.
func TestSimulate(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		w.worked()
		v := w.adopt(w.allToMakers())
		draft := w.allToMakers()
		draft.Buckets[0].Percent = "50"
		must(t, w.db.Read(ctx, w.commons.ID, func(r *store.Snapshot) error {
			s, err := w.practice.Simulate(r, draft, &v.Text, quantity.Of(30, "EUR"), "", false)
			if err != nil {
				return err
			}
			if s.Changes.Losers != 3 || s.Changes.Gainers != 0 || s.Changes.Draft.Paid != 15_000_000 {
				t.Errorf("half the pot gives %+v", s.Changes)
			}
			return nil
		}))
	})
}

// What is owed can be paid out, and no more.
func TestPayOut(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		w.worked()
		v := w.adopt(w.allToMakers())
		w.sell("30")
		d := w.distribute(v)
		pay := func(euros string) error {
			_, err := PayOut(ctx, w.db, w.ada, "", PayoutAsk{To: w.cleo.Agent, Amount: quantity.MustParse(euros, "EUR"), At: time.Now()})
			return err
		}
		wantCode(t, pay("2.68"), "vf.negative_balance")
		must(t, pay("2.67"))
		w.wantOwed("24", "3.33", "0")
		_, err := ReverseDistribution(ctx, w.db, w.ada, "", ReverseAsk{d.ID, "too late"})
		wantCode(t, err, "vf.negative_balance")
	})
}
