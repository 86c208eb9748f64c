package federation

import (
	"cmp"

	"commonweal/federation/workplan"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/vf"
)

// planRow is a plan with its author.
type planRow struct {
	WorkPlan
	By Peer
}

type plansPage struct {
	Tabs      []web.Tab
	Rows      []planRow // of others
	Shared    []planRow // of ours
	Form      *web.Form
	Plans     []web.Option
	Followers []web.Option
	CanShare  bool
}

// showPlans lists the plans that the commons that we follow sent us, and what we ask
// neighbors for.
func (f *Federation) showPlans(q *web.Request) error {
	page := plansPage{Tabs: tabs(q, "plans"), Form: q.Form()}
	err := f.read(q, func(r *store.Snapshot) error {
		for _, side := range []struct {
			ours bool
			rows *[]planRow
		}{{false, &page.Rows}, {true, &page.Shared}} {
			list, err := Plans(r, side.ours, 100)
			if err != nil {
				return err
			}
			peers, err := peersOf(r, list, func(p WorkPlan) store.ID { return p.Peer })
			if err != nil {
				return err
			}
			for _, p := range list {
				*side.rows = append(*side.rows, planRow{p, peers[p.Peer]})
			}
		}
		return page.offerToShare(q, r)
	})
	if err != nil {
		return err
	}
	return render(q, "plans.html", q.T("federation.tab.plans"), page)
}

// offerToShare lists which plan can go to whom.
func (page *plansPage) offerToShare(q *web.Request, r store.Reader) error {
	a, err := readAccount(r)
	if err != nil || !a.takesPart || !q.Who.Can(Trade) {
		return err
	}
	follows, err := Follows(r, 500)
	if err != nil {
		return err
	}
	peers, err := peersOf(r, follows, func(x Follow) store.ID { return x.Peer })
	if err != nil {
		return err
	}
	for _, x := range follows {
		if !x.Ours && x.State == Accepted {
			page.Followers = append(page.Followers, web.Option{Value: string(x.Peer), Label: peers[x.Peer].Name})
		}
	}
	plans, err := vf.List[vf.Plan](r, vf.ListFilter{Limit: 100})
	for _, p := range plans {
		page.Plans = append(page.Plans, web.Option{Value: string(p.ID), Label: p.Name})
	}
	page.CanShare = len(page.Plans) > 0 && len(page.Followers) > 0
	return err
}

// sharePlan sends a plan to a neighbor.
func (f *Federation) sharePlan(q *web.Request) (err error) {
	form := q.Form()
	plan, peer := form.ID("plan", web.Required), form.ID("peer", web.Required)
	var shared store.ID
	if form.OK() {
		shared, err = f.SharePlan(q.R.Context(), q.Who, q.Idempotency(), plan, peer)
	}
	return settle(q, form, err, q.Path("federation", "plans", string(shared)), "federation.plan.done_share", f.showPlans)
}

// taskRow is a task as the page lists it.
type taskRow struct {
	workplan.Task
	What  string // the action in the reader's language
	Ours  bool   // for us to answer
	Enter bool   // promised by a neighbor, and not in our books yet
}

type processRow struct {
	workplan.Process
	Rows []taskRow
}

type planPage struct {
	planRow
	Form      *web.Form
	Processes []processRow
	Promises  []promiseRow
	CanTrade  bool
}

func (f *Federation) showPlan(q *web.Request) error {
	page := planPage{Form: q.Form(), CanTrade: q.Who.Can(Trade)}
	err := f.read(q, func(r *store.Snapshot) error {
		p, peer, err := readPlan(r, id(q))
		if err != nil {
			return err
		}
		page.planRow = planRow{p, peer}
		page.Promises, err = promiseRows(q, r, p.ID, peer, page.Form)
		return err
	})
	if err != nil {
		return err
	}
	for i, p := range page.Promises {
		if _, t, ok := page.Content.Find(p.URI); ok {
			page.Promises[i].What = cmp.Or(t.Content, q.T("federation.action."+t.Action))
		}
	}
	for _, x := range page.Content.Processes {
		row := processRow{Process: x}
		for _, t := range x.Tasks {
			row.Rows = append(row.Rows, taskRow{t, q.T("federation.action." + t.Action), !page.Ours && f.Ours(q.Commons.ID, t), page.Ours && t.State == workplan.Accepted && !t.Entered})
		}
		page.Processes = append(page.Processes, row)
	}
	return render(q, "plan.html", page.Content.Name, page, web.Crumb{Label: q.T("federation.tab.plans"), Path: q.Path("federation", "plans")})
}

// answerPlan accepts or declines a task of the plan, enters what a neighbor promised, or
// answers about a promise.
func (f *Federation) answerPlan(q *web.Request) (err error) {
	form, done := q.Form(), q.Form().Raw("do")
	switch done {
	case "promise", "decline":
		task, words := form.Text("task", web.Required, web.Max(2000)), form.Text("words", web.Max(maxReason))
		if form.OK() {
			err = f.AnswerTask(q.R.Context(), q.Who, q.Idempotency(), id(q), task, done == "promise", words)
		}
	case "enter":
		if task := form.ID("task", web.Required); form.OK() {
			err = f.EnterTask(q.R.Context(), q.Who, q.Idempotency(), id(q), task)
		}
	default:
		var taken bool
		if taken, err = f.answerPromise(q, form, done); !taken {
			err = errDo()
		}
	}
	return settle(q, form, err, q.Path("federation", "plans", q.R.PathValue("id")), planWord(done), f.showPlan)
}

// planWord is what a page says after a choice about a plan; about promises it is the
// same as of offers.
func planWord(done string) string {
	if done == "promise" || done == "decline" || done == "enter" {
		return "federation.plan.done_" + done
	}
	return "federation.offer.done_" + done
}
