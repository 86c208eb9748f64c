package intake

import (
	"strings"

	"commonweal/platform/fault"
	"commonweal/quantity"
)

// Currency returns a code of ISO 4217 as a unit, whatever its case, or the
// fault books.currency.
func Currency(code string) (quantity.Unit, error) {
	unit := quantity.Unit(strings.ToUpper(strings.TrimSpace(code)))
	if info, known := quantity.Lookup(unit); !known || info.Currency == nil {
		return "", fault.Invalidf("books.currency", "currency", "%q is not a currency; write its code of ISO 4217, such as EUR", Show(code))
	}
	return unit, nil
}

// ParseAmount reads a number that a program wrote: digits, one decimal mark
// ('.' or ','), perhaps a sign before or after and groups of three digits
// split by the other mark, spaces or apostrophes. "1.234,56" is 1234.56 with
// the mark ','. It never guesses: a group of other than three digits and a
// second mark are refused (books.amount).
func ParseAmount(text string, mark byte, unit quantity.Unit) (quantity.Amount, error) {
	sign, digits := cutSign(strings.TrimSpace(text))
	digits = strings.NewReplacer("\u00a0", " ", "\u202f", " ", "’", "'").Replace(digits)
	whole, fraction, marked := strings.Cut(digits, string(mark))
	whole, ok := ungroup(whole, mark)
	if !ok || whole == "" && fraction == "" || marked && strings.Trim(fraction, "0123456789") != "" {
		return quantity.Amount{}, fault.Invalidf("books.amount", "amount", "%q is not an amount; write digits with %q before the decimals, such as 1234%c56", Show(text), mark, mark)
	}
	if whole == "" {
		whole = "0"
	}
	if fraction == "" {
		fraction = "0"
	}
	a, err := quantity.Parse(sign+whole+"."+fraction, unit)
	if e := fault.As(err); e != nil {
		return a, e.InField("amount")
	}
	return a, err
}

// cutSign takes a sign from either end; minus may be typographic.
func cutSign(text string) (sign, digits string) {
	for _, minus := range []string{"-", "−"} {
		if d, ok := strings.CutPrefix(text, minus); ok {
			return "-", strings.TrimSpace(d)
		}
		if d, ok := strings.CutSuffix(text, minus); ok {
			return "-", strings.TrimSpace(d)
		}
	}
	for _, cut := range []func(string, string) (string, bool){strings.CutPrefix, strings.CutSuffix} {
		if d, ok := cut(text, "+"); ok {
			return "", strings.TrimSpace(d)
		}
	}
	return "", text
}

// ungroup removes one kind of sign between groups of three digits.
func ungroup(whole string, mark byte) (string, bool) {
	at := strings.IndexAny(whole, ".,' ")
	if at < 0 {
		return whole, strings.Trim(whole, "0123456789") == ""
	}
	separator := whole[at : at+1]
	groups := strings.Split(whole, separator)
	for i, g := range groups {
		if strings.Trim(g, "0123456789") != "" || i > 0 && len(g) != 3 || i == 0 && (len(g) == 0 || len(g) > 3) {
			return "", false
		}
	}
	return strings.Join(groups, ""), separator[0] != mark
}
