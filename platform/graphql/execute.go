package graphql

import (
	"context"
	"fmt"
	"reflect"
	"slices"

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
	exactDefaults(op, r.Variables, vars)
	if err := s.measure(op, vars); err != nil {
		return Refused(ctx, err)
	}
	run := &run{Query: &Query{Asker: asker, Context: ctx}, schema: s, vars: vars, doc: d}
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
	doc    *document
	vars   map[string]any
	out    []byte
	path   []step // to the value being written
}

// query executes all of a query on the snapshot.
func (r *run) query(op *ast.OperationDefinition) error {
	root := &object{sel: r.selection(r.doc.root(op), r.schema.ast.Query)}
	r.objects(root.sel, []*object{root})
	r.write(root)
	return r.Context.Err()
}

// mutation runs the acts one after the other; each is written with what a
// snapshot after it holds. An act that fails does not keep the next from running.
func (r *run) mutation(op *ast.OperationDefinition) error {
	root := &object{sel: r.selection(r.doc.root(op), r.schema.ast.Mutation)}
	root.values = make([]any, root.sel.slots)
	for _, f := range root.sel.fields {
		if f.slot >= 0 {
			root.values[f.slot] = r.act(f)
		}
	}
	r.write(root)
	return nil
}

// act runs one field of a mutation and reads what is asked of its result.
func (r *run) act(f *field) any {
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

// object is one object of the answer, with the values of those of its fields
// that had to be found.
type object struct {
	value  any
	sel    *selection
	values []any
}

// failed is the value of a field that could not be answered.
type failed struct{ err error }

// objects finds the values of objects of one type, field by field, each for
// all of them at once.
func (r *run) objects(sel *selection, list []*object) {
	slab := make([]any, sel.slots*len(list))
	for i, o := range list {
		o.sel, o.values = sel, slab[i*sel.slots:(i+1)*sel.slots:(i+1)*sel.slots]
	}
	values, parents := make([]any, len(list)), parents(list)
	for _, f := range sel.fields {
		if f.slot < 0 {
			continue
		}
		r.answerField(f, parents, values)
		for i, o := range list {
			o.values[f.slot] = values[i]
		}
	}
}

func parents(list []*object) []any {
	out := make([]any, len(list))
	for i, o := range list {
		out[i] = o.value
	}
	return out
}

// answerField answers one field for all objects and everything below it.
func (r *run) answerField(f *field, parents, values []any) {
	args, err := r.allowed(f)
	if err == nil {
		err = r.values(f, parents, values, args)
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
	if word := f.field.practice; word != "" && !slices.Contains(r.Commons.Practices, word) {
		return nil, fault.NotFoundf("graphql.practice_off", "", "this commons does not use the practice %s", word)
	}
	return r.arguments(f), r.Context.Err()
}

func (r *run) values(f *field, parents, values []any, args Args) error {
	if read := f.field.Read; read != nil {
		_, err := guard(func() (any, error) {
			for i, p := range parents {
				values[i] = read(p)
			}
			return nil, nil
		})
		return inField(f, err)
	}
	_, err := guard(func() (any, error) {
		got, err := f.field.Batch(r.Query, parents, args)
		if err == nil && len(got) != len(parents) {
			err = fmt.Errorf("graphql: %s answered %d values for %d parents", f.name, len(got), len(parents))
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

// below finds what is asked below the values of a field: it replaces them by
// objects, unless all that is asked of them is read while the answer is written.
func (r *run) below(f *field, values []any) {
	if !r.slotted(f) {
		return
	}
	n := 0
	for _, v := range values {
		n += count(v)
	}
	w := wrapper{make([]object, 0, n)}
	for i, v := range values {
		values[i] = w.wrap(v)
	}
	for _, of := range r.byType(f, w.all) { // first all of one type, then all of the next
		r.objects(r.selection(f, r.typeOf(f.typ, of[0].value)), of)
	}
}

// byType divides objects by their types, in the order in which these come up.
func (r *run) byType(f *field, all []object) (lists [][]*object) {
	at := map[*ast.Definition]int{}
	for i := range all {
		typ := r.typeOf(f.typ, all[i].value)
		n, there := at[typ]
		if !there {
			n = len(lists)
			at[typ] = n
			lists = append(lists, make([]*object, 0, len(all)-i))
		}
		lists[n] = append(lists[n], &all[i])
	}
	return lists
}

// slotted reports whether anything below a field has to be found.
func (r *run) slotted(f *field) bool {
	if f.typ.Kind == ast.Object {
		return r.selection(f, f.typ).slots > 0
	}
	return slices.ContainsFunc(r.schema.ast.GetPossibleTypes(f.typ), func(typ *ast.Definition) bool { return r.selection(f, typ).slots > 0 })
}

// typeOf returns the object type of a value of a type.
func (r *run) typeOf(def *ast.Definition, value any) *ast.Definition {
	if def.Kind == ast.Object {
		return def
	}
	return r.schema.ast.Types[r.schema.kinds[def.Name](value)]
}

// wrapper makes objects of values.
type wrapper struct{ all []object }

// wrap makes an object of a value, or objects of the values of a list.
func (w *wrapper) wrap(v any) any {
	switch x := v.(type) {
	case nil, failed, error:
		return v
	case []any:
		list := make([]any, len(x))
		for i := range x {
			list[i] = w.wrap(x[i])
		}
		return list
	}
	if absent(v) {
		return nil
	}
	w.all = append(w.all, object{value: v}) // it has room for all: objects stay where they are
	return &w.all[len(w.all)-1]
}

// count returns how many objects a value may come to.
func count(v any) int {
	list, is := v.([]any)
	if !is {
		return 1
	}
	n := 0
	for _, x := range list {
		n += count(x)
	}
	return n
}

// absent reports whether a value is a pointer to nothing.
func absent(v any) bool {
	p := reflect.ValueOf(v)
	return p.Kind() == reflect.Pointer && p.IsNil()
}
