package vf

import (
	"fmt"
	"slices"
	"strings"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// WholeRecipe is a recipe with its steps and what goes into and comes out of
// each of them.
type WholeRecipe struct {
	Recipe
	Steps []RecipeProcess // in the order of RecipeIncludes
	Flows []RecipeFlow
}

// Feed says that what one step puts out is what another takes in: indexes of
// Steps and Flows.
type Feed struct{ From, To, Output, Input int }

// Stage returns the stage at which a flow of the recipe is: what it says, and
// for an output that says nothing the kind of process it comes out of.
func (w *WholeRecipe) Stage(f *RecipeFlow) store.ID {
	if f.Stage == "" && f.RecipeOutputOf != "" {
		if i := w.step(f.RecipeOutputOf); i >= 0 {
			return w.Steps[i].ProcessConformsTo
		}
	}
	return f.Stage
}

func (w *WholeRecipe) step(i store.ID) int {
	return slices.IndexFunc(w.Steps, func(s RecipeProcess) bool { return s.ID == i })
}

// Feeds returns which outputs feed which inputs: the same kind of thing, at
// the stage and in the state that the input asks for, if it asks for any. What
// a step takes in and gives back (accept and modify) does not feed itself.
func (w *WholeRecipe) Feeds() []Feed {
	var out []Feed
	for o := range w.Flows {
		from := w.step(w.Flows[o].RecipeOutputOf)
		for i := range w.Flows {
			to := w.step(w.Flows[i].RecipeInputOf)
			if from < 0 || to < 0 || !w.feeds(&w.Flows[o], &w.Flows[i]) {
				continue
			}
			if row := w.Flows[i].Action.row(); from == to && row != nil && row.PairsWith == w.Flows[o].Action {
				continue
			}
			out = append(out, Feed{from, to, o, i})
		}
	}
	return out
}

// feeds reports whether one flow's output is what another asks for.
func (w *WholeRecipe) feeds(out, in *RecipeFlow) bool {
	switch {
	case in.Stage != "" && in.Stage != w.Stage(out), in.State != "" && in.State != out.State, in.ResourceConformsTo != out.ResourceConformsTo:
		return false
	case in.ResourceConformsTo != "":
		return true
	}
	return slices.ContainsFunc(in.ResourceClassifiedAs, func(c string) bool { return slices.Contains(out.ResourceClassifiedAs, c) })
}

// Order returns the steps in an order in which each comes behind those that
// feed it, the earlier of RecipeIncludes first. Steps that feed each other in
// a loop are refused by name: vf.recipe_loop. So are steps and flows that
// stand twice in the recipe: vf.recipe_twice.
func (w *WholeRecipe) Order() ([]int, error) {
	if err := w.unique(); err != nil {
		return nil, err
	}
	before := make([][]int, len(w.Steps))
	for _, f := range w.Feeds() {
		before[f.To] = append(before[f.To], f.From)
	}
	v := visit{before: before, mark: make([]int, len(before))}
	for i := range w.Steps {
		if loop := v.step(i); loop != nil {
			return nil, w.looping(loop)
		}
	}
	return v.order, nil
}

func (w *WholeRecipe) unique() error {
	seen := map[store.ID]bool{}
	twice := func(field, what string, i store.ID) error {
		if seen[i] {
			return fault.Invalidf("vf.recipe_twice", field, "the recipe includes the %s %s twice", what, i)
		}
		seen[i] = true
		return nil
	}
	for _, s := range w.Steps {
		if err := twice("recipeIncludes", "process", s.ID); err != nil {
			return err
		}
	}
	for _, f := range w.Flows {
		if err := twice("flows", "flow", f.ID); err != nil {
			return err
		}
	}
	return nil
}

// visit walks the steps depth first. A step is walking while those before
// it are walked, and walked behind them.
type visit struct {
	before [][]int
	mark   []int
	path   []int
	order  []int
}

const (
	walking = 1 + iota
	walked
)

// step walks to a step and returns the loop it closes, in the order of feeding.
func (v *visit) step(i int) (loop []int) {
	switch v.mark[i] {
	case walked:
		return nil
	case walking:
		loop = slices.Clone(v.path[slices.Index(v.path, i):])
		slices.Reverse(loop)
		return loop
	}
	v.mark[i] = walking
	v.path = append(v.path, i)
	for _, b := range v.before[i] {
		if loop := v.step(b); loop != nil {
			return loop
		}
	}
	v.path = v.path[:len(v.path)-1]
	v.mark[i], v.order = walked, append(v.order, i)
	return nil
}

func (w *WholeRecipe) looping(loop []int) error {
	first := slices.Index(loop, slices.Min(loop))
	loop = slices.Concat(loop[first:], loop[:first+1])
	var names []string
	for _, i := range loop {
		names = append(names, clip(w.Steps[i].Name))
	}
	return fault.Invalidf("vf.recipe_loop", "recipeIncludes", "the steps feed each other in a loop: %s; where the same thing comes by again, say at which stage", strings.Join(names, " → "))
}

// ReadRecipe reads a recipe whole; found is false when there is none.
func ReadRecipe(r store.Reader, i store.ID) (w WholeRecipe, found bool, err error) {
	recipe, found, err := GetOne[Recipe](r, i)
	if err != nil || !found {
		return w, found, err
	}
	w, err = wholeRecipe(r, recipe)
	return w, true, err
}

// wholeRecipe reads the steps and flows of a recipe: three queries.
func wholeRecipe(r store.Reader, recipe Recipe) (w WholeRecipe, err error) {
	w.Recipe = recipe
	steps, err := Get[RecipeProcess](r, recipe.RecipeIncludes)
	if err != nil {
		return w, err
	}
	for _, i := range recipe.RecipeIncludes {
		if s, there := steps[i]; there {
			w.Steps = append(w.Steps, s)
		}
	}
	for _, side := range [...]string{"recipeInputOf", "recipeOutputOf"} {
		flows, err := Linked[RecipeFlow](r, side, recipe.RecipeIncludes)
		if err != nil {
			return w, err
		}
		for _, i := range recipe.RecipeIncludes {
			for _, f := range flows[i] {
				if !slices.ContainsFunc(w.Flows, func(x RecipeFlow) bool { return x.ID == f.ID }) { // a service from step to step is both
					w.Flows = append(w.Flows, f)
				}
			}
		}
	}
	return w, nil
}

// checkRecipes refuses what would make the steps of a recipe feed each other
// in a loop: a flow, a step or a recipe as it is about to be written.
func (l *Ledger) checkRecipes(e Entity) error {
	var steps []store.ID
	var recipes []Entity
	switch x := e.(type) {
	case *Recipe:
		recipes = []Entity{x}
	case *RecipeProcess:
		steps = []store.ID{x.ID}
	case *RecipeFlow:
		steps = slices.DeleteFunc([]store.ID{x.RecipeInputOf, x.RecipeOutputOf}, func(i store.ID) bool { return i == "" })
	default:
		return nil
	}
	if err := checkEntity(l.book, e); err != nil {
		return err // what is wrong with it alone comes first
	}
	found, err := LinkedEntities(l.tx, KindRecipe, "recipeIncludes", steps, true)
	if err != nil {
		return err
	}
	for _, i := range steps {
		recipes = append(recipes, found[i]...)
	}
	for _, r := range recipes {
		w, err := wholeRecipe(l.tx, *r.(*Recipe))
		if err != nil {
			return fmt.Errorf("reading a recipe: %w", err)
		}
		w.with(e)
		if _, err := w.Order(); err != nil {
			return err
		}
	}
	return nil
}

// with puts a step or a flow into the recipe, in place of what it said before.
func (w *WholeRecipe) with(e Entity) {
	switch x := e.(type) {
	case *RecipeProcess:
		if i := w.step(x.ID); i >= 0 {
			w.Steps[i] = *x
		}
	case *RecipeFlow:
		w.Flows = append(slices.DeleteFunc(w.Flows, func(f RecipeFlow) bool { return f.ID == x.ID }), *x)
	}
}
