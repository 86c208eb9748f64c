package resolve

import (
	"reflect"
	"slices"

	"commonweal/platform/graphql"
	"commonweal/platform/store"
	"commonweal/vf"
)

// Loader finds things by their identifiers, all at once: one value for each,
// in their order, nil where there is none.
type Loader func(q *graphql.Query, ids []store.ID) ([]any, error)

// cached makes a loader of what the core keeps in memory.
func cached[T any](find func(*store.Snapshot, []store.ID) ([]*T, error)) Loader {
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
	Agents Loader = func(q *graphql.Query, ids []store.ID) ([]any, error) {
		return values(vf.CachedAgents(q.Reader, ids, Member(q.Who)))
	}
	Specifications = cached(vf.CachedSpecifications)
	Stages         = cached(vf.CachedStages)
	Processes      = cached(vf.CachedProcesses)
	Resources      = cached(vf.CachedResources)
	Events         = cached(vf.CachedEvents)
)

// Entities finds plans, agreements and the like. What one level has found
// is remembered for the later levels of the query.
func Entities(q *graphql.Query, ids []store.ID) ([]any, error) {
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
			if e = vf.Shown(e, Member(q.Who)); e != nil {
				seen[i] = e
			}
		}
	}
	out := make([]any, len(ids))
	for i, id := range ids {
		out[i] = seen[id]
	}
	return out, nil
}

// OneOf finds one thing.
func OneOf(q *graphql.Query, find Loader, i store.ID) (any, error) {
	found, err := find(q, []store.ID{i})
	if err != nil {
		return nil, err
	}
	return found[0], nil
}

// ByID finds things and gives them by their identifiers; what is not there is left out.
func ByID(q *graphql.Query, find Loader, ids []store.ID) (map[store.ID]any, error) {
	found, err := find(q, ids)
	if err != nil {
		return nil, err
	}
	out := make(map[store.ID]any, len(ids))
	for i, id := range ids {
		if found[i] != nil {
			out[id] = found[i]
		}
	}
	return out, nil
}

// InOrder gives what ByID gives as a Loader does.
func InOrder(ids []store.ID, found map[store.ID]any, err error) ([]any, error) {
	if err != nil {
		return nil, err
	}
	out := make([]any, len(ids))
	for i, id := range ids {
		out[i] = found[id]
	}
	return out, nil
}

// To answers a reference of many parents at once.
func To(find Loader, of func(parent any) store.ID) graphql.Field {
	return graphql.Field{Batch: func(q *graphql.Query, parents []any, _ graphql.Args) ([]any, error) {
		ids := make([]store.ID, len(parents))
		for i, p := range parents {
			ids[i] = of(p)
		}
		return find(q, ids)
	}}
}

// ToMany answers a list of references of many parents at once, in their order.
func ToMany(find Loader, of func(parent any) []store.ID) graphql.Field {
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
			out[i], found = There(found[:n]), found[n:]
		}
		return out, nil
	}}
}

// There leaves out what is not there.
func There(list []any) []any {
	return slices.DeleteFunc(slices.Clone(list), func(v any) bool { return v == nil })
}

// By takes a reference out of a parent of a type.
func By[T any](f func(*T) store.ID) func(any) store.ID {
	return func(p any) store.ID { return f(p.(*T)) }
}

// Lists gives each parent its list, which may be empty.
func Lists(ids []store.ID, of map[store.ID][]any) []any {
	out := make([]any, len(ids))
	for i, id := range ids {
		if of[id] == nil {
			out[i] = []any{}
			continue
		}
		out[i] = of[id]
	}
	return out
}

// LoaderOf finds things of a class.
func LoaderOf(kind vf.Kind) Loader {
	switch kind {
	case vf.KindAgent:
		return Agents
	case vf.KindResourceSpecification:
		return Specifications
	case vf.KindProcessSpecification:
		return Stages
	case vf.KindProcess:
		return Processes
	case vf.KindResource:
		return Resources
	case vf.KindEvent:
		return Events
	}
	return Entities
}

// IDOf returns the identifier of a value.
func IDOf(p any) store.ID {
	if e, ok := p.(vf.Entity); ok {
		return vf.Head(e).ID
	}
	return reflect.ValueOf(p).Elem().FieldByName("ID").Interface().(store.ID)
}
