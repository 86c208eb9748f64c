package books

import (
	"embed"

	"commonweal/platform/auth"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/vf/naming"
)

//go:embed pages/*.html messages/*.toml
var pageFiles embed.FS

// What may be done in the books, and who may at least.
const (
	See     auth.Capability = "books.see"     // the open books, the log and every export without names
	Private auth.Capability = "books.private" // exports with names of people and private notes
	// Neighbors is to say who cosigns the log of the commons.
	Neighbors auth.Capability = "books.neighbors"
	// Watch is to say whose logs this host cosigns.
	Watch auth.Capability = "books.watch"
)

// Grants is the books' part of the capability table.
var Grants = []auth.Grant{
	{Capability: See, Least: auth.Member, OpenBooks: true, Meaning: "read the open books and the log, and export them without names of people"},
	{Capability: Private, Least: auth.Steward, Meaning: "export the books with names of people and private notes"},
	{Capability: Neighbors, Least: auth.Steward, Meaning: "say which neighbors cosign the log, and how many are enough"},
	{Capability: Watch, Admin: true, Meaning: "say whose logs this host cosigns"},
}

// Room returns the pages of the books.
func Room(b *Books) web.Room {
	return web.Room{
		Word: "books", Pages: pageFiles, Messages: pageFiles,
		Nav: []web.NavItem{{Label: "books.nav.books", Path: atBooks, Icon: "book-open-check", Needs: See, Order: 800}},
		Routes: []web.Route{
			{Pattern: "GET /c/{commons}/books", Needs: See, Handle: b.overview},
			{Pattern: "GET /c/{commons}/books/owed", Needs: See, Handle: b.statement("owed", (*statementOf).owed)},
			{Pattern: "GET /c/{commons}/books/own", Needs: See, Handle: b.statement("own", (*statementOf).own)},
			{Pattern: "GET /c/{commons}/books/cash", Needs: See, Handle: b.statement("cash", (*statementOf).cash)},
			{Pattern: "GET /c/{commons}/books/agents/{agent}", Needs: See, Handle: b.statement("agent", (*statementOf).agent)},
			{Pattern: "GET /c/{commons}/books/accounts/{account}", Needs: See, Handle: b.account},
			{Pattern: "GET /c/{commons}/books/events/{event}", Needs: See, Handle: b.event},
			{Pattern: "GET /c/{commons}/books/log", Needs: See, Handle: b.log},
			{Pattern: "GET /c/{commons}/books/log/{seq}", Needs: See, Handle: b.entry},
			{Pattern: "GET /c/{commons}/books/log/{seq}/receipt", Needs: See, Handle: b.receipt, Open: true},
			{Pattern: "GET /c/{commons}/books/verify", Needs: See, Handle: b.verification},
			{Pattern: "GET /c/{commons}/books/downloads", Needs: See, Handle: b.downloads},
			{Pattern: "GET /c/{commons}/books/downloads/{format}", Needs: See, Handle: b.download},
			{Pattern: "GET /c/{commons}/books/neighbors", Needs: See, Handle: b.neighborsOf},
			{Pattern: "POST /c/{commons}/books/neighbors", Needs: Neighbors, Handle: b.setNeighbors},
			{Pattern: "GET /witness", Handle: b.witnessPage},
			{Pattern: "POST /witness", Needs: Watch, Handle: b.watch},
			{Pattern: "POST /witness/add-checkpoint", Handle: b.addCheckpoint},
			{Pattern: "POST /c/{commons}/books/downloads/{format}", Needs: See, Handle: b.askFile},
			{Pattern: "GET /c/{commons}/books/downloads/files/{run}", Needs: See, Handle: b.file},
			{Pattern: "POST /c/{commons}/books/downloads/files/{run}/cancel", Needs: See, Handle: b.cancelFile},
			{Pattern: "GET /c/{commons}/books/downloads/files/{run}/file", Needs: See, Handle: b.takeFile},
			{Pattern: "GET /c/{commons}/log/{file...}", Needs: See, Handle: b.static, Open: true},
			{Pattern: "GET /c/{commons}/stream", Needs: See, Handle: b.stream, Refuse: web.RefuseJSON, Open: true},
		},
	}
}

// atBooks is the address of the books, and of their entry in the rail.
const atBooks = "/books"

// show reads the books for a page, with what its reader calls agents.
func (b *Books) show(q *web.Request, f func(v *View, called func(store.ID) string) error) error {
	return b.Read(q.R.Context(), q.Commons.ID, func(v *View) error {
		names, err := v.Names(naming.IsMember(q))
		if err != nil {
			return err
		}
		return f(v, func(id store.ID) string {
			name := names(id)
			if code, is := v.Ledger.Pseudonym(id); is && name == v.Ledger.Name(id) {
				return naming.Pseudonym(q, code)
			}
			return name
		})
	})
}

// tabs lead through the pages of the books.
func tabs(q *web.Request, current string) []web.Tab {
	var list []web.Tab
	for _, word := range [...]string{"overview", "owed", "own", "cash", "log", "verify", "neighbors", "downloads"} {
		tab := web.Tab{Label: q.T("books.nav." + word), Href: q.Path("books", word), Current: word == current}
		if word == "overview" {
			tab.Href = q.Path("books")
		}
		list = append(list, tab)
	}
	return list
}
