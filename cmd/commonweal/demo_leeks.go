package main

import (
	"context"
	"fmt"
	"time"

	"commonweal/quantity"
	"commonweal/vf"
)

// The days of a month on which the garden sows, plants, harvests and packs.
const (
	gardenDay, harvestDay, boxDay = 10, 6, 8
)

// leekStory is how seed becomes a box of vegetables: sown in March, planted in
// May, pulled from September to February, boxed two days later. Every step has
// its lot, so that a bad batch of seed can be called back from every box.
func leekStory(y *demoYard, ctx context.Context, today demoDay) error {
	year, month, day := today.at.Year(), today.at.Month(), today.at.Day()
	grown := year
	if month < 3 { // what is pulled in winter was sown the year before
		grown--
	}
	season := fmt.Sprint(grown)
	pulled := month >= 9 || month <= 2
	switch {
	case today.n == 2:
		return y.openGarden(ctx, today)
	case month == 3 && day == gardenDay && today.n > 2:
		return y.sowLeeks(ctx, today, season)
	case month == 5 && day == gardenDay && y.has("seedlings "+season):
		return y.plantLeeks(ctx, today, season)
	case pulled && day == harvestDay && y.has("Leeks of "+season):
		return y.pullLeeks(ctx, today, season)
	case pulled && day == boxDay && y.has("leeks "+today.at.Format("2006-01")):
		return y.boxLeeks(ctx, today)
	}
	return nil
}

func (y *demoYard) openGarden(ctx context.Context, today demoDay) error {
	steps := []vf.Step{
		y.place("Long field", "52.012", "5.668"), y.place("Packing shed", "52.045", "5.655"), y.place("Pick-up point at the station", "51.985", "5.899"),
		y.kind("Leek seed", "gram", ""), y.kind("Leek seedlings", quantity.One, ""), y.kind("Leeks", "kilogram", ""), y.kind("Vegetable box", quantity.One, ""), y.kind("Tractor", quantity.One, quantity.Hour),
		y.stage("Sowing"), y.stage("Growing"), y.stage("Packing boxes"),
		y.party("Example Seed Savers", vf.Organization, ""), y.party("The long field", vf.Ecological, "Long field"), y.party("Box members of the station", vf.Organization, "Pick-up point at the station"),
		y.flow(today, demoFlow{action: vf.Raise, thing: "tractor", amount: "1", unit: quantity.One, state: "working", name: "The old tractor", kind: "Tractor", sn: "EX-TR-07", hour: 9}),
		y.settles(today, "tractor", "1", quantity.One, "Packing shed"),
	}
	steps = append(steps, y.relates(y.cast[3].Agent, "cares for", "is cared for by", y.id("The long field"), today.at)...)
	steps = append(steps, y.relates(y.id("Example Seed Savers"), "supplies", "is supplied by", y.us(), today.at)...)
	_, err := y.do(ctx, steps...)
	return err
}

func (y *demoYard) sowLeeks(ctx context.Context, today demoDay, season string) error {
	sowing, seed := "Sowing leeks "+season, "SEED-LEEK-"+season
	_, err := y.do(ctx, y.lot(seed, time.Date(today.at.Year()+2, 12, 31, 0, 0, 0, 0, time.UTC)), y.lot("LEEK-"+season, time.Time{}),
		y.flow(today, demoFlow{action: vf.Transfer, from: y.id("Example Seed Savers"), to: "seed " + season, amount: "80", unit: "gram", at: "Packing shed", name: "Leek seed " + season, kind: "Leek seed", lot: seed, hour: 8}),
		y.process(sowing, "Sowing", 0, today.at),
		y.flow(today, demoFlow{action: vf.Consume, thing: "seed " + season, in: sowing, amount: "64", unit: "gram", hour: 10}),
		y.hours(today, 4, sowing, "3.5", "sowed forty trays"), y.hours(today, 8, sowing, "2", "mixed the soil"),
		y.flow(today, demoFlow{action: vf.Produce, thing: "seedlings " + season, out: sowing, amount: "9600", unit: quantity.One, at: "Packing shed", name: "Leek seedlings " + season, kind: "Leek seedlings", lot: "LEEK-" + season, hour: 16}),
		vf.Finishing{Process: y.id(sowing)})
	return err
}

func (y *demoYard) plantLeeks(ctx context.Context, today demoDay, season string) error {
	growing := "Leeks of " + season
	_, err := y.do(ctx, y.process(growing, "Growing", 0, today.at),
		y.flow(today, demoFlow{action: vf.Lower, thing: "seedlings " + season, amount: "700", unit: quantity.One, hour: 8, note: "eaten by slugs"}),
		y.flow(today, demoFlow{action: vf.Consume, thing: "seedlings " + season, in: growing, amount: "8900", unit: quantity.One, hour: 11}),
		y.flow(today, demoFlow{action: vf.Use, thing: "tractor", in: growing, effort: "4.5", effortUnit: quantity.Hour, hour: 9}),
		y.hours(today, 5, growing, "8", "planted the long beds"), y.hours(today, 6, growing, "7.5", "planted and watered"))
	return err
}

func (y *demoYard) pullLeeks(ctx context.Context, today demoDay, season string) error {
	growing, month := "Leeks of "+season, today.at.Format("2006-01")
	kilograms := fmt.Sprint(180 + 15*(int(today.at.Month())%4))
	steps := []vf.Step{y.hours(today, 11, growing, "5", "pulled and trimmed"), y.hours(today, 3, growing, "4", "pulled and washed"),
		y.flow(today, demoFlow{action: vf.Produce, thing: "leeks " + month, out: growing, amount: kilograms, unit: "kilogram", at: "Packing shed", name: "Leeks of " + month, kind: "Leeks", lot: "LEEK-" + season, hour: 15})}
	if today.at.Month() == 2 {
		steps = append(steps, vf.Finishing{Process: y.id(growing)})
	}
	_, err := y.do(ctx, steps...)
	return err
}

func (y *demoYard) boxLeeks(ctx context.Context, today demoDay) error {
	month := today.at.Format("2006-01")
	packing, lot, boxes := "Packing boxes, "+month, "BOX-"+month, "boxes "+month
	_, err := y.do(ctx, y.lot(lot, today.at.AddDate(0, 0, 9)), y.process(packing, "Packing boxes", 0, today.at),
		y.flow(today, demoFlow{action: vf.Consume, thing: "leeks " + month, in: packing, amount: "144", unit: "kilogram", hour: 8}),
		y.hours(today, 3, packing, "3", "packed"), y.hours(today, 4, packing, "3", "packed and labeled"),
		y.flow(today, demoFlow{action: vf.Produce, thing: boxes, out: packing, amount: "96", unit: quantity.One, at: "Packing shed", name: "Boxes of " + month, kind: "Vegetable box", lot: lot, hour: 12}),
		y.flow(today, demoFlow{action: vf.Transfer, thing: boxes, to: "fetched " + month, toWhom: y.id("Box members of the station"), amount: "96", unit: quantity.One, at: "Pick-up point at the station", name: "Boxes fetched in " + month, kind: "Vegetable box", hour: 17}),
		vf.Finishing{Process: y.id(packing)})
	return err
}
