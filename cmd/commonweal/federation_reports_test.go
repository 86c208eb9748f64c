package main

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"commonweal/federation"
	"commonweal/platform/activitypub"
	"commonweal/platform/store"
)

// Reports that are forged, of another, of nothing, of a day to come, or another than they
// were: each is refused, and none of them is kept.
func TestForgedReportsAreRefused(t *testing.T) {
	seller, m, other := newStall(t, "joinery", "The Joinery"), newStranger(t), newStranger(t)
	_, a := published(t, seller, true)
	m.send(seller, sending{body: m.offer(1, a)})
	seller.must(seller.h.Federation.AcceptOffer(t.Context(), seller.steward, "", newest(seller).ID))
	seller.deliver()
	o := newest(seller)
	n := 0
	create := func(by *stranger, object map[string]any) (int, string) {
		n++
		return by.send(seller, sending{body: map[string]any{"id": fmt.Sprintf("%s/c/%d", by.server.URL, n), "type": "Create", "actor": by.actor, "object": object}})
	}
	paid := map[string]any{"type": "EconomicEvent", "id": m.server.URL + "/events/1", "action": "transfer", "fulfills": o.Final.Reciprocal.ID, "hasPointInTime": "2026-01-02T10:00:00Z",
		"resourceQuantity": map[string]any{"hasUnit": "EUR", "hasNumericalValue": "30"}}
	with := func(name string, v any) map[string]any {
		x := maps.Clone(paid)
		x[name] = v
		return x
	}
	amount := func(number any, unit string) map[string]any {
		return with("resourceQuantity", map[string]any{"hasUnit": unit, "hasNumericalValue": number})
	}
	for name, c := range map[string]struct {
		by     *stranger
		object map[string]any
		status int
		code   string
	}{
		"of somebody else's promise":  {other, maps.Clone(paid), 403, "federation.not_theirs"},
		"somebody else of the same":   {other, with("id", other.server.URL+"/events/1"), 404, "federation.unknown_promise"},
		"an event of another host":    {m, with("id", other.server.URL+"/events/1"), 403, "federation.not_theirs"},
		"an event of ours":            {m, with("id", seller.origin+"/federation/x/events/1"), 403, "federation.not_theirs"},
		"of nothing":                  {m, with("fulfills", m.server.URL+"/nothing"), 404, "federation.unknown_promise"},
		"of the agreement":            {m, with("fulfills", o.Final.ID), 404, "federation.unknown_promise"},
		"of two promises":             {m, with("fulfills", []any{o.Final.Reciprocal.ID, o.Final.Primary.ID}), 422, "federation.event"},
		"without a name":              {m, with("id", nil), 422, "federation.event"},
		"in dollars":                  {m, amount("30", "USD"), 422, "federation.unit"},
		"less than nothing":           {m, amount("-30", "EUR"), 422, "federation.quantity"},
		"more than a number can hold": {m, amount("99999999999999999999999", "EUR"), 422, "federation.quantity"},
		"no number":                   {m, amount("30e", "EUR"), 422, "federation.quantity"},
		"of tomorrow":                 {m, with("hasPointInTime", time.Now().Add(48*time.Hour).Format(time.RFC3339)), 422, "federation.event"},
	} {
		if status, code := create(c.by, c.object); status != c.status || code != c.code {
			t.Errorf("%s: %d %s, want %d %s", name, status, code, c.status, c.code)
		}
	}
	if list := seller.reports(o.Second); len(list) != 0 {
		t.Fatalf("kept: %+v", list)
	}
	for range 2 { // in two messages, once
		if status, code := create(m, paid); status != 202 {
			t.Fatalf("%d %s", status, code)
		}
	}
	if status, code := create(m, amount("300", "EUR")); status != 409 || code != "federation.changed_activity" {
		t.Errorf("another under the same name: %d %s", status, code)
	}
	if list := seller.reports(o.Second); len(list) != 1 || list[0].Said.Quantity.Decimal() != "30" {
		t.Errorf("kept: %+v", list)
	}
	for i := range 60 {
		status, code := create(m, with("id", fmt.Sprintf("%s/events/%d", m.server.URL, i+2)))
		if i < 49 && status != 202 || i >= 49 && (status != 429 || code != "federation.too_many_reports") {
			t.Fatalf("report %d: %d %s", i+2, status, code)
		}
	}
	if n := seller.met(o.Second); n != 0 {
		t.Errorf("reports moved the books: %d", n)
	}
}

