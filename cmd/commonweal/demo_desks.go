package main

import (
	"context"
	"fmt"

	"commonweal/quantity"
	"commonweal/vf"
)

// The days of a month on which the open workshop goes one step further with
// its school desks, in every second month.
const (
	woodComes, desksCut, desksBuilt, desksGo = 5, 11, 17, 23
)

// The router breaks in the second year, and is mended a week later.
const routerBreaks, routerWorks = 540, 547

// deskStory is how the open workshop makes desks for a school: from plywood by
// a cited design on a shared machine, packed on pallets, brought and unpacked.
func deskStory(y *demoYard, ctx context.Context, today demoDay) error {
	month := today.at.Format("2006-01")
	do := func(steps ...vf.Step) error { _, err := y.do(ctx, steps...); return err }
	switch day := today.at.Day(); {
	case today.n == 2:
		return y.openWorkshop(ctx, today)
	case today.n == routerBreaks:
		return do(y.process("Repair of the router", "Repair", 1, today.at),
			y.flow(today, demoFlow{action: vf.Accept, thing: "router", in: "Repair of the router", amount: "1", unit: quantity.One, state: "under repair", hour: 9, note: "the spindle screams"}))
	case today.n == routerWorks:
		return do(y.hours(today, 6, "Repair of the router", "5.5", "changed both bearings of the spindle"),
			y.flow(today, demoFlow{action: vf.Consume, thing: "bearings", in: "Repair of the router", amount: "2", unit: quantity.One, hour: 15}),
			y.flow(today, demoFlow{action: vf.Modify, thing: "router", out: "Repair of the router", amount: "1", unit: quantity.One, state: "working", hour: 17}),
			vf.Finishing{Process: y.id("Repair of the router")})
	case today.n < 30 || int(today.at.Month())%2 == 0:
		return nil
	case day == woodComes:
		lot := "PLY-" + month
		return do(y.lot(lot, today.at.AddDate(0, 0, -1).AddDate(30, 0, 0)),
			y.flow(today, demoFlow{action: vf.Transfer, from: y.id("Example Timber Yard"), to: "plywood " + month, amount: "24", unit: "squareMetre", at: "Old dairy", name: "Birch plywood of " + month, kind: "Birch plywood 18 mm", lot: lot, hour: 8}))
	case day == desksCut && y.has("plywood "+month):
		return y.cutDesks(ctx, today, month)
	case day == desksBuilt && y.has("parts "+month):
		return y.buildDesks(ctx, today, month)
	case day == desksGo && y.has("desks "+month):
		return y.bringDesks(ctx, today, month)
	}
	return nil
}

// openWorkshop is what there was at the beginning.
func (y *demoYard) openWorkshop(ctx context.Context, today demoDay) error {
	steps := []vf.Step{
		y.place("Old dairy", "52.155", "4.495"), y.place("Store at the harbor", "51.907", "4.461"), y.place("School of Exampledorp", "52.373", "5.219"), y.place("Example Timber Yard, Northtown", "53.216", "6.567"),
		y.kind("Birch plywood 18 mm", "squareMetre", ""), y.kind("Wax oil", "litre", ""), y.kind("Desk parts", quantity.One, ""), y.kind("School desk", quantity.One, ""),
		y.kind("Pallet", quantity.One, ""), y.kind("CNC router", quantity.One, quantity.Hour), y.kind("Spindle bearing", quantity.One, ""), y.kind("Drawings", quantity.One, ""),
		y.stage("Cutting"), y.stage("Assembly"), y.stage("Packing"), y.stage("Transport"), y.stage("Repair"),
		y.party("Example Timber Yard", vf.Organization, "Example Timber Yard, Northtown"), y.party("School of Exampledorp, parents", vf.Organization, "School of Exampledorp"),
		y.flow(today, demoFlow{action: vf.Raise, thing: "router", amount: "1", unit: quantity.One, state: "working", name: "CNC router of the workshop", kind: "CNC router", sn: "EX-4211", hour: 9}),
		y.flow(today, demoFlow{action: vf.Raise, thing: "drawings", amount: "1", unit: quantity.One, name: "Drawings of the school desk, version 3", kind: "Drawings", hour: 9}),
		y.flow(today, demoFlow{action: vf.Raise, thing: "oil", amount: "60", unit: "litre", name: "Wax oil", kind: "Wax oil", hour: 10}),
		y.flow(today, demoFlow{action: vf.Raise, thing: "bearings", amount: "6", unit: quantity.One, name: "Bearings for the router", kind: "Spindle bearing", hour: 10}),
		y.settles(today, "router", "1", quantity.One, "Old dairy"), y.settles(today, "oil", "60", "litre", "Store at the harbor"), y.settles(today, "bearings", "6", quantity.One, "Store at the harbor"),
		y.flow(today, demoFlow{action: vf.Copy, thing: "drawings", to: "copy", toWhom: y.id("School of Exampledorp, parents"), amount: "1", unit: quantity.One, name: "The school's copy of the drawings", kind: "Drawings", hour: 11}),
	}
	steps = append(steps, y.relates(y.id("Example Timber Yard"), "supplies", "is supplied by", y.us(), today.at)...)
	steps = append(steps, y.relates(y.cast[6].Agent, "looks after", "is looked after by", y.projects[1].ID, today.at)...)
	_, err := y.do(ctx, steps...)
	return err
}

