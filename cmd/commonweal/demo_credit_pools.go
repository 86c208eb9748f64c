package main

import (
	"context"
	"time"

	"commonweal/credit"
	"commonweal/credit/pool"
	"commonweal/platform/auth"
)

// roundOf are the six growers of the savings round of the garden.
var roundOf = []int{2, 3, 5, 7, 9, 10}

// pools lives the pools of the garden: a savings round of six growers in which
// one payment is missed, and a loan for a juice press that is repaid from surplus.
func (l *demoLife) pools(ctx context.Context, today demoDay) error {
	switch left := today.left; {
	case left == 145:
		if err := l.foundTurns(ctx, today.at.AddDate(0, 0, 5)); err != nil {
			return err
		}
		return l.foundPress(ctx)
	case left <= 140 && left >= 20 && left%30 == 20:
		return l.takeTurns(ctx, left)
	case left == 75:
		return l.pressReports(ctx, "60", "40", "24")
	case left == 15:
		return l.pressReports(ctx, "95", "45", "38")
	}
	return nil
}

func (l *demoLife) foundTurns(ctx context.Context, begins time.Time) error {
	r := pool.Rules{Kind: pool.RoscaKind, Begins: begins.Format(time.DateOnly), Every: "month", Members: l.agentsOf(roundOf...),
		Rosca: &pool.RoscaRules{Contribution: pool.Unit, Order: pool.ByLot, Seed: "the first pear of the old row fell on a Tuesday"}}
	r.Rosca.Guarantors = map[string]string{r.Members[5]: r.Members[0]}
	p, err := credit.FoundPool(ctx, l.h.Store, l.steward(), "", credit.PoolAsk{Currency: l.hours.ID, Name: "Round of six", Rules: r})
	l.turns = p
	for _, i := range roundOf {
		if err == nil {
			err = l.step(ctx, l.cast[i], p, pool.Step{Act: "join"})
		}
	}
	return err
}

// takeTurns lets everybody pay and the next one receive; in the third round one
// of them forgets.
func (l *demoLife) takeTurns(ctx context.Context, left int) error {
	for _, i := range roundOf {
		if left == 80 && i == 10 {
			continue
		}
		if err := l.step(ctx, l.cast[i], l.turns, pool.Step{Act: "pay"}); err != nil {
			return err
		}
	}
	if left == 20 { // the round of this month still runs
		return nil
	}
	return l.step(ctx, l.steward(), l.turns, pool.Step{Act: "close_round"})
}

// foundPress lends Hugo two hours of each of four others, for a juice press.
func (l *demoLife) foundPress(ctx context.Context) error {
	lenders := []int{1, 6, 7, 8}
	r := pool.Rules{Kind: pool.SurplusKind, Members: l.agentsOf(append(lenders, 11)...),
		Surplus: &pool.SurplusRules{Borrower: string(l.cast[11].Agent), Principal: 8 * pool.Unit, Share: pool.Fraction{Of: 1, In: 2}}}
	p, err := credit.FoundPool(ctx, l.h.Store, l.steward(), "", credit.PoolAsk{Currency: l.hours.ID, Name: "Hugo's juice press", Rules: r})
	l.press = p
	for _, i := range append(lenders, 11) {
		if err == nil {
			err = l.step(ctx, l.cast[i], p, pool.Step{Act: "join"})
		}
	}
	for _, i := range lenders {
		if err == nil {
			err = l.step(ctx, l.cast[i], p, pool.Step{Act: "put", Amount: 2 * pool.Unit})
		}
	}
	if err != nil {
		return err
	}
	return l.step(ctx, l.cast[11], p, pool.Step{Act: "draw"})
}

// pressReports reports a period of the press, in hours.
func (l *demoLife) pressReports(ctx context.Context, revenue, costs, pay string) error {
	s := pool.Step{Act: "period"}
	for into, text := range map[*pool.Micros]string{&s.Revenue: revenue, &s.Costs: costs, &s.Pay: pay} {
		if err := into.UnmarshalText([]byte(text)); err != nil {
			return err
		}
	}
	return l.step(ctx, l.cast[11], l.press, s)
}

func (l *demoLife) step(ctx context.Context, who auth.Identity, p credit.Pooled, s pool.Step) error {
	_, err := credit.StepPool(ctx, l.h.Store, who, "", credit.PoolStepAsk{Pool: p.ID, Step: s})
	return err
}

func (l *demoLife) agentsOf(cast ...int) (list []string) {
	for _, i := range cast {
		list = append(list, string(l.cast[i].Agent))
	}
	return list
}
