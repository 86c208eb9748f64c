package main

import (
	"log/slog"
	"net"
	"net/http"
	"testing"
	"time"

	"commonweal/federation"
	"commonweal/platform/auth"
	"commonweal/platform/commons"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/platform/store/storetest"
	"commonweal/quantity"
	"commonweal/vf"
)

// stall is a host that serves one commons, at an address that stays when it is restarted.
type stall struct {
	t        testing.TB
	data     string
	database string // empty: SQLite, in data
	address  string // 127.0.0.1:PORT
	origin   string
	ahead    time.Duration // its clock, of the machine's
	h        *House
	server   *http.Server
	c        commons.Commons
	steward  auth.Identity
}

// newStall founds a commons on a host of its own, which takes part in the federation.
func newStall(t testing.TB, slug, name string) *stall { return newStallOn(t, "", slug, name) }

// newStallOn is newStall on a database.
func newStallOn(t testing.TB, database, slug, name string) *stall {
	t.Helper()
	s := &stall{t: t, data: t.TempDir(), database: database, address: "127.0.0.1:0"}
	s.open()
	t.Cleanup(s.close)
	var err error
	s.c, err = s.h.Directory.Found(t.Context(), s.h.Gate.Operator(store.Host), commons.Ask{Slug: slug, Currency: "EUR", Settings: commons.Settings{Name: name, Language: "en", Zone: "UTC"}})
	s.must(err)
	s.steward = s.h.Gate.Operator(s.c.ID)
	s.must(s.h.Federation.TakePart(t.Context(), s.steward, "", true))
	return s
}

func (s *stall) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *stall) open() {
	s.t.Helper()
	listener, err := net.Listen("tcp", s.address)
	s.must(err)
	s.address = listener.Addr().String()
	_, port, err := net.SplitHostPort(s.address)
	s.must(err)
	s.origin = "http://localhost:" + port
	s.h, err = Open(s.t.Context(), Place{Data: s.data, Database: s.database, Origin: s.origin, Site: "Test", PrivateNeighbors: true, Log: slog.New(slog.DiscardHandler), Clock: func() time.Time { return time.Now().Add(s.ahead) }})
	s.must(err)
	shell, err := s.h.Shell(false)
	s.must(err)
	s.server = &http.Server{Handler: shell}
	go s.server.Serve(listener)
	if s.c.ID != "" {
		s.steward = s.h.Gate.Operator(s.c.ID)
	}
}

func (s *stall) close() {
	s.server.Close()
	s.h.Close()
}

func (s *stall) restart() {
	s.close()
	s.open()
}

// tryToDeliver sends what waits to neighbors who may not answer.
func (s *stall) tryToDeliver() {
	s.t.Helper()
	s.must(s.h.Federation.Deliver(s.t.Context(), s.c.ID))
}

// deliver sends what waits to neighbors who take it.
func (s *stall) deliver() {
	s.t.Helper()
	s.tryToDeliver()
	s.read(func(r *store.Snapshot) error {
		list, err := federation.Deliveries(r, "", 50)
		for _, d := range list {
			if d.Problem != "" && d.State != "delivered" {
				s.t.Errorf("%s was not delivered: %s", d.Kind, d.Problem)
			}
		}
		return err
	})
}

func (s *stall) read(f func(r *store.Snapshot) error) {
	s.t.Helper()
	s.must(s.h.Store.Read(s.t.Context(), s.c.ID, f))
}

// only returns the only offer, ours or received.
func (s *stall) only(ours bool) (o federation.Offer) {
	s.t.Helper()
	s.read(func(r *store.Snapshot) error {
		list, err := federation.Offers(r, ours, "", 10)
		if err == nil && len(list) != 1 {
			s.t.Fatalf("%d offers", len(list))
		}
		o = list[0]
		return err
	})
	return o
}

func (s *stall) listings() (list []federation.Listing) {
	s.t.Helper()
	s.read(func(r *store.Snapshot) (err error) { list, err = federation.Listings(r, 10); return err })
	return list
}

// propose puts a proposal into the books: an amount of the primary intent for a price.
func (s *stall) propose(purpose vf.Purpose, unitBased bool, available int64) store.ID {
	s.t.Helper()
	spec, first, second, proposal := store.NewID(), store.NewID(), store.NewID(), store.NewID()
	one, price := quantity.Of(1, "one"), quantity.Of(30, "EUR")
	primary := vf.Intent{About: vf.About{ID: first}, PlannedFlow: vf.PlannedFlow{Action: vf.Transfer, ResourceConformsTo: spec, ResourceQuantity: &one}}
	reciprocal := vf.Intent{About: vf.About{ID: second}, PlannedFlow: vf.PlannedFlow{Action: vf.Transfer, ResourceQuantity: &price}}
	if purpose == vf.Offer {
		primary.Provider, reciprocal.Receiver = s.c.Agent, s.c.Agent
	} else {
		primary.Receiver, reciprocal.Provider = s.c.Agent, s.c.Agent
	}
	if available > 0 {
		a := quantity.Of(available, "one")
		primary.AvailableQuantity = &a
	}
	_, err := s.h.Core.Do(s.t.Context(), s.steward, "",
		vf.Adding{Thing: vf.ResourceSpecification{ID: spec, Name: "Stool", ClassifiedAs: []string{"https://www.wikidata.org/wiki/Q33971"}, DefaultUnitOfResource: "one"}},
		vf.Adding{Thing: &primary}, vf.Adding{Thing: &reciprocal},
		vf.Adding{Thing: &vf.Proposal{About: vf.About{ID: proposal, Name: "Oak stools", Note: "margin 40 %"}, Purpose: purpose, UnitBased: unitBased, Publishes: []store.ID{first}, Reciprocal: []store.ID{second}}})
	s.must(err)
	return proposal
}

