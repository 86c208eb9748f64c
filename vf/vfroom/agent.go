package vfroom

import (
	"cmp"
	"slices"

	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/vf"
	"commonweal/vf/naming"
)

// agentPage is one of those who take part: what they hold, do, gave and
// received, and who belongs to whom.
type agentPage struct {
	Form             *web.Form
	Tabs             []web.Tab
	Agent            agentRow
	Note             string
	Views            []web.Tab
	View             string
	Holds            []resourceRow
	Processes        []processRow
	Events           []eventRow
	Relations        []relationRow
	People, Roles    []web.Option
	First, Next, All string
	ID               store.ID
}

// relationRow is one relationship, as it reads from this agent.
type relationRow struct {
	ID                store.ID
	Role, Other, Href string
	Since, Until      string
	Past              bool
	ActsFor           bool // whoever stands in the role records for the other
}

// agentViews are the tabs of an agent's page.
var agentViews = []string{"holds", "gave", "received", "does"}

func (p *pages) agent(q *web.Request) error {
	id := store.ID(q.R.PathValue("id"))
	page := agentPage{Form: q.Form(), Tabs: tabs(q, "agents"), ID: id, View: cmp.Or(q.Form().Choice("view", agentViews), "holds")}
	for _, view := range agentViews {
		page.Views = append(page.Views, web.Tab{Label: q.T("vf.agent." + view), Href: q.Path("agents", string(id)) + "?view=" + view, Current: view == page.View})
	}
	err := q.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		a, found, err := vf.GetAgent(r, id)
		if err != nil {
			return err
		}
		if !found {
			return absent("person or organization", id)
		}
		rows, err := agentRows(q, r, []vf.Agent{a})
		if err != nil {
			return err
		}
		if page.Agent = rows[0]; naming.IsMember(q) {
			page.Note = a.Note
		}
		if err := p.fillAgent(q, r, &page); err != nil {
			return err
		}
		return page.relations(q, r)
	})
	if err != nil {
		return err
	}
	if q.WantsJSON() {
		return q.JSON(page)
	}
	return q.Render(web.Page{Template: "vf/agent.html", Title: page.Agent.Name, Active: active("agents"), Data: page,
		Crumbs: []web.Crumb{{Label: q.T("vf.tab.agents"), Path: q.Path("agents")}, {Label: page.Agent.Name}}})
}

// fillAgent reads what the chosen view shows.
func (p *pages) fillAgent(q *web.Request, r *store.Snapshot, page *agentPage) error {
	switch page.View {
	case "holds":
		rows, first, next, err := holding(q, r, vf.ResourceFilter{Accountable: page.ID, InStock: true})
		page.Holds, page.First, page.Next = rows, first, next
		return err
	case "does":
		return p.doings(q, r, page)
	}
	f := vf.EventFilter{Provider: page.ID, Limit: shown + 1}
	if page.View == "received" {
		f.Provider, f.Receiver = "", page.ID
	}
	f.Before, _ = cursorOf(page.Form.Raw("after"))
	list, err := p.core.Register.Events(r, f)
	if err != nil {
		return err
	}
	list, page.First, page.Next = paged(q, list, func(e vf.Event) string { return cursorText(vf.CursorOf(e)) })
	n, err := load(q, r, wanted{events: list})
	if err != nil {
		return err
	}
	page.Events, page.All = n.rows(list), q.Path("history")+"?agent="+string(page.ID)
	return nil
}

// doings are the processes in an agent's scope; for people, those of their
// latest events.
func (p *pages) doings(q *web.Request, r *store.Snapshot, page *agentPage) error {
	list, err := vf.Processes(r, vf.ProcessFilter{Project: page.ID, Before: page.Form.ID("after"), Limit: shown + 1})
	if err != nil {
		return err
	}
	list, page.First, page.Next = paged(q, list, func(x vf.Process) string { return string(x.ID) })
	if len(list) == 0 {
		if list, err = p.takesPartIn(r, page.ID); err != nil {
			return err
		}
	}
	page.Processes, err = processRows(q, r, list)
	return err
}

