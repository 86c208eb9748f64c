package credit

import (
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/platform/store/storetest"
	"commonweal/quantity"
)

// hotAccount is an account as the model of all histories has it.
type hotAccount struct{ balance, outgoing, incoming, floor Micros }

// hotTown is the whole state of the model.
type hotTown [3]hotAccount

const hour = Micros(quantity.Scale)

// hotMove is one act on the hot accounts: pay, reserve, post or void from one
// to the other, or narrow, which gives the account from a floor.
type hotMove struct {
	do       string
	from, to int
	amount   Micros
}

func (a hotAccount) position() Position {
	ceiling := 40 * hour
	return Position{Balance: a.balance, Outgoing: a.outgoing, Incoming: a.incoming, Band: Band{Floor: a.floor, Ceiling: &ceiling}}
}

// after is the state after a move, and whether the rules admit it.
func (s hotTown) after(m hotMove) (hotTown, bool) {
	from, to := &s[m.from], &s[m.to]
	switch m.do {
	case "narrow":
		from.floor = m.amount
		return s, true
	case "post", "void": // of what was reserved: never refused
		from.outgoing, to.incoming = from.outgoing-m.amount, to.incoming-m.amount
		if m.do == "post" {
			from.balance, to.balance = from.balance-m.amount, to.balance+m.amount
		}
		return s, true
	}
	if !from.position().Admits(-m.amount) || !to.position().Admits(m.amount) {
		return s, false
	}
	if m.do == "pay" {
		from.balance, to.balance = from.balance-m.amount, to.balance+m.amount
	} else {
		from.outgoing, to.incoming = from.outgoing+m.amount, to.incoming+m.amount
	}
	return s, true
}

// oneAfterTheOther is the rule that every history has to follow.
var oneAfterTheOther = porcupine.Model{
	Init: func() any {
		a := hotAccount{floor: -20 * hour}
		return hotTown{a, a, a}
	},
	Step: func(state, move, ok any) (bool, any) {
		next, admitted := state.(hotTown).after(move.(hotMove))
		if !admitted {
			next = state.(hotTown)
		}
		return admitted == ok.(bool), next
	},
}

// hotClient acts on the hot accounts and writes down what it saw.
type hotClient struct {
	t        *testing.T
	v        *village
	db       *store.Store
	id       int
	accounts [3]store.ID
	begun    time.Time
	waiting  []Payment
	history  []porcupine.Operation
}

// Payments, reservations and changes of bands by many at once, on PostgreSQL by
// two processes, come out as if they had been done one after the other, in an order
// that agrees with who saw what first. So no band is ever left.
func TestInvariant2HistoriesAreLinearizable(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		c := config()
		db := storetest.Open(t, c)
		history(t, db, db)
	})
	t.Run("postgres", func(t *testing.T) {
		c := config()
		c.URL = storetest.Postgres(t, c.Schemas...)
		second := config()
		second.URL = c.URL
		history(t, storetest.Open(t, c), storetest.Open(t, second))
	})
}

func history(t *testing.T, stores ...*store.Store) {
	v := settle(t, stores[0])
	var accounts [3]store.ID
	for i, who := range []auth.Identity{v.bas, v.cleo, v.dirk} {
		a, _ := v.account(who)
		accounts[i] = a.ID
	}
	clients, begun := make([]hotClient, 6), time.Now()
	var all sync.WaitGroup
	for i := range clients {
		c := &clients[i]
		*c = hotClient{t: t, v: v, db: stores[i%len(stores)], id: i, accounts: accounts, begun: begun}
		all.Go(func() { c.run(40) })
	}
	all.Wait()
	var seen []porcupine.Operation
	refusals := 0
	for _, c := range clients {
		seen = append(seen, c.history...)
	}
	for _, o := range seen {
		if !o.Output.(bool) {
			refusals++
		}
	}
	if refusals == 0 || refusals == len(seen) {
		t.Errorf("%d of %d acts were refused; the history says nothing of bands", refusals, len(seen))
	}
	if result := porcupine.CheckOperationsTimeout(oneAfterTheOther, seen, 30*time.Second); result != porcupine.Ok {
		t.Errorf("no order explains the history: %s", result)
	}
	v.replayed()
}

func (c *hotClient) run(n int) {
	r := rand.New(rand.NewPCG(uint64(c.id), 7))
	for range n {
		from := r.IntN(3)
		m := hotMove{do: "pay", from: from, to: (from + 1 + r.IntN(2)) % 3, amount: Micros(1+r.IntN(12)) * hour}
		switch r.IntN(6) {
		case 0, 1:
			m.do = "reserve"
		case 2, 3:
			if len(c.waiting) > 0 {
				c.answer(r)
				continue
			}
		case 4:
			m = hotMove{do: "narrow", from: from, amount: -5 * hour * Micros(r.IntN(5))}
		}
		c.act(m)
	}
}

// answer posts or voids what the client reserved.
func (c *hotClient) answer(r *rand.Rand) {
	p := c.waiting[0]
	c.waiting = c.waiting[1:]
	m := hotMove{do: "post", from: c.place(p.Legs[0].From), to: c.place(p.Legs[0].To), amount: p.Legs[0].Amount}
	to := Completed
	if r.IntN(2) == 0 {
		m.do, to = "void", Canceled
	}
	c.note(m, func() error {
		_, err := MovePayment(ctx, c.db, c.v.ada, "", MoveAsk{Payment: p.ID, To: to})
		return err
	})
}

func (c *hotClient) place(account store.ID) int {
	for i, id := range c.accounts {
		if id == account {
			return i
		}
	}
	return -1
}

func (c *hotClient) act(m hotMove) {
	c.note(m, func() error {
		if m.do == "narrow" {
			ceiling := quantity.Of(40, quantity.Hour)
			_, err := SetBand(ctx, c.db, c.v.ada, "", BandAsk{Account: c.accounts[m.from], Floor: m.amount.of(quantity.Hour), Ceiling: &ceiling, Reason: "we decided so"})
			return err
		}
		workflow := map[string]string{"pay": "third_party", "reserve": "reserve"}[m.do]
		p, err := MakePayment(ctx, c.db, c.v.ada, "", PayAsk{Workflow: workflow, Legs: []AskedLeg{{From: c.accounts[m.from], To: c.accounts[m.to], Amount: m.amount.of(quantity.Hour)}}})
		if err == nil && m.do == "reserve" {
			c.waiting = append(c.waiting, p)
		}
		return err
	})
}

// note writes down when an act was asked for, when it was answered, and how.
func (c *hotClient) note(m hotMove, act func() error) {
	called := time.Since(c.begun)
	err := act()
	if f := fault.As(err); err != nil && (f == nil || f.Code != "credit.spendable" && f.Code != "credit.cannot_receive") {
		c.t.Error(err)
	}
	c.history = append(c.history, porcupine.Operation{ClientId: c.id, Input: m, Call: int64(called), Output: err == nil, Return: int64(time.Since(c.begun))})
}
