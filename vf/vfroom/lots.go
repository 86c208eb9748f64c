package vfroom

import (
	"time"

	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/vf"
)

func (p *pages) lotRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /c/{commons}/lots", Needs: vf.See, Handle: p.lots},
		{Pattern: "POST /c/{commons}/lots", Needs: vf.Arrange, Handle: p.addLot},
		{Pattern: "GET /c/{commons}/lots/{id}", Needs: vf.See, Handle: p.lot},
	}
}

// lotsPage is the batches and lots, for recalls.
type lotsPage struct {
	Tabs  []web.Tab
	Form  *web.Form
	Rows  []lotRow
	First string
	Next  string
}

type lotRow struct {
	vf.BatchLotRecord
	Href    string
	Expired bool
}

func lotRowOf(q *web.Request, l vf.BatchLotRecord, now time.Time) lotRow {
	l.Note = ""
	return lotRow{l, q.Path("lots", string(l.ID)), !l.ExpirationDate.IsZero() && l.ExpirationDate.Before(now)}
}

func (p *pages) lots(q *web.Request) error {
	page := lotsPage{Tabs: tabs(q, "lots"), Form: q.Form()}
	err := q.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		list, first, next, err := latest[vf.BatchLotRecord](q, r, vf.ListFilter{})
		if err != nil {
			return err
		}
		page.First, page.Next = first, next
		for _, l := range list {
			page.Rows = append(page.Rows, lotRowOf(q, l, r.Now()))
		}
		return nil
	})
	if err != nil {
		return err
	}
	if q.WantsJSON() {
		return q.JSON(map[string]any{"lots": page.Rows, "next": page.Next})
	}
	return q.Render(web.Page{Template: "vf/lots.html", Title: q.T("vf.tab.lots"), Active: active("lots"), Data: page})
}

func (p *pages) addLot(q *web.Request) error {
	f := q.Form()
	l := &vf.BatchLotRecord{BatchLotCode: f.Text("batchLotCode", web.Required, web.Max(300)), ExpirationDate: startOf(f.Date("expirationDate"), q.Zone, 0)}
	if f.OK() {
		done, err := p.core.Do(q.R.Context(), q.Who, q.Idempotency(), vf.Adding{Thing: l})
		if err == nil {
			return q.Redirect(q.Path("lots", string(done[0].ID)), "vf.lot.added")
		}
		if !f.Blame(err) {
			return err
		}
	}
	return p.lots(q)
}

// lotPage is one lot: what is of it, and where everything of it went.
type lotPage struct {
	Tabs        []web.Tab
	Lot         lotRow
	Rows        []resourceRow
	First       string
	Next        string
	Back, Where string // traces
	ID          store.ID
}

func (p *pages) lot(q *web.Request) error {
	id := store.ID(q.R.PathValue("id"))
	page := lotPage{Tabs: tabs(q, "lots"), ID: id, Back: q.Path("trace") + "?lot=" + string(id)}
	page.Where = page.Back + "&direction=on&mode=reach"
	err := q.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		l, found, err := vf.GetOne[vf.BatchLotRecord](r, id)
		if err != nil {
			return err
		}
		if !found {
			return absent("lot", id)
		}
		page.Lot = lotRowOf(q, l, r.Now())
		page.Rows, page.First, page.Next, err = holding(q, r, vf.ResourceFilter{OfBatchLot: id})
		return err
	})
	if err != nil {
		return err
	}
	if q.WantsJSON() {
		return q.JSON(page)
	}
	title := q.T("vf.trace.lot", "code", page.Lot.BatchLotCode)
	return q.Render(web.Page{Template: "vf/lot.html", Title: title, Active: active("lots"), Data: page,
		Crumbs: []web.Crumb{{Label: q.T("vf.tab.lots"), Path: q.Path("lots")}, {Label: page.Lot.BatchLotCode}}})
}
