package main

import (
	"path/filepath"

	"commonweal/books"
	"commonweal/platform/store"
	"commonweal/vf"
)

// openBooks puts the books on the house: they know no practice, so what
// practices have to show is handed to them here.
func (h *House) openBooks() *books.Books {
	c := books.Config{Store: h.Store, Log: h.Log, Key: h.Key, Witness: h.Witness, Origin: h.Place.Origin, PrivateNeighbors: h.Place.PrivateNeighbors,
		Jobs: h.Jobs, Follow: h.Follow, Downloads: filepath.Join(h.Place.Data, "downloads")}
	for _, t := range h.Contribution.Tables() {
		c.Tables = append(c.Tables, books.Table{Name: t.Name, Columns: t.Columns, Rows: t.Rows})
	}
	c.Shares = func(v *books.View, project store.ID, names func(store.ID) string) ([]byte, error) {
		page := h.Place.Origin + "/c/" + v.Commons.Slug + "/contribution/projects/" + string(project)
		return h.Contribution.Shares(v.Snapshot, project, page, names)
	}
	return books.New(c)
}

// projects lists the projects of a commons.
func projects(r store.Reader) ([]vf.Agent, error) {
	var out []vf.Agent
	var after vf.After
	for {
		page, err := vf.Projects(r, after, 500)
		if err != nil {
			return nil, err
		}
		out = append(out, page...)
		if len(page) < 500 {
			return out, nil
		}
		last := page[len(page)-1]
		after = vf.After{Name: last.Name, ID: last.ID}
	}
}
