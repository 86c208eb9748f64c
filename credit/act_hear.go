package credit

import (
	"context"
	"time"

	"commonweal/credit/relay"
	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// Hear takes a message of a neighbor and returns how far its chain is heard. What
// was heard before is heard without effect.
//
// Faults: credit.not_a_neighbor; relay.gap, .repeated (with another content), .fork, .signature and those of
// reading a message. A neighbor who signed what breaks the rules is stopped, with
// what it signed in the log.
func (x *Relay) Hear(ctx context.Context, commons store.ID, from string, e relay.Envelope) (relay.Head, error) {
	var breach error
	head, err := store.Write(ctx, x.Store, store.Command{Commons: commons}, func(tx *store.Tx) (head relay.Head, err error) {
		head, breach, err = x.hear(tx, from, e)
		return head, err
	})
	if err == nil {
		err = breach
	}
	return head, err
}

// hear returns a breach beside the error: it is kept, where an error undoes the act.
func (x *Relay) hear(tx *store.Tx, from string, e relay.Envelope) (head relay.Head, breach, err error) {
	d, err := x.sit(tx)
	if err != nil {
		return head, nil, notANeighbor(from)
	}
	n, err := d.s.neighbor(func(n Neighbor) bool { return n.Address == from })
	if err != nil {
		return head, nil, notANeighbor(from)
	}
	c, err := d.chainsOf(n.ID)
	if err != nil {
		return head, nil, err
	}
	if hash, _, err := store.One(tx, scanText, selectMessage, n.ID, false, e.Number()); err != nil || hash == e.Hash() {
		return c.In.Head, nil, err // heard before, the same
	}
	m, next, err := c.In.Hear(e, n.Address, x.Address(tx.Commons()))
	switch code := fault.CodeOf(err); {
	case err == nil:
	case code == "relay.gap" || code == "relay.too_large":
		return c.In.Head, err, nil
	case code == "relay.signature" || code == "relay.address": // by whomever: shown to the stewards, and nothing more
		c.Problem = code
		return c.In.Head, err, c.keep(tx)
	default: // the neighbor signed it: another message under a number that was heard, too
		return c.In.Head, err, d.stop(n, c, e, code)
	}
	c.In, c.Acked = next, max(c.Acked, min(m.Ack.Seq, c.Out.Seq))
	if stopped, err := frozenAccount(tx, n); err != nil {
		return head, nil, err
	} else if !stopped { // else it says why
		c.Problem = ""
	}
	d.chains[n.ID] = c
	d.traced.Heard = &word{n.ID, e}
	if err := tx.Append(insertMessage, n.ID, false, next.Seq, next.Hash, e.Message, e.Signature); err != nil {
		return head, nil, err
	}
	breach, err = d.heard(n, m)
	return next.Head, breach, err
}

func notANeighbor(from string) error {
	return fault.New(fault.Unauthenticated, "credit.not_a_neighbor", "from", "%.200q is no neighbor of this commons; the stewards of both introduce each other first", from)
}

// stop freezes the account of a neighbor who signed what breaks the rules, and
// keeps that in the log.
func (d *desk) stop(n Neighbor, c chains, e relay.Envelope, code string) error {
	found, err := accounts.Get(d.tx, n.Account)
	if err != nil {
		return err
	}
	a := found[0]
	if again := c.Problem == code && a.Standing == Frozen; again {
		return nil
	}
	c.Problem = code
	d.chains[n.ID] = c
	d.traced.Heard, d.traced.Refused = &word{n.ID, e}, code
	b := body{Reason: code}
	if a.Standing == Open {
		a.Standing = Frozen
		if err := accounts.Put(d.tx, a); err != nil {
			return err
		}
		b.Accounts = []Account{a}
	}
	if _, err := record(d.tx, "credit.stop_neighbor", auth.Identity{}, b, nil, nil); err != nil {
		return err
	}
	return d.close("credit.heard", auth.Identity{})
}

// heard does what a message of the chain asks for.
func (d *desk) heard(n Neighbor, m relay.Message) (breach, err error) {
	switch m.Kind {
	case relay.NewKey:
		n.Key = m.Key
		if _, err := d.tx.Exec(upsertNeighbor, n.ID, n.Address, n.Currency, encoded(n)); err != nil {
			return nil, err
		}
		d.tx.Changed()
		return nil, d.close("credit.heard", auth.Identity{})
	case relay.Reserve:
		return d.arrival(n, m)
	}
	id, _ := store.ParseID(m.Transfer)
	t, known, err := TransferByID(d.tx, id)
	if err != nil {
		return nil, err
	}
	if up := t.Before == n.ID; known && (up && m.Reserve == t.InReserve || t.After == n.ID && m.Reserve == t.OutReserve) {
		step, breach := t.Transfer.Hear(m.Kind, up, m.Reason, d.x.moment(d.tx))
		if breach == nil {
			if m.Kind == relay.Decline {
				t.Reason = m.Reason
			}
			_, err = d.follow(t, step, "credit.heard", auth.Identity{})
			return nil, err
		}
		return breach, d.blame(n, breach)
	}
	if m.Kind == relay.Over || m.Kind == relay.Decline {
		return nil, d.close("credit.heard", auth.Identity{}) // of what we declined at once
	}
	breach = fault.Conflictf("relay.unknown", "transfer", "there is no payment %.60q between these two under way", m.Transfer)
	return breach, d.blame(n, breach)
}

// blame stops a neighbor for a message that is part of its chain.
func (d *desk) blame(n Neighbor, breach error) error {
	c := d.chains[n.ID]
	e := d.traced.Heard.Envelope
	return d.stop(n, c, e, fault.CodeOf(breach))
}

// arrival deals with a reservation: it sets the amount aside and passes it on,
// or vouches for it, or declines.
func (d *desk) arrival(n Neighbor, m relay.Message) (breach, err error) {
	id, ok := store.ParseID(m.Transfer)
	if !ok {
		breach = fault.Invalidf("relay.malformed", "transfer", "%.60q does not belong into the %s of a message", m.Transfer, "transfer")
		return breach, d.blame(n, breach)
	}
	if _, known, err := TransferByID(d.tx, id); err != nil || known {
		if err != nil {
			return nil, err
		}
		return nil, d.decline(n, m, fault.Conflictf("relay.cycle", "transfer", "the path comes to %.100q twice", m.To))
	}
	t := Transfer{ID: id, At: d.tx.Now(), Before: n.ID, InReserve: m.Hash(), InAmount: Micros(m.Path[0].Amount), TheirIn: m.Paid, Payee: m.Payee, Path: m.Path[1:]}
	until := store.Time(m.Deadline).Add(-hopTime)
	in, out, err := d.passage(n, m, &t)
	last := until
	if len(t.Path) == 0 {
		last = store.Time(m.Deadline)
	}
	if now := d.tx.Now(); err == nil && (last.Before(now.Add(leastTime)) || last.After(now.Add(mostTime))) {
		err = fault.Conflictf("relay.late", "deadline", "it is to be passed on until a moment that has passed, or is too far away")
	}
	if fault.As(err) != nil && fault.KindOf(err) != fault.Internal {
		return nil, d.decline(n, m, err)
	}
	if err != nil {
		return nil, err
	}
	return nil, d.setAside(n, t, in, out, until)
}

// setAside reserves on both sides of a transfer and goes on with it.
func (d *desk) setAside(n Neighbor, t Transfer, in, out []Leg, until time.Time) error {
	c := d.s.Currencies[n.Currency]
	p, err := d.promise(c, in, auth.Identity{}, "")
	if err != nil {
		return err
	}
	t.InPayment = p.ID
	if len(out) > 0 {
		if p, err = d.promise(c, out, auth.Identity{}, ""); err != nil {
			return err
		}
		t.OutPayment = p.ID
	}
	_, err = d.follow(t, relay.Begin(true, len(out) > 0, until), "credit.heard", auth.Identity{})
	return err
}

// decline says no to a reservation. The reason that travels is a code: what it
// says about an account tells nothing of how that stands.
func (d *desk) decline(n Neighbor, m relay.Message, why error) error {
	if err := d.say(n, relay.Message{Kind: relay.Decline, Transfer: m.Transfer, Reserve: m.Hash(), Reason: fault.CodeOf(why)}); err != nil {
		return err
	}
	return d.close("credit.heard", auth.Identity{})
}

// passage checks a reservation by our own rates and returns the legs that it
// comes to: from the account of the one before, and to that of the one after.
func (d *desk) passage(n Neighbor, m relay.Message, t *Transfer) (in, out []Leg, err error) {
	c := d.s.Currencies[n.Currency]
	if err := d.frozen(n); err != nil {
		return nil, nil, err
	}
	if paid, err := n.Rate.Turned().Cost(m.Path[0].Amount); err != nil || paid != m.Paid {
		return nil, nil, fault.Conflictf("relay.rate_differs", "paid", "%d for %d is not by the rate that we have for this neighbor", m.Paid, m.Path[0].Amount)
	}
	if len(t.Path) == 0 {
		in, err = d.toPayee(c, n, t)
	} else {
		in, out, err = d.through(c, n, t)
	}
	if err == nil {
		err = d.fits(c, in)
	}
	if err == nil && len(out) > 0 {
		err = d.fits(c, out)
	}
	return in, out, err
}

// toPayee is the last leg of a path.
func (d *desk) toPayee(c Currency, n Neighbor, t *Transfer) ([]Leg, error) {
	payee, err := payeeOf(d.tx, c, t.Payee, t.InAmount)
	return []Leg{{From: n.Account, To: payee.ID, Amount: t.InAmount, Kind: Exchange}}, err
}

// payeeOf finds the account that is to be paid, where it may be.
func payeeOf(r store.Reader, c Currency, text string, amount Micros) (Account, error) {
	id, _ := store.ParseID(text)
	found, err := store.AllOf(r, scanAccount, accountsByID, []store.ID{id})
	switch {
	case err != nil:
		return Account{}, err
	case id == "" || len(found) == 0 || found[0].Currency != c.ID || found[0].Role != OfMember || found[0].Standing == Closed:
		return Account{}, unknownPayee()
	case c.Closed:
		return Account{}, fault.Conflictf("credit.closed_currency", "legs", "%s takes no payments any more", c.Name)
	}
	return found[0], c.amount(amount.of(c.Unit), "amount")
}

func unknownPayee() error {
	return fault.NotFoundf("credit.unknown_payee", "payee", "there is no such account in that community")
}

// through are the legs of a payment that goes on: over what is in transit, so
// that each neighbor's account moves when that neighbor's link is decided.
func (d *desk) through(c Currency, n Neighbor, t *Transfer) (in, out []Leg, err error) {
	after, err := d.s.neighbor(func(o Neighbor) bool { return o.Address == t.Path[0].Community })
	if err != nil || after.Currency != n.Currency {
		return nil, nil, fault.NotFoundf("relay.no_route", "path", "there is no way from here to %.200q", t.Path[0].Community)
	}
	if err := d.frozen(after); err != nil {
		return nil, nil, err
	}
	p, err := relay.Pass(after.Rate, n.Fee, int64(c.Step()), t.Path[0].Amount)
	if err != nil {
		return nil, nil, err
	}
	if Micros(p.In) != t.InAmount {
		return nil, nil, fault.Conflictf("relay.amount_differs", "path", "passing this on costs %d, and %d are offered for it", p.In, t.InAmount)
	}
	t.After, t.OutAmount, t.Fee, t.TheirOut = after.ID, Micros(p.Out), Micros(p.Fee), t.Path[0].Amount
	in = []Leg{{From: n.Account, To: c.Outside.Transit, Amount: t.OutAmount, Kind: Exchange}}
	if t.Fee > 0 {
		in = append(in, Leg{From: n.Account, To: c.Fund, Amount: t.Fee, Kind: FeeOf, Name: "passing on"})
	}
	return in, []Leg{{From: c.Outside.Transit, To: after.Account, Amount: t.OutAmount, Kind: Exchange}}, nil
}
