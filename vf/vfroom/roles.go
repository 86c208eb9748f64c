package vfroom

import (
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/vf"
)

// roleOptions lists for whom the reader may record besides themselves; nothing
// where there is nobody.
func roleOptions(q *web.Request, r *store.Snapshot) ([]web.Option, error) {
	roles, err := vf.Roles(r, q.Who.Agent)
	if err != nil || len(roles) == 0 {
		return nil, err
	}
	var w wanted
	for _, x := range roles {
		w.entities = append(w.entities, x.ID, x.Relationship)
	}
	n, err := load(q, r, w)
	out := []web.Option{{Label: q.T("vf.event.for_myself")}}
	for _, x := range roles {
		role, _ := n.entities[x.Relationship].(*vf.AgentRelationshipRole)
		out = append(out, web.Option{Value: string(x.ID), Label: q.T("vf.event.for_other", "who", n.agents.Of(x.Object), "role", role.Name)})
	}
	return out, err
}

// actsFor is for whom somebody acts under a relationship; nobody where there
// is none, which the act refuses.
func (p *pages) actsFor(q *web.Request, under store.ID) (object store.ID, err error) {
	err = q.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		x, _, err := vf.GetOne[vf.AgentRelationship](r, under)
		object = x.Object
		return err
	})
	return object, err
}
