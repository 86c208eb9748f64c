package store

import (
	"slices"
	"strings"
)

// token is a piece of SQL text: a word, or what stands between two words.
// Quoted text and comments are never words.
type token struct {
	text string
	word bool
}

// tokens cuts SQL text into words and the rest; joined, they give the text back.
func tokens(text string) []token {
	var out []token
	for i := 0; i < len(text); {
		end, word := i+1, false
		switch {
		case wordByte(text[i]):
			word = true
			for end < len(text) && wordByte(text[end]) {
				end++
			}
		case text[i] == '\'' || text[i] == '"':
			end = after(text, i+1, text[i:i+1])
		case strings.HasPrefix(text[i:], "--"):
			end = after(text, i+2, "\n")
		case strings.HasPrefix(text[i:], "/*"):
			end = after(text, i+2, "*/")
		}
		out = append(out, token{text[i:end], word})
		i = end
	}
	return out
}

// after returns the index behind the next mark, or the end of the text.
func after(text string, from int, mark string) int {
	if n := strings.Index(text[from:], mark); n >= 0 {
		return from + n + len(mark)
	}
	return len(text)
}

func wordByte(b byte) bool {
	return b == '_' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9'
}

// sentences cuts a script at its semicolons and leaves comments out.
func sentences(script string) []string {
	var out []string
	var one strings.Builder
	end := func() {
		if text := strings.TrimSpace(one.String()); text != "" {
			out = append(out, text)
		}
		one.Reset()
	}
	for _, t := range tokens(script) {
		switch {
		case t.text == ";":
			end()
		case strings.HasPrefix(t.text, "--") || strings.HasPrefix(t.text, "/*"):
			one.WriteByte(' ')
		default:
			one.WriteString(t.text)
		}
	}
	end()
	return out
}

// words returns the words of a text in order.
func words(text string) []string {
	var out []string
	for _, t := range tokens(text) {
		if t.word {
			out = append(out, t.text)
		}
	}
	return out
}

// starts reports whether the words begin with these, in any case.
func starts(all []string, these ...string) bool {
	return len(all) >= len(these) && slices.EqualFunc(all[:len(these)], these, strings.EqualFold)
}

// The schema words are the upper-case UUID, TEXT, BIGINT, BOOLEAN and BLOB, and
// STRICT (optionally ", WITHOUT ROWID") at the end of a table. Each engine has
// its own spelling of them; lower-case names are never touched.

var sqliteWords = map[string]string{"UUID": "TEXT", "BIGINT": "INTEGER", "BOOLEAN": "INTEGER"}

var postgresWords = map[string]string{"BLOB": "BYTEA", "TEXT": `TEXT COLLATE "C"`}

func sqliteSchema(text string) string {
	var b strings.Builder
	for _, t := range tokens(text) {
		if to, ok := sqliteWords[t.text]; ok && t.word {
			t.text = to
		}
		b.WriteString(t.text)
	}
	return b.String()
}

func postgresSchema(text string) string {
	var b strings.Builder
	last, ended := "", false // the last word; whether a table's options are being dropped
	for _, t := range tokens(text) {
		switch {
		case t.word && t.text == "STRICT":
			ended = true
			continue
		case ended && (t.text == "," || t.text == "WITHOUT" || t.text == "ROWID"):
			continue
		case t.text == ";":
			ended = false
		case t.word:
			// A cast takes a type only: CAST(x AS TEXT).
			if to, ok := postgresWords[t.text]; ok && !(t.text == "TEXT" && strings.EqualFold(last, "AS")) {
				last, t.text = t.text, to
			} else {
				last = t.text
			}
		}
		b.WriteString(t.text)
	}
	return b.String()
}
