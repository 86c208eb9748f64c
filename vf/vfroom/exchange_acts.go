package vfroom

import (
	"slices"
	"time"

	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
	"commonweal/vf"
)

// mostTimes bounds how many times an exchange is agreed on at once.
const mostTimes = 10_000

// exchangeAt reads the exchange of the address in a transaction of its own.
func exchangeAt(q *web.Request) (x wholeExchange, err error) {
	err = q.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) (err error) {
		x, err = readExchange(q, r)
		return err
	})
	return x, err
}

func (p *pages) addExchange(q *web.Request) error {
	x := &vf.RecipeExchange{About: vf.About{ID: store.NewID(), Name: q.Form().Text("exchange", web.Required, web.Max(300))}}
	return p.doAnd(q, func([]vf.Done) string { return q.Path("exchanges", string(x.ID)) }, "vf.exchange.made", p.recipes, vf.Adding{Thing: x})
}

// addSide says something that is given, or given in return.
func (p *pages) addSide(q *web.Request) error {
	f, id := q.Form(), store.ID(q.R.PathValue("id"))
	side := f.Choice("side", []string{"gives", "returns"}, web.Required)
	x := &vf.RecipeFlow{Action: vf.Action(f.Choice(side+"_use", exchangeUses, web.Required)), ResourceConformsTo: f.ID(side+"_kind", web.Required)}
	if side == "returns" {
		x.RecipeReciprocalClauseOf = id
	} else {
		x.RecipeClauseOf = id
	}
	amount := amountOf(q, side+"_amount", unitsFor(q), web.Required)
	if does, known := x.Action.Row(); known && does.EventQuantity != vf.ResourceOnly {
		x.EffortQuantity = amount
	} else {
		x.ResourceQuantity = amount
	}
	return p.doAnd(q, back(q, "exchanges"), "vf.recipe.flow_added", p.exchange, vf.Adding{Thing: x})
}

// dropSide takes something off a side of the exchange.
func (p *pages) dropSide(q *web.Request) error {
	x, err := exchangeAt(q)
	if err != nil {
		return err
	}
	flows, id := x.flows(), q.Form().ID("flow", web.Required)
	i := slices.IndexFunc(flows, func(f vf.RecipeFlow) bool { return f.ID == id })
	if i < 0 {
		return absent("recipe_flow", id)
	}
	return p.doAnd(q, back(q, "exchanges"), "vf.recipe.flow_dropped", p.exchange, vf.Deleting{Kind: vf.KindRecipeFlow, ID: id, Revision: flows[i].Revision})
}

// dropExchange deletes the exchange with both its sides.
func (p *pages) dropExchange(q *web.Request) error {
	x, err := exchangeAt(q)
	if err != nil {
		return err
	}
	var steps []vf.Step
	for _, f := range x.flows() {
		steps = append(steps, vf.Deleting{Kind: vf.KindRecipeFlow, ID: f.ID, Revision: f.Revision})
	}
	steps = append(steps, vf.Deleting{Kind: vf.KindRecipeExchange, ID: x.ID, Revision: x.Revision})
	return p.doAnd(q, func([]vf.Done) string { return q.Path("recipes") }, "vf.exchange.dropped", p.exchange, steps...)
}

// agreeOn makes an agreement from the exchange.
func (p *pages) agreeOn(q *web.Request) error {
	x, err := exchangeAt(q)
	if err != nil {
		return err
	}
	f := q.Form()
	giver, receiver, times := first(f.ID("as"), q.Who.Agent), f.ID("with", web.Required), f.Int("times", 1, mostTimes)
	a := &vf.Agreement{About: vf.About{ID: store.NewID(), Name: x.Name}}
	promises, err := x.promises(giver, receiver, times, startOf(f.Date("due"), q.Zone, 1))
	if err != nil && !f.Blame(err) {
		return err
	}
	steps := []vf.Step{vf.Adding{Thing: a}}
	for i, c := range promises {
		if c.ClauseOf = a.ID; i >= len(x.clauses) {
			c.ClauseOf, c.ReciprocalClauseOf = "", a.ID
		}
		steps = append(steps, vf.Adding{Thing: c})
	}
	return p.doAnd(q, func([]vf.Done) string { return q.Path("agreements", string(a.ID)) }, "vf.agreement.made", p.exchange, steps...)
}

// promises are what two agents promise each other by an exchange, so many times
// what it says: first the clauses, by who gives, then what comes in return, by
// who receives.
func (x *wholeExchange) promises(giver, receiver store.ID, times int64, due time.Time) (out []*vf.Commitment, err error) {
	for i, flow := range x.flows() {
		c := &vf.Commitment{About: vf.About{ID: store.NewID()}, PlannedFlow: asFlow(&vf.WholeRecipe{}, &flow)}
		if c.Provider, c.Receiver, c.Due = giver, receiver, due; i >= len(x.clauses) {
			c.Provider, c.Receiver = receiver, giver
		}
		for _, amount := range [...]**vf.Amount{&c.ResourceQuantity, &c.EffortQuantity} {
			if *amount == nil {
				continue
			}
			many, err := (*amount).MulDiv(times, 1, quantity.HalfEven)
			if err != nil {
				return nil, err
			}
			*amount = &many
		}
		out = append(out, c)
	}
	return out, nil
}
