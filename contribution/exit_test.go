package contribution

import (
	"slices"
	"testing"
	"time"

	"commonweal/contribution/equation"
	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// pie lets Ada work 3 h (36 EUR, 72 slices), Bas pay 5 EUR for screws (20
// slices) and Cleo lend a saw worth 4 EUR (8 slices), a week ago. Half of every
// income stays with the commons, half goes to the slices.
func (w *workshop) pie() Version {
	w.t.Helper()
	ago := time.Now().AddDate(0, 0, -7)
	for _, g := range []struct {
		who  auth.Identity
		kind string
		q    quantity.Amount
	}{{w.ada, "work", quantity.Of(3, "hour")}, {w.bas, "purchase", quantity.Of(5, "EUR")}, {w.cleo, "use", quantity.Of(1, "hour")}} {
		e, err := LogContribution(ctx, w.db, g.who, "", LogAsk{Kind: g.kind, Project: w.project.ID, Quant: g.q, From: ago})
		must(w.t, err)
		by := w.ada
		if g.who.Agent == by.Agent {
			by = w.bas
		}
		w.decide(by, e.No, Accept)
	}
	return w.adopt(equation.Equation{Project: string(w.project.ID), Name: "Pie", Version: 1, Unit: "EUR", Base: equation.Whole, Buckets: []equation.Bucket{
		{Sequence: 1, Key: "commons", Percent: "50", Fixed: []equation.Receiver{{Agent: string(w.commons.Agent), Weight: "1"}}},
		{Sequence: 2, Key: "pie", Percent: "50", AboveOwed: equation.Proportional, Rules: []equation.Rule{{ID: "slices", Kinds: []string{"work", "purchase", "use"}, Claim: equation.Forever,
			Formula: "value * riskFactor", RiskMultipliers: []equation.RiskMultiplier{{Kind: "work", Factor: "2"}, {Kind: "purchase", Factor: "4"}, {Kind: "use", Factor: "2"}}}}}}})
}

// leaves records that somebody left today.
func (w *workshop) leaves(who auth.Identity, way equation.Way) Exit {
	w.t.Helper()
	x, err := RecordExit(ctx, w.db, w.ada, "", ExitAsk{Person: who.Agent, Project: w.project.ID, Way: way, From: time.Now().In(amsterdam).Format(time.DateOnly), Decision: "Assembly, point 2", Reason: "private"})
	must(w.t, err)
	return x
}

// verified checks the whole log by replay.
func (w *workshop) verified() {
	w.t.Helper()
	list, blobs := w.recorded()
	if at, _, err := replay(w.t, list, blobs); err != nil {
		w.t.Errorf("entry %d (%s): %v", at, list[at].Act, err)
	}
}

// Bas resigns without good reason and keeps his 5 EUR in cash: of the next 100
// EUR for 85 slices Ada gets 84.71, Bas 5.88, Cleo 9.41. Then the exit is taken
// back, and the pie is as before.
func TestExitAndItsCounterAct(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		v := w.pie()
		w.sell("200")
		w.distribute(v)
		w.wantOwed("72", "20", "8")
		x := w.leaves(w.bas, equation.Resigned)
		w.sell("200")
		first := w.distribute(v)
		w.wantOwed("156.71", "25.88", "17.41")
		_, err := RevokeExit(ctx, w.db, w.ada, "", RevokeExitAsk{x.ID, "it was a misunderstanding"})
		must(t, err)
		w.sell("200")
		w.distribute(v)
		w.wantOwed("228.71", "45.88", "25.41")
		_, err = RevokeExit(ctx, w.db, w.ada, "", RevokeExitAsk{x.ID, "again"})
		wantFault(t, err, "contribution.exit_revoked")
		// The distribution that found the exit still explains itself by it.
		must(t, w.db.Read(ctx, w.commons.ID, func(r *store.Snapshot) error {
			why, err := w.practice.Why(r, first, w.bas.Agent, "pie")
			if err == nil && (why.Claims[0].Left != equation.LeftAtFault || why.Claims[0].Kept != 5_000_000 || why.Claims[0].Original != 20_000_000) {
				t.Errorf("%+v", why.Claims[0])
			}
			return err
		}))
		w.verified()
	})
}

func wantFault(t testing.TB, err error, code string) {
	t.Helper()
	if got := fault.CodeOf(err); err == nil || got != code {
		t.Errorf("%v, want %s", err, code)
	}
}

