package graphql

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"commonweal/platform/auth"
)

// Part is what a room brings to the schema.
type Part struct {
	Room string // "vf", as parse errors name it
	// Practice is true for a room that a commons switches on: where it has not,
	// the room's fields of Query and Mutation are refused.
	Practice bool
	SDL      string // types, and extensions of Query and Mutation
	Fields   Fields
	// Kinds says for the values of an interface or union which object type
	// they are: "Agent" → func(v any) string.
	Kinds map[string]func(value any) string
}

// Fields says how the fields of types are answered, by "Type.field".
type Fields map[string]Field

// Field is how one field is answered: exactly one of Read, Batch and Act is set.
type Field struct {
	// Needs is the capability without which the field is refused; empty asks
	// for no more than what its parent asked for.
	Needs auth.Capability
	// Read takes the value out of its parent: no query, no arguments.
	Read func(parent any) any
	// Append writes what Read takes, as JSON, without making a value of it:
	// for fields that long lists ask for. False, and nothing: null. Optional.
	Append func(to []byte, parent any) ([]byte, bool)
	// Batch answers for all parents of a level at once: one value for each, in
	// order. A value may be an error: the others are answered all the same.
	// Root fields have one parent, nil.
	Batch func(q *Query, parents []any, args Args) ([]any, error)
	// Act runs one field of a mutation.
	Act func(q *Query, args Args) (any, error)

	practice string // the word of the practice that the commons must have switched on
}

// Nothing is the value of a field that has none; nil works as well.
var Nothing any

// Schema is all parts put together.
type Schema struct {
	ast       *ast.Schema
	fields    map[string]map[string]*Field
	kinds     map[string]func(any) string
	limits    Limits
	documents *lru.Cache[string, *document]
	persisted *lru.Cache[string, string]
}

// base is what every part extends. Scalars are written as texts.
const base = `
"An exact decimal number, as a text: \"2.5\"."
scalar Decimal
"An instant with its zone, RFC 3339: \"2026-03-01T09:00:00Z\"."
scalar DateTime
"The address of something, absolute."
scalar URI
type Query { "The name of the program that answers, with its version." server: String! }
type Mutation { "Does nothing and answers the text: to try credentials and connections." echo(text: String!): String! }
`

// New puts the parts together. It fails when a part does not parse, when a
// field has no answer or an answer no field, or when an abstract type cannot
// tell its kinds.
func New(version string, limits Limits, parts ...Part) (*Schema, error) {
	return Foreign(limits, append([]Part{basePart(version)}, parts...)...)
}

// Foreign is New for a schema that others have published: its parts bring
// their own Query, Mutation and scalars, and nothing is added to them.
func Foreign(limits Limits, parts ...Part) (*Schema, error) {
	var sources []*ast.Source
	for _, p := range parts {
		sources = append(sources, &ast.Source{Name: p.Room, Input: p.SDL})
	}
	parsed, err := gqlparser.LoadSchema(sources...)
	if err != nil {
		return nil, fmt.Errorf("graphql: %w", err)
	}
	s := &Schema{ast: parsed, fields: map[string]map[string]*Field{}, kinds: map[string]func(any) string{}, limits: limits.orDefault()}
	if s.documents, err = lru.New[string, *document](s.limits.Documents); err != nil {
		return nil, err
	}
	if s.persisted, err = lru.New[string, string](s.limits.Documents); err != nil {
		return nil, err
	}
	var wrong []error
	for _, p := range append(parts, s.introspection()) {
		wrong = append(wrong, s.take(p))
	}
	return s, errors.Join(append(wrong, s.whole())...)
}

func basePart(version string) Part {
	return Part{Room: "graphql", SDL: base, Fields: Fields{
		"Query.server":  {Batch: func(*Query, []any, Args) ([]any, error) { return []any{version}, nil }},
		"Mutation.echo": {Act: func(_ *Query, args Args) (any, error) { return args.Text("text"), nil }},
	}}
}

// take takes over the answers of a part.
func (s *Schema) take(p Part) error {
	var wrong []error
	for _, name := range slices.Sorted(maps.Keys(p.Fields)) {
		typ, field, _ := strings.Cut(name, ".")
		def := s.ast.Types[typ]
		f := p.Fields[name]
		switch {
		case def == nil || def.Fields.ForName(field) == nil:
			wrong = append(wrong, fmt.Errorf("graphql: %s answers %s, which the schema does not have", p.Room, name))
		case s.fields[typ][field] != nil:
			wrong = append(wrong, fmt.Errorf("graphql: %s is answered twice, the second time by %s", name, p.Room))
		case f.ways() != 1:
			wrong = append(wrong, fmt.Errorf("graphql: %s has %d answers; it needs exactly one of Read, Batch and Act", name, f.ways()))
		case f.Append != nil && f.Read == nil:
			wrong = append(wrong, fmt.Errorf("graphql: %s has Append without Read", name))
		case (f.Act != nil) != (def == s.ast.Mutation):
			wrong = append(wrong, fmt.Errorf("graphql: %s: fields of Mutation are acts, and no others", name))
		}
		if s.fields[typ] == nil {
			s.fields[typ] = map[string]*Field{}
		}
		if p.Practice && (def == s.ast.Query || def == s.ast.Mutation) {
			f.practice = p.Room
		}
		s.fields[typ][field] = &f
	}
	maps.Copy(s.kinds, p.Kinds)
	return errors.Join(wrong...)
}

func (f Field) ways() (n int) {
	for _, set := range [...]bool{f.Read != nil, f.Batch != nil, f.Act != nil} {
		if set {
			n++
		}
	}
	return n
}

// whole checks that nothing of the schema is without an answer.
func (s *Schema) whole() error {
	var wrong []error
	for _, name := range slices.Sorted(maps.Keys(s.ast.Types)) {
		def := s.ast.Types[name]
		switch def.Kind {
		case ast.Object:
			for _, f := range def.Fields {
				if s.fields[name][f.Name] == nil && !strings.HasPrefix(f.Name, "__") {
					wrong = append(wrong, fmt.Errorf("graphql: nothing answers %s.%s", name, f.Name))
				}
			}
		case ast.Interface, ast.Union:
			if s.kinds[name] == nil {
				wrong = append(wrong, fmt.Errorf("graphql: nothing tells the kinds of %s", name))
			}
		}
	}
	return errors.Join(wrong...)
}

// Limits are the bounds of what one request may ask.
func (s *Schema) Limits() Limits { return s.limits }

// AST is the schema as parsed, for checks and documents about it.
func (s *Schema) AST() *ast.Schema { return s.ast }

// Needs returns the capability of a field, "Query.agents"; empty when it asks
// for none of its own. The permission matrix is made from it.
func (s *Schema) Needs(typ, field string) auth.Capability {
	if f := s.fields[typ][field]; f != nil {
		return f.Needs
	}
	return ""
}
