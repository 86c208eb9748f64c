package relay

import (
	"cmp"
	"crypto/ed25519"
	"slices"

	"commonweal/platform/fault"
	"commonweal/quantity"
)

// Passage is what one community does of a payment that it passes on: what it
// gives the neighbor after it, what it takes for that, and what the one before
// gives it, in millionths of its own unit.
type Passage struct{ Out, Fee, In int64 }

// Pass computes a passage backwards, from what the neighbor after it is given.
// Step is the smallest amount of the fund that fees go to.
func Pass(rate Rate, fee Fee, step, next int64) (p Passage, err error) {
	if p.Out, err = rate.Cost(next); err != nil {
		return p, err
	}
	if p.Fee, err = fee.On(p.Out, step); err != nil {
		return p, err
	}
	p.In, err = quantity.AddMicros(p.Out, p.Fee)
	return p, err
}

// Quoted is a hop with what the payer wants to know of it.
type Quoted struct {
	Hop
	Name string `json:"name"`
	Unit string `json:"unit"`
	Fee  int64  `json:"fee,string"` // part of Amount that stays there
	// Rate is that to the hop after it; zero for the last.
	Rate Rate `json:"rate"`
}

// Quote is what a path costs: the community that was asked first, that of the
// payee last. Nothing is reserved by it.
type Quote struct {
	Hops []Quoted `json:"hops"`
}

// Path is the quote as a reservation says it.
func (q Quote) Path() []Hop {
	path := make([]Hop, len(q.Hops))
	for i, h := range q.Hops {
		path[i] = h.Hop
	}
	return path
}

// Check holds an answer against what was asked of whom.
func (q Quote) Check(asked Question) error {
	n := len(q.Hops)
	if n == 0 || n > asked.Left+1 || q.Hops[0].Community != asked.To || q.Hops[n-1].Community != asked.Target || q.Hops[n-1].Amount != asked.Amount {
		return fault.Conflictf("relay.quote", "hops", "the answer of %.100q does not lead to %.100q", asked.To, asked.Target)
	}
	for _, h := range q.Hops {
		if h.Amount <= 0 || h.Fee < 0 || h.Fee >= h.Amount || len(h.Name) > maxText || len(h.Unit) > 24 || slices.Contains(asked.Visited, h.Community) {
			return fault.Conflictf("relay.quote", "hops", "the answer of %.100q does not lead to %.100q", asked.To, asked.Target)
		}
	}
	return nil
}

// Route is a quote over a neighbor and what it costs us.
type Route struct {
	Neighbor string
	Passage
	Quote
}

// Cheapest chooses among routes: the least that it costs us, then the fewest
// hops, then the first neighbor by its identifier. ok is false when there is none.
func Cheapest(routes []Route) (best Route, ok bool) {
	if len(routes) == 0 {
		return best, false
	}
	return slices.MinFunc(routes, func(a, b Route) int {
		return cmp.Or(cmp.Compare(a.In, b.In), cmp.Compare(len(a.Hops), len(b.Hops)), cmp.Compare(a.Neighbor, b.Neighbor))
	}), true
}

// Question asks a neighbor what it costs to have somebody paid. It is signed,
// stands outside of the chain, and changes nothing.
type Question struct {
	Amount  int64    `json:"amount,omitzero,string"` // what the payee is to get, in their unit
	At      int64    `json:"at,string"`              // microseconds UTC
	From    string   `json:"from"`
	Left    int      `json:"left"`           // how many communities may follow the one that is asked
	Payee   string   `json:"payee,omitzero"` // an account of the target
	Since   string   `json:"since,omitzero"` // of a question for transfers: those after this one
	Target  string   `json:"target,omitzero"`
	To      string   `json:"to"`
	V       int      `json:"v"`
	Visited []string `json:"visited,omitzero"` // communities that the path has come through
}

// questionAge is how far the clock of a question may be from ours, in microseconds.
const questionAge = 5 * 60 * 1_000_000

// Sign writes a question and signs it.
func (q Question) Sign(key ed25519.PrivateKey) Envelope {
	q.V = version
	return sign(key, forQuestion, canonical(q))
}

// Question verifies a question by the key of who asks and reads it; now is in microseconds.
//
// Faults: those of Open, and relay.old.
func (e Envelope) Question(key string, now int64) (q Question, err error) {
	if err := e.open(key, forQuestion, &q); err != nil {
		return q, err
	}
	if q.V != version || q.Amount < 0 || q.Left < 0 || q.Left >= MaxHops || len(q.Visited) > MaxHops || !plain(q.From+q.To) || !plain(q.Target) || !plain(q.Payee) {
		return q, fault.Invalidf("relay.malformed", "", "this is no question")
	}
	if now-q.At > questionAge || q.At-now > questionAge {
		return q, fault.New(fault.Unauthenticated, "relay.old", "at", "the question was signed more than five minutes from now; are the clocks right?")
	}
	return q, nil
}
