package credit

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"commonweal/credit/limit"
	"commonweal/platform/auth"
	"commonweal/platform/store"
	"commonweal/quantity"
)

func m(n string) limit.Micros { return limit.Micros(h(n).Micros) }

// adopt sets the policies of the village.
func (v *village) adopt(groups ...Group) error {
	_, err := SetPolicy(ctx, v.db, v.ada, "", PolicyAsk{Currency: v.hours.ID, Groups: groups, Reason: "the assembly decided so"})
	return err
}

// reaches holds how far below zero somebody may go against what it should be.
func (v *village) reaches(who auth.Identity, want, policy string) {
	v.t.Helper()
	a, _ := v.account(who)
	if -a.Floor != Micros(h(want).Micros) {
		v.t.Errorf("%s may go %s below zero, want %s", who.Name, (-a.Floor).of(quantity.Hour), want)
	}
	if change := v.bandOn(a.ID, time.Now().Add(time.Minute)); change.Policy != policy || !change.To.equal(a.Band) {
		v.t.Errorf("the history says %+v by %s, want %+v by %s", change.To, change.Policy, a.Band, policy)
	}
}

func (v *village) bandOn(account store.ID, at time.Time) (change BandChange) {
	v.t.Helper()
	must(v.t, v.db.Read(ctx, v.commons.ID, func(r *store.Snapshot) (err error) {
		change, _, err = BandOn(r, account, at)
		return err
	}))
	return change
}

// growing lets everybody's line of 20 hours grow by half of what they are paid,
// up to 10 hours, and each partner count for 8.
var growing = Group{Policy: limit.Policy{Line: 20_000_000, Above: &limit.Fraction{Of: 2, In: 1},
	Growth: &limit.Growth{Share: limit.Fraction{Of: 1, In: 2}, Most: 10_000_000, Partner: 8_000_000}}}

// Whoever is paid may go further; two friends gain no more than one partner
// counts for; and what is taken back is taken off again.
func TestLinesGrowWithReceiptsAndFallWithReversal(t *testing.T) {
	each(t, func(t *testing.T, v *village) {
		must(t, v.adopt(growing))
		v.reaches(v.cleo, "20", "opening")
		p, err := MakePayment(ctx, v.db, v.bas, "", PayAsk{Legs: []AskedLeg{{From: v.bas.Agent, To: v.cleo.Agent, Amount: h("6")}}})
		must(t, err)
		v.reaches(v.cleo, "23", "growth")
		for range 5 { // friends pump
			must(t, v.pays(v.cleo, v.bas, "6"))
			must(t, v.pays(v.bas, v.cleo, "6"))
		}
		v.reaches(v.cleo, "24", "growth")
		v.reaches(v.bas, "24", "growth")
		must(t, v.pays(v.dirk, v.cleo, "20"))
		v.reaches(v.cleo, "28", "growth")
		_, err = Refund(ctx, v.db, v.cleo, "", RefundAsk{Payment: p.ID, Amount: h("1")})
		must(t, err)
		v.reaches(v.cleo, "28", "growth") // Bas still counts for 8 of 35
		must(t, v.pays(v.cleo, v.dirk, "25"))
		v.replays()
	})
}

// A receipt that was taken back leaves the line as if it had never been.
func TestReversalTakesGrowthBack(t *testing.T) {
	each(t, func(t *testing.T, v *village) {
		must(t, v.adopt(growing))
		p, err := MakePayment(ctx, v.db, v.bas, "", PayAsk{Legs: []AskedLeg{{From: v.bas.Agent, To: v.cleo.Agent, Amount: h("6")}}})
		must(t, err)
		v.reaches(v.cleo, "23", "growth")
		_, err = Refund(ctx, v.db, v.cleo, "", RefundAsk{Payment: p.ID, Amount: h("2")})
		must(t, err)
		v.reaches(v.cleo, "22", "growth")
		_, err = Refund(ctx, v.db, v.cleo, "", RefundAsk{Payment: p.ID})
		must(t, err)
		v.reaches(v.cleo, "20", "fixed")
		v.reaches(v.bas, "20", "opening") // being given back is no receipt
		v.replays()
	})
}

