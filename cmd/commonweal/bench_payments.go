package main

import (
	"fmt"
	"slices"
	"time"

	"commonweal/credit"
	"commonweal/platform/auth"
)

// payments measures single payments over HTTP, each checked against the bands of
// both accounts, journaled and durable: among all members, and with one account that
// everybody pays.
func (b *bench) payments() error {
	for _, hot := range []bool{false, true} {
		requests, err := b.payingClients(hot)
		if err != nil {
			return err
		}
		address, stop, err := b.listen()
		if err != nil {
			return err
		}
		times, elapsed, err := hammer(b.g.ctx, address, requests, b.For)
		stop()
		if err != nil {
			return err
		}
		slices.Sort(times)
		what := "pay over HTTP"
		if hot {
			what = "pay over HTTP, one account paid by all"
		}
		b.say(what, float64(len(times))/elapsed.Seconds(), "payments/s", fmt.Sprintf("%d clients on the same machine", b.Clients))
		b.say("  half answered within", times[len(times)/2].Seconds()*1000, "ms", "")
		b.say("  99 of 100 answered within", times[len(times)*99/100].Seconds()*1000, "ms", "")
	}
	return nil
}

// payingClients founds a commons whose members pay each other, and returns what each client sends.
func (b *bench) payingClients(hot bool) ([]string, error) {
	slug := "bench-pay"
	if hot {
		slug = "bench-pay-hot"
	}
	c, people, _, err := b.found(slug, b.Clients)
	if err != nil {
		return nil, err
	}
	currency, err := credit.FoundCurrency(b.g.ctx, b.h.Store, people[0], "", credit.CurrencyAsk{Unit: "leaf", Name: "Leaf", Decimals: 2})
	if err != nil {
		return nil, err
	}
	held := make([]credit.Account, len(people))
	for i, who := range people {
		if held[i], err = credit.OpenAccount(b.g.ctx, b.h.Store, who, "", credit.AccountAsk{Currency: currency.ID}); err != nil {
			return nil, err
		}
	}
	requests := make([]string, len(people))
	for i, who := range people {
		secret, _, err := b.h.Gate.IssueTokenFor(b.g.ctx, b.h.Gate.Operator(c.ID), who.Agent, auth.TokenAsk{Label: "bench", Life: time.Hour})
		if err != nil {
			return nil, err
		}
		to, amount := held[(i+1)%len(held)].ID, "0.01"
		if hot && i != 0 {
			to, amount = held[0].ID, "0.01"
		}
		body := fmt.Sprintf(`{"legs":[{"from":"%s","to":"%s","amount":{"unit":"leaf","value":"%s"}}],"note":"bread"}`, held[i].ID, to, amount)
		requests[i] = fmt.Sprintf("POST /c/%s/credit/payments HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
			c.Slug, secret, len(body), body)
	}
	return requests, nil
}
