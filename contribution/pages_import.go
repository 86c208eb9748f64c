package contribution

import (
	"bufio"
	"strings"

	"commonweal/contribution/intake/timesheet"
	"commonweal/platform/fault"
	"commonweal/platform/job"
	"commonweal/platform/store"
	"commonweal/platform/table"
	"commonweal/platform/web"
)

func (p *Practice) importRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /c/{commons}/contribution/import", Needs: Import, Handle: p.imports},
		{Pattern: "GET /c/{commons}/contribution/import/new", Needs: Import, Handle: p.newImport},
		{Pattern: "POST /c/{commons}/contribution/import/new", Needs: Import, Handle: p.bringFile},
		{Pattern: "GET /c/{commons}/contribution/import/file/{id}", Needs: Import, Handle: p.fileImport},
		{Pattern: "POST /c/{commons}/contribution/import/file/{id}", Needs: Import, Handle: p.runImport},
		{Pattern: "GET /c/{commons}/contribution/import/file/{id}/options", Needs: Import, Handle: p.importOptions},
		{Pattern: "POST /c/{commons}/contribution/import/file/{id}/options", Needs: Import, Handle: p.readAgain},
		{Pattern: "GET /c/{commons}/contribution/import/file/{id}/bad.csv", Needs: Import, Handle: p.badLines},
		{Pattern: "POST /c/{commons}/contribution/import/file/{id}/drop", Needs: Import, Handle: p.dropImport},
		{Pattern: "GET /c/{commons}/contribution/import/batch/{id}", Needs: Import, Handle: p.batch},
		{Pattern: "POST /c/{commons}/contribution/import/batch/{id}/reverse", Needs: Import, Handle: p.reverseBatch},
	}
}

// importPath is an address below the imports.
func importPath(q *web.Request, parts ...string) string {
	return q.Path(append([]string{"contribution", "import"}, parts...)...)
}

// importCrumbs lead back to the list.
func importCrumbs(q *web.Request) []web.Crumb {
	return []web.Crumb{{Label: q.T("contribution.import.title"), Path: importPath(q)}}
}

// importSteps are the steps of the way, with where the reader is.
func importSteps(q *web.Request, u *Upload, current int) []web.Step {
	steps := make([]web.Step, 3)
	for i, name := range []string{"file", "read", "check"} {
		steps[i].Label = q.T("contribution.import.step_" + name)
		switch {
		case i < current:
			steps[i].State = "done"
		case i == current:
			steps[i].State = "current"
		}
	}
	if current > 1 && hasOptions(u.Format) {
		steps[1].Href = importPath(q, "file", string(u.ID), "options")
	}
	return steps
}

// hasOptions reports whether there is anything to say about how a format is read.
func hasOptions(f Format) bool { return f == FormatTimesheet || f == FormatGit }

// formatName is what a format is called.
func formatName(q *web.Request, f Format) string {
	return q.T("contribution.import.format_" + string(f))
}

type newImportPage struct {
	Form         *web.Form
	Steps        []web.Step
	Formats      []web.Option
	Repositories []web.Option
	Projects     []web.Option
	Most         int64 // megabytes
}

// newImport is the first step: which file, and what it is.
func (p *Practice) newImport(q *web.Request) error {
	f := q.Form()
	page := newImportPage{Form: f, Most: p.Imports.box().Limit() >> 20}
	f.Default("format", string(FormatTimesheet))
	for _, format := range Formats {
		page.Formats = append(page.Formats, web.Option{Value: string(format), Label: formatName(q, format), Hint: q.T("contribution.import.about_" + string(format))})
	}
	names, err := p.Imports.Repositories()
	if err != nil {
		return err
	}
	if len(names) > 0 {
		page.Repositories = append(page.Repositories, web.Option{Label: q.T("contribution.import.no_repository")})
	}
	for _, name := range names {
		page.Repositories = append(page.Repositories, web.Option{Value: name, Label: name})
	}
	if err := p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		s, err := settings.Get(r)
		if err == nil {
			page.Projects = append([]web.Option{{Label: q.T("contribution.import.no_project")}}, projectOptions(s.openProjects())...)
		}
		return err
	}); err != nil {
		return err
	}
	page.Steps = importSteps(q, &Upload{}, 0)
	return q.Render(web.Page{Template: "contribution/import_new.html", Title: q.T("contribution.import.new"), Active: "/contribution", Data: page, Crumbs: importCrumbs(q)})
}

