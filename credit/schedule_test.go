package credit

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/recurrence"
	"commonweal/platform/store"
	"commonweal/platform/store/storetest"
	"commonweal/quantity"
)

// later runs a test in a village whose clock can be put forward.
func later(t *testing.T, body func(t *testing.T, v *village, forward func(time.Duration), p *Practice)) {
	var ahead atomic.Int64
	clocked := func() store.Config {
		c := config()
		c.Clock = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
		return c
	}
	storetest.Each(t, clocked, func(t *testing.T, db *store.Store) {
		v, p := settle(t, db), New(db)
		p.Actor = func(_ context.Context, _, account store.ID) (auth.Identity, error) {
			for _, who := range []auth.Identity{v.ada, v.bas, v.cleo, v.dirk} {
				if who.Account == account {
					return who, nil
				}
			}
			return auth.Identity{}, fault.Forbiddenf("import.left", "who started this no longer belongs to the commons")
		}
		body(t, v, func(d time.Duration) { ahead.Add(int64(d)) }, p)
	})
}

// daily is every day at the same time, from tomorrow.
func daily(db *store.Store) recurrence.Rule {
	return recurrence.Rule{RRule: "FREQ=DAILY", Start: db.Now().Add(24 * time.Hour).UTC().Format(recurrence.Clock), Zone: "UTC"}
}

// Twelve hours a day: the second day finds eight left and is skipped, and Cleo
// reads why; when she has been paid, the third goes through.
func TestWhatIsPlannedIsJudgedWhenItsTimeComes(t *testing.T) {
	later(t, func(t *testing.T, v *village, forward func(time.Duration), p *Practice) {
		pay := PayAsk{Legs: []AskedLeg{{From: v.cleo.Agent, To: v.bas.Agent, Amount: h("12")}}}
		s, err := SchedulePayment(ctx, v.db, v.cleo, "", ScheduleAsk{Pay: pay, When: daily(v.db)})
		must(t, err)
		v.due(p, 0)
		for range 2 {
			forward(24*time.Hour + time.Minute)
			v.due(p, 1)
			v.stands(v.bas, "12")
		}
		must(t, v.pays(v.dirk, v.cleo, "10"))
		forward(24 * time.Hour)
		v.due(p, 1)
		v.stands(v.bas, "24")
		var times []ScheduledTime
		must(t, v.db.Read(ctx, v.commons.ID, func(r *store.Snapshot) (err error) { times, err = TimesOf(r, v.cleo.Agent, 10); return err }))
		if len(times) != 3 || times[0].Payment == "" || times[1].Refused == nil || times[1].Refused.Code != "credit.spendable" {
			t.Errorf("it went %+v", times)
		}
		_, err = ChangeSchedule(ctx, v.db, v.bas, "", ChangeScheduleAsk{s.ID, PauseSchedule})
		refused(t, err, "credit.unknown_schedule")
		_, err = ChangeSchedule(ctx, v.db, v.cleo, "", ChangeScheduleAsk{s.ID, PauseSchedule})
		must(t, err)
		forward(48 * time.Hour)
		v.due(p, 0)
		_, err = ChangeSchedule(ctx, v.db, v.cleo, "", ChangeScheduleAsk{s.ID, ResumeSchedule})
		must(t, err)
		v.due(p, 0)
		v.replayed()
	})
}

// Once means once; a time that was missed by days is skipped; nobody plans the past,
// or to pay from what others hold.
func TestOnceAndTooLate(t *testing.T) {
	later(t, func(t *testing.T, v *village, forward func(time.Duration), p *Practice) {
		once := daily(v.db)
		once.RRule = ""
		pay := PayAsk{Legs: []AskedLeg{{From: v.cleo.Agent, To: v.bas.Agent, Amount: h("1")}}}
		_, err := SchedulePayment(ctx, v.db, v.bas, "", ScheduleAsk{pay, once})
		refused(t, err, "credit.not_your_account")
		_, err = SchedulePayment(ctx, v.db, v.cleo, "", ScheduleAsk{pay, recurrence.Rule{Start: "2020-01-01T00:00", Zone: "UTC"}})
		refused(t, err, "credit.schedule_past")
		_, err = SchedulePayment(ctx, v.db, v.cleo, "", ScheduleAsk{pay, once})
		must(t, err)
		forward(25 * time.Hour)
		v.due(p, 1)
		forward(100 * 24 * time.Hour)
		v.due(p, 0)
		v.stands(v.bas, "1")
		again := daily(v.db)
		again.RRule = "FREQ=DAILY;COUNT=2"
		_, err = SchedulePayment(ctx, v.db, v.cleo, "", ScheduleAsk{pay, again})
		must(t, err)
		forward(30 * 24 * time.Hour)
		v.due(p, 2)
		v.stands(v.bas, "1")
	})
}

// due lets the clock look, and says how many times it should find.
func (v *village) due(p *Practice, want int) {
	v.t.Helper()
	n, err := p.PayDue(ctx, v.commons.ID)
	must(v.t, err)
	if n != want {
		v.t.Errorf("%d times were dealt with, want %d", n, want)
	}
}

// As much as fits: all of 15 hours, then the 5 that are left, then nothing. With a
// fee of a tenth on top, 18.19 leaves go and take the 20 that may leave.
func TestAsMuchAsFits(t *testing.T) {
	each(t, func(t *testing.T, v *village) {
		p, err := MakePayment(ctx, v.db, v.cleo, "", PayAsk{UpTo: true, Legs: []AskedLeg{{From: v.cleo.Agent, To: v.bas.Agent, Amount: h("15")}}})
		must(t, err)
		if p.Legs[0].Amount != Micros(h("15").Micros) {
			t.Errorf("%d was paid where all fits", p.Legs[0].Amount)
		}
		_, err = MakePayment(ctx, v.db, v.cleo, "", PayAsk{UpTo: true, Legs: []AskedLeg{{From: v.cleo.Agent, To: v.bas.Agent, Amount: h("4000000000")}}})
		must(t, err)
		v.stands(v.cleo, "-20")
		_, err = MakePayment(ctx, v.db, v.cleo, "", PayAsk{UpTo: true, Legs: []AskedLeg{{From: v.cleo.Agent, To: v.bas.Agent, Amount: h("1")}}})
		refused(t, err, "credit.spendable")
		leaf := func(n string) quantity.Amount { return quantity.MustParse(n, "leaf") }
		_, err = FoundCurrency(ctx, v.db, v.ada, "", CurrencyAsk{Unit: "leaf", Name: "Leaf", Decimals: 2, Month: leaf("20"), ForAll: true, Fees: []Fee{{Name: "tithe", By: Payer, RateOf: 1, RateIn: 10}}})
		must(t, err)
		p, err = MakePayment(ctx, v.db, v.cleo, "", PayAsk{UpTo: true, Legs: []AskedLeg{{From: v.cleo.Agent, To: v.bas.Agent, Amount: leaf("30")}}})
		must(t, err)
		if p.Legs[0].Amount != Micros(leaf("18.19").Micros) || p.Legs[1].Amount != Micros(leaf("1.81").Micros) {
			t.Errorf("%+v was paid", p.Legs)
		}
	})
}
