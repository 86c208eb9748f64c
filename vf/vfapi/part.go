package vfapi

import (
	_ "embed"
	"maps"

	"commonweal/platform/graphql"
	"commonweal/vf"
)

//go:embed schema.graphql
var sdl string

// Part returns the core's part of the schema.
func Part(core *vf.Core) graphql.Part {
	a := &api{core}
	fields := graphql.Fields{}
	for _, f := range []graphql.Fields{a.measures(), a.agents(), a.specifications(), a.processes(), a.resources(), a.events(),
		a.entities(), a.inverses(), a.standings(), a.traces(), a.roots(), a.acts(), connections()} {
		maps.Copy(fields, f)
	}
	return graphql.Part{Room: "vf", SDL: sdl, Fields: fields, Kinds: map[string]func(any) string{
		"Agent":     func(v any) string { return string(v.(*vf.Agent).Kind) },
		"TraceItem": typeName, "IntentSatisfier": typeName,
	}}
}

// typeName is the object type of a value of a union.
func typeName(v any) string {
	switch x := v.(type) {
	case *vf.Event:
		return "EconomicEvent"
	case *vf.Process:
		return "Process"
	case *vf.Resource:
		return "EconomicResource"
	case vf.Entity:
		return string(x.Kind())
	}
	return ""
}

type api struct{ core *vf.Core }
