package contribution

import (
	"testing"
	"time"

	"commonweal/platform/fault"
	"commonweal/quantity"
)

// A log entry is a claim; it becomes a contribution when a colleague confirms it.
func TestInvariant1LoggedIsAClaim(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		e := w.log(w.bas, "2.5")
		if e.State != Logged || e.Value != quantity.Of(30, "EUR") {
			t.Fatalf("2.5 h at 12 EUR is %s and %s; want logged and 30 EUR", e.State, e.Value)
		}
		if d := w.decide(w.cleo, e.No, Accept); d.State != Validated {
			t.Errorf("after one of one validators: %s", d.State)
		}
		got := w.entry(e.No)
		if got.State != Validated || got.Note != "sanding the frame" || got.Value != e.Value || got.Event != e.Event {
			t.Errorf("read back %+v", got)
		}
	})
}

// A correction replaces; the corrected contribution counts no more.
func TestInvariant2CorrectionReplaces(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		e := w.log(w.bas, "25")
		fixed, err := LogContribution(ctx, w.db, w.bas, "", LogAsk{Kind: "work", Project: w.project.ID, Quant: quantity.MustParse("2.5", "hour"), Corrects: &e.No})
		must(t, err)
		if old := w.entry(e.No); old.State != Amended {
			t.Errorf("the corrected one is %s", old.State)
		}
		if now := w.entry(fixed.No); now.State != Logged || *now.Corrects != e.No {
			t.Errorf("the correction is %+v", now)
		}
		_, err = LogContribution(ctx, w.db, w.bas, "", LogAsk{Kind: "work", Project: w.project.ID, Quant: quantity.Of(3, "hour"), Corrects: &e.No})
		wantCode(t, err, "contribution.already_corrected")
	})
}

// Nobody validates their own contribution.
func TestInvariant3NotOneself(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		e := w.log(w.bas, "1")
		_, err := ValidateContribution(ctx, w.db, w.bas, "", ValidateAsk{Entry: e.No, Verdict: Accept})
		wantCode(t, err, "contribution.own")
	})
}

// Rejected with a reason, appealed, decided by a steward who had not decided before.
func TestAppeal(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		e := w.log(w.bas, "8")
		_, err := ValidateContribution(ctx, w.db, w.cleo, "", ValidateAsk{Entry: e.No, Verdict: Reject})
		wantCode(t, err, "contribution.reason")
		w.decide(w.cleo, e.No, Reject)
		w.decide(w.bas, e.No, Appeal)
		_, err = ValidateContribution(ctx, w.db, w.cleo, "", ValidateAsk{Entry: e.No, Verdict: Grant, Reason: "no"})
		wantCode(t, err, "contribution.twice")
		if d := w.decide(w.ada, e.No, Grant); d.State != Validated {
			t.Errorf("granted appeal leaves it %s", d.State)
		}
	})
}

// What cannot be right is refused with the field and what would be right.
func TestRefusals(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		good := LogAsk{Kind: "work", Project: w.project.ID, Quant: quantity.Of(1, "hour")}
		for code, change := range map[string]func(*LogAsk){
			"contribution.unknown_kind":    func(a *LogAsk) { a.Kind = "juggling" },
			"contribution.unknown_project": func(a *LogAsk) { a.Project = w.commons.ID },
			"contribution.unit":            func(a *LogAsk) { a.Quant.Unit = "kilogram" },
			"contribution.quantity":        func(a *LogAsk) { a.Quant.Micros = -1 },
			"contribution.future":          func(a *LogAsk) { a.From = time.Now().AddDate(0, 0, 3) },
			"contribution.past":            func(a *LogAsk) { a.From = time.Date(1950, 1, 1, 0, 0, 0, 0, time.UTC) },
			"contribution.evidence":        func(a *LogAsk) { a.Evidence = []Evidence{{Link: "javascript:alert(1)"}} },
			"contribution.deliverable":     func(a *LogAsk) { a.Deliverable = "parcel:1" },
			"contribution.rate":            func(a *LogAsk) { a.Rate = quantity.Of(-3, "EUR") },
			"quantity.overflow":            func(a *LogAsk) { a.Quant.Micros, a.Rate = 1<<62, quantity.Of(1_000_000, "EUR") },
		} {
			ask := good
			change(&ask)
			_, err := LogContribution(ctx, w.db, w.bas, "", ask)
			wantCode(t, err, code)
		}
	})
}

func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	if got := fault.CodeOf(err); err == nil || got != code {
		t.Errorf("got %q (%v), want %s", got, err, code)
	}
}
