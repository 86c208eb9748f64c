package contribution

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"

	"commonweal/contribution/intake"
	"commonweal/platform/fault"
	"commonweal/platform/job"
	"commonweal/platform/store"
	"commonweal/platform/web"
)

// mostAsked is how many identities one page asks about.
const mostAsked = 200

// mostNamed is how many members a list of choices names; in a larger commons
// the name is typed.
const mostNamed = 300

// askedPerson is one identity of the file, and the field that decides it.
type askedPerson struct {
	Stranger
	Field string
	Hint  string // an address, where the file has more than a name
}

// askedProject is one name of the file, and the field that decides it.
type askedProject struct{ Name, Field string }

type importCheckPage struct {
	Form     *web.Form
	Steps    []web.Step
	Upload   Upload
	Format   string
	Found    *Checked
	Stopped  string // why the file cannot be read to its end
	Lines    []shownLine
	Bad      string // address of all bad lines
	Figures  []web.Figure
	People   []askedPerson
	More     int // identities beyond mostAsked
	Members  []web.Option
	Names    []string // of members, where there are too many to choose from
	Projects []askedProject
	Choices  []web.Option
	Running  string // address of the run that imports the file
	Drop     string
	Again    string
	Ready    bool // something is left to import
}

type shownLine struct {
	Line int
	Text string
}

// fileImport is the third step: what the dry run found, and what to decide.
func (p *Practice) fileImport(q *web.Request) error {
	u, err := p.upload(q)
	if err != nil {
		return err
	}
	return p.showCheck(q, u)
}

func (p *Practice) showCheck(q *web.Request, u Upload) error {
	if u.Checked == nil {
		if hasOptions(u.Format) {
			return q.Redirect(importPath(q, "file", string(u.ID), "options"), "")
		}
		return p.checkAndShow(q, u)
	}
	c := u.Checked
	page := importCheckPage{Form: q.Form(), Steps: importSteps(q, &u, 2), Upload: u, Format: formatName(q, u.Format), Found: c,
		Bad: importPath(q, "file", string(u.ID), "bad.csv"), Drop: importPath(q, "file", string(u.ID), "drop"), Ready: c.Stopped == "" && c.Rows > 0}
	if hasOptions(u.Format) {
		page.Again = importPath(q, "file", string(u.ID), "options")
	}
	for _, bad := range c.Bad[:min(len(c.Bad), 20)] {
		page.Lines = append(page.Lines, shownLine{bad.Line, badLine(q, bad)})
	}
	page.stopped(q)
	page.figures(q)
	err := p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		if err := p.running(q, r, u, &page); err != nil {
			return err
		}
		return page.ask(q, r)
	})
	if err != nil {
		return err
	}
	return q.Render(web.Page{Template: "contribution/import_check.html", Title: u.Name, Active: "/contribution", Data: page, Crumbs: importCrumbs(q)})
}

// stopped says in the reader's language why the file cannot be read to its end.
func (page *importCheckPage) stopped(q *web.Request) {
	if page.Stopped = page.Found.Stopped; page.Found.Stop != nil {
		page.Stopped = q.FaultText(page.Found.Stop)
	}
}

// badLine is a line that cannot be imported, in the reader's language.
func badLine(q *web.Request, b *fault.Error) string {
	text := q.FaultText(b)
	if b.Field == "" {
		return text
	}
	return b.Field + ": " + text
}

func (page *importCheckPage) figures(q *web.Request) {
	c := page.Found
	for _, f := range []struct {
		key string
		n   int
	}{{"new", c.Rows}, {"repeated", c.Repeated}, {"left_out", c.LeftOut}, {"bad", c.BadLines}} {
		if f.n > 0 || f.key == "new" {
			page.Figures = append(page.Figures, web.Figure{Label: q.T("contribution.import.figure_" + f.key), Value: q.Quantity(count(f.n))})
		}
	}
}

// running says whether the file is being imported already.
func (p *Practice) running(q *web.Request, r *store.Snapshot, u Upload, page *importCheckPage) error {
	if u.Run == "" {
		return nil
	}
	run, found, err := job.Find(r, u.Run)
	if err == nil && found && !run.State.Final() {
		page.Running = job.Path(q, u.Run)
	}
	return err
}

