package resolve

import (
	"encoding/base64"
	"strconv"
	"strings"

	"commonweal/platform/fault"
	"commonweal/platform/graphql"
	"commonweal/platform/store"
	"commonweal/vf"
)

// Connection is a page of a list, after the Relay specification. Cursors are
// made for those who ask.
type Connection struct {
	Nodes      []any
	Cursor     func(i int) string
	More, Less bool
	Total      func(q *graphql.Query) (int, error)
}

// Edge is one entry of a connection.
type Edge struct {
	of *Connection
	i  int
}

func (c *Connection) Edges() []any {
	out := make([]any, len(c.Nodes))
	for i := range out {
		out[i] = &Edge{c, i}
	}
	return out
}

func (c *Connection) End(i int) any {
	if i < 0 || i >= len(c.Nodes) {
		return nil
	}
	return c.Cursor(i)
}

// Node is the entry.
func (e *Edge) Node() any { return e.of.Nodes[e.i] }

// Cursor is the place of the entry in its list.
func (e *Edge) Cursor() string { return e.of.Cursor(e.i) }

// PageLimit is the longest page.
const PageLimit = 500

// First returns how many entries a list asks for.
func First(args graphql.Args) (int, error) {
	n := args.Int("first", 50)
	if n < 1 || n > PageLimit {
		return 0, fault.Invalidf("vf.page_size", "first", "%d entries; a page has 1 to %d", n, PageLimit)
	}
	return n, nil
}

// Page makes a connection of one entry more than was asked for.
func Page[T any](list []T, n int, after bool, cursor func(*T) string, node func(*T) any) *Connection {
	c := &Connection{Less: after, More: len(list) > n, Cursor: func(i int) string { return cursor(&list[i]) }}
	list = list[:min(n, len(list))]
	c.Nodes = make([]any, len(list))
	for i := range list {
		c.Nodes[i] = node(&list[i])
	}
	return c
}

// Pack and unpack make cursors that nobody is tempted to read.
func Pack(parts ...string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(strings.Join(parts, "\x1f")))
}

func Unpack(args graphql.Args, parts int) ([]string, error) {
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

// Timed reads a cursor of a list that is in order of time.
func Timed(args graphql.Args) (vf.Cursor, error) {
	parts, err := Unpack(args, 2)
	if err != nil || parts == nil {
		return vf.Cursor{}, err
	}
	at, err := strconv.ParseInt(parts[0], 10, 64)
	if _, ok := store.ParseID(parts[1]); err != nil || !ok {
		return vf.Cursor{}, fault.Invalidf("vf.cursor", "after", "%.60q is no cursor of this list; take one from an answer", args.Text("after"))
	}
	return vf.Cursor{At: at, ID: store.ID(parts[1])}, nil
}

func PackTimed(c vf.Cursor) string { return Pack(strconv.FormatInt(c.At, 10), string(c.ID)) }

// Identified reads a cursor of a list that is in order of identifiers.
func Identified(args graphql.Args) (store.ID, error) {
	parts, err := Unpack(args, 1)
	if err != nil || parts == nil {
		return "", err
	}
	if _, ok := store.ParseID(parts[0]); !ok {
		return "", fault.Invalidf("vf.cursor", "after", "%.60q is no cursor of this list; take one from an answer", args.Text("after"))
	}
	return store.ID(parts[0]), nil
}

// Named reads a cursor of a list that is in order of names.
func Named(args graphql.Args) (vf.After, error) {
	parts, err := Unpack(args, 2)
	if err != nil || parts == nil {
		return vf.After{}, err
	}
	return vf.After{Name: parts[0], ID: store.ID(parts[1])}, nil
}

// PageInfo answers the fields of the type PageInfo.
func PageInfo() graphql.Fields {
	of := func(f func(*Connection) any) graphql.Field {
		return graphql.Field{Read: func(p any) any { return f(p.(*Connection)) }}
	}
	return graphql.Fields{
		"PageInfo.hasNextPage":     of(func(c *Connection) any { return c.More }),
		"PageInfo.hasPreviousPage": of(func(c *Connection) any { return c.Less }),
		"PageInfo.startCursor":     of(func(c *Connection) any { return c.End(0) }),
		"PageInfo.endCursor":       of(func(c *Connection) any { return c.End(len(c.Nodes) - 1) }),
	}
}

// ConnectionOf answers the fields of the types TYPEConnection and TYPEEdge.
func ConnectionOf(typ string) graphql.Fields {
	return graphql.Fields{
		typ + "Connection.edges":    {Read: func(p any) any { return p.(*Connection).Edges() }},
		typ + "Connection.nodes":    {Read: func(p any) any { return p.(*Connection).Nodes }},
		typ + "Connection.pageInfo": {Read: func(p any) any { return p }},
		typ + "Edge.cursor":         {Read: func(p any) any { return p.(*Edge).Cursor() }},
		typ + "Edge.node":           {Read: func(p any) any { return p.(*Edge).Node() }},
	}
}

// TotalOf answers TYPEConnection.totalCount.
func TotalOf(typ string) graphql.Fields {
	return graphql.Fields{typ + "Connection.totalCount": {Batch: func(q *graphql.Query, parents []any, _ graphql.Args) ([]any, error) {
		out := make([]any, len(parents))
		for i, p := range parents {
			n, err := p.(*Connection).Total(q)
			if err != nil {
				return nil, err
			}
			out[i] = n
		}
		return out, nil
	}}}
}
