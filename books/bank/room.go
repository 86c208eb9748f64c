package bank

import (
	"embed"

	"commonweal/platform/web"
)

//go:embed pages/*.html messages/*.toml
var pageFiles embed.FS

// atBank is the address of the room in the rail.
const atBank = "/books/bank"

// Room returns the pages of statements and journals.
func Room(b *Bank) web.Room {
	at := "/c/{commons}" + atBank
	return web.Room{
		Word: "bank", Pages: pageFiles, Messages: pageFiles,
		Nav: []web.NavItem{{Label: "bank.nav", Path: atBank, Icon: "landmark", Needs: Reconcile, Order: 810}},
		Routes: []web.Route{
			{Pattern: "GET " + at, Needs: Reconcile, Handle: b.toDecide},
			{Pattern: "POST " + at, Needs: Reconcile, Handle: b.confirmGood},
			{Pattern: "GET " + at + "/decided", Needs: Reconcile, Handle: b.listed(Settled)},
			{Pattern: "GET " + at + "/ignored", Needs: Reconcile, Handle: b.listed(Ignored)},
			{Pattern: "GET " + at + "/lines/{id}", Needs: Reconcile, Handle: b.linePage},
			{Pattern: "POST " + at + "/lines/{id}", Needs: Reconcile, Handle: b.decide},
			{Pattern: "POST " + at + "/lines/{id}/confirm", Needs: Reconcile, Handle: b.confirmOne},
			{Pattern: "POST " + at + "/lines/{id}/ignore", Needs: Reconcile, Handle: b.ignore},
			{Pattern: "POST " + at + "/lines/{id}/reopen", Needs: Reconcile, Handle: b.reopen},
			{Pattern: "GET " + at + "/rules", Needs: Reconcile, Handle: b.rulesPage},
			{Pattern: "POST " + at + "/rules/{id}/drop", Needs: Reconcile, Handle: b.dropRule},
			{Pattern: "GET " + at + "/new", Needs: Reconcile, Handle: b.newFile},
			{Pattern: "POST " + at + "/new", Needs: Reconcile, Handle: b.bringFile},
			{Pattern: "GET " + at + "/file/{id}", Needs: Reconcile, Handle: b.checkPage},
			{Pattern: "POST " + at + "/file/{id}", Needs: Reconcile, Handle: b.runFile},
			{Pattern: "GET " + at + "/file/{id}/columns", Needs: Reconcile, Handle: b.columnsPage},
			{Pattern: "POST " + at + "/file/{id}/columns", Needs: Reconcile, Handle: b.setColumns},
			{Pattern: "GET " + at + "/file/{id}/accounts", Needs: Reconcile, Handle: b.mapperPage},
			{Pattern: "POST " + at + "/file/{id}/accounts", Needs: Reconcile, Handle: b.setMapping},
			{Pattern: "POST " + at + "/file/{id}/drop", Needs: Reconcile, Handle: b.dropFile},
			{Pattern: "GET " + at + "/files", Needs: Reconcile, Handle: b.filesPage},
			{Pattern: "GET " + at + "/files/{id}", Needs: Reconcile, Handle: b.batchPage},
			{Pattern: "POST " + at + "/files/{id}/back", Needs: Reconcile, Handle: b.takeBackFile},
		},
	}
}

// path is an address below the room.
func path(q *web.Request, parts ...string) string {
	return q.Path(append([]string{"books", "bank"}, parts...)...)
}

// crumbs lead back to the room.
func crumbs(q *web.Request) []web.Crumb {
	return []web.Crumb{{Label: q.T("bank.title"), Path: path(q)}}
}
