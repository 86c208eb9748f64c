package main

import (
	"strings"
	"testing"
	"time"

	"commonweal/federation"
	"commonweal/federation/workplan"
	"commonweal/platform/activitypub"
	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/outbound"
	"commonweal/platform/store"
	"commonweal/platform/store/storetest"
	"commonweal/quantity"
	"commonweal/vf"
)

// eachWay lets two hosts deal, one on each engine, and then the other way round.
func eachWay(t *testing.T, f func(t *testing.T, seller, buyer *stall)) {
	for _, sells := range []store.Engine{store.SQLite, store.Postgres} {
		t.Run(string(sells)+" sells", func(t *testing.T) {
			databases := []string{"", storetest.Postgres(t)}
			if sells == store.Postgres {
				databases[0], databases[1] = databases[1], databases[0]
			}
			seller, buyer := newStallOn(t, databases[0], "joinery", "The Joinery"), newStallOn(t, databases[1], "kitchen", "The Kitchen")
			befriend(buyer, seller)
			f(t, seller, buyer)
		})
	}
}

// agree lets the buyer have two stools of five for sixty euros, and returns the deal as
// each side knows it.
func agree(t *testing.T, seller, buyer *stall) (sold, bought federation.Offer) {
	t.Helper()
	ctx := t.Context()
	proposal := seller.propose(vf.Offer, true, 5)
	seller.must(seller.h.Federation.Publish(ctx, seller.steward, "", proposal, federation.Notice{}))
	seller.deliver()
	_, err := buyer.h.Federation.SendOffer(ctx, buyer.steward, "", buyer.listings()[0].ID, 2)
	buyer.must(err)
	buyer.deliver()
	seller.must(seller.h.Federation.AcceptOffer(ctx, seller.steward, "", seller.only(false).ID))
	seller.deliver()
	buyer.must(buyer.h.Federation.EnterAgreement(ctx, buyer.steward, "", buyer.only(true).ID))
	return seller.only(false), buyer.only(true)
}

// reports returns what was told of a promise.
func (s *stall) reports(promise store.ID) (list []federation.Report) {
	s.t.Helper()
	s.read(func(r *store.Snapshot) (err error) { list, err = federation.Reports(r, promise); return err })
	return list
}

// met is how much of a commitment the books say was done, in millionths.
func (s *stall) met(commitment store.ID) (n int64) {
	s.t.Helper()
	s.read(func(r *store.Snapshot) error {
		met, err := vf.MetOf(r, []store.ID{commitment})
		n = met[commitment].Quantity + met[commitment].Effort
		return err
	})
	return n
}

func amountOf(amount int64, unit quantity.Unit) workplan.Amounts {
	a := quantity.Of(amount, unit)
	return workplan.Amounts{Quantity: &a}
}

// wants fails unless an error has a code.
func wants(t *testing.T, what string, err error, code string) {
	t.Helper()
	if fault.CodeOf(err) != code {
		t.Errorf("%s: %v, want %q", what, err, code)
	}
}

