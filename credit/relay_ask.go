package credit

import (
	"context"
	"net/http"
	"slices"
	"sync"

	"commonweal/credit/relay"
	"commonweal/platform/auth"
	"commonweal/platform/commons"
	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// Introduction is what a community says of itself to whoever asks.
type Introduction struct {
	Address string   `json:"address"`
	Name    string   `json:"name"`
	Key     string   `json:"key"`
	Units   []string `json:"units"` // of its currencies
}

// Meet asks a community who it is, before it is introduced.
//
// Faults: credit.relay_address, relay.unreachable, .refused, .answer.
func (x *Relay) Meet(ctx context.Context, who auth.Identity, address string) (i Introduction, err error) {
	if err := who.Must(Configure); err != nil {
		return i, err
	}
	address, err = parseRelay(address)
	if err != nil {
		return i, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return i, err
	}
	req.Header.Set("Accept", "application/json")
	if err := x.fetch(req, &i); err != nil {
		return i, err
	}
	if _, err := relay.ParseKey(i.Key); err != nil || i.Address != address {
		return i, fault.Conflictf("relay.answer", "", "%.100q answers what cannot be read", req.URL.Host)
	}
	return i, nil
}

// Way is a way to somebody in another community, and what it costs.
type Way struct {
	relay.Quote
	Neighbor Neighbor
	Charge
}

// mostAsked bounds how many neighbors are asked about a way.
const mostAsked = 8

// Quote finds the cheapest way to have an account of another community paid an
// amount of its unit, in millionths. It reserves nothing.
//
// Faults: credit.unknown_currency, .payee_address, .amount; relay.no_route, and what the last neighbor said that was asked alone.
func (x *Relay) Quote(ctx context.Context, who auth.Identity, currency store.ID, payee string, amount Micros) (w Way, err error) {
	if err := who.Must(Pay); err != nil {
		return w, err
	}
	community, account, err := ParsePayee(payee)
	if err != nil {
		return w, err
	}
	if amount <= 0 || amount > largest {
		return w, fault.Invalidf("credit.amount", "amount", "%s is not more than nothing; what is to be taken back is refunded", amount.of(""))
	}
	q := relay.Question{Target: community, Payee: account, Amount: int64(amount), Left: relay.MaxHops - 1}
	routes, s, err := x.seek(ctx, who.Commons, currency, q, func(n Neighbor) bool { return !n.Stewards || who.Can(PayOther) })
	if err != nil {
		return w, err
	}
	c := s.Currencies[currency]
	for i := range routes {
		n, err := s.neighbor(func(n Neighbor) bool { return string(n.ID) == routes[i].Neighbor })
		if err != nil {
			return w, err
		}
		is, err := charge(c, n, routes[i].Hops[0].Amount)
		if err != nil {
			return w, err
		}
		if routes[i].In = int64(is.Pays); w.Neighbor.ID == "" || routes[i].In < int64(w.Pays) {
			w = Way{Quote: routes[i].Quote, Neighbor: n, Charge: is}
		}
	}
	return w, nil
}

// seek asks the neighbors of a currency for ways to a target: the target alone
// where it is one of them.
func (x *Relay) seek(ctx context.Context, id store.ID, currency store.ID, q relay.Question, may func(Neighbor) bool) (routes []relay.Route, s *Settings, err error) {
	var ask []Neighbor
	q.From, q.At = x.Address(id), store.Micros(x.Store.Now())
	q.Visited = append(q.Visited, q.From)
	var sign func(relay.Question) relay.Envelope
	err = x.Store.Read(ctx, id, func(r *store.Snapshot) error {
		if s, err = settings.Get(r); err != nil {
			return err
		}
		key, ok, err := signing(r)
		if err != nil || !ok {
			return err
		}
		sign = func(q relay.Question) relay.Envelope { return q.Sign(key) }
		ask, err = s.askable(r, currency, q, may)
		return err
	})
	if err != nil {
		return nil, s, err
	}
	answers, failures := make([]relay.Quote, len(ask)), make([]error, len(ask))
	var asking sync.WaitGroup
	for i, n := range ask {
		asking.Go(func() {
			q := q
			q.To = n.Address
			failures[i] = x.post(ctx, n.Address+"/quotes", asked{From: q.From, Question: sign(q)}, &answers[i])
			if failures[i] == nil {
				failures[i] = answers[i].Check(q)
			}
		})
	}
	asking.Wait()
	for i, n := range ask {
		if failures[i] == nil {
			routes = append(routes, relay.Route{Neighbor: string(n.ID), Quote: answers[i]})
		}
	}
	if len(routes) == 0 && len(ask) == 1 && failures[0] != nil {
		return nil, s, failures[0]
	}
	if len(routes) == 0 {
		return nil, s, fault.NotFoundf("relay.no_route", "path", "there is no way from here to %.200q", q.Target)
	}
	return routes, s, nil
}

// askable are the neighbors that may know a way.
func (s *Settings) askable(r store.Reader, currency store.ID, q relay.Question, may func(Neighbor) bool) (list []Neighbor, err error) {
	var ids []store.ID
	for _, n := range s.Neighbors {
		ids = append(ids, n.Account)
	}
	held, err := store.AllOf(r, scanAccount, accountsByID, ids)
	open := map[store.ID]bool{}
	for _, a := range held {
		open[a.ID] = a.Standing == Open
	}
	for _, n := range s.Neighbors {
		if n.Currency != currency || !open[n.Account] || !may(n) {
			continue
		}
		if n.Address == q.Target {
			return []Neighbor{n}, err
		}
		if q.Left > 0 && len(list) < mostAsked && !slices.Contains(q.Visited, n.Address) {
			list = append(list, n)
		}
	}
	return list, err
}

// answer says what it costs that a neighbor has somebody paid over us.
func (x *Relay) answer(ctx context.Context, id store.ID, from string, e relay.Envelope) (quote relay.Quote, err error) {
	var n Neighbor
	var q relay.Question
	var c Currency
	own := relay.Quoted{Hop: relay.Hop{Community: x.Address(id)}}
	err = x.Store.Read(ctx, id, func(r *store.Snapshot) (err error) {
		if n, q, err = x.asker(r, from, e); err != nil {
			return err
		}
		s, err := settings.Get(r)
		if err != nil {
			return err
		}
		self, err := commons.Self(r)
		if err != nil {
			return err
		}
		c = s.Currencies[n.Currency]
		own.Name, own.Unit, own.Amount = self.Name, string(c.Unit), q.Amount
		if q.Target == own.Community {
			_, err = payeeOf(r, c, q.Payee, Micros(q.Amount))
		}
		return err
	})
	if err != nil || q.Target == own.Community {
		return relay.Quote{Hops: []relay.Quoted{own}}, err
	}
	if q.Left--; q.Left < 0 {
		return quote, fault.NotFoundf("relay.no_route", "path", "there is no way from here to %.200q", q.Target)
	}
	routes, s, err := x.seek(ctx, id, n.Currency, q, func(o Neighbor) bool { return o.ID != n.ID })
	if err != nil {
		return quote, err
	}
	for i := range routes {
		after, err := s.neighbor(func(o Neighbor) bool { return string(o.ID) == routes[i].Neighbor })
		if err != nil {
			return quote, err
		}
		if routes[i].Passage, err = relay.Pass(after.Rate, n.Fee, int64(c.Step()), routes[i].Hops[0].Amount); err != nil {
			return quote, err
		}
	}
	best, _ := relay.Cheapest(routes)
	after, err := s.neighbor(func(o Neighbor) bool { return string(o.ID) == best.Neighbor })
	own.Amount, own.Fee, own.Rate = best.In, best.Fee, after.Rate
	return relay.Quote{Hops: append([]relay.Quoted{own}, best.Hops...)}, err
}

// asker verifies who asks.
func (x *Relay) asker(r *store.Snapshot, from string, e relay.Envelope) (n Neighbor, q relay.Question, err error) {
	s, err := settings.Get(r)
	if err != nil {
		return n, q, err
	}
	if n, err = s.neighbor(func(n Neighbor) bool { return n.Address == from }); err != nil {
		return n, q, notANeighbor(from)
	}
	q, err = e.Question(n.Key, store.Micros(r.Now()))
	if err == nil && (q.From != from || q.To != x.Address(r.Commons())) {
		err = fault.Invalidf("relay.address", "to", "the message goes from %.100q to %.100q, not between these two", q.From, q.To)
	}
	return n, q, err
}
