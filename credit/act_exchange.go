package credit

import (
	"context"
	"time"

	"commonweal/credit/relay"
	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// ExchangeAsk pays somebody in another community, by a way that was quoted.
type ExchangeAsk struct {
	From     store.ID    `json:"from"` // an account
	Neighbor store.ID    `json:"neighbor"`
	Path     []relay.Hop `json:"path"`  // as quoted
	Payee    string      `json:"payee"` // an account of the last community
	// Pays is what was shown: what leaves the account. Where it is not what it
	// costs now, nothing is paid.
	Pays quantity.Amount `json:"pays"`
	Note string          `json:"note,omitempty"` // stays here
}

// How long neighbors have.
const (
	hopTime   = time.Minute                   // for each link of a path, so that deadlines grow towards the payer
	leastTime = 10 * time.Second              // left, for a link to be worth a try
	mostTime  = (relay.MaxHops + 1) * hopTime // so that nobody holds what is set aside for years
)

// Charge is what a payment to another community takes from who pays.
type Charge struct {
	Out    Micros // to the account of the neighbor
	Sliver Micros // to the rounding account, since members are charged whole steps
	Pays   Micros // both
}

// charge computes what it costs that a neighbor is given an amount.
func charge(c Currency, n Neighbor, given int64) (Charge, error) {
	out, err := n.Rate.Cost(given)
	if err != nil {
		return Charge{}, err
	}
	pays, err := relay.RoundUp(out, int64(c.Step()))
	return Charge{Out: Micros(out), Sliver: Micros(pays - out), Pays: Micros(pays)}, err
}

// PayAbroad sets aside what a payment to another community costs, and asks the
// first neighbor on its way to do the same. It is posted when a receipt comes back
// in time, or lapses.
//
// Faults: credit.unknown_account, .not_your_account, .unknown_neighbor, .for_stewards, .quote_changed, .note,
// .spendable, .cannot_receive, .outside_caps, .account_frozen; relay.cycle, .malformed.
func (x *Relay) PayAbroad(ctx context.Context, who auth.Identity, key string, ask ExchangeAsk) (Transfer, error) {
	return auth.Perform(ctx, x.Store, who, key, Pay, ask, x.payAbroad)
}

func (x *Relay) payAbroad(tx *store.Tx, who auth.Identity, ask ExchangeAsk) (Transfer, error) {
	d, err := x.sit(tx)
	if err != nil {
		return Transfer{}, err
	}
	n, c, legs, err := d.departure(who, ask)
	if err != nil {
		return Transfer{}, err
	}
	if err := d.fits(c, legs); err != nil {
		return Transfer{}, err
	}
	p, err := d.promise(c, legs, who, ask.Note)
	if err != nil {
		return Transfer{}, err
	}
	t := Transfer{ID: tx.NewID(), At: tx.Now(), After: n.ID, OutPayment: p.ID, OutAmount: legs[0].Amount, TheirOut: ask.Path[0].Amount, Payee: ask.Payee, Path: ask.Path}
	return d.follow(t, relay.Begin(false, true, tx.Now().Add(hopTime*time.Duration(len(ask.Path)))), "credit.pay_abroad", who)
}

// departure is what somebody asks for as legs, or what is wrong with it.
func (d *desk) departure(who auth.Identity, ask ExchangeAsk) (n Neighbor, c Currency, legs []Leg, err error) {
	if err := checkWords(ask.Note, ""); err != nil {
		return n, c, nil, err
	}
	if n, err = d.s.neighbor(func(n Neighbor) bool { return n.ID == ask.Neighbor }); err != nil {
		return n, c, nil, err
	}
	probe := relay.Message{From: d.x.Address(d.tx.Commons()), To: n.Address, Transfer: "t", Paid: 1, Deadline: 1, Payee: ask.Payee, Path: ask.Path}
	if err := probe.CheckPath(); err != nil {
		return n, c, nil, err
	}
	c = d.s.Currencies[n.Currency]
	found, err := accounts.Get(d.tx, ask.From)
	switch {
	case err != nil:
		return n, c, nil, err
	case len(found) == 0 || found[0].Currency != c.ID || found[0].outside():
		return n, c, nil, fault.NotFoundf("credit.unknown_account", "from", "%.40q is no account, and nobody who has one in this currency", ask.From)
	case !found[0].heldBy(who.Agent) && !who.Can(PayOther):
		return n, c, nil, notYours()
	case n.Stewards && !who.Can(PayOther):
		return n, c, nil, fault.Forbiddenf("credit.for_stewards", "only stewards pay over this neighbor")
	}
	is, err := charge(c, n, ask.Path[0].Amount)
	if err != nil {
		return n, c, nil, err
	}
	if ask.Pays != is.Pays.of(c.Unit) {
		return n, c, nil, fault.Conflictf("credit.quote_changed", "pays", "it costs %s by now, not %s; look at it again", is.Pays.of(c.Unit), ask.Pays)
	}
	legs = []Leg{{From: ask.From, To: n.Account, Amount: is.Out, Kind: Exchange}}
	if is.Sliver > 0 {
		legs = append(legs, Leg{From: ask.From, To: c.Outside.Rounding, Amount: is.Sliver, Kind: Exchange, Name: "rounding"})
	}
	return n, c, legs, d.frozen(n)
}

// frozen refuses a neighbor whose account is frozen: it does not keep its word.
func (d *desk) frozen(n Neighbor) error {
	stopped, err := frozenAccount(d.tx, n)
	if err == nil && stopped {
		err = fault.Conflictf("credit.neighbor_frozen", "neighbor", "the trade with %.120s is stopped for now; a steward looks into it", n.Name)
	}
	return err
}

// frozenAccount reports whether the trade with a neighbor is stopped.
func frozenAccount(tx *store.Tx, n Neighbor) (bool, error) {
	found, err := accounts.Get(tx, n.Account)
	return len(found) == 0 || found[0].Standing != Open, err
}
