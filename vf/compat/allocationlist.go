package compat

import (
	"commonweal/platform/fault"
	"commonweal/platform/graphql"
	"commonweal/platform/store"
	"commonweal/vf"
	"commonweal/vf/resolve"
)

// allocationList answers all parts of flows under a property; with a filter
// those of sources or targets.
func allocationList(property string) func(*graphql.Query, graphql.Args) (any, error) {
	targets, from := property, sourceOf[property]
	return func(q *graphql.Query, args graphql.Args) (any, error) {
		filter := args.In("filter")
		switch {
		case filter.Has(targets):
			of, err := meeting(q, property, valid(filter.IDs(targets)))
			if err != nil {
				return nil, err
			}
			var list []any
			for _, i := range filter.IDs(targets) {
				list = append(list, of[i]...)
			}
			return window(bySource(distinct(list), filter.Texts(from)), args)
		case filter.Has(from):
			found, err := resolve.ByID(q, sources, valid(filter.IDs(from)))
			if err != nil {
				return nil, err
			}
			var list []any
			for _, i := range filter.IDs(from) {
				list = append(list, partsOf(found[i], property)...)
			}
			return window(distinct(list), args)
		}
		return allAllocations(q, property, args)
	}
}

// bySource leaves of allocations those of the sources; none given leaves all.
func bySource(list []any, from []string) []any {
	out := []any{}
	for _, a := range list {
		if among(from, string(recordOf(a.(*allocated).source).id)) {
			out = append(out, a)
		}
	}
	return out
}

// allAllocations answers a page of all parts of flows under a property.
func allAllocations(q *graphql.Query, property string, args graphql.Args) (any, error) {
	n, err := resolve.First(args)
	if err != nil {
		return nil, err
	}
	after, err := afterPair(args)
	if err != nil {
		return nil, err
	}
	pairs, err := vf.Allocations(q.Reader, property, after, n+1)
	if err != nil {
		return nil, err
	}
	ids := make([]store.ID, len(pairs))
	for i, p := range pairs {
		ids[i] = joint(p.Source, p.Target)
	}
	found, err := resolve.ByID(q, allocationsByID(property), ids)
	c := resolve.Page(ids, n, after.Source != "", func(i *store.ID) string { return resolve.Pack(string(*i)) }, func(i *store.ID) any { return found[*i] })
	return c, err
}

// afterPair reads the cursor of a list of allocations.
func afterPair(args graphql.Args) (vf.Pair, error) {
	parts, err := resolve.Unpack(args, 1)
	if err != nil || parts == nil {
		return vf.Pair{}, err
	}
	source, target := ends(store.ID(parts[0]))
	if len(valid([]store.ID{source, target})) != 2 {
		return vf.Pair{}, fault.Invalidf("vf.cursor", "after", "%.60q is no cursor of this list; take one from an answer", args.Text("after"))
	}
	return vf.Pair{Source: source, Target: target}, nil
}
