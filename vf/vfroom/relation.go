package vfroom

import (
	"time"

	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/vf"
)

// relationPage is one relationship between two agents, to be changed or ended.
type relationPage struct {
	Form            *web.Form
	ID, From        store.ID // From is the agent whose page led here
	FromName        string
	Role            string
	Subject, Object string
	Roles           []web.Option
	Until           string // its last day, once it has one
	Past            bool
}

// lastDay is the last day of what ends at a moment.
func lastDay(end time.Time, zone *time.Location) string {
	if end.IsZero() {
		return ""
	}
	return end.Add(-time.Nanosecond).In(zone).Format(web.DayFormat)
}

// readRelation returns the relationship of the address.
func readRelation(q *web.Request, r store.Reader) (vf.AgentRelationship, error) {
	id, side := store.ID(q.R.PathValue("relation")), store.ID(q.R.PathValue("id"))
	x, found, err := vf.GetOne[vf.AgentRelationship](r, id)
	if err == nil && (!found || x.Subject != side && x.Object != side) {
		err = absent("relationship", id)
	}
	return x, err
}

func (p *pages) relation(q *web.Request) error {
	page := relationPage{Form: q.Form(), From: store.ID(q.R.PathValue("id"))}
	err := q.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		x, err := readRelation(q, r)
		if err != nil {
			return err
		}
		n, err := load(q, r, wanted{agents: []store.ID{x.Subject, x.Object}, entities: []store.ID{x.Relationship}})
		if err != nil {
			return err
		}
		row := n.relation(x, x.Subject, r)
		page.ID, page.Role, page.Subject, page.Object, page.Past, page.Until = x.ID, row.Role, n.agents.Of(x.Subject), row.Other, row.Past, row.Until
		page.FromName = n.agents.Of(page.From)
		page.Form.Default("role", string(x.Relationship))
		page.Form.Default("since", row.Since)
		page.Form.Default("until", row.Until)
		page.Roles, err = relationRoles(r)
		return err
	})
	if err != nil {
		return err
	}
	return q.Render(web.Page{Template: "vf/relation.html", Title: q.T("vf.agent.relation"), Active: active("agents"), Data: page,
		Crumbs: []web.Crumb{{Label: q.T("vf.tab.agents"), Path: q.Path("agents")}, {Label: page.FromName, Path: q.Path("agents", string(page.From))}, {Label: q.T("vf.agent.relation")}}})
}

// relationRoles are the roles in which one may stand to another.
func relationRoles(r store.Reader) (out []web.Option, err error) {
	roles, err := vf.List[vf.AgentRelationshipRole](r, vf.ListFilter{Limit: choices})
	for _, role := range roles {
		out = append(out, web.Option{Value: string(role.ID), Label: role.Name})
	}
	return out, err
}

// changeRelation gives a relationship another role, or other days.
func (p *pages) changeRelation(q *web.Request) error {
	f := q.Form()
	role, since, until := f.ID("role", web.Required), startOf(f.Date("since"), q.Zone, 0), startOf(f.Date("until"), q.Zone, 1)
	return p.reviseRelation(q, "vf.agent.changed", func(x *vf.AgentRelationship, _ time.Time) {
		x.Relationship, x.HasBeginning, x.HasEnd = role, since, until
	})
}

// endRelation ends a relationship now. One that was still to begin never does.
func (p *pages) endRelation(q *web.Request) error {
	return p.reviseRelation(q, "vf.agent.ended", func(x *vf.AgentRelationship, now time.Time) {
		if x.HasBeginning.After(now) {
			x.HasBeginning = now
		}
		x.HasEnd = now
	})
}

func (p *pages) reviseRelation(q *web.Request, done string, change func(x *vf.AgentRelationship, now time.Time)) error {
	var x vf.AgentRelationship
	err := q.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) (err error) {
		if x, err = readRelation(q, r); err == nil {
			change(&x, r.Now())
		}
		return err
	})
	if err != nil {
		return err
	}
	return p.doAnd(q, back(q, "agents"), done, p.relation, vf.Revising{Entity: &x})
}
