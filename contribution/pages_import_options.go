package contribution

import (
	"slices"
	"strings"

	"golang.org/x/text/language"

	"commonweal/contribution/intake"
	"commonweal/contribution/intake/timesheet"
	"commonweal/platform/store"
	"commonweal/platform/table"
	"commonweal/platform/web"
	"commonweal/quantity"
)

// columnChoice is one field of a timesheet and the column that holds it.
type columnChoice struct{ Name, Label string }

type importOptionsPage struct {
	Form      *web.Form
	Steps     []web.Step
	Upload    Upload
	Fields    []columnChoice // those that most files have, and those that were found
	Others    []columnChoice
	Columns   []web.Option
	Head      []string
	Rows      [][]string // the first ones, as they are
	Orders    []web.Option
	Numbers   []web.Option
	Templates []web.Option
	Units     []web.Option
	Git       bool
}

// usualFields are the columns that most timesheets have.
var usualFields = []timesheet.Field{timesheet.Person, timesheet.Date, timesheet.Hours, timesheet.Project, timesheet.Note}

// importOptions is the second step: what the columns mean, or what a commit is worth.
func (p *Practice) importOptions(q *web.Request) error {
	u, err := p.upload(q)
	if err != nil {
		return err
	}
	return p.showOptions(q, u)
}

func (p *Practice) showOptions(q *web.Request, u Upload) error {
	if !hasOptions(u.Format) {
		return q.Redirect(importPath(q, "file", string(u.ID)), "")
	}
	page := importOptionsPage{Form: q.Form(), Upload: u, Steps: importSteps(q, &u, 1), Git: u.Format == FormatGit}
	if page.Git {
		page.gitChoices(q)
	} else if err := p.columnChoices(q, &page); err != nil {
		return err
	}
	return q.Render(web.Page{Template: "contribution/import_options.html", Title: u.Name, Active: "/contribution", Data: page, Crumbs: importCrumbs(q)})
}

func (page *importOptionsPage) gitChoices(q *web.Request) {
	g, f := page.Upload.Read.Git, page.Form
	for _, unit := range commitUnits {
		page.Units = append(page.Units, web.Option{Value: unit, Label: q.T("contribution.import.commit_" + unit), Hint: q.T("contribution.import.commit_" + unit + "_hint")})
	}
	f.Default("unit", string(g.Rules.Each.Unit))
	f.Default("each", q.Plain(g.Rules.Each))
	if !g.Rules.MostPerDay.IsZero() {
		f.Default("most", q.Plain(g.Rules.MostPerDay))
	}
	for name, n := range map[string]int64{"author": g.Rules.Author, "coauthor": g.Rules.CoAuthor, "reviewer": g.Rules.Reviewer} {
		f.Default(name, q.Plain(quantity.Of(n, "one")))
	}
	for name, t := range map[string]string{"since": day(g.Since), "until": day(g.Until)} {
		f.Default(name, t)
	}
	f.Default("link", page.Upload.Plan.Link)
}

// columnChoices fills in the columns of the file, its first rows, and what the
// template says.
func (p *Practice) columnChoices(q *web.Request, page *importOptionsPage) error {
	t, f := page.Upload.Read.Template, page.Form
	content := p.Imports.box().Open(q.R.Context(), q.Commons.ID, page.Upload.ID)
	rows, err := table.Open(content, table.Format{})
	if err != nil {
		return err
	}
	for _, h := range rows.Header {
		page.Head = append(page.Head, intake.Clean(h, 60))
	}
	for range 3 {
		row, err := rows.Next()
		if err != nil {
			break
		}
		cells := make([]string, len(row.Cells))
		for i, c := range row.Cells {
			cells[i] = intake.Clean(c, 60)
		}
		page.Rows = append(page.Rows, cells)
	}
	page.Columns = []web.Option{{Label: q.T("contribution.import.no_column")}}
	for _, h := range rows.Header {
		page.Columns = append(page.Columns, web.Option{Value: h, Label: intake.Clean(h, 60)})
	}
	for _, field := range timesheet.Fields {
		choice := columnChoice{"column_" + string(field), q.T("contribution.import.field_" + string(field))}
		if slices.Contains(usualFields, field) || t.Columns[field] != "" {
			page.Fields = append(page.Fields, choice)
		} else {
			page.Others = append(page.Others, choice)
		}
		f.Default("column_"+string(field), t.Columns[field])
	}
	for _, o := range orders {
		page.Orders = append(page.Orders, web.Option{Value: o, Label: q.T("contribution.import.order_" + o)})
	}
	for _, lang := range []string{"en", "nl", "fr"} { // one for each way of writing a number
		page.Numbers = append(page.Numbers, web.Option{Value: lang, Label: q.T("contribution.import.numbers_" + lang)})
	}
	f.Default("dates", string(t.Dates))
	f.Default("numbers", writingOf(t.Lang))
	f.Default("zone", t.Zone)
	f.Default("person", t.Person)
	f.Default("currency", string(t.Currency))
	return p.templateChoices(q, page)
}

