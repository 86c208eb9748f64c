package main

import (
	"strings"
	"testing"

	"commonweal/federation"
	"commonweal/federation/market"
	"commonweal/platform/store"
	"commonweal/vf"
)

// offers returns the received offers, oldest first.
func (s *stall) offers() (list []federation.Offer) {
	s.t.Helper()
	s.read(func(r *store.Snapshot) (err error) { list, err = federation.Offers(r, false, "", 50); return err })
	for i, j := 0, len(list)-1; i < j; i, j = i+1, j-1 {
		list[i], list[j] = list[j], list[i]
	}
	return list
}

// By a rule of the seller the kitchen gets two stools at once and no third, and nobody
// else gets any; each acceptance is an agreement in the books, as if somebody had accepted.
func TestOffersAreAnsweredByRule(t *testing.T) {
	eachWay(t, func(t *testing.T, seller, buyer *stall) {
		ctx, f := t.Context(), seller.h.Federation
		proposal := seller.propose(vf.Offer, true, 5)
		kitchen := buyer.origin + "/federation/" + string(buyer.c.ID)
		rule := market.Rule{Accept: market.Named, From: []string{kitchen}, Most: 2, Otherwise: market.Reject}
		wants(t, "before it is published", f.SetRule(ctx, seller.steward, "", proposal, rule), "federation.not_published")
		seller.must(f.Publish(ctx, seller.steward, "", proposal, federation.Notice{}))
		wants(t, "no rule", f.SetRule(ctx, seller.steward, "", proposal, market.Rule{Accept: market.Named}), "federation.rule")
		seller.must(f.SetRule(ctx, seller.steward, "", proposal, rule))
		seller.must(f.Publish(ctx, seller.steward, "", proposal, federation.Notice{Content: "again"})) // the rule stays
		seller.deliver()
		for _, times := range []int64{2, 1} {
			_, err := buyer.h.Federation.SendOffer(ctx, buyer.steward, "", buyer.listings()[0].ID, times)
			buyer.must(err)
		}
		buyer.deliver()
		m := newStranger(t)
		m.send(seller, sending{body: m.offer(1, seller.offers()[1].Asked)})
		got := seller.offers()
		for i, want := range []struct{ state, says string }{{federation.Accepted, ""}, {federation.Rejected, "each may take 2, and 2 were taken already"}, {federation.Rejected, "certain neighbors"}} {
			if got[i].State != want.state || !strings.Contains(got[i].Reason, want.says) || got[i].Entered != (want.state == federation.Accepted) {
				t.Errorf("offer %d: %s (%s), want %s %q", i+1, got[i].State, got[i].Reason, want.state, want.says)
			}
		}
		checkBooks(t, vf.Offer, seller, got[0], true)
		seller.deliver()
		var states []string
		buyer.read(func(r *store.Snapshot) error {
			list, err := federation.Offers(r, true, "", 10)
			for _, o := range list {
				states = append(states, o.State)
			}
			return err
		})
		if strings.Join(states, " ") != "rejected accepted" {
			t.Errorf("the buyer heard %v", states)
		}
	})
}

// A rule that accepts while there is enough never promises more than there is: what
// comes too late waits for somebody. The same offer twice counts once.
func TestRuleStopsWhenNothingIsLeft(t *testing.T) {
	seller, m := newStall(t, "joinery", "The Joinery"), newStranger(t)
	_, a := published(t, seller, true) // five are there
	var proposal store.ID
	seller.read(func(r *store.Snapshot) error {
		list, err := federation.Publications(r, 1)
		proposal = list[0].Proposal
		return err
	})
	seller.must(seller.h.Federation.SetRule(t.Context(), seller.steward, "", proposal, market.Rule{Accept: market.Accept}))
	for n := range 7 {
		for range 2 {
			if status, code := m.send(seller, sending{body: m.offer(n, a)}); status != 202 {
				t.Fatalf("%d: %d %s", n, status, code)
			}
		}
	}
	for i, o := range seller.offers() {
		if want := map[bool]string{true: federation.Accepted, false: federation.Open}[i < 5]; o.State != want {
			t.Errorf("offer %d is %s, want %s", i+1, o.State, want)
		}
	}
	wants(t, "accepted by hand", seller.h.Federation.AcceptOffer(t.Context(), seller.steward, "", newest(seller).ID), "federation.not_available")
}

// A draft says nothing that could be published.
func TestDraftIsNotPublished(t *testing.T) {
	seller := newStall(t, "joinery", "The Joinery")
	draft := store.NewID()
	_, err := seller.h.Core.Do(t.Context(), seller.steward, "", vf.Adding{Thing: &vf.Proposal{About: vf.About{ID: draft, Name: "Later"}, Purpose: vf.Offer}})
	seller.must(err)
	err = seller.h.Federation.Publish(t.Context(), seller.steward, "", draft, federation.Notice{})
	wants(t, "a draft", err, "federation.cannot_publish")
	if err != nil && !strings.Contains(err.Error(), "draft") {
		t.Error(err)
	}
	wants(t, "a script to pay by", seller.h.Federation.Publish(t.Context(), seller.steward, "", draft, federation.Notice{Payment: "javascript:alert(1)"}), "federation.payment")
}
