package credit

import (
	"commonweal/platform/store"
	"commonweal/platform/web"
)

// Practice is mutual credit at work: acts and pages read from it.
type Practice struct {
	Store *store.Store
}

// New returns the practice on its database.
func New(db *store.Store) *Practice { return &Practice{Store: db} }

// Room returns the pages of the practice: one line for each subject.
func Room(p *Practice) web.Room {
	return web.Room{Word: "credit", Practice: true, Routes: p.apiRoutes()}
}
