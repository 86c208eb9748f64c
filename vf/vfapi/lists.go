package vfapi

import (
	"slices"
	"strings"
	"time"

	"commonweal/platform/fault"
	"commonweal/platform/graphql"
	"commonweal/platform/store"
	"commonweal/vf"
)

// eventsOf answers a page of events for each parent: found in memory, read at once.
func (a *api) eventsOf(ask func(parent any, f *vf.EventFilter)) func(*graphql.Query, []any, graphql.Args) ([]any, error) {
	return func(q *graphql.Query, parents []any, args graphql.Args) ([]any, error) {
		f, n, err := eventFilter(args)
		if err != nil {
			return nil, err
		}
		filters := make([]vf.EventFilter, len(parents))
		pages := make([][]store.ID, len(parents))
		var all []store.ID
		for i, p := range parents {
			filters[i] = f
			ask(p, &filters[i])
			if pages[i], err = a.core.Register.Find(q.Reader, filters[i]); err != nil {
				return nil, err
			}
			all = append(all, pages[i]...)
		}
		found, err := eventsByID(q, all)
		if err != nil {
			return nil, err
		}
		out := make([]any, len(parents))
		for i := range parents {
			out[i], found = a.eventPage(found[:len(pages[i])], n, filters[i]), found[len(pages[i]):]
		}
		return out, nil
	}
}

// eventPage is one page of events, with their number for those who ask.
func (a *api) eventPage(found []any, n int, f vf.EventFilter) *connection {
	events := there(found)
	c := page(events, n, f.Before.ID != "", func(e *any) string { return packTimed(vf.CursorOf(*(*e).(*vf.Event))) }, func(e *any) any { return *e })
	c.total = func(q *graphql.Query) (int, error) { return a.core.Register.Count(q.Reader, f) }
	return c
}

// eventFilter reads first, after, action and filter.
func eventFilter(args graphql.Args) (f vf.EventFilter, n int, err error) {
	if n, err = first(args); err != nil {
		return f, 0, err
	}
	if f.Before, err = timed(args); err != nil {
		return f, 0, err
	}
	in := args.In("filter")
	f.Limit = n + 1
	f.Agent, f.Provider, f.Receiver, f.Process = in.ID("agent"), in.ID("provider"), in.ID("receiver"), in.ID("process")
	f.InputOf, f.OutputOf, f.Project = in.ID("inputOf"), in.ID("outputOf"), in.ID("inScopeOf")
	for _, name := range slices.Concat(args.Texts("action"), in.Texts("action")) {
		f.Actions = append(f.Actions, vf.Action(name))
	}
	if f.From, err = when(in, "from"); err != nil {
		return f, 0, err
	}
	f.Until, err = when(in, "until")
	return f, n, err
}

// when reads an instant.
func when(args graphql.Args, name string) (time.Time, error) {
	text := args.Text(name)
	if text == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return t, fault.Invalidf("vf.time", name, "%.40q is no instant; write 2026-03-01T09:00:00Z", text)
	}
	return t, nil
}

// sides answers the inputs or outputs of processes, newest first, at most a
// page of each.
func (a *api) sides(of func(*vf.Event) store.ID) func(*graphql.Query, []any, graphql.Args) ([]any, error) {
	return func(q *graphql.Query, parents []any, _ graphql.Args) ([]any, error) {
		var all []store.ID
		for _, p := range parents {
			ids, err := a.core.Register.Find(q.Reader, vf.EventFilter{Process: p.(*vf.Process).ID, Limit: pageLimit})
			if err != nil {
				return nil, err
			}
			all = append(all, ids...)
		}
		found, err := eventsByID(q, all)
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
		return lists(ids, by), err
	}
}

// history answers the events of records by their chains.
func (a *api) history(q *graphql.Query, parents []any, args graphql.Args) ([]any, error) {
	n, err := first(args)
	if err != nil {
		return nil, err
	}
	before, err := timed(args)
	if err != nil {
		return nil, err
	}
	ids := make([]store.ID, len(parents))
	for i, p := range parents {
		ids[i] = p.(*vf.Resource).ID
	}
	chains, err := a.core.Tracer.Histories(q.Reader, ids, before.ID, n+1)
	if err != nil {
		return nil, err
	}
	var all []store.ID
	for _, id := range ids {
		all = append(all, chains[id]...)
	}
	found, err := eventsByID(q, all)
	if err != nil {
		return nil, err
	}
	out := make([]any, len(parents))
	for i, id := range ids {
		c := a.eventPage(found[:len(chains[id])], n, vf.EventFilter{Before: before})
		found = found[len(chains[id]):]
		c.total = func(q *graphql.Query) (int, error) { return int(parents[i].(*vf.Resource).ChainPosition), nil }
		out[i] = c
	}
	return out, err
}

// resourcesOf answers a page of the records of each parent.
func (a *api) resourcesOf(find func(store.Reader, []store.ID) (map[store.ID][]vf.Resource, error)) func(*graphql.Query, []any, graphql.Args) ([]any, error) {
	return func(q *graphql.Query, parents []any, args graphql.Args) ([]any, error) {
		n, err := first(args)
		if err != nil {
			return nil, err
		}
		after, err := identified(args)
		if err != nil {
			return nil, err
		}
		ids := make([]store.ID, len(parents))
		for i, p := range parents {
			ids[i] = idOf(p)
		}
		found, err := find(q.Reader, ids)
		out := make([]any, len(parents))
		for i, id := range ids {
			list := found[id]
			if after != "" {
				list = slices.DeleteFunc(list, func(x vf.Resource) bool { return strings.Compare(string(x.ID), string(after)) >= 0 })
			}
			out[i] = page(list, n, after != "", func(x *vf.Resource) string { return pack(string(x.ID)) }, func(x *vf.Resource) any { return x })
		}
		return out, err
	}
}
