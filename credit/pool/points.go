package pool

import "commonweal/platform/fault"

// PointsRules are the rules of saving for each other, as JAK in Sweden keeps
// them: saving earns points, a loan spends them, and money costs nothing.
type PointsRules struct {
	// Factor is how many points a month earns for each unit saved: 7/10 where the
	// money can be taken out at any time, 9/10 where it stays. At most 1.
	Factor Fraction `json:"factor"`
	// Deposit is the part of a loan that is held until it is repaid, such as 6/100.
	Deposit Fraction `json:"deposit"`
	Fee     Micros   `json:"fee,omitempty"` // covers the work on a loan, the same for each
	Months  int      `json:"months"`        // the longest loan
	// After lets a member borrow beyond their points and save for them afterwards.
	After bool `json:"after,omitempty"`
}

// Points is where such a pool stands.
type Points struct {
	Month  int                  `json:"month"`  // that were closed
	Saved  map[string]Micros    `json:"saved"`  // by each
	Low    map[string]Micros    `json:"low"`    // the least saved in this month
	Points map[string]Micros    `json:"points"` // held; below zero: still to be earned
	Loans  map[string]PointLoan `json:"loans"`
	Earned Micros               `json:"earned"` // by all, ever
	Spent  Micros               `json:"spent"`
}

// PointLoan is a loan that spends as many points a month as was open in it.
type PointLoan struct {
	Amount  Micros `json:"amount"`
	Left    Micros `json:"left"`
	High    Micros `json:"high"` // the most that was open in this month
	Months  int    `json:"months"`
	Deposit Micros `json:"deposit"`
}

var pointsActs = []Act{
	{Name: "save", By: Member, Amount: true, do: (*Pool).save},
	{Name: "withdraw", By: Member, Amount: true, do: (*Pool).withdraw},
	{Name: "give", By: Member, Amount: true, do: (*Pool).givePoints},
	{Name: "lend", By: Keeper, Amount: true, do: (*Pool).lendPoints},
	{Name: "repay", By: Member, Amount: true, do: (*Pool).repayPoints},
	{Name: "month", By: Keeper, do: (*Pool).closeMonth},
}

func checkPoints(r Rules) error {
	rules := r.Points
	if rules == nil {
		return r.missing()
	}
	if err := part("factor", rules.Factor, Fraction{1, 1}); err != nil {
		return err
	}
	if err := part("deposit", rules.Deposit, Fraction{1, 10}); err != nil {
		return err
	}
	if err := r.amount("fee", rules.Fee, 0); err != nil {
		return err
	}
	return within("months", int64(rules.Months), 1, 360)
}

func beginPoints(p *Pool) {
	p.Points = &Points{Saved: map[string]Micros{}, Low: map[string]Micros{}, Points: map[string]Micros{}, Loans: map[string]PointLoan{}}
}

func (p *Pool) save(s Step) error {
	if p.Points.Saved[s.Who]+s.Amount > Largest {
		return tooMuch(s.Amount, Largest-p.Points.Saved[s.Who])
	}
	p.Points.Saved[s.Who] += s.Amount
	p.Book.move(s.Who, Pot, s.Amount, "saving")
	return nil
}

func (p *Pool) withdraw(s Step) error {
	v := p.Points
	if err := tooMuch(s.Amount, min(v.Saved[s.Who], p.Book.Balance[Pot])); err != nil {
		return err
	}
	v.Saved[s.Who] -= s.Amount
	v.Low[s.Who] = min(v.Low[s.Who], v.Saved[s.Who])
	p.Book.move(Pot, s.Who, s.Amount, "saving_back")
	return nil
}

// givePoints gives points to another member: friends save for a loan together.
func (p *Pool) givePoints(s Step) error {
	if !p.in(s.For) || s.For == s.Who {
		return notMember(s.For)
	}
	if err := tooMuch(s.Amount, p.Points.Points[s.Who]-p.planned(s.Who)); err != nil {
		return err
	}
	p.Points.Points[s.Who] -= s.Amount
	p.Points.Points[s.For] += s.Amount
	return nil
}

