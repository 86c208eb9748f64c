package pool

import (
	"maps"
	"slices"

	"commonweal/platform/fault"
)

// BudgetRules are the rules of a round in which members decide together what a
// common sum is spent on, as groups do with Cobudget.
type BudgetRules struct {
	// Weights give some members a larger part of the common sum; empty: all the same.
	Weights map[string]int64 `json:"weights,omitempty"`
}

// Budget is where a round stands.
type Budget struct {
	Given     map[string]Micros   `json:"given"`  // by who put money in
	Opened    bool                `json:"opened"` // the sum was divided
	Left      map[string]Micros   `json:"left"`   // to decide on, by member
	Returned  map[string]Micros   `json:"returned"`
	Proposals map[string]Proposal `json:"proposals"`
}

// Proposal asks for a part of the common sum.
type Proposal struct {
	By      string            `json:"by"`
	Minimum Micros            `json:"minimum"` // below it, nothing is funded
	Goal    Micros            `json:"goal"`    // above it, nothing is needed
	Backers map[string]Micros `json:"backers"`
	State   string            `json:"state"` // open, funded, failed
}

var budgetActs = []Act{
	{Name: "put", By: Member, Amount: true, do: (*Pool).putBudget},
	{Name: "open", By: Keeper, do: (*Pool).openRound},
	{Name: "propose", By: Member, Amount: true, do: (*Pool).propose},
	{Name: "allocate", By: Member, Amount: true, do: (*Pool).allocate},
	{Name: "take_back", By: Member, Amount: true, do: (*Pool).unallocate},
	{Name: "withdraw", By: Member, do: (*Pool).withdrawProposal},
	{Name: "close", By: Keeper, do: (*Pool).closeBudget},
}

func checkBudget(r Rules) error {
	if r.Budget == nil {
		return r.missing()
	}
	for m, w := range r.Budget.Weights {
		if !slices.Contains(r.Members, m) {
			return notMember(m)
		}
		if err := within("weights", w, 0, 1_000_000); err != nil {
			return err
		}
	}
	return nil
}

func beginBudget(p *Pool) {
	p.Budget = &Budget{Given: map[string]Micros{}, Left: map[string]Micros{}, Returned: map[string]Micros{}, Proposals: map[string]Proposal{}}
}

func (p *Pool) putBudget(s Step) error {
	if p.Budget.Opened {
		return notNow()
	}
	if err := tooMuch(s.Amount, Largest-p.Book.Balance[Pot]); err != nil {
		return err
	}
	p.Budget.Given[s.Who] += s.Amount
	p.Book.move(s.Who, Pot, s.Amount, "given")
	return nil
}

// openRound divides the sum over the members to decide on, by largest remainder.
func (p *Pool) openRound(Step) error {
	b := p.Budget
	if b.Opened || p.Book.Balance[Pot] == 0 {
		return notNow()
	}
	weights := map[string]Micros{}
	for _, who := range p.Names {
		weights[who] = 1
		if p.Rules.Budget.Weights != nil {
			weights[who] = Micros(p.Rules.Budget.Weights[who])
		}
	}
	if total(weights) == 0 {
		return notNow()
	}
	left, err := divide("budget", p.Book.Balance[Pot], p.Rules.Step, weights)
	if err != nil {
		return err
	}
	b.Left, b.Opened = left, true
	return nil
}

func (p *Pool) propose(s Step) error {
	b := p.Budget
	if _, taken := b.Proposals[s.For]; taken || !name(s.For) || len(b.Proposals) >= 500 {
		return fault.Conflictf("pool.proposal", "for", "%.40q is no name for a proposal, or another has it", s.For)
	}
	if s.Minimum > s.Amount {
		return fault.Invalidf("pool.minimum", "minimum", "the least that is needed, %s, is above the goal of %s", s.Minimum, s.Amount)
	}
	b.Proposals[s.For] = Proposal{By: s.Who, Minimum: s.Minimum, Goal: s.Amount, Backers: map[string]Micros{}, State: "open"}
	return nil
}

// proposal finds a proposal that is open.
func (p *Pool) proposal(id string) (Proposal, error) {
	pr, known := p.Budget.Proposals[id]
	if !known || pr.State != "open" {
		return pr, fault.NotFoundf("pool.no_proposal", "for", "%.40q is no open proposal of this round", id)
	}
	return pr, nil
}

func (p *Pool) allocate(s Step) error {
	pr, err := p.proposal(s.For)
	if err != nil {
		return err
	}
	if err := tooMuch(s.Amount, min(p.Budget.Left[s.Who], pr.Goal-total(pr.Backers))); err != nil {
		return err
	}
	p.Budget.Left[s.Who] -= s.Amount
	pr.Backers[s.Who] += s.Amount
	return nil
}

func (p *Pool) unallocate(s Step) error {
	pr, err := p.proposal(s.For)
	if err != nil {
		return err
	}
	if err := tooMuch(s.Amount, pr.Backers[s.Who]); err != nil {
		return err
	}
	p.Budget.Left[s.Who] += s.Amount
	if pr.Backers[s.Who] -= s.Amount; pr.Backers[s.Who] == 0 {
		delete(pr.Backers, s.Who)
	}
	return nil
}

// withdrawProposal gives everybody back what they gave to a proposal of one's own.
func (p *Pool) withdrawProposal(s Step) error {
	pr, err := p.proposal(s.For)
	if err != nil {
		return err
	}
	if pr.By != s.Who {
		return notNow()
	}
	p.fail(s.For, pr)
	return nil
}

func (p *Pool) fail(id string, pr Proposal) {
	for who, m := range pr.Backers {
		p.Budget.Left[who] += m
	}
	pr.State, pr.Backers = "failed", map[string]Micros{}
	p.Budget.Proposals[id] = pr
}

// closeBudget funds what reached its minimum, refunds the others, and returns what
// nobody decided on to those who gave it, by what they gave.
func (p *Pool) closeBudget(Step) error {
	b := p.Budget
	if !b.Opened {
		return notNow()
	}
	given := map[string]Micros{}
	for who, m := range b.Given {
		given[who] = m / p.Rules.Step
	}
	left := p.Book.Balance[Pot]
	for _, pr := range b.Proposals {
		if pr.reached() {
			left -= total(pr.Backers)
		}
	}
	back, err := divide("left", left, p.Rules.Step, given)
	if err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(b.Proposals)) {
		switch pr := b.Proposals[id]; {
		case pr.reached():
			pr.State = "funded"
			b.Proposals[id] = pr
			p.Book.move(Pot, pr.By, total(pr.Backers), "funded")
		case pr.State == "open":
			p.fail(id, pr)
		}
	}
	b.Returned, b.Left = back, map[string]Micros{}
	p.Book.spread(Pot, back, "refund")
	p.Over = true
	return nil
}

// reached reports whether a proposal will be funded as it stands.
func (pr Proposal) reached() bool {
	sum := total(pr.Backers)
	return pr.State == "open" && sum > 0 && sum >= pr.Minimum
}
