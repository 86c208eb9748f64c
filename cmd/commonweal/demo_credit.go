package main

import (
	"context"

	"commonweal/credit"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// demoTrade is one payment of the demo, on a day counted from its end. People
// are numbers of the cast.
type demoTrade struct {
	left           int
	from, to       int
	hours          string
	note, category string
	way            string // a workflow; empty for pay
	private        bool
}

// creditFounded is how many days before its end the garden founds its currency.
const creditFounded = 365

// gardenTrades are a year of favors between growers.
var gardenTrades = []demoTrade{
	{left: 352, from: 2, to: 3, hours: "3", note: "pruned the pear tree", category: "garden"},
	{left: 341, from: 3, to: 7, hours: "2", note: "two loaves a week for a month", category: "food"},
	{left: 333, from: 7, to: 4, hours: "1.5", note: "did the paperwork for the stall", category: "help"},
	{left: 322, from: 4, to: 2, hours: "4", note: "mended the cargo bicycle", category: "repairs"},
	{left: 310, from: 5, to: 8, hours: "2.5", note: "drove the seedlings over", category: "transport"},
	{left: 301, from: 8, to: 6, hours: "3", note: "welded the trailer", category: "repairs"},
	{left: 287, from: 6, to: 9, hours: "5", note: "looked after the children in market week", category: "care"},
	{left: 275, from: 9, to: 10, hours: "2", note: "lesson in grafting", category: "lessons"},
	{left: 262, from: 10, to: 1, hours: "1", note: "translated a letter", category: "help", private: true},
	{left: 251, from: 1, to: 5, hours: "3.5", note: "painted the shed door", category: "repairs"},
	{left: 240, from: 2, to: 11, hours: "2", note: "juice for the summer party", category: "food"},
	{left: 226, from: 11, to: 7, hours: "1.5", note: "bread for the soup", category: "food"},
	{left: 214, from: 3, to: 5, hours: "6", note: "dug the new bed together", category: "garden"},
	{left: 203, from: 0, to: 2, hours: "2", note: "fixed my laptop", category: "repairs"},
	{left: 190, from: 4, to: 9, hours: "1", note: "haircut", category: "care"},
	{left: 178, from: 8, to: 2, hours: "3", note: "hung the shelves", category: "repairs"},
	{left: 163, from: 7, to: 10, hours: "2.25", note: "apples for drying", category: "food"},
	{left: 149, from: 9, to: 3, hours: "4", note: "helped at the harvest", category: "garden"},
	{left: 137, from: 5, to: 0, hours: "1.5", note: "went through my accounts", category: "help", private: true},
	{left: 121, from: 10, to: 8, hours: "3", note: "moved a sofa", category: "transport"},
	{left: 104, from: 11, to: 6, hours: "2", note: "sharpened every knife in the kitchen", category: "repairs"},
	{left: 88, from: 6, to: 4, hours: "2.5", note: "set up the new printer", category: "help"},
	{left: 71, from: 2, to: 9, hours: "2", note: "minded the dog for a weekend", category: "care"},
	{left: 55, from: 1, to: 11, hours: "1.75", note: "cider for the growers' meeting", category: "food"},
	{left: 40, from: 3, to: 2, hours: "5", note: "rebuilt the cold frame", category: "repairs"},
	{left: 27, from: 4, to: 10, hours: "1", note: "lesson in grafting", category: "lessons"},
	{left: 9, from: 4, to: 2, hours: "2", note: "mended a bicycle", category: "repairs", way: "request"},
	{left: 6, from: 0, to: 7, hours: "1.5", note: "birthday cake", category: "food", way: "request"},
	{left: 5, from: 8, to: 2, hours: "3", note: "for putting up the greenhouse", category: "garden", way: "confirm"},
}

// credit lives the day of the garden's own currency.
func (l *demoLife) credit(ctx context.Context, today demoDay) error {
	if l.slug != "garden" || today.left > creditFounded {
		return nil
	}
	if today.left == creditFounded {
		return l.foundHours(ctx)
	}
	for _, t := range gardenTrades {
		if t.left == today.left {
			if _, err := l.pays(ctx, t); err != nil {
				return err
			}
		}
	}
	if do := map[int]func(context.Context) error{350: l.arrangeHours, 196: l.takesBack, 60: l.setsAside, 33: l.splitsSeed, 20: l.helpsNewcomer}[today.left]; do != nil {
		return do(ctx)
	}
	if err := l.pools(ctx, today); err != nil {
		return err
	}
	return l.debts(ctx, today)
}

// foundHours founds the currency, with a small fee for the fund.
func (l *demoLife) foundHours(ctx context.Context) error {
	c, err := credit.FoundCurrency(ctx, l.h.Store, l.steward(), "", credit.CurrencyAsk{Unit: quantity.Hour, Name: "Garden hours", Decimals: 2, ForAll: true, Public: true, Month: quantity.Of(12, quantity.Hour),
		Backing: "Every member gives an hour for an hour, whatever the work. Whoever leaves evens out first.",
		Fees:    []credit.Fee{{Name: "For the common fund", By: credit.Payer, RateOf: 1, RateIn: 50}}})
	l.hours = c
	return err
}

// pays makes one payment of the year, by who its workflow says.
func (l *demoLife) pays(ctx context.Context, t demoTrade) (credit.Payment, error) {
	by := l.cast[t.from]
	if t.way == "request" { // who asks is named first
		t.from, t.to = t.to, t.from
	}
	return credit.MakePayment(ctx, l.h.Store, by, "", credit.PayAsk{Workflow: t.way, Note: t.note, Private: t.private, About: credit.About{Category: t.category},
		Legs: []credit.AskedLeg{{From: l.cast[t.from].Agent, To: l.cast[t.to].Agent, Amount: quantity.MustParse(t.hours, quantity.Hour)}}})
}

// arrangeHours gives the kitchen an account of its own, which two pay from, and
// lets Salma be asked by the bakers without being asked each time.
func (l *demoLife) arrangeHours(ctx context.Context) error {
	kitchen, err := credit.OpenAccount(ctx, l.h.Store, l.cast[1], "", credit.AccountAsk{Currency: l.hours.ID, Terms: credit.AccountTerms{Label: "Soup kitchen", Delegates: []store.ID{l.cast[2].Agent}}})
	if err != nil {
		return err
	}
	baker, err := credit.OpenAccount(ctx, l.h.Store, l.cast[7], "", credit.AccountAsk{Currency: l.hours.ID, Terms: credit.AccountTerms{Label: "Bakery"}})
	if err != nil {
		return err
	}
	terms := kitchen.Terms
	terms.Accept, terms.Listed = credit.Listed, []store.ID{baker.ID}
	if _, err = credit.SetTerms(ctx, l.h.Store, l.cast[1], "", credit.TermsAsk{Account: kitchen.ID, Terms: terms}); err != nil {
		return err
	}
	_, err = credit.MakePayment(ctx, l.h.Store, l.cast[7], "", credit.PayAsk{Workflow: "request", Note: "bread for forty", About: credit.About{Category: "food"},
		Legs: []credit.AskedLeg{{From: kitchen.ID, To: baker.ID, Amount: quantity.Of(2, quantity.Hour)}}})
	return err
}

// takesBack pays for a lesson that falls through, and it is taken back.
func (l *demoLife) takesBack(ctx context.Context) error {
	p, err := l.pays(ctx, demoTrade{from: 2, to: 10, hours: "2", note: "lesson in grafting", category: "lessons"})
	if err == nil {
		_, err = credit.Refund(ctx, l.h.Store, l.cast[10], "", credit.RefundAsk{Payment: p.ID, Note: "I was ill, the lesson fell through"})
	}
	return err
}

// setsAside promises three hours for a job that takes two.
func (l *demoLife) setsAside(ctx context.Context) error {
	p, err := l.pays(ctx, demoTrade{from: 2, to: 6, hours: "3", note: "new handle for the press", category: "repairs", way: "reserve"})
	if err == nil {
		_, err = credit.MovePayment(ctx, l.h.Store, l.cast[2], "", credit.MoveAsk{Payment: p.ID, To: credit.Completed, Amount: quantity.MustParse("2.25", quantity.Hour), Reason: "it was quicker than we thought"})
	}
	return err
}

// splitsSeed asks three growers for their part of an evening of sorting seed.
func (l *demoLife) splitsSeed(ctx context.Context) error {
	mine, err := l.account(ctx, 9)
	if err != nil {
		return err
	}
	made, err := credit.Split(ctx, l.h.Store, l.cast[9], "", credit.SplitAsk{Account: mine.ID, Others: []store.ID{l.cast[3].Agent, l.cast[5].Agent, l.cast[2].Agent},
		Amount: quantity.Of(4, quantity.Hour), Ask: true, Myself: true, Note: "sorted everybody's seed"})
	for i, p := range made {
		if err == nil && i < 2 {
			_, err = credit.MovePayment(ctx, l.h.Store, l.cast[[]int{3, 5}[i]], "", credit.MoveAsk{Payment: p.ID, To: credit.Completed})
		}
	}
	return err
}

// helpsNewcomer widens what Dewi may spend, who looks after a parent this year.
func (l *demoLife) helpsNewcomer(ctx context.Context) error {
	most := quantity.Of(24, quantity.Hour)
	account, err := l.account(ctx, 5)
	if err != nil {
		return err
	}
	_, err = credit.SetBand(ctx, l.h.Store, l.steward(), "", credit.BandAsk{Account: account.ID, Floor: quantity.Of(-24, quantity.Hour), Ceiling: &most,
		Reason: "cares for a parent this year and needs more help than she can give"})
	return err
}

// account is the first account of one of the cast.
func (l *demoLife) account(ctx context.Context, who int) (a credit.Account, err error) {
	err = l.h.Store.Read(ctx, l.commons.ID, func(r *store.Snapshot) error {
		held, err := credit.AccountsFor(r, l.cast[who].Agent)
		if len(held) > 0 {
			a = held[0]
		}
		return err
	})
	return a, err
}