// installments are the equal monthly payments of a loan; the first ones take
// what does not divide.
func (l PointLoan) installments(step Micros) []Micros {
	list := make([]Micros, l.Months)
	each := l.Amount / step / Micros(l.Months)
	for i := range list {
		list[i] = each * step
		if Micros(i) < l.Amount/step-each*Micros(l.Months) {
			list[i] += step
		}
	}
	return list
}

// cost is how many points a loan spends that is repaid as planned: what is open
// in each month, added up. Paid back faster it costs less, slower more.
func (l PointLoan) cost(step Micros) (points Micros) {
	left := l.Amount
	for _, m := range l.installments(step) {
		points += left
		left -= m
	}
	return points
}

// planned is what the loan of a member will still spend, if it goes on as planned.
func (p *Pool) planned(who string) (points Micros) {
	l := p.Points.Loans[who]
	if l.Left == 0 {
		return 0
	}
	left := l.Left
	for _, m := range l.installments(p.Rules.Step) {
		points, left = points+left, max(0, left-m)
	}
	return points
}

// lendPoints lends to a member: the deposit is held, and the fee paid, out of
// the loan.
func (p *Pool) lendPoints(s Step) error {
	v, r := p.Points, p.Rules.Points
	if !p.in(s.Who) {
		return notMember(s.Who)
	}
	if err := within("n", int64(s.N), 1, int64(r.Months)); err != nil {
		return err
	}
	if v.Loans[s.Who].Amount != 0 {
		return notNow()
	}
	if err := tooMuch(s.Amount, p.Book.Balance[Pot]); err != nil {
		return err
	}
	loan := PointLoan{Amount: s.Amount, Left: s.Amount, High: s.Amount, Months: s.N}
	var err error
	if loan.Deposit, err = r.Deposit.on(s.Amount, p.Rules.Step); err != nil {
		return err
	}
	if loan.Deposit+r.Fee >= s.Amount {
		return tooMuch(loan.Deposit+r.Fee, s.Amount)
	}
	if cost := loan.cost(p.Rules.Step); !r.After && cost > v.Points[s.Who] {
		return fault.Conflictf("pool.points", "amount", "this loan spends %s points, and there are %s; save longer, borrow less or repay faster", cost, v.Points[s.Who])
	}
	v.Loans[s.Who] = loan
	p.Book.move(Pot, s.Who, s.Amount, "loan")
	p.Book.move(s.Who, Deposits, loan.Deposit, "deposit")
	p.Book.move(s.Who, Reserve, r.Fee, "fee")
	return nil
}

func (p *Pool) repayPoints(s Step) error {
	v := p.Points
	l := v.Loans[s.Who]
	if err := tooMuch(s.Amount, l.Left); err != nil {
		return err
	}
	l.Left -= s.Amount
	v.Loans[s.Who] = l
	p.Book.move(s.Who, Pot, s.Amount, "repayment")
	return nil
}

// closeMonth gives points for the least that each had saved in the month, and
// spends them for the most that was open of each loan. When a loan is repaid and
// its points are earned, its deposit goes back.
func (p *Pool) closeMonth(Step) error {
	v := p.Points
	earned := map[string]Micros{}
	for _, who := range p.Names {
		var err error
		if earned[who], err = p.Rules.Points.Factor.on(v.Low[who], 1); err != nil {
			return err
		}
		if v.Earned+Largest > 1<<61 || v.Spent+Largest > 1<<61 {
			return notNow()
		}
	}
	v.Month++
	for _, who := range p.Names {
		l := v.Loans[who]
		v.Points[who] += earned[who] - l.High
		v.Earned, v.Spent = v.Earned+earned[who], v.Spent+l.High
		v.Low[who] = v.Saved[who]
		if l.High = l.Left; l.Amount != 0 {
			v.Loans[who] = l
		}
		if l.Amount != 0 && l.Left == 0 && v.Points[who] >= 0 {
			p.Book.move(Deposits, who, l.Deposit, "deposit_back")
			delete(v.Loans, who)
		}
	}
	return nil
}
