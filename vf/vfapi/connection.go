package vfapi

import (
	"encoding/base64"
	"strconv"
	"strings"

	"commonweal/platform/fault"
	"commonweal/platform/graphql"
	"commonweal/platform/store"
	"commonweal/vf"
)

// connection is a page of a list, after the Relay specification. Cursors are
// made for those who ask.
type connection struct {
	nodes      []any
	cursor     func(i int) string
	more, less bool
	total      func(q *graphql.Query) (int, error)
}

// edge is one entry of a connection.
type edge struct {
	of *connection
	i  int
}

// connections answers the fields of every connection and edge, and of PageInfo.
func connections() graphql.Fields {
	out := graphql.Fields{
		"PageInfo.hasNextPage":     {Read: func(p any) any { return p.(*connection).more }},
		"PageInfo.hasPreviousPage": {Read: func(p any) any { return p.(*connection).less }},
		"PageInfo.startCursor":     {Read: func(p any) any { return p.(*connection).end(0) }},
		"PageInfo.endCursor":       {Read: func(p any) any { return p.(*connection).end(len(p.(*connection).nodes) - 1) }},
		"EconomicEventConnection.totalCount": {Batch: func(q *graphql.Query, parents []any, _ graphql.Args) ([]any, error) {
			out := make([]any, len(parents))
			for i, p := range parents {
				n, err := p.(*connection).total(q)
				if err != nil {
					return nil, err
				}
				out[i] = n
			}
			return out, nil
		}},
	}
	for _, typ := range pagedTypes() {
		out[typ+"Connection.edges"] = graphql.Field{Read: func(p any) any { return p.(*connection).edges() }}
		out[typ+"Connection.nodes"] = graphql.Field{Read: func(p any) any { return p.(*connection).nodes }}
		out[typ+"Connection.pageInfo"] = graphql.Field{Read: func(p any) any { return p }}
		out[typ+"Edge.cursor"] = graphql.Field{Read: func(p any) any { return p.(*edge).of.cursor(p.(*edge).i) }}
		out[typ+"Edge.node"] = graphql.Field{Read: func(p any) any { return p.(*edge).of.nodes[p.(*edge).i] }}
	}
	return out
}

func pagedTypes() []string {
	out := []string{"EconomicEvent", "EconomicResource", "Process", "ResourceSpecification", "ProcessSpecification", "Agent"}
	for _, k := range vf.Kinds() {
		out = append(out, string(k))
	}
	return out
}

func (c *connection) edges() []any {
	out := make([]any, len(c.nodes))
	for i := range out {
		out[i] = &edge{c, i}
	}
	return out
}

func (c *connection) end(i int) any {
	if i < 0 || i >= len(c.nodes) {
		return nil
	}
	return c.cursor(i)
}

// pageLimit is the longest page.
const pageLimit = 500

// first returns how many entries a list asks for.
func first(args graphql.Args) (int, error) {
	n := args.Int("first", 50)
	if n < 1 || n > pageLimit {
		return 0, fault.Invalidf("vf.page_size", "first", "%d entries; a page has 1 to %d", n, pageLimit)
	}
	return n, nil
}

// page makes a connection of one entry more than was asked for.
func page[T any](list []T, n int, after bool, cursor func(*T) string, node func(*T) any) *connection {
	c := &connection{less: after, more: len(list) > n, cursor: func(i int) string { return cursor(&list[i]) }}
	list = list[:min(n, len(list))]
	c.nodes = make([]any, len(list))
	for i := range list {
		c.nodes[i] = node(&list[i])
	}
	return c
}

// pack and unpack make cursors that nobody is tempted to read.
func pack(parts ...string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(strings.Join(parts, "\x1f")))
}

func unpack(args graphql.Args, parts int) ([]string, error) {
	text := args.Text("after")
	if text == "" {
		return nil, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	list := strings.Split(string(raw), "\x1f")
	if err != nil || len(list) != parts {
		return nil, fault.Invalidf("vf.cursor", "after", "%.60q is no cursor of this list; take one from an answer", text)
	}
	return list, nil
}

// timed reads a cursor of a list that is in order of time.
func timed(args graphql.Args) (vf.Cursor, error) {
	parts, err := unpack(args, 2)
	if err != nil || parts == nil {
		return vf.Cursor{}, err
	}
	at, err := strconv.ParseInt(parts[0], 10, 64)
	if _, ok := store.ParseID(parts[1]); err != nil || !ok {
		return vf.Cursor{}, fault.Invalidf("vf.cursor", "after", "%.60q is no cursor of this list; take one from an answer", args.Text("after"))
	}
	return vf.Cursor{At: at, ID: store.ID(parts[1])}, nil
}

func packTimed(c vf.Cursor) string { return pack(strconv.FormatInt(c.At, 10), string(c.ID)) }

// identified reads a cursor of a list that is in order of identifiers.
func identified(args graphql.Args) (store.ID, error) {
	parts, err := unpack(args, 1)
	if err != nil || parts == nil {
		return "", err
	}
	if _, ok := store.ParseID(parts[0]); !ok {
		return "", fault.Invalidf("vf.cursor", "after", "%.60q is no cursor of this list; take one from an answer", args.Text("after"))
	}
	return store.ID(parts[0]), nil
}

// named reads a cursor of a list that is in order of names.
func named(args graphql.Args) (vf.After, error) {
	parts, err := unpack(args, 2)
	if err != nil || parts == nil {
		return vf.After{}, err
	}
	return vf.After{Name: parts[0], ID: store.ID(parts[1])}, nil
}
