package vfapi

import (
	"commonweal/platform/graphql"
	"commonweal/vf"
	"commonweal/vf/resolve"
)

// connections answers the fields of every connection and edge, and of PageInfo.
func connections() graphql.Fields {
	out := resolve.Merge(resolve.PageInfo(), resolve.TotalOf("EconomicEvent"))
	for _, typ := range pagedTypes() {
		out = resolve.Merge(out, resolve.ConnectionOf(typ))
	}
	return out
}

func pagedTypes() []string {
	out := []string{"EconomicEvent", "EconomicResource", "Process", "ResourceSpecification", "ProcessSpecification", "Agent"}
	for _, k := range vf.Kinds() {
		out = append(out, string(k))
	}
	return out
}
