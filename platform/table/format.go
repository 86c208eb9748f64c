package table

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// Format is how a file is written. Empty fields are found out from its start.
type Format struct {
	Encoding  Encoding `json:"encoding,omitempty"`
	Delimiter string   `json:"delimiter,omitempty"` // "," ";" tab "|"
	// Quote is `"` or `'`, or "none" where quote marks mean themselves.
	Quote string `json:"quote,omitempty"`
	// Skip is how many lines stand before the header.
	Skip int `json:"skip,omitempty"`
}

// Encoding is how characters are written as bytes.
type Encoding string

// The encodings. Loose is UTF-8 in which cells that are not are read as
// Windows-1252: what old spreadsheets add to a file that began as ASCII.
const (
	UTF8        Encoding = "utf-8"
	UTF16LE     Encoding = "utf-16le"
	UTF16BE     Encoding = "utf-16be"
	Windows1252 Encoding = "windows-1252"
	Loose       Encoding = "loose"
)

var delimiters = []string{",", ";", "\t", "|"}

// Detect finds out the format from the first bytes of a file; a few thousand
// are enough.
func Detect(head []byte) Format {
	f := Format{Encoding: encodingOf(head)}
	text := decodeAll(f.Encoding, head)
	lines := strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' })
	if len(lines) > 1 && len(lines) > 50 {
		lines = lines[:50]
	}
	f.Quote = quoteOf(text)
	f.Delimiter = delimiterOf(lines, f.Quote)
	return f
}

// encodingOf looks at marks, at zero bytes, and at whether UTF-8 is valid.
func encodingOf(head []byte) Encoding {
	switch {
	case bytes.HasPrefix(head, []byte{0xEF, 0xBB, 0xBF}):
		return Loose
	case bytes.HasPrefix(head, []byte{0xFF, 0xFE}):
		return UTF16LE
	case bytes.HasPrefix(head, []byte{0xFE, 0xFF}):
		return UTF16BE
	}
	var zeros [2]int
	for i, b := range head {
		if b == 0 {
			zeros[i%2]++
		}
	}
	switch most := len(head) / 5; {
	case zeros[1] > most && zeros[0] == 0:
		return UTF16LE
	case zeros[0] > most && zeros[1] == 0:
		return UTF16BE
	}
	for cut := 0; cut < utf8.UTFMax && cut <= len(head); cut++ { // the last character may be cut
		if utf8.Valid(head[:len(head)-cut]) {
			return Loose
		}
	}
	return Windows1252
}

// quoteOf prefers the double quote: the other must begin and end cells, and
// there must be no double one.
func quoteOf(text string) string {
	if !strings.Contains(text, `"`) {
		for _, d := range delimiters {
			if strings.Count(text, "'"+d+"'") >= 2 {
				return "'"
			}
		}
	}
	return `"`
}

// delimiterOf takes the sign that cuts the lines into the same number of
// cells, most cells winning; a comma where nothing does.
func delimiterOf(lines []string, quote string) string {
	best, bestScore := ",", 0
	for _, d := range delimiters {
		counts := map[int]int{}
		for _, l := range lines {
			counts[countOutside(l, d, quote)]++
		}
		first := 0
		if len(lines) > 0 {
			first = countOutside(lines[0], d, quote)
		}
		if score := first * counts[first]; score > bestScore {
			best, bestScore = d, score
		}
	}
	return best
}

// countOutside counts delimiters that are not within quotes.
func countOutside(line, delimiter, quote string) int {
	n, within := 0, false
	for i := range len(line) {
		switch line[i] {
		case quote[0]:
			within = !within
		case delimiter[0]:
			if !within {
				n++
			}
		}
	}
	return n
}
