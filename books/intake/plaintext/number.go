package plaintext

import (
	"math/big"
	"strings"

	"commonweal/books/intake"
	"commonweal/platform/fault"
	"commonweal/quantity"
)

// decimal is an exact number as a file writes it: with so many digits behind
// the mark.
type decimal struct {
	value    *big.Rat
	decimals int
}

// mostDigits bounds a number.
const mostDigits = 40

// decimalOf reads digits with at most one point.
func decimalOf(digits string) (decimal, error) {
	whole, frac, _ := strings.Cut(digits, ".")
	if whole+frac == "" || len(digits) > mostDigits || strings.Trim(whole+frac, "0123456789") != "" {
		return decimal{}, syntax("%q is not a number", digits)
	}
	n, _ := new(big.Int).SetString(whole+frac, 10)
	return decimal{new(big.Rat).SetFrac(n, pow10(len(frac))), len(frac)}, nil
}

func pow10(n int) *big.Int {
	return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil)
}

// half is half of the last of so many digits behind the mark.
func half(decimals int) *big.Rat {
	return new(big.Rat).SetFrac(big.NewInt(1), new(big.Int).Mul(pow10(decimals), big.NewInt(2)))
}

// amount returns a number as an exact amount.
func amount(v *big.Rat, unit quantity.Unit) (quantity.Amount, error) {
	a, err := quantity.FromRat(v, unit, quantity.Down)
	if err == nil && a.Rat().Cmp(v) != 0 {
		err = fault.Invalidf("books.journal_too_fine", "amount", "%s %s is finer than a millionth, the smallest amount; write it with at most six decimals", v.FloatString(12), unit)
	}
	if e := fault.As(err); e != nil {
		return a, e.InField("amount")
	}
	return a, err
}

// numberOf reads a run of digits and marks. With a mark given, the other one
// only groups. Without, hledger's rule holds: of two kinds the last one marks
// decimals, one kind several times groups, and one alone marks decimals.
func numberOf(text string, mark byte) (decimal, error) {
	points, commas := strings.Count(text, "."), strings.Count(text, ",")
	if mark == 0 {
		switch {
		case points > 0 && commas > 0:
			mark = text[strings.LastIndexAny(text, ".,")]
		case points > 1 || commas == 1:
			mark = ','
		default:
			mark = '.'
		}
	}
	whole, frac, _ := strings.Cut(text, string(mark))
	for _, sign := range []string{".", ",", " ", "\u00a0", "\u202f", "'", "_"} {
		if sign[0] != mark {
			whole = strings.ReplaceAll(whole, sign, "")
		}
	}
	if frac == "" {
		return decimalOf(whole)
	}
	d, err := decimalOf(whole + "." + frac)
	if err != nil {
		err = syntax("%q is not a number", text)
	}
	return d, err
}

// clean bounds the texts of an entry.
func clean(text string) string { return intake.Clean(text, 1000) }
