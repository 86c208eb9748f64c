package vfroom

import (
	"slices"

	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
	"commonweal/vf"
	"commonweal/vf/naming"
)

// recipePage is a recipe as it is read and edited: its steps with what goes in
// and what comes out, as a figure and as forms.
type recipePage struct {
	Form                     *web.Form
	ID                       store.ID
	Name, Makes, Note        string
	Yield                    *vf.Amount // nil: the recipe cannot be planned from yet
	Steps                    []recipeStep
	Graph                    web.Graph
	Kinds, Stages, Units     []web.Option
	InUses, OutUses, Timings []web.Option
	As, For                  []web.Option
}

// recipeStep is one step of a recipe.
type recipeStep struct {
	ID        store.ID
	Name      string
	Kind      string
	Takes     *vf.Amount
	Ins, Outs []flowRow
}

// What goes into a step and what comes out of it, by the actions people use.
var (
	inUses  = []string{string(vf.Consume), string(vf.Use), string(vf.Work), string(vf.Cite), string(vf.Accept)}
	outUses = []string{string(vf.Produce), string(vf.Modify)}
)

// timeUnits are what steps are timed in.
var timeUnits = []quantity.Unit{"hour", "minute-Time", "day", "week"}

func (p *pages) recipe(q *web.Request) error {
	page := recipePage{Form: q.Form()}
	id := store.ID(q.R.PathValue("id"))
	err := q.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		w, found, err := vf.ReadRecipe(r, id)
		if err != nil {
			return err
		}
		if !found {
			return absent("recipe", id)
		}
		return page.fill(q, r, &w)
	})
	if err != nil {
		return err
	}
	if q.WantsJSON() {
		return q.JSON(page)
	}
	return q.Render(web.Page{Template: "vf/recipe.html", Title: page.Name, Active: active("recipes"), Data: page,
		Crumbs: []web.Crumb{{Label: q.T("vf.tab.recipes"), Path: q.Path("recipes")}, {Label: page.Name}}})
}

func (page *recipePage) fill(q *web.Request, r *store.Snapshot, x *vf.WholeRecipe) error {
	want := wanted{specs: []store.ID{x.PrimaryOutput}}
	for _, s := range x.Steps {
		want.stages = append(want.stages, s.ProcessConformsTo)
	}
	for i := range x.Flows {
		want.want(asFlow(x, &x.Flows[i]))
	}
	n, err := load(q, r, want)
	if err != nil {
		return err
	}
	page.ID, page.Name, page.Makes = x.ID, x.Name, n.specs[x.PrimaryOutput].Name
	if naming.IsMember(q) {
		page.Note = x.Note
	}
	if once, err := x.Yield(); err == nil {
		page.Yield = &once
		page.Form.Default("quantity", q.Plain(once))
	}
	page.steps(n, r, x)
	page.Graph = page.draw(q, n, x)
	return page.choices(q, r)
}

// asFlow is a flow of a recipe as what a plan would say of it.
func asFlow(x *vf.WholeRecipe, f *vf.RecipeFlow) vf.PlannedFlow {
	return vf.PlannedFlow{Action: f.Action, ResourceConformsTo: f.ResourceConformsTo, ResourceClassifiedAs: f.ResourceClassifiedAs,
		ResourceQuantity: f.ResourceQuantity, EffortQuantity: f.EffortQuantity, Stage: x.Stage(f), State: f.State}
}

// steps words the steps in the order in which they can be done.
func (page *recipePage) steps(n *names, r *store.Snapshot, x *vf.WholeRecipe) {
	order, err := x.Order()
	if err != nil { // an old recipe that loops is shown as it is written
		order = order[:0]
		for i := range x.Steps {
			order = append(order, i)
		}
	}
	for _, i := range order {
		s := recipeStep{ID: x.Steps[i].ID, Name: x.Steps[i].Name, Kind: n.stages[x.Steps[i].ProcessConformsTo].Name, Takes: x.Steps[i].HasDuration}
		for j := range x.Flows {
			f := &x.Flows[j]
			row := n.flow(f.About, asFlow(x, f), vf.Met{}, r.Now())
			if stage := n.stages[f.Stage].Name; stage != "" {
				row.State = stage
			} else {
				row.State = ""
			}
			if f.RecipeInputOf == s.ID {
				s.Ins = append(s.Ins, row)
			}
			if f.RecipeOutputOf == s.ID {
				s.Outs = append(s.Outs, row)
			}
		}
		page.Steps = append(page.Steps, s)
	}
}

// draw shows the recipe from left to right: an output that feeds other steps
// leads to them, and everything else stands at its step.
func (page *recipePage) draw(q *web.Request, n *names, x *vf.WholeRecipe) web.Graph {
	var d layered
	thing, process := q.T("vf.trace.resource"), q.T("vf.trace.process")
	for _, s := range page.Steps {
		d.node(string(s.ID), s.Name, process, "")
	}
	feeds := x.Feeds()
	for i := range x.Flows {
		f := &x.Flows[i]
		row := n.flow(f.About, asFlow(x, f), vf.Met{}, x.Created)
		label := row.What + " " + row.says(q)
		if f.RecipeOutputOf != "" {
			key := d.node("out"+string(f.ID), row.Thing, thing, row.ThingHref)
			d.edge(string(f.RecipeOutputOf), key, label)
		}
		if f.RecipeInputOf == "" {
			continue
		}
		fed := false
		for _, feed := range feeds {
			if feed.Input == i {
				fed = true
				from := &x.Flows[feed.Output]
				d.edge(d.node("out"+string(from.ID), row.Thing, thing, row.ThingHref), string(f.RecipeInputOf), label)
			}
		}
		if !fed {
			d.edge(d.node("in"+string(f.ResourceConformsTo)+row.Thing, row.Thing, thing, row.ThingHref), string(f.RecipeInputOf), label)
		}
	}
	g := d.layers()
	g.Title, g.Summary = q.T("vf.recipe.figure"), q.T("vf.recipe.figure_text", "n", len(page.Steps))
	return g
}

// choices fills what may be chosen in the editor and for a plan.
func (page *recipePage) choices(q *web.Request, r store.Reader) (err error) {
	if !q.Who.Can(vf.Take) {
		return nil
	}
	words := func(actions []string) (out []web.Option) {
		for _, a := range actions {
			out = append(out, web.Option{Value: a, Label: q.T("vf.deed." + a)})
		}
		return out
	}
	page.InUses, page.OutUses = words(inUses), words(outUses)
	page.Units, page.Timings = unitOptions(q, unitsFor(q)), unitOptions(q, timeUnits)
	if page.Kinds, err = specificationOptions(q, r, q.T("vf.choose")); err != nil {
		return err
	}
	stages, err := vf.ProcessSpecifications(r, "", vf.After{}, choices)
	if err != nil {
		return err
	}
	page.Stages = []web.Option{{Label: q.T("vf.choose_none")}}
	for _, s := range stages {
		page.Stages = append(page.Stages, web.Option{Value: string(s.ID), Label: s.Name})
	}
	if page.As, err = behalf(q, r); err != nil {
		return err
	}
	if page.For, err = agentOptions(q, r, page.Form.Raw("for")); err != nil {
		return err
	}
	page.For = slices.Concat([]web.Option{{Label: q.T("vf.recipe.for_us")}}, page.For[1:])
	return nil
}
