package ballotfile

import "strings"

// token is a word of a BLT file. Quoted text keeps its quotes off.
type token struct {
	text   string
	line   int
	quoted bool
}

// tokens reads the words of a BLT file: numbers, names in quotes, and the signs
// = and - that stand between options. Comments run from # to the end of a line;
// ids of ballots in parentheses are passed over.
type tokens struct {
	rest string
	line int
}

// next is the next word; at the end its text is empty and it is not quoted.
func (t *tokens) next() (token, error) {
	for t.rest != "" {
		switch c := t.rest[0]; {
		case c == '\n':
			t.line++
			t.rest = t.rest[1:]
		case c == ' ' || c == '\t' || c == '\r':
			t.rest = t.rest[1:]
		case c == '#':
			t.skipTo('\n')
		case c == '(':
			if line := t.line; !t.skipPast(')') {
				return token{}, malformed(line, "ballots", "the id of a ballot has no end; want )")
			}
		case c == '"':
			return t.quoted()
		case c == '=':
			t.rest = t.rest[1:]
			return token{text: "=", line: t.line}, nil
		default:
			end := strings.IndexAny(t.rest, " \t\r\n=#(\"")
			if end < 0 {
				end = len(t.rest)
			}
			word := t.rest[:end]
			t.rest = t.rest[end:]
			return token{text: word, line: t.line}, nil
		}
	}
	return token{line: t.line}, nil
}

func (t *tokens) skipTo(end byte) {
	if i := strings.IndexByte(t.rest, end); i >= 0 {
		t.rest = t.rest[i:]
		return
	}
	t.rest = ""
}

func (t *tokens) skipPast(end byte) bool {
	i := strings.IndexByte(t.rest, end)
	if i < 0 {
		return false
	}
	t.line += strings.Count(t.rest[:i], "\n")
	t.rest = t.rest[i+1:]
	return true
}

// quoted reads text in quotes, of one line; \" and \\ stand for " and \.
func (t *tokens) quoted() (token, error) {
	var b strings.Builder
	for i := 1; i < len(t.rest); i++ {
		switch c := t.rest[i]; {
		case c == '\n':
			return token{}, malformed(t.line, "options", "the name has no end; want a quotation mark before the end of the line")
		case c == '\\' && i+1 < len(t.rest) && (t.rest[i+1] == '"' || t.rest[i+1] == '\\'):
			i++
			b.WriteByte(t.rest[i])
		case c == '"':
			t.rest = t.rest[i+1:]
			return token{b.String(), t.line, true}, nil
		default:
			b.WriteByte(c)
		}
	}
	return token{}, malformed(t.line, "options", "the name has no end; want a quotation mark before the end of the line")
}
