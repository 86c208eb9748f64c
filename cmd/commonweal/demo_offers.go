package main

import (
	"context"

	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// windworks is what the makers of turbines offer and plan: a price list, a
// turbine for a village, and the next one by its recipe.
func (d *demoDeals) windworks() map[int]func(context.Context, demoDay) error {
	village := func() store.ID { return d.parties["Village of Exampledorp"] }
	return map[int]func(context.Context, demoDay) error{
		75: func(ctx context.Context, today demoDay) error { return d.writeTurbine(ctx) },
		60: d.by(0, func(today demoDay) []vf.Step {
			steps := d.offer(today, demoOffer{name: "Turbine 3 kW, ready to raise", by: d.us(), purpose: vf.Offer, action: vf.Transfer, kind: "Turbine 3 kW", amount: "1", unit: quantity.One, pay: "4200", left: "4", where: "Old dairy", list: "Price list"})
			return append(steps, d.offer(today, demoOffer{name: "Workshop day for a group", by: d.us(), purpose: vf.Offer, action: vf.DeliverService, amount: "1", unit: "day", pay: "260", left: "12", where: "Old dairy", list: "Price list"})...)
		}),
		52: d.by(2, func(today demoDay) []vf.Step {
			steps := d.offer(today, demoOffer{name: "A van on Saturdays", by: d.cast[2].Agent, purpose: vf.Offer, action: vf.TransferCustody, amount: "1", unit: "day", left: "6", days: 120, note: "Keys are in the blue tin."})
			return append(steps, d.offer(today, demoOffer{name: "Somebody who knows old inverters", by: d.cast[2].Agent, purpose: vf.Request, action: vf.DeliverService, amount: "3", unit: quantity.Hour, days: 80})...)
		}),
		44: d.by(5, func(today demoDay) []vf.Step {
			return d.offer(today, demoOffer{name: "Cedar planks, offcuts", by: d.cast[5].Agent, purpose: vf.Offer, action: vf.Transfer, amount: "40", unit: "kilogram", days: 20, where: "Store at the harbor"})
		}),
		40: func(ctx context.Context, today demoDay) error {
			return d.as(ctx, 0, d.take("Turbine 3 kW, ready to raise", village(), 1), d.take("Workshop day for a group", d.id("School of Exampledorp, parents"), 2))
		},
		35: func(ctx context.Context, today demoDay) error {
			_, err := d.do(ctx, vf.Planning{Recipe: d.id("recipe turbine"), Quantity: *demoAmount("1", quantity.One), Start: today.at, By: d.projects[0].ID, For: village(), Name: "Turbine for Exampledorp", ID: d.id("plan village")})
			return err
		},
		33: func(ctx context.Context, today demoDay) error { return d.takeOn(ctx, "plan village", 2, 3, 4, 6) },
		30: func(ctx context.Context, today demoDay) error {
			return d.keeps(ctx, today, "Turbine 3 kW, ready to raise", village(), true, "2100")
		},
		26: d.expects(2, "7", "140", "70", "Seven hours on the roof of the dairy"),
		21: func(ctx context.Context, today demoDay) error {
			if err := d.keeps(ctx, today, "Workshop day for a group", d.id("School of Exampledorp, parents"), false, "2"); err != nil {
				return err
			}
			return d.keeps(ctx, today, "Workshop day for a group", d.id("School of Exampledorp, parents"), true, "520")
		},
		14: d.expects(5, "4", "80", "", "Cooking for the open day"),
		9:  d.by(4, func(today demoDay) []vf.Step { return []vf.Step{d.take("A van on Saturdays", d.cast[4].Agent, 2)} }),
		6: func(ctx context.Context, today demoDay) error {
			_, err := d.do(ctx, vf.Planning{Recipe: d.id("recipe turbine"), Quantity: *demoAmount("2", quantity.One), Due: today.at.AddDate(0, 0, 60), By: d.projects[0].ID, Name: "Two turbines for the spring", ID: d.id("plan spring")})
			return err
		},
		3: func(ctx context.Context, today demoDay) error { return d.takeOn(ctx, "plan spring", 6, 2) },
	}
}

// demoIngredient is a flow of a recipe: its action, what flows and how much.
type demoIngredient struct {
	action vf.Action
	kind   string
	amount string
	unit   quantity.Unit
}

// recipeStep writes a step of a recipe with what goes in and what comes out.
func (d *demoDeals) recipeStep(name, stage, days string, flows ...demoIngredient) []vf.Step {
	s := &vf.RecipeProcess{HasDuration: demoAmount(days, "day"), ProcessConformsTo: d.id("stage " + stage)}
	s.ID, s.Name = d.id("step "+name), name
	steps := []vf.Step{vf.Adding{Thing: s}}
	for _, x := range flows {
		f := &vf.RecipeFlow{Action: x.action, ResourceConformsTo: d.id(x.kind)}
		row, _ := x.action.Row()
		if row.EventQuantity == vf.ResourceOnly {
			f.ResourceQuantity = demoAmount(x.amount, x.unit)
		} else {
			f.EffortQuantity = demoAmount(x.amount, x.unit)
		}
		if row.InputOutput == vf.Output {
			f.RecipeOutputOf = s.ID
		} else {
			f.RecipeInputOf = s.ID
		}
		steps = append(steps, vf.Adding{Thing: f})
	}
	return steps
}

// recipe writes a recipe of steps that are written already.
func (d *demoDeals) recipe(key, name, makes string, steps ...string) vf.Step {
	x := &vf.Recipe{PrimaryOutput: d.id(makes)}
	x.ID, x.Name = d.id("recipe "+key), name
	for _, s := range steps {
		x.RecipeIncludes = append(x.RecipeIncludes, d.id("step "+s))
	}
	return vf.Adding{Thing: x}
}

// writeTurbine writes down how a turbine is made.
func (d *demoDeals) writeTurbine(ctx context.Context) error {
	one, hour := quantity.One, quantity.Hour
	steps := []vf.Step{d.kind("Copper wire", "kilogram", ""), d.kind("Magnets", one, ""), d.kind("Cedar planks", "metre", ""), d.kind("Steel tube", "metre", ""),
		d.kind("Stator", one, ""), d.kind("Set of blades", one, ""), d.kind("Frame", one, ""), d.kind("Turbine 3 kW", one, ""),
		d.kind("Winding and casting", "", hour), d.kind("Carving", "", hour), d.kind("Welding", "", hour), d.kind("Assembly of turbines", "", hour), d.kind("Lathe", one, hour),
		d.stage("Winding"), d.stage("Woodwork"), d.stage("Metalwork")}
	steps = append(steps, d.recipeStep("Wind and cast the stator", "Winding", "6", demoIngredient{vf.Consume, "Copper wire", "9.6", "kilogram"}, demoIngredient{vf.Consume, "Magnets", "24", one},
		demoIngredient{vf.Work, "Winding and casting", "11", hour}, demoIngredient{vf.Produce, "Stator", "1", one})...)
	steps = append(steps, d.recipeStep("Carve the blades", "Woodwork", "8", demoIngredient{vf.Consume, "Cedar planks", "7.5", "metre"}, demoIngredient{vf.Work, "Carving", "15", hour},
		demoIngredient{vf.Produce, "Set of blades", "1", one})...)
	steps = append(steps, d.recipeStep("Weld frame and tail", "Metalwork", "4", demoIngredient{vf.Consume, "Steel tube", "6", "metre"}, demoIngredient{vf.Use, "Lathe", "2.5", hour},
		demoIngredient{vf.Work, "Welding", "9.5", hour}, demoIngredient{vf.Produce, "Frame", "1", one})...)
	steps = append(steps, d.recipeStep("Put together and test", "Assembly", "3", demoIngredient{vf.Consume, "Stator", "1", one}, demoIngredient{vf.Consume, "Set of blades", "1", one},
		demoIngredient{vf.Consume, "Frame", "1", one}, demoIngredient{vf.Work, "Assembly of turbines", "9", hour}, demoIngredient{vf.Produce, "Turbine 3 kW", "1", one})...)
	steps = append(steps, d.recipe("turbine", "Turbine 3 kW", "Turbine 3 kW", "Wind and cast the stator", "Carve the blades", "Weld frame and tail", "Put together and test"))
	_, err := d.do(ctx, steps...)
	return err
}

// garden is what the food hub offers: boxes by the week, and an order of three
// lines; it looks for hands.
func (d *demoDeals) garden() map[int]func(context.Context, demoDay) error {
	station := func() store.ID { return d.id("Box members of the station") }
	return map[int]func(context.Context, demoDay) error{
		70: d.by(0, func(today demoDay) []vf.Step {
			steps := d.offer(today, demoOffer{name: "Vegetable box", by: d.us(), purpose: vf.Offer, action: vf.Transfer, kind: "Vegetable box", amount: "1", unit: quantity.One, pay: "14.50", left: "60", where: "Pick-up point at the station", list: "Weekly boxes"})
			steps = append(steps, d.offer(today, demoOffer{name: "Leeks by the kilogram", by: d.us(), purpose: vf.Offer, action: vf.Transfer, kind: "Leeks", amount: "1", unit: "kilogram", pay: "2.80", left: "150", where: "Packing shed", list: "Weekly boxes"})...)
			return append(steps, d.offer(today, demoOffer{name: "Hands for the leek harvest", by: d.us(), purpose: vf.Request, action: vf.DeliverService, amount: "3", unit: quantity.Hour, left: "30", days: 110, where: "Long field"})...)
		}),
		50: func(ctx context.Context, today demoDay) error {
			order := &vf.AgreementBundle{}
			order.ID, order.Name = d.id("order station"), "Order of the station, first week"
			if err := d.as(ctx, 0, d.take("Vegetable box", station(), 24), d.take("Leeks by the kilogram", station(), 35), vf.Adding{Thing: order}); err != nil {
				return err
			}
			return d.bundle(ctx, "order station", station(), "Vegetable box", "Leeks by the kilogram")
		},
		42: func(ctx context.Context, today demoDay) error {
			if err := d.keeps(ctx, today, "Vegetable box", station(), true, "348"); err != nil {
				return err
			}
			return d.keeps(ctx, today, "Leeks by the kilogram", station(), false, "38")
		},
		20: d.by(4, func(today demoDay) []vf.Step {
			return []vf.Step{d.take("Hands for the leek harvest", d.cast[4].Agent, 2)}
		}),
		12: d.expects(3, "5", "75", "25", "Repair of the tractor's clutch"),
	}
}

// bundle makes agreements part of one order.
func (d *demoDeals) bundle(ctx context.Context, order string, by store.ID, offers ...string) error {
	var ids []store.ID
	for _, o := range offers {
		ids = append(ids, d.id("agreement "+o+string(by)))
	}
	var steps []vf.Step
	err := d.h.Store.Read(ctx, d.commons.ID, func(r *store.Snapshot) error {
		found, err := vf.Get[vf.Agreement](r, ids)
		for _, i := range ids {
			a := found[i]
			a.BundledIn = d.id(order)
			steps = append(steps, vf.Revising{Entity: &a})
		}
		return err
	})
	if err != nil {
		return err
	}
	return d.as(ctx, 0, steps...)
}
