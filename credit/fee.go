package credit

import "commonweal/platform/fault"

// Fee is a charge on trade that goes to the fund of the commons, as a leg of
// the payment: clamp(least, most, flat + rate × amount), rounded down to the
// smallest amount. A fee never triggers a fee, and none depends on time.
type Fee struct {
	Name string `json:"name"`
	By   Actor  `json:"by"` // Payer or Payee: whose account it is taken from
	Flat Micros `json:"flat,omitempty"`
	// Rate is exact: RateOf parts of RateIn; RateIn is 0 when there is none.
	RateOf int64   `json:"rateOf,omitempty"`
	RateIn int64   `json:"rateIn,omitempty"`
	Least  Micros  `json:"least,omitempty"`
	Most   *Micros `json:"most,omitempty"`
	// Category limits it to payments of a category; empty: all.
	Category string `json:"category,omitempty"`
}

// On is the fee on a traded amount, in millionths, whole steps.
func (f Fee) On(amount, step Micros) (Micros, error) {
	fee := f.Flat
	if f.RateIn > 0 {
		part, err := amount.share(Micros(f.RateOf), Micros(f.RateIn), 1)
		if err != nil {
			return 0, err
		}
		if fee, err = fee.plus(part); err != nil {
			return 0, err
		}
	}
	fee = max(fee, f.Least)
	if f.Most != nil {
		fee = min(fee, *f.Most)
	}
	return fee - fee%step, nil
}

func (f Fee) check(c Currency) error {
	most := Micros(largest)
	if f.Most != nil {
		most = *f.Most
	}
	switch {
	case f.By != Payer && f.By != Payee:
		return fault.Invalidf("credit.fee_side", "fees.by", "the fee %.40q is taken from the payer or the payee, not from %q", f.Name, f.By)
	case f.Flat < 0 || f.RateOf < 0 || f.RateIn < 0 || f.Least < 0 || f.Flat > largest || f.Least > most || most > largest:
		return fault.Invalidf("credit.fee_amounts", "fees", "the amounts of the fee %.40q are zero or more, and the least is not above the most", f.Name)
	case f.RateIn > 0 && f.RateOf > f.RateIn:
		return fault.Invalidf("credit.fee_rate", "fees.rateOf", "the fee %.40q takes %d parts of %d, more than the amount itself", f.Name, f.RateOf, f.RateIn)
	case f.Name == "" || len(f.Name) > 80:
		return fault.Invalidf("credit.fee_name", "fees.name", "a fee of %s has a name of 1 to 80 bytes", c.Name)
	}
	return nil
}
