package graphql

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/vektah/gqlparser/v2/ast"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// begin starts the answer.
func (r *run) begin() []byte { return append(make([]byte, 0, 4096), `{"data":`...) }

// write writes the answer of the operation; a root that may not be null and is, is null.
func (r *run) write(root *object) {
	start := len(r.out)
	if !r.object(root, nil) {
		r.out = append(r.out[:start], "null"...)
	}
}

// trail is the way from the root to a value, read only when something failed.
type trail struct {
	up   *trail
	step any // a name or a place in a list
}

func (t *trail) path() []any {
	var steps []any
	for ; t != nil; t = t.up {
		steps = append(steps, t.step)
	}
	for i, j := 0, len(steps)-1; i < j; i, j = i+1, j-1 {
		steps[i], steps[j] = steps[j], steps[i]
	}
	return steps
}

// object writes an object; false means that it had to be null, and then
// nothing of it is to stay.
func (r *run) object(o *object, at *trail) bool {
	r.out = append(r.out, '{')
	for i, f := range o.fields {
		if i > 0 {
			r.out = append(r.out, ',')
		}
		r.out = append(r.out, f.key...)
		if f.name == "__typename" {
			r.out = quote(r.out, o.typ.Name)
			continue
		}
		if !r.value(o.values[i], f.def.Type, &trail{at, f.alias}) {
			return false
		}
	}
	r.out = append(r.out, '}')
	return true
}

// value writes a value of a type; false means that the parent has to be null.
func (r *run) value(v any, t *ast.Type, at *trail) bool {
	start, problems := len(r.out), len(r.errs)
	ok := r.nonNull(v, t, at)
	switch {
	case ok:
		return true
	case t.NonNull:
		if len(r.errs) == problems {
			slog.ErrorContext(r.Context, "a field of the API that may not be null was", "path", at.path())
			r.fail(at, fmt.Errorf("graphql: null"))
		}
		return false
	}
	r.out = append(r.out[:start], "null"...)
	return true
}

// nonNull writes a value that is there; false when there is none.
func (r *run) nonNull(v any, t *ast.Type, at *trail) bool {
	switch x := v.(type) {
	case nil:
		return false
	case failed:
		r.fail(at, x.err)
		return false
	case error:
		r.fail(at, x)
		return false
	case *object:
		return r.object(x, at)
	case []any:
		return r.list(x, t.Elem, at)
	}
	return r.leaf(v, t, at)
}

func (r *run) list(x []any, elem *ast.Type, at *trail) bool {
	r.out = append(r.out, '[')
	for i, v := range x {
		if i > 0 {
			r.out = append(r.out, ',')
		}
		if !r.value(v, elem, &trail{at, i}) {
			return false
		}
	}
	r.out = append(r.out, ']')
	return true
}

// leaf writes a scalar, an enum value, or a list of texts.
func (r *run) leaf(v any, t *ast.Type, at *trail) bool {
	switch x := v.(type) {
	case string:
		r.out = quote(r.out, x)
	case store.ID:
		if x == "" {
			return false
		}
		r.out = quote(r.out, string(x))
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
			r.out = quote(r.out, s)
		}
		r.out = append(r.out, ']')
	default:
		r.fail(at, fmt.Errorf("graphql: a value of the Go type %T has no form in the schema (%s)", v, t))
		return false
	}
	return true
}

func (r *run) fail(at *trail, err error) {
	p := problem(r.Context, err)
	p.Path = at.path()
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

// quote appends a text as JSON; what is not UTF-8 becomes the replacement character.
func quote(to []byte, text string) []byte {
	out, err := jsontext.AppendQuote(to, text)
	if err != nil { // only for invalid UTF-8, which it has replaced
		return out
	}
	return out
}
