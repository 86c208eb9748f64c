package pool

import "commonweal/platform/fault"

// SurplusRules are the rules of a loan that takes nothing out of an enterprise
// before its costs are covered and its people are paid fairly (the rule of
// Seed Commons). A period without surplus costs nothing, and nobody stands for
// it with what is theirs.
type SurplusRules struct {
	Borrower  string   `json:"borrower"`
	Principal Micros   `json:"principal"`
	Share     Fraction `json:"share"` // of the surplus of a period; at most half
	// Contribution goes to the reserve after the principal, from surplus too, and
	// does not depend on how long it takes: at most a fifth of the principal.
	Contribution Micros `json:"contribution,omitempty"`
}

var surplusActs = append([]Act{{Name: "repay", By: Member, Amount: true, do: (*Pool).repayEarly}}, lenders...)

func checkSurplus(r Rules) error {
	s := r.Surplus
	if s == nil {
		return r.missing()
	}
	if err := r.checkTerms(s.Borrower, s.Principal, s.Share, Fraction{1, 2}); err != nil {
		return err
	}
	if err := r.amount("contribution", s.Contribution, 0); err != nil {
		return err
	}
	if s.Contribution > s.Principal/5 {
		return fault.Invalidf("pool.interest", "contribution", "a contribution of %s would be interest by another name; at most a fifth of the principal, %s", s.Contribution, s.Principal/5)
	}
	return nil
}

// repayEarly pays back before the surplus asks for it. It saves nothing, and costs nothing.
func (p *Pool) repayEarly(s Step) error {
	t, v := p.Rules.terms(), p.Advance
	if !v.Drawn || s.Who != t.borrower {
		return notNow()
	}
	if err := tooMuch(s.Amount, t.most-v.Paid); err != nil {
		return err
	}
	return p.payBack(s.Amount, "repayment")
}
