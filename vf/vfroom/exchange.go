package vfroom

import (
	"slices"

	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/vf"
)

func (p *pages) exchangeRoutes() []web.Route {
	return []web.Route{
		{Pattern: "POST /c/{commons}/exchanges", Needs: vf.Arrange, Handle: p.addExchange},
		{Pattern: "GET /c/{commons}/exchanges/{id}", Needs: vf.See, Handle: p.exchange},
		{Pattern: "POST /c/{commons}/exchanges/{id}/flow", Needs: vf.Arrange, Handle: p.addSide},
		{Pattern: "POST /c/{commons}/exchanges/{id}/unflow", Needs: vf.Arrange, Handle: p.dropSide},
		{Pattern: "POST /c/{commons}/exchanges/{id}/drop", Needs: vf.Arrange, Handle: p.dropExchange},
		{Pattern: "POST /c/{commons}/exchanges/{id}/agree", Needs: vf.Take, Handle: p.agreeOn},
	}
}

// exchangePage is what is given for what: both sides, as they are read and
// edited, and the form that makes an agreement of them.
type exchangePage struct {
	Form        *web.Form
	ID          store.ID
	Name        string
	Sides       []exchangeSide
	Uses        []web.Option
	Kinds       []web.Option
	Units       []web.Option
	As, With    []web.Option
	MayBeAgreed bool
}

// exchangeSide is one side of an exchange, by the name of its form's fields.
type exchangeSide struct {
	Side, Title, Add string
	Rows             []flowRow
}

// exchangeUses are the ways in which something is given for something.
var exchangeUses = []string{string(vf.Transfer), string(vf.TransferAllRights), string(vf.TransferCustody), string(vf.DeliverService), string(vf.Work), string(vf.Use)}

// wholeExchange is a recipe exchange with the flows of its sides: the clauses,
// and what is given in return.
type wholeExchange struct {
	vf.RecipeExchange
	clauses, returns []vf.RecipeFlow
}

func (x *wholeExchange) flows() []vf.RecipeFlow { return slices.Concat(x.clauses, x.returns) }

// readExchange returns the exchange of the address, whole.
func readExchange(q *web.Request, r store.Reader) (x wholeExchange, err error) {
	id := store.ID(q.R.PathValue("id"))
	found := false
	if x.RecipeExchange, found, err = vf.GetOne[vf.RecipeExchange](r, id); err == nil && !found {
		err = absent("recipe_exchange", id)
	}
	if err != nil {
		return x, err
	}
	for property, side := range map[string]*[]vf.RecipeFlow{"recipeClauseOf": &x.clauses, "recipeReciprocalClauseOf": &x.returns} {
		flows, err := vf.Linked[vf.RecipeFlow](r, property, []store.ID{id})
		if err != nil {
			return x, err
		}
		*side = flows[id]
	}
	return x, nil
}

// exchangeList are the latest exchanges, by identifier and name.
func exchangeList(r store.Reader) (out []web.Option, err error) {
	list, err := vf.List[vf.RecipeExchange](r, vf.ListFilter{Limit: choices})
	for _, x := range list {
		out = append(out, web.Option{Value: string(x.ID), Label: x.Name})
	}
	return out, err
}

func (p *pages) exchange(q *web.Request) error {
	page := exchangePage{Form: q.Form()}
	page.Form.Default("times", "1")
	err := q.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		x, err := readExchange(q, r)
		if err != nil {
			return err
		}
		return page.fill(q, r, &x)
	})
	if err != nil {
		return err
	}
	if q.WantsJSON() {
		return q.JSON(page)
	}
	return q.Render(web.Page{Template: "vf/exchange.html", Title: page.Name, Active: active("recipes"), Data: page,
		Crumbs: []web.Crumb{{Label: q.T("vf.tab.recipes"), Path: q.Path("recipes")}, {Label: page.Name}}})
}

func (page *exchangePage) fill(q *web.Request, r *store.Snapshot, x *wholeExchange) error {
	var w wanted
	flows := x.flows()
	for i := range flows {
		w.want(asFlow(&vf.WholeRecipe{}, &flows[i]))
	}
	n, err := load(q, r, w)
	if err != nil {
		return err
	}
	rows := func(flows []vf.RecipeFlow) (out []flowRow) {
		for i := range flows {
			row := n.flow(flows[i].About, asFlow(&vf.WholeRecipe{}, &flows[i]), vf.Met{}, r.Now())
			row.State = ""
			out = append(out, row)
		}
		return out
	}
	page.ID, page.Name, page.MayBeAgreed = x.ID, x.Name, len(x.clauses) > 0 && q.Who.Can(vf.Take)
	page.Sides = []exchangeSide{{"gives", q.T("vf.exchange.gives"), q.T("vf.exchange.add_gives"), rows(x.clauses)}, {"returns", q.T("vf.exchange.returns"), q.T("vf.exchange.add_returns"), rows(x.returns)}}
	return page.choices(q, r)
}

// choices fills what may be chosen in the editor and for an agreement.
func (page *exchangePage) choices(q *web.Request, r *store.Snapshot) (err error) {
	if !q.Who.Can(vf.Take) {
		return nil
	}
	for _, a := range exchangeUses {
		page.Uses = append(page.Uses, web.Option{Value: a, Label: q.T("vf.deed." + a)})
	}
	page.Units = unitOptions(q, unitsFor(q))
	if page.Kinds, err = specificationOptions(q, r, q.T("vf.choose")); err != nil {
		return err
	}
	if page.As, err = behalf(q, r); err != nil {
		return err
	}
	page.With, err = agentOptions(q, r, page.Form.Raw("with"))
	return err
}