// What the seller says was delivered is nothing until the buyer says so; then it stands
// in both books, and each knows what the other calls it.
func TestInvariant7ReportsAreConfirmed(t *testing.T) {
	eachWay(t, func(t *testing.T, seller, buyer *stall) {
		ctx := t.Context()
		sold, bought := agree(t, seller, buyer)
		day := time.Now().Add(-24 * time.Hour).UTC().Truncate(time.Second)
		event, err := seller.h.Federation.RecordAndTell(ctx, seller.steward, "key", sold.First, amountOf(2, "one"), day)
		seller.must(err)
		if again, err := seller.h.Federation.RecordAndTell(ctx, seller.steward, "key", sold.First, amountOf(2, "one"), day); err != nil || again != event { // a double click
			t.Errorf("%s then %s: %v", event, again, err)
		}
		wants(t, "told twice", seller.h.Federation.Tell(ctx, seller.steward, "", event), "federation.told")
		seller.deliver()
		got := buyer.reports(bought.First)
		if len(got) != 1 || got[0].State != federation.Open || *got[0].Said.Quantity != quantity.Of(2, "one") || !got[0].Said.At.Equal(day) || got[0].Event != "" {
			t.Fatalf("the buyer heard %+v", got)
		}
		if n := buyer.met(bought.First); n != 0 {
			t.Fatalf("what the seller says was believed: %d", n)
		}
		buyer.restart()
		f := buyer.h.Federation
		member := buyer.h.Gate.Table().As(auth.Identity{Commons: buyer.c.ID, Account: store.NewID(), Role: auth.Member})
		wants(t, "a member confirms", f.ConfirmReport(ctx, member, "", got[0].ID, ""), "auth.forbidden")
		buyer.must(f.ConfirmReport(ctx, buyer.steward, "", got[0].ID, ""))
		wants(t, "confirmed twice", f.ConfirmReport(ctx, buyer.steward, "", got[0].ID, ""), "federation.report_closed")
		wants(t, "disputed after it", f.DisputeReport(ctx, buyer.steward, "", got[0].ID, "no"), "federation.report_closed")
		buyer.deliver()
		theirs, ours := buyer.reports(bought.First)[0], seller.reports(sold.First)[0]
		if buyer.met(bought.First) != 2*quantity.Scale || seller.met(sold.First) != 2*quantity.Scale || theirs.State != federation.Confirmed || ours.State != federation.Confirmed {
			t.Errorf("%d and %d; %+v; %+v", buyer.met(bought.First), seller.met(sold.First), theirs, ours)
		}
		if ours.Event != event || !strings.HasSuffix(theirs.URI, "/events/"+string(event)) || !strings.HasPrefix(ours.Other, buyer.origin) || !strings.HasSuffix(ours.Other, "/events/"+string(theirs.Event)) {
			t.Errorf("the pair: %+v and %+v", ours, theirs)
		}
		client := &activitypub.Client{HTTP: outbound.NewClient(true), Plain: true}
		for _, address := range []string{ours.Other, theirs.URI} {
			if o, err := client.Get(ctx, address, nil, time.Now()); err != nil || o.ID("fulfills") != bought.Final.Primary.ID {
				t.Errorf("%s: %v %v", address, o, err)
			}
		}
	})
}

// A payment that did not arrive is disputed, and nothing is recorded; one that the seller
// recorded already is the pair of what the buyer tells.
func TestReportsThatAreDisputedOrThereAlready(t *testing.T) {
	eachWay(t, func(t *testing.T, seller, buyer *stall) {
		ctx := t.Context()
		sold, bought := agree(t, seller, buyer)
		pay := func() {
			t.Helper()
			_, err := buyer.h.Federation.RecordAndTell(ctx, buyer.steward, "", bought.Second, amountOf(30, "EUR"), time.Now())
			buyer.must(err)
			buyer.deliver()
		}
		pay()
		f := seller.h.Federation
		seller.must(f.DisputeReport(ctx, seller.steward, "", seller.reports(sold.Second)[0].ID, "not on our account"))
		seller.deliver()
		if x := buyer.reports(bought.Second)[0]; x.State != federation.Disputed || x.Reason != "not on our account" || seller.met(sold.Second) != 0 {
			t.Errorf("%+v, and the seller has %d", x, seller.met(sold.Second))
		}
		thirty := quantity.Of(30, "EUR")
		_, second := seller.promised(sold)
		step := func(amount quantity.Amount, of vf.Commitment) store.ID {
			done, err := seller.h.Core.Do(ctx, seller.steward, "", vf.Recording{Event: vf.Event{Action: vf.Transfer, Provider: of.Provider, Receiver: of.Receiver, ResourceQuantity: &amount,
				ResourceConformsTo: of.ResourceConformsTo, Fulfills: []vf.Allocation{{Target: of.ID}}, HasPointInTime: time.Now()}})
			seller.must(err)
			return done[0].ID
		}
		booked, other := step(thirty, second), step(quantity.Of(29, "EUR"), second)
		pay()
		open := seller.reports(sold.Second)[1]
		wants(t, "another amount", f.ConfirmReport(ctx, seller.steward, "", open.ID, other), "federation.not_the_same")
		wants(t, "no event", f.ConfirmReport(ctx, seller.steward, "", open.ID, store.NewID()), "federation.unknown_event")
		seller.must(f.ConfirmReport(ctx, seller.steward, "", open.ID, booked))
		if n := seller.met(sold.Second); n != 59*quantity.Scale {
			t.Errorf("the seller has %d after a payment that was there already", n)
		}
		wants(t, "told of its pair", f.Tell(ctx, seller.steward, "", booked), "federation.told")
		seller.must(f.Tell(ctx, seller.steward, "", other))
		wants(t, "of no promise", f.Tell(ctx, seller.steward, "", stray(seller)), "federation.no_promise")
	})
}

