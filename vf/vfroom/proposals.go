package vfroom

import (
	"slices"
	"time"

	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
	"commonweal/vf"
	"commonweal/vf/naming"
)

func (p *pages) proposalRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /c/{commons}/proposals", Needs: vf.See, Handle: p.proposals},
		{Pattern: "GET /c/{commons}/proposals/new", Needs: vf.Take, Handle: p.newProposal},
		{Pattern: "POST /c/{commons}/proposals/new", Needs: vf.Take, Handle: p.publish},
		{Pattern: "GET /c/{commons}/proposals/{id}", Needs: vf.See, Handle: p.proposal},
		{Pattern: "POST /c/{commons}/proposals/{id}/respond", Needs: vf.Take, Handle: p.respond},
		{Pattern: "POST /c/{commons}/proposals/{id}/withdraw", Needs: vf.Take, Handle: p.withdraw},
	}
}

// proposalsPage is the board of what is offered and asked for.
type proposalsPage struct {
	Tabs           []web.Tab
	Form           *web.Form
	Cards          []proposalCard
	Purposes       []web.Option
	States, Lists  []web.Option
	First, Next    string
	Filtered, Over bool // Over: those that ended are shown too
}

// proposalCard is one offer or request.
type proposalCard struct {
	ID           store.ID
	Name, Href   string
	Purpose      vf.Purpose
	Who, WhoHref string
	Gives, Wants []string // what is offered or asked for, and what in return
	Where        string
	For          []string // empty: everybody
	In           []string // lists
	Begin, Until time.Time
	PerUnit      bool
	Per          string     // what its price is for, where that is not one piece
	Left         *vf.Amount // what can still be taken; nil where nothing bounds it
	Closed       string     // why nobody can take it up any more, in words
	Tone         string
	Mine         bool
	Draft        bool // it does not say yet what is offered
	proposal     vf.Proposal
	intents      []vf.Intent // that it publishes
	by           store.ID
}

var purposes = []string{string(vf.Offer), string(vf.Request)}

func (p *pages) proposals(q *web.Request) error {
	page := proposalsPage{Tabs: tabs(q, "proposals"), Form: q.Form()}
	f := page.Form
	purpose, list := vf.Purpose(f.Choice("purpose", purposes)), f.ID("list")
	page.Over = f.Raw("show") == "all"
	filter := vf.ListFilter{Search: f.Text("find", web.Max(200)), Limit: shown + 1}
	if after, ok := cursorOf(f.Raw("after")); ok {
		filter.Before = after
	}
	if list != "" {
		filter.Property, filter.Target = "listedIn", list
	}
	page.Filtered = purpose != "" || list != "" || filter.Search != "" || page.Over
	page.Purposes = []web.Option{{Label: q.T("vf.proposal.both")}, {Value: string(vf.Offer), Label: q.T("vf.proposal.offers")}, {Value: string(vf.Request), Label: q.T("vf.proposal.requests")}}
	page.States = []web.Option{{Label: q.T("vf.proposal.now")}, {Value: "all", Label: q.T("vf.proposal.ever")}}
	err := q.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		now, member := r.Now(), naming.IsMember(q)
		found, err := vf.ListEntities(r, vf.KindProposal, filter, member, func(e vf.Entity) bool {
			x := e.(*vf.Proposal)
			return (purpose == "" || x.Purpose == purpose) && (page.Over || x.HasEnd.IsZero() || x.HasEnd.After(now))
		})
		if err != nil {
			return err
		}
		found, page.First, page.Next = paged(q, found, func(e vf.Entity) string { return cursorText(vf.CursorOfEntity(e)) })
		all := make([]vf.Proposal, len(found))
		for i, e := range found {
			all[i] = *e.(*vf.Proposal)
		}
		if page.Cards, err = proposalCards(q, r, all); err != nil {
			return err
		}
		page.Lists, err = listOptions(q, r, q.T("vf.proposal.any_list"))
		return err
	})
	if err != nil {
		return err
	}
	if q.WantsJSON() {
		return q.JSON(map[string]any{"proposals": page.Cards, "next": page.Next})
	}
	return q.Render(web.Page{Template: "vf/proposals.html", Title: q.T("vf.tab.proposals"), Active: active("proposals"), Data: page})
}

