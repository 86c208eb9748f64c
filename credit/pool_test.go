package credit

import (
	"encoding/json"
	"testing"

	"commonweal/credit/pool"
	"commonweal/platform/auth"
	"commonweal/platform/store"
	"commonweal/vf"
)

// pooled founds a rotating pool of two hours a round.
func (v *village) pooled(people ...auth.Identity) Pooled {
	v.t.Helper()
	r := pool.Rules{Kind: pool.RoscaKind, Rosca: &pool.RoscaRules{Contribution: 2 * pool.Unit, Order: pool.ByAgreement}}
	for _, who := range people {
		r.Members = append(r.Members, string(who.Agent))
	}
	r.Rosca.Agreed = r.Members
	p, err := FoundPool(ctx, v.db, v.ada, "", PoolAsk{Currency: v.hours.ID, Name: "Round of hours", Rules: r})
	must(v.t, err)
	for _, who := range people {
		must(v.t, v.steps(who, p, pool.Step{Act: "join"}))
	}
	return p
}

func (v *village) steps(who auth.Identity, p Pooled, s pool.Step) error {
	_, err := StepPool(ctx, v.db, who, "", PoolStepAsk{Pool: p.ID, Step: s})
	return err
}

// Three people pay two hours a round, and each receives six once; one who has
// not paid owes it to who received.
func TestPoolOfHours(t *testing.T) {
	each(t, func(t *testing.T, v *village) {
		p := v.pooled(v.bas, v.cleo, v.dirk)
		for _, who := range []auth.Identity{v.bas, v.cleo, v.dirk} {
			must(t, v.steps(who, p, pool.Step{Act: "pay"}))
		}
		refused(t, v.steps(v.bas, p, pool.Step{Act: "close_round"}), "auth.forbidden")
		refused(t, v.steps(v.bas, p, pool.Step{Act: "pay", Who: string(v.cleo.Agent)}), "credit.not_your_account")
		refused(t, v.steps(v.bas, p, pool.Step{Act: "pay", Note: "for the roof"}), "credit.pool_note")
		must(t, v.steps(v.ada, p, pool.Step{Act: "close_round"}))
		v.stands(v.bas, "4")
		v.stands(v.cleo, "-2")

		must(t, v.steps(v.bas, p, pool.Step{Act: "pay"}))
		must(t, v.steps(v.ada, p, pool.Step{Act: "close_round"})) // Cleo receives, Dirk has not paid
		must(t, v.steps(v.dirk, p, pool.Step{Act: "settle", N: 1, Amount: 2 * pool.Unit}))
		v.stands(v.cleo, "2")
		v.poolsReplay()
	})
}

// What is in a pool moves by its steps only: not by payments, lists or refunds.
func TestPoolsKeepWhatIsTheirs(t *testing.T) {
	each(t, func(t *testing.T, v *village) {
		p := v.pooled(v.bas, v.cleo)
		must(t, v.steps(v.bas, p, pool.Step{Act: "pay"}))
		_, err := MakePayment(ctx, v.db, v.ada, "", PayAsk{Workflow: "third_party", Legs: []AskedLeg{{From: p.Account, To: v.dirk.Agent, Amount: h("1")}}})
		refused(t, err, "credit.pool_account")
		_, err = Refund(ctx, v.db, v.ada, "", RefundAsk{Payment: v.lastPayment()})
		refused(t, err, "credit.pool_account")
		_, err = MakePayment(ctx, v.db, v.bas, "", PayAsk{Legs: []AskedLeg{{From: v.bas.Agent, To: p.Account, Amount: h("1")}}})
		refused(t, err, "credit.pool_account")
	})
}

// A step moves nothing, and changes nothing, where an account does not take it.
func TestPoolsStayWithinBands(t *testing.T) {
	each(t, func(t *testing.T, v *village) {
		p := v.pooled(v.bas, v.cleo)
		must(t, v.pays(v.bas, v.dirk, "19"))
		refused(t, v.steps(v.bas, p, pool.Step{Act: "pay"}), "credit.spendable")
		must(t, v.pays(v.dirk, v.bas, "19"))
		must(t, v.steps(v.bas, p, pool.Step{Act: "pay"}))
		_, err := StepPool(ctx, v.db, v.bas, "k", PoolStepAsk{Pool: p.ID, Step: pool.Step{Act: "swap", For: string(v.cleo.Agent)}})
		must(t, err)
		v.poolsReplay()
	})
}

// A log that says another step than was taken, or other moves, does not pass.
func TestReplayFindsChangedPools(t *testing.T) {
	each(t, func(t *testing.T, v *village) {
		p := v.pooled(v.bas, v.cleo)
		must(t, v.steps(v.bas, p, pool.Step{Act: "pay"}))
		list := v.recorded()
		last := &list[len(list)-1]
		var b map[string]any
		must(t, json.Unmarshal(last.Body, &b))
		step := b["pool"].(map[string]any)["step"].(map[string]any)
		step["who"] = string(v.cleo.Agent)
		last.Body, _ = json.Marshal(b)
		r := NewReplay()
		for _, e := range list[:len(list)-1] {
			must(t, r.Entry(e))
		}
		refused(t, r.Entry(*last), "credit.replay")
	})
}

// poolsReplay holds the pools and accounts of the database against the log.
func (v *village) poolsReplay() {
	v.t.Helper()
	r := NewReplay()
	for _, e := range v.recorded() {
		must(v.t, r.Entry(e))
	}
	_, balances := r.State()
	must(v.t, v.db.Read(ctx, v.commons.ID, func(s *store.Snapshot) error {
		list, err := Pools(s)
		for _, p := range list {
			if got := r.pools[p.ID]; encoded(got.Pool) != encoded(p.Pool) || balances[p.Account] != p.inside() {
				v.t.Errorf("the log gives %s with %s, the database %s", encoded(got.Pool), balances[p.Account].of(""), encoded(p.Pool))
			}
		}
		return err
	}))
}

// lastPayment is the payment that the newest record of the log made.
func (v *village) lastPayment() store.ID {
	v.t.Helper()
	list := v.recorded()
	b, err := bodyOf(list[len(list)-1])
	must(v.t, err)
	return b.Payments[0].ID
}

// inside is what the account of a pool holds, which is what its book says.
func (v *village) inside(p Pooled) (balance Micros) {
	v.t.Helper()
	must(v.t, v.db.Read(ctx, v.commons.ID, func(r *store.Snapshot) error {
		records, err := vf.GetResources(r, []store.ID{p.Account})
		if err != nil {
			return err
		}
		balance = Micros(records[p.Account].Accounting.Micros)
		now, err := PoolOf(r, p.ID)
		if now.inside() != balance {
			v.t.Errorf("the account of the pool has %s, its book %s", balance.of(""), now.inside().of(""))
		}
		return err
	}))
	return balance
}
