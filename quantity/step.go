package quantity

import (
	"math/big"

	"commonweal/platform/fault"
)

// RoundTo returns the amount rounded to a multiple of step millionths:
// RoundTo(10_000, HalfEven) rounds euros to cents. The step is positive.
func (a Amount) RoundTo(step int64, r Rounding) (Amount, error) {
	if step <= 0 {
		return Amount{}, badStep(step)
	}
	if a.Micros%step == 0 {
		return a, nil
	}
	steps, err := divideBig(big.NewInt(a.Micros), big.NewInt(step), r)
	if err != nil {
		return Amount{}, err
	}
	n, err := MulDivMicros(steps, step, 1, Down)
	return Amount{n, a.Unit}, err
}

// Split divides an amount over receivers by Apportion, in whole steps of step
// millionths (Unit.Step gives a currency's minor unit). The amount must be a
// whole number of steps: round it first and keep the rest as a residue of its
// own, so that no fraction disappears in silence.
func Split(total Amount, step int64, weights []int64, ties []TieKey) ([]Amount, error) {
	if step <= 0 {
		return nil, badStep(step)
	}
	if total.Micros%step != 0 {
		return nil, fault.Invalidf("quantity.not_whole_steps", "total",
			"%s is not a whole number of steps of %s; round it first", total, Amount{step, total.Unit})
	}
	steps, err := ApportionInt64(total.Micros/step, weights, ties)
	if err != nil {
		return nil, err
	}
	shares := make([]Amount, len(steps))
	for i, n := range steps {
		shares[i] = Amount{n * step, total.Unit}
	}
	return shares, nil
}

func badStep(step int64) error {
	return fault.Invalidf("quantity.bad_step", "step", "%d is not a rounding step; it is a positive number of millionths", step)
}