// promised returns the commitments of an agreement: what is given, and what in return.
func (s *stall) promised(o federation.Offer) (first, second vf.Commitment) {
	s.t.Helper()
	s.read(func(r *store.Snapshot) error {
		a, found, err := vf.GetOne[vf.Agreement](r, o.Agreement)
		if err == nil && (!found || a.Name != "Oak stools") {
			s.t.Fatalf("no agreement %s: %+v", o.Agreement, a)
		}
		known, err := vf.Get[vf.Commitment](r, []store.ID{o.First, o.Second})
		first, second = known[o.First], known[o.Second]
		return err
	})
	return first, second
}

// befriend lets the buyer follow the seller, by handle.
func befriend(buyer, seller *stall) {
	buyer.t.Helper()
	_, err := buyer.h.Federation.FollowActor(buyer.t.Context(), buyer.steward, "", "@"+seller.c.Slug+"@"+seller.origin[len("http://"):])
	buyer.must(err)
	buyer.deliver()
	seller.deliver()
	buyer.read(func(r *store.Snapshot) error {
		list, err := federation.Follows(r, 10)
		if err == nil && (len(list) != 1 || list[0].State != federation.Accepted) {
			buyer.t.Fatalf("follows: %+v", list)
		}
		return err
	})
}

// The whole market, in both directions of trade, with both hosts restarted between
// any two steps: publish, hear of it, offer, accept, enter, confirm.
func TestTwoServersTrade(t *testing.T) {
	for _, purpose := range []vf.Purpose{vf.Offer, vf.Request} {
		t.Run(string(purpose), func(t *testing.T) {
			seller, buyer := newStall(t, "joinery", "The Joinery"), newStallOn(t, storetest.Postgres(t), "kitchen", "The Kitchen")
			if purpose == vf.Request { // each engine proposes once
				seller, buyer = buyer, seller
			}
			both := func() { seller.restart(); buyer.restart() }
			befriend(buyer, seller)
			proposal := seller.propose(purpose, true, 5)
			seller.must(seller.h.Federation.Publish(t.Context(), seller.steward, "", proposal, federation.Notice{Content: "Of oak & air", Payment: "https://pay.example/stools"}))
			both()
			seller.deliver()
			list := buyer.listings()
			if len(list) != 1 || list[0].Terms.Name != "Oak stools" || list[0].Terms.Content != "Of oak & air" || !list[0].Terms.UnitBased {
				t.Fatalf("listings: %+v", list)
			}
			_, err := buyer.h.Federation.SendOffer(t.Context(), buyer.steward, "key", list[0].ID, 2)
			buyer.must(err)
			if _, err := buyer.h.Federation.SendOffer(t.Context(), buyer.steward, "key", list[0].ID, 2); err != nil { // a double click
				t.Fatal(err)
			}
			both()
			buyer.deliver()
			got := seller.only(false)
			if got.State != federation.Open || got.Asked.Primary.Quantity != quantity.Of(2, "one") || got.Asked.Reciprocal.Quantity != quantity.Of(60, "EUR") {
				t.Fatalf("received: %+v", got)
			}
			both()
			seller.must(seller.h.Federation.AcceptOffer(t.Context(), seller.steward, "", got.ID))
			both()
			seller.deliver()
			sent := buyer.only(true)
			if sent.State != federation.Accepted || sent.Final == nil || sent.Final.Primary.ID != sent.Final.ID+"#primary" || sent.Entered || sent.Final.Payment != "https://pay.example/stools" || list[0].Terms.Payment != sent.Final.Payment {
				t.Fatalf("sent: %+v", sent)
			}
			buyer.must(buyer.h.Federation.EnterAgreement(t.Context(), buyer.steward, "", sent.ID))
			if err := buyer.h.Federation.EnterAgreement(t.Context(), buyer.steward, "", sent.ID); fault.CodeOf(err) != "federation.entered" {
				t.Errorf("entered twice: %v", err)
			}
			checkBooks(t, purpose, seller, seller.only(false), true)
			checkBooks(t, purpose, buyer, buyer.only(true), false)
			seller.must(seller.h.Federation.Confirm(t.Context(), seller.steward, "", got.ID))
			both()
			seller.deliver()
			if o := buyer.only(true); o.State != federation.Completed {
				t.Errorf("the buyer's offer is %s", o.State)
			}
			seller.read(func(r *store.Snapshot) error {
				list, err := federation.Deliveries(r, "", 50)
				for _, d := range list {
					if d.State != "delivered" {
						t.Errorf("not delivered: %+v", d)
					}
				}
				return err
			})
		})
	}
}

