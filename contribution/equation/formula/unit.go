package formula

import (
	"slices"
	"strconv"
	"strings"

	"commonweal/platform/fault"
)

// Unit is a product of powers of named units, such as EUR/hour. Its canonical
// text, "" for a plain number, is what String returns; two units are the same
// exactly when the texts are.
type Unit struct {
	powers []power // by name, none zero
}

type power struct {
	name     string
	exponent int
}

// UnitOf returns the unit with the name, or the plain number for "".
func UnitOf(name string) Unit {
	if name == "" || name == "1" {
		return Unit{}
	}
	return Unit{[]power{{name, 1}}}
}

// ParseUnit reads "", "EUR", "EUR/hour", "EUR/kilogram*hour" or "1/hour":
// names, with * between factors, and at most one slash before the divisors.
func ParseUnit(text string) (Unit, error) {
	above, below, divided := strings.Cut(text, "/")
	if text == "" {
		return Unit{}, nil
	}
	u := Unit{}
	for _, name := range strings.Split(above, "*") {
		if name = strings.TrimSpace(name); name != "1" && !isUnitName(name) {
			return Unit{}, badUnit(text)
		}
		u = u.Times(UnitOf(name))
	}
	if !divided {
		return u, nil
	}
	for _, name := range strings.Split(below, "*") {
		if name = strings.TrimSpace(name); !isUnitName(name) {
			return Unit{}, badUnit(text)
		}
		u = u.Over(UnitOf(name))
	}
	return u, nil
}

func badUnit(text string) error {
	return fault.Invalidf("formula.unit", "", "%q is not a unit; write EUR, hour or EUR/hour", firstLine(text))
}

// isUnitName allows the names of the unit table and those a commons gives.
func isUnitName(s string) bool {
	if s == "" || len(s) > 60 || s[0] >= '0' && s[0] <= '9' {
		return false
	}
	return !strings.ContainsFunc(s, func(c rune) bool {
		return c != '-' && c != '_' && c != '.' && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z')
	})
}

// Times returns the product of two units.
func (u Unit) Times(v Unit) Unit { return u.combine(v, 1) }

// Over returns the quotient of two units.
func (u Unit) Over(v Unit) Unit { return u.combine(v, -1) }

func (u Unit) combine(v Unit, sign int) Unit {
	sum := slices.Clone(u.powers)
	for _, p := range v.powers {
		i, found := slices.BinarySearchFunc(sum, p.name, func(q power, name string) int { return strings.Compare(q.name, name) })
		if !found {
			sum = slices.Insert(sum, i, power{p.name, 0})
		}
		sum[i].exponent += sign * p.exponent
	}
	return Unit{slices.DeleteFunc(sum, func(p power) bool { return p.exponent == 0 })}
}

// Replace returns the unit with one name replaced by another.
func (u Unit) Replace(name, by string) Unit {
	out := Unit{}
	for _, p := range u.powers {
		q := UnitOf(p.name)
		if p.name == name {
			q = UnitOf(by)
		}
		for range max(p.exponent, -p.exponent) {
			if p.exponent > 0 {
				out = out.Times(q)
			} else {
				out = out.Over(q)
			}
		}
	}
	return out
}

// Same reports whether two units are the same.
func (u Unit) Same(v Unit) bool { return slices.Equal(u.powers, v.powers) }

// IsNumber reports whether the unit is that of a plain number.
func (u Unit) IsNumber() bool { return len(u.powers) == 0 }

// String returns the canonical text: "EUR/hour", "" for a plain number. Powers
// are written as repeated factors up to three and with ^ above.
func (u Unit) String() string {
	var above, below []string
	for _, p := range u.powers {
		n := max(p.exponent, -p.exponent)
		text := []string{p.name + "^" + strconv.Itoa(n)}
		if n <= 3 {
			text = slices.Repeat([]string{p.name}, n)
		}
		if p.exponent > 0 {
			above = append(above, text...)
		} else {
			below = append(below, text...)
		}
	}
	text := strings.Join(above, "*")
	if len(below) > 0 {
		if text == "" {
			text = "1"
		}
		text += "/" + strings.Join(below, "*")
	}
	return text
}

// describe names the unit in a message.
func (u Unit) describe() string {
	if u.IsNumber() {
		return "a plain number"
	}
	return u.String()
}
