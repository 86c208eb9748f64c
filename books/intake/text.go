package intake

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"commonweal/platform/fault"
)

// Bounds of texts, in bytes.
const (
	longestName        = 200
	longestReference   = 140 // the longest of ISO 20022
	longestDescription = 2000
)

// Clean makes foreign text fit to store and show on one line: valid UTF-8,
// single spaces, no control characters or direction overrides, at most limit
// bytes (cut at a character, marked with "…").
func Clean(text string, limit int) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), r == '\ufeff':
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "\ufffd"))
	text = strings.Join(strings.Fields(text), " ")
	if len(text) <= limit {
		return text
	}
	cut := limit - len("…")
	for cut > 0 && !utf8.RuneStart(text[cut]) {
		cut--
	}
	return strings.TrimRight(text[:cut], " ") + "…"
}

// Show shortens a value for an error message.
func Show(value string) string { return Clean(value, 60) }

// Years in which a movement or an entry can lie; others are slips. The first is
// the first whole one of the calendar: people declare a currency on the day it began.
const firstYear, lastYear = 1583, 2200

// Day returns a calendar day as YYYY-MM-DD, or books.day for one that no
// calendar has. text is what the file says.
func Day(text string, year, month, day int) (string, error) {
	d := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if d.Year() != year || int(d.Month()) != month || d.Day() != day || year < firstYear || year > lastYear {
		return "", BadDay(text)
	}
	return d.Format(time.DateOnly), nil
}

// BadDay is the fault of a text that is no day.
func BadDay(text string) *fault.Error {
	return fault.Invalidf("books.day", "day", "%q is not a day between 1583 and 2200; write it like 2026-03-14", Show(text))
}

// ParseDay reads YYYY-MM-DD, also with a time or a time zone behind it, which
// it drops: a bank books days.
func ParseDay(text string) (string, error) {
	t := strings.TrimSpace(text)
	if len(t) > 10 && strings.IndexByte("T Z+-", t[10]) >= 0 {
		t = t[:10]
	}
	d, err := time.Parse(time.DateOnly, t)
	if err != nil {
		return "", BadDay(text)
	}
	return Day(text, d.Year(), int(d.Month()), d.Day())
}
