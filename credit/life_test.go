package credit

import (
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"

	"commonweal/credit/limit"
	"commonweal/credit/pool"
	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/store"
	"commonweal/platform/store/storetest"
	"commonweal/quantity"
	"commonweal/vf"
)

// life is a village in which anything happens.
type life struct {
	*village
	people   []auth.Identity
	payments []store.ID
	turns    Pooled // a savings round of three of them
}

// TestInvariantsOfAnyLife lets people pay, ask, promise, answer, take back,
// freeze and narrow, at random. After every act the accounts add up to zero
// (invariant 1) and nobody left their band (2); at the end the log alone gives
// every account as it stands (5).
func TestInvariantsOfAnyLife(t *testing.T) {
	storetest.Each(t, config, func(t *testing.T, db *store.Store) {
		rapid.Check(t, func(rt *rapid.T) {
			v := settleAs(t, db, "v-"+string(store.NewID()))
			l := &life{village: v, people: []auth.Identity{v.ada, v.bas, v.cleo, v.dirk}}
			l.turns = v.pooled(v.bas, v.cleo, v.dirk)
			rt.Repeat(map[string]func(*rapid.T){
				"pay": l.pay, "answer": l.answer, "refund": l.refund, "narrow": l.narrow, "adopt": l.adopts, "follow": l.follow, "freeze": l.freeze, "pool": l.step, "": l.check,
			})
			l.replayed()
			v.poolsReplay()
		})
	})
}

func (l *life) somebody(t *rapid.T) auth.Identity { return rapid.SampledFrom(l.people).Draw(t, "who") }

func (l *life) pay(t *rapid.T) {
	w := rapid.SampledFrom([]string{"pay", "confirm", "request", "third_party", "reserve"}).Draw(t, "workflow")
	ask := PayAsk{Workflow: w}
	for range rapid.IntRange(1, 3).Draw(t, "legs") {
		ask.Legs = append(ask.Legs, AskedLeg{From: l.somebody(t).Agent, To: l.somebody(t).Agent,
			Amount: quantity.Micros(10_000*rapid.Int64Range(0, 2500).Draw(t, "amount"), quantity.Hour)})
	}
	p, err := MakePayment(ctx, l.db, l.somebody(t), "", ask)
	l.ok(err)
	if err == nil {
		l.payments = append(l.payments, p.ID)
	}
}

func (l *life) one(t *rapid.T) store.ID {
	if len(l.payments) == 0 {
		t.Skip("nobody paid yet")
	}
	return rapid.SampledFrom(l.payments).Draw(t, "payment")
}

func (l *life) answer(t *rapid.T) {
	ask := MoveAsk{Payment: l.one(t), To: rapid.SampledFrom([]State{Completed, Rejected, Canceled, Expired}).Draw(t, "to")}
	if rapid.Bool().Draw(t, "part") {
		ask.Amount = quantity.Micros(10_000*rapid.Int64Range(1, 500).Draw(t, "amount"), quantity.Hour)
	}
	_, err := MovePayment(ctx, l.db, l.somebody(t), "", ask)
	l.ok(err)
}

func (l *life) refund(t *rapid.T) {
	ask := RefundAsk{Payment: l.one(t)}
	if rapid.Bool().Draw(t, "part") {
		ask.Amount = quantity.Micros(10_000*rapid.Int64Range(1, 500).Draw(t, "amount"), quantity.Hour)
	}
	_, err := Refund(ctx, l.db, l.somebody(t), "", ask)
	l.ok(err)
}

func (l *life) narrow(t *rapid.T) {
	a, _ := l.account(l.somebody(t))
	ask := BandAsk{Account: a.ID, Floor: quantity.Of(-rapid.Int64Range(0, 30).Draw(t, "floor"), quantity.Hour), Reason: "we decided so"}
	if rapid.Bool().Draw(t, "ceiling") {
		high := quantity.Of(rapid.Int64Range(0, 30).Draw(t, "high"), quantity.Hour)
		ask.Ceiling = &high
	}
	_, err := SetBand(ctx, l.db, l.ada, "", ask)
	l.ok(err)
}

// adopts gives the village a policy, with lines that grow or follow sales or neither.
func (l *life) adopts(t *rapid.T) {
	p := limit.Policy{Line: limit.Micros(1_000_000 * rapid.Int64Range(0, 30).Draw(t, "line")), Above: &limit.Fraction{Of: rapid.Int64Range(0, 3).Draw(t, "above"), In: 1}}
	if rapid.Bool().Draw(t, "grows") {
		p.Growth = &limit.Growth{Share: limit.Fraction{Of: 1, In: rapid.Int64Range(1, 4).Draw(t, "share")}, Most: 20_000_000, Partner: limit.Micros(1_000_000 * rapid.Int64Range(1, 20).Draw(t, "partner"))}
	}
	if rapid.Bool().Draw(t, "follows") {
		p.Turnover = &limit.Turnover{Times: limit.Fraction{Of: 2, In: 1}, Months: 3, Least: 5_000_000, Most: 30_000_000, Partner: 9_000_000}
	}
	l.ok(l.village.adopt(Group{Policy: p}))
}