// takesPartIn returns the processes of the latest events that an agent gave to.
func (p *pages) takesPartIn(r *store.Snapshot, agent store.ID) ([]vf.Process, error) {
	events, err := p.core.Register.Events(r, vf.EventFilter{Provider: agent, Limit: choices})
	if err != nil {
		return nil, err
	}
	var ids []store.ID
	for _, e := range events {
		if i := first(e.InputOf, e.OutputOf); i != "" && !slices.Contains(ids, i) && len(ids) < shown {
			ids = append(ids, i)
		}
	}
	found, err := vf.GetProcesses(r, ids)
	var list []vf.Process
	for _, i := range ids {
		if x, there := found[i]; there {
			list = append(list, x)
		}
	}
	return list, err
}

// relations reads who belongs to whom, from both sides.
func (page *agentPage) relations(q *web.Request, r *store.Snapshot) error {
	from, err := vf.Linked[vf.AgentRelationship](r, "subject", []store.ID{page.ID})
	if err != nil {
		return err
	}
	to, err := vf.Linked[vf.AgentRelationship](r, "object", []store.ID{page.ID})
	if err != nil {
		return err
	}
	all := slices.Concat(from[page.ID], to[page.ID])
	w := wanted{}
	for _, x := range all {
		w.agents, w.entities = append(w.agents, x.Subject, x.Object), append(w.entities, x.Relationship)
	}
	n, err := load(q, r, w)
	if err != nil {
		return err
	}
	for _, x := range all {
		page.Relations = append(page.Relations, n.relation(x, page.ID, r))
	}
	if !q.Who.Can(vf.Arrange) {
		return nil
	}
	if page.People, err = agentOptions(q, r); err != nil {
		return err
	}
	roles, err := relationRoles(r)
	page.Roles = append([]web.Option{{Label: q.T("vf.agent.new_role")}}, roles...)
	return err
}

// relation reads a relationship from the side of one agent.
func (n *names) relation(x vf.AgentRelationship, side store.ID, r *store.Snapshot) relationRow {
	row := relationRow{ID: x.ID, Other: n.agents.Of(x.Object), Href: n.q.Path("agents", string(x.Object)), Past: !x.HasEnd.IsZero() && !x.HasEnd.After(r.Now()), Until: lastDay(x.HasEnd, n.q.Zone)}
	role, ok := n.entities[x.Relationship].(*vf.AgentRelationshipRole)
	if ok {
		row.Role, row.ActsFor = role.Name, role.ActsFor
	}
	if x.Object == side {
		row.Other, row.Href = n.agents.Of(x.Subject), n.q.Path("agents", string(x.Subject))
		if ok {
			row.Role = cmp.Or(role.InverseRoleLabel, role.Name)
		}
	}
	if !x.HasBeginning.IsZero() {
		row.Since = x.HasBeginning.In(n.q.Zone).Format(web.DayFormat)
	}
	return row
}

// relate notes that this agent stands in a role to another, with a role that
// is there or a new one.
func (p *pages) relate(q *web.Request) error {
	f := q.Form()
	x := &vf.AgentRelationship{Subject: store.ID(q.R.PathValue("id")), Object: f.ID("object", web.Required), Relationship: f.ID("role"), HasBeginning: startOf(f.Date("since"), q.Zone, 0)}
	var steps []vf.Step
	if x.Relationship == "" {
		role := &vf.AgentRelationshipRole{InverseRoleLabel: f.Text("inverse", web.Max(300)), ActsFor: f.Bool("acts_for")}
		role.ID, role.Name = store.NewID(), f.Text("label", web.Required, web.Max(300))
		x.Relationship = role.ID
		steps = append(steps, vf.Adding{Thing: role})
	}
	if f.OK() {
		_, err := p.core.Do(q.R.Context(), q.Who, q.Idempotency(), append(steps, vf.Adding{Thing: x})...)
		if err == nil {
			return q.Redirect(q.Path("agents", string(x.Subject)), "vf.agent.related")
		}
		if !f.Blame(err) {
			return err
		}
	}
	return p.agent(q)
}
