package vfroom

import (
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/vf"
	"commonweal/vf/naming"
)

func (p *pages) agentRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /c/{commons}/agents", Needs: vf.See, Handle: p.agents},
		{Pattern: "POST /c/{commons}/agents", Needs: vf.Arrange, Handle: p.addAgent},
		{Pattern: "GET /c/{commons}/agents/{id}", Needs: vf.See, Handle: p.agent},
		{Pattern: "POST /c/{commons}/agents/{id}/relations", Needs: vf.Arrange, Handle: p.relate},
		{Pattern: "GET /c/{commons}/agents/{id}/relations/{relation}", Needs: vf.Arrange, Handle: p.relation},
		{Pattern: "POST /c/{commons}/agents/{id}/relations/{relation}", Needs: vf.Arrange, Handle: p.changeRelation},
		{Pattern: "POST /c/{commons}/agents/{id}/relations/{relation}/end", Needs: vf.Arrange, Handle: p.endRelation},
	}
}

// agentsPage is who takes part: people, organizations and what lives.
type agentsPage struct {
	Tabs     []web.Tab
	Form     *web.Form
	Rows     []agentRow
	Kinds    []web.Option
	Adds     []web.Option
	Places   []web.Option
	First    string
	Next     string
	Filtered bool
}

type agentRow struct {
	ID               store.ID
	Name, Href, Kind string
	Project          bool
	Where, WhereHref string
}

var agentKinds = []string{string(vf.Organization), string(vf.Person), string(vf.Ecological)}

// agents lists who takes part. Outsiders see organizations: names of people
// are for members, and a search would tell them.
func (p *pages) agents(q *web.Request) error {
	page := agentsPage{Tabs: tabs(q, "agents"), Form: q.Form()}
	f := vf.AgentFilter{Kind: vf.AgentKind(page.Form.Choice("kind", agentKinds)), Search: page.Form.Text("find", web.Max(200)),
		After: vf.After{Name: page.Form.Raw("name_after"), ID: store.ID(page.Form.Raw("after"))}, Limit: shown + 1}
	page.Filtered = f.Kind != "" || f.Search != ""
	kinds := agentKinds
	if !naming.IsMember(q) {
		f.Kind, kinds = vf.Organization, nil
	}
	err := q.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		list, err := vf.Agents(r, f)
		if err != nil {
			return err
		}
		if f.After.ID != "" {
			page.First = q.Path("agents")
		}
		if len(list) > shown {
			list = list[:shown]
			page.Next = byName(q, list[shown-1].Name, list[shown-1].ID)
		}
		if page.Rows, err = agentRows(q, r, list); err != nil {
			return err
		}
		if q.Who.Can(vf.Arrange) {
			page.Places, err = placeOptions(q, r)
		}
		return err
	})
	if err != nil {
		return err
	}
	page.Kinds = []web.Option{{Label: q.T("vf.agent.any")}}
	for _, kind := range kinds {
		page.Kinds = append(page.Kinds, web.Option{Value: kind, Label: q.T("vf.agent.kind_" + kind)})
	}
	for _, kind := range []string{string(vf.Organization), "project", string(vf.Ecological)} {
		page.Adds = append(page.Adds, web.Option{Value: kind, Label: q.T("vf.agent.kind_" + kind)})
	}
	if q.WantsJSON() {
		return q.JSON(map[string]any{"agents": page.Rows, "next": page.Next})
	}
	return q.Render(web.Page{Template: "vf/agents.html", Title: q.T("vf.tab.agents"), Active: active("agents"), Data: page})
}

// agentRows words a list of agents. Where a person is, is nobody's business.
func agentRows(q *web.Request, r store.Reader, list []vf.Agent) ([]agentRow, error) {
	known, where := map[store.ID]vf.Agent{}, []store.ID{}
	for _, a := range list {
		known[a.ID] = a
		where = append(where, a.PrimaryLocation)
	}
	n, err := load(q, r, wanted{entities: where})
	if err != nil {
		return nil, err
	}
	called, out := naming.Known(q, known), make([]agentRow, len(list))
	for i, a := range list {
		out[i] = agentRow{ID: a.ID, Name: called.Of(a.ID), Href: q.Path("agents", string(a.ID)), Kind: q.T("vf.agent.kind_" + kindWord(a)), Project: isProject(a)}
		if a.Kind != vf.Person || naming.IsMember(q) {
			out[i].Where = n.place(a.PrimaryLocation)
		}
		if out[i].Where != "" {
			out[i].WhereHref = q.Path("places", string(a.PrimaryLocation))
		}
	}
	return out, nil
}

func isProject(a vf.Agent) bool {
	for _, c := range a.ClassifiedAs {
		if c == vf.ClassProject {
			return true
		}
	}
	return false
}

// kindWord is the kind of an agent as messages name it.
func kindWord(a vf.Agent) string {
	if isProject(a) {
		return "project"
	}
	return string(a.Kind)
}

// addAgent adds an organization or what lives. People are invited, so that
// they speak for themselves.
func (p *pages) addAgent(q *web.Request) error {
	f := q.Form()
	a := vf.Agent{Name: f.Text("name", web.Required, web.Max(300)), Note: f.Text("note", web.Max(5000)), PrimaryLocation: f.ID("place")}
	switch f.Choice("type", []string{string(vf.Organization), "project", string(vf.Ecological)}, web.Required) {
	case "project":
		a.Kind, a.ClassifiedAs = vf.Organization, []string{vf.ClassProject}
	case string(vf.Ecological):
		a.Kind = vf.Ecological
	default:
		a.Kind = vf.Organization
	}
	if f.OK() {
		done, err := p.core.Do(q.R.Context(), q.Who, q.Idempotency(), vf.Adding{Thing: a})
		if err == nil {
			return q.Redirect(q.Path("agents", string(done[0].ID)), "vf.agent.added")
		}
		if !f.Blame(err) {
			return err
		}
	}
	return p.agents(q)
}
