package vfroom

import (
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
	"commonweal/vf"
)

// proposalForm is the form that publishes an offer or a request.
type proposalForm struct {
	Form                                      *web.Form
	Purpose                                   vf.Purpose
	Tabs                                      []web.Tab
	As, Kinds, Units, Ways, Places, To, Lists []web.Option
	ReturnUnits                               []web.Option
	Multiples                                 bool
}

// ways are the actions that people offer and ask for.
var ways = []string{string(vf.Transfer), string(vf.DeliverService), string(vf.TransferCustody)}

// moneyFirst are the units of what is wanted in return.
func moneyFirst(q *web.Request) []quantity.Unit {
	all := []quantity.Unit{q.Commons.Currency}
	for _, u := range unitsFor(q) {
		if u != q.Commons.Currency {
			all = append(all, u)
		}
	}
	return all
}

func (p *pages) newProposal(q *web.Request) error {
	f := q.Form()
	page := proposalForm{Form: f, Purpose: vf.Offer, Units: unitOptions(q, unitsFor(q)), ReturnUnits: unitOptions(q, moneyFirst(q))}
	if f.Raw("purpose") == string(vf.Request) {
		page.Purpose = vf.Request
	}
	for _, x := range purposes {
		page.Tabs = append(page.Tabs, web.Tab{Label: q.T("vf.proposal.new_" + x), Href: q.Path("proposals", "new") + "?purpose=" + x, Current: x == string(page.Purpose)})
	}
	for _, way := range ways {
		page.Ways = append(page.Ways, web.Option{Value: way, Label: q.T("vf.proposal.way_" + way)})
	}
	f.Default("way", ways[0])
	err := q.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) (err error) {
		if page.As, err = behalf(q, r); err != nil {
			return err
		}
		if page.Kinds, err = specificationOptions(q, r, q.T("vf.choose_none")); err != nil {
			return err
		}
		if page.Places, err = placeOptions(q, r); err != nil {
			return err
		}
		if page.To, err = agentOptions(q, r, f.Raw("to")); err != nil {
			return err
		}
		page.To[0].Label = q.T("vf.proposal.everybody")
		page.Lists, err = listOptions(q, r, q.T("vf.choose_none"))
		return err
	})
	if err != nil {
		return err
	}
	title := q.T("vf.proposal.new_" + string(page.Purpose))
	return q.Render(web.Page{Template: "vf/proposal_new.html", Title: title, Active: active("proposals"), Data: page,
		Crumbs: []web.Crumb{{Label: q.T("vf.tab.proposals"), Path: q.Path("proposals")}, {Label: title}}})
}

// publish makes a proposal with its intents, and its list if that is new.
func (p *pages) publish(q *web.Request) error {
	f := q.Form()
	x := &vf.Proposal{About: vf.About{ID: store.NewID(), Name: f.Text("what", web.Required, web.Max(300)), Note: f.Text("note", web.Max(5000))},
		Purpose: vf.Purpose(f.Choice("purpose", purposes, web.Required)), UnitBased: f.Bool("multiples"), EligibleLocation: f.ID("where"),
		HasBeginning: startOf(f.Date("from"), q.Zone, 0), HasEnd: startOf(f.Date("until"), q.Zone, 1)}
	if to := f.ID("to"); to != "" {
		x.ProposedTo = []store.ID{to}
	}
	steps := p.readIntents(q, x)
	if name := f.Text("new_list", web.Max(300)); name != "" {
		list := &vf.ProposalList{About: vf.About{ID: store.NewID(), Name: name}}
		x.ListedIn, steps = []store.ID{list.ID}, append(steps, vf.Adding{Thing: list})
	} else if list := f.ID("list"); list != "" {
		x.ListedIn = []store.ID{list}
	}
	steps = append(steps, vf.Adding{Thing: x})
	return p.doAnd(q, func([]vf.Done) string { return q.Path("proposals", string(x.ID)) }, "vf.proposal.published", p.newProposal, steps...)
}

// readIntents reads what is offered or asked for and what is wanted or given in
// return. Nothing in return makes it a gift.
func (p *pages) readIntents(q *web.Request, x *vf.Proposal) []vf.Step {
	f := q.Form()
	by := first(f.ID("as"), q.Who.Agent)
	main := &vf.Intent{About: vf.About{ID: store.NewID(), Name: x.Name}, PlannedFlow: vf.PlannedFlow{Action: vf.Action(f.Choice("way", ways, web.Required)),
		ResourceConformsTo: f.ID("kind"), ResourceQuantity: amountOf(q, "amount", unitsFor(q), web.Required)}}
	if q := main.ResourceQuantity; q != nil {
		for name, into := range map[string]**vf.Amount{"available": &main.AvailableQuantity, "least": &main.MinimumQuantity} {
			if a := f.Amount(name, q.Unit); !a.IsZero() {
				*into = &a
			}
		}
	}
	other := &vf.Intent{About: vf.About{ID: store.NewID(), Name: f.Text("return_what", web.Max(300))}, PlannedFlow: vf.PlannedFlow{Action: vf.Transfer,
		ResourceQuantity: amountOf(q, "return", moneyFirst(q))}}
	if x.Purpose == vf.Offer {
		main.Provider, other.Receiver = by, by
	} else {
		main.Receiver, other.Provider = by, by
	}
	x.Publishes = []store.ID{main.ID}
	steps := []vf.Step{vf.Adding{Thing: main}}
	if other.ResourceQuantity != nil || other.Name != "" {
		x.Reciprocal, steps = []store.ID{other.ID}, append(steps, vf.Adding{Thing: other})
	}
	return steps
}
