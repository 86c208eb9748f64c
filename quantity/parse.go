package quantity

import (
	"fmt"
	"strconv"
	"strings"

	"commonweal/platform/fault"
)

// Parse reads canonical decimal digits ("2.5", "-3", "0.000001") as an amount.
// More than six digits after the point are refused, never rounded. For text
// that a person typed in their own language use ParseLocal.
func Parse(text string, unit Unit) (Amount, error) {
	digits, negative := strings.CutPrefix(text, "-")
	sign := ""
	if negative {
		sign = "-"
	}
	whole, frac, point := strings.Cut(digits, ".")
	if !allDigits(whole) || (point && !allDigits(frac)) {
		return Amount{}, notANumber(text)
	}
	if len(frac) > 6 {
		if strings.Trim(frac[6:], "0") != "" {
			return Amount{}, fault.Invalidf("quantity.too_fine", "",
				"%q has more than six digits after the point; the smallest amount is 0.000001", clip(text))
		}
		frac = frac[:6]
	}
	frac += "000000"[len(frac):]
	n, err := strconv.ParseInt(sign+strings.TrimLeft(whole, "0")+frac, 10, 64)
	if err != nil { // only digits are left, so there are too many
		return Amount{}, errOverflow(fmt.Sprintf("%q", clip(text)))
	}
	return Amount{n, unit}, nil
}

// MustParse is Parse for constants; it panics on an error.
func MustParse(text string, unit Unit) Amount {
	a, err := Parse(text, unit)
	if err != nil {
		panic(err)
	}
	return a
}

func allDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return len(s) > 0
}

// clip keeps an error message short when the value is not.
func clip(s string) string {
	if len(s) > 40 {
		return strings.ToValidUTF8(s[:40], "") + "…"
	}
	return s
}

func notANumber(text string) error {
	return fault.Invalidf("quantity.not_a_number", "", "%q is not a number; write digits with at most one point, such as 2.5", clip(text))
}
