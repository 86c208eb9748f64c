package contribution

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"commonweal/contribution/evaluation"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// Karma cannot be transferred: no statement of the program changes or removes a
// row of karma, one insert adds rows, no capability speaks of moving it, and a
// sanction makes nobody richer.
func TestInvariant8KarmaCannotBeTransferred(t *testing.T) {
	statements, inserts := store.Declared()
	for _, s := range statements {
		if strings.Contains(s.Text, "contribution_karma") && !strings.HasPrefix(strings.TrimSpace(s.Text), "SELECT") {
			t.Errorf("a statement other than a question touches karma: %s", s.Text)
		}
	}
	adding := 0
	for _, i := range inserts {
		if i.Table == "contribution_karma" {
			adding++
		}
	}
	if adding != 1 {
		t.Errorf("%d inserts add karma, want one", adding)
	}
	for _, c := range Capabilities {
		for _, word := range []string{"transfer", "give", "move", "sell"} {
			if strings.Contains(strings.ToLower(string(c.Capability)+" "+c.Meaning), word+" karma") {
				t.Errorf("%s moves karma: %s", c.Capability, c.Meaning)
			}
		}
	}
	each(t, func(t *testing.T, w *workshop) {
		people := w.judges()
		e := w.made(people[3])
		round := w.open(praise())
		w.mark(w.bas, round, e.No, 55)
		w.close(round)
		before := w.karma(people[3], "")
		_, err := SanctionKarma(ctx, w.db, w.ada, "", SanctionAsk{Person: people[3].Agent, Amount: quantity.Of(2, evaluation.Karma), Decision: "Assembly of 12 May, point 3"})
		must(t, err)
		for _, who := range people[:3] {
			if k := w.karma(who, ""); k.Sign() != 0 {
				t.Errorf("%s holds %s after the sanction of somebody else", who.Name, k)
			}
		}
		if after := w.karma(people[3], ""); after.Micros >= before.Micros-quantity.Scale {
			t.Errorf("karma %s before, %s after a sanction of 2", before, after)
		}
		// More than somebody holds leaves nothing, never less.
		_, err = SanctionKarma(ctx, w.db, w.ada, "", SanctionAsk{Person: people[3].Agent, Amount: quantity.Of(100, evaluation.Karma), Decision: "Assembly of 13 May"})
		must(t, err)
		if k := w.karma(people[3], ""); k.Sign() != 0 {
			t.Errorf("karma %s after losing more than there was", k)
		}
	})
}

func TestSanctionRefusals(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		one := quantity.Of(1, evaluation.Karma)
		for code, ask := range map[string]SanctionAsk{
			"contribution.decision":        {Person: w.bas.Agent, Amount: one},
			"contribution.sanction":        {Person: w.bas.Agent, Amount: quantity.Of(-1, evaluation.Karma), Decision: "x"},
			"contribution.own":             {Person: w.ada.Agent, Amount: one, Decision: "x"},
			"auth.member":                  {Person: w.project.ID, Amount: one, Decision: "x"},
			"contribution.unknown_project": {Person: w.bas.Agent, Domain: w.bas.Agent, Amount: one, Decision: "x"},
		} {
			if _, err := SanctionKarma(ctx, w.db, w.ada, "", ask); fault.CodeOf(err) != code {
				t.Errorf("want %s, got %v", code, err)
			}
		}
	})
}

// A half-life reaches the formulas: of 5.5 karma 2.75 are left after 90 days,
// and with a half-life of 45 days from then on 1.375 after 45 days more. After
// one day it is 5.5 × 2^(-1/90) = 5.457804.
func TestHalfLifeInFormulas(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		people := w.judges()
		e := w.made(people[3])
		round := w.open(praise())
		w.mark(w.bas, round, e.No, 55)
		w.close(round)
		granted := w.db.Now()
		_, err := SetHalfLife(ctx, w.db, w.ada, "", HalfLifeAsk{From: granted.Add(90 * 24 * time.Hour), Days: 45, Decision: "Assembly of 12 May"})
		must(t, err)
		at := func(when time.Time) (micros int64) {
			must(t, w.db.Read(ctx, w.commons.ID, func(r *store.Snapshot) error {
				return w.practice.Columns(r, func(c *Columns) error {
					l := &c.Ledger
					columns, err := karmaColumns(r, l, Distribution{No: previewNo, At: when})
					for i, id := range l.People {
						if err == nil && id == string(people[3].Agent) {
							micros = columns[0].Micros[i]
						}
					}
					return err
				})
			}))
			return micros
		}
		near := func(got, want int64) bool { return got > want-30 && got < want+30 } // some seconds more or less
		for days, want := range map[int]int64{1: 5_457_804, 90: 2_750_000, 135: 1_375_000} {
			if got := at(granted.Add(time.Duration(days) * 24 * time.Hour)); !near(got, want) {
				t.Errorf("after %d days %d millionths, want %d", days, got, want)
			}
		}
		if _, err := SetHalfLife(ctx, w.db, w.ada, "", HalfLifeAsk{From: w.db.Now().Add(-time.Hour), Days: 45, Decision: "x"}); fault.CodeOf(err) != "contribution.half_life" {
			t.Errorf("the past was changed: %v", err)
		}
	})
}

// Whatever score, its rating is that score to half of the last decimal that
// fits, exactly where it fits, and both numbers fit the columns.
func TestRatingsAreExactOrNearest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		num := rapid.Int64Range(0, 1<<50).Draw(t, "num")
		den := rapid.Int64Range(1, 1<<50).Draw(t, "den")
		exact := quantity.Micros(0, quantity.One).Rat().SetFrac64(num, den)
		if exact.Cmp(quantity.Of(mostTop, quantity.One).Rat()) > 0 {
			t.Skip("no score is larger than the largest mark")
		}
		r := ratingOf(EntryNo{1, 0}, exact)
		if r.Num < 0 || r.Num > ratable || r.Den < 1 || r.Den > ratable {
			t.Fatalf("%s became %d/%d", exact, r.Num, r.Den)
		}
		kept := quantity.Micros(0, quantity.One).Rat().SetFrac64(r.Num, r.Den)
		if fits(exact) != (kept.Cmp(exact) == 0) && fits(exact) {
			t.Fatalf("%s fits and became %s", exact, kept)
		}
		off := kept.Sub(kept, exact)
		if off.Abs(off).Cmp(quantity.MustParse("0.0005", quantity.One).Rat()) > 0 {
			t.Fatalf("%s became %d/%d, off by %s", exact, r.Num, r.Den, off)
		}
	})
}
