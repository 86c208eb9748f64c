package compat

import (
	_ "embed"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"commonweal/platform/graphql"
	"commonweal/vf"
	"commonweal/vf/resolve"
	"commonweal/vf/vfapi"
)

// Version is that of the published schema.
const Version = "0.9.0-alpha.10"

//go:embed schema.graphql
var sdlText string

// limits are wider than those of the native schema: with edges and nodes the
// same question is nested twice as deep.
var limits = graphql.Limits{Depth: 25, Longest: resolve.PageLimit}

// Schema returns the published schema with an answer for each of its fields.
func Schema(core *vf.Core) (*graphql.Schema, error) {
	t, err := newTable(core)
	if err != nil {
		return nil, err
	}
	return schemaOf(t, func(f graphql.Field) graphql.Field { return f })
}

// schemaOf makes the schema of a table, whose resolvers may be watched.
func schemaOf(t *table, watch func(graphql.Field) graphql.Field) (*graphql.Schema, error) {
	fields := t.fields()
	for name, f := range fields {
		fields[name] = watch(f)
	}
	return graphql.Foreign(limits, graphql.Part{Room: "vf-graphql", SDL: sdlText, Fields: fields, Kinds: map[string]func(any) string{
		"Agent": typeOf, "AccountingScope": typeOf, "EventOrCommitment": typeOf, "ProductionFlowItem": typeOf, "TrackTraceItem": typeOf,
	}})
}

// newTable fills the table and checks that it covers the schema.
func newTable(core *vf.Core) (*table, error) {
	schema, err := gqlparser.LoadSchema(&ast.Source{Name: "vf-graphql", Input: sdlText})
	if err != nil {
		return nil, err
	}
	t := &table{core: core, schema: schema, native: vfapi.Part(core).Fields, answers: map[string]answer{}}
	for _, fill := range []func(*table){(*table).frames, (*table).records, (*table).agents, (*table).things, (*table).events, (*table).processes, (*table).resources,
		(*table).planning, (*table).allocations, (*table).proposals, (*table).roots, (*table).lists, (*table).acts} {
		fill(t)
	}
	return t, errors.Join(t.refuseRest()...)
}

// refuseRest gives every field that is left its reason.
func (t *table) refuseRest() (wrong []error) {
	for name := range t.all() {
		if _, there := t.answers[name]; there {
			continue
		}
		why := reasonFor(name)
		if why == "" {
			wrong = append(wrong, fmt.Errorf("compat: %s has neither an answer nor a reason", name))
		}
		t.answers[name] = answer{why: why, field: refusing(name, why)}
	}
	for name := range t.answers {
		typ, field, _ := strings.Cut(name, ".")
		if def := t.schema.Types[typ]; def == nil || def.Fields.ForName(field) == nil {
			wrong = append(wrong, fmt.Errorf("compat: the published schema has no %s", name))
		}
	}
	return wrong
}

// all walks over the fields of all object types in the order of the schema.
func (t *table) all() func(yield func(name string, def *ast.FieldDefinition) bool) {
	return func(yield func(string, *ast.FieldDefinition) bool) {
		for _, typ := range slices.Sorted(maps.Keys(t.schema.Types)) {
			def := t.schema.Types[typ]
			if def.Kind != ast.Object || strings.HasPrefix(typ, "__") {
				continue
			}
			for _, f := range def.Fields {
				if !strings.HasPrefix(f.Name, "__") && !yield(typ+"."+f.Name, f) {
					return
				}
			}
		}
	}
}

// refusing is the answer of a field that has no home in ValueFlows 1.0.
func refusing(name, why string) graphql.Field {
	if strings.HasPrefix(name, "Mutation.") {
		return graphql.Field{Needs: vf.See, Act: func(*graphql.Query, graphql.Args) (any, error) { return nil, graphql.Unimplemented(name, why) }}
	}
	f := graphql.Field{Batch: func(*graphql.Query, []any, graphql.Args) ([]any, error) { return nil, graphql.Unimplemented(name, why) }}
	if strings.HasPrefix(name, "Query.") {
		f.Needs = vf.See
	}
	return f
}