// A policy that grows counts what was paid before it was adopted, without what was taken back.
func TestGrowthCountsWhatWasPaidBefore(t *testing.T) {
	each(t, func(t *testing.T, v *village) {
		must(t, v.pays(v.bas, v.cleo, "4"))
		p, err := MakePayment(ctx, v.db, v.dirk, "", PayAsk{Legs: []AskedLeg{{From: v.dirk.Agent, To: v.cleo.Agent, Amount: h("5")}}})
		must(t, err)
		_, err = Refund(ctx, v.db, v.cleo, "", RefundAsk{Payment: p.ID})
		must(t, err)
		_, err = MakePayment(ctx, v.db, v.dirk, "", PayAsk{Legs: []AskedLeg{{From: v.dirk.Agent, To: v.cleo.Agent, Amount: h("5"), Gift: true}}})
		must(t, err)
		must(t, v.adopt(growing))
		v.reaches(v.cleo, "22", "growth")
		v.reaches(v.dirk, "20", "opening")
		v.replays()
	})
}

// A line that follows sales looks at full months only: what was sold in this one
// counts when it has ended.
func TestLinesFollowSalesAtTheMonthsEnd(t *testing.T) {
	each(t, func(t *testing.T, v *village) {
		follow := limit.Policy{Turnover: &limit.Turnover{Times: limit.Fraction{Of: 3, In: 1}, Months: 2, Least: m("10"), Most: m("50"), Partner: m("6")}}
		must(t, v.adopt(Group{Policy: follow}))
		v.reaches(v.cleo, "10", "turnover")
		must(t, v.pays(v.bas, v.cleo, "7"))
		must(t, v.pays(v.dirk, v.cleo, "5"))
		n, err := New(v.db).FollowTime(ctx, v.commons.ID)
		must(t, err)
		if n != 0 {
			t.Errorf("%d bands changed before the month ended", n)
		}
		// two months of 12 hours: a mean of 6, three times that
		must(t, v.db.Read(ctx, v.commons.ID, func(r *store.Snapshot) error {
			s, err := settings.Get(r)
			must(t, err)
			next := time.Now().AddDate(0, 1, 0)
			from, to := limit.Window(next, 2, s.Zone)
			if from.After(time.Now()) || !to.After(time.Now()) {
				t.Errorf("the window before %s goes from %s to %s", next, from, to)
			}
			f, err := readFigures(r, receiptsOfAll, v.hours.ID, []Group{{Policy: follow}}, next, s.Zone)
			must(t, err)
			a, _ := v.account(v.cleo)
			f.on(&a, follow)
			if got := follow.Decide(a.Limits.basis(follow, next)); got.Band.Floor != -m("18") {
				t.Errorf("sales of 12 hours give %+v", got)
			}
			return nil
		}))
		v.replays()
	})
}

// What the commons decides for an account overrides its policy until it ends.
func TestDecisionsHoldUntilTheyEnd(t *testing.T) {
	each(t, func(t *testing.T, v *village) {
		a, _ := v.account(v.bas)
		_, err := SetBand(ctx, v.db, v.ada, "", BandAsk{Account: a.ID, Floor: h("-5"), Reason: "in dialogue", Until: time.Now().Add(200 * time.Millisecond)})
		must(t, err)
		v.reaches(v.bas, "5", "committee")
		must(t, v.adopt(growing))
		v.reaches(v.bas, "5", "committee")
		time.Sleep(250 * time.Millisecond)
		n, err := New(v.db).FollowTime(ctx, v.commons.ID)
		must(t, err)
		if n != 1 {
			t.Errorf("%d bands changed when the decision ended, want 1", n)
		}
		v.reaches(v.bas, "20", "fixed")
		_, err = SetBand(ctx, v.db, v.ada, "", BandAsk{Account: a.ID, Floor: h("-6"), Reason: "again"})
		must(t, err)
		_, err = FollowPolicy(ctx, v.db, v.ada, "", FollowAsk{Account: a.ID, Reason: "settled"})
		must(t, err)
		v.reaches(v.bas, "20", "fixed")
		_, err = FollowPolicy(ctx, v.db, v.ada, "", FollowAsk{Account: a.ID, Reason: "settled"})
		refused(t, err, "credit.follows_policy")
		_, err = SetBand(ctx, v.db, v.ada, "", BandAsk{Account: a.ID, Floor: h("-6"), Reason: "late", Until: time.Now().Add(-time.Hour)})
		refused(t, err, "credit.band_until")
		v.replays()
	})
}

// Which band held on a day, and why, is in the history.
func TestWhichBandHeldThen(t *testing.T) {
	each(t, func(t *testing.T, v *village) {
		a, _ := v.account(v.bas)
		before := time.Now()
		time.Sleep(5 * time.Millisecond)
		_, err := SetBand(ctx, v.db, v.ada, "", BandAsk{Account: a.ID, Floor: h("-5"), Reason: "in dialogue"})
		must(t, err)
		if then := v.bandOn(a.ID, before); then.To.Floor != -20_000_000 || then.Policy != "opening" {
			t.Errorf("before, the band was %+v", then)
		}
		if now := v.bandOn(a.ID, time.Now().Add(time.Second)); now.To.Floor != -5_000_000 || now.Reason != "in dialogue" || now.By != v.ada.Agent {
			t.Errorf("now, the band is %+v", now)
		}
	})
}

