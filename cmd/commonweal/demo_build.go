package main

import (
	"context"
	"fmt"

	"commonweal/contribution"
	"commonweal/platform/auth"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// demoOrder is one product being made to order, step by step.
type demoOrder struct {
	*demoBatch
	number string
	began  int
	steps  []demoStep
}

// demoStep is what happens to an order on a day after its beginning.
type demoStep struct {
	day int
	do  func(ctx context.Context, today demoDay) error
}

// startDay is the day of a month on which orders begin.
const startDay = 11

// build takes every order one day further.
func (l *demoLife) build(ctx context.Context, today demoDay) error {
	for i := range l.batches {
		b := &l.batches[i]
		if today.at.Day() == startDay && int(today.at.Month())%b.every == 1 {
			o := &demoOrder{demoBatch: b, number: b.prefix + "-" + today.at.Format("2006-01"), began: today.n}
			if err := l.begin(ctx, o); err != nil {
				return err
			}
			l.orders = append(l.orders, o)
		}
	}
	for _, o := range l.orders {
		for _, s := range o.steps {
			if o.began+s.day != today.n {
				continue
			}
			if err := s.do(ctx, today); err != nil {
				return fmt.Errorf("order %s: %w", o.number, err)
			}
		}
	}
	return nil
}

// The days of an order: parts are made, then put together, sold and shared out.
const (
	partsDone, finalDone, sold = 22, 34, 37
	sitting                    = 24 // quarters of an hour at most in one go
)

// begin opens the processes of an order and plans its days.
func (l *demoLife) begin(ctx context.Context, o *demoOrder) error {
	final, err := l.process(ctx, o, o.final)
	if err != nil {
		return err
	}
	for i, part := range o.parts {
		made, err := l.process(ctx, o, part)
		if err != nil {
			return err
		}
		o.toil(l, part, made, 2+i, partsDone)
		o.on(partsDone, func(ctx context.Context, today demoDay) error { return l.finish(ctx, today, o, part.name, made, final) })
	}
	o.toil(l, o.final, final, partsDone+1, finalDone)
	o.on(finalDone, func(ctx context.Context, today demoDay) error {
		return l.finish(ctx, today, o, o.final.name, final, "")
	})
	o.on(sold, func(ctx context.Context, today demoDay) error { return l.sell(ctx, today, o) })
	return nil
}

func (o *demoOrder) on(day int, do func(context.Context, demoDay) error) {
	o.steps = append(o.steps, demoStep{day, do})
}

func (l *demoLife) process(ctx context.Context, o *demoOrder, part demoPart) (store.ID, error) {
	x, err := contribution.AddProcess(ctx, l.h.Store, l.steward(), "", contribution.ProcessAsk{Project: l.projects[o.project].ID, Name: part.name + " for " + o.number})
	return x.ID, err
}

// toil spreads the hours of a part over the days from first to last.
func (o *demoOrder) toil(l *demoLife, part demoPart, process store.ID, first, last int) {
	ask := contribution.LogAsk{Project: l.projects[o.project].ID, Process: process, Deliverable: "order:" + o.number}
	if part.cites != "" {
		cite := ask
		cite.Kind, cite.Quant, cite.Value, cite.Note = "cite", quantity.Of(1, "one"), quantity.Of(18, "EUR"), part.cites
		author := l.cast[part.who[0]]
		o.on(first, func(ctx context.Context, today demoDay) error { return l.logAs(ctx, today, author, cite) })
	}
	for left, day, n := part.hours, first, 0; left > 0 && day <= last; day, n = day+2, n+1 {
		took := min(left, sitting)
		left -= took
		if n >= len(part.who)*4 {
			break
		}
		work, who := ask, l.cast[part.who[n%len(part.who)]]
		work.Kind, work.Quant, work.Note = "work", quantity.Micros(int64(took)*quantity.Scale/4, "hour"), part.notes[n%len(part.notes)]
		o.on(day, func(ctx context.Context, today demoDay) error { return l.logAs(ctx, today, who, work) })
	}
}

// logAs logs one planned contribution.
func (l *demoLife) logAs(ctx context.Context, today demoDay, who auth.Identity, ask contribution.LogAsk) error {
	ask.From = yesterday(today.at, 9)
	return l.logAll(ctx, today, []demoNote{{by: who, who: who, ask: ask}})
}

// finish records what came out of a process, and where it went: into the next
// process, or to the customer.
func (l *demoLife) finish(ctx context.Context, today demoDay, o *demoOrder, name string, process, into store.ID) error {
	made := contribution.FlowAsk{Process: process, Quant: quantity.Of(1, "one"), Name: name, At: yesterday(today.at, 15)}
	if into == "" {
		made.Deliverable = "order:" + o.number
	}
	e, err := contribution.RecordFlow(ctx, l.h.Store, l.steward(), "", made)
	if err != nil {
		return err
	}
	if into != "" {
		used := contribution.FlowAsk{Process: into, Quant: quantity.Of(1, "one"), Resource: e.ResourceInventoriedAs, At: yesterday(today.at, 17)}
		if _, err = contribution.RecordFlow(ctx, l.h.Store, l.steward(), "", used); err != nil {
			return err
		}
	}
	_, err = contribution.FinishProcess(ctx, l.h.Store, l.steward(), "", process)
	return err
}

// sell records that an order was paid for.
func (l *demoLife) sell(ctx context.Context, today demoDay, o *demoOrder) error {
	gross := quantity.Of(int64(o.price), "EUR")
	ask := contribution.IncomeAsk{Kind: contribution.Sale, Project: l.projects[o.project].ID, At: yesterday(today.at, 12), Gross: gross, Reference: o.number}
	return l.income(ctx, ask, o.payers[l.chance.IntN(len(o.payers))], demoIncome{tax: true}.deductions(gross))
}
