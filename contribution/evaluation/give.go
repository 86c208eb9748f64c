package evaluation

import (
	"cmp"
	"maps"
	"math/big"
	"slices"

	"commonweal/platform/fault"
	"commonweal/quantity"
)

// Unspent is what happens to what a member did not give away.
type Unspent string

// The fates of unspent budgets.
const (
	Burn       Unspent = ""       // it vanishes, as in Coordinape
	SpreadEven Unspent = "spread" // it goes in equal parts to everybody else who receives
)

// GiveRules say how a round of mode give is counted.
type GiveRules struct {
	Budget  int64   `json:"budget"` // whole units that each member may give
	Unspent Unspent `json:"unspent,omitempty"`

	// Damping is the M of pair damping: a gift from i to j counts times
	// M / (M + mutual), where mutual is the smaller of what i gave j and j gave
	// i, in this round and in History. Two who only give each other never count
	// for more than M each way, however large their gifts. 0 damps nothing.
	Damping int64 `json:"damping,omitempty"`

	// GiversEach is the fewest different people from whom a member must have
	// received anything before it counts; 0 asks nothing.
	GiversEach int `json:"givers_each,omitempty"`
}

// Member takes part in a round of mode give.
type Member struct {
	ID       string `json:"id"`
	Budget   int64  `json:"budget,omitempty"`   // instead of the rule's; 0 keeps it
	Declines bool   `json:"declines,omitempty"` // does not wish to receive
}

// Gift is what one member gave another: one per pair and round.
type Gift struct {
	From   string `json:"from"`
	To     string `json:"to"`
	Amount int64  `json:"amount"`
	Note   string `json:"note,omitempty"`
}

// GiftTrace is a gift and how much of it counts.
type GiftTrace struct {
	Gift
	Mutual int64    `json:"mutual,omitempty"` // mass that damped it
	Counts *big.Rat `json:"counts"`           // amount × M / (M + mutual)
}

// Receipt is what a member received and gave, and why it counts as it does.
type Receipt struct {
	Member   string      `json:"member"`
	Received []GiftTrace `json:"received"` // in order of giver
	Given    int64       `json:"given"`
	Unspent  int64       `json:"unspent"`          // burned, or spread over the others
	Spread   *big.Rat    `json:"spread,omitempty"` // part of the others' unspent budgets
	Weight   *big.Rat    `json:"weight"`           // what counts in all
	Reason   Reason      `json:"reason,omitempty"` // why the weight is zero in spite of gifts
}

// Giving is a counted round of mode give, in order of member.
type Giving struct {
	Receipts []Receipt `json:"receipts"`
}

// Give counts a round of mode give. history holds the gifts of earlier rounds
// in the window over which pairs are damped; it may be nil.
//
// It refuses the whole round for a gift to oneself, from or to somebody who is
// not a member, to one who declines, below one unit, twice to the same member,
// or beyond the giver's budget.
func Give(r GiveRules, members []Member, gifts, history []Gift) (Giving, error) {
	byID, err := r.admit(members)
	if err != nil {
		return Giving{}, err
	}
	received, given, err := r.accept(byID, gifts)
	if err != nil {
		return Giving{}, err
	}
	mass := pairMass(gifts, history)
	shares := r.spread(byID, given)
	var g Giving
	for _, id := range slices.Sorted(maps.Keys(byID)) {
		g.Receipts = append(g.Receipts, r.receipt(byID[id], received[id], given[id], shares, mass))
	}
	return g, nil
}

// admit checks the rules and members and fills in the budgets.
func (r GiveRules) admit(members []Member) (map[string]Member, error) {
	if r.Budget < 0 || r.Damping < 0 || r.GiversEach < 0 || (r.Unspent != Burn && r.Unspent != SpreadEven) {
		return nil, fault.Invalidf("evaluation.bad_give_rule", "rules",
			"budget %d, damping %d, givers %d and unspent %q cannot be; numbers are 0 or more, unspent is empty or spread", r.Budget, r.Damping, r.GiversEach, r.Unspent)
	}
	byID := make(map[string]Member, len(members))
	for _, m := range members {
		if _, twice := byID[m.ID]; twice || m.ID == "" || m.Budget < 0 {
			return nil, fault.Invalidf("evaluation.bad_member", "members", "the member %q has no id, is listed twice, or has the budget %d", m.ID, m.Budget)
		}
		if m.Budget == 0 {
			m.Budget = r.Budget
		}
		byID[m.ID] = m
	}
	return byID, nil
}

// accept checks the gifts and sorts them by receiver.
func (r GiveRules) accept(members map[string]Member, gifts []Gift) (received map[string][]Gift, given map[string]int64, err error) {
	received, given = map[string][]Gift{}, map[string]int64{}
	seen := make(map[[2]string]bool, len(gifts))
	for _, g := range gifts {
		if err := checkGift(members, g); err != nil {
			return nil, nil, err
		}
		pair := [2]string{g.From, g.To}
		if seen[pair] {
			return nil, nil, fault.Invalidf("evaluation.duplicate_gift", "gifts", "%q gave to %q twice; keep the last gift", g.From, g.To)
		}
		seen[pair] = true
		if budget := members[g.From].Budget; g.Amount > budget-given[g.From] {
			return nil, nil, fault.Conflictf("evaluation.over_budget", "amount", "%q gives more than the budget of %d", g.From, budget)
		}
		given[g.From] += g.Amount
		received[g.To] = append(received[g.To], g)
	}
	for _, gs := range received {
		slices.SortFunc(gs, func(a, b Gift) int { return cmp.Compare(a.From, b.From) })
	}
	return received, given, nil
}

func checkGift(members map[string]Member, g Gift) error {
	from, gives := members[g.From]
	to, receives := members[g.To]
	switch {
	case !gives || !receives:
		return fault.NotFoundf("evaluation.unknown_member", "gifts", "a gift from %q to %q: both must be members of the round", g.From, g.To)
	case from.ID == to.ID:
		return fault.Forbiddenf("evaluation.gift_to_self", "%q cannot give to themselves", g.From)
	case to.Declines:
		return fault.Conflictf("evaluation.declines", "to", "%q does not wish to receive in this round", g.To)
	case g.Amount < 1:
		return fault.Invalidf("evaluation.bad_gift", "amount", "a gift of %d; it is one whole unit or more", g.Amount)
	}
	return nil
}

// Shares splits a pot over the members in proportion to what counts, exactly
// and independent of order, by the method of largest remainder. total is in
// whole units of the pot (cents); distributionID names the run (see
// quantity.TieKeyFor). Shares come back in order of receipts.
func (g Giving) Shares(total int64, distributionID string) ([]int64, error) {
	weights, ids := make([]*big.Rat, len(g.Receipts)), make([]string, len(g.Receipts))
	for i, r := range g.Receipts {
		weights[i], ids[i] = r.Weight, r.Member
	}
	return quantity.Apportion(total, wholeWeights(weights), quantity.TieKeysFor(distributionID, ids))
}

// wholeWeights scales fractions to their least common denominator.
func wholeWeights(weights []*big.Rat) []*big.Int {
	common := big.NewInt(1)
	for _, w := range weights {
		gcd := new(big.Int).GCD(nil, nil, common, w.Denom())
		common.Mul(common, new(big.Int).Quo(w.Denom(), gcd))
	}
	out := make([]*big.Int, len(weights))
	for i, w := range weights {
		out[i] = new(big.Int).Mul(w.Num(), new(big.Int).Quo(common, w.Denom()))
	}
	return out
}
