package equation

import (
	"fmt"
	"math/big"
	"regexp"
	"strings"
	"time"

	"commonweal/contribution/equation/formula"
	"commonweal/platform/fault"
)

// The limits of an equation.
const (
	maxBuckets = 100
	maxRules   = 200 // of one bucket
	maxText    = 200 // bytes of a name, label or identifier
)

// Check says whether the equation can be saved: every field read, every
// formula typed, every choice of rule unambiguous. The error is a fault.List
// that names each field, such as "buckets[1].percent"; nil when all is well.
func (e Equation) Check() error {
	c := checker{e: &e}
	c.head()
	c.constants()
	c.buckets()
	c.exit(e.Exit)
	return c.list.OrNil()
}

// checker collects what is wrong.
type checker struct {
	e    *Equation
	list fault.List
}

func (c *checker) fail(field, code, format string, args ...any) {
	c.list = append(c.list, fault.Invalidf("equation."+code, field, format, args...))
}

var (
	keyPattern  = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,59}$`)
	namePattern = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]{0,59}$`)
)

func (c *checker) head() {
	e := c.e
	c.text("project", e.Project, true)
	c.text("name", e.Name, true)
	if e.Version < 1 {
		c.fail("version", "version", "version %d is not a version; versions count from 1", e.Version)
	}
	if u, err := formula.ParseUnit(string(e.Unit)); err != nil || u.IsNumber() || strings.ContainsAny(string(e.Unit), "*/") {
		c.fail("unit", "unit", "%q is not a currency; write a code such as EUR", clip(string(e.Unit)))
	}
	if e.Base != Whole && e.Base != Remaining {
		c.fail("base", "base", "the base of percentages is %q; it is whole or remaining", clip(string(e.Base)))
	}
	minor := e.Unit.Step()
	if step, ok := c.amount("step", e.Step); ok && e.Step != "" && (step <= 0 || step%minor != 0) {
		c.fail("step", "step", "%s is not a rounding unit; it is a positive multiple of %s", e.Step, micros(minor))
	}
	c.amount("minimumPayout", e.MinimumPayout)
}

// text refuses what is empty (when needed), too long, or holds control characters.
func (c *checker) text(field, value string, needed bool) {
	switch {
	case value == "" && needed:
		c.fail(field, "empty", "this field is empty; fill it in")
	case len(value) > maxText:
		c.fail(field, "too_long", "the text has %d bytes; at most %d are allowed", len(value), maxText)
	case strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r == 0x7f || r == 0xfffd }):
		c.fail(field, "control_character", "the text holds a control character or is not valid UTF-8")
	}
}

// amount reads an optional amount in millionths; it is zero or more.
func (c *checker) amount(field string, d Decimal) (int64, bool) {
	if d == "" {
		return 0, true
	}
	n, err := d.Micros()
	if err != nil {
		c.list = append(c.list, fault.As(err).InField(field))
		return 0, false
	}
	if n < 0 {
		c.fail(field, "negative", "%s is negative; this amount is zero or more", d)
		return 0, false
	}
	return n, true
}

// decimal reads a decimal between two bounds; high nil is none.
func (c *checker) decimal(field string, d Decimal, low, high *big.Rat) *big.Rat {
	r, err := d.Rat()
	if err != nil {
		c.list = append(c.list, fault.As(err).InField(field))
		return new(big.Rat)
	}
	if r.Cmp(low) < 0 || (high != nil && r.Cmp(high) > 0) {
		upper := "more"
		if high != nil {
			upper = high.RatString()
		}
		c.fail(field, "out_of_range", "%s is out of range; it is %s to %s", d, low.RatString(), upper)
		return new(big.Rat)
	}
	return r
}

var (
	ratZero    = new(big.Rat)
	ratOne     = big.NewRat(1, 1)
	ratHundred = big.NewRat(100, 1)
)

func (c *checker) constants() {
	inputs := (&Rule{Kinds: []string{"work"}}).scope(&Equation{Unit: c.e.Unit}).Inputs
	seen := map[string]bool{}
	for i, k := range c.e.Constants {
		field := fmt.Sprintf("constants[%d].", i)
		_, input := inputs[k.Name]
		switch {
		case !namePattern.MatchString(k.Name):
			c.fail(field+"name", "constant_name", "%q is not a name for a constant; use letters, digits and _, a letter first", clip(k.Name))
		case seen[k.Name]:
			c.fail(field+"name", "duplicate", "there is a constant %s already", k.Name)
		case input || formula.IsFunction(k.Name):
			c.fail(field+"name", "constant_name", "%s has a meaning in formulas already; choose another name", k.Name)
		}
		seen[k.Name] = true
		if _, err := k.Value.Rat(); err != nil {
			c.list = append(c.list, fault.As(err).InField(field+"value"))
		}
		if _, err := formula.ParseUnit(k.Unit); err != nil {
			c.list = append(c.list, fault.As(err).InField(field+"unit"))
		}
	}
}

func (c *checker) buckets() {
	if n := len(c.e.Buckets); n == 0 || n > maxBuckets {
		c.fail("buckets", "buckets", "the equation has %d buckets; it needs 1 to %d", n, maxBuckets)
		return
	}
	sequences, keys, rules := map[int]bool{}, map[string]bool{}, map[string]bool{}
	sum, last := new(big.Rat), 0
	for i := range c.e.Buckets {
		b := &c.e.Buckets[i]
		field := fmt.Sprintf("buckets[%d].", i)
		if sequences[b.Sequence] {
			c.fail(field+"sequence", "duplicate", "two buckets have the sequence %d; each needs its own", b.Sequence)
		}
		if !keyPattern.MatchString(b.Key) {
			c.fail(field+"key", "key", "%q is not a key; use lower-case letters, digits, - and _", clip(b.Key))
		} else if keys[b.Key] {
			c.fail(field+"key", "duplicate", "two buckets have the key %s; each needs its own", b.Key)
		}
		sequences[b.Sequence], keys[b.Key] = true, true
		if b.Sequence > c.e.Buckets[last].Sequence {
			last = i
		}
		sum.Add(sum, c.decimal(field+"percent", b.Percent, ratZero, ratHundred))
		c.bucket(field, b, rules)
	}
	if c.e.Base == Whole && sum.Cmp(ratHundred) > 0 {
		c.fail("buckets", "over_hundred", "the percentages add up to %s; with the base whole they may add up to 100 at most", formula.DecimalText(sum))
	}
	if b := c.e.Buckets[last]; b.Leftover.To == ToNext {
		c.fail(fmt.Sprintf("buckets[%d].leftover.to", last), "no_next", "%s is the last bucket, so there is no next one; choose pot or receiver", b.Key)
	}
}

// day reads an optional calendar day.
func (c *checker) day(field, text string) (int32, bool) {
	if text == "" {
		return 0, false
	}
	d, err := parseDay(text)
	if err != nil {
		c.fail(field, "day", "%q is not a day; write YYYY-MM-DD", clip(text))
	}
	return d, err == nil
}

// parseDay reads YYYY-MM-DD as days since 1970-01-01.
func parseDay(text string) (int32, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return 0, err
	}
	return DayOf(t), nil
}

// DayOf returns the calendar day of t in its location, as days since
// 1970-01-01.
func DayOf(t time.Time) int32 {
	y, m, d := t.Date()
	return int32(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86_400)
}