// writingOf is the choice of the form that writes numbers as a language does.
func writingOf(tag language.Tag) string {
	switch base, _ := tag.Base(); base.String() {
	case "nl", "de", "es", "it", "pt", "da":
		return "nl"
	case "fr", "sv", "fi", "pl", "cs":
		return "fr"
	}
	return "en"
}

func (p *Practice) templateChoices(q *web.Request, page *importOptionsPage) error {
	var list []timesheet.Template
	err := p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) (err error) {
		list, err = Templates(r)
		return err
	})
	page.Templates = []web.Option{{Label: q.T("contribution.import.no_template")}}
	for _, t := range list {
		page.Templates = append(page.Templates, web.Option{Value: t.Name, Label: t.Name})
	}
	return err
}

// readAgain takes the options up and runs the dry run.
func (p *Practice) readAgain(q *web.Request) error {
	u, err := p.upload(q)
	if err != nil {
		return err
	}
	f := q.Form()
	if u.Format == FormatGit {
		gitOptions(q, &u)
	} else if done, err := p.sheetOptions(q, &u); done || err != nil {
		return err
	}
	if !f.OK() {
		return p.showOptions(q, u)
	}
	return p.checkAndShow(q, u)
}

// gitOptions reads what a commit is worth.
func gitOptions(q *web.Request, u *Upload) {
	f, g := q.Form(), u.Read.Git
	unit := quantity.Unit(f.Choice("unit", commitUnits, web.Required))
	g.Rules.Each = f.Amount("each", unit, web.Required)
	g.Rules.MostPerDay = quantity.Amount{}
	if f.Raw("most") != "" {
		g.Rules.MostPerDay = f.Amount("most", unit)
	}
	g.Rules.Author, g.Rules.CoAuthor, g.Rules.Reviewer = f.Int("author", 0, 1000), f.Int("coauthor", 0, 1000), f.Int("reviewer", 0, 1000)
	g.Since, g.Until = dayAt(f.Date("since")), dayAt(f.Date("until"))
	u.Plan.Link = f.Text("link", web.Max(300))
	if u.Plan.Link != "" && (Evidence{Link: u.Plan.Link + "0"}).check() != nil {
		f.Fail("link", "contribution.evidence", "%.60q is not a link; write one that begins with https://", u.Plan.Link)
	}
	if g.Rules.Each.Sign() < 0 {
		f.Fail("each", "intake.negative", "write zero or more")
	}
	if g.Rules.MostPerDay.Sign() < 0 {
		f.Fail("most", "intake.negative", "write zero or more, or leave it empty")
	}
}

// sheetOptions reads what the columns mean. done reports that the answer was
// given: another template was chosen.
func (p *Practice) sheetOptions(q *web.Request, u *Upload) (done bool, err error) {
	f, t := q.Form(), u.Read.Template
	if name := f.Text("template"); f.Has("use") && name != "" {
		return true, p.useTemplate(q, *u, name)
	}
	t.Columns = map[timesheet.Field]string{}
	for _, field := range timesheet.Fields {
		if column := f.Text("column_" + string(field)); column != "" {
			t.Columns[field] = column
		}
	}
	t.Dates = timesheet.Order(f.Choice("dates", orders))
	t.Lang = language.Make(f.Choice("numbers", []string{"en", "nl", "fr"}, web.Required))
	t.Zone, t.Person = f.Text("zone", web.Max(60)), f.Text("person", web.Max(80))
	t.Currency = quantity.Unit(strings.ToUpper(f.Text("currency", web.Max(8))))
	t.Name = ""
	if name := f.Text("save", web.Max(80)); name != "" && f.OK() {
		t.Name = name
		if err := KeepTemplate(q.R.Context(), p.DB, q.Who, *t); err != nil && !f.Blame(err) {
			return false, err
		}
	}
	return false, nil
}

// useTemplate fills the form from a saved template or a preset.
func (p *Practice) useTemplate(q *web.Request, u Upload, name string) error {
	err := p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		list, err := Templates(r)
		for _, t := range list {
			if t.Name == name {
				u.Read.Template = &t
				break
			}
		}
		return err
	})
	if err == nil {
		err = p.Imports.SaveUpload(q.R.Context(), q.Who, u)
	}
	if err != nil {
		return err
	}
	return q.Redirect(importPath(q, "file", string(u.ID), "options"), "")
}
