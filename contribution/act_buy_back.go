package contribution

import (
	"context"
	"slices"

	"commonweal/contribution/equation"
	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/journal"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
)

// BuyBackAsk asks to buy back the slices of somebody who left, under the
// version of a value equation that is in force.
type BuyBackAsk struct {
	Exit     store.ID `json:"exit"`
	Equation store.ID `json:"equation"`
	// Amount is what the asker read that it costs; another price is refused.
	Amount quantity.Amount `json:"amount"`
}

// Offer is what the slices of somebody who left would cost, as the log stands.
type Offer struct {
	Version Version
	Slices  []equation.Slice
	Counts  quantity.Amount // what they come to
	Price   equation.Decimal
	Amount  quantity.Amount // Counts times Price, rounded half to even to the currency's step
	Own     quantity.Amount // what the pot holds that belongs to the commons itself
	asOf    int64           // the next journal entry
}

// OfferBuyBack works out what a buy-back would cost now.
func (p *Practice) OfferBuyBack(r *store.Snapshot, x Exit, id store.ID) (o Offer, err error) {
	if o.Version, err = AdoptedVersion(r, id); err != nil {
		return o, err
	}
	if x.Project != "" && x.Project != store.ID(o.Version.Text.Project) {
		return o, fault.Conflictf("contribution.other_project", "equation", "they left another project than the one that this value equation is for")
	}
	head, err := journal.ReadHead(r)
	if err != nil {
		return o, err
	}
	o.asOf = head.Size
	in, err := p.basis(r, Distribution{No: o.asOf, At: r.Now(), Project: store.ID(o.Version.Text.Project), Pot: quantity.Amount{Unit: o.Version.Text.Unit}})
	if err != nil {
		return o, err
	}
	if err := o.price(in, x.Person); err != nil {
		return o, err
	}
	o.Own, err = ownMoney(r, o.Version.Text.Unit)
	return o, err
}

// price counts the slices and works out what they cost.
func (o *Offer) price(in equation.Input, person store.ID) error {
	text := o.Version.Text
	program, err := equation.Compile(text)
	if err != nil {
		return err
	}
	session, err := equation.NewSession(in)
	if err != nil {
		return err
	}
	o.Slices, err = session.Slices(program, string(person))
	if f := fault.As(err); f != nil && f.Code == "equation.no_contribution" {
		err = nil // who gave nothing has no slices
	}
	if err != nil {
		return err
	}
	o.Counts, o.Price = quantity.Amount{Unit: text.Unit}, text.ExitRule().Price
	for _, x := range o.Slices {
		if o.Counts.Micros, err = quantity.AddMicros(o.Counts.Micros, x.Counts); err != nil {
			return err
		}
	}
	o.Amount, err = text.BuyBackPrice(o.Counts)
	return err
}

// rules lists the rules whose claims an equation gives as slices.
func slicingRules(e equation.Equation) (ids []string) {
	for _, b := range e.Buckets {
		for _, r := range b.Rules {
			if len(r.RiskMultipliers) > 0 {
				ids = append(ids, r.ID)
			}
		}
	}
	slices.Sort(ids)
	return ids
}

// ownMoney returns what the pot holds beyond income that waits to be shared
// out and pay that is held over: what distributions left with the commons.
func ownMoney(r store.Reader, unit quantity.Unit) (quantity.Amount, error) {
	s, err := settings.Get(r)
	if err != nil {
		return quantity.Amount{}, err
	}
	balances, err := Balances(r, unit)
	if err != nil {
		return quantity.Amount{}, err
	}
	own := quantity.Micros(balances[s.Agent].Amount.Micros, unit)
	left, err := IncomeLeft(r, unit)
	if err != nil {
		return own, err
	}
	for _, in := range left {
		own.Micros -= in.Left().Micros
	}
	all, err := Distributions(r)
	if err != nil {
		return own, err
	}
	for _, d := range slices.Backward(all) {
		if d.State == Done && d.Pot.Unit == unit {
			for _, c := range d.Carries {
				own.Micros -= max(0, c.Amount)
			}
			break
		}
	}
	own.Micros = max(0, own.Micros)
	return own, nil
}

// tries is how often a buy-back is worked out anew because something else
// entered the log meanwhile.
const tries = 20

