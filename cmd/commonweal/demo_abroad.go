package main

import (
	"context"
	"fmt"
	"net/http"

	"commonweal/federation"
	"commonweal/federation/market"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// demoAbroad is what a commons does with its neighbors on other servers in the last month
// of the demo: a deal in every state, and a plan in each direction.
type demoAbroad struct {
	*demoDeals
	joinery, dairy *demoNeighbor
}

// trade lets the neighbors of the makers of turbines live through a day.
func (l *demoLife) trade(ctx context.Context, today demoDay) error {
	if l.slug != "windworks" || l.yard == nil || today.left > 29 {
		return nil
	}
	if l.abroad == nil {
		joinery, err := newDemoNeighbor("harbor.example", "joinery", "Harbor Joinery")
		if err != nil {
			return err
		}
		dairy, err := newDemoNeighbor("hilltop.example", "dairy", "Hilltop Dairy")
		if err != nil {
			return err
		}
		l.abroad = &demoAbroad{&demoDeals{demoYard: l.yard}, joinery, dairy}
	}
	a := l.abroad
	network := l.h.Federation.Client.HTTP
	l.h.Federation.Client.HTTP = &http.Client{Transport: demoInternet{a.joinery.host: a.joinery, a.dairy.host: a.dairy}}
	defer func() { l.h.Federation.Client.HTTP = network }()
	do := map[int]func(context.Context, demoDay) error{29: a.meet, 28: a.publish, 26: a.offerThem, 25: a.theyOffer, 22: a.theyAnswer, 16: a.deliverDay, 12: a.theyDeliver, 9: a.letGo, 5: a.sharePlan, 4: a.promisePlan, 2: a.last}[today.left]
	if do == nil {
		return nil
	}
	if err := do(ctx, today); err != nil {
		return err
	}
	return l.h.Federation.Deliver(ctx, l.commons.ID)
}

// meet lets the commons and its neighbors follow each other.
func (a *demoAbroad) meet(ctx context.Context, _ demoDay) error {
	f, us := a.h.Federation, a.commons.ID
	if err := f.TakePart(ctx, a.steward(), "", true); err != nil {
		return err
	}
	for _, n := range []*demoNeighbor{a.joinery, a.dairy} {
		if _, err := n.says(ctx, a.h, us, "Follow", f.Origin+"/federation/"+string(us), nil); err != nil {
			return err
		}
		p, err := f.FollowActor(ctx, a.steward(), "", n.actor())
		if err != nil {
			return err
		}
		follows, err := readDemo(ctx, a, func(r store.Reader) ([]federation.Follow, error) { return federation.Follows(r, 10) })
		if err != nil {
			return err
		}
		for _, x := range follows {
			if x.Ours && x.Peer == p.ID {
				if _, err := n.says(ctx, a.h, us, "Accept", x.Activity, nil); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// publish lets everybody read what is offered on either side, and sets a rule.
func (a *demoAbroad) publish(ctx context.Context, today demoDay) error {
	f, who := a.h.Federation, a.steward()
	workshop, turbine := a.id("offer Workshop day for a group"), a.id("offer Turbine 3 kW, ready to raise")
	if err := f.Publish(ctx, who, "", workshop, federation.Notice{Content: "Build a small turbine with us, for up to eight people. Soup included.", Payment: "https://pay.example/windworks"}); err != nil {
		return err
	}
	if err := f.SetRule(ctx, who, "", workshop, market.Rule{Accept: market.Named, From: []string{a.dairy.actor()}, Most: 2}); err != nil {
		return err
	}
	if err := f.Publish(ctx, who, "", turbine, federation.Notice{Content: "Three kilowatts in a good wind; you raise it, we help."}); err != nil {
		return err
	}
	for _, x := range []struct {
		by                          *demoNeighbor
		id, purpose, name, says     string
		action, amount, price, left string
		unit                        quantity.Unit
	}{
		{a.joinery, "mast", market.Offer, "Mast of oak, six meters", "Felled in winter, dried for two years.", "transfer", "1", "95", "20", quantity.One},
		{a.joinery, "crane", market.Offer, "Crane on the quay", "With somebody who can drive it.", "deliverService", "1", "40", "", quantity.Hour},
		{a.dairy, "cheese", market.Offer, "Cheese for a canteen", "By the wheel.", "transfer", "4", "62", "", "kilogram"},
		{a.dairy, "cooler", market.Request, "Somebody to look at our milk cooler", "It trips the fuse at five in the morning.", "deliverService", "3", "90", "", quantity.Hour},
	} {
		p := market.Proposal{ID: x.by.at("proposals/" + x.id), Actor: x.by.actor(), Purpose: x.purpose, Name: x.name, Content: x.says, Published: today.at, UnitBased: x.left != "",
			To: []string{"https://www.w3.org/ns/activitystreams#Public"}, Primary: market.Intent{Action: x.action, Quantity: *demoAmount(x.amount, x.unit)},
			Reciprocal: &market.Intent{Action: "transfer", Quantity: *demoAmount(x.price, "EUR")}, Payment: "payto://iban/NL00EXMP0000000000"}
		p.Primary.ID, p.Reciprocal.ID = p.ID+"#primary", p.ID+"#reciprocal"
		if x.left != "" {
			p.Primary.Available = demoAmount(x.left, x.unit)
		}
		if _, err := x.by.says(ctx, a.h, a.commons.ID, "Create", p.Object(), nil); err != nil {
			return err
		}
	}
	return nil
}

// offerThem answers what the neighbors offer and ask for.
func (a *demoAbroad) offerThem(ctx context.Context, _ demoDay) error {
	for _, x := range []struct {
		name  string
		times int64
	}{{"Mast of oak, six meters", 2}, {"Mast of oak, six meters", 4}, {"Crane on the quay", 1}, {"Somebody to look at our milk cooler", 1}} {
		if err := a.offerFor(ctx, x.name, x.times); err != nil {
			return err
		}
	}
	return nil
}

// offerFor answers one proposal of a neighbor's.
func (a *demoAbroad) offerFor(ctx context.Context, name string, times int64) error {
	list, err := readDemo(ctx, a, func(r store.Reader) ([]federation.Listing, error) { return federation.Listings(r, 50) })
	if err != nil {
		return err
	}
	for _, l := range list {
		if l.Terms.Name == name {
			_, err := a.h.Federation.SendOffer(ctx, a.steward(), "", l.ID, times)
			return err
		}
	}
	return fmt.Errorf("nobody offers %q", name)
}

// theyOffer lets the neighbors answer what we publish: a rule takes what it may, the rest waits.
func (a *demoAbroad) theyOffer(ctx context.Context, _ demoDay) error {
	for _, x := range []struct {
		by    *demoNeighbor
		name  string
		times int64
	}{{a.dairy, "Workshop day for a group", 1}, {a.dairy, "Workshop day for a group", 1}, {a.dairy, "Turbine 3 kW, ready to raise", 1}, {a.joinery, "Turbine 3 kW, ready to raise", 2}} {
		if err := a.offerOf(ctx, x.by, x.name, x.times); err != nil {
			return err
		}
	}
	received, err := a.offers(ctx, false)
	if err != nil {
		return err
	}
	if err := a.h.Federation.RejectOffer(ctx, a.steward(), "", received[3].ID, "We cannot build two before the autumn. One?"); err != nil {
		return err
	}
	return a.h.Federation.AcceptOffer(ctx, a.steward(), "", received[2].ID)
}

// offerOf lets a neighbor answer one proposal of ours.
func (a *demoAbroad) offerOf(ctx context.Context, n *demoNeighbor, name string, times int64) error {
	list, err := readDemo(ctx, a, func(r store.Reader) ([]federation.Publication, error) { return federation.Publications(r, 50) })
	if err != nil {
		return err
	}
	for _, p := range list {
		if p.Terms.Name == name {
			asked, err := p.Terms.Take(times)
			if err != nil {
				return err
			}
			_, err = n.says(ctx, a.h, a.commons.ID, "Offer", asked.Object(), nil)
			return err
		}
	}
	return fmt.Errorf("%q is not published", name)
}

// offers returns the offers of one direction, oldest first.
func (a *demoAbroad) offers(ctx context.Context, ours bool) ([]federation.Offer, error) {
	list, err := readDemo(ctx, a, func(r store.Reader) ([]federation.Offer, error) { return federation.Offers(r, ours, "", 50) })
	for i, j := 0, len(list)-1; i < j; i, j = i+1, j-1 {
		list[i], list[j] = list[j], list[i]
	}
	return list, err
}

// readDemo reads the commons.
func readDemo[T any](ctx context.Context, a *demoAbroad, do func(store.Reader) (T, error)) (v T, err error) {
	err = a.h.Store.Read(ctx, a.commons.ID, func(r *store.Snapshot) (err error) { v, err = do(r); return err })
	return v, err
}

// theyAnswer lets the neighbors accept and reject what was offered to them.
func (a *demoAbroad) theyAnswer(ctx context.Context, _ demoDay) error {
	sent, err := a.offers(ctx, true)
	if err != nil {
		return err
	}
	for i, by := range []*demoNeighbor{a.joinery, a.joinery, nil, a.dairy} {
		if by == nil {
			_, err = a.joinery.says(ctx, a.h, a.commons.ID, "Reject", sent[i].URI, map[string]any{"content": "The crane is being repaired until May."})
		} else {
			final := sent[i].Asked.Finalize(by.at(fmt.Sprintf("agreements/%d", i+1)))
			final.Payment = sent[i].Terms.Payment
			_, err = by.says(ctx, a.h, a.commons.ID, "Accept", sent[i].URI, map[string]any{"result": final.Object()})
		}
		if err != nil {
			return err
		}
	}
	for _, o := range sent[:2] { // the cooler waits for somebody to enter it
		if err := a.h.Federation.EnterAgreement(ctx, a.steward(), "", o.ID); err != nil {
			return err
		}
	}
	return nil
}
