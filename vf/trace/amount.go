package trace

import "math/big"

// scale is the number of parts into which a millionth is divided while amounts
// are spread: 2^96.
const scale = 96

// Amount is an amount in millionths of a unit, kept exactly to 2^-96 of one.
type Amount struct{ v *big.Int }

// Rat returns the amount in millionths, exactly.
func (a *Amount) Rat() *big.Rat {
	return new(big.Rat).SetFrac(a.v, new(big.Int).Lsh(big.NewInt(1), scale))
}

// Micros returns the nearest whole number of millionths.
func (a *Amount) Micros() int64 {
	half := new(big.Int).Lsh(big.NewInt(1), scale-1)
	return half.Rsh(half.Add(half, a.v), scale).Int64()
}
