package compat

import (
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"commonweal/platform/graphql"
	"commonweal/vf"
)

// table says for every field of the published schema how ValueFlows 1.0
// answers it, or why it does not. The manual's page is made from it.
type table struct {
	core    *vf.Core
	schema  *ast.Schema
	native  graphql.Fields // how the 1.0 schema answers its own fields
	answers map[string]answer
}

// answer is how one field is answered.
type answer struct {
	from  string // the property of ValueFlows 1.0, or how it is derived from several
	why   string // why it is not answered; empty when it is
	field graphql.Field
}

// same answers fields of a type by those of a type of ValueFlows 1.0 that have
// the same name; "a=b" answers a by b.
func (t *table) same(typ, from string, names ...string) {
	for _, n := range names {
		name, source, renamed := strings.Cut(n, "=")
		if !renamed {
			source = name
		}
		source = from + "." + source
		t.by(typ+"."+name, "`"+source+"`", t.nativeField(source))
	}
}

// nativeField is how the 1.0 schema answers a field.
func (t *table) nativeField(name string) graphql.Field {
	f, there := t.native[name]
	if !there {
		panic("compat: ValueFlows 1.0 has no " + name)
	}
	return f
}

// by answers a field by a resolver and says from what.
func (t *table) by(name, from string, f graphql.Field) {
	if _, twice := t.answers[name]; twice {
		panic("compat: " + name + " is answered twice")
	}
	t.answers[name] = answer{from: from, field: f}
}

// fields are the resolvers of the whole schema. Where the published schema
// does not allow null and ValueFlows 1.0 has nothing, the answer says so.
func (t *table) fields() graphql.Fields {
	out := graphql.Fields{}
	for name, def := range t.all() {
		f := t.answers[name].field
		if def.Type.NonNull && f.Act == nil {
			f = demanding(name, f)
		}
		out[name] = f
	}
	return out
}

// demanding turns the null of a field that may not be null into an error.
func demanding(name string, f graphql.Field) graphql.Field {
	missing := graphql.Unimplemented(name, "nothing is known here, and the published schema does not allow that")
	if read := f.Read; read != nil {
		f.Read = func(p any) any {
			if v := read(p); v != nil {
				return v
			}
			return missing
		}
		f.Append = nil
		return f
	}
	batch := f.Batch
	f.Batch = func(q *graphql.Query, parents []any, args graphql.Args) ([]any, error) {
		values, err := batch(q, parents, args)
		for i, v := range values {
			if v == nil {
				values[i] = missing
			}
		}
		return values, err
	}
	return f
}

// mapped changes each value of a field; an error stays what it is.
func mapped(f graphql.Field, change func(v any) any) graphql.Field {
	one := func(v any) any {
		if _, failed := v.(error); failed || v == nil {
			return v
		}
		return change(v)
	}
	if read := f.Read; read != nil {
		return graphql.Field{Needs: f.Needs, Read: func(p any) any { return one(read(p)) }}
	}
	return graphql.Field{Needs: f.Needs, Batch: func(q *graphql.Query, parents []any, args graphql.Args) ([]any, error) {
		values, err := f.Batch(q, parents, args)
		for i, v := range values {
			values[i] = one(v)
		}
		return values, err
	}}
}

// asked changes the arguments before a field of the 1.0 schema reads them.
func asked(f graphql.Field, change func(graphql.Args) (graphql.Args, error)) graphql.Field {
	return graphql.Field{Needs: f.Needs, Batch: func(q *graphql.Query, parents []any, args graphql.Args) ([]any, error) {
		args, err := change(args)
		if err != nil {
			return nil, err
		}
		return f.Batch(q, parents, args)
	}}
}

// kept leaves of each list what is wanted.
func kept(f graphql.Field, want func(v any) bool) graphql.Field {
	return mapped(f, func(v any) any {
		out := []any{}
		for _, x := range v.([]any) {
			if want(x) {
				out = append(out, x)
			}
		}
		return out
	})
}
