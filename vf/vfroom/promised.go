package vfroom

import (
	"time"

	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/vf"
)

// soon is how long before it is due a promise is brought to mind.
const soon = 7 * 24 * time.Hour

// promised tells the reader what they promised and is due soon, or late: on
// the home of a commons, a few at most.
func (p *pages) promised(q *web.Request) (out []web.Attention, err error) {
	if q.Who.Agent == "" || !q.Who.Can(vf.Take) {
		return nil, nil
	}
	err = q.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		mine, err := vf.List[vf.Commitment](r, vf.ListFilter{Property: "provider", Target: q.Who.Agent, OpenOnly: true, Limit: 200})
		if err != nil {
			return err
		}
		var ids []store.ID
		var w wanted
		for _, c := range mine {
			ids = append(ids, c.ID)
			w.want(c.PlannedFlow)
		}
		met, err := vf.MetOf(r, ids)
		if err != nil {
			return err
		}
		n, err := load(q, r, w)
		if err != nil {
			return err
		}
		for i := len(mine) - 1; i >= 0 && len(out) < 5; i-- { // what is due first
			c := mine[i]
			row := n.flow(c.About, c.PlannedFlow, met[c.ID], r.Now())
			if row.Done || c.Due.IsZero() || c.Due.After(r.Now().Add(soon)) {
				continue
			}
			out = append(out, web.Attention{Label: q.T("vf.flow.promised", "what", row.says(q)), Path: n.about(c), Detail: row.State})
		}
		return nil
	})
	return out, err
}

// about is the page that a promise is part of.
func (n *names) about(c vf.Commitment) string {
	switch {
	case c.PlannedWithin != "":
		return n.q.Path("plans", string(c.PlannedWithin))
	case first(c.ClauseOf, c.ReciprocalClauseOf) != "":
		return n.q.Path("agreements", string(first(c.ClauseOf, c.ReciprocalClauseOf)))
	}
	return n.q.Path("processes", string(first(c.InputOf, c.OutputOf)))
}
