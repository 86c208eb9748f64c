package resolve

import (
	"slices"
	"time"

	"commonweal/platform/fault"
	"commonweal/platform/graphql"
	"commonweal/platform/store"
	"commonweal/vf"
)

// EventsOf answers a page of events for each parent: found in memory, read at once.
func EventsOf(core *vf.Core, ask func(parent any, f *vf.EventFilter)) func(*graphql.Query, []any, graphql.Args) ([]any, error) {
	return func(q *graphql.Query, parents []any, args graphql.Args) ([]any, error) {
		f, w, err := EventFilter(args)
		if err != nil {
			return nil, err
		}
		filters := make([]vf.EventFilter, len(parents))
		pages := make([][]store.ID, len(parents))
		var all []store.ID
		for i, p := range parents {
			filters[i] = f
			ask(p, &filters[i])
			if pages[i], err = core.Register.Find(q.Reader, filters[i]); err != nil {
				return nil, err
			}
			all = append(all, pages[i]...)
		}
		found, err := Events(q, all)
		if err != nil {
			return nil, err
		}
		out := make([]any, len(parents))
		for i := range parents {
			out[i], found = EventPage(core, found[:len(pages[i])], w, filters[i]), found[len(pages[i]):]
		}
		return out, nil
	}
}

// EventPage is one page of events, with their number for those who ask.
func EventPage(core *vf.Core, found []any, w Window, f vf.EventFilter) *Connection {
	c := PageOf(There(found), w, func(e *any) string { return PackTimed(vf.CursorOf(*(*e).(*vf.Event))) }, func(e *any) any { return *e })
	c.Total = func(q *graphql.Query) (int, error) { return core.Register.Count(q.Reader, f) }
	return c
}

// EventFilter reads the window, action and filter.
func EventFilter(args graphql.Args) (f vf.EventFilter, w Window, err error) {
	if w, f.Before, err = TimedWindow(args); err != nil {
		return f, w, err
	}
	in := args.In("filter")
	f.Limit, f.Back = w.N+1, w.Back
	f.Agent, f.Provider, f.Receiver, f.Process = in.ID("agent"), in.ID("provider"), in.ID("receiver"), in.ID("process")
	f.InputOf, f.OutputOf, f.Project = in.ID("inputOf"), in.ID("outputOf"), in.ID("inScopeOf")
	for _, name := range slices.Concat(args.Texts("action"), in.Texts("action")) {
		f.Actions = append(f.Actions, vf.Action(name))
	}
	if f.From, err = When(in, "from"); err != nil {
		return f, w, err
	}
	f.Until, err = When(in, "until")
	return f, w, err
}

// When reads an instant.
func When(args graphql.Args, name string) (time.Time, error) {
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

// ResourcesOf answers a page of the records of each parent.
func ResourcesOf(find func(store.Reader, []store.ID) (map[store.ID][]vf.Resource, error)) func(*graphql.Query, []any, graphql.Args) ([]any, error) {
	return func(q *graphql.Query, parents []any, args graphql.Args) ([]any, error) {
		w, from, err := IdentifiedWindow(args)
		if err != nil {
			return nil, err
		}
		ids := make([]store.ID, len(parents))
		for i, p := range parents {
			ids[i] = IDOf(p)
		}
		found, err := find(q.Reader, ids)
		out := make([]any, len(parents))
		for i, id := range ids {
			out[i] = PageOf(within(found[id], w, from), w, func(x *vf.Resource) string { return Pack(string(x.ID)) }, func(x *vf.Resource) any { return x })
		}
		return out, err
	}
}
