package pool

import (
	"slices"

	"commonweal/platform/fault"
)

// Step is something that happened, as it is recorded; which fields count
// depends on the act.
type Step struct {
	Act    string `json:"act"`
	Who    string `json:"who,omitempty"`    // the member it is about
	For    string `json:"for,omitempty"`    // another member, a proposal or a voucher
	Into   string `json:"into,omitempty"`   // the voucher that a swap gives out
	Amount Micros `json:"amount,omitempty"` // above zero, whole steps
	// N is the number of a debt, or of months of a loan.
	N int `json:"n,omitempty"`
	// Of a proposal: below Minimum it is not funded, above Amount it needs nothing.
	Minimum Micros `json:"minimum,omitempty"`
	// Of a period of an enterprise.
	Revenue Micros `json:"revenue,omitempty"`
	Costs   Micros `json:"costs,omitempty"`
	Pay     Micros `json:"pay,omitempty"` // what its people should have been paid, at fair rates
	Note    string `json:"note,omitempty"`
}

// Hand says by whom a step may be taken.
type Hand string

// The hands.
const (
	Member Hand = "member" // by the member it is about
	Keeper Hand = "keeper" // by who keeps the pool
)

// Act is what can be done in a pool.
type Act struct {
	Name   string
	By     Hand
	Amount bool // the step says how much
	// Outside acts are open to people who have not joined.
	Outside bool
	// Late acts are possible when everything else is over.
	Late bool
	do   func(*Pool, Step) error
}

// Pool is a pool at work: plain data that JSON keeps.
type Pool struct {
	Rules Rules    `json:"rules"`
	Names []string `json:"names"` // who agreed to take part, sorted
	Book  Book     `json:"book"`
	Debts []Debt   `json:"debts,omitempty"`
	Steps int      `json:"steps"` // taken
	Over  bool     `json:"over,omitempty"`
	// Offers that wait for the other side, by who made them.
	Offers map[string]Offer `json:"offers"`

	Rosca      *Rosca      `json:"rosca,omitempty"`
	Vsla       *Vsla       `json:"vsla,omitempty"`
	Points     *Points     `json:"points,omitempty"`
	Advance    *Advance    `json:"advance,omitempty"` // of surplus and revenue
	Commitment *Commitment `json:"commitment,omitempty"`
	Budget     *Budget     `json:"budget,omitempty"`
}

// Offer is what somebody proposed to another: to swap turns, or to take over their place.
type Offer struct {
	Act string `json:"act"`
	To  string `json:"to"`
}

// Found founds a pool by its rules.
//
// Faults: pool.unknown_kind, .rule, .fraction, .members, .interest, .order.
func Found(r Rules) (*Pool, error) {
	if err := r.Check(); err != nil {
		return nil, err
	}
	p := &Pool{Rules: r, Names: []string{}, Book: Book{Balance: map[string]Micros{}}, Offers: map[string]Offer{}}
	kinds[r.Kind].begin(p)
	return p, nil
}

// Run founds a pool and takes steps; a refusal names the step, from 1, as its line.
func Run(r Rules, steps []Step) (*Pool, error) {
	p, err := Found(r)
	if err != nil {
		return nil, err
	}
	for i, s := range steps {
		if _, err := p.Take(s); err != nil {
			if f := fault.As(err); f != nil {
				return nil, f.AtLine(i + 1)
			}
			return nil, err
		}
	}
	return p, nil
}

var join = Act{Name: "join", By: Member, Outside: true, do: (*Pool).join}

// Acts are what can be done in pools of a kind.
func Acts(k Kind) []Act { return append([]Act{join}, kinds[k].acts...) }

// Take takes a step, and returns what moved by it. A step that is refused
// changes nothing.
//
// Faults: pool.unknown_act, .over, .not_a_member, .amount, .note, and those of the rules of its kind.
func (p *Pool) Take(s Step) ([]Move, error) {
	a, err := p.act(s)
	if err != nil {
		return nil, err
	}
	p.Book.moves = nil
	if err := a.do(p, s); err != nil {
		return nil, err
	}
	p.Steps++
	return p.Book.moves, nil
}

// maxSteps bounds the life of a pool, so that no sum leaves 64 bits.
const maxSteps = 100_000

// act finds the act of a step, and says what is wrong with the step before its rules do.
func (p *Pool) act(s Step) (Act, error) {
	acts := Acts(p.Rules.Kind)
	i := slices.IndexFunc(acts, func(a Act) bool { return a.Name == s.Act })
	if i < 0 {
		return Act{}, fault.Invalidf("pool.unknown_act", "act", "%.40q is nothing that a pool of this kind does", s.Act)
	}
	a := acts[i]
	for _, m := range []Micros{s.Amount, s.Minimum, s.Revenue, s.Costs, s.Pay} {
		if m < 0 || m > Largest || m%p.Rules.Step != 0 {
			return a, p.Rules.badAmount(m)
		}
	}
	switch {
	case p.Over && !(a.Late && p.open()) || p.Steps >= maxSteps:
		return a, fault.Conflictf("pool.over", "act", "this pool has ended")
	case a.By == Member && !a.Outside && !p.in(s.Who):
		return a, notMember(s.Who)
	case a.Amount && s.Amount == 0:
		return a, p.Rules.badAmount(s.Amount)
	case len(s.Note) > 1000:
		return a, fault.Invalidf("pool.note", "note", "the note has %d bytes; at most 1000 are kept", len(s.Note))
	}
	return a, nil
}

func (p *Pool) in(who string) bool {
	_, is := slices.BinarySearch(p.Names, who)
	return is
}

// join takes somebody in who is invited, or anybody where the pool is open.
func (p *Pool) join(s Step) error {
	invited := slices.Contains(p.Rules.Members, s.Who) || p.Rules.Open && name(s.Who) && len(p.Names) < maxMembers
	if p.Rosca != nil { // whoever left a place left it to another
		invited = slices.Contains(p.Rosca.Order, s.Who)
	}
	if p.in(s.Who) || !invited {
		return fault.Conflictf("pool.not_invited", "who", "%.40q takes part already, or is not invited to this pool", s.Who)
	}
	p.add(s.Who)
	return nil
}

func (p *Pool) add(who string) {
	i, _ := slices.BinarySearch(p.Names, who)
	p.Names = slices.Insert(p.Names, i, who)
}

func (p *Pool) drop(who string) {
	p.Names = slices.DeleteFunc(p.Names, func(n string) bool { return n == who })
}

// all reports whether everybody who is listed agreed.
func (p *Pool) all() bool {
	return !slices.ContainsFunc(p.Rules.Members, func(m string) bool { return !p.in(m) })
}

func notMember(who string) error {
	return fault.NotFoundf("pool.not_a_member", "who", "%.40q does not take part in this pool", who)
}

func notOpen(n int) error {
	return fault.NotFoundf("pool.no_debt", "n", "debt %d is not open, or not yours to pay", n)
}

// notNow refuses what is not possible in the state the pool is in.
func notNow() error {
	return fault.Conflictf("pool.not_now", "act", "that is not possible now: the pool has not come so far, or is past it")
}
