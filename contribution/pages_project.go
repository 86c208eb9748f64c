package contribution

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
	"commonweal/vf"
)

func (p *Practice) projectRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /c/{commons}/contribution/projects", Needs: See, Handle: p.projects},
		{Pattern: "POST /c/{commons}/contribution/projects", Needs: Configure, Handle: p.openProject},
		{Pattern: "GET /c/{commons}/contribution/projects/{id}", Needs: See, Handle: p.project},
		{Pattern: "POST /c/{commons}/contribution/projects/{id}/closed", Needs: Configure, Handle: p.closeProject},
		{Pattern: "POST /c/{commons}/contribution/projects/{id}/processes", Needs: Log, Handle: p.addProcess},
		{Pattern: "POST /c/{commons}/contribution/projects/{id}/finish", Needs: Log, Handle: p.finishProcess},
		{Pattern: "POST /c/{commons}/contribution/projects/{id}/flow", Needs: Log, Handle: p.recordFlow},
		{Pattern: "GET /c/{commons}/contribution/projects/{id}/flows", Needs: See, Handle: p.projectFlows},
	}
}

// projectsPage lists the projects of the commons.
type projectsPage struct {
	Tabs     []web.Tab
	Form     *web.Form
	Projects []projectCard
}

// projectCard is a project in a list.
type projectCard struct {
	Project
	Href   string
	People int
	Value  quantity.Amount
	Hours  quantity.Amount
}

func (p *Practice) projects(q *web.Request) error {
	page := projectsPage{Tabs: roomTabs(q, "projects"), Form: q.Form()}
	err := p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		s, err := settings.Get(r)
		if err != nil {
			return err
		}
		return p.Columns(r, func(c *Columns) error {
			totals := c.totals()
			for _, project := range sortedBy(s.Projects, func(p Project) (string, bool) { return p.Name, true }) {
				card := projectCard{Project: project, Href: q.Path("contribution", "projects", string(project.ID)), Value: s.money(0), Hours: quantity.Of(0, quantity.Hour)}
				total := totals[string(project.ID)]
				card.People, card.Value.Micros, card.Hours.Micros = total.people, total.value, total.hours
				page.Projects = append(page.Projects, card)
			}
			return nil
		})
	})
	if err != nil {
		return err
	}
	slices.SortStableFunc(page.Projects, func(a, b projectCard) int { return boolOrder(a.Closed, b.Closed) })
	return q.Render(web.Page{Template: "contribution/projects.html", Title: q.T("contribution.project.list"), Active: "/contribution", Data: page})
}

// boolOrder puts false before true.
func boolOrder(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

func (p *Practice) openProject(q *web.Request) error {
	f := q.Form()
	name := f.Text("name", web.Required, web.Max(120))
	if f.OK() {
		project, err := OpenProject(q.R.Context(), p.DB, q.Who, q.Idempotency(), name)
		if err == nil {
			return q.Redirect(q.Path("contribution", "projects", string(project.ID)), "contribution.project.opened", "name", project.Name)
		}
		if !f.Blame(err) {
			return err
		}
	}
	return p.projects(q)
}

// projectPage is one project.
type projectPage struct {
	Tabs      []web.Tab
	Form      *web.Form
	Project   Project
	Action    string
	People    []personRow
	More      int // people beyond those shown
	Total     personRow
	Months    web.Chart
	Given     web.Sankey
	Processes []processRow
	// OpenProcesses are those that something may be recorded in.
	OpenProcesses []web.Option
	Stocks        []web.Option
	Units         []web.Option
	Rows          []entryRow
	All           string
	Incomes       []Income
	Income        quantity.Amount
	Members       bool
}

// personRow is one person's part in a project.
type personRow struct {
	Name, Href        string
	Hours, Care, Love quantity.Amount
	Value             quantity.Amount
	Count             int
}

// processRow is one process of a project.
type processRow struct {
	vf.Process
	Count int
	Value quantity.Amount
	Own   bool // the one that the project began with: never finished by hand
}

// peopleShown is how many people a project page lists, by value.
const peopleShown = 30

func (p *Practice) project(q *web.Request) error {
	page := projectPage{Form: q.Form(), Members: isMember(q), Action: q.Path("contribution", "projects", q.R.PathValue("id"))}
	err := p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		s, project, err := projectHere(q, r)
		if err != nil {
			return err
		}
		page.Project, page.Tabs = project, projectTabs(q, project, "about")
		var sum projectSums
		var pulse Pulse
		err = p.Columns(r, func(c *Columns) error {
			sum = c.sums(project.ID)
			pulse = c.pulse(r.Now(), s.Zone, "", project.ID)
			return nil
		})
		if err != nil {
			return err
		}
		page.Months = monthsChart(q, s, r.Now(), pulse)
		list, err := p.List(r, Filter{Project: project.ID, Limit: 8})
		if err != nil {
			return err
		}
		page.All = q.Path("contribution", "entries") + "?project=" + string(project.ID)
		page.Rows, err = rowsOf(q, r, s, list)
		return errors.Join(err, page.people(q, r, s, sum), page.processes(q, r, s, sum), page.incomes(r, s))
	})
	if err != nil {
		return err
	}
	return q.Render(web.Page{Template: "contribution/project.html", Title: page.Project.Name, Active: "/contribution", Data: page,
		Crumbs: []web.Crumb{{Label: q.T("contribution.tabs.projects"), Path: q.Path("contribution", "projects")}, {Label: page.Project.Name}}})
}