// ask prepares the questions: who people are, which projects names mean.
func (page *importCheckPage) ask(q *web.Request, r *store.Snapshot) error {
	s, err := settings.Get(r)
	if err != nil {
		return err
	}
	members, err := membersHere(r)
	if err != nil {
		return err
	}
	page.Members = []web.Option{{Value: string(MakeNew), Label: q.T("contribution.import.make_member")}, {Value: "-", Label: q.T("contribution.import.leave_out")}}
	if len(members) <= mostNamed {
		for _, m := range members {
			page.Members = append(page.Members, web.Option{Value: m.ID, Label: m.Name})
		}
	} else {
		page.Names = namesOf(members)
	}
	c := page.Found
	for i, u := range c.Unknown[:min(len(c.Unknown), mostAsked)] {
		field := "who_" + strconv.Itoa(i)
		asked := askedPerson{Stranger: u, Field: field}
		if !strings.HasPrefix(u.ID, "name:") {
			asked.Hint = bare(u.ID)
		}
		page.People = append(page.People, asked)
		page.Form.Default(field, string(MakeNew))
		if u.Suggest != "" {
			page.Form.Default(field, u.Suggest)
		}
	}
	page.More = max(0, len(c.Unknown)-mostAsked)
	page.Choices = append([]web.Option{{Value: string(MakeNew), Label: q.T("contribution.import.make_project")}}, projectOptions(s.openProjects())...)
	for i, name := range c.Projects {
		field := "project_" + strconv.Itoa(i)
		page.Projects = append(page.Projects, askedProject{name, field})
		page.Form.Default(field, string(MakeNew))
	}
	return nil
}

func namesOf(members []intake.Person) []string {
	out := make([]string, len(members))
	for i, m := range members {
		out[i] = m.Name
	}
	return out
}

// runImport takes the decisions up and starts the import.
func (p *Practice) runImport(q *web.Request) error {
	u, err := p.upload(q)
	if err != nil {
		return err
	}
	f := q.Form()
	if err := u.startable(); err != nil {
		f.Blame(err)
		return p.showCheck(q, u)
	}
	u.Plan.People, u.Plan.Projects = map[string]store.ID{}, map[string]store.ID{}
	if err := p.decidePeople(q, &u); err != nil {
		return err
	}
	for i, name := range u.Checked.Projects {
		u.Plan.Projects[name] = store.ID(f.Text("project_"+strconv.Itoa(i), web.Required))
	}
	u.Plan.SkipBad = f.Bool("skip")
	u.Plan.MakePeople, u.Plan.MakeProjects, u.Plan.MakeKinds = f.Bool("others"), true, true
	f.Blame(u.undecided().OrNil())
	if !f.OK() {
		return p.showCheck(q, u)
	}
	if err := p.Imports.SaveUpload(q.R.Context(), q.Who, u); err != nil {
		return err
	}
	to := importPath(q, "batch", string(u.ID))
	if p.Runner != nil {
		return p.start(q, importJob, importArgs{Upload: u.ID, Path: to})
	}
	return p.importNow(q, u, to)
}

// importNow imports within the request, where nobody takes up long work.
func (p *Practice) importNow(q *web.Request, u Upload, to string) error {
	result, err := p.Imports.whole(q.R.Context(), q.Who, u)
	if err != nil {
		if q.Form().Blame(err) {
			return p.showCheck(q, u)
		}
		return err
	}
	if result.Records() == 0 {
		to = importPath(q)
	}
	return q.Redirect(to, "contribution.import.done", "n", result.Records())
}

// decidePeople reads who the identities are.
func (p *Practice) decidePeople(q *web.Request, u *Upload) error {
	f := q.Form()
	var members []intake.Person
	err := p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) (err error) {
		members, err = membersHere(r)
		return err
	})
	known := map[string]store.ID{string(MakeNew): MakeNew, "-": LeaveOut}
	for _, m := range members {
		known[m.ID] = store.ID(m.ID)
		if len(members) > mostNamed {
			known[m.Name] = store.ID(m.ID)
		}
	}
	for i, s := range u.Checked.Unknown[:min(len(u.Checked.Unknown), mostAsked)] {
		field := "who_" + strconv.Itoa(i)
		said := f.Text(field, web.Required)
		agent, ok := known[said]
		if !ok && said != "" {
			f.Fail(field, "contribution.import_people", "%.60q is not a member here", said)
		}
		u.Plan.People[s.ID] = agent
	}
	return err
}

// badLines is the list of all bad lines as a file.
func (p *Practice) badLines(q *web.Request) error {
	u, err := p.upload(q)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Write([]string{"line", "field", "code", "message"})
	if u.Checked != nil {
		for _, bad := range u.Checked.Bad {
			w.Write([]string{strconv.Itoa(bad.Line), cell(bad.Field), bad.Code, cell(q.FaultText(bad))})
		}
	}
	w.Flush()
	return q.Download(fmt.Sprintf("bad-lines-%s.csv", u.ID[:8]), "text/csv; charset=utf-8", b.Bytes())
}

// cell keeps a spreadsheet from running a text as a formula.
func cell(text string) string {
	if text != "" && (text[0] == '=' || text[0] == '+' || text[0] == '-' || text[0] == '@' || text[0] == '\t') {
		return "'" + text
	}
	return text
}

// dropImport throws the file away.
func (p *Practice) dropImport(q *web.Request) error {
	u, err := p.upload(q)
	if err != nil {
		return err
	}
	if err := p.Imports.DropUpload(q.R.Context(), q.Who, u.ID); err != nil {
		return err
	}
	return q.Redirect(importPath(q), "contribution.import.dropped")
}
