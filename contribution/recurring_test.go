package contribution

import (
	"testing"
	"time"

	"commonweal/contribution/intake/recurring"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// weekly is two hours at a market stall since four weeks.
func (w *workshop) weekly() Recurring {
	start := time.Now().UTC().AddDate(0, 0, -28).Format("2006-01-02") + "T09:00"
	return Recurring{Rule: recurring.Rule{RRule: "FREQ=WEEKLY;COUNT=6", Start: start, Zone: "UTC"},
		Log: LogAsk{Kind: "work", Project: w.project.ID, Quant: quantity.Of(2, "hour"), Note: "market stall"}}
}

// Each time waits as a draft, in order; it is logged once, however often it is confirmed.
func TestRecurringDrafts(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		v, err := AddRecurring(ctx, w.db, w.bas, "add", w.weekly())
		must(t, err)
		first := v.Next
		e, err := ChangeRecurring(ctx, w.db, w.bas, "", RecurringAsk{ID: v.ID, Change: ConfirmDraft, At: first})
		must(t, err)
		if !e.At.Equal(first) || e.State != Logged || e.Note != "market stall" {
			t.Errorf("the confirmed draft is %+v, want one at %s", e, first)
		}
		_, err = ChangeRecurring(ctx, w.db, w.bas, "", RecurringAsk{ID: v.ID, Change: ConfirmDraft, At: first})
		wantCode(t, err, "contribution.recurring_done")
		_, err = ChangeRecurring(ctx, w.db, w.bas, "", RecurringAsk{ID: v.ID, Change: SkipDraft, At: first.AddDate(0, 0, 7)})
		must(t, err)
		if got := w.rule(t, w.bas.Agent); !got.Next.Equal(first.AddDate(0, 0, 14)) || !got.Due(time.Now()) {
			t.Errorf("after two of them the next is %s, want %s", got.Next, first.AddDate(0, 0, 14))
		}
		_, err = ChangeRecurring(ctx, w.db, w.cleo, "", RecurringAsk{ID: v.ID, Change: DeleteRecurring})
		wantCode(t, err, "contribution.unknown_recurring")
	})
}

// A pause makes no drafts, and none for its time afterwards.
func TestRecurringPause(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		v, err := AddRecurring(ctx, w.db, w.bas, "", w.weekly())
		must(t, err)
		change := func(c RecurringChange) {
			_, err := ChangeRecurring(ctx, w.db, w.bas, "", RecurringAsk{ID: v.ID, Change: c})
			must(t, err)
		}
		change(PauseRecurring)
		if got := w.rule(t, w.bas.Agent); got.Due(time.Now()) {
			t.Error("a paused rule has a draft")
		}
		_, err = ChangeRecurring(ctx, w.db, w.bas, "", RecurringAsk{ID: v.ID, Change: ConfirmDraft, At: v.Next})
		wantCode(t, err, "contribution.recurring_done")
		change(ResumeRecurring)
		if got := w.rule(t, w.bas.Agent); got.Next.Before(time.Now()) {
			t.Errorf("resumed, the next is %s, which was during the pause", got.Next)
		}
		change(DeleteRecurring)
		must(t, w.db.Read(ctx, w.commons.ID, func(r *store.Snapshot) error {
			if rules, err := RecurringOf(r, w.bas.Agent); err != nil || len(rules) != 0 {
				t.Errorf("%d rules left (%v)", len(rules), err)
			}
			return nil
		}))
	})
}

// What could never be logged, or never falls due, is refused when it is added.
func TestRecurringRefusals(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		for code, change := range map[string]func(*Recurring){
			"intake.rrule":                 func(v *Recurring) { v.Rule.RRule = "FREQ=SECONDLY" },
			"intake.date":                  func(v *Recurring) { v.Rule.Start = "tomorrow" },
			"contribution.quantity":        func(v *Recurring) { v.Log.Quant.Micros = 0 },
			"contribution.unknown_kind":    func(v *Recurring) { v.Log.Kind = "juggling" },
			"contribution.recurring_never": func(v *Recurring) { v.Rule.RRule = "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=31" },
		} {
			v := w.weekly()
			change(&v)
			_, err := AddRecurring(ctx, w.db, w.bas, "", v)
			wantCode(t, err, code)
		}
	})
}

// rule is the one rule of a person.
func (w *workshop) rule(t *testing.T, person store.ID) (v Recurring) {
	t.Helper()
	must(t, w.db.Read(ctx, w.commons.ID, func(r *store.Snapshot) error {
		rules, err := RecurringOf(r, person)
		if len(rules) == 1 {
			v = rules[0]
		}
		return err
	}))
	return v
}