// BuyBack pays the price of the slices of somebody who left from what the
// commons holds of its own, and closes their claims under the equation.
//
// Faults: contribution.unknown_exit, .exit_revoked, .bought_back, .not_adopted,
// .other_project, .no_slices, .offer_changed, .own_money, .busy.
func (p *Practice) BuyBack(ctx context.Context, who auth.Identity, key string, ask BuyBackAsk) (x Exit, err error) {
	if err := who.Must(Run); err != nil {
		return x, err
	}
	for range tries {
		var offer Offer
		err = p.DB.Read(ctx, who.Commons, func(r *store.Snapshot) error {
			x, err := GetExit(r, ask.Exit)
			if err != nil || x.BuyBack != nil || x.RevokedAt != 0 {
				return err // the act finds the replay of a repeated key, or refuses
			}
			offer, err = p.OfferBuyBack(r, x, ask.Equation)
			return err
		})
		if err != nil {
			return x, err
		}
		x, err = auth.Perform(ctx, p.DB, who, key, Run, ask, func(tx *store.Tx, who auth.Identity, ask BuyBackAsk) (Exit, error) {
			return buyBack(tx, who, ask, offer)
		})
		if f := fault.As(err); f == nil || f.Code != "contribution.busy" {
			return x, err
		}
	}
	return x, err
}

func buyBack(tx *store.Tx, who auth.Identity, ask BuyBackAsk, o Offer) (Exit, error) {
	x, err := standingExit(tx, ask.Exit)
	switch {
	case err != nil:
		return x, err
	case x.BuyBack != nil:
		return x, fault.Conflictf("contribution.bought_back", "exit", "their slices were bought back already")
	case o.Amount.Sign() == 0:
		return x, fault.Conflictf("contribution.no_slices", "exit", "there is nothing to buy back: no slice of theirs counts any more")
	case o.Amount != ask.Amount:
		return x, fault.Conflictf("contribution.offer_changed", "amount", "their slices cost %s now, not %s; look again", o.Amount, ask.Amount)
	case o.Own.Micros < o.Amount.Micros:
		return x, fault.Conflictf("contribution.own_money", "amount", "the commons holds %s of its own and the slices cost %s; let a part of an income stay with the commons first", o.Own, o.Amount)
	}
	b := BuyBack{Equation: o.Version.ID, Version: o.Version.Version, Rules: slicingRules(o.Version.Text), Slices: o.Counts, Amount: o.Amount, At: tx.Now()}
	ledger := vf.Open(tx)
	if b.Event, err = payBack(tx, ledger, x, o.Amount); err != nil {
		return x, err
	}
	b.No, err = journal.Append(tx, journal.Record{Act: "contribution.buy_back", By: who.Agent, Public: map[string]any{"exit": Exit{ID: x.ID, BuyBack: &b}, "vf": ledger.Changes()}})
	if err != nil {
		return x, err
	}
	if b.No != o.asOf { // the slices were counted as of just before this entry, or not at all
		return x, fault.Conflictf("contribution.busy", "", "something else was recorded in the same moment; try again")
	}
	x.BuyBack = &b
	return x, saveExit(tx, x)
}

// payBack moves the price to the account of who left.
func payBack(tx *store.Tx, ledger *vf.Ledger, x Exit, amount quantity.Amount) (store.ID, error) {
	s, err := settings.Get(tx)
	if err != nil {
		return "", err
	}
	t, err := openTill(tx, ledger, s, amount.Unit)
	if err != nil {
		return "", err
	}
	account, err := t.held.of(x.Person)
	if err != nil {
		return "", err
	}
	event, err := ledger.Record(vf.Event{Action: "transfer", Provider: s.Agent, Receiver: x.Person, ResourceInventoriedAs: t.pot, ToResourceInventoriedAs: account,
		ResourceConformsTo: t.held.spec, ResourceQuantity: &amount, HasPointInTime: tx.Now(), InScopeOf: x.Project, ClassifiedAs: []string{"cw:buy-back", "cw:exit/" + string(x.ID)}})
	return event.ID, err
}

// exitRuleOf returns the rule by which the slices of an exit were bought back;
// the default when they were not.
func exitRuleOf(r store.Reader, x Exit) (equation.ExitRule, error) {
	if x.BuyBack == nil {
		return equation.DefaultExitRule(), nil
	}
	v, err := GetVersion(r, x.BuyBack.Equation, x.BuyBack.Version)
	return v.Text.ExitRule(), err
}
