package vfapi

import (
	"commonweal/platform/graphql"
	"commonweal/platform/store"
	"commonweal/vf"
)

// loader finds things by their identifiers, all at once, and remembers them
// for the later levels of the same query.
type loader func(q *graphql.Query, ids []store.ID) (map[store.ID]any, error)

// keep makes a loader that asks only about what the query has not seen yet.
func keep(name string, find func(q *graphql.Query, ids []store.ID) (map[store.ID]any, error)) loader {
	type key struct{ name string }
	return func(q *graphql.Query, ids []store.ID) (map[store.ID]any, error) {
		seen := q.Remember(key{name}, func() any { return map[store.ID]any{} }).(map[store.ID]any)
		var missing []store.ID
		for _, i := range ids {
			if _, there := seen[i]; !there && i != "" {
				seen[i] = nil
				missing = append(missing, i)
			}
		}
		if len(missing) > 0 {
			found, err := find(q, missing)
			if err != nil {
				return nil, err
			}
			for i, v := range found {
				seen[i] = v
			}
		}
		return seen, nil
	}
}

// pointers turns what the core gives into values of the API.
func pointers[T any](m map[store.ID]T, err error) (map[store.ID]any, error) {
	out := make(map[store.ID]any, len(m))
	for i, v := range m {
		out[i] = &v
	}
	return out, err
}

var (
	agentsByID = keep("agents", func(q *graphql.Query, ids []store.ID) (map[store.ID]any, error) {
		found, err := vf.GetAgents(q.Reader, ids)
		for i, a := range found {
			found[i] = called(q, a)
		}
		return pointers(found, err)
	})
	specificationsByID = keep("specifications", func(q *graphql.Query, ids []store.ID) (map[store.ID]any, error) {
		return pointers(vf.GetSpecifications(q.Reader, ids))
	})
	stagesByID = keep("stages", func(q *graphql.Query, ids []store.ID) (map[store.ID]any, error) {
		return pointers(vf.GetProcessSpecifications(q.Reader, ids))
	})
	processesByID = keep("processes", func(q *graphql.Query, ids []store.ID) (map[store.ID]any, error) {
		return pointers(vf.GetProcesses(q.Reader, ids))
	})
	resourcesByID = keep("resources", func(q *graphql.Query, ids []store.ID) (map[store.ID]any, error) {
		return pointers(vf.GetResources(q.Reader, ids))
	})
	eventsByID = keep("events", func(q *graphql.Query, ids []store.ID) (map[store.ID]any, error) {
		return pointers(vf.GetEvents(q.Reader, ids))
	})
	entitiesByID = keep("entities", func(q *graphql.Query, ids []store.ID) (map[store.ID]any, error) {
		found, err := vf.Entities(q.Reader, ids)
		out := make(map[store.ID]any, len(found))
		for i, e := range found {
			if out[i] = e; !member(q.Who) {
				out[i] = vf.Public(e)
			}
		}
		return out, err
	})
)

// called is an agent as the asker may know them: outsiders read the pseudonym
// of a person, and not where they live.
func called(q *graphql.Query, a vf.Agent) vf.Agent {
	if a.Kind == vf.Person && !member(q.Who) {
		a.Name, a.PrimaryLocation, a.Image = "Member "+vf.Pseudonym(a.ID), "", ""
	}
	return a
}

// to answers a reference of many parents at once.
func to(find loader, of func(parent any) store.ID) graphql.Field {
	return graphql.Field{Batch: func(q *graphql.Query, parents []any, _ graphql.Args) ([]any, error) {
		ids := make([]store.ID, len(parents))
		for i, p := range parents {
			ids[i] = of(p)
		}
		found, err := find(q, ids)
		out := make([]any, len(parents))
		for i, id := range ids {
			if id != "" && err == nil {
				out[i] = found[id]
			}
		}
		return out, err
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
		out := make([]any, len(parents))
		for i, p := range parents {
			list := []any{}
			for _, id := range of(p) {
				if v := found[id]; v != nil {
					list = append(list, v)
				}
			}
			out[i] = list
		}
		return out, err
	}}
}

// by takes a reference out of a parent of a type.
func by[T any](f func(*T) store.ID) func(any) store.ID {
	return func(p any) store.ID { return f(p.(*T)) }
}
