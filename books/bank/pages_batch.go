package bank

import (
	"commonweal/books"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
)

// count is a number of things.
func count(n int) quantity.Amount { return quantity.Of(int64(n), "one") }

// batchRow is a file that was brought.
type batchRow struct {
	Brought
	Href, What, Who string
}

type filesPageView struct {
	Tabs  []web.Tab
	Rows  []batchRow
	Older string
}

func (b *Bank) rowOf(q *web.Request, called func(store.ID) string, x Brought) batchRow {
	return batchRow{x, path(q, "files", string(x.ID)), q.T("bank.format." + string(x.Format)), called(x.By)}
}

// filesPage lists what was brought, newest first.
func (b *Bank) filesPage(q *web.Request) error {
	var page filesPageView
	before := q.Form().ID("before")
	err := b.Books.Read(q.R.Context(), q.Commons.ID, func(v *books.View) (err error) {
		if page.Tabs, err = b.tabs(q, v.Snapshot, "files"); err != nil {
			return err
		}
		list, err := Batches(v.Snapshot, before, linesShown)
		if err != nil {
			return err
		}
		s, err := sayer(q, v)
		for _, x := range list {
			page.Rows = append(page.Rows, b.rowOf(q, s.called, x))
		}
		if n := len(list); n == linesShown {
			page.Older = path(q, "files") + "?before=" + string(list[n-1].ID)
		}
		return err
	})
	if err != nil {
		return err
	}
	return q.Render(web.Page{Template: "bank/files.html", Title: q.T("bank.tab.files"), Active: atBank, Data: page, Crumbs: crumbs(q)})
}

type batchView struct {
	Form *web.Form
	batchRow
	Back string
}

// batchPage shows one file that was brought, and how to take it back.
func (b *Bank) batchPage(q *web.Request) error {
	id, ok := store.ParseID(q.R.PathValue("id"))
	if !ok {
		return fault.NotFoundf("bank.unknown_batch", "batch", "nothing was brought under this address")
	}
	page := batchView{Form: q.Form(), Back: path(q, "files", string(id), "back")}
	err := b.Books.Read(q.R.Context(), q.Commons.ID, func(v *books.View) error {
		x, err := GetBatch(v.Snapshot, id)
		if err != nil {
			return err
		}
		s, err := sayer(q, v)
		page.batchRow = b.rowOf(q, s.called, x)
		return err
	})
	if err != nil {
		return err
	}
	return q.Render(web.Page{Template: "bank/batch.html", Title: page.File, Active: atBank, Data: page,
		Crumbs: append(crumbs(q), web.Crumb{Label: q.T("bank.tab.files"), Path: path(q, "files")})})
}

// takeBackFile takes a file back, as a job where it takes long.
func (b *Bank) takeBackFile(q *web.Request) error {
	id, ok := store.ParseID(q.R.PathValue("id"))
	if !ok {
		return fault.NotFoundf("bank.unknown_batch", "batch", "nothing was brought under this address")
	}
	ask := TakeBackAsk{Batch: id, Reason: q.Form().Text("reason", web.Required, web.Max(longestText))}
	if !q.Form().OK() {
		return b.batchPage(q)
	}
	to := path(q, "files", string(id))
	if b.Runner != nil {
		return b.start(q, backJob, jobArgs{Ask: ask, Path: to}, nil)
	}
	if _, err := b.TakeBack(q.R.Context(), q.Who, ask, nil); err != nil {
		if q.Form().Blame(err) {
			return b.batchPage(q)
		}
		return err
	}
	return q.Redirect(to, "bank.batch.back")
}
