package vfroom

import (
	"slices"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
	"commonweal/vf"
)

// resourcePage is one record and everything that happened to it.
type resourcePage struct {
	Form    *web.Form
	Tabs    []web.Tab
	Row     resourceRow
	History []eventRow
	Chart   *web.Chart // what was on hand, over the events of the page
	First   string
	Next    string
	Inside  []resourceRow
	Record  string // the address of the form that records an event on it
	Trace   string
}

// contentsShown is how many of the things in a container its page lists.
const contentsShown = 100

func (p *pages) resource(q *web.Request) error {
	id := store.ID(q.R.PathValue("id"))
	page := resourcePage{Form: q.Form(), Tabs: tabs(q, "resources"), Record: q.Path("record") + "?resourceInventoriedAs=" + string(id), Trace: q.Path("trace") + "?resource=" + string(id)}
	err := q.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		x, found, err := vf.GetResource(r, id)
		if err != nil {
			return err
		}
		if !found {
			return absent("resource", id)
		}
		return page.fill(q, r, x)
	})
	if err != nil {
		return err
	}
	if q.WantsJSON() {
		return q.JSON(page)
	}
	return q.Render(web.Page{Template: "vf/resource.html", Title: page.Row.Label, Active: active("resources"), Data: page,
		Crumbs: []web.Crumb{{Label: q.T("vf.tab.resources"), Path: q.Path("resources")}, {Label: page.Row.Label}}})
}

// absent is the fault of a page about something that is not there.
func absent(what string, id store.ID) error {
	return fault.NotFoundf("vf.no_such_page", "id", "there is no %s %.40q in this commons", what, id)
}

func (page *resourcePage) fill(q *web.Request, r *store.Snapshot, x vf.Resource) error {
	history, err := vf.ResourceHistory(r, x.ID, page.Form.ID("after"), shown+1)
	if err != nil {
		return err
	}
	history, page.First, page.Next = paged(q, history, func(e vf.Event) string { return string(e.ID) })
	inside, err := vf.Contents(r, x.ID)
	if err != nil {
		return err
	}
	inside = inside[:min(len(inside), contentsShown)]
	n, err := load(q, r, wanted{events: history, records: append([]vf.Resource{x}, inside...)})
	if err != nil {
		return err
	}
	page.Row, page.Inside, page.History = n.record(x), n.resourceRows(inside), n.rows(history)
	for i := range page.History {
		page.History[i].Change = change(history[i], x)
	}
	if page.First == "" {
		page.Chart = balance(q, x, history)
	}
	page.Form.Default("name", x.Name)
	page.Form.Default("note", page.Row.Note)
	return nil
}

// change is what an event added to what is on hand of a record, or else to
// what is accounted for; nil for nothing.
func change(e vf.Event, x vf.Resource) *vf.Amount {
	for _, p := range e.Postings() {
		if p.Resource != x.ID {
			continue
		}
		a := quantity.Micros(p.Onhand, x.Onhand.Unit)
		if p.Onhand == 0 {
			a.Micros = p.Accounting
		}
		return &a
	}
	return nil
}

// balance is how much was on hand after each of the latest events; nil where
// there are too few to draw.
func balance(q *web.Request, x vf.Resource, latest []vf.Event) *web.Chart {
	c := web.Chart{Kind: "step", Title: q.T("vf.resource.balance"), Unit: x.Onhand.Unit, Over: q.T("vf.trace.when")}
	left := x.Onhand
	values := []quantity.Amount{}
	for _, e := range latest {
		posted := int64(0)
		for _, p := range e.Postings() {
			if p.Resource == x.ID {
				posted += p.Onhand
			}
		}
		if posted == 0 {
			continue
		}
		c.Categories, values = append(c.Categories, e.Time().In(q.Zone).Format("2006-01-02")), append(values, left)
		left.Micros -= posted
	}
	if len(values) < 3 {
		return nil
	}
	slices.Reverse(c.Categories)
	slices.Reverse(values)
	c.Series = []web.Series{{Name: q.T("vf.resource.onhand"), Values: values}}
	c.Summary = q.T("vf.resource.balance_text", "n", len(values), "now", q.Quantity(x.Onhand))
	return &c
}

// describeResource changes the name and the note of a record.
func (p *pages) describeResource(q *web.Request) error {
	f, id := q.Form(), store.ID(q.R.PathValue("id"))
	d := vf.Description{ID: id, Name: f.Text("name", web.Max(300)), Note: f.Text("note", web.Max(5000))}
	if f.OK() {
		_, err := p.core.Do(q.R.Context(), q.Who, q.Idempotency(), vf.Describing{Kind: "resource", Description: d})
		if err == nil {
			return q.Redirect(q.Path("resources", string(id)), "vf.described")
		}
		if !f.Blame(err) {
			return err
		}
	}
	return p.resource(q)
}
