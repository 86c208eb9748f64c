package books

import (
	"commonweal/platform/fault"
	"commonweal/platform/journal/neighbors"
	"commonweal/platform/web"
)

type witnessPage struct {
	Key, URL string
	Logs     []neighbors.Watched // for administrators
	CanWatch bool
	Form     *web.Form
}

// witnessPage tells other hosts how to have their logs cosigned here, and
// administrators whose are.
func (b *Books) witnessPage(q *web.Request) error {
	page := witnessPage{Key: b.Witness.Key.Cosigner(), URL: b.Origin + "/witness", CanWatch: q.Who.Can(Watch), Form: q.Form()}
	if page.CanWatch {
		all, err := b.Witness.Watched(q.R.Context())
		if err != nil {
			return err
		}
		for _, l := range all {
			if len(l.Keys) > 0 {
				page.Logs = append(page.Logs, l)
			}
		}
	}
	if q.WantsJSON() {
		return q.JSON(map[string]any{"key": page.Key, "url": page.URL, "logs": page.Logs})
	}
	return q.Render(web.Page{Template: "books/witness.html", Title: q.T("books.witness.title"), Data: page})
}

// watch begins or stops to cosign the log of others.
func (b *Books) watch(q *web.Request) error {
	f := q.Form()
	var err error
	switch f.Raw("do") {
	case "watch":
		name, key := f.Text("name", web.Required, web.Max(100)), f.Text("key", web.Required, web.Max(400))
		if f.OK() {
			_, err = b.Witness.Watch(q.R.Context(), name, key)
		}
	case "unwatch":
		err = b.Witness.Unwatch(q.R.Context(), f.Raw("origin"))
	default:
		err = fault.Invalidf("books.watch_do", "do", "choose what to do: watch or unwatch")
	}
	switch {
	case err == nil && f.OK():
		return q.Redirect("/witness", "books.witness.done")
	case err != nil && !f.Blame(err):
		return err
	}
	return b.witnessPage(q)
}

// addCheckpoint answers other hosts (C2SP tlog-witness).
func (b *Books) addCheckpoint(q *web.Request) error { return b.Witness.AddCheckpoint(q.W, q.R) }
