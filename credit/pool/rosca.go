package pool

import (
	"slices"

	"commonweal/platform/fault"
)

// Order is how a rotating pool decides who receives first.
type Order string

// The orders. An auction is none of them: who needs the money most would pay for it.
const (
	ByLot       Order = "lot"       // the lots follow from a published seed
	ByNeed      Order = "need"      // whoever says the greatest need, each round; equal needs by lot
	ByAgreement Order = "agreement" // as agreed
)

// RoscaRules are the rules of a rotating savings pool (tanda, susu, arisan,
// chit fund): n members, n rounds, each pays the contribution in every round
// and receives all contributions of one round.
type RoscaRules struct {
	Contribution Micros   `json:"contribution"`
	Order        Order    `json:"order"`
	Seed         string   `json:"seed,omitempty"`   // published before the lots are drawn; by lot and by need
	Agreed       []string `json:"agreed,omitempty"` // the order, by agreement
	// Guarantors stand in for a member who misses a payment.
	Guarantors map[string]string `json:"guarantors,omitempty"`
}

// Rosca is where a rotating pool stands.
type Rosca struct {
	Order      []string          `json:"order"` // who received, then who will
	Round      int               `json:"round"` // rounds that are over
	Paid       []string          `json:"paid"`  // in this round
	Needs      map[string]Micros `json:"needs"`
	Guarantors map[string]string `json:"guarantors"`
}

var roscaActs = []Act{
	{Name: "pay", By: Member, do: (*Pool).payRound},
	{Name: "need", By: Member, Amount: true, do: (*Pool).sayNeed},
	{Name: "close_round", By: Keeper, do: (*Pool).closeRound},
	{Name: "settle", By: Member, Amount: true, Late: true, do: (*Pool).settle},
	{Name: "swap", By: Member, do: (*Pool).swapTurns},
	{Name: "leave", By: Member, do: (*Pool).offerPlace},
	{Name: "succeed", By: Member, Outside: true, do: (*Pool).succeed},
}

func checkRosca(r Rules) error {
	rules := r.Rosca
	if rules == nil {
		return r.missing()
	}
	if err := within("members", int64(len(r.Members)), 2, maxMembers); err != nil {
		return err
	}
	if r.Open {
		return fault.Invalidf("pool.open", "open", "nobody joins a rotating pool by themselves: there are as many rounds as members")
	}
	if err := r.amount("contribution", rules.Contribution, r.Step); err != nil {
		return err
	}
	for m, g := range rules.Guarantors {
		if m == g || !slices.Contains(r.Members, m) || !slices.Contains(r.Members, g) {
			return fault.Invalidf("pool.guarantor", "guarantors", "%.40q cannot stand in for %.40q: a guarantor is another member", g, m)
		}
	}
	return checkOrder(r)
}

func checkOrder(r Rules) error {
	rules := r.Rosca
	switch rules.Order {
	case ByLot, ByNeed:
		if rules.Seed == "" || len(rules.Seed) > 200 {
			return fault.Invalidf("pool.seed", "seed", "publish a seed of 1 to 200 bytes before the lots are drawn, such as the words said at the founding")
		}
	case ByAgreement:
		if !slices.Equal(slices.Sorted(slices.Values(rules.Agreed)), slices.Sorted(slices.Values(r.Members))) {
			return fault.Invalidf("pool.order", "agreed", "the agreed order names every member once")
		}
	case "auction", "bid":
		return fault.Invalidf("pool.interest", "order", "%.40q would be interest: who needs the money first would pay the others for it", rules.Order)
	default:
		return fault.Invalidf("pool.order", "order", "%.40q is no order; write lot, need or agreement", rules.Order)
	}
	return nil
}

func beginRosca(p *Pool) {
	rules := p.Rules.Rosca
	order := slices.Clone(rules.Agreed)
	if rules.Order != ByAgreement {
		order = byLot(rules.Seed, p.Rules.Members)
	}
	p.Rosca = &Rosca{Order: order, Paid: []string{}, Needs: map[string]Micros{}, Guarantors: map[string]string{}}
	for m, g := range rules.Guarantors {
		p.Rosca.Guarantors[m] = g
	}
}

// running reports whether everybody is in and rounds are left.
func (p *Pool) running() bool {
	return len(p.Names) == len(p.Rosca.Order) && p.Rosca.Round < len(p.Rosca.Order)
}

