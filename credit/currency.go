package credit

import (
	"regexp"
	"strings"

	"commonweal/credit/limit"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// Currency is a unit of account that the members of a commons issue to each
// other. It is a ResourceSpecification that is a medium of exchange.
type Currency struct {
	ID   store.ID      `json:"id"`   // the specification
	Unit quantity.Unit `json:"unit"` // its code, such as "hour" or "leaf"; one currency a unit
	Name string        `json:"name"` // "Hours of Lindenau"
	// Decimals of the smallest amount that is paid: 0 to 6.
	Decimals int `json:"decimals"`
	// Backing says in the members' words what an amount is good for.
	Backing string `json:"backing,omitempty"`
	// Month is what an active member trades in a month; the bands of new accounts follow from it.
	Month quantity.Amount `json:"month"`
	// Terms are what accounts inherit that say nothing of their own.
	Terms AccountTerms `json:"terms"`
	// Fund is the account that fees and levies go to; the commons holds it.
	Fund store.ID `json:"fund"`
	Fees []Fee    `json:"fees,omitempty"`
	// ForAll opens an account for every member, present and future.
	ForAll bool `json:"forAll,omitempty"`
	// Public lets outsiders of open books see totals and offers.
	Public bool `json:"public,omitempty"`
	// Limits are the policies of its groups, everybody first; none: as usual for its Month.
	Limits []Group `json:"limits,omitempty"`
	// Outside is what it has for trade with other communities; nil: there is none.
	Outside *Outside `json:"outside,omitempty"`
	// Closed currencies take no payments but refunds.
	Closed bool `json:"closed,omitempty"`
}

// Step is the smallest amount that is paid, in millionths.
func (c Currency) Step() Micros {
	step := Micros(1)
	for d := c.Decimals; d < 6; d++ {
		step *= 10
	}
	return step
}

// Band is the band of a new account. Where the commons has set no policy it is a
// floor of one month's trade and a ceiling of two, so that the first payment can
// be made and nobody carries the whole.
func (c Currency) Band() Band { return ofLimit(c.policy("").Decide(limit.Basis{}).Band) }

// usualMonth is the month of a currency whose founders do not know: 20 hours,
// or 500 of a unit that is like money.
func usualMonth(u quantity.Unit) quantity.Amount {
	if u == quantity.Hour || u == quantity.CareHour || u == quantity.LoveHour {
		return quantity.Of(20, u)
	}
	return quantity.Of(500, u)
}

var unitForm = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]{0,23}$`)

// largest is the largest amount of one payment and of one band: 2^52
// millionths, more than four thousand million of the unit.
const largest = 1 << 52

// check says what is wrong with a currency.
func (c Currency) check() error {
	switch {
	case len(strings.TrimSpace(c.Name)) == 0 || len(c.Name) > 120:
		return fault.Invalidf("credit.currency_name", "name", "a currency has a name of 1 to 120 bytes, not %d", len(c.Name))
	case !unitForm.MatchString(string(c.Unit)):
		return fault.Invalidf("credit.currency_unit", "unit", "%.40q is no code; write one word of at most 24 letters and digits, such as hour or leaf", c.Unit)
	case c.Decimals < 0 || c.Decimals > 6:
		return fault.Invalidf("credit.currency_decimals", "decimals", "%d decimals; a currency has 0 to 6", c.Decimals)
	case c.Month.Unit != c.Unit || c.Month.Micros <= 0 || c.Month.Micros > largest:
		return fault.Invalidf("credit.currency_month", "month", "%s is not what somebody trades in a month; write an amount of %s above zero", c.Month, c.Unit)
	case len(c.Backing) > 4000:
		return fault.Invalidf("credit.currency_backing", "backing", "the statement has %d bytes; at most 4000 are kept", len(c.Backing))
	}
	if i, known := quantity.Lookup(c.Unit); known && i.Currency != nil {
		return fault.Invalidf("credit.legal_tender", "unit", "%s is a currency that states issue; mutual credit needs a unit of its own", c.Unit)
	}
	if len(c.Fees) > maxFees {
		return fault.Invalidf("credit.too_many_fees", "fees", "%d fees; a currency has at most %d", len(c.Fees), maxFees)
	}
	for _, f := range c.Fees {
		if err := f.check(c); err != nil {
			return err
		}
	}
	if len(c.Limits) > 0 {
		if err := checkGroups(c.Limits); err != nil {
			return err
		}
	}
	return c.Terms.checkInherited()
}

// amount says what is wrong with an amount that is to be paid.
func (c Currency) amount(a quantity.Amount, field string) error {
	switch {
	case a.Unit != c.Unit:
		return fault.Invalidf("credit.unit", field, "%s is paid in %s, not in %s", c.Name, c.Unit, a.Unit)
	case a.Micros <= 0:
		return fault.Invalidf("credit.amount", field, "%s is not more than nothing; what is to be taken back is refunded", a)
	case a.Micros > largest:
		return fault.Invalidf("credit.amount_too_large", field, "%s is more than one payment can be; at most %s", a, Micros(largest).of(c.Unit))
	case Micros(a.Micros)%c.Step() != 0:
		return fault.Invalidf("credit.amount_step", field, "%s has more decimals than %s; the smallest amount is %s", a, c.Name, c.Step().of(c.Unit))
	}
	return nil
}
