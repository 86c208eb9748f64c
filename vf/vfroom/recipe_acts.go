package vfroom

import (
	"slices"

	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/vf"
)

// readRecipe returns the recipe of the address, whole.
func (p *pages) readRecipe(q *web.Request) (w vf.WholeRecipe, err error) {
	id := store.ID(q.R.PathValue("id"))
	err = q.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) (err error) {
		found := false
		if w, found, err = vf.ReadRecipe(r, id); err == nil && !found {
			err = absent("recipe", id)
		}
		return err
	})
	return w, err
}

// addStep adds a step to the recipe.
func (p *pages) addStep(q *web.Request) error {
	w, err := p.readRecipe(q)
	if err != nil {
		return err
	}
	f := q.Form()
	s := &vf.RecipeProcess{About: vf.About{ID: store.NewID(), Name: f.Text("step", web.Required, web.Max(300)), Note: f.Text("note", web.Max(5000))},
		ProcessConformsTo: f.ID("stage"), HasDuration: amountOf(q, "takes", timeUnits)}
	w.RecipeIncludes = append(w.RecipeIncludes, s.ID)
	return p.doAnd(q, back(q, "recipes"), "vf.recipe.step_added", p.recipe, vf.Adding{Thing: s}, vf.Revising{Entity: &w.Recipe})
}

// dropStep takes a step out of the recipe, with what goes in and comes out.
func (p *pages) dropStep(q *web.Request) error {
	w, err := p.readRecipe(q)
	if err != nil {
		return err
	}
	id := q.Form().ID("step", web.Required)
	i := slices.IndexFunc(w.Steps, func(s vf.RecipeProcess) bool { return s.ID == id })
	if i < 0 {
		return absent("recipe_process", id)
	}
	w.RecipeIncludes = slices.DeleteFunc(w.RecipeIncludes, func(s store.ID) bool { return s == id })
	steps := []vf.Step{vf.Revising{Entity: &w.Recipe}}
	for _, f := range w.Flows {
		if f.RecipeInputOf == id || f.RecipeOutputOf == id {
			steps = append(steps, vf.Deleting{Kind: vf.KindRecipeFlow, ID: f.ID, Revision: f.Revision})
		}
	}
	steps = append(steps, vf.Deleting{Kind: vf.KindRecipeProcess, ID: id, Revision: w.Steps[i].Revision})
	return p.doAnd(q, back(q, "recipes"), "vf.recipe.step_dropped", p.recipe, steps...)
}

// addFlow says what goes into a step or what comes out of it.
func (p *pages) addFlow(q *web.Request) error {
	f := q.Form()
	step, side, uses := f.ID("step", web.Required), f.Choice("side", []string{"in", "out"}, web.Required), inUses
	name := side + "_" + string(step) + "_" // each step has its own form
	x := &vf.RecipeFlow{ResourceConformsTo: f.ID(name+"kind", web.Required), Stage: f.ID(name + "stage")}
	if side == "out" {
		x.RecipeOutputOf, uses = step, outUses
	} else {
		x.RecipeInputOf = step
	}
	x.Action = vf.Action(f.Choice(name+"use", uses, web.Required))
	amount := amountOf(q, name+"amount", unitsFor(q), web.Required)
	if does, known := x.Action.Row(); known && does.EventQuantity != vf.ResourceOnly {
		x.EffortQuantity = amount
	} else {
		x.ResourceQuantity = amount
	}
	return p.doAnd(q, back(q, "recipes"), "vf.recipe.flow_added", p.recipe, vf.Adding{Thing: x})
}

// dropFlow takes an input or an output away.
func (p *pages) dropFlow(q *web.Request) error {
	w, err := p.readRecipe(q)
	if err != nil {
		return err
	}
	id := q.Form().ID("flow", web.Required)
	i := slices.IndexFunc(w.Flows, func(f vf.RecipeFlow) bool { return f.ID == id })
	if i < 0 {
		return absent("recipe_flow", id)
	}
	return p.doAnd(q, back(q, "recipes"), "vf.recipe.flow_dropped", p.recipe, vf.Deleting{Kind: vf.KindRecipeFlow, ID: id, Revision: w.Flows[i].Revision})
}

// planFrom makes a plan from the recipe: processes, promises and open wishes.
func (p *pages) planFrom(q *web.Request) error {
	w, err := p.readRecipe(q)
	if err != nil {
		return err
	}
	f := q.Form()
	s := vf.Planning{Recipe: w.ID, ID: store.NewID(), By: first(f.ID("as"), q.Who.Agent), For: f.ID("for"), Name: f.Text("plan_name", web.Max(300)),
		Start: startOf(f.Date("start"), q.Zone, 0), Due: startOf(f.Date("due"), q.Zone, 1)}
	if once, err := w.Yield(); err == nil { // without, the act says what is missing
		s.Quantity = f.Amount("quantity", once.Unit, web.Required)
	}
	return p.doAnd(q, func([]vf.Done) string { return q.Path("plans", string(s.ID)) }, "vf.recipe.planned", p.recipe, s)
}
