package credit

import (
	"context"
	"io"
	"log/slog"
	"testing"
	"time"

	"commonweal/platform/auth"
	"commonweal/platform/job"
	"commonweal/platform/store"
	"commonweal/quantity"
)

func euro(n string) quantity.Amount { return quantity.MustParse(n, "EUR") }

// owes writes a debt down and lets the other side acknowledge it.
func (v *village) owes(debtor, creditor auth.Identity, amount quantity.Amount) Obligation {
	v.t.Helper()
	made, err := RegisterObligations(ctx, v.db, debtor, "", []DebtAsk{{Creditor: creditor.Agent, Amount: amount, Reference: "invoice"}})
	must(v.t, err)
	answered, err := AnswerObligations(ctx, v.db, creditor, "", AnswerAsk{[]store.ID{made[0].ID}, Acknowledge})
	must(v.t, err)
	if answered[0].State != Owed || answered[0].Claim == "" {
		v.t.Fatalf("acknowledged by both, the debt is %s with claim %q", answered[0].State, answered[0].Claim)
	}
	return answered[0]
}

// open holds what is open of a debt against what it should be.
func (v *village) open(o Obligation, want string) {
	v.t.Helper()
	must(v.t, v.db.Read(ctx, v.commons.ID, func(r *store.Snapshot) error {
		list, err := store.AllOf(r, scanJSON[Obligation], obligationsByID, []store.ID{o.ID})
		if err == nil && list[0].Open.of(o.Unit) != quantity.MustParse(want, o.Unit) {
			v.t.Errorf("%s is open, want %s", list[0].Open.of(o.Unit), want)
		}
		return err
	}))
}

// circles clears debts in the village: its long work runs until the test ends.
type circles struct {
	*village
	p *Practice
}

func (v *village) circles(t *testing.T) *circles {
	c := &circles{v, New(v.db)}
	c.p.Runner = c.runner()
	work, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() { defer close(done); _ = c.p.Runner.Work(work) }()
	t.Cleanup(func() { stop(); <-done })
	return c
}

func (c *circles) runner() *job.Runner {
	r := job.NewRunner(job.Config{Store: c.db, Sweep: 20 * time.Millisecond, Silence: time.Second, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Commons: func(context.Context) ([]store.ID, error) { return []store.ID{c.commons.ID}, nil }})
	r.Add(c.p.ClearingJobs()...)
	return r
}

// reaches waits until the round is in a state.
func (c *circles) reaches(id store.ID, want RoundState) (r Round) {
	c.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		must(c.t, c.db.Read(ctx, c.commons.ID, func(s *store.Snapshot) (err error) { r, err = roundFor(s, id); return err }))
		if r.State == want {
			return r
		}
	}
	c.t.Fatalf("the round is %s and never %s", r.State, want)
	return r
}

// asks opens a round and waits for its preview.
func (c *circles) asks(ask RoundAsk) Round {
	c.t.Helper()
	ask.Hours = max(ask.Hours, 1)
	r, err := c.p.OpenRound(ctx, c.ada, "", ask)
	must(c.t, err)
	return c.reaches(r.ID, Asking)
}

// settles lets the time for looking pass, and waits for the end.
func (c *circles) settles(r Round) Round {
	c.t.Helper()
	ahead.Store(int64(time.Duration(r.Hours) * time.Hour))
	n, err := c.p.CloseRounds(ctx, c.commons.ID)
	must(c.t, err)
	if n != 1 {
		c.t.Fatalf("%d rounds came to their end, want 1", n)
	}
	return c.reaches(r.ID, Settled)
}

func (v *village) replays() {
	v.t.Helper()
	r := NewReplay()
	for _, e := range v.recorded() {
		must(v.t, r.Entry(e))
	}
	list, balances := r.State()
	for _, a := range list {
		for _, who := range []auth.Identity{v.ada, v.bas, v.cleo, v.dirk} {
			if a.Agent == who.Agent {
				if live, balance := v.account(who); !equal(live, a) || balance != balances[a.ID] {
					v.t.Errorf("the log gives %s %s at %d, the database %s at %d", who.Name, encoded(a), balances[a.ID], encoded(live), balance)
				}
			}
		}
	}
}

