package ledger

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"unicode"

	"commonweal/quantity"
)

// Symbol is what a unit is called in exports: upper-case ASCII, as Beancount
// wants it. "EUR" is EUR, "careHour" is CAREHOUR.
type Symbol struct {
	Unit quantity.Unit
	Text string
}

// symbols returns a symbol for every unit, in the order of the log. Of two
// units with one symbol the later gets a number.
func (l *Ledger) symbols() []Symbol {
	taken := map[string]bool{}
	var out []Symbol
	for _, u := range l.units.list[1:] {
		base := symbolOf(u)
		text := base
		for n := 2; taken[text]; n++ {
			text = base + "-" + strconv.Itoa(n)
		}
		taken[text] = true
		out = append(out, Symbol{u, text})
	}
	return out
}

func symbolOf(u quantity.Unit) string {
	var b strings.Builder
	for _, c := range strings.ToUpper(string(u)) {
		if c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' && b.Len() > 0 {
			b.WriteRune(c)
		}
	}
	text := b.String()
	if len(text) > 16 {
		text = text[:16]
	}
	if len(text) < 2 {
		text += "UNIT"
	}
	return text
}

// plain makes a text fit for one line of any of the formats: no control or
// invisible characters, no sign that a format reads as its own, single spaces,
// at most 80 characters.
func plain(text string) string {
	var b strings.Builder
	n, gap := 0, false
	for _, c := range text {
		switch {
		case unicode.IsSpace(c):
			gap = b.Len() > 0
			continue
		case unicode.IsControl(c) || unicode.Is(unicode.Cf, c) || c == unicode.ReplacementChar:
			continue
		case strings.ContainsRune(`;|"\`, c):
			c = '/'
		}
		if n++; n > 80 {
			break
		}
		if gap {
			b.WriteByte(' ')
			gap = false
		}
		b.WriteRune(c)
	}
	return b.String()
}

// tag writes a value of a comment tag; untag reads it. Every byte that hledger
// could take for its own is percent-encoded.
func tag(value string) string {
	const kept = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._/:"
	var b strings.Builder
	for _, c := range []byte(value) {
		if strings.IndexByte(kept, c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

func untag(text string) (string, error) { return url.PathUnescape(text) }

// decimal writes an amount with a fixed number of decimals, which it must fit.
func decimal(micros int64, decimals int) string {
	text := quantity.Micros(micros, "").Decimal()
	whole, frac, _ := strings.Cut(text, ".")
	if decimals == 0 {
		return whole
	}
	return whole + "." + frac + strings.Repeat("0", decimals-len(frac))
}

// words puts a kind of entry into plain English for a narration.
func words(e Entry) string {
	text := plain(strings.ReplaceAll(e.Kind, "/", " "))
	if e.Corrects != "" {
		text = "correction of " + text
	}
	return text
}
