package quantity

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/number"
)

// writing is how a language writes numbers.
type writing struct {
	decimal   string     // between units and fraction: "," in Dutch
	group     string     // between thousands: "." in Dutch, a no-break space in French
	minus     string     // before a negative number, direction marks included
	digits    [10]string // the language's digits
	secondary int        // size of the groups above the first three digits: 3, in India 2
}

// writings remembers what was learned. Tags come from requests, so the memory
// is bounded: past the bound a rare language is learned again each time.
var writings = struct {
	sync.RWMutex
	of map[language.Tag]writing
}{of: map[language.Tag]writing{}}

const mostWritings = 256

// writingOf returns how the language writes numbers.
func writingOf(lang language.Tag) writing {
	writings.RLock()
	w, ok := writings.of[lang]
	writings.RUnlock()
	if ok {
		return w
	}
	w = learn(message.NewPrinter(lang))
	writings.Lock()
	defer writings.Unlock()
	if len(writings.of) < mostWritings {
		writings.of[lang] = w
	}
	return w
}

// learn reads the language's signs from what x/text prints for numbers in
// which each of them occurs. Only this probe is a float; amounts never are.
func learn(p *message.Printer) writing {
	var w writing
	for d := range w.digits {
		w.digits[d] = p.Sprint(number.Decimal(d))
	}
	w.minus = strings.TrimSuffix(p.Sprint(number.Decimal(-1)), w.digits[1])
	_, half, _ := strings.Cut(p.Sprint(number.Decimal(1.5)), w.digits[1])
	w.decimal = strings.TrimSuffix(half, w.digits[5])
	w.group, w.secondary = groupOf(p.Sprint(number.Decimal(1234567)))
	return w
}

// groupOf returns the sign between the groups of a printed 1,234,567, and the
// number of digits in its middle group.
func groupOf(sample string) (sign string, size int) {
	groups := strings.FieldsFunc(sample, func(r rune) bool { return !unicode.IsDigit(r) })
	if len(groups) < 3 {
		return "", 3
	}
	sign = strings.TrimPrefix(sample, groups[0])
	sign, _, _ = strings.Cut(sign, groups[1])
	return sign, utf8.RuneCountInString(groups[1])
}

// number writes ASCII digits in the language's digits, grouped unless plain.
func (w writing) number(whole, frac string, plain bool) string {
	var b strings.Builder
	for i, d := range whole {
		if left := len(whole) - i; i > 0 && !plain && w.breaksBefore(left) {
			b.WriteString(w.group)
		}
		b.WriteString(w.digits[d-'0'])
	}
	if frac != "" {
		b.WriteString(w.decimal)
	}
	for _, d := range frac {
		b.WriteString(w.digits[d-'0'])
	}
	return b.String()
}

// breaksBefore reports whether a group ends where so many digits are left.
func (w writing) breaksBefore(left int) bool {
	return left >= 3 && (left-3)%w.secondary == 0
}

// ascii replaces the language's digits by ASCII ones.
func (w writing) ascii(text string) string {
	if w.digits[1] == "1" {
		return text
	}
	pairs := make([]string, 0, 20)
	for d, sign := range w.digits {
		pairs = append(pairs, sign, string(rune('0'+d)))
	}
	return strings.NewReplacer(pairs...).Replace(text)
}
