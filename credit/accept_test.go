package credit

import (
	"sync/atomic"
	"testing"
	"time"

	"commonweal/platform/auth"
	"commonweal/platform/store"
	"commonweal/platform/store/storetest"
)

// hands are the hands of a clock that a test moves on.
type hands struct{ ahead atomic.Int64 }

func (h *hands) read() time.Time         { return time.Now().Add(time.Duration(h.ahead.Load())) }
func (h *hands) passes(by time.Duration) { h.ahead.Add(int64(by)) }

// eachInTime runs a test in a village whose clock it moves on.
func eachInTime(t *testing.T, body func(*village, *hands)) {
	var h *hands
	storetest.Each(t, func() store.Config {
		h = &hands{}
		c := config()
		c.Clock = h.read
		return c
	}, func(t *testing.T, db *store.Store) { body(settle(t, db), h) })
}

// terms gives the account of somebody other terms.
func (v *village) terms(who auth.Identity, terms AccountTerms) {
	v.t.Helper()
	a, _ := v.account(who)
	_, err := SetTerms(ctx, v.db, who, "", TermsAsk{Account: a.ID, Terms: terms})
	must(v.t, err)
}

// asks lets somebody ask another for hours.
func (v *village) asks(who, whom auth.Identity, hours string) Payment {
	v.t.Helper()
	p, err := MakePayment(ctx, v.db, who, "", PayAsk{Workflow: "request", Legs: []AskedLeg{{From: whom.Agent, To: who.Agent, Amount: h(hours)}}})
	must(v.t, err)
	return p
}

// state is where a payment stands now.
func (v *village) state(id store.ID) (p Payment) {
	v.t.Helper()
	must(v.t, v.db.Read(ctx, v.commons.ID, func(r *store.Snapshot) error {
		list, err := findPayments(r, []store.ID{id})
		if err == nil {
			p = list[0]
		}
		return err
	}))
	return p
}

// is holds the state of a payment against what it should be.
func (v *village) is(id store.ID, want State) {
	v.t.Helper()
	if got := v.state(id).State; got != want {
		v.t.Errorf("the payment is %s, want %s", got, want)
	}
}

// followsFromLog holds the accounts against the log.
func (v *village) followsFromLog() {
	v.t.Helper()
	(&life{village: v, people: []auth.Identity{v.ada, v.bas, v.cleo, v.dirk}}).replayed()
}

// Cleo lets everybody take what they ask for: Bas is paid when he asks. What does
// not fit waits for her answer like any other request.
func TestRequestsArePaidAtOnceWherePayersSaySo(t *testing.T) {
	each(t, func(t *testing.T, v *village) {
		v.is(v.asks(v.bas, v.cleo, "1").ID, Pending) // nobody said anything: she is asked
		v.terms(v.cleo, AccountTerms{Accept: Always})
		v.is(v.asks(v.bas, v.cleo, "2").ID, Completed)
		v.stands(v.cleo, "-2")
		late := v.asks(v.bas, v.cleo, "19")
		v.is(late.ID, Pending)
		v.stands(v.bas, "2")
		must(t, v.pays(v.dirk, v.cleo, "1"))
		_, err := MovePayment(ctx, v.db, v.cleo, "", MoveAsk{Payment: late.ID, To: Completed})
		must(t, err)
		v.stands(v.cleo, "-20")
		v.followsFromLog()
	})
}

// Cleo lists Bas, who mends her bicycle every month; Dirk is not listed and asks.
func TestThoseListedArePaidAtOnce(t *testing.T) {
	each(t, func(t *testing.T, v *village) {
		bas, _ := v.account(v.bas)
		v.terms(v.cleo, AccountTerms{Accept: Listed, Listed: []store.ID{bas.ID}})
		v.is(v.asks(v.bas, v.cleo, "2").ID, Completed)
		v.is(v.asks(v.dirk, v.cleo, "2").ID, Pending)
		v.stands(v.cleo, "-2")
		v.followsFromLog()
	})
}

