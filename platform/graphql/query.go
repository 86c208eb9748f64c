package graphql

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strconv"

	"golang.org/x/text/language"

	"commonweal/platform/auth"
	"commonweal/platform/commons"
	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// Asker is who asks, where, and on which database.
type Asker struct {
	Store   *store.Store
	Who     auth.Identity
	Commons commons.Commons
	Lang    language.Tag
	// Key is the idempotency key of the request, from its header; fields of a
	// mutation may state their own.
	Key string
}

// Query is one operation on its way.
type Query struct {
	Asker
	Context context.Context
	// Reader is the snapshot that all of a query reads; of a mutation, the one
	// after each act. An act does not use it.
	Reader *store.Snapshot
	alias  string
	errs   []Problem
	memo   map[any]any
}

// Remember returns what an earlier field of this operation made under the key,
// or makes it: a loader may keep what it has found for later levels.
func (q *Query) Remember(key any, make func() any) any {
	if v, there := q.memo[key]; there {
		return v
	}
	if q.memo == nil {
		q.memo = map[any]any{}
	}
	v := make()
	q.memo[key] = v
	return v
}

// Forget drops what was remembered: an act has changed what is there.
func (q *Query) Forget() { q.memo = nil }

// IdempotencyKey returns the key of an act: that of its argument, else that of
// the request with the name of the field, so that two acts of one request differ.
func (q *Query) IdempotencyKey(args Args) string {
	if k := args.Text("idempotencyKey"); k != "" {
		return k
	}
	if q.Key == "" {
		return ""
	}
	return q.Key + "/" + q.alias
}

// Request is what a client sends.
type Request struct {
	Query         string         `json:"query"`
	OperationName string         `json:"operationName"`
	Variables     map[string]any `json:"variables"`
	Extensions    struct {
		PersistedQuery struct {
			Version int    `json:"version"`
			Hash    string `json:"sha256Hash"`
		} `json:"persistedQuery"`
	} `json:"extensions"`
}

// Args are the arguments of a field, coerced to the types of the schema. Those
// of a query are shared: only an act may change its own.
type Args map[string]any

// Has reports whether an argument was given and is not null.
func (a Args) Has(name string) bool { return a[name] != nil }

// Text returns a text, an ID, a number or an enum value; empty when it was not given.
func (a Args) Text(name string) string {
	switch x := a[name].(type) {
	case string:
		return x
	case json.Number:
		return string(x)
	case int64:
		return strconv.FormatInt(x, 10)
	}
	return ""
}

// ID returns an identifier; empty when it was not given.
func (a Args) ID(name string) store.ID { return store.ID(a.Text(name)) }

// IDs returns a list of identifiers.
func (a Args) IDs(name string) []store.ID {
	list, _ := a[name].([]any)
	ids := make([]store.ID, 0, len(list))
	for _, x := range list {
		if s, ok := x.(string); ok {
			ids = append(ids, store.ID(s))
		}
	}
	return ids
}

// Texts returns a list of texts.
func (a Args) Texts(name string) []string {
	var out []string
	list, _ := a[name].([]any)
	for _, x := range list {
		if s, ok := x.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

// Int returns a number; otherwise when it was not given.
func (a Args) Int(name string, otherwise int) int {
	switch n := a[name].(type) {
	case int64:
		return int(n)
	case int:
		return n
	case json.Number: // validated: whole
		if i, err := n.Int64(); err == nil {
			return int(i)
		}
	}
	return otherwise
}

// Flag returns a Boolean; false when it was not given.
func (a Args) Flag(name string) bool {
	b, _ := a[name].(bool)
	return b
}

// In returns the fields of an input object; empty when it was not given.
func (a Args) In(name string) Args {
	m, _ := a[name].(map[string]any)
	return m
}

// Problem is one error of an answer.
type Problem struct {
	Message    string     `json:"message"`
	Locations  []Location `json:"locations,omitempty"`
	Path       []any      `json:"path,omitempty"`
	Extensions Extensions `json:"extensions"`
}

// Location is a place in the text of the query.
type Location struct {
	Line   int `json:"line"`
	Column int `json:"column"`
}

// Extensions tell programs what people read in the message.
type Extensions struct {
	Code  string   `json:"code"`            // stable: docs/errors.md
	Kind  string   `json:"kind"`            // whose turn it is: "invalid", "forbidden"
	Field string   `json:"field,omitempty"` // the field at fault
	Line  int      `json:"line,omitempty"`
	ID    store.ID `json:"id,omitempty"` // of an error of ours, for the operator
}

// problem turns an error into what the client may know of it. One that is no
// fault is logged under a number, and the number is all the client hears; but
// a value that the database cannot hold is the client's to mend.
func problem(ctx context.Context, err error) Problem {
	if f := fault.As(err); f != nil {
		return Problem{Message: err.Error(), Extensions: Extensions{Code: f.Code, Kind: f.Kind.String(), Field: f.Field, Line: f.Line}}
	}
	if errors.Is(err, store.ErrCheck) {
		return problem(ctx, fault.Invalidf("graphql.value", "", "a value in this request cannot stand where it does: an identifier that is none, or a number beyond what is kept"))
	}
	id := store.NewID()
	if ctx.Err() == nil { // else the client left, and that is all that went wrong
		slog.ErrorContext(ctx, "the API failed", "id", id, "error", err)
	}
	return Problem{Message: "Something broke here; it has been noted.", Extensions: Extensions{Code: "internal", Kind: fault.Internal.String(), ID: id}}
}

// Unimplemented is the answer of a field that has no home here, never a null.
func Unimplemented(what, why string) error {
	return fault.New(fault.Invalid, "graphql.unimplemented", "", "%s is not served: %s", what, why)
}
