package vfroom

import (
	"slices"

	"commonweal/platform/web"
)

// The core has two entries in the rail, each a group of pages with tabs: what
// there is, and what is done and planned with it. A page's word is its path
// below the commons and the message vf.tab.WORD that names it.
var (
	stock = []string{"resources", "history", "specifications", "lots", "places", "agents"}
	doing = []string{"processes", "proposals", "agreements", "plans", "claims", "recipes"}
)

// tabs leads through the pages of the group that a page belongs to.
func tabs(q *web.Request, current string) []web.Tab {
	group := stock
	if slices.Contains(doing, current) {
		group = doing
	}
	list := make([]web.Tab, len(group))
	for i, word := range group {
		list[i] = web.Tab{Label: q.T("vf.tab." + word), Href: q.Path(word), Current: word == current}
	}
	return list
}

// active is the entry of the rail that a page belongs to.
func active(word string) string {
	if slices.Contains(doing, word) {
		return "/" + doing[0]
	}
	return "/" + stock[0]
}
