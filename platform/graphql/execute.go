package graphql

import (
	"context"
	"fmt"
	"reflect"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// Answer is what goes back: JSON, and the status that HTTP shows.
type Answer struct {
	JSON   []byte
	Status int
}

// Do answers a request. Everything that can go wrong is in the answer.
// mayAct is false for requests that must not change anything (GET).
func (s *Schema) Do(ctx context.Context, asker Asker, r Request, mayAct bool) Answer {
	text, err := s.text(r)
	if err != nil {
		return Refused(ctx, err)
	}
	d := s.document(text)
	if d.ast == nil {
		return wrong(d.problems, fault.Invalid.HTTPStatus())
	}
	op := d.ast.Operations.ForName(r.OperationName)
	if op == nil {
		return Refused(ctx, fault.Invalidf("graphql.operation_name", "operationName", "the query holds %d operations, and none of them is %q", len(d.ast.Operations), r.OperationName))
	}
	vars, gerr := validator.VariableValues(s.ast, op, r.Variables)
	if gerr != nil {
		return wrong(invalid(gerr), fault.Invalid.HTTPStatus())
	}
	if err := s.measure(op, vars); err != nil {
		return Refused(ctx, err)
	}
	run := &run{Query: &Query{Asker: asker, Context: ctx}, schema: s, vars: vars}
	switch {
	case op.Operation == ast.Query:
		err = asker.Store.Read(ctx, asker.Commons.ID, func(r *store.Snapshot) error {
			run.Reader = r
			return run.query(op)
		})
	case !mayAct:
		err = fault.New(fault.Invalid, "graphql.get_mutation", "query", "a GET request changes nothing; send mutations by POST")
	case op.Operation == ast.Mutation:
		err = run.mutation(op)
	default:
		err = fault.Invalidf("graphql.subscription", "query", "subscriptions are served as events: GET /c/{commons}/stream")
	}
	if err != nil {
		return Refused(ctx, err)
	}
	return run.answer()
}

// run is one operation being executed.
type run struct {
	*Query
	schema *Schema
	vars   map[string]any
	out    []byte
}

// query executes all of a query on the snapshot.
func (r *run) query(op *ast.OperationDefinition) error {
	root := &object{typ: r.schema.ast.Query}
	r.objects(op.SelectionSet, []*object{root}, r.schema.ast.Query)
	r.out = r.begin()
	r.write(root)
	return r.Context.Err()
}

// mutation runs the acts one after the other; each is written with what a
// snapshot after it holds. An act that fails does not keep the next from running.
func (r *run) mutation(op *ast.OperationDefinition) error {
	def := r.schema.ast.Mutation
	root := &object{typ: def}
	root.fields = r.collect(op.SelectionSet, def)
	root.values = make([]any, len(root.fields))
	for i, f := range root.fields {
		root.values[i] = r.act(f)
	}
	r.out = r.begin()
	r.write(root)
	return nil
}

// act runs one field of a mutation and reads what is asked of its result.
func (r *run) act(f *field) any {
	if f.name == "__typename" {
		return "Mutation"
	}
	args, err := r.allowed(f)
	if err != nil {
		return failed{err}
	}
	r.alias = f.alias
	v, err := guard(func() (any, error) { return f.field.Act(r.Query, args) })
	if err != nil {
		return failed{inField(f, err)}
	}
	if len(f.set) == 0 {
		return v
	}
	values := []any{v}
	err = r.Store.Read(r.Context, r.Commons.ID, func(s *store.Snapshot) error {
		r.Reader, r.memo = s, nil
		r.below(f, values)
		return nil
	})
	if err != nil {
		return failed{err}
	}
	return values[0]
}

// object is one object of the answer: its fields and their values, in order.
type object struct {
	value  any
	typ    *ast.Definition
	fields []*field
	values []any
}

// failed is the value of a field that could not be answered.
type failed struct{ err error }

// objects answers a selection set for objects of one type, field by field,
// each for all of them at once.
func (r *run) objects(set ast.SelectionSet, list []*object, def *ast.Definition) {
	fields := r.collect(set, def)
	slab := make([]any, len(fields)*len(list))
	for i, o := range list {
		o.fields, o.values = fields, slab[i*len(fields):(i+1)*len(fields):(i+1)*len(fields)]
	}
	values := make([]any, len(list))
	for n, f := range fields {
		r.answerField(f, list, values)
		for i, o := range list {
			o.values[n] = values[i]
		}
	}
}

// answerField answers one field for all objects and everything below it.
func (r *run) answerField(f *field, list []*object, values []any) {
	if f.name == "__typename" {
		for i, o := range list {
			values[i] = o.typ.Name
		}
		return
	}
	args, err := r.allowed(f)
	if err == nil {
		err = r.values(f, list, values, args)
	}
	if err != nil {
		for i := range values {
			values[i] = failed{err}
		}
		return
	}
	if len(f.set) > 0 {
		r.below(f, values)
	}
}

// allowed returns the arguments of a field that the asker may ask.
func (r *run) allowed(f *field) (Args, error) {
	if f.field.Needs != "" {
		if err := r.Who.Must(f.field.Needs); err != nil {
			return nil, err
		}
	}
	return f.args, r.Context.Err()
}

func (r *run) values(f *field, list []*object, values []any, args Args) error {
	if read := f.field.Read; read != nil {
		_, err := guard(func() (any, error) {
			for i, o := range list {
				values[i] = read(o.value)
			}
			return nil, nil
		})
		return inField(f, err)
	}
	parents := make([]any, len(list))
	for i, o := range list {
		parents[i] = o.value
	}
	_, err := guard(func() (any, error) {
		got, err := f.field.Batch(r.Query, parents, args)
		if err == nil && len(got) != len(list) {
			err = fmt.Errorf("graphql: %s answered %d values for %d parents", f.name, len(got), len(list))
		}
		copy(values, got)
		return nil, err
	})
	return inField(f, err)
}

// inField names the field in the log of an error that is ours.
func inField(f *field, err error) error {
	if err != nil && fault.As(err) == nil {
		return fmt.Errorf("graphql: field %s: %w", f.name, err)
	}
	return err
}

// guard turns a panic of a resolver into an error: one field fails, not the server.
func guard(f func() (any, error)) (v any, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("graphql: panic: %v", p)
		}
	}()
	return f()
}

