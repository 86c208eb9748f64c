package vfroom

import (
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/vf"
)

// find answers the palette: things by name. Names of people are not searched
// here; the practices that know their work find them.
func (p *pages) find(q *web.Request, text string, limit int) (hits []web.Hit, err error) {
	if text == "" || !q.Who.Can(vf.See) {
		return nil, nil
	}
	most := max(limit/5, 3)
	err = q.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		resources, err := vf.Resources(r, vf.ResourceFilter{Search: text, Limit: most})
		if err != nil {
			return err
		}
		for _, x := range resources {
			hits = append(hits, web.Hit{Kind: q.T("vf.hit.resource"), Label: x.Name, Path: q.Path("resources", string(x.ID)), Detail: q.Quantity(x.Onhand)})
		}
		processes, err := vf.Processes(r, vf.ProcessFilter{Search: text, Limit: most})
		if err != nil {
			return err
		}
		for _, x := range processes {
			hits = append(hits, web.Hit{Kind: q.T("vf.hit.process"), Label: x.Name, Path: q.Path("processes", string(x.ID))})
		}
		specs, err := vf.Specifications(r, text, vf.After{}, most)
		if err != nil {
			return err
		}
		for _, x := range specs {
			hits = append(hits, web.Hit{Kind: q.T("vf.hit.specification"), Label: x.Name, Path: q.Path("specifications", string(x.ID))})
		}
		more, err := findAround(q, r, text, most)
		hits = append(hits, more...)
		return err
	})
	return hits[:min(len(hits), limit)], err
}

// findAround finds organizations and places that are not private.
func findAround(q *web.Request, r *store.Snapshot, text string, most int) (hits []web.Hit, err error) {
	agents, err := vf.Agents(r, vf.AgentFilter{Kind: vf.Organization, Search: text, Limit: most})
	if err != nil {
		return nil, err
	}
	for _, a := range agents {
		hits = append(hits, web.Hit{Kind: q.T("vf.agent.kind_" + kindWord(a)), Label: a.Name, Path: q.Path("agents", string(a.ID))})
	}
	places, err := vf.List[vf.SpatialThing](r, vf.ListFilter{Search: text, Limit: most})
	for _, s := range places {
		if !s.Private {
			hits = append(hits, web.Hit{Kind: q.T("vf.hit.place"), Label: s.Name, Path: q.Path("places", string(s.ID))})
		}
	}
	return hits, err
}
