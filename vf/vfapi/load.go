package vfapi

import (
	"slices"

	"commonweal/platform/graphql"
	"commonweal/platform/store"
	"commonweal/vf"
)

// loader finds things by their identifiers, all at once: one value for each,
// in their order, nil where there is none.
type loader func(q *graphql.Query, ids []store.ID) ([]any, error)

// cached makes a loader of what the core keeps in memory.
func cached[T any](find func(*store.Snapshot, []store.ID) ([]*T, error)) loader {
	return func(q *graphql.Query, ids []store.ID) ([]any, error) {
		return values(find(q.Reader, ids))
	}
}

// values turns pointers into values of the API, for which none is nil.
func values[T any](list []*T, err error) ([]any, error) {
	out := make([]any, len(list))
	for i, v := range list {
		if v != nil {
			out[i] = v
		}
	}
	return out, err
}

var (
	agentsByID loader = func(q *graphql.Query, ids []store.ID) ([]any, error) {
		return values(vf.CachedAgents(q.Reader, ids, member(q.Who)))
	}
	specificationsByID = cached(vf.CachedSpecifications)
	stagesByID         = cached(vf.CachedStages)
	processesByID      = cached(vf.CachedProcesses)
	resourcesByID      = cached(vf.CachedResources)
	eventsByID         = cached(vf.CachedEvents)
)

// entitiesByID finds plans, agreements and the like. What one level has found
// is remembered for the later levels of the query.
func entitiesByID(q *graphql.Query, ids []store.ID) ([]any, error) {
	type memory struct{}
	seen := q.Remember(memory{}, func() any { return map[store.ID]any{"": nil} }).(map[store.ID]any)
	var missing []store.ID
	for _, i := range ids {
		if _, there := seen[i]; !there {
			seen[i] = nil
			missing = append(missing, i)
		}
	}
	if len(missing) > 0 {
		found, err := vf.Entities(q.Reader, missing)
		if err != nil {
			return nil, err
		}
		for i, e := range found {
			if seen[i] = e; !member(q.Who) {
				seen[i] = vf.Public(e)
			}
		}
	}
	out := make([]any, len(ids))
	for i, id := range ids {
		out[i] = seen[id]
	}
	return out, nil
}

// oneOf finds one thing.
func oneOf(q *graphql.Query, find loader, i store.ID) (any, error) {
	found, err := find(q, []store.ID{i})
	if err != nil {
		return nil, err
	}
	return found[0], nil
}

// to answers a reference of many parents at once.
func to(find loader, of func(parent any) store.ID) graphql.Field {
	return graphql.Field{Batch: func(q *graphql.Query, parents []any, _ graphql.Args) ([]any, error) {
		ids := make([]store.ID, len(parents))
		for i, p := range parents {
			ids[i] = of(p)
		}
		return find(q, ids)
	}}
}

// toMany answers a list of references of many parents at once, in their order.
func toMany(find loader, of func(parent any) []store.ID) graphql.Field {
	return graphql.Field{Batch: func(q *graphql.Query, parents []any, _ graphql.Args) ([]any, error) {
		var all []store.ID
		for _, p := range parents {
			all = append(all, of(p)...)
		}
		found, err := find(q, all)
		if err != nil {
			return nil, err
		}
		out := make([]any, len(parents))
		for i, p := range parents {
			n := len(of(p))
			out[i], found = there(found[:n]), found[n:]
		}
		return out, nil
	}}
}

// there leaves out what is not there.
func there(list []any) []any {
	return slices.DeleteFunc(slices.Clone(list), func(v any) bool { return v == nil })
}

// by takes a reference out of a parent of a type.
func by[T any](f func(*T) store.ID) func(any) store.ID {
	return func(p any) store.ID { return f(p.(*T)) }
}
