package journal

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"unicode/utf8"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// Parse reads one line of a journal and refuses whatever Append would not have
// written: a line that is too long, not canonical, of another version, or with
// a member out of shape.
func Parse(line []byte) (Entry, error) {
	var e Entry
	if len(line) > MaxEntry {
		return e, fault.Invalidf("journal.entry_too_large", "", "an entry holds at most %d bytes, this line has %d", MaxEntry, len(line))
	}
	if err := CheckCanonical(line); err != nil {
		return e, err
	}
	if err := jsonv2.Unmarshal(line, &e, jsonv2.RejectUnknownMembers(true)); err != nil {
		return e, fault.Invalidf("journal.entry_malformed", "", "this line is not an entry: %v", err)
	}
	return e, e.check(line)
}

// check refuses an entry that does not write itself as line again, or whose
// members are not what they should be.
func (e Entry) check(line []byte) error {
	malformed := func(field, value, want string) error {
		return fault.Invalidf("journal.entry_malformed", field, "%.60q is not %s", value, want)
	}
	if e.V != Version {
		return fault.Invalidf("journal.version", "v", "this entry has version %d; this program reads version %d", e.V, Version)
	}
	if !isAct(e.Act) {
		return malformed("act", e.Act, "a word and a verb such as contribution.log")
	}
	if t, err := e.Time(); err != nil || t.Format(TimeFormat) != e.At {
		return malformed("at", e.At, "a time in UTC with microseconds")
	}
	if _, ok := store.ParseID(string(e.Commons)); !ok {
		return malformed("commons", string(e.Commons), "an identifier")
	}
	if _, ok := store.ParseID(string(e.By)); !ok && e.By != "" {
		return malformed("by", string(e.By), "an identifier")
	}
	if e.Seq < 0 || len(e.Body) == 0 || e.Body[0] != '{' {
		return malformed("body", string(e.Body), "an object in an entry numbered from 0")
	}
	for name, digest := range e.Attached {
		if b, err := hex.DecodeString(digest); err != nil || len(b) != 32 || checkName(name) != nil {
			return malformed("attached", digest, "a SHA-256 in lower-case hexadecimal")
		}
	}
	for name, c := range e.Sealed {
		if b, err := base64.RawURLEncoding.DecodeString(c); err != nil || len(b) != 32 || checkName(name) != nil {
			return malformed("sealed", c, "a commitment in base64url")
		}
	}
	again, err := e.Canonical()
	if err == nil && !bytes.Equal(again, line) {
		err = malformed("", string(line), "an entry as this program writes it")
	}
	return err
}

// CheckCanonical returns nil when the JSON value is in the canonical form of
// RFC 8785, its numbers are whole and below 2^53 in size, and its texts hold
// no control characters but tab and line breaks.
func CheckCanonical(value []byte) error {
	if err := checkPlain(value); err != nil {
		return err
	}
	v := jsontext.Value(bytes.Clone(value))
	if err := v.Canonicalize(); err != nil {
		return fault.Invalidf("journal.not_json", "", "this is not JSON: %v", err)
	}
	if !bytes.Equal(v, value) {
		return fault.Invalidf("journal.not_canonical", "", "this is not the canonical form (RFC 8785) of its JSON")
	}
	return nil
}

// checkPlain refuses, in JSON text as a marshaler wrote it, what the journal does not hold:
// numbers that are not whole or that a double cannot hold exactly, and control characters in texts.
func checkPlain(v []byte) error {
	for i := 0; i < len(v); i++ {
		switch c := v[i]; {
		case c == '"':
			n, err := plainText(v[i+1:])
			if err != nil {
				return err
			}
			i += n
		case c == '-' || '0' <= c && c <= '9':
			n := numberLen(v[i:])
			if !wholeNumber(v[i : i+n]) {
				return fault.Invalidf("journal.number", "", "%.40s is not a whole number below 2^53; write amounts as text", v[i:i+n])
			}
			i += n - 1
		}
	}
	return nil
}

// plainText returns the length of a JSON text after its opening quote,
// including the closing one.
func plainText(v []byte) (int, error) {
	for i := 0; i < len(v); i++ {
		switch v[i] {
		case '"':
			return i + 1, nil
		case 0x7f:
			return 0, controlCharacter(`\u007f`)
		case '\\':
			i++
			if i == len(v) {
				break
			}
			switch v[i] {
			case '"', '\\', 'n', 'r', 't': // what canonical form escapes and we allow
			default:
				return 0, controlCharacter(string(v[i-1 : min(i+5, len(v))]))
			}
		}
	}
	return 0, fault.Invalidf("journal.not_json", "", "this JSON ends inside a text")
}

func controlCharacter(escape string) error {
	return fault.Invalidf("journal.control_character", "", "the control character %s cannot stand in a record; only tab and line breaks can", escape)
}

// checkText refuses a text that cannot stand in a record or beside one.
func checkText(field, text string) error {
	if !utf8.ValidString(text) {
		return fault.Invalidf("journal.invalid_text", field, "this text is not valid UTF-8")
	}
	for _, c := range text {
		if c < ' ' && c != '\t' && c != '\n' && c != '\r' || c == 0x7f {
			return controlCharacter(string(jsontext.Value(appendText(nil, string(c))))).(*fault.Error).InField(field)
		}
	}
	return nil
}

func numberLen(v []byte) int {
	n := 1
	for n < len(v) && (v[n] >= '0' && v[n] <= '9' || v[n] == '.' || v[n] == 'e' || v[n] == 'E' || v[n] == '+' || v[n] == '-') {
		n++
	}
	return n
}

// largestWhole is 2^53 - 1, the largest whole number that every reader of JSON agrees on.
const largestWhole = "9007199254740991"

func wholeNumber(v []byte) bool {
	digits := bytes.TrimPrefix(v, []byte("-"))
	if len(digits) == 0 || len(digits) > len(largestWhole) || digits[0] == '0' && len(v) > 1 {
		return false
	}
	for _, c := range digits {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(digits) < len(largestWhole) || string(digits) <= largestWhole
}

// checkName refuses a name of a sealed field or attachment that is not 1 to 200
// ASCII letters, digits, dots, underscores, hyphens or slashes: "event/ID/note".
func checkName(name string) error {
	ok := len(name) >= 1 && len(name) <= 200
	for i := 0; i < len(name) && ok; i++ {
		c := name[i]
		ok = 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '.' || c == '_' || c == '-' || c == '/'
	}
	if !ok {
		return fault.Invalidf("journal.field_name", "", "%.200q is no name for a field; use up to 200 letters, digits, dots, underscores, hyphens and slashes", name)
	}
	return nil
}

// isAct reports whether the word names an act: words of letters, joined by dots.
func isAct(act string) bool {
	dots := 0
	for i := 0; i < len(act); i++ {
		switch c := act[i]; {
		case c == '.':
			if dots++; i == 0 || i == len(act)-1 || act[i-1] == '.' {
				return false
			}
		case (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && c != '_' && c != '-' && (c < '0' || c > '9'):
			return false
		}
	}
	return dots > 0 && len(act) <= 100
}
