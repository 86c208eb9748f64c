package main

import (
	"context"

	"commonweal/credit"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// demoDebt is what one of the cast owes another.
type demoDebt struct {
	debtor, creditor int
	amount           string
	unit             quantity.Unit
	reference        string
	says             credit.Saying // of the creditor, afterwards; empty for nothing yet
}

// gardenHours is a chain that nothing closes: only because Hugo may spend hours
// and Rosa takes hours do both debts clear.
var gardenHours = []demoDebt{
	{11, 2, "4", quantity.Hour, "four mornings in the orchard", credit.Acknowledge},
	{2, 10, "4", quantity.Hour, "the cold store, two weekends", credit.Acknowledge},
}

// gardenBills are bills between growers, with two circles in them, and some that
// are not agreed.
var gardenBills = []demoDebt{
	{0, 1, "120", "EUR", "seed potatoes, bill 31", credit.Acknowledge},
	{1, 2, "95.50", "EUR", "crates, bill 7", credit.Acknowledge},
	{2, 0, "60", "EUR", "share of the cold store", credit.Acknowledge},
	{2, 8, "40", "EUR", "diesel for the north round", credit.Acknowledge},
	{8, 0, "35", "EUR", "fleece, bill 12", credit.Acknowledge},
	{9, 11, "72.25", "EUR", "juice for the market", credit.Acknowledge},
	{3, 2, "18", "EUR", "compost", ""},
	{4, 5, "24", "EUR", "paper bags", credit.Decline},
}

// debts lives the register of the garden: hours that were cleared, and bills that
// everybody may look at before they are.
func (l *demoLife) debts(ctx context.Context, today demoDay) error {
	switch today.left {
	case 26:
		if err := l.owe(ctx, gardenHours); err != nil {
			return err
		}
		return l.round(ctx, credit.RoundAsk{Unit: quantity.Hour, Hours: 24, Share: 50})
	case 24:
		return l.settleRounds(ctx)
	case 2:
		return l.owe(ctx, gardenBills)
	case 1:
		return l.round(ctx, credit.RoundAsk{Unit: "EUR", Hours: 240})
	}
	return nil
}

// owe writes debts down and lets the other side answer.
func (l *demoLife) owe(ctx context.Context, list []demoDebt) error {
	for _, d := range list {
		made, err := credit.RegisterObligations(ctx, l.h.Store, l.cast[d.debtor], "", []credit.DebtAsk{{Creditor: l.cast[d.creditor].Agent, Amount: quantity.MustParse(d.amount, d.unit), Reference: d.reference}})
		if err == nil && d.says != "" {
			_, err = credit.AnswerObligations(ctx, l.h.Store, l.cast[d.creditor], "", credit.AnswerAsk{Obligations: []store.ID{made[0].ID}, Say: d.says})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// round opens a clearing round and works its preview out.
func (l *demoLife) round(ctx context.Context, ask credit.RoundAsk) error {
	r, err := l.h.Credit.OpenRound(ctx, l.steward(), "", ask)
	if err == nil {
		_, err = l.h.Credit.BringOn(ctx, l.commons.ID, r.ID)
	}
	return err
}

// settleRounds settles the rounds whose time is over.
func (l *demoLife) settleRounds(ctx context.Context) error {
	if _, err := l.h.Credit.CloseRounds(ctx, l.commons.ID); err != nil {
		return err
	}
	var going []credit.Round
	err := l.h.Store.Read(ctx, l.commons.ID, func(r *store.Snapshot) (err error) {
		going, err = credit.RoundsGoing(r)
		return err
	})
	for _, r := range going {
		if err == nil {
			_, err = l.h.Credit.BringOn(ctx, l.commons.ID, r.ID)
		}
	}
	return err
}