// Accounts of a group follow its policy.
func TestGroupsHaveTheirPolicies(t *testing.T) {
	each(t, func(t *testing.T, v *village) {
		must(t, v.adopt(Group{Policy: limit.Usual(m("20"))}, Group{Name: "workshops", Policy: limit.Usual(m("80"))}))
		a, _ := v.account(v.bas)
		_, err := SetGroup(ctx, v.db, v.ada, "", GroupAsk{Account: a.ID, Group: "workshops", Reason: "he opened one"})
		must(t, err)
		v.reaches(v.bas, "80", "fixed")
		must(t, v.pays(v.bas, v.cleo, "40"))
		_, err = SetGroup(ctx, v.db, v.ada, "", GroupAsk{Account: a.ID, Group: "bakeries", Reason: "why not"})
		refused(t, err, "credit.unknown_group")
		_, err = SetGroup(ctx, v.db, v.ada, "", GroupAsk{Account: v.hours.Fund, Reason: "why not"})
		refused(t, err, "credit.no_policy")
		_, err = SetGroup(ctx, v.db, v.bas, "", GroupAsk{Account: a.ID, Reason: "why not"})
		refused(t, err, "auth.forbidden")
		refused(t, v.adopt(), "credit.groups")
		refused(t, v.adopt(growing, Group{Name: "a", Policy: growing.Policy}, Group{Name: "a", Policy: growing.Policy}), "credit.group_twice")
		refused(t, v.adopt(Group{Policy: limit.Policy{Line: -1}}), "limit.line")
		v.replays()
	})
}

// Leaving the soft band is told once, not with each payment that follows.
func TestWarningsComeOnce(t *testing.T) {
	each(t, func(t *testing.T, v *village) {
		for range 3 {
			must(t, v.pays(v.bas, v.cleo, "6"))
		}
		a, _ := v.account(v.bas)
		must(t, v.db.Read(ctx, v.commons.ID, func(r *store.Snapshot) error {
			list, err := WarningsOf(r, a.ID)
			must(t, err)
			if len(list) != 1 || list[0].Side != limit.Below {
				t.Errorf("Bas at -18 of -20 was warned %+v", list)
			}
			return nil
		}))
	})
}

// Before a policy is adopted it is known what it would mean.
func TestExposureBeforeAdopting(t *testing.T) {
	each(t, func(t *testing.T, v *village) {
		must(t, v.pays(v.bas, v.cleo, "15"))
		must(t, v.db.Read(ctx, v.commons.ID, func(r *store.Snapshot) error {
			s, err := settings.Get(r)
			must(t, err)
			e, err := Simulate(r, s, v.hours, []Group{{Policy: limit.Usual(m("10"))}}, r.Now(), balancesIn(r))
			must(t, err)
			if want := (Exposure{Accounts: 4, Now: 80_000_000, Then: 40_000_000, Narrower: 4, Outside: 1}); e != want {
				t.Errorf("half the line means %+v, want %+v", e, want)
			}
			return nil
		}))
	})
}

// Nothing that grows with time can be written down: no policy, no fee and no
// term has a place for it, and an ask that names one is refused.
func TestInvariant8NoInterest(t *testing.T) {
	for _, word := range []string{"interest", "perDay", "perMonth", "daily", "onDebit", "onBalance"} {
		for _, into := range []any{&PolicyAsk{}, &CurrencyAsk{}, &Fee{}, &limit.Policy{}} {
			d := json.NewDecoder(strings.NewReader(`{"` + word + `": "1"}`))
			d.DisallowUnknownFields()
			if err := d.Decode(into); err == nil {
				t.Errorf("%T takes %s", into, word)
			}
		}
	}
	each(t, func(t *testing.T, v *village) {
		must(t, v.adopt(growing))
		must(t, v.pays(v.bas, v.cleo, "15"))
		time.Sleep(20 * time.Millisecond)
		for range 3 {
			_, err := New(v.db).FollowTime(ctx, v.commons.ID)
			must(t, err)
			_, err = New(v.db).Expire(ctx, v.commons.ID)
			must(t, err)
		}
		v.stands(v.bas, "-15")
		v.stands(v.cleo, "15")
	})
}