func (p *Pool) payRound(s Step) error {
	r, c := p.Rosca, p.Rules.Rosca.Contribution
	if !p.running() || slices.Contains(r.Paid, s.Who) {
		return notNow()
	}
	if s.Amount != 0 && s.Amount != c {
		return fault.Invalidf("pool.contribution", "amount", "everybody pays %s in each round, not %s", c, s.Amount)
	}
	i, _ := slices.BinarySearch(r.Paid, s.Who)
	r.Paid = slices.Insert(r.Paid, i, s.Who)
	p.Book.move(s.Who, Pot, c, "contribution")
	return nil
}

func (p *Pool) sayNeed(s Step) error {
	r := p.Rosca
	if p.Rules.Rosca.Order != ByNeed || slices.Index(r.Order, s.Who) < r.Round {
		return notNow()
	}
	r.Needs[s.Who] = s.Amount
	return nil
}

// Next is who receives the pot of the round: the first in the order, or whoever
// said the greatest need. It is empty when all rounds are over.
func (p *Pool) Next() string {
	r := p.Rosca
	if r == nil || r.Round >= len(r.Order) {
		return ""
	}
	waiting := r.Order[r.Round:]
	next := waiting[0]
	for _, who := range waiting[1:] {
		if r.Needs[who] > r.Needs[next] {
			next = who
		}
	}
	return next
}

// closeRound gives the pot to whoever is next. Each payment that was missed is a
// debt to that member; nobody owes themselves.
func (p *Pool) closeRound(Step) error {
	if !p.running() {
		return notNow()
	}
	r, next := p.Rosca, p.Next()
	for _, who := range p.Names {
		if who != next && !slices.Contains(r.Paid, who) {
			p.owe(who, next, p.Rules.Rosca.Contribution, r.Guarantors[who])
		}
	}
	i := slices.Index(r.Order, next)
	r.Order = slices.Insert(slices.Delete(r.Order, i, i+1), r.Round, next)
	delete(r.Needs, next)
	r.Round, r.Paid = r.Round+1, r.Paid[:0]
	p.Book.move(Pot, next, p.Book.Balance[Pot], "turn")
	p.Over = r.Round == len(r.Order)
	return nil
}

// offer keeps an offer until the other side makes the same, and reports whether it did.
func (p *Pool) offer(act, from, to string) (both bool) {
	if p.Offers[to] == (Offer{act, from}) {
		delete(p.Offers, to)
		return true
	}
	p.Offers[from] = Offer{act, to}
	return false
}

// swapTurns exchanges the turns of two members who both want it.
func (p *Pool) swapTurns(s Step) error {
	r := p.Rosca
	a, b := slices.Index(r.Order, s.Who), slices.Index(r.Order, s.For)
	if p.Rules.Rosca.Order == ByNeed || a == b || a < r.Round || b < r.Round {
		return notNow()
	}
	if p.offer("swap", s.Who, s.For) {
		r.Order[a], r.Order[b] = r.Order[b], r.Order[a]
	}
	return nil
}

// offerPlace offers one's place to somebody who is not in the pool.
func (p *Pool) offerPlace(s Step) error {
	if !p.running() || p.in(s.For) || !name(s.For) {
		return notNow()
	}
	p.offer("leave", s.Who, s.For)
	return nil
}

// succeed takes over a place, with its turn and debts, at its price: what was
// paid in is paid to who leaves, what was received ahead is handed on.
func (p *Pool) succeed(s Step) error {
	if p.Offers[s.For] != (Offer{"leave", s.Who}) || !p.running() || p.in(s.Who) {
		return notNow()
	}
	if at := p.Book.Balance[s.For]; at < 0 {
		p.Book.move(s.Who, s.For, -at, "place")
	} else {
		p.Book.move(s.For, s.Who, at, "place")
	}
	p.replace(s.For, s.Who)
	return nil
}

// replace puts a name in the place of another.
func (p *Pool) replace(old, by string) {
	put := func(who *string) {
		if *who == old {
			*who = by
		}
	}
	p.drop(old)
	p.add(by)
	for i := range p.Rosca.Order {
		put(&p.Rosca.Order[i])
	}
	for i := range p.Rosca.Paid {
		put(&p.Rosca.Paid[i])
	}
	slices.Sort(p.Rosca.Paid)
	for i := range p.Debts {
		put(&p.Debts[i].From)
		put(&p.Debts[i].To)
		if p.Debts[i].Guarantor == old {
			p.Debts[i].Guarantor = "" // a guarantee is personal
		}
	}
	need, said := p.Rosca.Needs[old]
	if delete(p.Rosca.Needs, old); said {
		p.Rosca.Needs[by] = need
	}
	for m, g := range p.Rosca.Guarantors {
		if m == old || g == old {
			delete(p.Rosca.Guarantors, m)
		}
	}
	for from, o := range p.Offers {
		if from == old || o.To == old || o.To == by {
			delete(p.Offers, from)
		}
	}
}
