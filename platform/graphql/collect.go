package graphql

import (
	"slices"
	"sync"

	"github.com/vektah/gqlparser/v2/ast"
)

// selection is what a query asks of one object type: each alias once, in the
// order in which they first stand there, with fragments resolved.
type selection struct {
	def    *ast.Definition
	fields []*field
	slots  int // how many of them have their values found before the answer is written
}

// field is one field of a selection.
type field struct {
	alias string
	key   []byte // the alias as JSON, with its colon
	name  string
	def   *ast.FieldDefinition
	typ   *ast.Definition // of its values, or of what its lists hold
	field *Field
	first *ast.Field
	args  Args // nil when they have to be worked out for each run
	set   ast.SelectionSet
	slot  int      // where an object has the value; -1: read while the answer is written
	below sync.Map // *ast.Definition -> *selection
}

// selection returns what is asked of a type below a field. Selections are kept
// with the document, unless a variable decides what is in them.
func (r *run) selection(f *field, def *ast.Definition) *selection {
	if s, ok := f.below.Load(def); ok {
		return s.(*selection)
	}
	c := collector{run: r, def: def, at: map[string]*field{}}
	c.set(f.set)
	s := &selection{def: def, fields: c.fields}
	for _, x := range s.fields {
		if x.slot = -1; !x.lazy() {
			x.slot = s.slots
			s.slots++
		}
	}
	f.below.Store(def, s)
	return s
}

// lazy reports whether the field is no more than a value of its parent.
func (f *field) lazy() bool {
	return f.field == nil || f.field.Read != nil && f.field.Needs == "" && len(f.set) == 0
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
	f := &field{alias: x.Alias, key: append(Quote(nil, x.Alias), ':'), name: x.Name, first: x, def: x.Definition, set: x.SelectionSet}
	if x.Name != "__typename" {
		f.field = c.schema.fields[c.def.Name][x.Name]
		f.def = c.def.Fields.ForName(x.Name) // of the object, which may be narrower than the interface's
		f.typ = c.schema.ast.Types[f.def.Type.Name()]
		if f.field.Act == nil && !slices.ContainsFunc(x.Arguments, func(a *ast.Argument) bool { return varies(a.Value) }) {
			f.args = c.schema.arguments(x, nil)
		}
	}
	c.at[x.Alias] = f
	c.fields = append(c.fields, f)
}

// arguments of a field in this run. An act may change its own.
func (r *run) arguments(f *field) Args {
	if f.args != nil {
		return f.args
	}
	return r.schema.arguments(f.first, r.vars)
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

// varies reports whether a value has a variable in it.
func varies(v *ast.Value) bool {
	return v != nil && (v.Kind == ast.Variable || slices.ContainsFunc(v.Children, func(c *ast.ChildValue) bool { return varies(c.Value) }))
}

// conditional reports whether a variable decides what a selection holds.
func conditional(set ast.SelectionSet) bool {
	return slices.ContainsFunc(set, func(sel ast.Selection) bool {
		switch x := sel.(type) {
		case *ast.Field:
			return varied(x.Directives) || conditional(x.SelectionSet)
		case *ast.InlineFragment:
			return varied(x.Directives) || conditional(x.SelectionSet)
		case *ast.FragmentSpread:
			return varied(x.Directives) // its fragment is looked at by itself
		}
		return false
	})
}

func varied(directives ast.DirectiveList) bool {
	return slices.ContainsFunc(directives, func(d *ast.Directive) bool {
		return slices.ContainsFunc(d.Arguments, func(a *ast.Argument) bool { return varies(a.Value) })
	})
}
