package equation

import (
	"math/big"
	"strings"

	"commonweal/contribution/equation/formula"
	"commonweal/platform/fault"
	"commonweal/quantity"
)

// Decimal is an exact decimal number as text: "12.50", "0.1", "33". It never
// passes through a float. The empty Decimal means "not given".
type Decimal string

// maxDecimal is the longest Decimal that is read, in characters.
const maxDecimal = 40

// Rat returns the number as an exact rational. It refuses anything but an
// optional minus sign, digits, and at most one point between digits.
func (d Decimal) Rat() (*big.Rat, error) {
	digits, negative := strings.CutPrefix(string(d), "-")
	whole, frac, point := strings.Cut(digits, ".")
	if len(d) > maxDecimal || !isDigits(whole) || (point && !isDigits(frac)) {
		return nil, fault.Invalidf("equation.not_a_decimal", "", "%q is not a decimal number of at most %d characters; write digits with at most one point, such as 12.5",
			clip(string(d)), maxDecimal)
	}
	n, _ := new(big.Int).SetString(whole+frac, 10)
	if negative {
		n.Neg(n)
	}
	return new(big.Rat).SetFrac(n, new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(len(frac))), nil)), nil
}

// Micros returns the number in millionths; finer digits are refused, not rounded.
func (d Decimal) Micros() (int64, error) {
	a, err := quantity.Parse(string(d), "")
	return a.Micros, err
}

// canonical returns the shortest text of the same number: no leading or
// trailing zeros, no minus zero. Text that is not a decimal stays as it is.
func (d Decimal) canonical() Decimal {
	if d == "" {
		return d
	}
	r, err := d.Rat()
	if err != nil {
		return d
	}
	return Decimal(formula.DecimalText(r))
}

func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// clip keeps an error message short when the value is not.
func clip(s string) string {
	if len(s) > 40 {
		return strings.ToValidUTF8(s[:40], "") + "…"
	}
	return s
}

// micros writes millionths as a plain decimal.
func micros(n int64) string { return quantity.Micros(n, "").Decimal() }
