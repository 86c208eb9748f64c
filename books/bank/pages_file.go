package bank

import (
	"commonweal/books/intake"
	"commonweal/platform/fault"
	"commonweal/platform/job"
	"commonweal/platform/store"
	"commonweal/platform/upload"
	"commonweal/platform/web"
)

type newFilePage struct {
	Form  *web.Form
	Steps []web.Step
	Most  int64 // megabytes
}

// steps are the steps of bringing a file, with where the reader is.
func steps(q *web.Request, current int) []web.Step {
	out := make([]web.Step, 3)
	for i, name := range []string{"file", "read", "check"} {
		out[i].Label = q.T("bank.step." + name)
		if i < current {
			out[i].State = "done"
		} else if i == current {
			out[i].State = "current"
		}
	}
	return out
}

// newFile is the first step: which file.
func (b *Bank) newFile(q *web.Request) error {
	return q.Render(web.Page{Template: "bank/new.html", Title: q.T("bank.new.title"), Active: atBank, Crumbs: crumbs(q),
		Data: newFilePage{q.Form(), steps(q, 0), b.box().Limit() >> 20}})
}

// bringFile stores the file and goes to its dry run.
func (b *Bank) bringFile(q *web.Request) error {
	f := q.Form()
	file, _ := f.File("file", b.box().Limit(), web.Required)
	if !f.OK() {
		return b.newFile(q)
	}
	content, err := file.Open()
	if err != nil {
		return err
	}
	defer content.Close()
	u, err := b.KeepUpload(q.R.Context(), q.Who, file.Name, content)
	if err == nil {
		return b.next(q, u)
	}
	if !f.Blame(err) {
		return err
	}
	return b.newFile(q)
}

// next goes to what is to be said of a file, or runs its dry run.
func (b *Bank) next(q *web.Request, u Upload) error {
	if u.needsColumns() {
		return q.Redirect(path(q, "file", string(u.ID), "columns"), "")
	}
	u, err := b.Check(q.R.Context(), q.Who, u)
	if err != nil {
		return err
	}
	if u.needsMapping() {
		return q.Redirect(path(q, "file", string(u.ID), "accounts"), "")
	}
	return q.Redirect(path(q, "file", string(u.ID)), "")
}

// upload reads the file that the address names.
func (b *Bank) upload(q *web.Request) (u Upload, err error) {
	id, ok := store.ParseID(q.R.PathValue("id"))
	if !ok {
		return u, fault.NotFoundf("bank.unknown_batch", "batch", "nothing was brought under this address")
	}
	err = b.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		u, err = b.GetUpload(r, id)
		return err
	})
	return u, err
}

// badLine is a line that cannot be read.
type badLine struct {
	Line int
	Text string
}

// sampleRow is a line of the file, and whether it is here already.
type sampleRow struct {
	SurveyLine
	Href string
}

type checkPage struct {
	Form          *web.Form
	Steps         []web.Step
	Upload        Upload
	Report        *Report
	Format        string
	Figures       []web.Figure
	Bad           []badLine
	Sample        []sampleRow
	Running, Drop string
	Columns       string
	Accounts      []web.Option // which account the file is of, where it could be another
	New           int
}

// checkPage shows what the dry run found.
func (b *Bank) checkPage(q *web.Request) error {
	u, err := b.upload(q)
	if err != nil {
		return err
	}
	return b.showCheck(q, u)
}

