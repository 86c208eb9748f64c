package plaintext

import (
	"math/big"
	"strings"
	"unicode"

	"commonweal/books/intake"
	"commonweal/quantity"
)

// cursor reads a text from left to right.
type cursor struct{ rest string }

func (c *cursor) space() {
	c.rest = strings.TrimLeft(c.rest, " \t\u00a0")
}

func (c *cursor) take(prefix string) bool {
	rest, ok := strings.CutPrefix(c.rest, prefix)
	if ok {
		c.rest = rest
	}
	return ok
}

// symbol takes a commodity: a quoted text, or a run of letters and signs.
func (c *cursor) symbol() (string, bool) {
	if rest, ok := strings.CutPrefix(c.rest, `"`); ok {
		name, after, closed := strings.Cut(rest, `"`)
		if !closed || name == "" || strings.ContainsAny(name, ";") {
			return "", false
		}
		c.rest = after
		return name, true
	}
	end := strings.IndexFunc(c.rest, func(r rune) bool {
		return unicode.IsDigit(r) || unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune(`-+.,;:"{}=@*()[]<>/^!&?~#|\`, r)
	})
	if end < 0 {
		end = len(c.rest)
	}
	name := c.rest[:end]
	c.rest = c.rest[end:]
	return name, name != ""
}

// digits takes a run of digits, marks, and spaces that group three digits.
func (c *cursor) digits() string {
	i := 0
	for i < len(c.rest) {
		switch b := c.rest[i]; {
		case b >= '0' && b <= '9', i > 0 && (b == '\'' || b == '_') && threeDigits(c.rest[i+1:]):
			i++
		case (b == '.' || b == ',') && (i > 0 || threeOrSome(c.rest[1:])):
			i++
		case b == ' ' && i > 0 && threeDigits(c.rest[i+1:]):
			i++
		default:
			return c.cut(i)
		}
	}
	return c.cut(i)
}

func (c *cursor) cut(i int) string {
	out := c.rest[:i]
	c.rest = c.rest[i:]
	return out
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

// threeDigits reports whether exactly three digits come next.
func threeDigits(s string) bool {
	return len(s) >= 3 && isDigit(s[0]) && isDigit(s[1]) && isDigit(s[2]) && (len(s) == 3 || !isDigit(s[3]))
}

func threeOrSome(s string) bool { return s != "" && isDigit(s[0]) }

// unitOf is a commodity as a unit, bounded.
func unitOf(symbol string) quantity.Unit { return quantity.Unit(intake.Clean(symbol, 64)) }

// writtenAmount is an amount as it stands in a journal.
type writtenAmount struct {
	decimal
	unit quantity.Unit
}

// wholeAmount reads a text that is one amount.
func (l *ledger) wholeAmount(text string) (writtenAmount, error) {
	c := cursor{rest: text}
	a, err := l.amount(&c)
	if err == nil && strings.TrimSpace(c.rest) != "" {
		err = syntax("%q is not an amount", text)
	}
	return a, err
}

// amount reads "-12.50 EUR", "EUR -12.50", "$-12", "-$12" or "12".
func (l *ledger) amount(c *cursor) (writtenAmount, error) {
	before := c.rest
	bad := func() (writtenAmount, error) {
		return writtenAmount{}, syntax("%q does not begin with an amount; it reads like -12.50 EUR", before)
	}
	if strings.HasPrefix(c.rest, "(") {
		return writtenAmount{}, unsupported("a value expression in brackets", "print the journal with ledger print, which computes it")
	}
	negative := c.sign()
	unit, left := c.symbol()
	if left {
		c.space()
		if c.sign() {
			negative = !negative
		}
	}
	digits := c.digits()
	if digits == "" {
		return bad()
	}
	if !left {
		saved := c.rest
		c.space()
		if unit, left = c.symbol(); !left {
			c.rest = saved
		}
	}
	a := writtenAmount{unit: unitOf(unit)}
	if !left && l.usual != nil {
		a.unit = *l.usual
	}
	var err error
	if a.decimal, err = numberOf(digits, l.markOf(a.unit)); err != nil {
		return a, err
	}
	if negative {
		a.value = new(big.Rat).Neg(a.value)
	}
	return a, nil
}

// sign takes signs and spaces; true for a minus.
func (c *cursor) sign() bool {
	c.space()
	negative := false
	if c.take("-") || c.take("−") {
		negative = true
	} else {
		c.take("+")
	}
	c.space()
	return negative
}

// markOf is the decimal mark of a commodity, 0 when the amount itself must tell.
func (l *ledger) markOf(unit quantity.Unit) byte {
	switch s := l.styles[unit]; {
	case s.declared && s.mark != 0:
		return s.mark
	case l.mark != 0:
		return l.mark
	case l.dialect == Ledger:
		return '.'
	}
	return 0
}
