package credit

import (
	"context"
	"time"

	"commonweal/credit/relay"
	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// NeighborAsk introduces a neighbor, or gives it other terms.
type NeighborAsk struct {
	ID       store.ID `json:"id,omitempty"` // of one that is known; empty: a new one
	Currency store.ID `json:"currency"`
	Address  string   `json:"address"` // of its relay
	Name     string   `json:"name"`
	Unit     string   `json:"unit"`
	// Key was compared by both stewards, not merely fetched.
	Key  string     `json:"key"`
	Rate relay.Rate `json:"rate"`
	Fee  relay.Fee  `json:"fee"`
	// Trust is the most that they may owe us, Debt the most that we may owe them.
	Trust    quantity.Amount `json:"trust"`
	Debt     quantity.Amount `json:"debt"`
	Stewards bool            `json:"stewards,omitempty"`
}

// Open gives the commons a key, so that others can introduce it as a neighbor, and
// returns what to tell them: the public key. One that has a key keeps it.
func (x *Relay) Open(ctx context.Context, who auth.Identity, key string) (public string, err error) {
	return auth.Perform(ctx, x.Store, who, key, Configure, "open", func(tx *store.Tx, who auth.Identity, _ string) (string, error) {
		old, ok, err := signing(tx)
		if err != nil {
			return "", err
		}
		if ok {
			return publicKey(old), nil
		}
		fresh, err := newKey(tx)
		if err != nil {
			return "", err
		}
		_, err = record(tx, "credit.open_relay", who, body{Relayed: &Relayed{Key: publicKey(fresh)}}, nil, nil)
		return publicKey(fresh), err
	})
}

// IntroduceNeighbor lets the commons trade with another community once its
// steward does the same there: it opens an account for it, within caps.
//
// Faults: credit.relay_address, .neighbor_…, .unknown_currency, .band, .unit; relay.rate, .fee, .key.
func (x *Relay) IntroduceNeighbor(ctx context.Context, who auth.Identity, key string, ask NeighborAsk) (Neighbor, error) {
	return auth.Perform(ctx, x.Store, who, key, Configure, ask, x.introduce)
}

func (x *Relay) introduce(tx *store.Tx, who auth.Identity, ask NeighborAsk) (Neighbor, error) {
	s, err := settings.Get(tx)
	if err != nil {
		return Neighbor{}, err
	}
	c, err := s.currency(ask.Currency)
	if err != nil {
		return Neighbor{}, err
	}
	n := Neighbor{ID: ask.ID, Name: ask.Name, Unit: ask.Unit, Key: ask.Key, Currency: c.ID, Rate: ask.Rate, Fee: ask.Fee, Stewards: ask.Stewards}
	if n.Address, err = parseRelay(ask.Address); err != nil {
		return n, err
	}
	if err := n.check(); err != nil {
		return n, err
	}
	if n.Address == x.Address(tx.Commons()) {
		return n, fault.Invalidf("credit.neighbor_self", "address", "this is the address of this commons itself; ask the other community for theirs")
	}
	if ask.ID != "" {
		return x.retune(tx, who, s, n)
	}
	if _, err := x.sit(tx); err != nil { // it has a key
		return n, err
	}
	if _, err := s.neighbor(func(o Neighbor) bool { return o.Address == n.Address }); err == nil {
		return n, fault.Conflictf("credit.neighbor_known", "address", "%.200q is a neighbor already", n.Address)
	}
	band, err := ask.band(c)
	if err != nil {
		return n, err
	}
	return x.settle(tx, who, s, c, n, band)
}

// band is how far the account of the neighbor goes.
func (ask NeighborAsk) band(c Currency) (Band, error) {
	low, err := ask.Trust.Neg()
	if err != nil {
		return Band{}, err
	}
	return BandAsk{Floor: low, Ceiling: &ask.Debt, Reason: "introduced"}.band(c, time.Time{})
}

// settle opens what a new neighbor needs.
func (x *Relay) settle(tx *store.Tx, who auth.Identity, s *Settings, c Currency, n Neighbor, band Band) (Neighbor, error) {
	ledger, b := vf.Open(tx), body{}
	agent, err := ledger.AddAgent(vf.Agent{Kind: vf.Organization, Name: n.Name})
	if err != nil {
		return n, err
	}
	n.ID, n.Agent, n.Account = tx.NewID(), agent.ID, tx.NewID()
	if c.Outside == nil {
		c.Outside = &Outside{Caps: relay.Caps{Trust: -int64(band.Floor), Debt: int64(*band.Ceiling)}, Transit: tx.NewID(), Rounding: tx.NewID()}
		wide := Micros(largest)
		b.Currency = &c
		b.Accounts = []Account{{ID: c.Outside.Transit, Agent: s.Agent, Role: Transit, Band: Band{Floor: -wide}}, {ID: c.Outside.Rounding, Agent: s.Agent, Role: Rounding}}
		if _, err := tx.Exec(upsertCurrency, c.ID, string(c.Unit), encoded(c)); err != nil {
			return n, err
		}
	}
	b.Accounts = append(b.Accounts, Account{ID: n.Account, Agent: n.Agent, Role: OfNeighbor, Band: band})
	if b.Bands, err = openAll(tx, ledger, c, b.Accounts); err != nil {
		return n, err
	}
	if _, err := tx.Exec(upsertNeighbor, n.ID, n.Address, n.Currency, encoded(n)); err != nil {
		return n, err
	}
	if _, err := tx.Exec(insertChains, n.ID, n.Key); err != nil {
		return n, err
	}
	tx.Changed()
	b.Neighbors = []Neighbor{n}
	_, err = record(tx, "credit.introduce_neighbor", who, b, nil, ledger)
	return n, err
}

// retune gives a neighbor other terms. Who it is does not change: another key is
// told by a message that the old one signs.
func (x *Relay) retune(tx *store.Tx, who auth.Identity, s *Settings, n Neighbor) (Neighbor, error) {
	old, err := s.neighbor(func(o Neighbor) bool { return o.ID == n.ID })
	if err != nil {
		return n, err
	}
	old.Name, old.Unit, old.Rate, old.Fee, old.Stewards = n.Name, n.Unit, n.Rate, n.Fee, n.Stewards
	if _, err := tx.Exec(upsertNeighbor, old.ID, old.Address, old.Currency, encoded(old)); err != nil {
		return n, err
	}
	tx.Changed()
	_, err = record(tx, "credit.change_neighbor", who, body{Neighbors: []Neighbor{old}}, nil, nil)
	return old, err
}

// OutsideAsk bounds the trade of a currency with all neighbors together.
type OutsideAsk struct {
	Currency store.ID        `json:"currency"`
	Trust    quantity.Amount `json:"trust"` // the most that all of them may owe us
	Debt     quantity.Amount `json:"debt"`  // the most that we may owe all of them
}

// BoundOutside sets the caps of all neighbors together. What stands outside of
// them only moves back.
//
// Faults: credit.unknown_currency, .no_neighbors, .band, .unit.
func (x *Relay) BoundOutside(ctx context.Context, who auth.Identity, key string, ask OutsideAsk) (Currency, error) {
	return auth.Perform(ctx, x.Store, who, key, Configure, ask, func(tx *store.Tx, who auth.Identity, ask OutsideAsk) (Currency, error) {
		s, err := settings.Get(tx)
		if err != nil {
			return Currency{}, err
		}
		c, err := s.currency(ask.Currency)
		if err != nil {
			return c, err
		}
		if c.Outside == nil {
			return c, fault.Conflictf("credit.no_neighbors", "currency", "%s is traded with no other community yet; introduce a neighbor first", c.Name)
		}
		band, err := NeighborAsk{Trust: ask.Trust, Debt: ask.Debt}.band(c)
		if err != nil {
			return c, err
		}
		outside := *c.Outside
		outside.Caps = relay.Caps{Trust: -int64(band.Floor), Debt: int64(*band.Ceiling)}
		c.Outside = &outside
		if _, err := tx.Exec(upsertCurrency, c.ID, string(c.Unit), encoded(c)); err != nil {
			return c, err
		}
		tx.Changed()
		_, err = record(tx, "credit.bound_outside", who, body{Currency: &c}, nil, nil)
		return c, err
	})
}

// RotateKey gives the commons a new key and tells every neighbor, signed with the old one.
func (x *Relay) RotateKey(ctx context.Context, who auth.Identity, key string) (public string, err error) {
	return auth.Perform(ctx, x.Store, who, key, Configure, "rotate", func(tx *store.Tx, who auth.Identity, _ string) (string, error) {
		d, err := x.sit(tx)
		if err != nil {
			return "", err
		}
		fresh, err := newKey(tx)
		if err != nil {
			return "", err
		}
		for _, n := range d.s.Neighbors {
			if err := d.say(n, relay.Message{Kind: relay.NewKey, Key: publicKey(fresh)}); err != nil {
				return "", err
			}
		}
		d.traced.Key = publicKey(fresh)
		return publicKey(fresh), d.close("credit.rotate_key", who)
	})
}
