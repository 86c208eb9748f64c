package charge

import (
	"slices"

	"commonweal/platform/fault"
)

// Base is what a charge looks at.
type Base string

// The bases that there are.
const (
	PerAccount Base = "account" // a levy: the same for every account, whatever it holds
	OnSurplus  Base = "surplus" // demurrage: a part of what lies idle above the allowance, for each day
)

// interest are the bases on which a charge would be interest by another name.
var interest = []Base{"debit", "balance", "line", "overdue"}

// Rule is a scheduled charge. It is either a levy, which is flat, or demurrage,
// which has a daily rate; all of it goes to the fund of the commons.
type Rule struct {
	Name string `json:"name"`
	On   Base   `json:"on"`
	// Class limits the rule to accounts of a class, such as "business"; empty: all. A class is
	// what the commons says of a holder, never what the balance says.
	Class string `json:"class,omitempty"`
	// Flat is the levy of one period.
	Flat Micros `json:"flat,omitempty"`
	// Daily is the part of what lies idle that demurrage takes for one day.
	Daily Fraction `json:"daily,omitzero"`
	// Free is the balance up to which demurrage takes nothing, zero or more.
	Free Micros `json:"free,omitempty"`
}

// Check refuses a rule that charges interest by any name (charge.interest), and
// one that does not say plainly what it takes: charge.base, charge.rate,
// charge.flat, charge.free, charge.mixed, charge.name, charge.step.
func (r Rule) Check(step Micros) error {
	if err := checkStep(step); err != nil {
		return err
	}
	if err := checkID("name", r.Name); err != nil {
		return err
	}
	switch {
	case slices.Contains(interest, r.On):
		return fault.Invalidf("charge.interest", "on", "a charge on %q would be interest by another name: whoever is in debit pays nothing for it, however long; write %q or %q", r.On, PerAccount, OnSurplus)
	case r.On == PerAccount:
		return r.checkLevy(step)
	case r.On == OnSurplus:
		return r.checkDemurrage()
	}
	return fault.Invalidf("charge.base", "on", "%.40q is nothing that can be charged; write %q or %q", r.On, PerAccount, OnSurplus)
}

func (r Rule) checkLevy(step Micros) error {
	switch {
	case r.Daily != Fraction{} || r.Free != 0:
		return fault.Invalidf("charge.mixed", "daily", "a levy is the same for every account: it has no daily rate and no allowance")
	case !r.Flat.within(1, Largest) || r.Flat%step != 0:
		return fault.Invalidf("charge.flat", "flat", "a levy of %s cannot be taken; write more than nothing, in steps of %s", r.Flat, step)
	}
	return nil
}

func (r Rule) checkDemurrage() error {
	switch {
	case r.Free < 0:
		return fault.Invalidf("charge.interest", "free", "an allowance of %s would charge accounts in debit, and more with each day: that is interest; write zero or more", r.Free)
	case r.Daily.Of < 0:
		return fault.Invalidf("charge.interest", "daily", "a rate of %d/%d would pay interest on balances; write more than nothing", r.Daily.Of, r.Daily.In)
	case r.Flat != 0:
		return fault.Invalidf("charge.mixed", "flat", "a charge on what lies idle has a daily rate only; make the flat amount a rule of its own")
	case r.Daily.Of == 0 || r.Daily.In < r.Daily.Of || r.Daily.In > partsLimit:
		return fault.Invalidf("charge.rate", "daily", "%d/%d is no part of a balance; write a fraction above 0 and up to 1, in numbers up to a million", r.Daily.Of, r.Daily.In)
	case r.Free > Largest:
		return fault.Invalidf("charge.free", "free", "an allowance of %s leaves nothing to charge; write at most %s", r.Free, Largest)
	}
	return nil
}
