package compat

import (
	"strings"

	"commonweal/platform/fault"
	"commonweal/platform/graphql"
	"commonweal/platform/store"
	"commonweal/vf/resolve"
)

// frames answers the types around the records: connections, edges, responses.
func (t *table) frames() {
	for name := range t.all() {
		typ, field, _ := strings.Cut(name, ".")
		if f, from := frame(typ, field); f != nil {
			t.by(name, from, graphql.Field{Read: f})
		}
	}
	info := func(f func(*resolve.Connection) any) graphql.Field {
		return graphql.Field{Read: func(p any) any { return f(p.(*resolve.Connection)) }}
	}
	t.by("PageInfo.hasNextPage", "whether there is more", info(func(c *resolve.Connection) any { return c.More }))
	t.by("PageInfo.hasPreviousPage", "whether there is something before", info(func(c *resolve.Connection) any { return c.Less }))
	t.by("PageInfo.startCursor", "the cursor of the first entry", info(func(c *resolve.Connection) any { return c.End(0) }))
	t.by("PageInfo.endCursor", "the cursor of the last entry", info(func(c *resolve.Connection) any { return c.End(len(c.Nodes) - 1) }))
	t.by("PageInfo.pageLimit", "the longest page there is", info(func(*resolve.Connection) any { return resolve.PageLimit }))
	t.by("PageInfo.totalCount", "how many there are: of events, and of lists that belong to one record", graphql.Field{Batch: totals})
}

// frame reads a part of a connection, an edge or a response.
func frame(typ, field string) (read func(any) any, from string) {
	switch {
	case strings.HasSuffix(typ, "Connection") && field == "edges":
		return func(p any) any { return p.(*resolve.Connection).Edges() }, "the entries of the page"
	case strings.HasSuffix(typ, "Connection") && field == "pageInfo":
		return func(p any) any { return p }, "where the page begins and ends"
	case strings.HasSuffix(typ, "Edge") && field == "node":
		return func(p any) any { return p.(*resolve.Edge).Node() }, "the entry"
	case strings.HasSuffix(typ, "Edge") && field == "cursor":
		return func(p any) any { return p.(*resolve.Edge).Cursor() }, "the place of the entry in its list"
	}
	return nil, ""
}

// totals counts the entries of lists where that costs no walk through all of them.
func totals(q *graphql.Query, parents []any, _ graphql.Args) ([]any, error) {
	out := make([]any, len(parents))
	for i, p := range parents {
		count := p.(*resolve.Connection).Total
		if count == nil {
			out[i] = graphql.Unimplemented("PageInfo.totalCount", "entries of this list are not counted; page until hasNextPage is false")
			continue
		}
		n, err := count(q)
		if err != nil {
			return nil, err
		}
		out[i] = n
	}
	return out, nil
}

// window is the part of a list that first, after, last and before ask for,
// after the Relay specification.
func window(list []any, args graphql.Args) (*resolve.Connection, error) {
	n := len(list)
	from, to := 0, n
	for name, keep := range map[string]func(i int){"after": func(i int) { from = i + 1 }, "before": func(i int) { to = i }} {
		if !args.Has(name) {
			continue
		}
		i := place(list, args.Text(name))
		if i < 0 {
			return nil, fault.Invalidf("vf.cursor", name, "%.60q is no cursor of this list; take one from an answer", args.Text(name))
		}
		keep(i)
	}
	to = max(from, to)
	head, err := resolve.First(args)
	if err != nil {
		return nil, err
	}
	if args.Has("first") || !args.Has("last") {
		to = min(to, from+head)
	}
	if args.Has("last") {
		tail, err := resolve.First(graphql.Args{"first": args["last"]})
		if err != nil {
			return nil, fault.As(err).InField("last")
		}
		from = max(from, to-tail)
	}
	page := list[from:to]
	return &resolve.Connection{Nodes: page, Cursor: func(i int) string { return cursor(page[i]) }, Less: from > 0, More: to < n,
		Total: func(*graphql.Query) (int, error) { return n, nil }}, nil
}

func cursor(v any) string { return resolve.Pack(string(recordOf(v).id)) }

func place(list []any, at string) int {
	for i, v := range list {
		if cursor(v) == at {
			return i
		}
	}
	return -1
}

// windows pages through a field that is a list.
func windows(f graphql.Field) graphql.Field {
	return graphql.Field{Needs: f.Needs, Batch: func(q *graphql.Query, parents []any, args graphql.Args) ([]any, error) {
		values, err := f.Batch(q, parents, args)
		for i, v := range values {
			list, ok := v.([]any)
			if !ok {
				continue
			}
			c, wrong := window(list, args)
			if wrong != nil {
				return nil, wrong
			}
			values[i] = c
		}
		return values, err
	}}
}

// forward pages through a list that is read from the database page by page.
func forward(name string, f graphql.Field) graphql.Field {
	return asked(f, func(args graphql.Args) (graphql.Args, error) {
		for _, backward := range []string{"last", "before"} {
			if args.Has(backward) {
				return nil, graphql.Unimplemented(name+"("+backward+")", "this list is paged forward: ask with first and after")
			}
		}
		return args, nil
	})
}

// ids of parents.
func ids(parents []any) []store.ID {
	out := make([]store.ID, len(parents))
	for i, p := range parents {
		out[i] = recordOf(p).id
	}
	return out
}
