package compat

import (
	"fmt"
	"maps"
	"slices"
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
	t.by("PageInfo.totalCount", "how many there are: of events, of lists that belong to one record, and of lists that are one page", graphql.Field{Batch: totals})
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
		c := p.(*resolve.Connection)
		if c.Total == nil && !c.More && !c.Less {
			out[i] = len(c.Nodes)
			continue
		}
		if c.Total == nil {
			out[i] = graphql.Unimplemented("PageInfo.totalCount", "entries of this list are not counted; page until hasNextPage is false")
			continue
		}
		n, err := c.Total(q)
		if err != nil {
			return nil, err
		}
		out[i] = n
	}
	return out, nil
}

// list is all of a list, with the cursor of each entry.
type list struct {
	nodes   []any
	cursors []string
}

// window is the part of a list that first, after, last and before ask for,
// after the Relay specification. Who asks for more than a page gets a page.
func (l list) window(args graphql.Args) (*resolve.Connection, error) {
	n := len(l.nodes)
	from, to := 0, n
	for name, keep := range map[string]func(i int){"after": func(i int) { from = i + 1 }, "before": func(i int) { to = i }} {
		if !args.Has(name) {
			continue
		}
		i := slices.Index(l.cursors, args.Text(name))
		if i < 0 {
			return nil, fault.Invalidf("vf.cursor", name, "%.60q is no cursor of this list; take one from an answer", args.Text(name))
		}
		keep(i)
	}
	to = max(from, to)
	head, err := length(args, "first")
	if err != nil {
		return nil, err
	}
	tail, err := length(args, "last")
	if err != nil {
		return nil, err
	}
	if args.Has("first") || !args.Has("last") {
		to = min(to, from+head)
	}
	if args.Has("last") {
		from = max(from, to-tail)
	}
	nodes, cursors := l.nodes[from:to], l.cursors[from:to]
	return &resolve.Connection{Nodes: nodes, Cursor: func(i int) string { return cursors[i] }, Less: from > 0, More: to < n,
		Total: func(*graphql.Query) (int, error) { return n, nil }}, nil
}

// length is how many entries first or last asks for, at most a page.
func length(args graphql.Args, name string) (int, error) {
	n, err := resolve.First(graphql.Args{"first": clamped(args[name])})
	if err != nil {
		return 0, fault.As(err).InField(name)
	}
	return n, nil
}

// clamped is a number of entries, at most a page: clients ask for the last
// 100,000 when they mean all.
func clamped(v any) any {
	if n := (graphql.Args{"n": v}).Int("n", 0); n > resolve.PageLimit {
		return int64(resolve.PageLimit)
	}
	return v
}

// window is the part of a list of records that is asked for.
func window(nodes []any, args graphql.Args) (*resolve.Connection, error) {
	l := list{nodes, make([]string, len(nodes))}
	for i, v := range nodes {
		l.cursors[i] = resolve.Pack(string(recordOf(v).id))
	}
	return l.window(args)
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

// paging pages through a list of the commons as the 1.0 schema does, from
// either end. Who asks for more than a page gets a page.
func paging(f graphql.Field) graphql.Field {
	return asked(f, func(args graphql.Args) (graphql.Args, error) {
		args = maps.Clone(args)
		args["first"], args["last"] = clamped(args["first"]), clamped(args["last"])
		return args, nil
	})
}

// mostRead is how many entries of a list are read to page it from its end,
// where the core reads it forward only.
const mostRead = 20 * resolve.PageLimit

// fromEnd pages through a list that is read forward only: who asks from the
// end gets it after all of the list has been read.
func fromEnd(name string, f graphql.Field) graphql.Field {
	return paging(graphql.Field{Needs: f.Needs, Batch: func(q *graphql.Query, parents []any, args graphql.Args) ([]any, error) {
		if !args.Has("last") && !args.Has("before") {
			return f.Batch(q, parents, args)
		}
		l, err := readAll(name, f, q, parents, args)
		if err != nil {
			return nil, err
		}
		c, err := l.window(args)
		return []any{c}, err
	}})
}

// readAll reads a list of the commons page by page to its end.
func readAll(name string, f graphql.Field, q *graphql.Query, root []any, args graphql.Args) (l list, err error) {
	args = maps.Clone(args)
	delete(args, "last")
	delete(args, "before")
	args["first"], args["after"] = int64(resolve.PageLimit), nil
	for {
		values, err := f.Batch(q, root, args)
		if err != nil {
			return l, err
		}
		c, ok := values[0].(*resolve.Connection)
		if !ok {
			return l, fmt.Errorf("compat: %s is no list", name)
		}
		for i := range c.Nodes {
			l.cursors = append(l.cursors, c.Cursor(i))
		}
		l.nodes = append(l.nodes, c.Nodes...)
		if !c.More {
			return l, nil
		}
		if len(l.nodes) >= mostRead {
			return l, graphql.Unimplemented(name+"(last)", "the list is too long to be read from its end; ask with first and after")
		}
		args["after"] = c.Cursor(len(c.Nodes) - 1)
	}
}

// ids of parents.
func ids(parents []any) []store.ID {
	out := make([]store.ID, len(parents))
	for i, p := range parents {
		out[i] = recordOf(p).id
	}
	return out
}