// projectHere returns the project of the address.
func projectHere(q *web.Request, r store.Reader) (*Settings, Project, error) {
	s, err := settings.Get(r)
	if err != nil {
		return nil, Project{}, err
	}
	p, known := s.Projects[store.ID(q.R.PathValue("id"))]
	if !known {
		return s, p, noProject()
	}
	return s, p, nil
}

func projectTabs(q *web.Request, p Project, current string) []web.Tab {
	at := q.Path("contribution", "projects", string(p.ID))
	return []web.Tab{{Label: q.T("contribution.project.about"), Href: at, Current: current == "about"},
		{Label: q.T("contribution.flows.title"), Href: at + "/flows", Current: current == "flows"}}
}

// people lists who gave what, the most valuable first.
func (page *projectPage) people(q *web.Request, r store.Reader, s *Settings, sum projectSums) error {
	list := slices.Clone(sum.people)
	slices.SortFunc(list, func(a, b personSum) int {
		return cmp.Or(cmp.Compare(b.value, a.value), cmp.Compare(b.hours+b.care+b.love, a.hours+a.care+a.love), cmp.Compare(a.person, b.person))
	})
	page.Total = personRow{Value: s.money(sum.value), Hours: quantity.Micros(sum.hours, quantity.Hour), Care: quantity.Of(0, quantity.CareHour), Love: quantity.Of(0, quantity.LoveHour)}
	for _, x := range list {
		page.Total.Care.Micros += x.care
		page.Total.Love.Micros += x.love
		page.Total.Count += x.count
	}
	if len(list) > peopleShown {
		page.More = len(list) - peopleShown
		list = list[:peopleShown]
	}
	agents := make([]store.ID, len(list))
	for i, x := range list {
		agents[i] = x.person
	}
	called, err := loadNames(q, r, agents...)
	for _, x := range list {
		page.People = append(page.People, personRow{Name: called.of(x.person), Href: q.Path("contribution", "entries") + "?project=" + string(page.Project.ID) + "&person=" + string(x.person),
			Hours: quantity.Micros(x.hours, quantity.Hour), Care: quantity.Micros(x.care, quantity.CareHour), Love: quantity.Micros(x.love, quantity.LoveHour),
			Value: s.money(x.value), Count: x.count})
	}
	return err
}

// finishedShown is how many of the newest steps are listed though they are finished.
const finishedShown = 10

// processes lists them, the newest first, and draws what was given to them.
func (page *projectPage) processes(q *web.Request, r store.Reader, s *Settings, sum projectSums) error {
	list, err := vf.Processes(r, vf.ProcessFilter{Project: page.Project.ID, Limit: 100})
	if err != nil {
		return err
	}
	sums := map[store.ID]processSum{}
	for _, x := range sum.processes {
		sums[x.process] = x
	}
	finished := 0
	for _, x := range list {
		row := processRow{Process: x, Own: x.ID == page.Project.Process, Value: s.money(0)}
		row.Count = sums[x.ID].count
		for _, v := range sums[x.ID].value {
			row.Value.Micros += v
		}
		if finished++; !x.Finished || finished <= finishedShown {
			page.Processes = append(page.Processes, row)
		}
		switch {
		case x.Finished:
		case row.Own:
			page.OpenProcesses = append(page.OpenProcesses, web.Option{Value: string(x.ID), Label: q.T("contribution.project.general")})
		default:
			page.OpenProcesses = append(page.OpenProcesses, web.Option{Value: string(x.ID), Label: x.Name})
		}
	}
	page.given(q, s, list, sum)
	stocks, err := vf.Resources(r, vf.ResourceFilter{Accountable: page.Project.ID, Limit: 100})
	for _, x := range stocks {
		if x.Onhand.Sign() > 0 {
			page.Stocks = append(page.Stocks, web.Option{Value: string(x.ID), Label: x.Name + " · " + q.Quantity(x.Onhand)})
		}
	}
	page.Units = unitOptions(q)
	return err
}

