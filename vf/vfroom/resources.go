package vfroom

import (
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
	"commonweal/vf"
	"commonweal/vf/naming"
)

func (p *pages) resourceRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /c/{commons}/resources", Needs: vf.See, Handle: p.resources},
		{Pattern: "GET /c/{commons}/resources/{id}", Needs: vf.See, Handle: p.resource},
		{Pattern: "POST /c/{commons}/resources/{id}", Needs: vf.Arrange, Handle: p.describeResource},
	}
}

// shown is how many things a page of a list holds.
const shown = 50

// resourcesPage is what the commons keeps count of.
type resourcesPage struct {
	Tabs     []web.Tab
	Form     *web.Form
	Rows     []resourceRow
	Kinds    []web.Option
	Whose    []web.Option
	Used     []web.Option // whether what is used up is listed too
	First    string
	Next     string
	Filtered bool
}

// resourceRow is one record in a list.
type resourceRow struct {
	vf.Resource
	Href, Label, Kind, KindHref string
	Holder, HolderHref          string // who has it
	Owner                       string // who answers for it, where that is somebody else
	Where, WhereHref            string
	StageName, LotCode, LotHref string
	In, InHref                  string     // the container
	Lists                       []listLink // what else lists it
	Apart                       bool       // what is on hand and what is accounted for differ
	Packed                      *vf.Amount // how much of it lies in the container
}

// listLink is something that lists a record.
type listLink struct{ Label, Href string }

// resourceRows words a list of records.
func (n *names) resourceRows(list []vf.Resource) []resourceRow {
	out := make([]resourceRow, len(list))
	for i, x := range list {
		out[i] = n.record(x)
	}
	return out
}

// record words a record. Notes of records are for members.
func (n *names) record(x vf.Resource) resourceRow {
	row := resourceRow{Resource: x, Href: n.q.Path("resources", string(x.ID)), Label: n.resource(x.ID), Kind: n.specs[x.ConformsTo].Name,
		Holder: n.agents.Of(x.Custodian), HolderHref: n.q.Path("agents", string(x.Custodian)), StageName: n.stages[x.Stage].Name, Apart: x.Accounting != x.Onhand}
	if x.ConformsTo != "" {
		row.KindHref = n.q.Path("specifications", string(x.ConformsTo))
	}
	if x.PrimaryAccountable != x.Custodian {
		row.Owner = n.agents.Of(x.PrimaryAccountable)
	}
	if row.Where = n.place(x.CurrentLocation); row.Where != "" {
		row.WhereHref = n.q.Path("places", string(x.CurrentLocation))
	}
	if x.OfBatchLot != "" {
		row.LotCode, row.LotHref = n.lot(x.OfBatchLot).BatchLotCode, n.q.Path("lots", string(x.OfBatchLot))
	}
	if x.ContainedIn != "" {
		row.In, row.InHref = n.resource(x.ContainedIn), n.q.Path("resources", string(x.ContainedIn))
		packed := quantity.Micros(x.Combined, x.Onhand.Unit)
		row.Packed, row.Apart = &packed, false
	}
	for _, c := range x.ListedIn {
		row.Lists = append(row.Lists, listLink{n.resource(c), n.q.Path("resources", string(c))})
	}
	if row.Kind == row.Label {
		row.Kind = ""
	}
	if !naming.IsMember(n.q) {
		row.Note = ""
	}
	return row
}

// resources lists records by what they are and whose they are.
func (p *pages) resources(q *web.Request) error {
	page := resourcesPage{Tabs: tabs(q, "resources"), Form: q.Form()}
	f := vf.ResourceFilter{ConformsTo: page.Form.ID("kind"), Search: page.Form.Text("find", web.Max(200)), Before: page.Form.ID("after"), Limit: shown + 1}
	if page.Form.Raw("whose") == "mine" && f.ConformsTo == "" {
		f.Accountable = q.Who.Agent
	}
	f.InStock = page.Form.Raw("used") == "" && f.Search == ""
	page.Filtered = f.ConformsTo != "" || f.Search != "" || f.Accountable != ""
	err := q.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		list, err := vf.Resources(r, f)
		if err != nil {
			return err
		}
		list, page.First, page.Next = paged(q, list, func(x vf.Resource) string { return string(x.ID) })
		n, err := load(q, r, wanted{records: list})
		if err != nil {
			return err
		}
		page.Rows = n.resourceRows(list)
		page.Kinds, err = specificationOptions(q, r, q.T("vf.resource.any_kind"))
		return err
	})
	if err != nil {
		return err
	}
	page.Used = []web.Option{{Label: q.T("vf.resource.in_stock")}, {Value: "too", Label: q.T("vf.resource.used_too")}}
	if naming.IsMember(q) {
		page.Whose = []web.Option{{Label: q.T("vf.resource.everybodys")}, {Value: "mine", Label: q.T("vf.resource.mine")}}
	}
	if q.WantsJSON() {
		return q.JSON(map[string]any{"resources": page.Rows, "next": page.Next})
	}
	return q.Render(web.Page{Template: "vf/resources.html", Title: q.T("vf.tab.resources"), Active: active("resources"), Data: page})
}

// paged cuts a list that was asked for one too long, and gives the addresses
// of the first page, when this is a later one, and of the next.
func paged[T any](q *web.Request, list []T, cursor func(T) string) (page []T, first, next string) {
	if q.R.URL.Query().Get("after") != "" {
		first = address(q, "after", "")
	}
	if len(list) > shown {
		list = list[:shown]
		next = address(q, "after", cursor(list[shown-1]))
	}
	return list, first, next
}

// specificationOptions lists kinds of things to choose from; none is the label
// of choosing nothing.
func specificationOptions(q *web.Request, r store.Reader, none string) ([]web.Option, error) {
	list, err := vf.Specifications(r, "", vf.After{}, choices)
	out := []web.Option{{Label: none}}
	for _, s := range list {
		out = append(out, web.Option{Value: string(s.ID), Label: s.Name})
	}
	return out, err
}

// choices is how many things a select offers at most.
const choices = 300
