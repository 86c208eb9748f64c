package credit

import "sort"

// fitting lowers a leg to as much of it as its payer may spend, with the fees
// on it; where that is nothing it stays as it is and is refused like any other.
// What the payee may receive is not looked at, so that nobody learns it by asking.
func (t *table) fitting(leg Leg, category string) (Leg, error) {
	records, err := t.ledger.Records(leg.From)
	if err != nil {
		return leg, err
	}
	spendable := t.of(leg.From).position(Micros(records[leg.From].Accounting.Micros)).Spendable()
	step := t.currency.Step()
	n := sort.Search(int(leg.Amount/step), func(i int) bool { // fees never fall as the amount grows
		some := leg
		some.Amount = Micros(i+1) * step
		cost, failed := t.cost(some, category)
		if failed != nil {
			err = failed
		}
		return failed != nil || cost > spendable
	})
	if n > 0 {
		leg.Amount = Micros(n) * step
	}
	return leg, err
}

// cost is what a leg takes from its payer, fees and all.
func (t *table) cost(leg Leg, category string) (Micros, error) {
	legs, err := withFees(t.currency, []Leg{leg}, category)
	if err != nil {
		return 0, err
	}
	nets, err := netOf(legs)
	if err != nil {
		return 0, err
	}
	return -nets[0].amount, nil // who pays comes first
}
