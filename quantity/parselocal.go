package quantity

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"

	"commonweal/platform/fault"
)

// longestInput is more than any number, with its unit, needs.
const longestInput = 80

// ParseLocal reads what a person typed in their own language: "1.234,56" in
// Dutch or German, "1,234.56" in English, "1 234,56" in French. The unit may
// stand before or after the number ("€ 12,50", "2,5 kg"). For a unit of time,
// care hours and love hours it also reads durations (see ParseDuration).
//
// The language's decimal sign is always the decimal sign. The other of point
// and comma may group thousands, or may be a decimal sign all the same, as
// from a numeric keypad; where both readings are possible ("1.234" hours in
// Dutch) the text is refused, not guessed. A reading finer than the minor unit
// of a currency is not possible, so "1.234" euros in Dutch is 1234.
func ParseLocal(lang language.Tag, text string, unit Unit) (Amount, error) {
	w := writingOf(lang)
	body, err := tidy(w, text)
	if err != nil {
		return Amount{}, err
	}
	if bare := withoutUnit(body, unit); !looksLikeDuration(bare) {
		return parseNumber(w, bare, text, unit)
	}
	if _, timed := perHour(unit); timed {
		return parseDuration(w, body, text, unit)
	}
	return Amount{}, notALocalNumber(w, text)
}

// tidy brings the many spaces, minus signs and digits that keyboards and
// documents hold to one form each.
func tidy(w writing, text string) (string, error) {
	if len(text) > longestInput {
		return "", notANumber(text)
	}
	folded := strings.Map(func(r rune) rune {
		switch {
		case r == '\u200e' || r == '\u200f' || r == '\u061c': // direction marks
			return -1
		case unicode.IsSpace(r), r == '\u202f', r == '\u2009':
			return ' '
		case r == '−' || r == '‐' || r == '‑' || r == '–':
			return '-'
		case r == '’':
			return '\''
		}
		return r
	}, w.ascii(text))
	return strings.TrimSpace(folded), nil
}

// withoutUnit removes the unit's symbol or name from either end.
func withoutUnit(body string, unit Unit) string {
	sign := ""
	if rest, negative := strings.CutPrefix(body, "-"); negative {
		sign, body = "-", strings.TrimSpace(rest)
	}
	for _, word := range unitWords(unit) {
		if rest, ok := strings.CutPrefix(body, word); ok {
			return sign + strings.TrimSpace(rest)
		}
		if rest, ok := strings.CutSuffix(body, word); ok {
			return sign + strings.TrimSpace(rest)
		}
	}
	return sign + body
}

// unitWords returns what may stand beside a number of the unit.
func unitWords(unit Unit) []string {
	info, known := Lookup(unit)
	words := []string{string(unit)}
	if known {
		words = append(words, info.Label)
	}
	if info.Symbol != "" {
		words = append(words, info.Symbol)
	}
	if strings.HasSuffix(info.Symbol, "$") {
		words = append(words, "$")
	}
	return words
}

// parseNumber weighs the possible readings of a number and takes the only one.
func parseNumber(w writing, body, text string, unit Unit) (Amount, error) {
	found, err := readings(w, body, unit)
	switch {
	case err != nil:
		return Amount{}, err
	case len(found) == 0:
		return Amount{}, notALocalNumber(w, text)
	case len(found) > 1:
		return Amount{}, fault.Invalidf("quantity.ambiguous", "",
			"%q can mean %s or %s; write one of these", clip(text), plainly(w, found[0]), plainly(w, found[1]))
	}
	return found[0], nil
}

func notALocalNumber(w writing, text string) error {
	return fault.Invalidf("quantity.not_a_number", "", "%q is not a number; write it like %s", clip(text), w.number("1234", "5", true))
}

// readings returns the different amounts that the text can mean: one for each
// sign that can be the decimal sign. The error of a reading (too fine, too
// large) is the answer when there is no other.
func readings(w writing, body string, unit Unit) (found []Amount, failure error) {
	digits, negative := strings.CutPrefix(body, "-")
	sign := body[:len(body)-len(digits)]
	if negative {
		digits = strings.TrimSpace(digits)
	}
	for _, decimal := range []string{w.decimal, ".", ","} {
		foreign := decimal != w.decimal
		if foreign && strings.Count(digits, decimal) != 1 {
			continue
		}
		whole, frac, fits := dissect(w, digits, decimal)
		if !fits {
			continue
		}
		a, err := Parse(sign+whole+frac, unit)
		if err == nil && foreign && a.Micros%unit.Step() != 0 {
			continue // a currency has no such fraction, so nobody meant it
		}
		switch {
		case err != nil:
			failure = err
		case !slices.Contains(found, a):
			found = append(found, a)
		}
	}
	if len(found) > 0 {
		return found, nil
	}
	return nil, failure
}

// dissect splits digits at the decimal sign, checks the grouping before it and
// returns both parts as canonical text, the second with its point.
func dissect(w writing, digits, decimal string) (whole, frac string, ok bool) {
	whole, frac, point := strings.Cut(digits, decimal)
	if point && !allDigits(frac) {
		return "", "", false
	}
	if whole == "" && point { // ".5"
		whole = "0"
	}
	whole, ok = ungroup(w, whole, decimal)
	if point {
		frac = "." + frac
	}
	return whole, frac, ok
}

// ungroup removes one kind of grouping sign, which must stand where such signs
// stand: "1.234.567" but neither "1.23" nor "0.123" nor "1.234 567".
func ungroup(w writing, whole, decimal string) (string, bool) {
	at := strings.IndexFunc(whole, func(r rune) bool { return r < '0' || r > '9' })
	if at < 0 {
		return whole, whole != ""
	}
	sign, size := utf8.DecodeRuneInString(whole[at:])
	if !strings.ContainsRune(" .,'٬", sign) || whole[at:at+size] == decimal {
		return "", false
	}
	groups := strings.Split(whole, string(sign))
	if len(groups[0]) == 0 || groups[0][0] == '0' {
		return "", false
	}
	for i, g := range groups {
		if !allDigits(g) || !w.groupSize(i, len(groups), len(g)) {
			return "", false
		}
	}
	return strings.Join(groups, ""), true
}

// groupSize reports whether group i of n may have so many digits.
func (w writing) groupSize(i, n, size int) bool {
	switch {
	case i == 0:
		return size <= 3
	case i == n-1:
		return size == 3
	}
	return size == 3 || size == w.secondary
}

func plainly(w writing, a Amount) string {
	negative, whole, frac := digitsOf(a.Micros, 0, 0)
	if negative {
		return "-" + w.number(whole, frac, true)
	}
	return w.number(whole, frac, true)
}