func (l *life) follow(t *rapid.T) {
	a, _ := l.account(l.somebody(t))
	_, err := FollowPolicy(ctx, l.db, l.ada, "", FollowAsk{Account: a.ID, Reason: "we decided so"})
	l.ok(err)
}

func (l *life) freeze(t *rapid.T) {
	a, _ := l.account(l.somebody(t))
	_, err := SetStanding(ctx, l.db, l.ada, "", StandingAsk{Account: a.ID, Standing: rapid.SampledFrom([]Standing{Open, Open, Frozen}).Draw(t, "standing"), Reason: "we decided so"})
	l.ok(err)
}

// step takes any step in the savings round.
func (l *life) step(t *rapid.T) {
	s := pool.Step{Act: rapid.SampledFrom([]string{"pay", "pay", "pay", "close_round", "settle", "swap", "leave", "succeed"}).Draw(t, "act"), For: string(l.somebody(t).Agent)}
	if s.Act == "settle" {
		s.N, s.Amount = rapid.IntRange(1, 3).Draw(t, "debt"), pool.Unit
	}
	_, err := StepPool(ctx, l.db, l.somebody(t), "", PoolStepAsk{Pool: l.turns.ID, Step: s})
	l.ok(err)
}

// ok fails the test on anything but a refusal.
func (l *life) ok(err error) {
	if err != nil && fault.As(err) == nil {
		l.t.Fatal(err)
	}
}

// check adds everything up.
func (l *life) check(t *rapid.T) {
	var out, in Micros
	sum := l.inside(l.turns)
	for _, who := range l.people {
		a, balance := l.account(who)
		sum, out, in = sum+balance, out+a.Outgoing, in+a.Incoming
		if then := l.bandOn(a.ID, time.Now().Add(time.Minute)); !then.To.equal(a.Band) {
			t.Fatalf("the history of %s says %+v, the account %+v", who.Name, then.To, a.Band)
		}
		if a.Outgoing < 0 || a.Incoming < 0 {
			t.Fatalf("%s has %d and %d reserved", who.Name, a.Outgoing, a.Incoming)
		}
	}
	if sum != 0 || out != in {
		t.Fatalf("the balances add up to %d, %d is reserved to leave and %d to arrive", sum, out, in)
	}
}

// replayed holds the accounts against the log.
func (l *life) replayed() {
	l.t.Helper()
	r := NewReplay()
	for _, e := range l.recorded() {
		must(l.t, r.Entry(e))
	}
	list, balances := r.State()
	byID := map[store.ID]Account{}
	for _, a := range list {
		byID[a.ID] = a
	}
	for _, who := range l.people {
		a, balance := l.account(who)
		if got := byID[a.ID]; !equal(got, a) || balances[a.ID] != balance {
			l.t.Fatalf("the log gives %s %s at %d, the database %s at %d", who.Name, encoded(got), balances[a.ID], encoded(a), balance)
		}
	}
}

// recorded reads the log of the village.
func (v *village) recorded() (list []Recorded) {
	v.t.Helper()
	must(v.t, v.db.Read(ctx, v.commons.ID, func(r *store.Snapshot) error {
		head, err := journal.ReadHead(r)
		if err != nil {
			return err
		}
		entries, err := journal.Entries(r, 0, head.Size, int(head.Size))
		for _, e := range entries {
			var body struct {
				VF *vf.Changes `json:"vf"`
			}
			must(v.t, json.Unmarshal(e.Body, &body))
			blobs := map[string][]byte{}
			for name, digest := range e.Attached {
				if blobs[name], err = journal.Blob(r, digest); err != nil {
					return err
				}
			}
			if text := blobs["vf"]; text != nil {
				must(v.t, json.Unmarshal(text, &body.VF))
			}
			list = append(list, Recorded{Entry: e, Changes: body.VF, Attachment: func(name string) ([]byte, error) { return blobs[name], nil }})
		}
		return err
	}))
	return list
}

// A promise that nobody answers ends by itself, and gives the room back.
func TestInvariant3APromiseEndsInTime(t *testing.T) {
	each(t, func(t *testing.T, v *village) {
		p, err := MakePayment(ctx, v.db, v.bas, "", PayAsk{Workflow: "confirm", Legs: []AskedLeg{{From: v.bas.Agent, To: v.cleo.Agent, Amount: h("15")}},
			Until: time.Now().Add(150 * time.Millisecond)})
		must(t, err)
		refused(t, v.pays(v.bas, v.cleo, "6"), "credit.spendable")
		time.Sleep(200 * time.Millisecond)
		n, err := New(v.db).Expire(ctx, v.commons.ID)
		must(t, err)
		if n != 1 {
			t.Errorf("%d payments expired, want 1", n)
		}
		_, err = MovePayment(ctx, v.db, v.cleo, "", MoveAsk{Payment: p.ID, To: Completed})
		refused(t, err, "credit.no_such_move")
		must(t, v.pays(v.bas, v.cleo, "20"))
	})
}