// bringFile stores the file and reads its head.
func (p *Practice) bringFile(q *web.Request) error {
	f := q.Form()
	u := Upload{Format: Format(f.Choice("format", formatWords(), web.Required)), Plan: ImportPlan{Project: f.ID("project")}, Repository: f.Text("repository")}
	var rules []web.Rule
	if u.Repository == "" {
		rules = append(rules, web.Required)
	}
	file, sent := f.File("file", p.Imports.box().Limit(), rules...)
	if u.Repository != "" && u.Format != FormatGit {
		f.Fail("repository", "contribution.import_options", "only git history is read from a repository")
	}
	if !f.OK() {
		return p.newImport(q)
	}
	u, err := p.keepFile(q, u, file, sent)
	if err == nil && !hasOptions(u.Format) {
		return p.checkAndShow(q, u)
	}
	if err == nil {
		return q.Redirect(importPath(q, "file", string(u.ID), "options"), "")
	}
	if !f.Blame(err) {
		return err
	}
	return p.newImport(q)
}

func formatWords() []string {
	out := make([]string, len(Formats))
	for i, f := range Formats {
		out[i] = string(f)
	}
	return out
}

// keepFile stores the upload with what its head says about how to read it.
func (p *Practice) keepFile(q *web.Request, u Upload, file web.Upload, sent bool) (Upload, error) {
	u.usual()
	if u.Repository != "" {
		if _, err := p.Imports.repository(u.Repository); err != nil {
			return u, err
		}
		u.Name = u.Repository
		return p.Imports.KeepUpload(q.R.Context(), q.Who, u, strings.NewReader(""))
	}
	if !sent {
		return u, fault.Invalidf("upload.size", "file", "choose a file")
	}
	content, err := file.Open()
	if err != nil {
		return u, err
	}
	defer content.Close()
	u.Name = file.Name
	in := bufio.NewReaderSize(content, 64<<10)
	if u.Format == FormatTimesheet {
		head, _ := in.Peek(64 << 10)
		if u.Read.Template, err = guess(head); err != nil {
			return u, err
		}
		u.Read.Template.Lang, u.Read.Template.Zone = q.Lang, q.Commons.Zone
	}
	return p.Imports.KeepUpload(q.R.Context(), q.Who, u, in)
}

// guess reads the header and says what its columns seem to mean.
func guess(head []byte) (*timesheet.Template, error) {
	rows, err := table.Open(strings.NewReader(string(head)), table.Format{})
	if err != nil {
		if e := fault.As(err); e != nil {
			return nil, e.InField("file")
		}
		return nil, fault.Invalidf("contribution.import_header", "file", "the file has no first line with the names of its columns")
	}
	t, _ := timesheet.Guess(rows.Header)
	return &t, nil
}

// largeFile is the size above which the dry run is long work.
const largeFile = 8 << 20

// checkAndShow runs the dry run, or starts it where it takes long, and goes to
// its result.
func (p *Practice) checkAndShow(q *web.Request, u Upload) error {
	to := importPath(q, "file", string(u.ID))
	if p.Runner == nil || u.Size < largeFile && u.Format != FormatGit {
		if _, err := p.Imports.Check(q.R.Context(), q.Who, u); err != nil {
			return err
		}
		return q.Redirect(to, "")
	}
	if err := p.Imports.SaveUpload(q.R.Context(), q.Who, u); err != nil {
		return err
	}
	return p.start(q, checkJob, importArgs{Upload: u.ID, Path: to})
}

// start begins long work and goes to its page.
func (p *Practice) start(q *web.Request, kind string, args importArgs) error {
	id, err := p.launch(q.R.Context(), q.Who, q.Idempotency(), kind, args)
	if err != nil {
		return err
	}
	return q.Redirect(job.Path(q, id), "")
}

// addressed is the identifier in the address; one that cannot be is not found.
func addressed(q *web.Request) (store.ID, error) {
	id, ok := store.ParseID(q.R.PathValue("id"))
	if !ok {
		return "", fault.NotFoundf("contribution.unknown_batch", "", "there is no such import in this commons")
	}
	return id, nil
}

// upload reads the file that the address names.
func (p *Practice) upload(q *web.Request) (u Upload, err error) {
	id, err := addressed(q)
	if err != nil {
		return u, err
	}
	err = p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		u, err = p.Imports.GetUpload(r, id)
		return err
	})
	return u, err
}

// commitUnits are what a commit may be counted in.
var commitUnits = []string{"point", "hour"}

// orders are the orders of a date that a form offers.
var orders = []string{string(timesheet.Unsaid), string(timesheet.YearMonthDay), string(timesheet.DayMonthYear), string(timesheet.MonthDayYear)}
