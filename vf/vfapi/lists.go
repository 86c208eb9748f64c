package vfapi

import (
	"commonweal/platform/graphql"
	"commonweal/platform/store"
	"commonweal/vf"
	"commonweal/vf/resolve"
)

// sides answers the inputs or outputs of processes, newest first, at most a
// page of each.
func (a *api) sides(of func(*vf.Event) store.ID) func(*graphql.Query, []any, graphql.Args) ([]any, error) {
	return func(q *graphql.Query, parents []any, _ graphql.Args) ([]any, error) {
		var all []store.ID
		for _, p := range parents {
			ids, err := a.core.Register.Find(q.Reader, vf.EventFilter{Process: p.(*vf.Process).ID, Limit: resolve.PageLimit})
			if err != nil {
				return nil, err
			}
			all = append(all, ids...)
		}
		found, err := resolve.Events(q, all)
		by, seen := map[store.ID][]any{}, map[any]bool{nil: true}
		for _, v := range found { // an event between two of the processes was found twice
			if e, ok := v.(*vf.Event); ok && of(e) != "" && !seen[v] {
				seen[v] = true
				by[of(e)] = append(by[of(e)], v)
			}
		}
		ids := make([]store.ID, len(parents))
		for i, p := range parents {
			ids[i] = p.(*vf.Process).ID
		}
		return resolve.Lists(ids, by), err
	}
}

// history answers the events of records by their chains.
func (a *api) history(q *graphql.Query, parents []any, args graphql.Args) ([]any, error) {
	w, from, err := resolve.TimedWindow(args)
	if err != nil {
		return nil, err
	}
	ids := make([]store.ID, len(parents))
	for i, p := range parents {
		ids[i] = p.(*vf.Resource).ID
	}
	chains, err := a.core.Tracer.Histories(q.Reader, ids, from.ID, w.N+1, w.Back)
	if err != nil {
		return nil, err
	}
	var all []store.ID
	for _, id := range ids {
		all = append(all, chains[id]...)
	}
	found, err := resolve.Events(q, all)
	if err != nil {
		return nil, err
	}
	out := make([]any, len(parents))
	for i, id := range ids {
		c := resolve.EventPage(a.core, found[:len(chains[id])], w, vf.EventFilter{})
		found = found[len(chains[id]):]
		c.Total = func(q *graphql.Query) (int, error) { return int(parents[i].(*vf.Resource).ChainPosition), nil }
		out[i] = c
	}
	return out, err
}
