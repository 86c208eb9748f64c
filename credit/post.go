package credit

import (
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// begin lets a payment take effect, or reserves it, or lets it wait.
func (t *table) begin(p *Payment, w Workflow) error {
	nets, err := netOf(p.Legs)
	if err != nil {
		return err
	}
	if w.First == Completed || w.Reserves {
		if err := t.admit(nets); err != nil {
			return err
		}
	}
	if w.First == Completed {
		return t.post(p.Legs)
	}
	for _, n := range nets {
		if err := t.tx.Append(insertWaiting, n.account, p.ID, int64(n.amount)); err != nil {
			return err
		}
		if w.Reserves {
			if err := t.reserve(n, 1); err != nil {
				return err
			}
		}
	}
	return nil
}

// admit holds the net effect of a payment on every account against its standing
// and band. The side that pays is looked at first. What is said about an account
// tells nothing of how it stands: the holder sees that on their own page.
func (t *table) admit(nets []net) error {
	ids := make([]store.ID, len(nets))
	for i, n := range nets {
		ids[i] = n.account
	}
	records, err := t.ledger.Records(ids...)
	if err != nil {
		return err
	}
	for _, paying := range []bool{true, false} {
		for _, n := range nets {
			if (n.amount < 0) != paying {
				continue
			}
			a := t.of(n.account)
			if err := a.ofPool(t.stepping); err != nil {
				return err
			}
			if err := a.admits(n.amount, records[n.account].Accounting); err != nil {
				return err
			}
		}
	}
	return nil
}

// admits refuses a net change that the account does not take.
func (a Account) admits(net Micros, balance quantity.Amount) error {
	switch {
	case a.Standing == Closed:
		return fault.Conflictf("credit.account_closed", "legs", "one of the accounts is closed")
	case a.Standing == Frozen && net < 0:
		return fault.Conflictf("credit.account_frozen", "from", "this account is frozen: it is paid and does not pay, until the commons decides otherwise")
	case a.position(Micros(balance.Micros)).Admits(net):
		return nil
	case net < 0:
		return fault.Conflictf("credit.spendable", "amount", "%s is more than this account may spend now", (-net).of(balance.Unit))
	}
	return fault.Conflictf("credit.cannot_receive", "amount", "the other account cannot receive this amount now")
}

// reserve adds a net effect to what is reserved of an account, or takes it
// off with a sign of -1.
func (t *table) reserve(n net, sign Micros) error {
	a := t.of(n.account)
	a.hold(n.amount, sign)
	t.accounts[a.ID] = a
	return accounts.Put(t.tx, a)
}

// post records one transfer for each leg.
func (t *table) post(legs []Leg) error {
	events := make([]vf.Event, len(legs))
	for i, l := range legs {
		amount := l.Amount.of(t.currency.Unit)
		events[i] = vf.Event{Action: vf.Transfer, Provider: t.of(l.From).Agent, Receiver: t.of(l.To).Agent, ResourceInventoriedAs: l.From,
			ToResourceInventoriedAs: l.To, ResourceQuantity: &amount, HasPointInTime: t.tx.Now(), ClassifiedAs: classes[l.Kind]}
	}
	if _, err := t.ledger.RecordAll(events); err != nil {
		return err
	}
	t.posted = append(t.posted, legs...)
	return t.limits(legs)
}

// classes tell the events of payments apart.
var classes = func() map[Kind][]string {
	all := map[Kind][]string{}
	for _, k := range []Kind{Trade, FeeOf, Levy, Demurrage, Gift, Payout, SetOff, WriteOff, Exchange, Capital} {
		all[k] = []string{"cw:credit/" + string(k)}
	}
	return all
}()

// line is a leg as it stands on one of its two accounts.
type line struct {
	account, other, payment store.ID
	n                       int64 // its place in the entry
	amount                  Micros
	kind                    Kind
}

// lines writes what was posted by a journal entry on the accounts.
func (t *table) lines(payment store.ID, seq int64) error {
	written := linesOf(nil, payment, t.posted)
	t.posted, t.grown, t.warned = t.posted[:0], nil, nil
	return t.writeLines(written, seq)
}

// linesOf adds the lines of a payment to those of others of the same entry.
func linesOf(list []line, payment store.ID, legs []Leg) []line {
	n := int64(len(list) / 2)
	for _, l := range legs {
		list = append(list, line{l.From, l.To, payment, n, -l.Amount, l.Kind}, line{l.To, l.From, payment, n, l.Amount, l.Kind})
		n++
	}
	return list
}

func (t *table) writeLines(list []line, seq int64) error {
	at := store.Micros(t.tx.Now())
	for _, l := range list {
		if err := t.tx.Append(insertLine, l.account, seq, l.n, l.payment, l.other, int64(l.amount), string(l.kind), at); err != nil {
			return err
		}
	}
	return nil
}
