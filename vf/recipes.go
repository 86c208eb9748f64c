package vf

import (
	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// The classes of recipes.
const (
	KindRecipe         Kind = "Recipe"
	KindRecipeProcess  Kind = "RecipeProcess"
	KindRecipeExchange Kind = "RecipeExchange"
	KindRecipeFlow     Kind = "RecipeFlow"
)

// Recipe says how something is made: the processes it includes, with what
// goes in and what comes out of each.
type Recipe struct {
	About
	PrimaryOutput  store.ID   `json:"primaryOutput,omitempty"` // a ResourceSpecification
	RecipeIncludes []store.ID `json:"recipeIncludes,omitempty"`
}

// Kind implements Entity.
func (*Recipe) Kind() Kind { return KindRecipe }

// Refs implements Entity.
func (r *Recipe) Refs() []Ref {
	var out refs
	out.add("primaryOutput", KindResourceSpecification, r.PrimaryOutput)
	out.add("recipeIncludes", KindRecipeProcess, r.RecipeIncludes...)
	return out
}

func (r *Recipe) check(*Book) error {
	if r.Name == "" {
		return fault.Invalidf("vf.missing_name", "name", "the recipe has no name")
	}
	seen := map[store.ID]bool{}
	for _, p := range r.RecipeIncludes {
		if seen[p] {
			return fault.Invalidf("vf.recipe_twice", "recipeIncludes", "the recipe includes the process %s twice", p)
		}
		seen[p] = true
	}
	return nil
}

// RecipeProcess is one step of a recipe: what kind of process, and how long it takes.
type RecipeProcess struct {
	About
	Image               string   `json:"image,omitempty"`
	HasDuration         *Amount  `json:"hasDuration,omitempty"` // in a unit of time
	ProcessConformsTo   store.ID `json:"processConformsTo,omitempty"`
	ProcessClassifiedAs []string `json:"processClassifiedAs,omitempty"`
}

// Kind implements Entity.
func (*RecipeProcess) Kind() Kind { return KindRecipeProcess }

// Refs implements Entity.
func (p *RecipeProcess) Refs() []Ref {
	var out refs
	out.add("processConformsTo", KindProcessSpecification, p.ProcessConformsTo)
	return out
}

func (p *RecipeProcess) check(*Book) error {
	if p.Name == "" {
		return fault.Invalidf("vf.missing_name", "name", "the step has no name")
	}
	if err := checkDuration(p.HasDuration); err != nil {
		return err
	}
	if err := checkImages(p.Image, nil); err != nil {
		return err
	}
	return checkClasses("processClassifiedAs", p.ProcessClassifiedAs)
}

// RecipeExchange says what is given for what, as a type: what an agreement
// made from it will stipulate.
type RecipeExchange struct{ About }

// Kind implements Entity.
func (*RecipeExchange) Kind() Kind { return KindRecipeExchange }

// Refs implements Entity.
func (*RecipeExchange) Refs() []Ref { return nil }

func (*RecipeExchange) check(*Book) error { return nil }

// RecipeFlow is one input or output of a recipe process, or one side of a
// recipe exchange.
type RecipeFlow struct {
	About
	Action                   Action   `json:"action"`
	RecipeInputOf            store.ID `json:"recipeInputOf,omitempty"`
	RecipeOutputOf           store.ID `json:"recipeOutputOf,omitempty"`
	RecipeClauseOf           store.ID `json:"recipeClauseOf,omitempty"`
	RecipeReciprocalClauseOf store.ID `json:"recipeReciprocalClauseOf,omitempty"`
	ResourceQuantity         *Amount  `json:"resourceQuantity,omitempty"`
	EffortQuantity           *Amount  `json:"effortQuantity,omitempty"`
	ResourceConformsTo       store.ID `json:"resourceConformsTo,omitempty"`
	ResourceClassifiedAs     []string `json:"resourceClassifiedAs,omitempty"`
	Stage                    store.ID `json:"stage,omitempty"` // the process specification that was last
	State                    string   `json:"state,omitempty"`
}

// Kind implements Entity.
func (*RecipeFlow) Kind() Kind { return KindRecipeFlow }

// Refs implements Entity.
func (f *RecipeFlow) Refs() []Ref {
	var out refs
	out.add("recipeInputOf", KindRecipeProcess, f.RecipeInputOf)
	out.add("recipeOutputOf", KindRecipeProcess, f.RecipeOutputOf)
	out.add("recipeClauseOf", KindRecipeExchange, f.RecipeClauseOf)
	out.add("recipeReciprocalClauseOf", KindRecipeExchange, f.RecipeReciprocalClauseOf)
	out.add("resourceConformsTo", KindResourceSpecification, f.ResourceConformsTo)
	out.add("stage", KindProcessSpecification, f.Stage)
	return out
}

func (f *RecipeFlow) check(*Book) error {
	if f.ResourceConformsTo == "" && len(f.ResourceClassifiedAs) == 0 {
		return fault.Invalidf("vf.unclassified", "resourceConformsTo", "the flow says nowhere what flows; give it a specification or a classification")
	}
	if f.RecipeInputOf == "" && f.RecipeOutputOf == "" && f.RecipeClauseOf == "" && f.RecipeReciprocalClauseOf == "" {
		return fault.Invalidf("vf.recipe_flow_alone", "recipeInputOf", "the flow belongs to no step and no exchange; name one")
	}
	p := PlannedFlow{Action: f.Action, InputOf: f.RecipeInputOf, OutputOf: f.RecipeOutputOf, ResourceConformsTo: f.ResourceConformsTo,
		ResourceClassifiedAs: f.ResourceClassifiedAs, ResourceQuantity: f.ResourceQuantity, EffortQuantity: f.EffortQuantity, State: f.State}
	return p.check()
}
