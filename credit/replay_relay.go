package credit

import (
	"commonweal/credit/relay"
	"commonweal/platform/store"
)

// replayedRelay is what the log says of neighbors: who they are, what was said,
// and what may be posted because of it.
type replayedRelay struct {
	key       string // that the commons signs with
	neighbors map[store.ID]Neighbor
	in, out   map[store.ID]relay.Chain
	sealed    map[store.ID]bool // payments that a neighbor's word lets be posted
}

func newReplayedRelay() replayedRelay {
	return replayedRelay{neighbors: map[store.ID]Neighbor{}, in: map[store.ID]relay.Chain{}, out: map[store.ID]relay.Chain{}, sealed: map[store.ID]bool{}}
}

// neighbor takes a neighbor that was introduced, or its new terms.
func (r *Replay) neighbor(n Neighbor) error {
	a := r.accounts[n.Account]
	if a == nil || a.Role != OfNeighbor || a.Currency != n.Currency {
		return breach("neighbor %s has no account of its own", n.ID)
	}
	old, known := r.relay.neighbors[n.ID]
	if known && (old.Address != n.Address || old.Account != n.Account || old.Agent != n.Agent) {
		return breach("neighbor %s became another", n.ID)
	}
	if !known {
		r.relay.in[n.ID] = relay.Chain{Key: n.Key}
	}
	r.relay.neighbors[n.ID] = n
	return nil
}

// relayed holds messages against their chains and signatures, and notes what they let be posted.
func (r *Replay) relayed(x Relayed) error {
	var heard relay.Message
	if x.Heard != nil && x.Refused == "" {
		n, known := r.relay.neighbors[x.Heard.Neighbor]
		if !known {
			return breach("a message was heard of %s, which is no neighbor", x.Heard.Neighbor)
		}
		c := r.relay.in[n.ID]
		m, err := x.Heard.Open(c.Key)
		if err != nil {
			return err
		}
		if heard, c, err = c.Hear(x.Heard.Envelope, n.Address, m.To); err != nil {
			return err
		}
		r.relay.in[n.ID] = c
	}
	for _, w := range x.Said {
		c := r.relay.out[w.Neighbor]
		c.Key = r.relay.key
		m, err := w.Open(c.Key)
		if err != nil {
			return err
		}
		if _, c, err = c.Hear(w.Envelope, m.From, r.relay.neighbors[w.Neighbor].Address); err != nil {
			return err
		}
		r.relay.out[w.Neighbor] = c
	}
	if x.Key != "" {
		r.relay.key = x.Key
	}
	if t := x.Transfer; t != nil && x.Heard != nil {
		r.relay.sealed[t.OutPayment] = r.relay.sealed[t.OutPayment] || heard.Kind == relay.Receipt && x.Heard.Neighbor == t.After && heard.Reserve == t.OutReserve
		r.relay.sealed[t.InPayment] = r.relay.sealed[t.InPayment] || heard.Kind == relay.Done && x.Heard.Neighbor == t.Before && heard.Reserve == t.InReserve
	}
	return nil
}

// between refuses a payment over the account of a neighbor that is none between communities.
func (r *Replay) between(p Payment) error {
	if p.Workflow == exchange {
		return nil
	}
	for _, id := range accountsOf(p.Legs) {
		if a := r.accounts[id]; a != nil && a.outside() {
			return breach("payment %s moves the account of a neighbor, and is none between communities", p.ID)
		}
	}
	return nil
}
