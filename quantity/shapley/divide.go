package shapley

import (
	"math/big"

	"commonweal/platform/fault"
	"commonweal/quantity"
)

// Divide splits an amount over the players in proportion to their values, in
// whole steps of its unit (quantity.Apportion): the only rounding there is. The
// lot decides equal remainders; fix it before anybody knows the worths.
func (e Estimate) Divide(total quantity.Amount, players []string, lot string) ([]quantity.Amount, error) {
	step := total.Unit.Step()
	if total.Micros%step != 0 {
		return nil, fault.Invalidf("shapley.step", "amount", "%s is finer than %s, the smallest step of its unit", total, quantity.Micros(step, total.Unit))
	}
	shares, err := quantity.Apportion(total.Micros/step, e.Weights(), quantity.TieKeysFor(lot, players))
	if err != nil {
		return nil, err
	}
	out := make([]quantity.Amount, len(shares))
	for i, n := range shares {
		out[i] = quantity.Micros(n*step, total.Unit)
	}
	return out, nil
}

// Weights returns the values as integers in the same proportion: multiplied by
// their common denominator.
func (e Estimate) Weights() []*big.Int {
	common := big.NewInt(1)
	for _, v := range e.Values {
		g := new(big.Int).GCD(nil, nil, common, v.Denom())
		common.Mul(common, new(big.Int).Quo(v.Denom(), g))
	}
	out := make([]*big.Int, len(e.Values))
	for i, v := range e.Values {
		out[i] = new(big.Int).Mul(v.Num(), new(big.Int).Quo(common, v.Denom()))
	}
	return out
}
