package auth

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Grants returns all grants of the table, sorted by capability.
func (t *Table) Grants() []Grant {
	return slices.SortedFunc(maps.Values(t.grants), func(a, b Grant) int {
		return strings.Compare(string(a.Capability), string(b.Capability))
	})
}

// onlookers are the columns of Matrix: every kind of identity there is.
var onlookers = []struct {
	name string
	who  Identity
}{
	{"nobody", Identity{}},
	{"nobody, open books", Identity{OpenBooks: true}},
	{"outsider", Identity{Account: "someone"}},
	{"member", Identity{Account: "someone", Role: Member}},
	{"steward", Identity{Account: "someone", Role: Steward}},
	{"administrator", Identity{Account: "someone", Admin: true}},
	{"token of a steward", Identity{Account: "someone", Role: Steward, Token: "some"}},
	{"token without scope", Identity{Account: "someone", Role: Steward, Token: "some", Scopes: []Capability{}}},
}

// Matrix prints the whole table as text, one capability a line and one kind of
// identity a column, as Must decides it. It is the golden file by which a
// change of who may do what shows up in review.
func Matrix(t *Table) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-28s", "capability")
	for _, o := range onlookers {
		fmt.Fprintf(&b, " | %s", o.name)
	}
	b.WriteString("\n")
	for _, g := range t.Grants() {
		line := fmt.Sprintf("%-28s", g.Capability)
		for _, o := range onlookers {
			mark := "-"
			if t.As(o.who).Can(g.Capability) {
				mark = "yes"
			}
			line += fmt.Sprintf(" | %-*s", len(o.name), mark)
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return b.String()
}
