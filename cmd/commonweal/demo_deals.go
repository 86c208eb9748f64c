package main

import (
	"context"
	"time"

	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// demoDeals is what people of a commons offer, ask for, agree on, plan and
// still have to settle, in the last weeks of the demo.
type demoDeals struct {
	*demoYard
	at map[int]func(ctx context.Context, today demoDay) error // by the days that are left
}

// deal lets people make their deals through a day.
func (l *demoLife) deal(ctx context.Context, today demoDay) error {
	if l.yard == nil || l.slug != "windworks" && l.slug != "garden" {
		return nil
	}
	d := &demoDeals{demoYard: l.yard}
	d.at = d.windworks()
	if l.slug == "garden" {
		d.at = d.garden()
	}
	if do := d.at[today.left]; do != nil {
		return do(ctx, today)
	}
	return nil
}

// as is one act of one of the cast.
func (d *demoDeals) as(ctx context.Context, who int, steps ...vf.Step) error {
	_, err := d.h.Core.Do(ctx, d.cast[who], "", steps...)
	return err
}

// by does what one of the cast does on a day, when its turn comes.
func (d *demoDeals) by(who int, steps func(today demoDay) []vf.Step) func(context.Context, demoDay) error {
	return func(ctx context.Context, today demoDay) error { return d.as(ctx, who, steps(today)...) }
}

// demoAmount is a decimal number of a unit.
func demoAmount(text string, unit quantity.Unit) *vf.Amount {
	a := quantity.MustParse(text, unit)
	return &a
}

// demoOffer is one offer or request, by the names of the story.
type demoOffer struct {
	name       string
	by         store.ID
	purpose    vf.Purpose
	action     vf.Action
	kind       string
	amount     string
	unit       quantity.Unit
	pay        string // euros in return; "" for a gift
	left       string // in all; multiples may be taken
	days       int    // open for so long; 0 for no end
	where      string
	list, note string
}

// offer publishes an offer or a request.
func (d *demoDeals) offer(today demoDay, o demoOffer) []vf.Step {
	main := &vf.Intent{PlannedFlow: vf.PlannedFlow{Action: o.action, ResourceQuantity: demoAmount(o.amount, o.unit)}}
	main.ID, main.Name = store.NewID(), o.name
	p := &vf.Proposal{Purpose: o.purpose, Publishes: []store.ID{main.ID}, UnitBased: o.left != ""}
	p.ID, p.Name, p.Note = d.id("offer "+o.name), o.name, o.note
	steps := []vf.Step{vf.Adding{Thing: main}}
	if o.kind != "" {
		main.ResourceConformsTo = d.id(o.kind)
	}
	if o.left != "" {
		main.AvailableQuantity = demoAmount(o.left, o.unit)
	}
	if o.where != "" {
		p.EligibleLocation = d.id(o.where)
	}
	if o.days > 0 {
		p.HasEnd = today.at.AddDate(0, 0, o.days)
	}
	back := &vf.Intent{PlannedFlow: vf.PlannedFlow{Action: vf.Transfer}}
	back.ID = store.NewID()
	if main.Provider, back.Receiver = o.by, o.by; o.purpose == vf.Request {
		main.Provider, main.Receiver, back.Provider, back.Receiver = "", o.by, o.by, ""
	}
	if o.pay != "" {
		back.ResourceQuantity, p.Reciprocal = demoAmount(o.pay, d.commons.Currency), []store.ID{back.ID}
		steps = append(steps, vf.Adding{Thing: back})
	}
	if o.list != "" {
		if !d.has("list " + o.list) {
			l := &vf.ProposalList{}
			l.ID, l.Name = d.id("list "+o.list), o.list
			steps = append(steps, vf.Adding{Thing: l})
		}
		p.ListedIn = []store.ID{d.id("list " + o.list)}
	}
	return append(steps, vf.Adding{Thing: p})
}

// take takes up an offer; the agreement gets a name of its own in the story.
func (d *demoDeals) take(offer string, by store.ID, times int64) vf.Step {
	return vf.Responding{Proposal: d.id("offer " + offer), Agent: by, Times: times, ID: d.id("agreement " + offer + string(by))}
}

// keeps records part of what an agreement stipulates.
func (d *demoDeals) keeps(ctx context.Context, today demoDay, offer string, by store.ID, reciprocal bool, amount string) error {
	agreement, property := d.id("agreement "+offer+string(by)), "clauseOf"
	if reciprocal {
		property = "reciprocalClauseOf"
	}
	var c vf.Commitment
	err := d.h.Store.Read(ctx, d.commons.ID, func(r *store.Snapshot) error {
		of, err := vf.Linked[vf.Commitment](r, property, []store.ID{agreement})
		if err == nil && len(of[agreement]) > 0 {
			c = of[agreement][0]
		}
		return err
	})
	if err != nil {
		return err
	}
	e := vf.Event{Action: c.Action, Provider: c.Provider, Receiver: c.Receiver, ResourceConformsTo: c.ResourceConformsTo, ResourceQuantity: demoAmount(amount, c.ResourceQuantity.Unit),
		Fulfills: []vf.Allocation{{Target: c.ID}}, RealizationOf: c.ClauseOf, ReciprocalRealizationOf: c.ReciprocalClauseOf, HasPointInTime: yesterday(today.at, 13)}
	return d.as(ctx, 0, vf.Recording{Event: e})
}

// takeOn lets members take on what a plan still looks for, the first ones of it.
func (d *demoDeals) takeOn(ctx context.Context, plan string, who ...int) error {
	var open []vf.Intent
	err := d.h.Store.Read(ctx, d.commons.ID, func(r *store.Snapshot) error {
		of, err := vf.Linked[vf.Intent](r, "plannedWithin", []store.ID{d.id(plan)})
		open = of[d.id(plan)]
		return err
	})
	if err != nil {
		return err
	}
	for n, member := range who {
		if n == len(open) {
			break
		}
		c := &vf.Commitment{PlannedFlow: open[n].PlannedFlow, Satisfies: []vf.Allocation{{Target: open[n].ID}}}
		c.Provider = d.cast[member].Agent
		if err := d.as(ctx, member, vf.Adding{Thing: c}); err != nil {
			return err
		}
	}
	return nil
}

// expects raises a claim for hours that somebody gave, and settles a part of it.
func (d *demoDeals) expects(who int, hours, euros, paid, why string) func(context.Context, demoDay) error {
	return func(ctx context.Context, today demoDay) error {
		gave := vf.Event{Action: vf.Work, Provider: d.cast[who].Agent, Receiver: d.us(), EffortQuantity: demoAmount(hours, quantity.Hour), HasPointInTime: yesterday(today.at, 11), Note: why}
		done, err := d.h.Core.Do(ctx, d.cast[who], "", vf.Recording{Event: gave})
		if err != nil {
			return err
		}
		claim := &vf.Claim{Action: vf.Transfer, Provider: d.us(), Receiver: d.cast[who].Agent, TriggeredBy: done[0].ID, ResourceQuantity: demoAmount(euros, d.commons.Currency), Due: today.at.AddDate(0, 0, 30)}
		claim.ID, claim.Name = store.NewID(), why
		if err := d.as(ctx, who, vf.Adding{Thing: claim}); err != nil || paid == "" {
			return err
		}
		pay := vf.Event{Action: vf.Transfer, Provider: d.us(), Receiver: d.cast[who].Agent, ResourceQuantity: demoAmount(paid, d.commons.Currency), Settles: []vf.Allocation{{Target: claim.ID}}, HasPointInTime: today.at.Add(-time.Hour)}
		return d.as(ctx, 0, vf.Recording{Event: pay})
	}
}
