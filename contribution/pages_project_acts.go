package contribution

import (
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
)

func noProject() error {
	return fault.NotFoundf("contribution.unknown_project", "project", "there is no such project in this commons")
}

// outputUnits are the units that a project page offers for what was made.
var outputUnits = []quantity.Unit{"one", "kilogram", "gram", "litre", "metre", "squareMetre", "hour"}

func unitOptions(q *web.Request) []web.Option {
	var options []web.Option
	for _, u := range outputUnits {
		if info, known := quantity.Lookup(u); known {
			label := q.UnitName(u)
			if u == "one" || label == "" {
				label = q.T("contribution.project.pieces")
			} else if label == info.Symbol {
				label = info.Label
			}
			options = append(options, web.Option{Value: string(u), Label: label})
		}
	}
	return options
}

// closeProject closes a project or opens it again.
func (p *Practice) closeProject(q *web.Request) error {
	f := q.Form()
	var project Project
	err := p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) (err error) {
		_, project, err = projectHere(q, r)
		return err
	})
	if err != nil {
		return err
	}
	project.Closed = f.Bool("closed")
	if _, err := ConfigureProject(q.R.Context(), p.DB, q.Who, q.Idempotency(), project); err != nil {
		return err
	}
	key := "contribution.project.reopened"
	if project.Closed {
		key = "contribution.project.closed_done"
	}
	return q.Redirect(q.Path("contribution", "projects", string(project.ID)), key, "name", project.Name)
}

// afterProject leads back to the project, or shows it with what was wrong.
func (p *Practice) afterProject(q *web.Request, err error, key string, args ...any) error {
	switch {
	case err == nil && q.Form().OK():
		return q.Redirect(q.Path("contribution", "projects", q.R.PathValue("id")), key, args...)
	case err == nil || q.Form().Blame(err):
		return p.project(q)
	}
	return err
}

func (p *Practice) addProcess(q *web.Request) error {
	f := q.Form()
	ask := ProcessAsk{Project: store.ID(q.R.PathValue("id")), Name: f.Text("process_name", web.Required, web.Max(120))}
	if !f.OK() {
		return p.project(q)
	}
	_, err := AddProcess(q.R.Context(), p.DB, q.Who, q.Idempotency(), ask)
	return p.afterProject(q, err, "contribution.project.process_added", "name", ask.Name)
}

func (p *Practice) finishProcess(q *web.Request) error {
	id := q.Form().ID("process", web.Required)
	if !q.Form().OK() {
		return p.project(q)
	}
	x, err := FinishProcess(q.R.Context(), p.DB, q.Who, q.Idempotency(), id)
	return p.afterProject(q, err, "contribution.project.process_finished", "name", x.Name)
}

// recordFlow records what a process made, or what it used up.
func (p *Practice) recordFlow(q *web.Request) error {
	f := q.Form()
	ask := FlowAsk{Process: f.ID("process", web.Required), Resource: f.ID("stock")}
	key, unit := "contribution.project.made_done", quantity.Unit(f.Text("unit"))
	if f.Raw("flow") == "used" {
		key = "contribution.project.used_done"
		stock, err := p.stockUnit(q, ask.Resource)
		if err != nil {
			return p.afterProject(q, err, "")
		}
		unit = stock
	} else {
		ask.Resource, ask.Name, ask.Deliverable = "", f.Text("thing", web.Required, web.Max(120)), f.Text("deliverable", web.Max(100))
	}
	if _, known := quantity.Lookup(unit); !known {
		f.Fail("unit", "contribution.flow", "%.20q is not a unit that things are counted in", string(unit))
	} else {
		ask.Quant = f.Amount("amount", unit, web.Required)
	}
	if !f.OK() {
		return p.project(q)
	}
	_, err := RecordFlow(q.R.Context(), p.DB, q.Who, q.Idempotency(), ask)
	if e := fault.As(err); e != nil && e.Field == "quantity" {
		err = e.InField("amount") // as the form calls it
	}
	return p.afterProject(q, err, key)
}
