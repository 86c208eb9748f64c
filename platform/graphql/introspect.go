package graphql

import (
	"maps"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// introspection answers what the schema says of itself, after section 4 of the
// GraphQL specification.
func (s *Schema) introspection() Part {
	typ := func(f func(t *ast.Type, def *ast.Definition) any) Field {
		return Field{Read: func(p any) any {
			t := p.(*ast.Type)
			if t.NonNull || t.Elem != nil {
				return f(t, nil)
			}
			return f(t, s.ast.Types[t.NamedType])
		}}
	}
	return Part{Room: "introspection", Fields: Fields{
		"Query.__schema": {Batch: func(*Query, []any, Args) ([]any, error) { return []any{s.ast}, nil }},
		"Query.__type": {Batch: func(_ *Query, _ []any, args Args) ([]any, error) {
			if s.ast.Types[args.Text("name")] == nil {
				return []any{nil}, nil
			}
			return []any{ast.NamedType(args.Text("name"), nil)}, nil
		}},

		"__Schema.description":      {Read: func(any) any { return nil }},
		"__Schema.types":            {Read: func(any) any { return s.allTypes() }},
		"__Schema.queryType":        {Read: func(any) any { return named(s.ast.Query) }},
		"__Schema.mutationType":     {Read: func(any) any { return named(s.ast.Mutation) }},
		"__Schema.subscriptionType": {Read: func(any) any { return named(s.ast.Subscription) }},
		"__Schema.directives":       {Read: func(any) any { return s.allDirectives() }},

		"__Type.kind": typ(func(t *ast.Type, def *ast.Definition) any {
			switch {
			case t.NonNull:
				return "NON_NULL"
			case def == nil:
				return "LIST"
			}
			return string(def.Kind)
		}),
		"__Type.name": typ(func(_ *ast.Type, def *ast.Definition) any {
			if def == nil {
				return nil
			}
			return def.Name
		}),
		"__Type.description": typ(func(_ *ast.Type, def *ast.Definition) any {
			if def == nil {
				return nil
			}
			return text(def.Description)
		}),
		"__Type.ofType": typ(func(t *ast.Type, def *ast.Definition) any {
			switch {
			case t.NonNull:
				inner := *t
				inner.NonNull = false
				return &inner
			case def == nil:
				return t.Elem
			}
			return nil
		}),
		"__Type.fields":         {Batch: s.batch(s.typeFields)},
		"__Type.interfaces":     typ(func(_ *ast.Type, def *ast.Definition) any { return s.interfaces(def) }),
		"__Type.possibleTypes":  typ(func(_ *ast.Type, def *ast.Definition) any { return s.possible(def) }),
		"__Type.enumValues":     {Batch: s.batch(s.enumValues)},
		"__Type.inputFields":    {Batch: s.batch(s.inputFields)},
		"__Type.specifiedByURL": typ(func(*ast.Type, *ast.Definition) any { return nil }),
		"__Type.isOneOf": typ(func(_ *ast.Type, def *ast.Definition) any {
			return def != nil && def.Directives.ForName("oneOf") != nil
		}),

		"__Field.name":              {Read: func(p any) any { return p.(*ast.FieldDefinition).Name }},
		"__Field.description":       {Read: func(p any) any { return text(p.(*ast.FieldDefinition).Description) }},
		"__Field.args":              {Batch: argumentsOf(func(p any) ast.ArgumentDefinitionList { return p.(*ast.FieldDefinition).Arguments })},
		"__Field.type":              {Read: func(p any) any { return p.(*ast.FieldDefinition).Type }},
		"__Field.isDeprecated":      {Read: func(p any) any { return deprecated(p.(*ast.FieldDefinition).Directives) != nil }},
		"__Field.deprecationReason": {Read: func(p any) any { return reason(p.(*ast.FieldDefinition).Directives) }},

		"__InputValue.name":              {Read: func(p any) any { return p.(input).name }},
		"__InputValue.description":       {Read: func(p any) any { return text(p.(input).description) }},
		"__InputValue.type":              {Read: func(p any) any { return p.(input).typ }},
		"__InputValue.defaultValue":      {Read: func(p any) any { return p.(input).value() }},
		"__InputValue.isDeprecated":      {Read: func(p any) any { return deprecated(p.(input).directives) != nil }},
		"__InputValue.deprecationReason": {Read: func(p any) any { return reason(p.(input).directives) }},

		"__EnumValue.name":              {Read: func(p any) any { return p.(*ast.EnumValueDefinition).Name }},
		"__EnumValue.description":       {Read: func(p any) any { return text(p.(*ast.EnumValueDefinition).Description) }},
		"__EnumValue.isDeprecated":      {Read: func(p any) any { return deprecated(p.(*ast.EnumValueDefinition).Directives) != nil }},
		"__EnumValue.deprecationReason": {Read: func(p any) any { return reason(p.(*ast.EnumValueDefinition).Directives) }},

		"__Directive.name":         {Read: func(p any) any { return p.(*ast.DirectiveDefinition).Name }},
		"__Directive.description":  {Read: func(p any) any { return text(p.(*ast.DirectiveDefinition).Description) }},
		"__Directive.isRepeatable": {Read: func(p any) any { return p.(*ast.DirectiveDefinition).IsRepeatable }},
		"__Directive.locations": {Read: func(p any) any {
			var out []string
			for _, l := range p.(*ast.DirectiveDefinition).Locations {
				out = append(out, string(l))
			}
			return out
		}},
		"__Directive.args": {Batch: argumentsOf(func(p any) ast.ArgumentDefinitionList { return p.(*ast.DirectiveDefinition).Arguments })},
	}}
}

// input is an argument or a field of an input object.
type input struct {
	name, description string
	typ               *ast.Type
	def               *ast.Value
	directives        ast.DirectiveList
}

func (i input) value() any {
	if i.def == nil {
		return nil
	}
	return i.def.String()
}

func (s *Schema) allTypes() []any {
	var out []any
	for _, name := range slices.Sorted(maps.Keys(s.ast.Types)) {
		out = append(out, ast.NamedType(name, nil))
	}
	return out
}

func (s *Schema) allDirectives() []any {
	var out []any
	for _, name := range slices.Sorted(maps.Keys(s.ast.Directives)) {
		out = append(out, s.ast.Directives[name])
	}
	return out
}

// batch asks for something of each type; f gets nil for lists and non-nulls.
func (s *Schema) batch(f func(def *ast.Definition, args Args) any) func(*Query, []any, Args) ([]any, error) {
	return func(_ *Query, parents []any, args Args) ([]any, error) {
		out := make([]any, len(parents))
		for i, p := range parents {
			if t := p.(*ast.Type); !t.NonNull && t.Elem == nil {
				out[i] = f(s.ast.Types[t.NamedType], args)
			}
		}
		return out, nil
	}
}

func (s *Schema) typeFields(def *ast.Definition, args Args) any {
	if def.Kind != ast.Object && def.Kind != ast.Interface {
		return nil
	}
	list := []any{}
	for _, f := range def.Fields {
		if !strings.HasPrefix(f.Name, "__") && (args.Flag("includeDeprecated") || deprecated(f.Directives) == nil) {
			list = append(list, f)
		}
	}
	return list
}

func (s *Schema) enumValues(def *ast.Definition, args Args) any {
	if def.Kind != ast.Enum {
		return nil
	}
	list := []any{}
	for _, v := range def.EnumValues {
		if args.Flag("includeDeprecated") || deprecated(v.Directives) == nil {
			list = append(list, v)
		}
	}
	return list
}

func (s *Schema) inputFields(def *ast.Definition, args Args) any {
	if def.Kind != ast.InputObject {
		return nil
	}
	list := []any{}
	for _, f := range def.Fields {
		if args.Flag("includeDeprecated") || deprecated(f.Directives) == nil {
			list = append(list, input{f.Name, f.Description, f.Type, f.DefaultValue, f.Directives})
		}
	}
	return list
}

func (s *Schema) interfaces(def *ast.Definition) any {
	if def == nil || (def.Kind != ast.Object && def.Kind != ast.Interface) {
		return nil
	}
	list := []any{}
	for _, name := range def.Interfaces {
		list = append(list, ast.NamedType(name, nil))
	}
	return list
}

func (s *Schema) possible(def *ast.Definition) any {
	if def == nil || (def.Kind != ast.Interface && def.Kind != ast.Union) {
		return nil
	}
	list := []any{}
	for _, d := range s.ast.GetPossibleTypes(def) {
		list = append(list, named(d))
	}
	return list
}

func argumentsOf(of func(any) ast.ArgumentDefinitionList) func(*Query, []any, Args) ([]any, error) {
	return func(_ *Query, parents []any, args Args) ([]any, error) {
		out := make([]any, len(parents))
		for i, p := range parents {
			list := []any{}
			for _, a := range of(p) {
				if args.Flag("includeDeprecated") || deprecated(a.Directives) == nil {
					list = append(list, input{a.Name, a.Description, a.Type, a.DefaultValue, a.Directives})
				}
			}
			out[i] = list
		}
		return out, nil
	}
}

func named(def *ast.Definition) any {
	if def == nil {
		return nil
	}
	return ast.NamedType(def.Name, nil)
}

func text(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func deprecated(list ast.DirectiveList) *ast.Directive { return list.ForName("deprecated") }

func reason(list ast.DirectiveList) any {
	d := deprecated(list)
	if d == nil {
		return nil
	}
	if a := d.Arguments.ForName("reason"); a != nil {
		return a.Value.Raw
	}
	return "No longer supported"
}