// stepsDrawn is how many steps the figure holds and stays legible; smaller ones are drawn together.
const stepsDrawn = 8

// given draws validated value from kinds to steps to the project.
func (page *projectPage) given(q *web.Request, s *Settings, list []vf.Process, sum projectSums) {
	called := map[store.ID]string{"": q.T("contribution.project.no_process")}
	for _, x := range list {
		called[x.ID] = x.Name
	}
	called[page.Project.Process] = q.T("contribution.project.general")
	page.Given = web.Sankey{Title: q.T("contribution.project.given"), Summary: q.T("contribution.project.given_text", "value", s.money(sum.value)), Unit: s.Currency}
	steps := slices.Clone(sum.processes)
	slices.SortFunc(steps, func(a, b processSum) int {
		return cmp.Or(cmp.Compare(b.total(), a.total()), cmp.Compare(a.process, b.process))
	})
	small := processSum{value: map[string]int64{}}
	for _, x := range steps[min(len(steps), stepsDrawn):] {
		for kind, v := range x.value {
			small.value[kind] += v
		}
	}
	kinds := map[string]bool{}
	for _, x := range steps[:min(len(steps), stepsDrawn)] {
		name, known := called[x.process]
		if !known {
			name = q.T("contribution.project.older_process")
		}
		page.drawStep(s, kinds, "step:"+string(x.process), name, x)
	}
	page.drawStep(s, kinds, "steps", q.T("contribution.project.other_steps"), small)
	page.Given.Nodes = append(page.Given.Nodes, web.SankeyNode{ID: "project", Label: page.Project.Name})
}

// drawStep draws what went into one step, by kind, and out of it.
func (page *projectPage) drawStep(s *Settings, kinds map[string]bool, node, name string, x processSum) {
	if x.total() <= 0 {
		return
	}
	for _, kind := range sortedBy(s.Kinds, func(k Kind) (string, bool) { return k.Name, x.value[k.Kind] > 0 }) {
		if !kinds[kind.Kind] {
			kinds[kind.Kind] = true
			page.Given.Nodes = append(page.Given.Nodes, web.SankeyNode{ID: "kind:" + kind.Kind, Label: kind.Name})
		}
		page.Given.Links = append(page.Given.Links, web.SankeyLink{From: "kind:" + kind.Kind, To: node, Amount: s.money(x.value[kind.Kind]), Href: page.All + "&kind=" + kind.Kind})
	}
	page.Given.Nodes = append(page.Given.Nodes, web.SankeyNode{ID: node, Label: name})
	page.Given.Links = append(page.Given.Links, web.SankeyLink{From: node, To: "project", Amount: s.money(x.total())})
}

var incomeOf = store.SQL(`SELECT content, used FROM contribution_income WHERE commons_id = $1 AND project = $2 ORDER BY at DESC, id DESC LIMIT $3`)

// incomes lists what came in for the project lately.
func (page *projectPage) incomes(r store.Reader, s *Settings) (err error) {
	page.Income = s.money(0)
	page.Incomes, err = store.All(r, scanIncome, incomeOf, page.Project.ID, 200)
	for _, in := range page.Incomes {
		if in.Net.Unit == s.Currency {
			page.Income.Micros += in.Net.Micros
		}
	}
	if len(page.Incomes) > 5 {
		page.Incomes = page.Incomes[:5]
	}
	return err
}

// monthsChart shows the hours of twelve months, the streams apart.
func monthsChart(q *web.Request, s *Settings, now time.Time, pulse Pulse) web.Chart {
	chart := web.Chart{Kind: "stacked", Title: q.T("contribution.project.months"), Summary: q.T("contribution.project.months_text"), Unit: quantity.Hour, Over: q.T("contribution.project.month")}
	local := now.In(s.Zone)
	for i := range monthsShown {
		first := time.Date(local.Year(), local.Month()+time.Month(i+1-monthsShown), 1, 0, 0, 0, 0, time.UTC)
		chart.Categories = append(chart.Categories, q.Month(first))
	}
	for _, series := range []struct {
		name   string
		values [monthsShown]int64
	}{{"livelihood", pulse.Hours}, {"care", pulse.Care}, {"love", pulse.Love}} {
		line := web.Series{Name: q.T("contribution.stream." + series.name)}
		for _, v := range series.values {
			line.Values = append(line.Values, quantity.Micros(v, quantity.Hour))
		}
		if trend(series.values) != nil {
			chart.Series = append(chart.Series, line)
		}
	}
	return chart
}
