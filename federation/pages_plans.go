package federation

import (
	"commonweal/federation/workplan"
	"commonweal/platform/store"
	"commonweal/platform/web"
)

// planRow is a plan with its author.
type planRow struct {
	WorkPlan
	By Peer
}

type plansPage struct {
	Tabs []web.Tab
	Rows []planRow
}

// showPlans lists the plans that the commons that we follow sent us.
func (f *Federation) showPlans(q *web.Request) error {
	page := plansPage{Tabs: tabs(q, "plans")}
	err := f.read(q, func(r *store.Snapshot) error {
		list, err := Plans(r, 100)
		if err != nil {
			return err
		}
		peers, err := peersOf(r, list, func(p WorkPlan) store.ID { return p.Peer })
		for _, p := range list {
			page.Rows = append(page.Rows, planRow{p, peers[p.Peer]})
		}
		return err
	})
	if err != nil {
		return err
	}
	return render(q, "plans.html", q.T("federation.tab.plans"), page)
}

// taskRow is a task as the page lists it.
type taskRow struct {
	workplan.Task
	What string // the action in the reader's language
	Ours bool
}

type processRow struct {
	workplan.Process
	Rows []taskRow
}

type planPage struct {
	planRow
	Form      *web.Form
	Processes []processRow
	CanTrade  bool
}

func (f *Federation) showPlan(q *web.Request) error {
	page := planPage{Form: q.Form(), CanTrade: q.Who.Can(Trade)}
	err := f.read(q, func(r *store.Snapshot) error {
		p, peer, err := readPlan(r, id(q))
		page.planRow = planRow{p, peer}
		return err
	})
	if err != nil {
		return err
	}
	for _, x := range page.Content.Processes {
		row := processRow{Process: x}
		for _, t := range x.Tasks {
			row.Rows = append(row.Rows, taskRow{t, q.T("federation.action." + t.Action), f.Ours(q.Commons.ID, t)})
		}
		page.Processes = append(page.Processes, row)
	}
	return render(q, "plan.html", page.Content.Name, page, web.Crumb{Label: q.T("federation.tab.plans"), Path: q.Path("federation", "plans")})
}

// answerPlan accepts or declines a task of the plan.
func (f *Federation) answerPlan(q *web.Request) (err error) {
	form, done := q.Form(), q.Form().Raw("do")
	task, words := form.Text("task", web.Required, web.Max(2000)), form.Text("words", web.Max(1000))
	if form.OK() {
		err = errDo()
		if done == "promise" || done == "decline" {
			err = f.AnswerTask(q.R.Context(), q.Who, q.Idempotency(), id(q), task, done == "promise", words)
		}
		if err == nil {
			return q.Redirect(q.Path("federation", "plans", q.R.PathValue("id")), "federation.plan.done_"+done)
		}
		if !blame(form, err) {
			return err
		}
	}
	return f.showPlan(q)
}
