package credit

import (
	"crypto/ed25519"

	"commonweal/credit/relay"
	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/vf"
)

// desk is where an act deals with neighbors: what it says to them, what it sets
// aside for them, and what becomes of that.
type desk struct {
	x      *Relay
	tx     *store.Tx
	s      *Settings
	key    ed25519.PrivateKey
	chains map[store.ID]chains
	traced Relayed
}

// Relayed is the trace of an act between communities in the log: both sides'
// messages as they were signed, so that each log holds the receipts of the other.
type Relayed struct {
	Key      string    `json:"key,omitempty"` // that the commons signs with from now on
	Heard    *word     `json:"heard,omitempty"`
	Said     []word    `json:"said,omitempty"`
	Transfer *Transfer `json:"transfer,omitempty"` // as it stands now
	// Refused is why what was heard counts as a breach by the neighbor, a code.
	Refused string `json:"refused,omitempty"`
}

// sit opens the desk of the commons.
func (x *Relay) sit(tx *store.Tx) (*desk, error) {
	s, err := settings.Get(tx)
	if err != nil {
		return nil, err
	}
	key, ok, err := signing(tx)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, fault.Conflictf("credit.not_open", "", "this commons has no key to sign with yet; open it for trade with other communities first")
	}
	return &desk{x: x, tx: tx, s: s, key: key, chains: map[store.ID]chains{}}, nil
}

// chainsOf returns how far the chains with a neighbor came.
func (d *desk) chainsOf(n store.ID) (chains, error) {
	if c, read := d.chains[n]; read {
		return c, nil
	}
	c, found, err := store.One(d.tx, scanChains, selectChain, n)
	if err == nil && !found {
		err = fault.NotFoundf("credit.unknown_neighbor", "neighbor", "there is no such neighbor of this commons")
	}
	return c, err
}

// say signs a message to a neighbor. It goes out once the act is durable.
func (d *desk) say(n Neighbor, m relay.Message) error {
	c, err := d.chainsOf(n.ID)
	if err != nil {
		return err
	}
	m.From, m.To, m.At, m.Ack = d.x.Address(d.tx.Commons()), n.Address, store.Micros(d.tx.Now()), c.In.Head
	var e relay.Envelope
	e, c.Out = c.Out.Say(m, d.key)
	c.Next, c.Tries = d.tx.Now(), 0
	d.chains[n.ID] = c
	d.traced.Said = append(d.traced.Said, word{n.ID, e})
	d.tx.AfterCommit(func() { d.x.awaken(d.tx.Commons()) })
	return d.tx.Append(insertMessage, n.ID, true, c.Out.Seq, c.Out.Hash, e.Message, e.Signature)
}

// close journals what happened at the desk and keeps how far the chains came.
func (d *desk) close(act string, who auth.Identity) error {
	for _, c := range d.chains {
		if err := c.keep(d.tx); err != nil {
			return err
		}
	}
	if t := d.traced.Transfer; t != nil {
		if err := t.keep(d.tx); err != nil {
			return err
		}
	}
	_, err := record(d.tx, act, who, body{Relayed: &d.traced}, nil, nil)
	return err
}

// fits says whether an account of a neighbor, and all of a currency together, take
// legs; nothing is written.
func (d *desk) fits(c Currency, legs []Leg) error {
	t := &table{tx: d.tx, s: d.s, ledger: vf.Open(d.tx), currency: c}
	if err := t.load(accountsOf(legs)...); err != nil {
		return err
	}
	if err := checkLegs(c, legs); err != nil {
		return err
	}
	nets, err := netOf(legs)
	if err != nil {
		return err
	}
	if err := t.admit(nets); err != nil {
		return err
	}
	for _, n := range nets {
		if t.of(n.account).Role == OfNeighbor {
			if err := d.fitsAll(t, n); err != nil {
				return err
			}
		}
	}
	return nil
}

