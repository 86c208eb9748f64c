package practice

import (
	"context"

	"commonweal/platform/auth"
	"commonweal/platform/commons"
	"commonweal/platform/job"
	"commonweal/platform/store"
	"commonweal/platform/web"
)

// Room is one folder's plug.
type Room struct {
	// Word is the folder, table prefix, URL segment, command and manual page.
	Word string
	// Practice is true for the ten that a commons switches on; the other rooms
	// (books, members, jobs) are always there.
	Practice bool
	Schema   store.Schema
	Grants   []auth.Grant
	Web      web.Room
	Jobs     []job.Kind
	// Commands is a pointer to a kong command struct, grafted under Word; nil for none.
	Commands any
	// Demo fills a commons with believable data by running acts, the same every time; nil for none.
	Demo func(ctx context.Context, s *store.Store, c commons.Commons) error
}

// House is all rooms, in the order in which their tables depend on each other.
type House []Room

// Schemas are the tables of all rooms that have some, in order.
func (h House) Schemas() []store.Schema {
	var out []store.Schema
	for _, r := range h {
		if r.Schema.Files != nil {
			out = append(out, r.Schema)
		}
	}
	return out
}

// Table is the capabilities of all rooms; one granted twice panics.
func (h House) Table() *auth.Table {
	var all []auth.Grant
	for _, r := range h {
		all = append(all, r.Grants...)
	}
	return auth.NewTable(all...)
}

// Pages are the rooms' pages. Word and Practice are taken over, so that a
// room says them once.
func (h House) Pages() []web.Room {
	var out []web.Room
	for _, r := range h {
		if len(r.Web.Routes) == 0 && r.Web.Messages == nil {
			continue
		}
		w := r.Web
		w.Word, w.Practice = r.Word, r.Practice
		out = append(out, w)
	}
	return out
}

// Jobs are the kinds of long work of all rooms.
func (h House) Jobs() []job.Kind {
	var out []job.Kind
	for _, r := range h {
		out = append(out, r.Jobs...)
	}
	return out
}

// Words are the words of the practices, in order.
func (h House) Words() []string {
	var out []string
	for _, r := range h {
		if r.Practice {
			out = append(out, r.Word)
		}
	}
	return out
}
