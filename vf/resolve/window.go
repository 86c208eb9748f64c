package resolve

import (
	"slices"
	"strconv"

	"commonweal/platform/fault"
	"commonweal/platform/graphql"
	"commonweal/platform/store"
	"commonweal/vf"
)

// Window says which page of a list is asked for, after the Relay
// specification: the first entries behind a cursor, or the last before one.
type Window struct {
	N      int
	Back   bool     // the last before; else the first behind
	cursor []string // its parts; nil: from the end of the list
}

// WindowOf reads first and after, or last and before. A cursor of this list
// has so many parts.
func WindowOf(args graphql.Args, parts int) (w Window, from []string, err error) {
	if args.Has("last") || args.Has("before") {
		if args.Has("first") || args.Has("after") {
			return w, nil, fault.Invalidf("vf.page_both", "last", "a page goes one way: ask with first and after, or with last and before")
		}
		w.Back = true
		args = graphql.Args{"first": args["last"], "after": args["before"]}
	}
	if w.N, err = First(args); err == nil {
		w.cursor, err = Unpack(args, parts)
	}
	if f := fault.As(err); f != nil && w.Back {
		err = f.InField(map[string]string{"first": "last", "after": "before"}[f.Field])
	}
	return w, w.cursor, err
}

// TimedWindow is the window of a list that is in order of time.
func TimedWindow(args graphql.Args) (w Window, c vf.Cursor, err error) {
	w, parts, err := WindowOf(args, 2)
	if err != nil || parts == nil {
		return w, c, err
	}
	at, err := strconv.ParseInt(parts[0], 10, 64)
	id, ok := store.ParseID(parts[1])
	if err != nil || !ok {
		return w, c, w.BadCursor()
	}
	return w, vf.Cursor{At: at, ID: id}, nil
}

// IdentifiedWindow is the window of a list that is in order of identifiers.
func IdentifiedWindow(args graphql.Args) (w Window, id store.ID, err error) {
	w, parts, err := WindowOf(args, 1)
	if err != nil || parts == nil {
		return w, "", err
	}
	id, ok := store.ParseID(parts[0])
	if !ok {
		return w, "", w.BadCursor()
	}
	return w, id, nil
}

// NamedWindow is the window of a list that is in order of names.
func NamedWindow(args graphql.Args) (w Window, c vf.After, err error) {
	w, parts, err := WindowOf(args, 2)
	if err != nil || parts == nil {
		return w, c, err
	}
	id, ok := store.ParseID(parts[1])
	if !ok {
		return w, c, w.BadCursor()
	}
	return w, vf.After{Name: parts[0], ID: id}, nil
}

// BadCursor refuses the cursor of the window.
func (w Window) BadCursor() error {
	field := "after"
	if w.Back {
		field = "before"
	}
	return fault.Invalidf("vf.cursor", field, "this is no cursor of this list; take one from an answer")
}

// PageOf makes the page of a window from what was found there: one entry more
// than asked for, if there is one. Of a window that goes back, the list begins
// at the end of the page.
func PageOf[T any](list []T, w Window, cursor func(*T) string, node func(*T) any) *Connection {
	beyond := len(list) > w.N
	list = list[:min(w.N, len(list))]
	if w.Back {
		list = slices.Clone(list)
		slices.Reverse(list)
	}
	c := Page(list, w.N, w.cursor != nil, cursor, node)
	if c.More = beyond; w.Back {
		c.More, c.Less = w.cursor != nil, beyond
	}
	return c
}

// within cuts a list of records, newest first, down to what lies behind the
// cursor; of a window that goes back, to what lies in front of it, from there.
func within(list []vf.Resource, w Window, from store.ID) []vf.Resource {
	if w.Back {
		slices.Reverse(list)
	}
	if from == "" {
		return list
	}
	return slices.DeleteFunc(list, func(x vf.Resource) bool { return x.ID == from || (x.ID > from) != w.Back })
}
