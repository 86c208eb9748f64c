package pool

import "commonweal/platform/fault"

// VslaRules are the rules of a village savings and loan association: a group of
// 10 to 25 who buy shares at meetings, lend the pot to each other, and share it
// out at the end of the cycle. A loan costs a fixed fee or nothing.
type VslaRules struct {
	Price    Micros `json:"price"`            // of a share
	Most     int    `json:"most"`             // shares that one member buys at a meeting, usually 5
	Meetings int    `json:"meetings"`         // of the cycle
	Social   Micros `json:"social,omitempty"` // what each gives to the social fund at a meeting
	Multiple int    `json:"multiple"`         // a loan is at most so many times the member's shares, usually 3
	Fee      Micros `json:"fee,omitempty"`    // for a loan of any size and length
}

// Vsla is where an association stands.
type Vsla struct {
	Meeting int               `json:"meeting"` // 0 before the first
	Shares  map[string]Micros `json:"shares"`  // what they were bought for
	Bought  map[string]Micros `json:"bought"`  // at this meeting
	Given   map[string]bool   `json:"given"`   // to the social fund, at this meeting
	Loans   map[string]Micros `json:"loans"`   // still to be repaid
	Fees    Micros            `json:"fees"`
	Shared  map[string]Micros `json:"shared,omitempty"` // at the end, before loans were set off
}

var vslaActs = []Act{
	{Name: "meeting", By: Keeper, do: (*Pool).meet},
	{Name: "buy", By: Member, Amount: true, do: (*Pool).buyShares},
	{Name: "social", By: Member, do: (*Pool).giveSocial},
	{Name: "lend", By: Keeper, Amount: true, do: (*Pool).lendShares},
	{Name: "repay", By: Member, Amount: true, do: (*Pool).repayShares},
	{Name: "help", By: Keeper, Amount: true, do: (*Pool).help},
	{Name: "leave", By: Member, do: (*Pool).leaveVsla},
	{Name: "share_out", By: Keeper, do: (*Pool).shareOut},
	{Name: "settle", By: Member, Amount: true, Late: true, do: (*Pool).settle},
}

func checkVsla(r Rules) error {
	v := r.Vsla
	if v == nil {
		return r.missing()
	}
	if err := r.amount("price", v.Price, r.Step); err != nil {
		return err
	}
	if err := r.amount("social", v.Social, 0); err != nil {
		return err
	}
	if err := r.amount("fee", v.Fee, 0); err != nil {
		return err
	}
	if v.Fee > v.Price {
		return fault.Invalidf("pool.fee", "fee", "a fee of %s is more than what it covers, the work on one loan; at most the price of a share, %s", v.Fee, v.Price)
	}
	for _, n := range []struct {
		rule string
		n    int
		most int64
	}{{"most", v.Most, 100}, {"meetings", v.Meetings, 520}, {"multiple", v.Multiple, 10}} {
		if err := within(n.rule, int64(n.n), 1, n.most); err != nil {
			return err
		}
	}
	return nil
}

func beginVsla(p *Pool) {
	p.Vsla = &Vsla{Shares: map[string]Micros{}, Bought: map[string]Micros{}, Given: map[string]bool{}, Loans: map[string]Micros{}}
}

func (p *Pool) meet(Step) error {
	v := p.Vsla
	if v.Meeting >= p.Rules.Vsla.Meetings || v.Meeting == 0 && !p.all() || len(p.Names) < 2 {
		return notNow()
	}
	v.Meeting++
	clear(v.Bought)
	clear(v.Given)
	return nil
}

func (p *Pool) buyShares(s Step) error {
	v, r := p.Vsla, p.Rules.Vsla
	if v.Meeting == 0 {
		return notNow()
	}
	if s.Amount%r.Price != 0 {
		return fault.Invalidf("pool.shares", "amount", "%s buys no whole number of shares; one costs %s", s.Amount, r.Price)
	}
	if (v.Bought[s.Who]+s.Amount)/r.Price > Micros(r.Most) {
		return tooMuch(s.Amount, Micros(r.Most)*r.Price-v.Bought[s.Who])
	}
	v.Bought[s.Who] += s.Amount
	v.Shares[s.Who] += s.Amount
	p.Book.move(s.Who, Pot, s.Amount, "shares")
	return nil
}

func (p *Pool) giveSocial(s Step) error {
	if p.Vsla.Meeting == 0 || p.Vsla.Given[s.Who] || p.Rules.Vsla.Social == 0 {
		return notNow()
	}
	p.Vsla.Given[s.Who] = true
	p.Book.move(s.Who, Social, p.Rules.Vsla.Social, "social")
	return nil
}

