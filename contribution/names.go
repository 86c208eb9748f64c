package contribution

import (
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/vf/naming"
)

// names is what one reader calls the agents of a page.
type names struct{ naming.Names }

// loadNames reads the agents of a page, all at once.
func loadNames(q *web.Request, r store.Reader, ids ...store.ID) (names, error) {
	n, err := naming.Load(q, r, ids...)
	return names{n}, err
}

// of returns what to call an agent; "" for nobody.
func (n names) of(id store.ID) string { return n.Of(id) }

// isMember reports whether the reader belongs to the commons: only members
// read names of people, notes and reasons.
func isMember(q *web.Request) bool { return naming.IsMember(q) }
