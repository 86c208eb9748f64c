package vfroom

import (
	"time"

	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/vf"
	"commonweal/vf/naming"
)

func (p *pages) planRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /c/{commons}/plans", Needs: vf.See, Handle: p.plans},
		{Pattern: "POST /c/{commons}/plans", Needs: vf.Take, Handle: p.addPlan},
		{Pattern: "GET /c/{commons}/plans/{id}", Needs: vf.See, Handle: p.plan},
		{Pattern: "POST /c/{commons}/plans/{id}/process", Needs: vf.Take, Handle: p.planProcess},
		{Pattern: "POST /c/{commons}/plans/{id}/need", Needs: vf.Take, Handle: p.planNeed},
		{Pattern: "POST /c/{commons}/plans/{id}/take", Needs: vf.Take, Handle: p.takeOn},
		{Pattern: "POST /c/{commons}/plans/{id}/record", Needs: vf.Take, Handle: p.recordPlanned},
	}
}

// plansPage is what is planned, the latest due first.
type plansPage struct {
	Tabs        []web.Tab
	Form        *web.Form
	Rows        []planRow
	First, Next string
	Filtered    bool
}

// planRow is one plan in a list: how far it is, what is late and what still
// looks for somebody.
type planRow struct {
	ID             store.ID
	Name, Href     string
	Due            time.Time
	Promises, Kept int
	Open, Late     int // Open: what nobody has taken on yet
	State, Tone    string
}

func (p *pages) plans(q *web.Request) error {
	page := plansPage{Tabs: tabs(q, "plans"), Form: q.Form()}
	filter := vf.ListFilter{Search: page.Form.Text("find", web.Max(200))}
	page.Filtered = filter.Search != ""
	err := q.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		list, first, next, err := latest[vf.Plan](q, r, filter)
		if err != nil {
			return err
		}
		page.First, page.Next = first, next
		page.Rows, err = planRows(q, r, list)
		return err
	})
	if err != nil {
		return err
	}
	if q.WantsJSON() {
		return q.JSON(map[string]any{"plans": page.Rows, "next": page.Next})
	}
	return q.Render(web.Page{Template: "vf/plans.html", Title: q.T("vf.tab.plans"), Active: active("plans"), Data: page})
}

// planRows words plans by what they include.
func planRows(q *web.Request, r *store.Snapshot, list []vf.Plan) ([]planRow, error) {
	ids := make([]store.ID, len(list))
	for i, x := range list {
		ids[i] = x.ID
	}
	in, err := included(r, ids)
	if err != nil {
		return nil, err
	}
	n := &names{q: q, agents: naming.Known(q, nil)} // rows only count: nobody is named
	rows := make([]planRow, len(list))
	for i, x := range list {
		rows[i] = planRow{ID: x.ID, Name: x.Name, Href: q.Path("plans", string(x.ID)), Due: x.Due}
		rows[i].count(n, in, r.Now())
	}
	return rows, nil
}

// inPlans is what plans include.
type inPlans struct {
	promised map[store.ID][]vf.Commitment
	wanted   map[store.ID][]vf.Intent
	met      map[store.ID]vf.Met
}

func included(r store.Reader, plans []store.ID) (in inPlans, err error) {
	if in.promised, err = vf.Linked[vf.Commitment](r, "plannedWithin", plans); err != nil {
		return in, err
	}
	if in.wanted, err = vf.Linked[vf.Intent](r, "plannedWithin", plans); err != nil {
		return in, err
	}
	var ids []store.ID
	for _, list := range in.promised {
		for _, c := range list {
			ids = append(ids, c.ID)
		}
	}
	for _, list := range in.wanted {
		for _, i := range list {
			ids = append(ids, i.ID)
		}
	}
	in.met, err = vf.MetOf(r, ids)
	return in, err
}

// count sums a plan up.
func (row *planRow) count(n *names, in inPlans, now time.Time) {
	for _, c := range in.promised[row.ID] {
		f := n.flow(c.About, c.PlannedFlow, in.met[c.ID], now)
		row.Promises++
		if f.Done {
			row.Kept++
		}
		if f.Late {
			row.Late++
		}
	}
	for _, i := range in.wanted[row.ID] {
		if f := n.flow(i.About, i.PlannedFlow, in.met[i.ID], now); !f.Done {
			row.Open++
			if f.Late {
				row.Late++
			}
		}
	}
	switch {
	case row.Late > 0:
		row.State, row.Tone = n.q.T("vf.plan.late", "n", row.Late), "warn"
	case row.Open == 0 && row.Kept == row.Promises && row.Promises > 0:
		row.State, row.Tone = n.q.T("vf.plan.done"), "good"
	default:
		row.State, row.Tone = n.q.T("vf.plan.running"), "accent"
	}
}

func (p *pages) addPlan(q *web.Request) error {
	f := q.Form()
	x := &vf.Plan{About: vf.About{ID: store.NewID(), Name: f.Text("name", web.Required, web.Max(300)), Note: f.Text("note", web.Max(5000))}, Due: startOf(f.Date("due"), q.Zone, 1)}
	return p.doAnd(q, func([]vf.Done) string { return q.Path("plans", string(x.ID)) }, "vf.plan.made", p.plans, vf.Adding{Thing: x})
}
