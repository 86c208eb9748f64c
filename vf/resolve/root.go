package resolve

import (
	"commonweal/platform/graphql"
	"commonweal/vf"
)

// Root answers a field of Query; all of them need vf.see.
func Root(f func(q *graphql.Query, args graphql.Args) (any, error)) graphql.Field {
	return graphql.Field{Needs: vf.See, Batch: func(q *graphql.Query, _ []any, args graphql.Args) ([]any, error) {
		v, err := f(q, args)
		return []any{v}, err
	}}
}

// OneByID answers a thing by its identifier; null when there is none.
func OneByID(find Loader, is func(any) bool) graphql.Field {
	return Root(func(q *graphql.Query, args graphql.Args) (any, error) {
		v, err := OneOf(q, find, args.ID("id"))
		if v == nil || is != nil && !is(v) {
			return nil, err
		}
		return v, err
	})
}
