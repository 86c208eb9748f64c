package plaintext

import (
	"regexp"
	"strings"
)

// kind is what a piece of a Beancount line is.
type kind int

const (
	symbolToken kind = iota // one of the signs
	stringToken
	dateToken
	numberToken
	accountToken
	currencyToken
	tagToken
	linkToken
	keyToken
	wordToken
)

type token struct {
	kind kind
	text string // of strings without quotes, of tags and links without the sign, of keys without the colon
}

// pieces are the forms of tokens, tried in this order (parser/lexer.l of Beancount 2).
var pieces = []struct {
	kind kind
	form *regexp.Regexp
}{
	{dateToken, regexp.MustCompile(`^\d{4}[-/]\d\d?[-/]\d\d?\b`)},
	{numberToken, regexp.MustCompile(`^(\d[\d,]*(\.\d*)?|\.\d+)`)},
	{accountToken, regexp.MustCompile(`^[\p{Lu}\p{Lo}][\p{L}\p{N}-]*(:[\p{Lu}\p{Lo}\p{N}][\p{L}\p{N}-]*)+`)},
	{currencyToken, regexp.MustCompile(`^[A-Z]([A-Z0-9'._-]*[A-Z0-9])?\b`)},
	{tagToken, regexp.MustCompile(`^#[A-Za-z0-9/_.-]+`)},
	{linkToken, regexp.MustCompile(`^\^[A-Za-z0-9/_.-]+`)},
	{keyToken, regexp.MustCompile(`^[a-z][A-Za-z0-9_-]*:`)},
	{wordToken, regexp.MustCompile(`^[a-z]+`)},
	{symbolToken, regexp.MustCompile(`^(\{\{|\}\}|@@|[-{}@+*/(),~#!&?%=|])`)},
}

// tokens cuts a line into its pieces, without comments.
func tokens(text string) ([]token, error) {
	var out []token
	for {
		text = strings.TrimLeft(text, " \t\n\r")
		if text == "" || text[0] == ';' {
			return out, nil
		}
		if text[0] == '"' {
			value, rest, ok := quoted(text[1:])
			if !ok {
				return nil, syntax("%q opens a text that is not closed", text)
			}
			out, text = append(out, token{stringToken, value}), rest
			continue
		}
		t, length := piece(text)
		if length == 0 {
			return nil, syntax("%q is not understood", text)
		}
		out, text = append(out, t), text[length:]
	}
}

func piece(text string) (token, int) {
	for _, p := range pieces {
		found := p.form.FindString(text)
		if found == "" {
			continue
		}
		value := found
		switch p.kind {
		case tagToken, linkToken:
			value = found[1:]
		case keyToken:
			value = strings.TrimSuffix(found, ":")
		}
		return token{p.kind, value}, len(found)
	}
	return token{}, 0
}

// quoted reads up to the closing quote; \" and \\ stand for themselves.
func quoted(text string) (value, rest string, ok bool) {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			return b.String(), text[i+1:], true
		case c == '\\' && i+1 < len(text):
			i++
			switch text[i] {
			case 'n':
				b.WriteByte('\n')
			case 't':
				b.WriteByte('\t')
			default:
				b.WriteByte(text[i])
			}
		default:
			b.WriteByte(c)
		}
	}
	return "", "", false
}

// opensText reports whether a line ends within a text that goes on below.
func opensText(text string) bool {
	within := false
	for i := 0; i < len(text); i++ {
		switch {
		case within && text[i] == '\\':
			i++
		case text[i] == '"':
			within = !within
		case text[i] == ';' && !within:
			return false
		}
	}
	return within
}

// tokenList is the rest of a line.
type tokenList []token

// next takes a token of a kind.
func (l *tokenList) next(k kind) (string, bool) {
	if len(*l) == 0 || (*l)[0].kind != k {
		return "", false
	}
	text := (*l)[0].text
	*l = (*l)[1:]
	return text, true
}

// sign takes one of the signs.
func (l *tokenList) sign(text string) bool {
	if len(*l) == 0 || (*l)[0].kind != symbolToken || (*l)[0].text != text {
		return false
	}
	*l = (*l)[1:]
	return true
}

// text is what is left, for a message or a value.
func (l tokenList) text() string {
	words := make([]string, len(l))
	for i, t := range l {
		words[i] = t.text
	}
	return strings.Join(words, " ")
}
