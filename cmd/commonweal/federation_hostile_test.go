package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"commonweal/federation"
	"commonweal/federation/market"
	"commonweal/platform/activitypub"
	"commonweal/platform/outbound"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// stranger is an actor of another program, who says what it likes.
type stranger struct {
	t      *testing.T
	server *httptest.Server
	key    *activitypub.Key
	actor  string
	asked  atomic.Int64 // how often its document was fetched
	heard  chan activitypub.Object
	away   atomic.Bool // answers nothing but 503
}

func newStranger(t *testing.T) *stranger {
	s := &stranger{t: t, heard: make(chan activitypub.Object, 100)}
	s.server = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(s.server.Close)
	s.actor = s.server.URL + "/users/mallory"
	s.rotate()
	return s
}

// rotate gives the stranger another key under the same name.
func (s *stranger) rotate() {
	text, err := activitypub.NewPrivateKey()
	if err == nil {
		s.key, err = activitypub.OpenKey(s.actor, text)
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *stranger) serve(w http.ResponseWriter, r *http.Request) {
	switch {
	case s.away.Load():
		w.WriteHeader(http.StatusServiceUnavailable)
	case r.Method == http.MethodPost:
		body, _ := io.ReadAll(r.Body)
		if o, err := activitypub.Decode(body); err == nil {
			s.heard <- o
		}
		w.WriteHeader(http.StatusAccepted)
	default:
		s.asked.Add(1)
		w.Header().Set("Content-Type", activitypub.MediaType)
		_, _ = w.Write(activitypub.Profile{ID: s.actor, Kind: "Person", Username: "mallory", Name: "Mallory", Key: s.key.Public()}.Document())
	}
}

// sending is one delivery that can be spoiled before it goes.
type sending struct {
	key  *activitypub.Key
	at   time.Time
	body map[string]any
	sign func(*activitypub.Key, *http.Request, []byte, time.Time) error
	last func(r *http.Request)
}

// send posts an activity to an inbox and returns the status and the code of the refusal.
func (s *stranger) send(to *stall, x sending) (int, string) {
	s.t.Helper()
	if x.key == nil {
		x.key = s.key
	}
	if x.at.IsZero() {
		x.at = time.Now()
	}
	if x.sign == nil {
		x.sign = (*activitypub.Key).Sign
	}
	body := activitypub.Marshal(x.body)
	inbox := to.origin + "/federation/" + string(to.c.ID) + "/inbox"
	r, err := http.NewRequest(http.MethodPost, inbox, bytes.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Content-Type", activitypub.MediaType)
	if err := x.sign(x.key, r, body, x.at); err != nil {
		s.t.Fatal(err)
	}
	if x.last != nil {
		x.last(r)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	var answer struct{ Error string }
	text, _ := io.ReadAll(resp.Body)
	_ = json.Unmarshal(text, &answer)
	return resp.StatusCode, answer.Error
}

// offer is an Offer(Agreement) of the stranger.
func (s *stranger) offer(n int, a market.Agreement) map[string]any {
	return map[string]any{"@context": market.Context(), "id": fmt.Sprintf("%s/offers/%d", s.server.URL, n), "type": "Offer", "actor": s.actor, "object": a.Object()}
}

// terms returns what was published, and an agreement that takes it once.
func published(t *testing.T, s *stall, unitBased bool) (market.Proposal, market.Agreement) {
	t.Helper()
	proposal := s.propose(vf.Offer, unitBased, 5)
	s.must(s.h.Federation.Publish(t.Context(), s.steward, "", proposal, federation.Notice{}))
	var p market.Proposal
	s.read(func(r *store.Snapshot) error {
		list, err := federation.Publications(r, 1)
		p = list[0].Terms
		return err
	})
	a, err := p.Take(1)
	s.must(err)
	return p, a
}

func TestForgedMessagesAreRefused(t *testing.T) {
	seller := newStall(t, "joinery", "The Joinery")
	m, other := newStranger(t), newStranger(t)
	_, a := published(t, seller, true)
	good := func(n int) map[string]any { return m.offer(n, a) }
	with := func(n int, name string, v any) map[string]any {
		o := good(n)
		o[name] = v
		return o
	}
	large := with(90, "content", strings.Repeat("x", activitypub.MaxDocument))
	for name, c := range map[string]struct {
		x      sending
		status int
		code   string
	}{
		"another's key":            {sending{body: good(1), key: other.key}, 401, "federation.other_actor"},
		"a key of the same name":   {sending{body: good(2), key: mustKey(t, m.actor)}, 401, "activitypub.forged"},
		"in another's name":        {sending{body: with(3, "actor", other.actor)}, 401, "federation.other_actor"},
		"of another's activity":    {sending{body: with(4, "id", other.server.URL+"/offers/4")}, 401, "federation.other_actor"},
		"without an id":            {sending{body: with(5, "id", nil)}, 401, "federation.other_actor"},
		"yesterday":                {sending{body: good(6), at: time.Now().Add(-24 * time.Hour)}, 401, "activitypub.old"},
		"tomorrow":                 {sending{body: good(7), at: time.Now().Add(24 * time.Hour)}, 401, "activitypub.old"},
		"unsigned":                 {sending{body: good(8), last: func(r *http.Request) { r.Header.Del("Signature") }}, 401, "activitypub.unsigned"},
		"another digest":           {sending{body: good(9), last: func(r *http.Request) { r.Header.Set("Digest", "SHA-256=AAAA") }}, 401, "activitypub.digest"},
		"another body":             {sending{body: good(10), last: func(r *http.Request) { r.Body = io.NopCloser(strings.NewReader(`{}`)); r.ContentLength = 2 }}, 401, "activitypub.digest"},
		"to another inbox":         {sending{body: good(11), last: func(r *http.Request) { r.URL.Path += "/" }}, 404, ""},
		"for another host":         {sending{body: good(12), last: func(r *http.Request) { r.Host = "other.example" }}, 401, "activitypub.other_host"},
		"a form":                   {sending{body: good(13), last: func(r *http.Request) { r.Header.Set("Content-Type", "application/x-www-form-urlencoded") }}, 415, "activitypub.media_type"},
		"too large":                {sending{body: large}, 413, "activitypub.too_large"},
		"about nothing of ours":    {sending{body: m.offer(14, market.Agreement{Primary: market.Commitment{Satisfies: m.server.URL + "/p#primary", Quantity: a.Primary.Quantity}})}, 404, "federation.unknown_proposal"},
		"no commitment":            {sending{body: with(15, "object", map[string]any{"type": "Agreement"})}, 422, "federation.commitments"},
		"an answer to no offer":    {sending{body: map[string]any{"id": m.server.URL + "/x/1", "type": "Accept", "actor": m.actor, "object": seller.origin + "/federation/x"}}, 404, "federation.unknown_offer"},
		"a follow of nobody":       {sending{body: map[string]any{"id": m.server.URL + "/x/2", "type": "Follow", "actor": m.actor, "object": seller.origin}}, 422, "federation.not_here"},
		"an actor inside":          {sending{body: with(16, "actor", "http://user:x@"+m.server.URL[len("http://"):]+"/a")}, 422, "activitypub.address"},
		"something we do not know": {sending{body: map[string]any{"id": m.server.URL + "/x/3", "type": "Like", "actor": m.actor, "object": "x"}}, 202, ""},
		"by the other standard":    {sending{body: map[string]any{"id": m.server.URL + "/x/4", "type": "Like", "actor": m.actor, "object": "x"}, sign: (*activitypub.Key).SignMessage}, 202, ""},
	} {
		if status, code := m.send(seller, c.x); status != c.status || code != c.code {
			t.Errorf("%s: %d %s, want %d %s", name, status, code, c.status, c.code)
		}
	}
	seller.read(func(r *store.Snapshot) error {
		list, err := federation.Offers(r, false, "", 10)
		if len(list) != 0 {
			t.Errorf("offers that were refused: %+v", list)
		}
		return err
	})
	if n := m.asked.Load(); n > 2 {
		t.Errorf("the actor's document was fetched %d times", n)
	}
}

// mustKey is a key that claims to be an actor's.
func mustKey(t *testing.T, actor string) *activitypub.Key {
	text, err := activitypub.NewPrivateKey()
	if err != nil {
		t.Fatal(err)
	}
	k, err := activitypub.OpenKey(actor, text)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// An activity counts once, whoever repeats it and by whatever signature; under its
// identifier it stays what it was.
func TestReplayedMessagesCountOnce(t *testing.T) {
	seller, m := newStall(t, "joinery", "The Joinery"), newStranger(t)
	_, a := published(t, seller, true)
	at := time.Now()
	for range 3 { // the very same message
		if status, code := m.send(seller, sending{body: m.offer(1, a), at: at}); status != 202 {
			t.Fatalf("%d %s", status, code)
		}
	}
	if status, _ := m.send(seller, sending{body: m.offer(1, a), at: at.Add(-time.Minute)}); status != 202 { // signed anew
		t.Errorf("%d", status)
	}
	two := a
	two.Primary.Quantity = quantity.Of(2, "one")
	if status, code := m.send(seller, sending{body: m.offer(1, two)}); status != 409 || code != "federation.changed_activity" {
		t.Errorf("another activity of the same name: %d %s", status, code)
	}
	if o := seller.only(false); o.Asked.Primary.Quantity != a.Primary.Quantity {
		t.Errorf("%+v", o)
	}
	seller.restart() // what was seen is remembered
	if status, _ := m.send(seller, sending{body: m.offer(1, a), at: at}); status != 202 {
		t.Errorf("%d", status)
	}
	seller.only(false)
}

// An offer that breaks a rule of the marketplace is answered with a rejection that says which.
func TestOffersThatDoNotFitAreRejected(t *testing.T) {
	seller, m := newStall(t, "joinery", "The Joinery"), newStranger(t)
	p, a := published(t, seller, true)
	change := func(f func(*market.Agreement)) market.Agreement {
		x := a
		r := *a.Reciprocal
		x.Reciprocal = &r
		f(&x)
		return x
	}
	n := 0
	for name, x := range map[string]market.Agreement{
		"intents swapped": change(func(x *market.Agreement) {
			x.Primary.Satisfies, x.Reciprocal.Satisfies = x.Reciprocal.Satisfies, x.Primary.Satisfies
		}),
		"nothing in return":   change(func(x *market.Agreement) { x.Reciprocal = nil }),
		"half of one":         change(func(x *market.Agreement) { x.Primary.Quantity = quantity.MustParse("0.5", "one") }),
		"two for the price":   change(func(x *market.Agreement) { x.Primary.Quantity = quantity.Of(2, "one") }),
		"in another currency": change(func(x *market.Agreement) { x.Reciprocal.Quantity = quantity.Of(30, "USD") }),
		"more than there is": change(func(x *market.Agreement) {
			x.Primary.Quantity, x.Reciprocal.Quantity = quantity.Of(6, "one"), quantity.Of(180, "EUR")
		}),
	} {
		n++
		if status, code := m.send(seller, sending{body: m.offer(n, x)}); status != 202 {
			t.Fatalf("%s: %d %s", name, status, code)
		}
		seller.deliver()
		select {
		case o := <-m.heard:
			if !o.Is("Reject") || o.ID("object") != fmt.Sprintf("%s/offers/%d", m.server.URL, n) || o.Text("content") == "" {
				t.Errorf("%s is answered with %v", name, o)
			}
		default:
			t.Errorf("%s is not answered", name)
		}
	}
	if status, _ := m.send(seller, sending{body: m.offer(99, a)}); status != 202 { // a rejected party may offer again
		t.Error(status)
	}
	seller.must(seller.h.Federation.AcceptOffer(t.Context(), seller.steward, "", newest(seller).ID))
	seller.deliver()
	o := <-m.heard
	final, err := market.ReadAgreement(o.Object("result"), true)
	if err != nil || final.Finalizes(a) != nil || !strings.HasPrefix(final.ID, p.Actor+"/agreements/") {
		t.Errorf("finalized as %+v: %v", final, err)
	}
	client := &activitypub.Client{HTTP: outbound.NewClient(true), Plain: true}
	for _, address := range []string{p.Actor, p.ID, final.ID, p.Actor + "/outbox", p.Actor + "/outbox?before=", p.Actor + "/followers"} {
		if _, err := client.Get(t.Context(), address, nil, time.Now()); err != nil {
			t.Errorf("%s: %v", address, err)
		}
	}
	if _, err := client.Get(t.Context(), o.Text("id"), nil, time.Now()); err == nil {
		t.Error("everybody may read what was sent to one")
	}
}

func newest(s *stall) (o federation.Offer) {
	s.read(func(r *store.Snapshot) error {
		list, err := federation.Offers(r, false, "", 1)
		o = list[0]
		return err
	})
	return o
}

// Answers of a proposer that are not what was offered, come twice or in the wrong order.
func TestAnswersInTheWrongOrder(t *testing.T) {
	buyer, m := newStall(t, "kitchen", "The Kitchen"), newStranger(t)
	f := buyer.h.Federation
	p := market.Proposal{ID: m.server.URL + "/proposals/1", Actor: m.actor, Purpose: market.Offer, Name: "Oak stools", To: []string{activitypub.Public},
		Primary: market.Intent{ID: m.server.URL + "/proposals/1#primary", Action: "transfer", Quantity: quantity.Of(1, "one")}}
	_, err := f.FollowActor(t.Context(), buyer.steward, "", m.actor)
	buyer.must(err)
	buyer.deliver()
	asked := <-m.heard
	create := map[string]any{"id": m.server.URL + "/x/1", "type": "Create", "actor": m.actor, "object": p.Object()}
	m.send(buyer, sending{body: create})
	if list := buyer.listings(); len(list) != 0 {
		t.Errorf("proposals of somebody who has not accepted us: %+v", list)
	}
	m.send(buyer, sending{body: map[string]any{"id": m.server.URL + "/x/2", "type": "Accept", "actor": m.actor, "object": asked.Text("id")}})
	create["id"] = m.server.URL + "/x/3"
	m.send(buyer, sending{body: create})
	list := buyer.listings()
	if len(list) != 1 {
		t.Fatalf("listings: %+v", list)
	}
	_, err = f.SendOffer(t.Context(), buyer.steward, "", list[0].ID, 1)
	buyer.must(err)
	buyer.deliver()
	offer := <-m.heard
	final := list[0].Terms
	a, err := final.Take(1)
	buyer.must(err)
	answer := func(n int, kind, object string, result market.Agreement) sending {
		return sending{body: map[string]any{"id": fmt.Sprintf("%s/a/%d", m.server.URL, n), "type": kind, "actor": m.actor, "object": object, "result": result.Object()}}
	}
	good := a.Finalize(m.server.URL + "/agreements/1")
	receipt := func(n int, of string) sending {
		return sending{body: map[string]any{"id": fmt.Sprintf("%s/a/%d", m.server.URL, n), "type": "Create", "actor": m.actor, "object": map[string]any{"type": "Document", "context": of}}}
	}
	more := good
	more.Primary.Quantity = quantity.Of(2, "one")
	other := newStranger(t)
	for i, c := range []struct {
		name   string
		by     *stranger
		x      sending
		status int
		code   string
	}{
		{"a confirmation before the acceptance", m, receipt(1, good.ID), 409, "federation.not_yet"},
		{"an answer of somebody else", other, sending{body: map[string]any{"id": other.server.URL + "/a", "type": "Accept", "actor": other.actor, "object": offer.Text("id"), "result": good.Object()}}, 404, "federation.unknown_offer"},
		{"no agreement", m, sending{body: map[string]any{"id": m.server.URL + "/a/2", "type": "Accept", "actor": m.actor, "object": offer.Text("id")}}, 422, "federation.no_agreement"},
		{"without identifiers", m, answer(3, "Accept", offer.Text("id"), a), 422, "federation.missing_id"},
		{"other quantities", m, answer(4, "Accept", offer.Text("id"), more), 422, "federation.changed_terms"},
		{"an agreement elsewhere", m, answer(5, "Accept", offer.Text("id"), a.Finalize("https://elsewhere.example/1")), 422, "federation.foreign_agreement"},
		{"the acceptance", m, answer(6, "Accept", offer.Text("id"), good), 202, ""},
		{"a rejection after it", m, answer(7, "Reject", offer.Text("id"), good), 409, "federation.offer_closed"},
		{"another acceptance", m, answer(8, "Accept", offer.Text("id"), good), 409, "federation.offer_closed"},
		{"the confirmation, sent again", m, receipt(1, good.ID), 202, ""},
		{"the confirmation of something else", m, receipt(9, m.server.URL+"/agreements/2"), 202, ""},
	} {
		if status, code := c.by.send(buyer, c.x); status != c.status || code != c.code {
			t.Errorf("%d %s: %d %s, want %d %s", i, c.name, status, code, c.status, c.code)
		}
	}
	if o := buyer.only(true); o.State != federation.Completed {
		t.Errorf("%+v", o)
	}
	m.send(buyer, sending{body: map[string]any{"id": other.server.URL + "/d", "type": "Delete", "actor": other.actor, "object": p.ID}})
	other.send(buyer, sending{body: map[string]any{"id": other.server.URL + "/d", "type": "Delete", "actor": other.actor, "object": p.ID}})
	if len(buyer.listings()) != 1 {
		t.Error("somebody else withdrew the proposal")
	}
}

// What cannot be delivered is tried again, in order; a host that is blocked is neither
// heard nor told anything.
func TestDeliveriesAreTriedAgain(t *testing.T) {
	seller, m := newStall(t, "joinery", "The Joinery"), newStranger(t)
	f := seller.h.Federation
	_, a := published(t, seller, true)
	m.send(seller, sending{body: m.offer(1, a)})
	m.send(seller, sending{body: m.offer(2, a)})
	m.away.Store(true)
	first, second := newest(seller), seller.oldest()
	seller.must(f.RejectOffer(t.Context(), seller.steward, "", first.ID, "one"))
	seller.must(f.RejectOffer(t.Context(), seller.steward, "", second.ID, "two"))
	seller.tryToDeliver()
	m.away.Store(false)
	seller.tryToDeliver() // not yet: it waits a minute
	if len(m.heard) != 0 {
		t.Fatal("a delivery went past one that waits")
	}
	seller.read(func(r *store.Snapshot) error {
		list, err := federation.Deliveries(r, "", 10)
		if len(list) != 2 || list[1].Tries != 1 || list[1].State != "waiting" || !strings.Contains(list[1].Problem, "503") || list[0].Tries != 0 {
			t.Errorf("%+v", list)
		}
		return err
	})
	seller.close()
	seller.ahead = 2 * time.Minute
	seller.open()
	seller.deliver()
	for _, want := range []string{"one", "two"} {
		select {
		case o := <-m.heard:
			if o.Text("content") != want {
				t.Errorf("%q, want %q", o.Text("content"), want)
			}
		default:
			t.Errorf("%q was not delivered", want)
		}
	}
	host := m.server.URL[len("http://"):]
	f = seller.h.Federation
	seller.must(f.Block(t.Context(), seller.steward, "", host, true))
	if status, code := m.send(seller, sending{body: m.offer(3, a), at: time.Now().Add(seller.ahead)}); status != 403 || code != "federation.blocked" {
		t.Errorf("%d %s", status, code)
	}
	asked := m.asked.Load()
	if _, err := f.FollowActor(t.Context(), seller.steward, "", m.actor); err == nil || m.asked.Load() != asked {
		t.Errorf("a blocked host is asked: %v", err)
	}
	seller.must(f.Block(t.Context(), seller.steward, "", host, false))
	m.rotate() // its old key is a minute old: the new one is asked for
	seller.close()
	seller.ahead = 5 * time.Minute
	seller.open()
	if status, code := m.send(seller, sending{body: m.offer(4, a), at: time.Now().Add(seller.ahead)}); status != 202 {
		t.Errorf("after a new key: %d %s", status, code)
	}
	seller.must(seller.h.Federation.TakePart(t.Context(), seller.steward, "", false))
	if status, code := m.send(seller, sending{body: m.offer(5, a), at: time.Now().Add(seller.ahead)}); status != 404 || code != "federation.off" {
		t.Errorf("%d %s", status, code)
	}
}

func (s *stall) oldest() (o federation.Offer) {
	s.read(func(r *store.Snapshot) error {
		list, err := federation.Offers(r, false, "", 10)
		o = list[len(list)-1]
		return err
	})
	return o
}

func TestWebFinger(t *testing.T) {
	s := newStall(t, "joinery", "The Joinery")
	host := s.origin[len("http://"):]
	for resource, status := range map[string]int{
		"acct:joinery@" + host: 200, "acct:JOINERY@" + host: 200, s.origin + "/federation/" + string(s.c.ID): 200, s.origin + "/c/joinery": 200,
		"acct:nobody@" + host: 404, "acct:joinery@other.example": 404, s.origin + "/federation/" + string(store.Host): 404, "": 422, "joinery": 422,
	} {
		resp, err := http.Get(s.origin + "/.well-known/webfinger?resource=" + resource)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != status {
			t.Errorf("%s: %d, want %d", resource, resp.StatusCode, status)
		}
	}
	s.must(s.h.Federation.TakePart(t.Context(), s.steward, "", false))
	resp, err := http.Get(s.origin + "/.well-known/webfinger?resource=acct:joinery@" + host)
	if err != nil || resp.StatusCode != 404 {
		t.Errorf("a commons that takes no part is found: %v %v", resp, err)
	}
}
