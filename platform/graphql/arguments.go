package graphql

import (
	"encoding/json"
	"maps"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"
)

// arguments are those that a field was given, and the defaults of the others.
// Numbers of the query's text keep all their digits: a whole number is an
// int64, any other a json.Number, as a variable would be.
func (s *Schema) arguments(f *ast.Field, vars map[string]any) Args {
	out := Args{}
	for _, def := range f.Definition.Arguments {
		given := f.Arguments.ForName(def.Name)
		switch {
		case given != nil && !unset(given.Value, vars):
			out[def.Name] = s.filled(valueOf(given.Value, vars), def.Type)
		case def.DefaultValue != nil:
			out[def.Name] = valueOf(def.DefaultValue, vars)
		}
	}
	return out
}

// filled gives the fields of input objects that were not given their defaults,
// wherever the objects stand. What was given is shared, and not changed.
func (s *Schema) filled(v any, t *ast.Type) any {
	switch x := v.(type) {
	case []any:
		if t.Elem == nil {
			return v
		}
		out := make([]any, len(x))
		for i := range x {
			out[i] = s.filled(x[i], t.Elem)
		}
		return out
	case map[string]any:
		def := s.ast.Types[t.Name()]
		if def == nil || def.Kind != ast.InputObject {
			return v
		}
		out := maps.Clone(x)
		for _, f := range def.Fields {
			if given, is := x[f.Name]; is {
				out[f.Name] = s.filled(given, f.Type)
			} else if f.DefaultValue != nil {
				out[f.Name] = valueOf(f.DefaultValue, nil)
			}
		}
		return out
	}
	return v
}

// unset reports whether a value is a variable that was not given.
func unset(v *ast.Value, vars map[string]any) bool {
	if v.Kind != ast.Variable {
		return false
	}
	_, given := vars[v.Raw]
	return !given && (v.VariableDefinition == nil || v.VariableDefinition.DefaultValue == nil)
}

// valueOf is a value of a query that was found valid.
func valueOf(v *ast.Value, vars map[string]any) any {
	switch v.Kind {
	case ast.Variable:
		if given, is := vars[v.Raw]; is || unset(v, vars) {
			return given
		}
		return valueOf(v.VariableDefinition.DefaultValue, vars)
	case ast.IntValue:
		if n, err := strconv.ParseInt(v.Raw, 10, 64); err == nil {
			return n
		}
		return json.Number(v.Raw)
	case ast.FloatValue:
		return json.Number(v.Raw)
	case ast.BooleanValue:
		return v.Raw == "true"
	case ast.NullValue:
		return nil
	case ast.ListValue:
		var list []any
		for _, c := range v.Children {
			list = append(list, valueOf(c.Value, vars))
		}
		return list
	case ast.ObjectValue:
		object := map[string]any{}
		for _, c := range v.Children {
			if !unset(c.Value, vars) {
				object[c.Name] = valueOf(c.Value, vars)
			}
		}
		return object
	}
	return v.Raw // a text or a value of an enum
}

// exactDefaults gives variables that were not given their defaults, with all digits.
func exactDefaults(op *ast.OperationDefinition, given, vars map[string]any) {
	for _, def := range op.VariableDefinitions {
		if _, is := given[def.Variable]; !is && def.DefaultValue != nil {
			vars[def.Variable] = valueOf(def.DefaultValue, nil)
		}
	}
}
