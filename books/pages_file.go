package books

import (
	"net/http"
	"os"

	"commonweal/platform/fault"
	"commonweal/platform/job"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
)

// largePage offers to write a download that takes a while; filePage follows one.
type largePage struct {
	Tabs    []web.Tab
	Title   string
	Wanted  wanted
	Entries int64
}

type filePage struct {
	prepared
	Tabs        []web.Tab
	Title       string
	Ready, Mine bool
	Size        string // of the file: "12.3 MB"
	Href        string // of the page
	Anew        string // where the same is asked for again
}

// showLarge answers who followed a link to a large download: it is written
// only when somebody asks for it with a button.
func (b *Books) showLarge(q *web.Request, w wanted) error {
	title := q.T("books.downloads." + string(w.Format))
	return q.Render(web.Page{Template: "books/large.html", Title: title, Active: atBooks, Crumbs: downloadCrumbs(q, title),
		Data: largePage{Tabs: tabs(q, "downloads"), Title: title, Wanted: w, Entries: w.Filter.Size}})
}

func downloadCrumbs(q *web.Request, title string) []web.Crumb {
	return []web.Crumb{{Label: q.T("books.nav.books"), Path: q.Path("books")}, {Label: q.T("books.downloads.title"), Path: q.Path("books", "downloads")}, {Label: title}}
}

// askFile starts a large download. A small one is sent at once.
func (b *Books) askFile(q *web.Request) error {
	x, w, large, err := b.weighed(q)
	if err != nil {
		return err
	}
	if !large {
		return b.sendNow(q, x)
	}
	id, err := b.askDownload(q.R.Context(), q.Commons.ID, q.Who, q.Idempotency(), w)
	if err != nil {
		return err
	}
	return q.Redirect(w.Page+"/"+string(id), "")
}

// findFile returns the large download of the address. Whoever knows the address
// of one may follow it, as every reader of the books could ask for the same;
// one with private texts is for those who may ask for it.
func (b *Books) findFile(q *web.Request) (filePage, error) {
	none := fault.NotFoundf("books.file", "", "there is no such file here")
	id, ok := store.ParseID(q.R.PathValue("run"))
	if !ok {
		return filePage{}, none
	}
	var run job.Run
	var found bool
	err := b.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) (err error) {
		run, found, err = job.Find(r, id)
		return err
	})
	if err != nil {
		return filePage{}, err
	}
	if !found || run.Kind != downloadJob {
		return filePage{}, none
	}
	d, err := b.downloadOf(run)
	if err != nil {
		return filePage{}, err
	}
	if d.Private {
		if err := q.Who.Must(Private); err != nil {
			return filePage{}, err
		}
	}
	return b.fileOf(q, d), nil
}

// fileOf is a download as a page shows it. That of a visitor belongs to whoever
// knows its address: nothing tells visitors apart.
func (b *Books) fileOf(q *web.Request, d prepared) filePage {
	return filePage{prepared: d, Tabs: tabs(q, "downloads"), Title: q.T("books.downloads." + string(d.Format)), Ready: d.Ready(q.Store.Now()), Size: sizeOf(q, d.Bytes),
		Mine: d.Run.StartedBy == store.Host || d.Run.StartedBy == q.Who.Account || q.Who.Can(job.CanSeeAll),
		Href: q.Path("books", "downloads", "files", string(d.Run.ID)), Anew: q.Path("books", "downloads", string(d.Format))}
}

// sizeOf writes a number of bytes: "12.3 MB". A byte is a millionth of a megabyte.
func sizeOf(q *web.Request, bytes int64) string {
	n, unit := bytes, "MB"
	switch {
	case bytes < 1_000_000:
		n, unit = bytes*1000, "kB"
	case bytes >= 1_000_000_000:
		n, unit = bytes/1000, "GB"
	}
	a, err := quantity.Micros(n, "one").RoundTo(100_000, quantity.Up)
	if err != nil { // a file is never so large
		return ""
	}
	return q.Amount(a) + "\u00a0" + unit
}

// file is the page of a large download. It keeps itself up to date until the
// file is there, also in a browser without scripts.
func (b *Books) file(q *web.Request) error {
	page, err := b.findFile(q)
	switch {
	case err != nil:
		return err
	case q.R.Header.Get("HX-Request") == "true":
		return q.Fragment("books/file.html#state", page)
	}
	return q.Render(web.Page{Template: "books/file.html", Title: page.Title, Active: atBooks, Data: page, Crumbs: downloadCrumbs(q, page.Title)})
}

// cancelFile stops a download that is under way.
func (b *Books) cancelFile(q *web.Request) error {
	page, err := b.findFile(q)
	if err != nil {
		return err
	}
	if !page.Mine {
		return fault.New(fault.Forbidden, "books.not_your_file", "", "somebody else asked for this file; only they or a steward can cancel it")
	}
	_, err = store.Write(q.R.Context(), b.Store, store.Command{Commons: q.Commons.ID}, func(tx *store.Tx) (bool, error) {
		return true, b.Jobs.Cancel(tx, page.Run.ID)
	})
	if err != nil && fault.CodeOf(err) != "job.ended" { // then the page says how it ended
		return err
	}
	return q.Redirect(page.Href, "")
}

// takeFile sends the file; a reader who was cut off goes on where that was.
func (b *Books) takeFile(q *web.Request) error {
	page, err := b.findFile(q)
	if err != nil {
		return err
	}
	if !page.Ready {
		return q.Redirect(page.Href, "")
	}
	file, err := os.Open(page.path)
	if err != nil {
		return err
	}
	defer file.Close()
	h := q.W.Header()
	h.Set("ETag", `"`+string(page.Run.ID)+`"`)
	q.Attach(fileName(q, page.Format, page.Filter), page.Format.MediaType())
	http.ServeContent(q.W, q.R, "", page.Run.Finished, file)
	return nil
}
