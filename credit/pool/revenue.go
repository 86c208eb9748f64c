package pool

import "commonweal/platform/fault"

// RevenueRules are the rules of a share of revenue that ends: at a cap, which is
// a multiple of the principal, or after so many periods, whichever is first.
type RevenueRules struct {
	Borrower  string   `json:"borrower"`
	Principal Micros   `json:"principal"`
	Share     Fraction `json:"share"`             // of the revenue of a period; at most a quarter
	Cap       Fraction `json:"cap"`               // of the principal; from 1 to 3/2
	Periods   int      `json:"periods,omitempty"` // after which the duty lapses; 0: no end but the cap
}

var revenueActs = lenders

func checkRevenue(r Rules) error {
	v := r.Revenue
	if v == nil {
		return r.missing()
	}
	if err := r.checkTerms(v.Borrower, v.Principal, v.Share, Fraction{1, 4}); err != nil {
		return err
	}
	if err := within("periods", int64(v.Periods), 0, 520); err != nil {
		return err
	}
	if v.Cap.In > 0 && v.Cap.Of > 0 && !v.Cap.atMost(Fraction{3, 2}) {
		return fault.Invalidf("pool.interest", "cap", "a cap of %d/%d of what was put in would be interest by another name; at most 3/2", v.Cap.Of, v.Cap.In)
	}
	if v.Cap.Of < v.Cap.In {
		return fault.Invalidf("pool.cap", "cap", "a cap of %d/%d gives less back than was put in; write 1/1 or more", v.Cap.Of, v.Cap.In)
	}
	return part("cap", v.Cap, Fraction{3, 2})
}