// Ada owes Bas 100, Bas owes Cleo 80, Cleo owes Ada 50: 50 go round, and what
// everybody owes or is owed on the whole stays as it was.
func TestACircleClears(t *testing.T) {
	each(t, func(t *testing.T, v *village) {
		c := v.circles(t)
		one, two, three := v.owes(v.ada, v.bas, euro("100")), v.owes(v.bas, v.cleo, euro("80")), v.owes(v.cleo, v.ada, euro("50"))
		r := c.asks(RoundAsk{Unit: "EUR"})
		v.open(one, "100")
		if r.Figures.Cleared != 150_000_000 || r.Figures.Gross != 230_000_000 || r.Figures.Discharged != 1 {
			t.Errorf("the preview says %+v", *r.Figures)
		}
		_, err := ConfirmPaid(ctx, v.db, v.bas, "", PaidAsk{Obligation: one.ID})
		refused(t, err, "credit.in_round")
		c.settles(r)
		v.open(one, "50")
		v.open(two, "30")
		v.open(three, "0")
		v.replays()
	})
}

// Ada owes Bas 10 hours and Bas owes Cleo 10. Nothing circles: only because
// Cleo takes hours and Ada may go below zero do both debts clear.
func TestAChainClearsByALineOfCredit(t *testing.T) {
	each(t, func(t *testing.T, v *village) {
		c := v.circles(t)
		one, two := v.owes(v.ada, v.bas, h("10")), v.owes(v.bas, v.cleo, h("10"))
		r := c.asks(RoundAsk{Unit: quantity.Hour, Share: 50})
		if f := r.Figures; f.Cleared != 20_000_000 || f.Alone != 0 || f.Drawn != 10_000_000 {
			t.Errorf("the preview says %+v", *f)
		}
		must(t, v.pays(v.ada, v.dirk, "10")) // trading goes on with the other half
		refused(t, v.pays(v.ada, v.dirk, "0.01"), "credit.spendable")
		c.settles(r)
		v.open(one, "0")
		v.open(two, "0")
		v.stands(v.ada, "-20")
		v.stands(v.bas, "0")
		v.stands(v.cleo, "10")
		v.replays()
		if a, _ := v.account(v.ada); a.Outgoing != 0 {
			t.Errorf("%s is still reserved", a.Outgoing.of(quantity.Hour))
		}
	})
}

// What is held back stays out: a debt, a partner, the line of credit, everything.
func TestHoldingBack(t *testing.T) {
	each(t, func(t *testing.T, v *village) {
		c := v.circles(t)
		one, two := v.owes(v.ada, v.bas, euro("100")), v.owes(v.bas, v.ada, euro("80"))
		three, four := v.owes(v.cleo, v.dirk, euro("7")), v.owes(v.dirk, v.cleo, euro("9"))
		r := c.asks(RoundAsk{Unit: "EUR"})
		_, err := HoldBack(ctx, v.db, v.cleo, "", HoldBackAsk{Round: r.ID, Obligations: []store.ID{one.ID}})
		refused(t, err, "credit.unknown_obligation")
		_, err = HoldBack(ctx, v.db, v.cleo, "", HoldBackAsk{Round: r.ID})
		refused(t, err, "credit.hold")
		_, err = HoldBack(ctx, v.db, v.cleo, "", HoldBackAsk{Round: r.ID, Agent: v.bas.Agent, Everything: true})
		refused(t, err, "credit.not_your_debt")
		_, err = HoldBack(ctx, v.db, v.cleo, "", HoldBackAsk{Round: r.ID, Partner: v.dirk.Agent})
		must(t, err)
		c.settles(r)
		v.open(one, "20")
		v.open(two, "0")
		v.open(three, "7")
		v.open(four, "9")
		_, err = HoldBack(ctx, v.db, v.bas, "", HoldBackAsk{Round: r.ID, Everything: true})
		refused(t, err, "credit.round_state")
		v.replays()
	})
}

// A round that is canceled gives back all that it held.
func TestInvariant11CancelingARoundGivesBack(t *testing.T) {
	each(t, func(t *testing.T, v *village) {
		c := v.circles(t)
		one := v.owes(v.ada, v.bas, h("10"))
		v.owes(v.bas, v.cleo, h("10"))
		r := c.asks(RoundAsk{Unit: quantity.Hour, Share: 100})
		refused(t, v.pays(v.ada, v.dirk, "15"), "credit.spendable")
		_, err := CancelRound(ctx, v.db, v.ada, "", CancelAsk{Round: r.ID, Reason: "a mistake in the list"})
		must(t, err)
		must(t, v.pays(v.ada, v.dirk, "15"))
		_, err = ConfirmPaid(ctx, v.db, v.bas, "", PaidAsk{Obligation: one.ID, Amount: h("4")})
		must(t, err)
		v.open(one, "6")
		v.replays()
	})
}
