package graphql

import (
	"github.com/vektah/gqlparser/v2/ast"

	"slices"
)

// field is one field of a selection set with its fragments resolved.
type field struct {
	alias string
	key   []byte // the alias as JSON, with its colon
	name  string
	def   *ast.FieldDefinition
	field *Field
	args  Args
	set   ast.SelectionSet // of all places where the alias stands
}

// collect returns the fields that a selection set asks of an object type, each
// alias once, in the order in which they first stand there.
func (r *run) collect(set ast.SelectionSet, def *ast.Definition) []*field {
	c := collector{run: r, def: def, at: map[string]*field{}}
	c.set(set)
	return c.fields
}

type collector struct {
	*run
	def    *ast.Definition
	at     map[string]*field
	fields []*field
}

func (c *collector) set(set ast.SelectionSet) {
	for _, sel := range set {
		switch x := sel.(type) {
		case *ast.Field:
			if c.wanted(x.Directives) {
				c.add(x)
			}
		case *ast.InlineFragment:
			if c.wanted(x.Directives) && c.applies(x.TypeCondition) {
				c.set(x.SelectionSet)
			}
		case *ast.FragmentSpread:
			if c.wanted(x.Directives) && c.applies(x.Definition.TypeCondition) {
				c.set(x.Definition.SelectionSet)
			}
		}
	}
}

func (c *collector) add(x *ast.Field) {
	if f := c.at[x.Alias]; f != nil { // validated: the same field with the same arguments
		f.set = slices.Concat(f.set, x.SelectionSet)
		return
	}
	f := &field{alias: x.Alias, key: append(quote(nil, x.Alias), ':'), name: x.Name, def: x.Definition, set: x.SelectionSet}
	if x.Name != "__typename" {
		f.field = c.schema.fields[c.def.Name][x.Name]
		f.args = x.ArgumentMap(c.vars)
		f.def = c.def.Fields.ForName(x.Name) // of the object, which may be narrower than the interface's
	}
	c.at[x.Alias] = f
	c.fields = append(c.fields, f)
}

// wanted applies @skip and @include.
func (c *collector) wanted(directives ast.DirectiveList) bool {
	for _, d := range directives {
		on, _ := d.ArgumentMap(c.vars)["if"].(bool)
		if (d.Name == "skip" && on) || (d.Name == "include" && !on) {
			return false
		}
	}
	return true
}

// applies reports whether a fragment on a type says something about the object.
func (c *collector) applies(condition string) bool {
	if condition == "" || condition == c.def.Name {
		return true
	}
	on := c.schema.ast.Types[condition]
	return on != nil && slices.Contains(c.schema.ast.GetPossibleTypes(on), c.def)
}
