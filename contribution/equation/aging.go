package equation

import (
	"cmp"
	"math/big"
	"slices"
	"time"
)

// aging is the pay policy's factor by age in periods.
type aging struct {
	policy  Policy
	today   int32
	factors []int64 // of fractionParts, by age
	floor   []int32 // first day of the period of that age
}

// newAging prepares the factors (1 - discount)^age, cut to 10^-18; nil when the
// policy does not look at age. Ages above maxAge count like it.
func newAging(b *bucket, asOf time.Time) *aging {
	a := &aging{policy: b.Policy, today: DayOf(asOf.In(b.zone))}
	if b.Policy.Kind != Recent && b.Policy.Kind != Immediate {
		return nil
	}
	keep := new(big.Rat).Sub(ratOne, b.discount)
	factor := new(big.Rat).SetInt64(1)
	start := b.Policy.Period.start(a.today)
	for age := 0; age <= maxAge; age++ {
		n := new(big.Int).Mul(factor.Num(), big.NewInt(fractionParts))
		part := n.Quo(n, factor.Denom()).Int64()
		if b.Policy.Kind == Immediate {
			part = fractionParts
			if age >= b.Policy.Periods {
				part = 0
			}
		}
		a.factors, a.floor = append(a.factors, part), append(a.floor, start)
		if part == 0 {
			break
		}
		factor.Mul(factor, keep)
		start = b.Policy.Period.start(start - 1)
	}
	return a
}

// maxAge is the greatest age that makes a difference: a century of months.
const maxAge = 1200

// factor returns the parts of fractionParts that count for a day.
func (a *aging) factor(day int32) int64 {
	age, _ := slices.BinarySearchFunc(a.floor, day, func(first, day int32) int { return cmp.Compare(day, first) })
	return a.factors[min(age, len(a.factors)-1)]
}

// start returns the first day of the period that holds the day.
func (p Period) start(day int32) int32 {
	t := time.Unix(int64(day)*86_400, 0).UTC()
	y, m, _ := t.Date()
	switch p {
	case Week:
		return day - (int32(t.Weekday())+6)%7
	case Month:
	case Quarter:
		m = (m-1)/3*3 + 1
	default:
		m = 1
	}
	return DayOf(time.Date(y, m, 1, 0, 0, 0, 0, time.UTC))
}
