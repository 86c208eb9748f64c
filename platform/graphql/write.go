package graphql

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/vektah/gqlparser/v2/ast"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// write writes the answer of the operation; a root that may not be null and is, is null.
func (r *run) write(root *object) {
	r.out = append(*buffers.Get().(*[]byte), `{"data":`...)
	start := len(r.out)
	if !r.object(root.sel, root.value, root.values) {
		r.out = append(r.out[:start], "null"...)
	}
}

// buffers hold answers that were sent, for the next.
var buffers = sync.Pool{New: func() any { return new(make([]byte, 0, 16<<10)) }}

// largestKept is the largest buffer that waits for the next answer.
const largestKept = 1 << 20

// Sent gives the memory of an answer back: its JSON is not to be read any more.
func (a Answer) Sent() {
	if b := a.JSON[:0]; cap(b) <= largestKept {
		buffers.Put(&b)
	}
}

// step is one step of the way from the root to a value: a name, or a place in a list.
type step struct {
	name string
	i    int
}

// object writes an object; false means that it had to be null, and then
// nothing of it is to stay.
func (r *run) object(sel *selection, value any, values []any) bool {
	depth := len(r.path)
	r.out = append(r.out, '{')
	for i, f := range sel.fields {
		if i > 0 {
			r.out = append(r.out, ',')
		}
		r.out = append(r.out, f.key...)
		r.path = append(r.path[:depth], step{name: f.alias})
		if !r.field(f, sel, value, values) {
			r.path = r.path[:depth]
			return false
		}
	}
	r.path = r.path[:depth]
	r.out = append(r.out, '}')
	return true
}

// field writes the value of one field of an object.
func (r *run) field(f *field, sel *selection, value any, values []any) bool {
	switch {
	case f.slot >= 0:
		return r.value(values[f.slot], f.def.Type, f)
	case f.field == nil:
		r.out = Quote(r.out, sel.def.Name)
		return true
	case f.field.Append != nil:
		start := len(r.out)
		ok, err := r.appended(f, value)
		if err == nil && (ok || !f.def.Type.NonNull) {
			if !ok {
				r.out = append(r.out[:start], "null"...)
			}
			return true
		}
		r.out = r.out[:start]
		return r.value(err, f.def.Type, f)
	}
	v, err := guard(func() (any, error) { return f.field.Read(value), nil })
	if err != nil {
		v = failed{inField(f, err)}
	}
	return r.value(v, f.def.Type, f)
}

// appended lets a field append its own value.
func (r *run) appended(f *field, value any) (ok bool, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = inField(f, fmt.Errorf("graphql: panic: %v", p))
		}
	}()
	r.out, ok = f.field.Append(r.out, value)
	return ok, nil
}

// value writes a value of a type; false means that the parent has to be null.
func (r *run) value(v any, t *ast.Type, f *field) bool {
	start, problems := len(r.out), len(r.errs)
	ok := r.nonNull(v, t, f)
	switch {
	case ok:
		return true
	case t.NonNull:
		if len(r.errs) == problems {
			r.fail(fmt.Errorf("graphql: %s may not be null, and is", f.name))
		}
		return false
	}
	r.out = append(r.out[:start], "null"...)
	return true
}

// nonNull writes a value that is there; false when there is none.
func (r *run) nonNull(v any, t *ast.Type, f *field) bool {
	switch x := v.(type) {
	case nil:
		return false
	case failed:
		r.fail(x.err)
		return false
	case error:
		r.fail(x)
		return false
	case *object:
		return r.object(x.sel, x.value, x.values)
	case []any:
		return r.list(x, t.Elem, f)
	}
	if len(f.set) == 0 {
		return r.leaf(v, t)
	}
	if absent(v) {
		return false
	}
	return r.object(r.selection(f, r.typeOf(f.typ, v)), v, nil)
}

func (r *run) list(x []any, elem *ast.Type, f *field) bool {
	depth := len(r.path)
	defer func() { r.path = r.path[:depth] }()
	r.out = append(r.out, '[')
	for i, v := range x {
		if i > 0 {
			r.out = append(r.out, ',')
		}
		r.path = append(r.path[:depth], step{i: i})
		if !r.value(v, elem, f) {
			return false
		}
	}
	r.out = append(r.out, ']')
	return true
}

// leaf writes a scalar, an enum value, or a list of texts.
func (r *run) leaf(v any, t *ast.Type) bool {
	switch x := v.(type) {
	case string:
		r.out = Quote(r.out, x)
	case store.ID:
		if x == "" {
			return false
		}
		r.out = Quote(r.out, string(x))
	case bool:
		r.out = strconv.AppendBool(r.out, x)
	case int:
		r.out = strconv.AppendInt(r.out, int64(x), 10)
	case int64:
		r.out = strconv.AppendInt(r.out, x, 10)
	case quantity.Amount: // the number; its unit has a field of its own
		r.out = append(x.AppendDecimal(append(r.out, '"')), '"')
	case time.Time:
		if x.IsZero() {
			return false
		}
		r.out = append(x.AppendFormat(append(r.out, '"'), time.RFC3339Nano), '"')
	case []string:
		r.out = append(r.out, '[')
		for i, s := range x {
			if i > 0 {
				r.out = append(r.out, ',')
			}
			r.out = Quote(r.out, s)
		}
		r.out = append(r.out, ']')
	default:
		r.fail(fmt.Errorf("graphql: a value of the Go type %T has no form in the schema (%s)", v, t))
		return false
	}
	return true
}

// fail notes what went wrong with the value being written.
func (r *run) fail(err error) {
	p := problem(r.Context, err)
	for _, s := range r.path {
		if s.name != "" {
			p.Path = append(p.Path, s.name)
		} else {
			p.Path = append(p.Path, s.i)
		}
	}
	r.errs = append(r.errs, p)
}

// maxProblems is how many errors an answer lists.
const maxProblems = 100

// answer ends the answer.
func (r *run) answer() Answer {
	if len(r.errs) > 0 {
		r.errs = r.errs[:min(len(r.errs), maxProblems)]
		list, _ := json.Marshal(r.errs) // texts and numbers always marshal
		r.out = append(append(r.out, `,"errors":`...), list...)
	}
	return Answer{append(r.out, "}\n"...), 200}
}

// Refused is the answer when nothing was executed: the request could not be
// read, the asker may not ask, the query is too costly.
func Refused(ctx context.Context, err error) Answer {
	return wrong([]Problem{problem(ctx, err)}, fault.KindOf(err).HTTPStatus())
}

func wrong(problems []Problem, status int) Answer {
	list, _ := json.Marshal(problems[:min(len(problems), maxProblems)])
	return Answer{append(append([]byte(`{"errors":`), list...), "}\n"...), status}
}

// Quote appends a text as JSON; what is not UTF-8 becomes the replacement character.
func Quote(to []byte, text string) []byte {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c == '"' || c == '\\' || c > '~' {
			out, _ := jsontext.AppendQuote(to, text) // an error is only about invalid UTF-8, which it has replaced
			return out
		}
	}
	return append(append(append(to, '"'), text...), '"')
}