// Nobody but the other side answers what we tell, or lets go what they promised; twice is
// once, and an answer in which the event is of another host is no pair.
func TestForgedAnswersAboutPromises(t *testing.T) {
	seller, m, other := newStall(t, "joinery", "The Joinery"), newStranger(t), newStranger(t)
	_, a := published(t, seller, true)
	m.send(seller, sending{body: m.offer(1, a)})
	f := seller.h.Federation
	seller.must(f.AcceptOffer(t.Context(), seller.steward, "", newest(seller).ID))
	o := newest(seller)
	_, err := f.RecordAndTell(t.Context(), seller.steward, "", o.First, amountOf(1, "one"), time.Now())
	seller.must(err)
	seller.deliver()
	<-m.heard
	said := (<-m.heard).Object("object")
	if said.ID("fulfills") != o.Final.Primary.ID || said.Text("note") != "" {
		t.Fatalf("told: %v", said)
	}
	answer := func(by *stranger, n int, kind, object string, result any) (int, string) {
		return by.send(seller, sending{body: map[string]any{"id": fmt.Sprintf("%s/r/%d", by.server.URL, n), "type": kind, "actor": by.actor, "object": object, "result": result, "content": "<b>no</b>"}})
	}
	if status, code := answer(other, 1, "Accept", said.ID("id"), nil); status != 404 || code != "federation.unknown_offer" {
		t.Errorf("confirmed by somebody else: %d %s", status, code)
	}
	if status, code := answer(other, 2, "Reject", o.Final.Reciprocal.ID, nil); status != 404 || code != "federation.unknown_offer" {
		t.Errorf("let go by somebody else: %d %s", status, code)
	}
	event := func(host string) map[string]any {
		return map[string]any{"type": "EconomicEvent", "id": host + "/events/9"}
	}
	if status, code := answer(m, 3, "Accept", said.Text("id"), event(other.server.URL)); status != 202 {
		t.Errorf("%d %s", status, code)
	}
	if x := seller.reports(o.First)[0]; x.State != federation.Confirmed || x.Other != "" {
		t.Errorf("%+v", x)
	}
	if status, code := answer(m, 4, "Reject", said.Text("id"), nil); status != 409 || code != "federation.report_closed" {
		t.Errorf("disputed after it was confirmed: %d %s", status, code)
	}
	for n := range 2 {
		if status, code := answer(m, 5+n, "Reject", o.Final.Reciprocal.ID, nil); status != 202 {
			t.Errorf("let go: %d %s", status, code)
		}
	}
	seller.read(func(r *store.Snapshot) error {
		o, err := federation.Offers(r, false, "", 1)
		if o[0].State != federation.Accepted {
			t.Errorf("a deal of which a part was done is %s", o[0].State)
		}
		return err
	})
	if _, second := seller.promised(o); second.Finished {
		t.Error("what they let go was closed in our books by itself")
	}
	if n := m.asked.Load() + other.asked.Load(); n > 4 {
		t.Errorf("documents were fetched %d times", n)
	}
}

// Ids inside messages are names: an event, a promise or a payment link of any address is
// never fetched, not even by following it.
func TestAddressesInMessagesAreNotFetched(t *testing.T) {
	seller, m := newStall(t, "joinery", "The Joinery"), newStranger(t)
	_, a := published(t, seller, true)
	a.Payment = m.server.URL + "/pay"
	body := m.offer(1, a)
	body["object"].(map[string]any)["@context"] = m.server.URL + "/context"
	body["@context"] = []any{m.server.URL + "/context"}
	if status, code := m.send(seller, sending{body: body}); status != 202 {
		t.Fatalf("%d %s", status, code)
	}
	for i, inside := range []string{"http://127.0.0.1:1/x", "http://[::1]/x", "http://169.254.169.254/latest", "http://metadata.internal/", "file:///etc/passwd", strings.Repeat("https://a.example/", 200)} {
		event := map[string]any{"type": "EconomicEvent", "id": inside, "fulfills": inside, "action": "transfer", "resourceQuantity": map[string]any{"hasUnit": "EUR", "hasNumericalValue": "1"}}
		status, _ := m.send(seller, sending{body: map[string]any{"id": fmt.Sprintf("%s/i/%d", m.server.URL, i), "type": "Create", "actor": m.actor, "object": event}})
		if status != 403 && status != 422 {
			t.Errorf("%.60s: %d", inside, status)
		}
	}
	if n := m.asked.Load(); n != 1 { // its key
		t.Errorf("the stranger was asked %d times", n)
	}
	if _, err := activitypub.Decode([]byte(strings.Repeat(`{"a":`, 200) + "1" + strings.Repeat("}", 200))); err == nil {
		t.Error("a document as deep as it likes is read")
	}
}
