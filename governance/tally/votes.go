package tally

import (
	"math/big"
	"strconv"
	"strings"

	"commonweal/platform/fault"
	"commonweal/quantity"
)

// Votes is a voting weight in millionths of a vote.
type Votes int64

// Vote is the weight of one ordinary ballot.
const Vote Votes = quantity.Scale

// String writes a decimal: "1", "2.5".
func (v Votes) String() string { return string(v.Number()) }

// Number is the exact number of votes.
func (v Votes) Number() Number {
	if v%Vote == 0 {
		return Number(strconv.FormatInt(int64(v/Vote), 10))
	}
	return ratio(v.rat())
}

// MarshalText writes what String does.
func (v Votes) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads a decimal of at most six places: "2.5".
func (v *Votes) UnmarshalText(text []byte) error {
	a, err := quantity.Parse(string(text), "")
	if err != nil {
		return err
	}
	*v = Votes(a.Micros)
	return nil
}

// Figures counts people and the votes that they have together.
type Figures struct {
	Voters int64 `json:"voters"`
	Votes  Votes `json:"votes"`
}

func (f *Figures) add(b Ballot) {
	f.Voters += b.Voters
	f.Votes += b.Votes
}

// in is the figure that a rule asks for: heads as whole votes, or votes.
func (f Figures) in(heads bool) Votes {
	if heads {
		return Votes(f.Voters) * Vote
	}
	return f.Votes
}

// Number is an exact number of a result: a decimal when its digits end
// ("14.7647"), else a fraction ("2/3"). Equal numbers are equal text.
type Number string

// Rat is the number for arithmetic; zero when it is none.
func (n Number) Rat() *big.Rat {
	r, ok := new(big.Rat).SetString(string(n))
	if !ok {
		return new(big.Rat)
	}
	return r
}

// ratio writes an exact rational.
func ratio(r *big.Rat) Number {
	if r.IsInt() {
		return Number(r.Num().String())
	}
	digits, ends := r.FloatPrec()
	if !ends {
		return Number(r.RatString())
	}
	return Number(strings.TrimRight(r.FloatString(digits), "0"))
}

// scaled is count parts of which there are perVote in a vote.
func scaled(count *big.Int, perVote int64) Number {
	return ratio(new(big.Rat).SetFrac(count, big.NewInt(perVote)))
}

// Fraction is an exact threshold or weight, such as 2/3. Its text may also be
// a decimal or a percentage: "0.75", "75%".
type Fraction struct{ Num, Den int64 }

// Of is the fraction num/den in lowest terms; den is positive.
func Of(num, den int64) Fraction {
	r := big.NewRat(num, den)
	return Fraction{r.Num().Int64(), r.Denom().Int64()}
}

// IsZero reports whether the fraction is not set, or nothing.
func (f Fraction) IsZero() bool { return f.Num == 0 }

// Rat is the fraction for arithmetic; the unset fraction is zero.
func (f Fraction) Rat() *big.Rat {
	if f.Den == 0 {
		return new(big.Rat)
	}
	return big.NewRat(f.Num, f.Den)
}

// String writes "2/3", or "2" for a whole number.
func (f Fraction) String() string { return f.Rat().RatString() }

// MarshalText writes what String does.
func (f Fraction) MarshalText() ([]byte, error) { return []byte(f.String()), nil }

// longestFraction bounds the text of a fraction, so that no exponent can fill
// the memory.
const longestFraction = 24

// UnmarshalText reads "2/3", "0.75" or "75%".
func (f *Fraction) UnmarshalText(text []byte) error {
	s := strings.TrimSpace(string(text))
	number, percent := strings.CutSuffix(s, "%")
	number = strings.TrimSpace(number)
	r, ok := new(big.Rat), false
	if len(s) <= longestFraction && strings.Trim(number, "0123456789./") == "" {
		r, ok = r.SetString(number)
	}
	if !ok {
		return fault.Invalidf("tally.fraction", "", "%.40q is no fraction; write it like 2/3, 0.75 or 75%%", s)
	}
	if percent {
		r.Quo(r, big.NewRat(100, 1))
	}
	if !r.Num().IsInt64() || !r.Denom().IsInt64() {
		return fault.Invalidf("tally.fraction", "", "%.40q is no fraction; write it like 2/3, 0.75 or 75%%", s)
	}
	*f = Fraction{r.Num().Int64(), r.Denom().Int64()}
	return nil
}

// compare compares part of whole with the fraction: -1, 0 or +1. No division
// is made, so nothing is rounded.
func (f Fraction) compare(part, whole *big.Rat) int {
	return part.Cmp(new(big.Rat).Mul(f.Rat(), whole))
}

func (v Votes) rat() *big.Rat { return big.NewRat(int64(v), int64(Vote)) }
