package pool

import (
	"slices"

	"commonweal/platform/fault"
)

// Advance is where an advance to an enterprise stands: money that lenders put
// together, and that comes back as the enterprise can.
type Advance struct {
	Put     map[string]Micros `json:"put"` // by each lender
	Due     map[string]Micros `json:"due"` // to each, in all, fixed when it is drawn
	Got     map[string]Micros `json:"got"` // by each
	Drawn   bool              `json:"drawn"`
	Paid    Micros            `json:"paid"` // by the enterprise, in all
	Reports []Report          `json:"reports,omitempty"`
	Lost    map[string]Micros `json:"lost,omitempty"` // by each, when it was given up
}

// Report is a period of the enterprise, and how its payment followed.
type Report struct {
	Revenue Micros `json:"revenue"`
	Costs   Micros `json:"costs,omitempty"`
	Pay     Micros `json:"pay,omitempty"`
	Base    Micros `json:"base"`  // what is shared: the surplus, or the revenue
	Share   Micros `json:"share"` // the agreed part of it, in whole steps
	Left    Micros `json:"left"`  // what was left to pay before
	Paid    Micros `json:"paid"`  // the smaller of both
}

var lenders = []Act{
	{Name: "put", By: Member, Amount: true, do: (*Pool).putIn},
	{Name: "take_back", By: Member, Amount: true, do: (*Pool).takeBack},
	{Name: "draw", By: Member, do: (*Pool).draw},
	{Name: "period", By: Member, do: (*Pool).period},
	{Name: "leave", By: Member, do: (*Pool).offerClaim},
	{Name: "succeed", By: Member, do: (*Pool).takeClaim},
	{Name: "give_up", By: Keeper, do: (*Pool).giveUp},
}

func beginAdvance(p *Pool) {
	p.Advance = &Advance{Put: map[string]Micros{}, Due: map[string]Micros{}, Got: map[string]Micros{}}
}

// terms are what both kinds of advance have.
type terms struct {
	borrower  string
	principal Micros
	most      Micros // that is ever paid back
	share     Fraction
}

func (r Rules) terms() terms {
	if s := r.Surplus; s != nil {
		return terms{s.Borrower, s.Principal, s.Principal + s.Contribution, s.Share}
	}
	v := r.Revenue
	most, _ := v.Cap.on(v.Principal, r.Step) // both were checked
	return terms{v.Borrower, v.Principal, most, v.Share}
}

func (r Rules) checkTerms(borrower string, principal Micros, share, most Fraction) error {
	if !slices.Contains(r.Members, borrower) {
		return notMember(borrower)
	}
	if err := r.amount("principal", principal, r.Step); err != nil {
		return err
	}
	return part("share", share, most)
}

func (p *Pool) putIn(s Step) error {
	t, v := p.Rules.terms(), p.Advance
	if v.Drawn || s.Who == t.borrower {
		return notNow()
	}
	if err := tooMuch(s.Amount, t.principal-total(v.Put)); err != nil {
		return err
	}
	v.Put[s.Who] += s.Amount
	p.Book.move(s.Who, Pot, s.Amount, "loan_in")
	return nil
}

func (p *Pool) takeBack(s Step) error {
	v := p.Advance
	if v.Drawn {
		return notNow()
	}
	if err := tooMuch(s.Amount, v.Put[s.Who]); err != nil {
		return err
	}
	if v.Put[s.Who] -= s.Amount; v.Put[s.Who] == 0 {
		delete(v.Put, s.Who)
	}
	p.Book.move(Pot, s.Who, s.Amount, "loan_back")
	return nil
}

// draw hands the whole to the borrower once it is together, and fixes what each
// lender may receive back.
func (p *Pool) draw(s Step) error {
	t, v := p.Rules.terms(), p.Advance
	if v.Drawn || s.Who != t.borrower || total(v.Put) != t.principal {
		return notNow()
	}
	due := v.Put
	if p.Rules.Revenue != nil {
		var err error
		if due, err = divide("cap", t.most, p.Rules.Step, v.Put); err != nil {
			return err
		}
	}
	for who, m := range due {
		v.Due[who] = m
	}
	v.Drawn = true
	p.Book.move(Pot, t.borrower, t.principal, "loan")
	return nil
}

