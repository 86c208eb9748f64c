package intake

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Clean makes foreign text fit to store and show: valid UTF-8, no control
// characters or direction overrides, spaces trimmed, at most limit bytes (cut
// at a character, marked with "…").
func Clean(text string, limit int) string {
	if plain(text) && len(text) <= limit {
		return strings.TrimSpace(text)
	}
	text = strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n' || r == '\r':
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), r == '\ufeff':
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "\ufffd")))
	if len(text) <= limit {
		return text
	}
	cut := limit - len("…")
	for cut > 0 && !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut] + "…"
}

// plain reports whether text is printable ASCII, which needs no cleaning.
func plain(text string) bool {
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' {
			return false
		}
	}
	return true
}

// Show shortens a value for an error message.
func Show(value string) string { return Clean(value, 60) }
