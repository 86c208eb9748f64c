package vfroom

import (
	"slices"

	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
	"commonweal/vf"
	"commonweal/vf/naming"
)

// planPage is one plan: its steps in time, what each of them needs and gives,
// and what still looks for somebody.
type planPage struct {
	Form            *web.Form
	Row             planRow
	Note            string
	Steps           []planStep
	Loose           planStep // what belongs to no process of the plan
	Wanted          []flowRow
	Late            []flowRow
	Graph           web.Graph
	Kinds, Units    []web.Option
	Processes, Uses []web.Option
	Projects        []web.Option
}

// planStep is one process of a plan.
type planStep struct {
	vf.Process
	Href, Kind string
	Ins, Outs  []*flowRow
	Started    bool
}

// needs are the actions by which somebody can be asked to help.
var needs = []string{string(vf.Work), string(vf.Consume), string(vf.Use), string(vf.Cite)}

func (p *pages) plan(q *web.Request) error {
	page := planPage{Form: q.Form()}
	id := store.ID(q.R.PathValue("id"))
	err := q.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		x, found, err := vf.GetOne[vf.Plan](r, id)
		if err != nil {
			return err
		}
		if !found {
			return absent("plan", id)
		}
		return page.fill(q, r, x)
	})
	if err != nil {
		return err
	}
	if q.WantsJSON() {
		return q.JSON(page)
	}
	return q.Render(web.Page{Template: "vf/plan.html", Title: page.Row.Name, Active: active("plans"), Data: page,
		Crumbs: []web.Crumb{{Label: q.T("vf.tab.plans"), Path: q.Path("plans")}, {Label: page.Row.Name}}})
}

func (page *planPage) fill(q *web.Request, r *store.Snapshot, x vf.Plan) error {
	rows, err := planRows(q, r, []vf.Plan{x})
	if err != nil {
		return err
	}
	if page.Row = rows[0]; naming.IsMember(q) {
		page.Note = x.Note
	}
	in, err := included(r, []store.ID{x.ID})
	if err != nil {
		return err
	}
	processes, err := vf.ProcessesOfPlans(r, []store.ID{x.ID})
	if err != nil {
		return err
	}
	var w wanted
	for _, s := range processes {
		w.stages = append(w.stages, s.BasedOn)
	}
	for _, c := range in.promised[x.ID] {
		w.want(c.PlannedFlow)
	}
	for _, i := range in.wanted[x.ID] {
		w.want(i.PlannedFlow)
	}
	n, err := load(q, r, w)
	if err != nil {
		return err
	}
	page.steps(q, n, processes)
	flows := page.flows(q, n, r, in.promised[x.ID], in.wanted[x.ID], in.met)
	page.Graph = page.draw(q)
	if !q.Who.Can(vf.Take) {
		return nil
	}
	if err := n.stocks(r, flows); err != nil {
		return err
	}
	return page.choices(q, r)
}

// steps puts the processes in the order of their beginnings.
func (page *planPage) steps(q *web.Request, n *names, processes []vf.Process) {
	slices.SortStableFunc(processes, func(a, b vf.Process) int { return a.HasBeginning.Compare(b.HasBeginning) })
	for _, s := range processes {
		step := planStep{Process: s, Href: q.Path("processes", string(s.ID)), Kind: n.stages[s.BasedOn].Name}
		if step.Note = ""; naming.IsMember(q) {
			step.Note = s.Note
		}
		page.Steps = append(page.Steps, step)
	}
}

// flows words everything planned, at its step, and collects what is late and
// what still looks for somebody.
func (page *planPage) flows(q *web.Request, n *names, r *store.Snapshot, promised []vf.Commitment, sought []vf.Intent, met map[store.ID]vf.Met) (all []*flowRow) {
	for _, c := range promised {
		row := n.flow(c.About, c.PlannedFlow, met[c.ID], r.Now())
		row.Act = c.Provider != "" && c.Receiver != "" && (q.Who.Can(vf.TakeOther) || q.Who.Can(vf.Take) && c.Provider == q.Who.Agent)
		page.put(&row)
		all = append(all, &row)
		row.defaults(q, page.Form, r.Now())
		if row.Late {
			page.Late = append(page.Late, row)
		}
	}
	for _, i := range sought {
		row := n.flow(i.About, i.PlannedFlow, met[i.ID], r.Now())
		if row.Done {
			continue // the commitments that satisfy it say who does it
		}
		if row.Tone == "" {
			row.State = q.T("vf.plan.wanted")
		}
		page.put(&row)
		page.Wanted = append(page.Wanted, row)
		if row.Late {
			page.Late = append(page.Late, row)
		}
	}
	return all
}

// put puts a flow at its step, on its side.
func (page *planPage) put(row *flowRow) {
	for i := range page.Steps {
		switch s := &page.Steps[i]; s.ID {
		case row.flow.InputOf:
			s.Ins = append(s.Ins, row)
			return
		case row.flow.OutputOf:
			s.Outs = append(s.Outs, row)
			return
		}
	}
	page.Loose.Outs = append(page.Loose.Outs, row)
}

// draw shows the steps and what goes from one to the next: what a step takes in
// at no particular stage is what another puts out of that kind.
func (page *planPage) draw(q *web.Request) web.Graph {
	var d layered
	put := map[string]string{} // what comes out, by what it is at whatever stage
	thing := func(f *flowRow, stage store.ID) string {
		key := f.Thing + "\x00" + string(f.flow.ResourceConformsTo)
		if found := put[key]; found != "" && stage == "" {
			return found
		}
		put[key] = key + "\x00" + string(stage)
		return d.node(put[key], f.Thing, q.T("vf.trace.resource"), f.ThingHref)
	}
	for i := range page.Steps {
		s := &page.Steps[i]
		step := d.node(string(s.ID), s.Name, q.T("vf.trace.process"), s.Href)
		for _, f := range s.Outs {
			d.edge(step, thing(f, f.flow.Stage), f.What+" "+f.says(q))
		}
	}
	for i := range page.Steps {
		for _, f := range page.Steps[i].Ins {
			d.edge(thing(f, f.flow.Stage), string(page.Steps[i].ID), f.What+" "+f.says(q))
		}
	}
	g := d.layers()
	g.Title, g.Summary = q.T("vf.plan.figure"), q.T("vf.plan.figure_text", "n", len(page.Steps))
	return g
}

// choices fills what may be chosen in the forms of the page.
func (page *planPage) choices(q *web.Request, r store.Reader) (err error) {
	page.Units = unitOptions(q, slices.Concat([]quantity.Unit{"hour"}, slices.DeleteFunc(unitsFor(q), func(u quantity.Unit) bool { return u == "hour" })))
	for _, s := range page.Steps {
		page.Processes = append(page.Processes, web.Option{Value: string(s.ID), Label: s.Name})
	}
	for _, a := range needs {
		page.Uses = append(page.Uses, web.Option{Value: a, Label: q.T("vf.deed." + a)})
	}
	if page.Kinds, err = specificationOptions(q, r, q.T("vf.choose_none")); err != nil {
		return err
	}
	page.Projects, err = projectOptions(q, r, q.T("vf.choose_none"))
	return err
}
