package quantity

import (
	"fmt"
	"strings"

	"golang.org/x/text/language"
)

// FormatOptions say how Format writes an amount. The zero value is right for a
// sentence: grouped thousands, no padding, no unit.
type FormatOptions struct {
	Unit     bool // add the unit's symbol: "2,5 h", "€ 12,50"
	Plain    bool // no grouping: what a form field shows, and ParseLocal always reads back
	Decimals int  // exactly this many digits (1..6) after the decimal sign, rounded half to even; a column of a table wants the same in each row
}

// Format writes an amount in the reader's language, with the separators and
// digits of x/text. Currencies show at least the digits of their minor unit,
// everything else only the digits it has; no digit is dropped unless Decimals
// asks for it.
//
// What Format writes, ParseLocal reads as the same amount, or refuses as
// ambiguous ("1.234" hours in Dutch); with Plain it always reads it.
func Format(lang language.Tag, a Amount, opts FormatOptions) string {
	w := writingOf(lang)
	info, known := Lookup(a.Unit)
	least := 0
	if known && info.Currency != nil {
		least = max(0, info.Currency.Digits)
	}
	negative, whole, frac := digitsOf(a.Micros, least, opts.Decimals)
	text := w.number(whole, frac, opts.Plain)
	if opts.Unit {
		text = withUnit(lang, text, a.Unit, info)
	}
	if negative {
		text = w.minus + text
	}
	return text
}

// digitsOf returns the digits before and after the decimal sign: at least
// least after it, or exactly the decimals when those are asked for.
func digitsOf(micros int64, least, decimals int) (negative bool, whole, frac string) {
	u, keep := magnitude(micros), least
	if decimals > 0 {
		keep = min(decimals, 6)
		u = roundMagnitude(u, keep)
	}
	whole, frac = fmt.Sprint(u/Scale), fmt.Sprintf("%06d", u%Scale)
	if rest := strings.TrimRight(frac[keep:], "0"); decimals > 0 || rest == "" {
		return micros < 0 && u != 0, whole, frac[:keep]
	}
	return micros < 0, whole, strings.TrimRight(frac, "0")
}

// roundMagnitude rounds millionths to so many decimals, half to even.
func roundMagnitude(u uint64, decimals int) uint64 {
	step := uint64(1)
	for d := decimals; d < 6; d++ {
		step *= 10
	}
	q, r := u/step, u%step
	if 2*r > step || (2*r == step && q%2 == 1) {
		q++
	}
	return q * step
}

// noBreak keeps a number and its unit on one line.
const noBreak = "\u00a0"

// moneyFirst lists the languages that write the currency before the number
// (CLDR, standard currency pattern), and what stands between; the others write
// it after the number.
var moneyFirst = map[string]string{
	"en": "", "zh": "", "ja": "", "ko": "", "hi": "", "th": "", "und": "",
	"nl": noBreak, "pt": noBreak,
}

// withUnit adds the unit's symbol where the language puts it.
func withUnit(lang language.Tag, text string, unit Unit, info Info) string {
	symbol := info.Symbol
	if symbol == "" {
		if unit == One {
			return text
		}
		symbol = string(unit)
	}
	base, _ := lang.Base()
	between, first := moneyFirst[base.String()]
	if info.Currency == nil || !first {
		return text + noBreak + symbol
	}
	if symbol == string(unit) { // a code such as CHF is a word of its own
		between = noBreak
	}
	return symbol + between + text
}
