package credit

import (
	"slices"
	"time"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// Kind is what a leg of a payment is for. Only trade counts as trade, in
// statistics and in lines that follow sales.
type Kind string

// The kinds of leg.
const (
	Trade     Kind = "trade"
	FeeOf     Kind = "fee"
	Levy      Kind = "levy"
	Demurrage Kind = "demurrage"
	Gift      Kind = "gift"
	Payout    Kind = "payout"   // of a distribution
	SetOff    Kind = "setoff"   // of a clearing round
	WriteOff  Kind = "writeoff" // of a member who failed
	Exchange  Kind = "exchange" // with another community
	Capital   Kind = "capital"  // into and out of a pool
)

// Leg moves an amount from one account to another.
type Leg struct {
	From   store.ID `json:"from"`
	To     store.ID `json:"to"`
	Amount Micros   `json:"amount"` // above zero
	Kind   Kind     `json:"kind"`
	// Name says which fee or levy it is.
	Name string `json:"name,omitempty"`
}

// Payment is what one or several accounts pay others, together or not at all.
type Payment struct {
	ID       store.ID  `json:"id"`
	Currency store.ID  `json:"currency"`
	Workflow string    `json:"workflow"`
	State    State     `json:"state"` // that it was made in, of a journal record
	Legs     []Leg     `json:"legs"`
	Author   store.ID  `json:"author,omitempty"`
	At       time.Time `json:"at"`
	Until    time.Time `json:"until,omitzero"` // the end of its waiting
	// Reverses is the payment that this one takes back, whole or in part.
	Reverses store.ID `json:"reverses,omitempty"`
	Private  bool     `json:"private,omitempty"` // the description is for its parties only
	Note     string   `json:"note,omitempty"`    // the description; sealed in the journal where Private
	About
	Seq int64 `json:"-"` // the journal entry that made it
}

// About is what few payments say.
type About struct {
	Category string   `json:"category,omitempty"`
	Proposal store.ID `json:"proposal,omitempty"` // the offer or need it answers
	// Obligation is a debt of the register that it pays.
	Obligation store.ID `json:"obligation,omitempty"`
	// Reserved is what was reserved, of a payment that was posted in part.
	Reserved Micros `json:"reserved,omitzero"`
	// Accept is when a request is paid by the terms of its payer, unless they say no before.
	Accept time.Time `json:"accept,omitzero"`
}

// net is what an account gains (above zero) or loses by legs.
type net struct {
	account store.ID
	amount  Micros
}

// netOf adds legs up by account, in the order in which they first appear.
func netOf(legs []Leg) ([]net, error) {
	out := make([]net, 0, 2*len(legs))
	add := func(account store.ID, amount Micros) (err error) {
		i := slices.IndexFunc(out, func(n net) bool { return n.account == account })
		if i < 0 {
			i = len(out)
			out = append(out, net{account: account})
		}
		out[i].amount, err = out[i].amount.plus(amount)
		return err
	}
	for _, l := range legs {
		if err := add(l.From, -l.Amount); err != nil {
			return nil, err
		}
		if err := add(l.To, l.Amount); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// maxLegs is the number of legs of one payment.
const maxLegs = 500

// checkLegs says what is wrong with the legs of a payment.
func checkLegs(c Currency, legs []Leg) error {
	if len(legs) == 0 || len(legs) > maxLegs {
		return fault.Invalidf("credit.legs", "legs", "a payment has 1 to %d legs, not %d", maxLegs, len(legs))
	}
	for _, l := range legs {
		if l.From == l.To {
			return fault.Invalidf("credit.self_payment", "to", "an account cannot pay itself; choose another account")
		}
		if l.Kind == Exchange { // to the last millionth, so that nobody loses by a rate
			c.Decimals = 6
		}
		if err := c.amount(l.Amount.of(c.Unit), "amount"); err != nil {
			return err
		}
	}
	return nil
}

// withFees adds the fees of the currency on what is traded.
func withFees(c Currency, legs []Leg, category string) ([]Leg, error) {
	if len(c.Fees) == 0 {
		return legs, nil
	}
	out := slices.Clone(legs)
	for _, l := range legs {
		if l.Kind != Trade || l.From == c.Fund || l.To == c.Fund {
			continue
		}
		for _, f := range c.Fees {
			if f.Category != "" && f.Category != category {
				continue
			}
			fee, err := f.On(l.Amount, c.Step())
			if err != nil {
				return nil, err
			}
			from := l.From
			if f.By == Payee {
				from = l.To
			}
			if fee > 0 {
				out = append(out, Leg{From: from, To: c.Fund, Amount: fee, Kind: FeeOf, Name: f.Name})
			}
		}
	}
	return out, nil
}