func (b *Bank) showCheck(q *web.Request, u Upload) error {
	if u.Report == nil {
		return b.next(q, u)
	}
	q.Form().Default("opening", "1")
	at := func(word string) string { return path(q, "file", string(u.ID), word) }
	page := checkPage{Form: q.Form(), Steps: steps(q, 2), Upload: u, Report: u.Report, Format: q.T("bank.format." + string(u.Reading.Format)), Drop: at("drop"), New: u.Report.New()}
	switch {
	case u.Reading.Format == Table:
		page.Columns = at("columns")
	case u.Report.Journal != nil:
		page.Columns = at("accounts")
	}
	for _, e := range u.Report.Bad {
		page.Bad = append(page.Bad, badLine{e.Line, q.FaultText(e)})
	}
	for _, l := range u.Report.Sample {
		row := sampleRow{SurveyLine: l}
		if l.Here != "" {
			row.Href = path(q, "lines", string(l.Here))
		}
		page.Sample = append(page.Sample, row)
	}
	page.Figures = []web.Figure{{Label: q.T("bank.check.new"), Value: q.Quantity(count(page.New))}, {Label: q.T("bank.check.known"), Value: q.Quantity(count(u.Report.Known))}}
	err := b.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		if u.Run != "" {
			if run, found, err := job.Find(r, u.Run); err != nil || found && !run.State.Final() {
				page.Running = job.Path(q, u.Run)
				return err
			}
		}
		return page.accounts(q, r)
	})
	if err != nil {
		return err
	}
	return q.Render(web.Page{Template: "bank/check.html", Title: u.Name, Active: atBank, Data: page, Crumbs: crumbs(q)})
}

// accounts offers to say that the account of the file is one that is known by another number.
func (p *checkPage) accounts(q *web.Request, r store.Reader) error {
	numbers := map[intake.Account]bool{}
	for _, s := range p.Report.Sheets {
		numbers[s.Account] = true
	}
	list, err := Accounts(r)
	for _, a := range list {
		if len(numbers) == 1 && !numbers[a.Number] {
			p.Accounts = append(p.Accounts, web.Option{Value: string(a.Number), Label: string(a.Number)})
		}
	}
	if len(p.Accounts) > 0 {
		p.Accounts = append([]web.Option{{Label: q.T("bank.check.as_it_says")}}, p.Accounts...)
	}
	return err
}

// largeFile is the size above which bringing a file is long work.
const largeFile = 1 << 20

// runFile brings the file, as a job where it takes long.
func (b *Bank) runFile(q *web.Request) error {
	u, err := b.upload(q)
	if err != nil {
		return err
	}
	if as := intake.Account(q.Form().Text("as", web.Max(64))); as != "" && as != u.Reading.As {
		u.Reading.As, u.Report = as, nil
		return b.next(q, u) // other lines are known then: look again
	}
	if u.Report == nil || len(u.Report.Bad) > 0 {
		return b.showCheck(q, u)
	}
	u.Reading.Opening = q.Form().Bool("opening")
	if u.needsMapping() {
		return b.showMapper(q, u)
	}
	to := path(q)
	if b.Runner != nil && u.Size > largeFile {
		return b.start(q, bringJob, jobArgs{Upload: u.ID, Path: to}, &u)
	}
	result, err := b.Bring(q.R.Context(), q.Who, u, nil)
	if err == nil {
		err = b.drop(q.R.Context(), q.Who, u.ID, func(*store.Tx) error { return nil })
	}
	if err != nil && q.Form().Blame(err) {
		return b.showCheck(q, u)
	}
	if err != nil {
		return err
	}
	if u.Reading.Format.IsJournal() {
		to = path(q, "files", string(u.ID))
	}
	return q.Redirect(to, "bank.brought", "n", result.Brought)
}

// start begins long work and goes to its page.
func (b *Bank) start(q *web.Request, kind string, args jobArgs, u *Upload) error {
	id, err := perform(q.R.Context(), b, q.Who, q.Idempotency(), args, func(tx *store.Tx) (store.ID, error) {
		id, err := b.Runner.Start(tx, q.Who, kind, args)
		if err != nil || u == nil {
			return id, err
		}
		waiting := *u // the act may run again
		waiting.Run = id
		f, err := waiting.file()
		if err != nil {
			return id, err
		}
		if err := b.box().SaveIn(tx, q.Who, f); err != nil {
			return id, err
		}
		return id, upload.HoldIn(tx, u.ID, id)
	})
	if err != nil {
		return err
	}
	return q.Redirect(job.Path(q, id), "")
}

// dropFile forgets a file that waited.
func (b *Bank) dropFile(q *web.Request) error {
	u, err := b.upload(q)
	if err == nil {
		err = b.box().Drop(q.R.Context(), q.Who, u.ID)
	}
	if err != nil {
		return err
	}
	return q.Redirect(path(q), "")
}
