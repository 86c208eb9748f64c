package charge

import (
	"slices"

	"commonweal/platform/fault"
)

// Sharing is the rule, declared beforehand, by which members share what the
// reserve does not pay.
type Sharing string

// The rules of sharing.
const (
	ByBalance Sharing = "balance" // in proportion to balances above zero
	ByTrade   Sharing = "trade"   // in proportion to the trade of twelve months
	PerHead   Sharing = "head"    // alike for everybody listed
	Kept      Sharing = "kept"    // not shared: it stays on the deficit account, to be levied over time
)

// Loss is a debt in credit that is never paid.
type Loss struct {
	ID     string // names the write-off: the lot between equal remainders comes from it
	Debtor string // the account that is written off
	Amount Micros // how far it stands below zero, in whole steps
	Step   Micros // the smallest amount of the currency
	// Reserve is what may be spent of the reserve, which pays first, as far as it reaches.
	Reserve Micros
	Rule    Sharing
	// Bearers share the rest. By head, list one account for each holder.
	Bearers []Bearer
}

// Bearer is an account that shares losses.
type Bearer struct {
	Account   string
	Balance   Micros
	Spendable Micros // what may leave it without touching its floor; its share is cut there
	Trade     Micros // completed trade of the last twelve months, zero or more
}

// Split is an amount in three parts: of a loss, who bears how much; of what is
// recovered, who gets how much back.
type Split struct {
	Reserve Micros  `json:"reserve,omitempty"`
	Members []Share `json:"members,omitempty"` // above zero, by account
	// Kept is the part of the deficit account: what the rule does not share, and
	// what nobody could bear above their floor.
	Kept Micros `json:"kept,omitempty"`
}

// Share is the part of one account, above zero.
type Share struct {
	Account string `json:"account"`
	Amount  Micros `json:"amount"`
}

// Total is all three parts together.
func (s Split) Total() Micros { return s.Reserve + total(s.Members) + s.Kept }

// Split shares the loss: the reserve first, then the members by the rule. Shares
// are whole steps, by largest remainder. Whoever could not bear their exact
// share above the floor bears what they can, and the others share the rest by
// the same rule.
//
// It refuses a loss that is not above zero or not in whole steps (charge.loss),
// an unknown rule (charge.sharing), an account listed twice (charge.twice), a
// debtor who shares the own loss (charge.debtor), and amounts out of bounds
// (charge.balance).
func (l Loss) Split() (Split, error) {
	if err := l.check(); err != nil {
		return Split{}, err
	}
	out := Split{Reserve: down(min(l.Amount, l.Reserve), l.Step)}
	rest := l.Amount - out.Reserve
	var err error
	out.Members, err = l.spread(int64(rest / l.Step))
	out.Kept = rest - total(out.Members)
	return out, err
}

// weight is what a rule shares by.
func (s Sharing) weight(b Bearer) Micros {
	switch s {
	case ByBalance:
		return max(0, b.Balance)
	case ByTrade:
		return b.Trade
	case PerHead:
		return 1
	}
	return 0
}

func (l Loss) check() error {
	if err := checkStep(l.Step); err != nil {
		return err
	}
	if err := checkID("id", l.ID); err != nil {
		return err
	}
	if !l.Amount.within(1, Largest) || l.Amount%l.Step != 0 {
		return fault.Invalidf("charge.loss", "amount", "%s is no loss; write more than nothing, in steps of %s", l.Amount, l.Step)
	}
	if !slices.Contains([]Sharing{ByBalance, ByTrade, PerHead, Kept}, l.Rule) {
		return fault.Invalidf("charge.sharing", "rule", "%.40q is no rule for sharing a loss; write %q, %q, %q or %q", l.Rule, ByBalance, ByTrade, PerHead, Kept)
	}
	listed := names{}
	for _, b := range l.Bearers {
		if err := listed.add("bearers", b.Account); err != nil {
			return err
		}
		if !b.Balance.within(-Largest, Largest) || !b.Trade.within(0, Largest) {
			return fault.Invalidf("charge.balance", "bearers", "a balance of %s with a trade of %s is out of bounds; a trade is zero or more, and both lie within %s", b.Balance, b.Trade, Largest)
		}
	}
	if listed[l.Debtor] {
		return fault.Invalidf("charge.debtor", "bearers", "%.80q cannot share the loss of the own account; leave it out", l.Debtor)
	}
	return nil
}
