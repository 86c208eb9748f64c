package vf

import (
	"testing"
	"time"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// offer publishes an offer of the steward's: bread for euros, changed by f.
func (d *desk) offer(f func(*Intent, *Proposal)) store.ID {
	d.t.Helper()
	give := &Intent{About: About{ID: store.NewID()}, PlannedFlow: PlannedFlow{Action: Transfer, Provider: d.steward.Agent, ResourceConformsTo: d.spec, ResourceQuantity: one_("2")}}
	price := quantity.Of(5, "EUR")
	pay := &Intent{About: About{ID: store.NewID()}, PlannedFlow: PlannedFlow{Action: Transfer, Receiver: d.steward.Agent, ResourceQuantity: &price}}
	p := &Proposal{About: About{ID: store.NewID(), Name: "Two loaves"}, Purpose: Offer, Publishes: []store.ID{give.ID}, Reciprocal: []store.ID{pay.ID}}
	f(give, p)
	d.must(d.steward, "", Adding{give}, Adding{pay}, Adding{p})
	return p.ID
}

// clauses reads what an agreement stipulates, and what in return.
func (d *desk) clauses(agreement store.ID) (out, inReturn []Commitment) {
	d.t.Helper()
	err := d.core.Store.Read(d.t.Context(), d.steward.Commons, func(r *store.Snapshot) error {
		for name, into := range map[string]*[]Commitment{"clauseOf": &out, "reciprocalClauseOf": &inReturn} {
			of, err := Linked[Commitment](r, name, []store.ID{agreement})
			if err != nil {
				return err
			}
			*into = of[agreement]
		}
		return nil
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return out, inReturn
}

// A price per unit: three times two loaves for three times five euros, by one
// response, binding both sides.
func TestResponseMakesAnAgreement(t *testing.T) {
	atDesk(t, func(t *testing.T, d *desk) {
		offer := d.offer(func(give *Intent, p *Proposal) { p.UnitBased, give.AvailableQuantity = true, one_("10") })
		agreement := d.must(d.member, "", Responding{Proposal: offer, Agent: d.member.Agent, Times: 3})[0].ID
		gives, pays := d.clauses(agreement)
		if len(gives) != 1 || gives[0].Provider != d.steward.Agent || gives[0].Receiver != d.member.Agent || gives[0].ResourceQuantity.String() != "6 one" {
			t.Errorf("given: %+v", gives)
		}
		if len(pays) != 1 || pays[0].Provider != d.member.Agent || pays[0].Receiver != d.steward.Agent || pays[0].ResourceQuantity.String() != "15 EUR" {
			t.Errorf("in return: %+v", pays)
		}
		if len(gives) == 1 && (len(gives[0].Satisfies) != 1 || gives[0].Satisfies[0].ResourceQuantity.String() != "6 one") {
			t.Errorf("satisfies %+v", gives[0].Satisfies)
		}
		if _, err := d.core.Do(t.Context(), d.member, "", Responding{Proposal: offer, Agent: d.member.Agent, Times: 3}); !says(err, "vf.proposal_taken", "6 one is wanted, and 4 one is left") {
			t.Errorf("more than is left: %v", err)
		}
		d.must(d.member, "", Responding{Proposal: offer, Agent: d.member.Agent, Times: 2})
	})
}

// A request is the other way round: whoever responds gives.
func TestResponseToARequest(t *testing.T) {
	atDesk(t, func(t *testing.T, d *desk) {
		want := &Intent{About: About{ID: store.NewID()}, PlannedFlow: PlannedFlow{Action: DeliverService, Receiver: d.steward.Agent, ResourceConformsTo: d.spec, ResourceQuantity: one_("1")}}
		p := &Proposal{About: About{ID: store.NewID()}, Purpose: Request, Publishes: []store.ID{want.ID}}
		d.must(d.steward, "", Adding{want}, Adding{p})
		agreement := d.must(d.member, "", Responding{Proposal: p.ID, Agent: d.member.Agent, Times: 1})[0].ID
		if gives, _ := d.clauses(agreement); len(gives) != 1 || gives[0].Provider != d.member.Agent || gives[0].Receiver != d.steward.Agent {
			t.Errorf("%+v", gives)
		}
		if _, err := d.core.Do(t.Context(), d.member, "", Responding{Proposal: p.ID, Agent: d.member.Agent, Times: 1}); !says(err, "vf.proposal_taken", "0 one is left") {
			t.Errorf("a second time: %v", err)
		}
	})
}

func TestResponsesThatAreRefused(t *testing.T) {
	atDesk(t, func(t *testing.T, d *desk) {
		plain := func(*Intent, *Proposal) {}
		for name, c := range map[string]struct {
			offer func(*Intent, *Proposal)
			who   auth.Identity
			ask   Responding
			code  string
		}{
			"one's own":          {plain, d.steward, Responding{Agent: d.steward.Agent, Times: 1}, "vf.own_proposal"},
			"for another":        {plain, d.member, Responding{Agent: store.NewID(), Times: 1}, "auth.forbidden"},
			"from outside":       {plain, d.outside, Responding{Agent: d.outside.Agent, Times: 1}, "auth.forbidden"},
			"not at all":         {plain, d.member, Responding{Agent: d.member.Agent}, "vf.proposal_times"},
			"twice what is once": {plain, d.member, Responding{Agent: d.member.Agent, Times: 2}, "vf.proposal_times"},
			"too late":           {func(_ *Intent, p *Proposal) { p.HasEnd = time.Now().Add(-time.Hour) }, d.member, Responding{Agent: d.member.Agent, Times: 1}, "vf.proposal_closed"},
			"too early":          {func(_ *Intent, p *Proposal) { p.HasBeginning = time.Now().Add(time.Hour) }, d.member, Responding{Agent: d.member.Agent, Times: 1}, "vf.proposal_closed"},
			"withdrawn":          {func(i *Intent, _ *Proposal) { i.Finished = true }, d.member, Responding{Agent: d.member.Agent, Times: 1}, "vf.proposal_closed"},
			"for others":         {func(_ *Intent, p *Proposal) { p.ProposedTo = []store.ID{d.steward.Agent} }, d.member, Responding{Agent: d.member.Agent, Times: 1}, "vf.proposed_to_others"},
			"too little":         {func(i *Intent, p *Proposal) { i.MinimumQuantity, p.UnitBased = one_("3"), true }, d.member, Responding{Agent: d.member.Agent, Times: 1}, "vf.below_minimum"},
			"of nobody":          {func(i *Intent, _ *Proposal) { i.Provider = "" }, d.member, Responding{Agent: d.member.Agent, Times: 1}, "vf.proposal_of_nobody"},
			"times without end":  {func(_ *Intent, p *Proposal) { p.UnitBased = true }, d.member, Responding{Agent: d.member.Agent, Times: 1 << 62}, "quantity.overflow"},
			"a proposal unknown": {plain, d.member, Responding{Proposal: store.NewID(), Agent: d.member.Agent, Times: 1}, "vf.unknown_proposal"},
		} {
			if offer := d.offer(c.offer); c.ask.Proposal == "" {
				c.ask.Proposal = offer
			}
			_, err := d.core.Do(t.Context(), c.who, "", c.ask)
			if f := fault.As(err); f == nil || f.Code != c.code {
				t.Errorf("%s: %v, want %s", name, err, c.code)
			}
		}
	})
}

// bakery is a recipe of two steps in the store: mixing feeds baking.
func (d *desk) bakery() (recipe store.ID) {
	d.t.Helper()
	recipe = store.NewID()
	mixing, baking := store.NewID(), store.NewID()
	dough, skill, hours, hour := store.NewID(), store.NewID(), quantity.Of(2, "hour"), quantity.Of(1, "hour")
	flow := func(a Action, f RecipeFlow, q *Amount) Adding {
		f.Action, f.ResourceQuantity = a, q
		return Adding{&f}
	}
	d.must(d.steward, "", Adding{ResourceSpecification{ID: dough, Name: "Dough"}}, Adding{ResourceSpecification{ID: skill, Name: "Baking"}},
		Adding{&RecipeProcess{About: About{ID: mixing, Name: "Mix"}, HasDuration: &hour}},
		Adding{&RecipeProcess{About: About{ID: baking, Name: "Bake"}, HasDuration: &hours}},
		Adding{&Recipe{About: About{ID: recipe, Name: "Bread"}, PrimaryOutput: d.spec, RecipeIncludes: []store.ID{mixing, baking}}},
		flow(Produce, RecipeFlow{RecipeOutputOf: mixing, ResourceConformsTo: dough}, one_("1")),
		flow(Consume, RecipeFlow{RecipeInputOf: baking, ResourceConformsTo: dough}, one_("1")),
		Adding{&RecipeFlow{Action: Work, RecipeInputOf: baking, ResourceConformsTo: skill, EffortQuantity: &hour}},
		flow(Produce, RecipeFlow{RecipeOutputOf: baking, ResourceConformsTo: d.spec}, one_("2")))
	return recipe
}

// One act makes the plan: processes in time, commitments for what is known,
// an intent for the work that somebody still has to do.
func TestPlanFromRecipe(t *testing.T) {
	atDesk(t, func(t *testing.T, d *desk) {
		recipe, start := d.bakery(), days(0)
		plan := d.must(d.member, "", Planning{Recipe: recipe, Quantity: *one_("6"), Start: start, By: d.member.Agent, For: d.steward.Agent})[0].ID
		err := d.core.Store.Read(t.Context(), d.steward.Commons, func(r *store.Snapshot) error {
			p, _, err := GetOne[Plan](r, plan)
			if err != nil || p.Name != "Bread" || !p.Due.Equal(start.Add(3*time.Hour)) {
				t.Errorf("the plan %+v: %v", p, err)
			}
			processes, err := ProcessesOfPlans(r, []store.ID{plan})
			if err != nil || len(processes) != 2 || !processes[1].HasBeginning.Equal(start.Add(time.Hour)) || processes[1].InScopeOf != d.member.Agent {
				t.Errorf("processes %+v: %v", processes, err)
			}
			promised, err := Linked[Commitment](r, "plannedWithin", []store.ID{plan})
			if err != nil {
				return err
			}
			wanted, err := Linked[Intent](r, "plannedWithin", []store.ID{plan})
			if len(promised[plan]) != 3 || len(wanted[plan]) != 1 || wanted[plan][0].EffortQuantity.String() != "3 hour" || wanted[plan][0].Provider != "" {
				t.Errorf("promised %+v, wanted %+v", promised[plan], wanted[plan])
			}
			demand, err2 := Linked[Commitment](r, "independentDemandOf", []store.ID{plan})
			if len(demand[plan]) != 1 || demand[plan][0].Receiver != d.steward.Agent || demand[plan][0].ResourceQuantity.String() != "6 one" {
				t.Errorf("demand %+v: %v", demand[plan], err2)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
		for name, s := range map[string]Planning{
			"auth.forbidden":    {Recipe: recipe, Quantity: *one_("1"), Start: start, By: d.steward.Agent},
			"vf.unknown_recipe": {Recipe: store.NewID(), Quantity: *one_("1"), Start: start, By: d.member.Agent},
		} {
			if _, err := d.core.Do(t.Context(), d.member, "", s); fault.As(err) == nil || fault.As(err).Code != name {
				t.Errorf("%v, want %s", err, name)
			}
		}
	})
}

// A flow that closes a loop is refused when it is written, and so is an output
// action as an input; the recipe stays as it was.
func TestRecipesRefuseLoops(t *testing.T) {
	atDesk(t, func(t *testing.T, d *desk) {
		var w WholeRecipe
		recipe := d.bakery()
		read := func() {
			t.Helper()
			if err := d.core.Store.Read(t.Context(), d.steward.Commons, func(r *store.Snapshot) (err error) {
				w, _, err = ReadRecipe(r, recipe)
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		read()
		loop := Adding{&RecipeFlow{Action: Consume, RecipeInputOf: w.Steps[0].ID, ResourceConformsTo: d.spec, ResourceQuantity: one_("1")}}
		if _, err := d.core.Do(t.Context(), d.steward, "", loop); !says(err, "vf.recipe_loop", "Mix → Bake → Mix") {
			t.Errorf("bread for dough: %v", err)
		}
		wrong := Adding{&RecipeFlow{Action: Produce, RecipeInputOf: w.Steps[0].ID, ResourceConformsTo: d.spec, ResourceQuantity: one_("1")}}
		if _, err := d.core.Do(t.Context(), d.steward, "", wrong); !says(err, "vf.process_side", "produce is an output") {
			t.Errorf("an output as input: %v", err)
		}
		twice := w.Recipe
		twice.RecipeIncludes = append(twice.RecipeIncludes, w.Steps[0].ID)
		if _, err := d.core.Do(t.Context(), d.steward, "", Revising{&twice}); !says(err, "vf.recipe_twice", "twice") {
			t.Errorf("a step twice: %v", err)
		}
		flows := len(w.Flows)
		if read(); len(w.Flows) != flows || len(w.Steps) != 2 {
			t.Errorf("%d flows, %d steps after the refusals", len(w.Flows), len(w.Steps))
		}
	})
}
