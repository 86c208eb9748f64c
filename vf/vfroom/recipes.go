package vfroom

import (
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/vf"
)

func (p *pages) recipeRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /c/{commons}/recipes", Needs: vf.See, Handle: p.recipes},
		{Pattern: "POST /c/{commons}/recipes", Needs: vf.Arrange, Handle: p.addRecipe},
		{Pattern: "GET /c/{commons}/recipes/{id}", Needs: vf.See, Handle: p.recipe},
		{Pattern: "POST /c/{commons}/recipes/{id}/step", Needs: vf.Arrange, Handle: p.addStep},
		{Pattern: "POST /c/{commons}/recipes/{id}/drop", Needs: vf.Arrange, Handle: p.dropStep},
		{Pattern: "POST /c/{commons}/recipes/{id}/flow", Needs: vf.Arrange, Handle: p.addFlow},
		{Pattern: "POST /c/{commons}/recipes/{id}/unflow", Needs: vf.Arrange, Handle: p.dropFlow},
		{Pattern: "POST /c/{commons}/recipes/{id}/plan", Needs: vf.Take, Handle: p.planFrom},
	}
}

// recipesPage is how things are made here.
type recipesPage struct {
	Tabs        []web.Tab
	Form        *web.Form
	Rows        []recipeRow
	Kinds       []web.Option
	Exchanges   []web.Option // identifiers and names
	First, Next string
	Filtered    bool
}

// recipeRow is one recipe in a list.
type recipeRow struct {
	ID         store.ID
	Name, Href string
	Makes      string
	Steps      int
}

func (p *pages) recipes(q *web.Request) error {
	page := recipesPage{Tabs: tabs(q, "recipes"), Form: q.Form()}
	filter := vf.ListFilter{Search: page.Form.Text("find", web.Max(200))}
	page.Filtered = filter.Search != ""
	err := q.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		list, first, next, err := latest[vf.Recipe](q, r, filter)
		if err != nil {
			return err
		}
		page.First, page.Next = first, next
		var w wanted
		for _, x := range list {
			w.specs = append(w.specs, x.PrimaryOutput)
		}
		n, err := load(q, r, w)
		if err != nil {
			return err
		}
		for _, x := range list {
			page.Rows = append(page.Rows, recipeRow{ID: x.ID, Name: x.Name, Href: q.Path("recipes", string(x.ID)), Makes: n.specs[x.PrimaryOutput].Name, Steps: len(x.RecipeIncludes)})
		}
		if page.Exchanges, err = exchangeList(r); err != nil {
			return err
		}
		page.Kinds, err = specificationOptions(q, r, q.T("vf.choose"))
		return err
	})
	if err != nil {
		return err
	}
	if q.WantsJSON() {
		return q.JSON(map[string]any{"recipes": page.Rows, "exchanges": page.Exchanges, "next": page.Next})
	}
	return q.Render(web.Page{Template: "vf/recipes.html", Title: q.T("vf.tab.recipes"), Active: active("recipes"), Data: page})
}

func (p *pages) addRecipe(q *web.Request) error {
	f := q.Form()
	x := &vf.Recipe{About: vf.About{ID: store.NewID(), Name: f.Text("name", web.Required, web.Max(300)), Note: f.Text("note", web.Max(5000))}, PrimaryOutput: f.ID("makes", web.Required)}
	return p.doAnd(q, func([]vf.Done) string { return q.Path("recipes", string(x.ID)) }, "vf.recipe.made", p.recipes, vf.Adding{Thing: x})
}