// Cleo is dismissed without cause and keeps her 8 slices. They are bought back
// for 8 EUR; then the whole is sold within the year for 10 a slice, and of the
// 80 EUR for her slices 8 were paid in advance.
func TestBuyBackAndClawBack(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		v := w.pie()
		x := w.leaves(w.cleo, equation.Dismissed)
		buy := BuyBackAsk{Exit: x.ID, Equation: v.ID, Amount: quantity.Of(8, "EUR")}
		_, err := w.practice.BuyBack(ctx, w.ada, "", buy)
		wantFault(t, err, "contribution.own_money")
		w.sell("200")
		w.distribute(v)
		w.wantOwed("72", "20", "8")
		_, err = w.practice.BuyBack(ctx, w.ada, "", BuyBackAsk{Exit: x.ID, Equation: v.ID, Amount: quantity.Of(7, "EUR")})
		wantFault(t, err, "contribution.offer_changed")
		bought, err := w.practice.BuyBack(ctx, w.ada, "once", buy)
		must(t, err)
		again, err := w.practice.BuyBack(ctx, w.ada, "once", buy)
		if err != nil || again.BuyBack == nil || again.BuyBack.Event != bought.BuyBack.Event {
			t.Errorf("a repeated key: %+v %v", again, err)
		}
		w.wantOwed("72", "20", "16")
		_, err = w.practice.BuyBack(ctx, w.ada, "", buy)
		wantFault(t, err, "contribution.bought_back")
		w.sell("184")
		w.distribute(v)
		w.wantOwed("144", "40", "16") // 92 EUR for 92 slices
		today := time.Now().In(amsterdam).Format(time.DateOnly)
		_, err = RecordClawBack(ctx, w.db, w.ada, "", ClawBackAsk{x.ID, "2019-01-01", "Assembly"})
		wantFault(t, err, "contribution.claw_back_day")
		_, err = RecordClawBack(ctx, w.db, w.ada, "", ClawBackAsk{x.ID, today, "Assembly"})
		must(t, err)
		w.sell("2000")
		sold := w.distribute(v)
		w.wantOwed("864", "240", "88") // 720, 200 and 80 - 8
		_, err = RevokeExit(ctx, w.db, w.ada, "", RevokeExitAsk{x.ID, "no"})
		wantFault(t, err, "contribution.later_distribution")
		w.verified()
		_, err = ReverseDistribution(ctx, w.db, w.ada, "", ReverseAsk{sold.ID, "the buyer withdrew"})
		must(t, err)
		_, err = RevokeExit(ctx, w.db, w.ada, "", RevokeExitAsk{x.ID, "she is back"})
		must(t, err)
		w.wantOwed("144", "40", "8") // the price of the slices has returned
		w.distribute(v)
		w.wantOwed("864", "240", "88") // 720, 200 and 80
		w.verified()
	})
}

// An advance that is larger than what comes in waits for the next distribution.
func TestAdvanceIsCarriedOn(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		v := w.pie()
		w.sell("200")
		w.distribute(v)
		x := w.leaves(w.cleo, equation.ResignedWithReason)
		_, err := w.practice.BuyBack(ctx, w.ada, "", BuyBackAsk{x.ID, v.ID, quantity.Of(8, "EUR")})
		must(t, err)
		_, err = RecordClawBack(ctx, w.db, w.ada, "", ClawBackAsk{x.ID, time.Now().In(amsterdam).Format(time.DateOnly), "Assembly"})
		must(t, err)
		for _, want := range []string{"16", "16", "20"} { // 4 a time: 4 and 4 of the advance, then 4 in her account
			w.sell("100")
			d := w.distribute(v)
			if got := w.owed(w.cleo).Decimal(); got != want {
				t.Errorf("distribution %d: Cleo has %s, want %s", d.No, got, want)
			}
		}
		w.verified()
	})
}

func TestExitsThatAreRefused(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		v := w.pie()
		good := ExitAsk{Person: w.bas.Agent, Project: w.project.ID, Way: equation.Dismissed, From: "2026-01-02", Decision: "Assembly"}
		for code, change := range map[string]func(*ExitAsk){
			"contribution.exit_day":        func(a *ExitAsk) { a.From = time.Now().AddDate(0, 0, 2).Format(time.DateOnly) },
			"contribution.exit_way":        func(a *ExitAsk) { a.Way = "vanished" },
			"contribution.decision":        func(a *ExitAsk) { a.Decision = " " },
			"contribution.own":             func(a *ExitAsk) { a.Person = w.ada.Agent },
			"contribution.unknown_person":  func(a *ExitAsk) { a.Person = w.project.ID },
			"contribution.unknown_project": func(a *ExitAsk) { a.Project = w.bas.Agent },
			"contribution.note":            func(a *ExitAsk) { a.Reason = string(make([]byte, maxNote+1)) },
		} {
			ask := good
			change(&ask)
			_, err := RecordExit(ctx, w.db, w.ada, "", ask)
			wantFault(t, err, code)
		}
		_, err := RecordExit(ctx, w.db, w.bas, "", good)
		wantFault(t, err, "auth.forbidden")
		x, err := RecordExit(ctx, w.db, w.ada, "", good)
		must(t, err)
		_, err = RecordExit(ctx, w.db, w.ada, "", good)
		wantFault(t, err, "contribution.exit_twice")
		_, err = RecordClawBack(ctx, w.db, w.ada, "", ClawBackAsk{x.ID, "2026-01-02", "Assembly"})
		wantFault(t, err, "contribution.claw_back")
		_, err = RevokeExit(ctx, w.db, w.ada, "", RevokeExitAsk{x.ID, ""})
		wantFault(t, err, "contribution.reason")
		_, err = RevokeExit(ctx, w.db, w.ada, "", RevokeExitAsk{v.ID, "x"})
		wantFault(t, err, "contribution.unknown_exit")
		// Bas gave before 2 January only if the calendar says so: his purchase of
		// last week came after that exit, so there is nothing to buy back of it.
		_, err = w.practice.BuyBack(ctx, w.ada, "", BuyBackAsk{x.ID, v.ID, quantity.Of(1, "EUR")})
		wantFault(t, err, "contribution.offer_changed")
	})
}