// fitsAll holds the trade with all neighbors together against its caps.
func (d *desk) fitsAll(t *table, change net) error {
	var ids []store.ID
	for _, n := range d.s.Neighbors {
		if n.Currency == t.currency.ID {
			ids = append(ids, n.Account)
		}
	}
	if err := t.load(ids...); err != nil {
		return err
	}
	records, err := t.ledger.Records(ids...)
	if err != nil {
		return err
	}
	all := make([]relay.Holding, len(ids))
	for i, id := range ids {
		a := t.of(id)
		all[i] = relay.Holding{Balance: records[id].Accounting.Micros, Outgoing: int64(a.Outgoing), Incoming: int64(a.Incoming)}
	}
	if !t.currency.Outside.Admits(all, int64(change.amount)) {
		return fault.Conflictf("credit.outside_caps", "amount", "the trade with other communities together leans too far already; it takes payments the other way")
	}
	return nil
}

// promise sets legs aside that fit.
func (d *desk) promise(c Currency, legs []Leg, who auth.Identity, note string) (Payment, error) {
	t := &table{tx: d.tx, s: d.s, ledger: vf.Open(d.tx), currency: c}
	if err := t.load(accountsOf(legs)...); err != nil {
		return Payment{}, err
	}
	w, err := workflow(exchange)
	if err != nil {
		return Payment{}, err
	}
	p := Payment{ID: d.tx.NewID(), Currency: c.ID, Workflow: w.Name, State: w.First, Legs: legs, Author: who.Agent, At: d.tx.Now(), Note: note, Private: true}
	if err := t.begin(&p, w); err != nil {
		return p, err
	}
	return p, t.close("credit.pay", who, &p)
}

// end posts what was set aside, or lets it go.
func (d *desk) end(payment store.ID, state relay.State) error {
	t, p, err := seat(d.tx, payment)
	if err != nil {
		return err
	}
	w, err := workflow(p.Workflow)
	if err != nil {
		return err
	}
	if state == relay.Posted {
		_, err = t.move(auth.Identity{}, p, w, Moved{Payment: p.ID, To: Completed, Legs: p.Legs}, "")
	} else {
		_, err = t.move(auth.Identity{}, p, w, Moved{Payment: p.ID, To: Canceled}, "")
	}
	return err
}

// follow does what a step of a transfer says: it tells the neighbors, journals,
// and posts or lets go what was set aside.
func (d *desk) follow(t Transfer, step relay.Step, act string, who auth.Identity) (Transfer, error) {
	was := t.Transfer
	t.Transfer = step.Transfer
	for _, tell := range step.Tells {
		if err := d.tell(&t, tell); err != nil {
			return t, err
		}
	}
	d.traced.Transfer = &t
	if err := d.close(act, who); err != nil {
		return t, err
	}
	if was.Out == relay.Reserved && t.Transfer.Out != relay.Reserved {
		if err := d.end(t.OutPayment, t.Transfer.Out); err != nil {
			return t, err
		}
	}
	if was.In == relay.Reserved && t.Transfer.In != relay.Reserved {
		return t, d.end(t.InPayment, t.Transfer.In)
	}
	return t, nil
}

// tell says to a neighbor what a step tells it.
func (d *desk) tell(t *Transfer, tell relay.Tell) error {
	to, about := t.After, t.OutReserve
	if tell.Up {
		to, about = t.Before, t.InReserve
	}
	n, err := d.s.neighbor(func(n Neighbor) bool { return n.ID == to })
	if err != nil {
		return err
	}
	if tell.Kind != relay.Reserve {
		if tell.Reason != "" {
			t.Reason = tell.Reason
		}
		return d.say(n, relay.Message{Kind: tell.Kind, Transfer: string(t.ID), Reserve: about, Reason: tell.Reason})
	}
	err = d.say(n, relay.Message{Kind: relay.Reserve, Transfer: string(t.ID), Payee: t.Payee, Paid: int64(t.OutAmount), Path: t.Path, Deadline: store.Micros(t.Until)})
	t.OutReserve = d.chains[n.ID].Out.Hash
	return err
}
