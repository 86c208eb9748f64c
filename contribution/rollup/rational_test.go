package rollup

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

// drawRational draws small fractions, whole numbers near the edge of a word,
// and numbers that only fit in big.
func drawRational(t *rapid.T, name string) rational {
	n := rapid.OneOf(rapid.Int64Range(-1000, 1000), rapid.Int64()).Draw(t, name+".num")
	d := rapid.OneOf(rapid.Int64Range(1, 1000), rapid.Int64Range(1, math.MaxInt64)).Draw(t, name+".den")
	r := fromBig(new(big.Rat).SetFrac64(n, d))
	if rapid.Bool().Draw(t, name+".square") {
		r = r.mul(r)
	}
	return r
}

func TestRationalAgreesWithBig(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawRational(t, "a"), drawRational(t, "b")
		same := func(op string, got rational, want *big.Rat) {
			if got.Rat().Cmp(want) != 0 {
				t.Fatalf("%v %s %v = %v, want %v", a.Rat(), op, b.Rat(), got.Rat(), want)
			}
			if got.big != nil && fromBig(new(big.Rat).Set(got.big)).big == nil {
				t.Fatalf("%v fits two words but is kept big", got.big)
			}
			if got.big == nil && got.den != 0 && gcd(magnitude(got.num), uint64(got.den)) != 1 {
				t.Fatalf("%d/%d is not in lowest terms", got.num, got.den)
			}
		}
		same("+", a.add(b), new(big.Rat).Add(a.Rat(), b.Rat()))
		same("-", a.sub(b), new(big.Rat).Sub(a.Rat(), b.Rat()))
		same("*", a.mul(b), new(big.Rat).Mul(a.Rat(), b.Rat()))
		if !b.isZero() {
			same("/", a.div(b), new(big.Rat).Quo(a.Rat(), b.Rat()))
		}
		if got, want := a.cmp(b), a.Rat().Cmp(b.Rat()); got != want {
			t.Fatalf("cmp(%v, %v) = %d, want %d", a.Rat(), b.Rat(), got, want)
		}
	})
}

func TestTallyAgreesWithAdding(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var got tally
		want := new(big.Rat)
		for range rapid.IntRange(0, 6).Draw(t, "n") {
			r := drawRational(t, "r")
			if rapid.Bool().Draw(t, "whole") {
				r = whole(rapid.Int64Min(math.MinInt64+1).Draw(t, "w"))
			}
			got.add(r)
			want.Add(want, r.Rat())
		}
		if got.sum().Rat().Cmp(want) != 0 {
			t.Fatalf("the tally is %v, the sum %v", got.sum().Rat(), want)
		}
	})
}