// listOptions are the lists that proposals are published in.
func listOptions(q *web.Request, r store.Reader, none string) ([]web.Option, error) {
	lists, err := vf.List[vf.ProposalList](r, vf.ListFilter{Limit: choices})
	if len(lists) == 0 {
		return nil, err
	}
	out := []web.Option{{Label: none}}
	for _, l := range lists {
		out = append(out, web.Option{Value: string(l.ID), Label: l.Name})
	}
	return out, err
}

// proposalCards words proposals: as many questions for many as for one.
func proposalCards(q *web.Request, r *store.Snapshot, all []vf.Proposal) ([]proposalCard, error) {
	var ids []store.ID
	var w wanted
	for _, x := range all {
		ids = slices.Concat(ids, x.Publishes, x.Reciprocal)
		w.agents = append(w.agents, x.ProposedTo...)
		w.entities = append(append(w.entities, x.EligibleLocation), x.ListedIn...)
	}
	intents, err := vf.Get[vf.Intent](r, ids)
	if err != nil {
		return nil, err
	}
	for _, i := range intents {
		w.want(i.PlannedFlow)
	}
	met, err := vf.MetOf(r, ids)
	if err != nil {
		return nil, err
	}
	n, err := load(q, r, w)
	if err != nil {
		return nil, err
	}
	cards := make([]proposalCard, len(all))
	for i, x := range all {
		cards[i] = n.card(x, intents, met, r.Now())
	}
	return cards, nil
}

// card words one proposal.
func (n *names) card(x vf.Proposal, intents map[store.ID]vf.Intent, met map[store.ID]vf.Met, now time.Time) proposalCard {
	by := x.By(func(i store.ID) *vf.Intent { in := intents[i]; return &in })
	c := proposalCard{ID: x.ID, Name: x.Name, Href: n.q.Path("proposals", string(x.ID)), Purpose: x.Purpose, Who: n.agents.Of(by), Where: n.place(x.EligibleLocation),
		Begin: x.HasBeginning, Until: x.HasEnd, PerUnit: x.UnitBased, Mine: by != "" && by == n.q.Who.Agent, proposal: x, by: by}
	if by != "" {
		c.WhoHref = n.q.Path("agents", string(by))
	}
	for _, a := range x.ProposedTo {
		c.For = append(c.For, n.agents.Of(a))
	}
	for _, l := range x.ListedIn {
		if list, ok := n.entities[l].(*vf.ProposalList); ok {
			c.In = append(c.In, list.Name)
		}
	}
	c.Draft = x.Draft()
	withdrawn := !c.Draft
	for side, list := range [][]store.ID{x.Publishes, x.Reciprocal} {
		for _, i := range list {
			in := intents[i]
			row := n.flow(in.About, in.PlannedFlow, vf.Met{}, now)
			if side == 1 {
				c.Wants = append(c.Wants, row.says(n.q))
				continue
			}
			c.Gives = append(c.Gives, row.says(n.q))
			c.intents = append(c.intents, in)
			withdrawn = withdrawn && in.Finished
			if a := in.ResourceQuantity; x.UnitBased && a != nil && *a != quantity.Of(1, quantity.One) {
				c.Per = n.q.Quantity(*a)
			}
			c.bound(in, met[i])
		}
	}
	c.state(n.q, withdrawn, now)
	return c
}

// bound notes how much of an intent can still be taken: the least of all.
func (c *proposalCard) bound(in vf.Intent, met vf.Met) {
	stock := in.AvailableQuantity
	if stock == nil && !c.PerUnit {
		stock = in.ResourceQuantity
	}
	if stock == nil {
		return
	}
	left := vf.Amount{Micros: max(0, stock.Micros-met.Quantity), Unit: stock.Unit}
	if c.Left == nil || left.Micros < c.Left.Micros {
		c.Left = &left
	}
}

// state says why nobody can take it up, if so.
func (c *proposalCard) state(q *web.Request, withdrawn bool, now time.Time) {
	switch {
	case c.Draft:
		c.Closed, c.Tone = q.T("vf.proposal.draft"), "warn"
	case withdrawn:
		c.Closed = q.T("vf.proposal.withdrawn")
	case c.Left != nil && c.Left.IsZero():
		c.Closed, c.Tone = q.T("vf.proposal.taken"), "good"
	case !c.Until.IsZero() && !c.Until.After(now):
		c.Closed = q.T("vf.proposal.ended")
	case c.Begin.After(now):
		c.Closed = q.T("vf.proposal.begins")
	}
}
