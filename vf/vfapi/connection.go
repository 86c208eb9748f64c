package vfapi

import (
	"commonweal/platform/graphql"
	"commonweal/vf"
	"commonweal/vf/resolve"
)

// connections answers the fields of every connection and edge, and of PageInfo.
func connections() graphql.Fields {
	out := graphql.Fields{
		"PageInfo.hasNextPage":     {Read: func(p any) any { return p.(*resolve.Connection).More }},
		"PageInfo.hasPreviousPage": {Read: func(p any) any { return p.(*resolve.Connection).Less }},
		"PageInfo.startCursor":     {Read: func(p any) any { return p.(*resolve.Connection).End(0) }},
		"PageInfo.endCursor":       {Read: func(p any) any { return p.(*resolve.Connection).End(len(p.(*resolve.Connection).Nodes) - 1) }},
		"EconomicEventConnection.totalCount": {Batch: func(q *graphql.Query, parents []any, _ graphql.Args) ([]any, error) {
			out := make([]any, len(parents))
			for i, p := range parents {
				n, err := p.(*resolve.Connection).Total(q)
				if err != nil {
					return nil, err
				}
				out[i] = n
			}
			return out, nil
		}},
	}
	for _, typ := range pagedTypes() {
		out[typ+"Connection.edges"] = graphql.Field{Read: func(p any) any { return p.(*resolve.Connection).Edges() }}
		out[typ+"Connection.nodes"] = graphql.Field{Read: func(p any) any { return p.(*resolve.Connection).Nodes }}
		out[typ+"Connection.pageInfo"] = graphql.Field{Read: func(p any) any { return p }}
		out[typ+"Edge.cursor"] = graphql.Field{Read: func(p any) any { return p.(*resolve.Edge).Cursor() }}
		out[typ+"Edge.node"] = graphql.Field{Read: func(p any) any { return p.(*resolve.Edge).Node() }}
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
