package quantity

import (
	"math/big"

	"commonweal/platform/fault"
)

// Convert returns the amount in another unit of the same dimension, by exact
// factors, rounded as said only when the result is finer than a millionth.
//
// It refuses a unit outside the table, another dimension (euros to dollars and
// care hours to hours need a named rate, not a factor), an affine unit such as
// degree Celsius, and a duration with no exact length: month and year.
func Convert(a Amount, to Unit, r Rounding) (Amount, error) {
	if a.Unit == to {
		return a, nil
	}
	f, err := ConversionFactor(a.Unit, to)
	if err != nil {
		return Amount{}, err
	}
	return FromRat(f.Mul(f, a.Rat()), to, r)
}

// ConversionFactor returns the exact number of units of the second kind in one
// of the first; it refuses what Convert refuses.
func ConversionFactor(from, to Unit) (*big.Rat, error) {
	source, err := convertible(from)
	if err != nil {
		return nil, err
	}
	target, err := convertible(to)
	if err != nil {
		return nil, err
	}
	if source.Dimension != target.Dimension {
		return nil, fault.Invalidf("quantity.dimension", "unit",
			"%s (%s) does not convert to %s (%s); only a named rate can relate them", from, source.Dimension, to, target.Dimension)
	}
	return new(big.Rat).Quo(source.Factor, target.Factor), nil
}

func convertible(u Unit) (Info, error) {
	i, ok := Lookup(u)
	switch {
	case !ok:
		return Info{}, fault.Invalidf("quantity.unknown_unit", "unit", "%q is not in the unit table; use one that is, such as hour or kilogram", clip(string(u)))
	case i.Affine:
		return Info{}, fault.Invalidf("quantity.affine_unit", "unit",
			"%s is a point on a scale, not a quantity: it neither adds nor converts; use kelvin for a difference of temperature", u)
	case i.Factor == nil:
		return Info{}, fault.Invalidf("quantity.no_exact_factor", "unit", "%s has no exact length in other units of %s; write the amount in those", u, i.Dimension)
	}
	return i, nil
}