// below replaces the values of a field by objects and answers their fields:
// first all of one type, then all of the next.
func (r *run) below(f *field, values []any) {
	var all []*object
	for i, v := range values {
		values[i] = r.wrap(v, &all)
	}
	def := r.schema.ast.Types[f.def.Type.Name()]
	if def.Kind == ast.Object {
		for _, o := range all {
			o.typ = def
		}
		r.objects(f.set, all, def)
		return
	}
	var order []*ast.Definition
	byType := map[*ast.Definition][]*object{}
	for _, o := range all {
		o.typ = r.schema.ast.Types[r.schema.kinds[def.Name](o.value)]
		if byType[o.typ] == nil {
			order = append(order, o.typ)
		}
		byType[o.typ] = append(byType[o.typ], o)
	}
	for _, t := range order {
		r.objects(f.set, byType[t], t)
	}
}

// wrap makes an object of a value, or objects of the values of a list.
func (r *run) wrap(v any, all *[]*object) any {
	switch x := v.(type) {
	case nil, failed:
		return v
	case error:
		return failed{x}
	case []any:
		list := make([]any, len(x))
		for i := range x {
			list[i] = r.wrap(x[i], all)
		}
		return list
	}
	if p := reflect.ValueOf(v); p.Kind() == reflect.Pointer && p.IsNil() {
		return nil
	}
	o := &object{value: v}
	*all = append(*all, o)
	return o
}
