package vfroom

import (
	"time"

	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/vf"
	"commonweal/vf/naming"
)

func (p *pages) processRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /c/{commons}/processes", Needs: vf.See, Handle: p.processes},
		{Pattern: "GET /c/{commons}/processes/new", Needs: vf.Take, Handle: p.newProcess},
		{Pattern: "POST /c/{commons}/processes/new", Needs: vf.Take, Handle: p.addProcess},
		{Pattern: "GET /c/{commons}/processes/{id}", Needs: vf.See, Handle: p.process},
		{Pattern: "POST /c/{commons}/processes/{id}/finish", Needs: vf.Take, Handle: p.finishProcess},
	}
}

// processesPage is what is being made and was made, the newest first.
type processesPage struct {
	Tabs     []web.Tab
	Form     *web.Form
	Rows     []processRow
	Projects []web.Option
	First    string
	Next     string
	Filtered bool
}

// processRow is one process in a list.
type processRow struct {
	vf.Process
	Href, Project, ProjectHref, Kind string
}

func (p *pages) processes(q *web.Request) error {
	page := processesPage{Tabs: tabs(q, "processes"), Form: q.Form()}
	f := vf.ProcessFilter{Project: page.Form.ID("project"), Search: page.Form.Text("find", web.Max(200)), Before: page.Form.ID("after"), Limit: shown + 1}
	page.Filtered = f.Project != "" || f.Search != ""
	err := q.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		list, err := vf.Processes(r, f)
		if err != nil {
			return err
		}
		list, page.First, page.Next = paged(q, list, func(x vf.Process) string { return string(x.ID) })
		if page.Rows, err = processRows(q, r, list); err != nil {
			return err
		}
		page.Projects, err = projectOptions(q, r, q.T("vf.process.any_project"))
		return err
	})
	if err != nil {
		return err
	}
	if q.WantsJSON() {
		return q.JSON(map[string]any{"processes": page.Rows, "next": page.Next})
	}
	return q.Render(web.Page{Template: "vf/processes.html", Title: q.T("vf.tab.processes"), Active: active("processes"), Data: page})
}

// processRows words a list of processes.
func processRows(q *web.Request, r store.Reader, list []vf.Process) ([]processRow, error) {
	var scopes, kinds []store.ID
	for _, x := range list {
		scopes, kinds = append(scopes, x.InScopeOf), append(kinds, x.BasedOn)
	}
	n, err := load(q, r, wanted{agents: scopes, stages: kinds})
	if err != nil {
		return nil, err
	}
	out := make([]processRow, len(list))
	for i, x := range list {
		out[i] = processRow{Process: x, Href: q.Path("processes", string(x.ID)), Project: n.agents.Of(x.InScopeOf), Kind: n.stages[x.BasedOn].Name}
		if x.InScopeOf != "" {
			out[i].ProjectHref = q.Path("agents", string(x.InScopeOf))
		}
		if !naming.IsMember(q) {
			out[i].Note = ""
		}
	}
	return out, nil
}

// projectOptions lists the projects of the commons.
func projectOptions(q *web.Request, r store.Reader, none string) ([]web.Option, error) {
	list, err := vf.Projects(r, vf.After{}, choices)
	out := []web.Option{{Label: none}}
	for _, a := range list {
		out = append(out, web.Option{Value: string(a.ID), Label: a.Name})
	}
	return out, err
}

// processForm is the form that begins a process.
type processForm struct {
	Form            *web.Form
	Projects, Kinds []web.Option
}

func (p *pages) newProcess(q *web.Request) error {
	page := processForm{Form: q.Form()}
	err := q.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) (err error) {
		if page.Projects, err = projectOptions(q, r, q.T("vf.choose_none")); err != nil {
			return err
		}
		list, err := vf.ProcessSpecifications(r, "", vf.After{}, choices)
		page.Kinds = []web.Option{{Label: q.T("vf.choose_none")}}
		for _, s := range list {
			page.Kinds = append(page.Kinds, web.Option{Value: string(s.ID), Label: s.Name})
		}
		return err
	})
	if err != nil {
		return err
	}
	return q.Render(web.Page{Template: "vf/process_new.html", Title: q.T("vf.process.new"), Active: active("processes"), Data: page,
		Crumbs: []web.Crumb{{Label: q.T("vf.tab.processes"), Path: q.Path("processes")}, {Label: q.T("vf.process.new")}}})
}

func (p *pages) addProcess(q *web.Request) error {
	f := q.Form()
	x := vf.Process{Name: f.Text("name", web.Required, web.Max(300)), Note: f.Text("note", web.Max(5000)), InScopeOf: f.ID("inScopeOf"), BasedOn: f.ID("basedOn"),
		HasBeginning: startOf(f.Date("hasBeginning"), q.Zone, 0), HasEnd: startOf(f.Date("hasEnd"), q.Zone, 0)}
	if f.OK() {
		done, err := p.core.Do(q.R.Context(), q.Who, q.Idempotency(), vf.Adding{Thing: x})
		if err == nil {
			return q.Redirect(q.Path("processes", string(done[0].ID)), "vf.process.begun")
		}
		if !f.Blame(err) {
			return err
		}
	}
	return p.newProcess(q)
}

// finishProcess says that no more will be done in a process.
func (p *pages) finishProcess(q *web.Request) error {
	id := store.ID(q.R.PathValue("id"))
	_, err := p.core.Do(q.R.Context(), q.Who, q.Idempotency(), vf.Finishing{Process: id, At: time.Time{}})
	if err == nil {
		return q.Redirect(q.Path("processes", string(id)), "vf.process.finished_done")
	}
	if !q.Form().Blame(err) {
		return err
	}
	return p.process(q)
}
