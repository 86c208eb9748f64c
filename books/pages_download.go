package books

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"commonweal/books/ledger"
	"commonweal/platform/fault"
	"commonweal/platform/job"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/vf"
)

// offer is a kind of file that can be downloaded.
type offer struct {
	Format            Format
	Title, Text, Icon string
	Href              string
	Period            bool // it can be cut to a period
}

type downloadsPage struct {
	Tabs     []web.Tab
	Offers   []offer
	Form     *web.Form
	Units    []web.Option
	Projects []offer
	Files    []filePage // large ones that are there, or on their way for the reader
	Size     int64
	Large    bool // the books are written by jobs
	Private  bool
}

// mostProjects is how many projects the page offers a pie chart of.
const mostProjects = 100

// downloads lists every form in which the books can be had.
func (b *Books) downloads(q *web.Request) error {
	page := downloadsPage{Tabs: tabs(q, "downloads"), Form: q.Form(), Private: q.Who.Can(Private)}
	for _, x := range []struct {
		format Format
		icon   string
		period bool
	}{{LogFormat, "shield-check", false}, {HledgerFormat, "scroll-text", true}, {BeancountFormat, "scroll-text", true}, {CSVFormat, "table-2", true}, {YearsFormat, "archive", true}, {OCFormat, "table-2", true}, {OCDSFormat, "file-text", true}, {JSONLFormat, "database", true}} {
		page.Offers = append(page.Offers, offer{x.format, q.T("books.downloads." + string(x.format)), q.T("books.downloads." + string(x.format) + "_text"), x.icon,
			q.Path("books", "downloads", string(x.format)), x.period})
	}
	err := b.Read(q.R.Context(), q.Commons.ID, func(v *View) error {
		var err error
		page.Size, page.Large = v.Head.Size, b.isLarge(v, LogFormat)
		if page.Files, err = b.files(q, v.Snapshot); err != nil {
			return err
		}
		page.Units = append(page.Units, web.Option{Value: "", Label: q.T("books.downloads.all_units")})
		for _, u := range v.Ledger.Units() {
			page.Units = append(page.Units, web.Option{Value: string(u), Label: q.UnitName(u)})
		}
		if b.Shares == nil {
			return nil
		}
		projects, err := vf.Projects(v.Snapshot, vf.After{}, mostProjects)
		for _, p := range projects {
			page.Projects = append(page.Projects, offer{Format: PieChartFormat, Title: p.Name, Href: q.Path("books", "downloads", string(PieChartFormat)) + "?project=" + string(p.ID)})
		}
		return err
	})
	if err != nil {
		return err
	}
	return q.Render(web.Page{Template: "books/downloads.html", Title: q.T("books.downloads.title"), Active: atBooks, Data: page,
		Crumbs: []web.Crumb{{Label: q.T("books.nav.books"), Path: q.Path("books")}, {Label: q.T("books.downloads.title")}}})
}

// files lists the large downloads that a reader can have or waits for, newest
// first: those that are written of everybody, those under way of themselves.
func (b *Books) files(q *web.Request, r store.Reader) (out []filePage, err error) {
	runs, err := job.ListKind(r, downloadJob, q.Store.Now().Add(-2*keepFor), mostRuns)
	for _, run := range runs {
		d, err := b.downloadOf(run)
		if err != nil {
			return nil, err
		}
		mine := q.Who.Account != "" && run.StartedBy == q.Who.Account
		if (d.Ready(q.Store.Now()) && (mine || !d.Private) || mine && !run.State.Final()) && len(out) < 2*keepAtMost {
			out = append(out, b.fileOf(q, d))
		}
	}
	return out, err
}

// download sends what takes a moment, and offers to write what takes longer.
func (b *Books) download(q *web.Request) error {
	x, w, large, err := b.weighed(q)
	if err != nil {
		return err
	}
	if large {
		return b.showLarge(q, w)
	}
	return b.sendNow(q, x)
}

// weighed reads what a download is to hold, and whether that takes a while.
func (b *Books) weighed(q *web.Request) (x Export, w wanted, large bool, err error) {
	if x, err = b.asked(q); err != nil {
		return x, w, false, err
	}
	err = b.Read(q.R.Context(), q.Commons.ID, func(v *View) error {
		large = b.isLarge(v, x.Format)
		w = wanted{Format: x.Format, Private: x.Private, Page: q.Path("books", "downloads", "files")}
		w.Filter, err = v.Pin(x.Filter)
		return err
	})
	return x, w, large, err
}

// sendNow writes an export and sends it: first into a file, so that it is sent
// whole or not at all.
func (b *Books) sendNow(q *web.Request, x Export) (err error) {
	select {
	case b.writing <- struct{}{}:
		defer func() { <-b.writing }()
	case <-q.R.Context().Done():
		return q.R.Context().Err()
	}
	folder, err := os.MkdirTemp("", "commonweal-export-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "export."+x.Format.Extension())
	x.Filter, err = b.Export(q.R.Context(), x, path)
	if fault.CodeOf(err) == "piechart.nobody" {
		return q.Redirect(q.Path("books", "downloads"), "books.downloads.nobody")
	}
	if err != nil {
		return err
	}
	return send(q, x, path)
}

// asked reads what a download is to hold.
func (b *Books) asked(q *web.Request) (x Export, err error) {
	f := q.Form()
	x = Export{Commons: q.Commons.ID, Format: Format(q.R.PathValue("format")), Private: f.Bool("private"), Filter: filterOf(f)}
	if !f.OK() {
		return x, f.Err()
	}
	if x.Private {
		if err := q.Who.Must(Private); err != nil {
			return x, err
		}
	}
	if x.Format.Extension() == "" {
		return x, fault.NotFoundf("books.format", "format", "the books are not to be had as %.40q", string(x.Format))
	}
	if x.Format == PieChartFormat && x.Filter.Project == "" {
		return x, fault.Invalidf("books.project", "project", "say which project the pie chart is of")
	}
	return x, nil
}

// send answers with a file.
func send(q *web.Request, x Export, path string) (err error) {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	q.Attach(fileName(q, x.Format, x.Filter), x.Format.MediaType())
	q.W.Header().Set("Content-Length", strconv.FormatInt(info.Size(), 10))
	_, _ = io.Copy(q.W, file) // an error means that nobody listens any more
	return nil
}

// fileName is what a download is saved as: "windworks-hledger-2026-01-01.journal".
func fileName(q *web.Request, format Format, f ledger.Filter) string {
	name := q.Commons.Slug + "-" + string(format)
	for _, part := range []string{f.From, f.To} {
		if part != "" {
			name += "-" + part
		}
	}
	return name + "." + format.Extension()
}