// checkBooks holds the agreement in the books of one side against what was agreed.
func checkBooks(t *testing.T, purpose vf.Purpose, s *stall, o federation.Offer, proposer bool) {
	t.Helper()
	first, second := s.promised(o)
	us, them := s.c.Agent, o.Peer
	if (purpose == vf.Offer) != proposer {
		us, them = them, us
	}
	if first.Provider != us || first.Receiver != them || second.Provider != them || second.Receiver != us {
		t.Errorf("proposer %v: %s gives %s, %s gives %s", proposer, first.Provider, first.Receiver, second.Provider, second.Receiver)
	}
	if *first.ResourceQuantity != quantity.Of(2, "one") || *second.ResourceQuantity != quantity.Of(60, "EUR") || first.ClauseOf != o.Agreement || second.ReciprocalClauseOf != o.Agreement {
		t.Errorf("proposer %v: %+v and %+v", proposer, first, second)
	}
	if proposer && (len(first.Satisfies) != 1 || len(second.Satisfies) != 1) {
		t.Errorf("the commitments satisfy no intents: %+v %+v", first, second)
	}
	s.read(func(r *store.Snapshot) error {
		a, _, err := vf.GetAgent(r, o.Peer)
		if err == nil && (a.Kind != vf.Organization || len(a.ClassifiedAs) != 1) {
			t.Errorf("the peer is in the books as %+v", a)
		}
		return err
	})
}

// What is on offer is promised once, however many ask for it; a rejected party may
// offer again; what was withdrawn is not to be had.
func TestOffersThatCannotBeAccepted(t *testing.T) {
	seller, buyer := newStall(t, "joinery", "The Joinery"), newStall(t, "kitchen", "The Kitchen")
	befriend(buyer, seller)
	proposal := seller.propose(vf.Offer, true, 3)
	f, ctx := seller.h.Federation, t.Context()
	seller.must(f.Publish(ctx, seller.steward, "", proposal, federation.Notice{}))
	seller.deliver()
	listing := buyer.listings()[0]
	for range 2 {
		_, err := buyer.h.Federation.SendOffer(ctx, buyer.steward, "", listing.ID, 2)
		buyer.must(err)
	}
	if _, err := buyer.h.Federation.SendOffer(ctx, buyer.steward, "", listing.ID, 4); fault.CodeOf(err) != "federation.not_available" {
		t.Errorf("more than there is: %v", err)
	}
	if _, err := buyer.h.Federation.SendOffer(ctx, buyer.steward, "", listing.ID, 0); fault.CodeOf(err) != "federation.factor" {
		t.Errorf("none: %v", err)
	}
	buyer.deliver()
	var got []federation.Offer
	seller.read(func(r *store.Snapshot) (err error) { got, err = federation.Offers(r, false, "", 10); return err })
	if len(got) != 2 {
		t.Fatalf("%d offers arrived", len(got))
	}
	seller.must(f.AcceptOffer(ctx, seller.steward, "", got[1].ID))
	if err := f.AcceptOffer(ctx, seller.steward, "", got[1].ID); fault.CodeOf(err) != "federation.offer_closed" {
		t.Errorf("accepted twice: %v", err)
	}
	if err := f.AcceptOffer(ctx, seller.steward, "", got[0].ID); fault.CodeOf(err) != "federation.not_available" {
		t.Errorf("promised what is gone: %v", err)
	}
	seller.must(f.RejectOffer(ctx, seller.steward, "", got[0].ID, "sold out"))
	if err := f.Confirm(ctx, seller.steward, "", got[0].ID); fault.CodeOf(err) != "federation.offer_closed" {
		t.Errorf("confirmed what was rejected: %v", err)
	}
	seller.must(f.Withdraw(ctx, seller.steward, "", proposal))
	seller.deliver()
	if list := buyer.listings(); len(list) != 0 {
		t.Errorf("still listed: %+v", list)
	}
	states := map[string]string{}
	buyer.read(func(r *store.Snapshot) error {
		list, err := federation.Offers(r, true, "", 10)
		for _, o := range list {
			states[o.State] = o.Reason
		}
		return err
	})
	if reason, rejected := states[federation.Rejected]; !rejected || reason != "sold out" || len(states) != 2 {
		t.Errorf("the buyer knows %v", states)
	}
	if _, err := buyer.h.Federation.LookAt(ctx, buyer.steward, listing.URI); fault.CodeOf(err) != "activitypub.status" {
		t.Errorf("the withdrawn proposal: %v", err)
	}
	outsider := seller.h.Gate.Table().As(auth.Identity{Commons: seller.c.ID, Account: store.NewID(), Role: auth.Member})
	if err := f.AcceptOffer(ctx, outsider, "", got[0].ID); fault.CodeOf(err) != "auth.forbidden" {
		t.Errorf("a member accepts: %v", err)
	}
}