// cutDesks cuts the parts. Too much wood is written down every March, and put right.
func (y *demoYard) cutDesks(ctx context.Context, today demoDay, month string) error {
	cutting := "Cutting desks, " + month
	wood := "21.6"
	done, err := y.do(ctx, y.process(cutting, "Cutting", 1, today.at),
		y.flow(today, demoFlow{action: vf.Cite, thing: "drawings", in: cutting, amount: "1", unit: quantity.One, hour: 9}),
		y.flow(today, demoFlow{action: vf.Consume, thing: "plywood " + month, in: cutting, amount: wood, unit: "squareMetre", hour: 9}),
		y.flow(today, demoFlow{action: vf.Use, thing: "router", in: cutting, effort: "6.5", effortUnit: quantity.Hour, hour: 10}),
		y.hours(today, 6, cutting, "7", "nested and cut the sheets"), y.hours(today, 2, cutting, "3.5", "sanded the edges"),
		y.flow(today, demoFlow{action: vf.Produce, thing: "parts " + month, out: cutting, amount: "12", unit: quantity.One, at: "Old dairy", name: "Parts of desks, " + month, kind: "Desk parts", hour: 17}),
		vf.Finishing{Process: y.id(cutting)})
	if err != nil || today.at.Month() != 3 {
		return err
	}
	less := quantity.MustParse("-1.6", "squareMetre")
	_, err = y.do(ctx, vf.Correcting{Event: done[2].ID, Correction: vf.Correction{ResourceQuantity: &less, Note: "one sheet was left over and went back to the rack"}})
	return err
}

func (y *demoYard) buildDesks(ctx context.Context, today demoDay, month string) error {
	building := "Putting desks together, " + month
	oil := fmt.Sprintf("1.%d", 2+int(today.at.Month())%5)
	_, err := y.do(ctx, y.process(building, "Assembly", 1, today.at),
		y.flow(today, demoFlow{action: vf.Consume, thing: "parts " + month, in: building, amount: "12", unit: quantity.One, hour: 10}),
		y.flow(today, demoFlow{action: vf.Consume, thing: "oil", in: building, amount: oil, unit: "litre", hour: 15}),
		y.hours(today, 7, building, "6", "glued and clamped"), y.hours(today, 9, building, "4.5", "waxed and set feet"), y.hours(today, 2, building, "2", "checked every drawer"),
		y.flow(today, demoFlow{action: vf.Produce, thing: "desks " + month, out: building, amount: "12", unit: quantity.One, at: "Old dairy", state: "as new", name: "School desks of " + month, kind: "School desk", hour: 18}),
		vf.Finishing{Process: y.id(building)})
	return err
}

// bringDesks packs the desks on a pallet and brings them to the school; the
// last ones stay packed for the reader of the demo.
func (y *demoYard) bringDesks(ctx context.Context, today demoDay, month string) error {
	packing, ride, pallet, desks := "Packing desks, "+month, "Ride to the school, "+month, "pallet "+month, "desks "+month
	steps := []vf.Step{y.process(packing, "Packing", 1, today.at),
		y.flow(today, demoFlow{action: vf.Produce, thing: pallet, out: packing, amount: "1", unit: quantity.One, at: "Old dairy", name: "Pallet of " + month, kind: "Pallet", hour: 8}),
		y.flow(today, demoFlow{action: vf.Combine, thing: desks, to: pallet, in: packing, amount: "12", unit: quantity.One, hour: 9})}
	if today.left > 60 {
		steps = append(steps, y.process(ride, "Transport", 1, today.at),
			y.flow(today, demoFlow{action: vf.Pickup, thing: pallet, in: ride, amount: "1", unit: quantity.One, hour: 10}),
			y.hours(today, 8, ride, "1.5", "drove the van"),
			y.flow(today, demoFlow{action: vf.Dropoff, thing: pallet, out: ride, amount: "1", unit: quantity.One, at: "School of Exampledorp", hour: 12}),
			y.flow(today, demoFlow{action: vf.Separate, thing: desks, out: packing, amount: "12", unit: quantity.One, hour: 13}),
			y.flow(today, demoFlow{action: vf.Transfer, thing: desks, to: "school " + month, toWhom: y.id("School of Exampledorp, parents"), amount: "12", unit: quantity.One, at: "School of Exampledorp", name: "Desks of the school, " + month, kind: "School desk", hour: 14}),
			vf.Finishing{Process: y.id(ride)}, vf.Finishing{Process: y.id(packing)})
	}
	_, err := y.do(ctx, steps...)
	return err
}