// Requests to Cleo are paid after two days, unless she says no.
func TestRequestsArePaidAfterSomeHours(t *testing.T) {
	eachInTime(t, func(v *village, clock *hands) {
		v.terms(v.cleo, AccountTerms{Accept: After, AfterHours: 48})
		paid, refused := v.asks(v.bas, v.cleo, "3"), v.asks(v.dirk, v.cleo, "4")
		_, err := MovePayment(ctx, v.db, v.cleo, "", MoveAsk{Payment: refused.ID, To: Rejected})
		must(v.t, err)
		v.passes(clock, 47*time.Hour, 0)
		v.stands(v.cleo, "0")
		v.passes(clock, 2*time.Hour, 1)
		v.is(paid.ID, Completed)
		v.stands(v.cleo, "-3")
		v.followsFromLog()
	})
}

// passes lets time pass and the clock do its work, on a number of payments.
func (v *village) passes(clock *hands, by time.Duration, want int) {
	v.t.Helper()
	clock.passes(by)
	n, err := New(v.db).Expire(ctx, v.commons.ID)
	must(v.t, err)
	if n != want {
		v.t.Errorf("after %s the clock dealt with %d payments, want %d", by, n, want)
	}
}

// When the time comes, the limits and the terms are those of that moment: what
// does not fit any more, or is not wanted any more, waits for Cleo and ends in
// the end.
func TestWhatDoesNotFitWhenItsTimeComesWaits(t *testing.T) {
	eachInTime(t, func(v *village, clock *hands) {
		v.terms(v.cleo, AccountTerms{Accept: After, AfterHours: 24})
		large := v.asks(v.bas, v.cleo, "15")
		must(v.t, v.pays(v.cleo, v.dirk, "10"))
		v.passes(clock, 25*time.Hour, 1)
		v.is(large.ID, Pending)
		if !v.state(large.ID).Accept.IsZero() {
			v.t.Error("the clock would try it again")
		}
		unwanted := v.asks(v.bas, v.cleo, "1")
		v.terms(v.cleo, AccountTerms{Accept: Ask})
		v.passes(clock, 25*time.Hour, 1)
		v.is(unwanted.ID, Pending)
		v.passes(clock, 14*24*time.Hour, 2)
		v.is(large.ID, Expired)
		v.stands(v.cleo, "-10")
		v.followsFromLog()
	})
}

// A currency says how requests are answered where accounts say nothing.
func TestCurrenciesSayWhatAccountsInherit(t *testing.T) {
	each(t, func(t *testing.T, v *village) {
		edit := CurrencyEdit{Currency: v.hours.ID, Name: v.hours.Name, Month: v.hours.Month, ForAll: true, Terms: AccountTerms{Accept: Always}}
		_, err := EditCurrency(ctx, v.db, v.ada, "", edit)
		must(t, err)
		v.is(v.asks(v.bas, v.cleo, "1").ID, Completed)
		v.terms(v.cleo, AccountTerms{Accept: Ask})
		v.is(v.asks(v.bas, v.cleo, "1").ID, Pending)
		v.followsFromLog()
	})
}

// Nobody but the payer's own terms turns a request into a debit: a log that says
// so otherwise is found out.
func TestInvariant7ReplayFindsPaymentsWithoutConsent(t *testing.T) {
	each(t, func(t *testing.T, v *village) {
		p := v.asks(v.bas, v.cleo, "1")
		r := NewReplay()
		for _, e := range v.recorded() {
			must(t, r.Entry(e))
		}
		_, err := r.moved(Moved{Payment: p.ID, To: Completed, Legs: p.Legs, Rule: Always}, p.At)
		refused(t, err, "credit.replay")
		_, err = r.moved(Moved{Payment: p.ID, To: Pending}, p.At)
		refused(t, err, "credit.replay")
	})
}