// stray records an event that fulfills nothing.
func stray(s *stall) store.ID {
	s.t.Helper()
	hour := quantity.Of(1, "hour")
	done, err := s.h.Core.Do(s.t.Context(), s.steward, "", vf.Recording{Event: vf.Event{Action: vf.DeliverService, Provider: s.c.Agent, Receiver: s.c.Agent, ResourceQuantity: &hour, ClassifiedAs: []string{"urn:x"}, HasPointInTime: time.Now()}})
	s.must(err)
	return done[0].ID
}

// What is let go is closed in the books of whoever lets it go, and free for others; the
// other side is told, and closes its own.
func TestInvariant8LetGo(t *testing.T) {
	eachWay(t, func(t *testing.T, seller, buyer *stall) {
		ctx := t.Context()
		sold, bought := agree(t, seller, buyer)
		here, there := seller.h.Federation, buyer.h.Federation
		left := func() string {
			t.Helper()
			proposal := sold.Proposal()
			seller.must(here.Publish(ctx, seller.steward, "", proposal, federation.Notice{}))
			var terms string
			seller.read(func(r *store.Snapshot) error {
				list, err := federation.Publications(r, 1)
				terms = list[0].Terms.Primary.Available.String()
				return err
			})
			return terms
		}
		if got := left(); got != "3 one" {
			t.Errorf("%s are left after the deal", got)
		}
		seller.must(here.LetGo(ctx, seller.steward, "", sold.First, "the oak is wet"))
		wants(t, "let go twice", here.LetGo(ctx, seller.steward, "", sold.First, ""), "federation.let_go")
		if got := left(); got != "5 one" {
			t.Errorf("%s are left after it was let go", got)
		}
		seller.deliver()
		first, _ := buyer.promised(bought)
		if first.Finished || buyer.only(true).State != federation.Accepted {
			t.Errorf("what the seller says moved the buyer's books: %+v", first)
		}
		buyer.must(there.LetGo(ctx, buyer.steward, "", bought.First, ""))
		if first, _ = buyer.promised(bought); !first.Finished {
			t.Errorf("%+v", first)
		}
		buyer.must(there.LetGo(ctx, buyer.steward, "", bought.Second, "then we do not pay"))
		if o := buyer.only(true); o.State != federation.Canceled {
			t.Errorf("nothing is left of a deal that is %s", o.State)
		}
		buyer.deliver()
		if o := seller.only(false); o.State != federation.Canceled || o.Reason != "then we do not pay" {
			t.Errorf("the seller's deal is %s: %s", o.State, o.Reason)
		}
		wants(t, "confirmed though canceled", here.Confirm(ctx, seller.steward, "", sold.ID), "federation.offer_closed")
		seller.must(here.LetGo(ctx, seller.steward, "", sold.Second, ""))
	})
}

// What was done in part is not let go; what was let go before it was entered enters closed.
func TestPromisesThatCannotBeLetGo(t *testing.T) {
	seller, buyer := newStall(t, "joinery", "The Joinery"), newStall(t, "kitchen", "The Kitchen")
	befriend(buyer, seller)
	ctx := t.Context()
	sold, bought := agree(t, seller, buyer)
	_, err := seller.h.Federation.RecordAndTell(ctx, seller.steward, "", sold.First, amountOf(1, "one"), time.Now())
	seller.must(err)
	wants(t, "done in part", seller.h.Federation.LetGo(ctx, seller.steward, "", sold.First, ""), "federation.fulfilled")
	wants(t, "nothing", seller.h.Federation.LetGo(ctx, seller.steward, "", store.NewID(), ""), "federation.unknown_promise")
	seller.must(seller.h.Federation.Confirm(ctx, seller.steward, "", sold.ID))
	seller.deliver()
	wants(t, "of a deal that is complete", buyer.h.Federation.LetGo(ctx, buyer.steward, "", bought.Second, ""), "federation.offer_closed")
	wants(t, "in other units", second(buyer.h.Federation.RecordAndTell(ctx, buyer.steward, "", bought.Second, amountOf(1, "USD"), time.Now())), "federation.unit")
}

func second[T any](_ T, err error) error { return err }
