package graphql

import (
	"github.com/vektah/gqlparser/v2/ast"

	"commonweal/platform/fault"
)

// Limits bound what one request may ask for. Zero fields take their defaults.
type Limits struct {
	Bytes     int // of the body; 256 kB
	Tokens    int // of the query; 5,000
	Depth     int // of nesting; 15
	Cost      int // nodes that the answer may have at most; 250,000
	Page      int // entries of a list when nothing is said; 50
	Longest   int // entries of a list at most, for a schema that gives a page to who asks for more; 0: it refuses
	Documents int // parsed queries that are kept; 1,000
}

func (l Limits) orDefault() Limits {
	for _, d := range [...]struct {
		field *int
		value int
	}{{&l.Bytes, 256 << 10}, {&l.Tokens, 5_000}, {&l.Depth, 15}, {&l.Cost, 250_000}, {&l.Page, 50}, {&l.Documents, 1_000}} {
		if *d.field == 0 {
			*d.field = d.value
		}
	}
	return l
}

// pageArguments say how many entries a list has at most.
var pageArguments = [...]string{"first", "last", "limit"}

// plain is how many entries a list without paging is taken to have.
const plain = 5

// measure refuses an operation that is too deep or could have too many nodes.
func (s *Schema) measure(op *ast.OperationDefinition, vars map[string]any) error {
	m := meter{s.limits, vars, 0}
	return m.set(op.SelectionSet, 1, 1, false)
}

type meter struct {
	limits Limits
	vars   map[string]any
	cost   int
}

// set measures a selection set that may be there so many times. paged says
// that the parent has already counted its entries.
func (m *meter) set(set ast.SelectionSet, times, depth int, paged bool) error {
	if depth > m.limits.Depth {
		return fault.New(fault.TooMany, "graphql.too_deep", "query", "the query is nested more than %d levels deep; ask in two steps", m.limits.Depth)
	}
	for _, sel := range set {
		var err error
		switch x := sel.(type) {
		case *ast.Field:
			err = m.field(x, times, depth, paged)
		case *ast.InlineFragment:
			err = m.set(x.SelectionSet, times, depth, paged)
		case *ast.FragmentSpread:
			err = m.set(x.Definition.SelectionSet, times, depth, paged)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (m *meter) field(f *ast.Field, times, depth int, paged bool) error {
	if m.cost += times; m.cost > m.limits.Cost {
		return fault.New(fault.TooMany, "graphql.too_costly", "query", "the answer could have more than %d values; ask for smaller pages or fewer fields", m.limits.Cost)
	}
	if len(f.SelectionSet) == 0 {
		return nil
	}
	entries, pages := m.entries(f)
	switch {
	case pages:
		times *= entries
	case f.Definition.Type.Elem != nil && !paged:
		times *= plain
	}
	return m.set(f.SelectionSet, min(times, m.limits.Cost+1), depth+1, pages)
}

// entries returns how long a page of the field is, if it has pages.
func (m *meter) entries(f *ast.Field) (n int, pages bool) {
	for _, name := range pageArguments {
		if f.Definition.Arguments.ForName(name) == nil {
			continue
		}
		pages = true
		arg := f.Arguments.ForName(name)
		if arg == nil {
			continue
		}
		if v, err := arg.Value.Value(m.vars); err == nil {
			if n := (Args{"n": v}).Int("n", 0); n > 0 {
				if m.limits.Longest > 0 {
					n = min(n, m.limits.Longest)
				}
				return n, true
			}
		}
	}
	return m.limits.Page, pages
}