// period takes the report of a period and pays what follows from it.
func (p *Pool) period(s Step) error {
	t, v := p.Rules.terms(), p.Advance
	if !v.Drawn || s.Who != t.borrower {
		return notNow()
	}
	r := Report{Revenue: s.Revenue, Costs: s.Costs, Pay: s.Pay, Left: t.most - v.Paid, Base: s.Revenue}
	if p.Rules.Surplus != nil {
		r.Base = max(0, s.Revenue-s.Costs-s.Pay)
	}
	var err error
	if r.Share, err = t.share.on(r.Base, p.Rules.Step); err != nil {
		return err
	}
	r.Paid = min(r.Share, r.Left)
	if err := p.payBack(r.Paid, "repayment"); err != nil {
		return err
	}
	v.Reports = append(v.Reports, r)
	if last := p.Rules.Revenue; last != nil && last.Periods > 0 && len(v.Reports) >= last.Periods {
		p.Over = true // what is not paid by now lapses
	}
	return nil
}

// payBack passes a payment on to the lenders, each by what is still due to them,
// and what is above that to the reserve.
func (p *Pool) payBack(amount Micros, why string) error {
	t, v := p.Rules.terms(), p.Advance
	left := map[string]Micros{}
	for who, due := range v.Due {
		left[who] = (due - v.Got[who]) / p.Rules.Step
	}
	back := min(amount, total(left)*p.Rules.Step)
	parts, err := divide(lot("payment", len(v.Reports)), back, p.Rules.Step, left)
	if err != nil {
		return err
	}
	p.Book.move(t.borrower, Pot, amount, why)
	for who, m := range parts {
		v.Got[who] += m
	}
	p.Book.spread(Pot, parts, "loan_back")
	p.Book.move(Pot, Reserve, amount-back, "contribution")
	v.Paid += amount
	p.Over = v.Paid == t.most
	return nil
}

// offerClaim offers what is still due to a lender to another member.
func (p *Pool) offerClaim(s Step) error {
	t, v := p.Rules.terms(), p.Advance
	if !v.Drawn || !p.in(s.For) || s.For == s.Who || s.For == t.borrower || v.Due[s.Who] == 0 {
		return notNow()
	}
	p.offer("leave", s.Who, s.For)
	return nil
}

// takeClaim takes a lender's place at its price: what was put in and has not come back.
func (p *Pool) takeClaim(s Step) error {
	v := p.Advance
	if p.Offers[s.For] != (Offer{"leave", s.Who}) {
		return notNow()
	}
	delete(p.Offers, s.For)
	p.Book.move(s.Who, s.For, max(0, v.Put[s.For]-v.Got[s.For]), "place")
	for _, m := range []map[string]Micros{v.Put, v.Due, v.Got} {
		if m[s.For] != 0 {
			m[s.Who] += m[s.For]
			delete(m, s.For)
		}
	}
	return nil
}

// giveUp ends the duty of a borrower who cannot go on. The reserve pays first,
// the lenders carry the rest by what they put in and have not got back. Nobody
// stands for it with what is theirs.
func (p *Pool) giveUp(s Step) error {
	v := p.Advance
	if !v.Drawn {
		return notNow()
	}
	if s.Note == "" {
		return fault.Invalidf("pool.reason", "note", "say why this advance is given up: everybody who lent reads it")
	}
	lost := map[string]Micros{}
	for who, put := range v.Put {
		if put > v.Got[who] {
			lost[who] = (put - v.Got[who]) / p.Rules.Step
		}
	}
	cover := min(p.Book.Balance[Reserve], total(lost)*p.Rules.Step)
	parts, err := divide("loss", cover, p.Rules.Step, lost)
	if err != nil {
		return err
	}
	v.Lost = map[string]Micros{}
	for who, m := range lost {
		v.Lost[who] = m*p.Rules.Step - parts[who]
		v.Got[who] += parts[who]
	}
	p.Book.spread(Reserve, parts, "loss_covered")
	p.Over = true
	return nil
}