// What the replay must find in a log with exits.
var exitForgeries = []forgery{
	{act: "contribution.exit", from: `"way":"dismissed"`, to: `"way":"vanished"`, field: "way"},
	{act: "contribution.exit", from: `"decision":"Assembly, point 2"`, to: `"decision":""`, field: "decision"},
	{act: "contribution.buy_back", from: `"slices":{"unit":"EUR","value":"8"}`, to: `"slices":{"unit":"EUR","value":"9"}`, field: "buyBack"},
	{act: "contribution.buy_back", from: `"amount":{"unit":"EUR","value":"8"}`, to: `"amount":{"unit":"EUR","value":"80"}`, field: "buyBack"},
	{act: "contribution.buy_back", from: `"rules":["slices"]`, to: `"rules":[]`, field: "buyBack"},
	{act: "contribution.claw_back", from: `"sold":"20`, to: `"sold":"19`, field: "sold"},
}

func TestReplayFindsForgedExits(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		v := w.pie()
		w.sell("200")
		w.distribute(v)
		x := w.leaves(w.cleo, equation.Dismissed)
		_, err := w.practice.BuyBack(ctx, w.ada, "", BuyBackAsk{x.ID, v.ID, quantity.Of(8, "EUR")})
		must(t, err)
		_, err = RecordClawBack(ctx, w.db, w.ada, "", ClawBackAsk{x.ID, time.Now().In(amsterdam).Format(time.DateOnly), "Assembly"})
		must(t, err)
		w.sell("2000")
		w.distribute(v)
		w.verified()
		list, blobs := w.recorded()
		for _, f := range exitForgeries {
			forged, at := forge(t, list, blobs, f)
			got, _, err := replay(t, forged.list, forged.blobs)
			if found := fault.As(err); got != at || found == nil || found.Field != f.field {
				t.Errorf("%s: %s → %s: entry %d, %v; want entry %d, field %s", f.act, f.from, f.to, got, err, at, f.field)
			}
		}
		// Without the exit, the claw-back or the buy-back, what follows is wrong.
		for i, e := range list {
			if !slices.Contains([]string{"contribution.exit", "contribution.buy_back", "contribution.claw_back"}, e.Act) {
				continue
			}
			rest := append(append([]Recorded(nil), list[:i]...), list[i+1:]...)
			if at, _, err := replay(t, rest, blobs); err == nil || at <= e.Seq {
				t.Errorf("without entry %d (%s) the replay ends at %d with %v", e.Seq, e.Act, at, err)
			}
		}
	})
}

// A buy-back counts the slices as of its own entry, however busy the log is.
func TestBuyBackInABusyCommons(t *testing.T) {
	each(t, func(t *testing.T, w *workshop) {
		v := w.pie()
		w.sell("200")
		w.distribute(v)
		x := w.leaves(w.cleo, equation.Dismissed)
		stop, done := make(chan bool), make(chan error)
		go func() {
			for {
				select {
				case <-stop:
					done <- nil
					return
				case <-time.After(2 * time.Millisecond):
					if _, err := LogContribution(ctx, w.db, w.bas, "", LogAsk{Kind: "work", Project: w.project.ID, Quant: quantity.Of(1, "hour")}); err != nil {
						done <- err
						return
					}
				}
			}
		}()
		_, err := w.practice.BuyBack(ctx, w.ada, "", BuyBackAsk{x.ID, v.ID, quantity.Of(8, "EUR")})
		close(stop)
		if err != nil && fault.CodeOf(err) != "contribution.busy" {
			t.Error(err)
		}
		must(t, <-done)
		w.verified()
	})
}
