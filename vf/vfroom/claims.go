package vfroom

import (
	"time"

	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/vf"
	"commonweal/vf/naming"
)

func (p *pages) claimRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /c/{commons}/claims", Needs: vf.See, Handle: p.claims},
		{Pattern: "GET /c/{commons}/claims/new", Needs: vf.Take, Handle: p.newClaim},
		{Pattern: "POST /c/{commons}/claims/new", Needs: vf.Take, Handle: p.addClaim},
		{Pattern: "GET /c/{commons}/claims/{id}", Needs: vf.See, Handle: p.claim},
		{Pattern: "POST /c/{commons}/claims/{id}/settle", Needs: vf.Take, Handle: p.settle},
		{Pattern: "POST /c/{commons}/claims/{id}/waive", Needs: vf.Take, Handle: p.waive},
	}
}

// claimsPage is what is still to be settled.
type claimsPage struct {
	Tabs        []web.Tab
	Form        *web.Form
	Rows        []claimRow
	States      []web.Option
	First, Next string
	Filtered    bool
	Given       []eventRow // what the reader gave lately: what claims come from
}

// claimRow is one claim: what somebody expects, and how much of it is open.
type claimRow struct {
	flowRow
	Href, TriggerHref string
	Trigger           string // what it is for, in words
	Made              time.Time
	claim             vf.Claim
}

func (p *pages) claims(q *web.Request) error {
	page := claimsPage{Tabs: tabs(q, "claims"), Form: q.Form()}
	filter := vf.ListFilter{OpenOnly: page.Form.Raw("show") != "all"}
	page.Filtered = !filter.OpenOnly
	page.States = []web.Option{{Label: q.T("vf.claim.open_only")}, {Value: "all", Label: q.T("vf.claim.ever")}}
	err := q.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		list, first, next, err := latest[vf.Claim](q, r, filter)
		if err != nil {
			return err
		}
		page.First, page.Next = first, next
		if page.Rows, err = claimRows(q, r, list); err != nil {
			return err
		}
		page.Given, err = p.gave(q, r)
		return err
	})
	if err != nil {
		return err
	}
	if q.WantsJSON() {
		return q.JSON(map[string]any{"claims": page.Rows, "next": page.Next})
	}
	return q.Render(web.Page{Template: "vf/claims.html", Title: q.T("vf.tab.claims"), Active: active("claims"), Data: page})
}

// gave are the last things that the reader gave to somebody else.
func (p *pages) gave(q *web.Request, r *store.Snapshot) ([]eventRow, error) {
	if q.Who.Agent == "" || !q.Who.Can(vf.Take) {
		return nil, nil
	}
	events, err := p.core.Register.Events(r, vf.EventFilter{Provider: q.Who.Agent, Limit: 20})
	if err != nil {
		return nil, err
	}
	var list []vf.Event
	for _, e := range events {
		if e.Receiver != e.Provider && e.Corrects == "" && len(list) < 8 {
			list = append(list, e)
		}
	}
	n, err := load(q, r, wanted{events: list})
	if err != nil {
		return nil, err
	}
	return n.rows(list), nil
}

// claimRows words claims: as many questions for many as for one.
func claimRows(q *web.Request, r *store.Snapshot, list []vf.Claim) ([]claimRow, error) {
	ids, triggers := make([]store.ID, len(list)), make([]store.ID, len(list))
	for i, c := range list {
		ids[i], triggers[i] = c.ID, c.TriggeredBy
	}
	met, err := vf.MetOf(r, ids)
	if err != nil {
		return nil, err
	}
	events, err := vf.GetEvents(r, triggers)
	if err != nil {
		return nil, err
	}
	var w wanted
	for _, c := range list {
		w.want(claimed(c))
	}
	for _, e := range events {
		w.events = append(w.events, e)
	}
	n, err := load(q, r, w)
	if err != nil {
		return nil, err
	}
	rows := make([]claimRow, len(list))
	for i, c := range list {
		row := claimRow{flowRow: n.flow(c.About, claimed(c), met[c.ID], r.Now()), Href: q.Path("claims", string(c.ID)), Made: c.Created, claim: c}
		e := events[c.TriggeredBy]
		amount := e.ResourceQuantity
		if amount == nil {
			amount = e.EffortQuantity
		}
		if row.Trigger = n.what(e); amount != nil {
			row.Trigger += " " + q.Quantity(*amount)
		}
		if thing := n.thing(e); thing != "" {
			row.Trigger += " " + thing
		}
		row.TriggerHref = q.Path("books", "events", string(e.ID))
		rows[i] = row
	}
	return rows, nil
}

// claimed is a claim as the flow that settles it.
func claimed(c vf.Claim) vf.PlannedFlow {
	return vf.PlannedFlow{Action: c.Action, Provider: c.Provider, Receiver: c.Receiver, ResourceConformsTo: c.ResourceConformsTo, ResourceClassifiedAs: c.ResourceClassifiedAs,
		ResourceQuantity: c.ResourceQuantity, EffortQuantity: c.EffortQuantity, Due: c.Due, Finished: c.Finished}
}

// claimPage is one claim with what settled it.
type claimPage struct {
	Form                *web.Form
	Row                 claimRow
	Note                string
	Events              []eventRow
	MaySettle, MayWaive bool
}

func (p *pages) claim(q *web.Request) error {
	page := claimPage{Form: q.Form()}
	id := store.ID(q.R.PathValue("id"))
	err := q.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		c, found, err := vf.GetOne[vf.Claim](r, id)
		if err != nil {
			return err
		}
		if !found {
			return absent("claim", id)
		}
		return page.fill(q, r, c)
	})
	if err != nil {
		return err
	}
	if q.WantsJSON() {
		return q.JSON(page)
	}
	title := page.Row.says(q)
	return q.Render(web.Page{Template: "vf/claim.html", Title: title, Active: active("claims"), Data: page,
		Crumbs: []web.Crumb{{Label: q.T("vf.tab.claims"), Path: q.Path("claims")}, {Label: title}}})
}

func (page *claimPage) fill(q *web.Request, r *store.Snapshot, c vf.Claim) error {
	rows, err := claimRows(q, r, []vf.Claim{c})
	if err != nil {
		return err
	}
	if page.Row = rows[0]; naming.IsMember(q) {
		page.Note = c.Note
	}
	sources, err := vf.SourcesOf(r, []store.ID{c.ID})
	if err != nil {
		return err
	}
	var ids []store.ID
	for _, s := range sources[c.ID] {
		ids = append(ids, s.ID)
	}
	found, err := vf.GetEvents(r, ids)
	if err != nil {
		return err
	}
	var events []vf.Event
	for i := len(ids) - 1; i >= 0; i-- {
		events = append(events, found[ids[i]])
	}
	n, err := load(q, r, wanted{events: events})
	if err != nil {
		return err
	}
	page.Events = n.rows(events)
	steward := q.Who.Can(vf.TakeOther)
	page.MaySettle = !page.Row.Done && (steward || q.Who.Can(vf.Take) && c.Provider == q.Who.Agent)
	page.MayWaive = !page.Row.Done && (steward || q.Who.Can(vf.Take) && c.Receiver == q.Who.Agent)
	for i, open := range page.Row.open() {
		page.Form.Default([...]string{"amount", "effort"}[min(i, 1)], q.Plain(open))
	}
	page.Form.Default("day", r.Now().In(q.Zone).Format(web.DayFormat))
	return nil
}