// lendShares lends from the pot, as a meeting decided: one loan at a time.
func (p *Pool) lendShares(s Step) error {
	v, r := p.Vsla, p.Rules.Vsla
	if !p.in(s.Who) {
		return notMember(s.Who)
	}
	if v.Loans[s.Who] != 0 || s.Amount <= r.Fee {
		return notNow()
	}
	if err := tooMuch(s.Amount, min(p.Book.Balance[Pot], v.Shares[s.Who]*Micros(r.Multiple))); err != nil {
		return err
	}
	v.Loans[s.Who] = s.Amount
	v.Fees += r.Fee
	p.Book.move(Pot, s.Who, s.Amount, "loan")
	p.Book.move(s.Who, Pot, r.Fee, "fee")
	return nil
}

func (p *Pool) repayShares(s Step) error {
	v := p.Vsla
	if err := tooMuch(s.Amount, v.Loans[s.Who]); err != nil {
		return err
	}
	if v.Loans[s.Who] -= s.Amount; v.Loans[s.Who] == 0 {
		delete(v.Loans, s.Who)
	}
	p.Book.move(s.Who, Pot, s.Amount, "repayment")
	return nil
}

// help gives from the social fund, as a meeting decided. It is no loan.
func (p *Pool) help(s Step) error {
	if !p.in(s.Who) {
		return notMember(s.Who)
	}
	if err := tooMuch(s.Amount, p.Book.Balance[Social]); err != nil {
		return err
	}
	p.Book.move(Social, s.Who, s.Amount, "help")
	return nil
}

// leaveVsla gives back what the shares of a member were bought for; the price of
// leaving early is the member's part in the fees.
func (p *Pool) leaveVsla(s Step) error {
	v := p.Vsla
	if v.Loans[s.Who] != 0 {
		return fault.Conflictf("pool.loan_open", "who", "repay your loan of %s first", v.Loans[s.Who])
	}
	if err := tooMuch(v.Shares[s.Who], p.Book.Balance[Pot]); err != nil {
		return err
	}
	p.Book.move(Pot, s.Who, v.Shares[s.Who], "shares_back")
	delete(v.Shares, s.Who)
	p.drop(s.Who)
	return nil
}

// shareOut divides the pot and the loans that are out by shares. A loan is set
// off against its borrower's part; who owes more than that receives nothing, the
// others carry the loss together, and what is left stays a debt: to the social
// fund, since the cycle has ended.
func (p *Pool) shareOut(Step) error {
	v := p.Vsla
	if v.Meeting < p.Rules.Vsla.Meetings || len(v.Shares) == 0 {
		return notNow()
	}
	parts, err := p.parts()
	if err != nil {
		return err
	}
	v.Shared = parts
	for _, who := range p.Names {
		switch at := parts[who] - v.Loans[who]; {
		case at > 0:
			p.Book.move(Pot, who, at, "share_out")
		case at < 0:
			p.owe(who, Social, -at, "")
		}
	}
	p.Over = true
	return nil
}

// parts are what the shares are worth when the pot is shared out: those who owe
// more than their part are set aside until nobody else does.
func (p *Pool) parts() (map[string]Micros, error) {
	v := p.Vsla
	weights, sum := map[string]Micros{}, p.Book.Balance[Pot]
	for who, n := range v.Shares {
		weights[who] = n / p.Rules.Vsla.Price
	}
	for who, loan := range v.Loans {
		if weights[who] > 0 {
			sum += loan
		}
	}
	for {
		parts, err := divide("share-out", sum, p.Rules.Step, weights)
		if err != nil {
			return nil, err
		}
		again := false
		for who := range weights {
			if v.Loans[who] > parts[who] {
				delete(weights, who)
				sum, again = sum-v.Loans[who], true
			}
		}
		if !again {
			return p.counted(parts, sum, weights)
		}
	}
}

// counted adds what the shares of those who were set aside count against their
// loans: as much as everybody else's.
func (p *Pool) counted(parts map[string]Micros, sum Micros, weights map[string]Micros) (map[string]Micros, error) {
	for who, n := range p.Vsla.Shares {
		if _, in := weights[who]; in {
			continue
		}
		worth, err := Fraction{int64(sum), int64(total(weights))}.on(n/p.Rules.Vsla.Price, p.Rules.Step)
		if err != nil {
			return nil, err
		}
		parts[who] = worth
	}
	return parts, nil
}
