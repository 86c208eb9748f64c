package vfroom

import (
	"slices"

	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
	"commonweal/vf"
)

// deeds are the actions as people look for them: what belongs together.
var deeds = []struct {
	word    string
	actions []vf.Action
}{
	{"making", []vf.Action{vf.Produce, vf.Consume, vf.Use, vf.Work, vf.Cite}},
	{"counting", []vf.Action{vf.Raise, vf.Lower}},
	{"passing", []vf.Action{vf.Transfer, vf.TransferCustody, vf.TransferAllRights, vf.Move, vf.Copy}},
	{"serving", []vf.Action{vf.DeliverService, vf.Accept, vf.Modify, vf.Pickup, vf.Dropoff}},
	{"packing", []vf.Action{vf.Combine, vf.Separate}},
}

// deed is one group of actions to choose from.
type deed struct {
	Title   string
	Actions []deedLink
}

type deedLink struct{ Label, Hint, Href string }

// recordPage is the form that records an event: only the fields that the
// action table has a use for.
type recordPage struct {
	Form                               *web.Form
	Deeds                              []deed
	Action                             vf.Action
	Row                                vf.Row
	Title, Hint                        string
	ForOthers                          bool         // the reader records for others too
	Roles                              []web.Option // in which the reader acts for others
	TwoSided                           bool         // somebody gives and somebody else takes
	Input, Output                      bool         // which side of a process
	Resource, NewResource, To, NewTo   bool
	Off                                bool // the container is one that it is taken off the list of
	Kind, Quantity, Effort, Place      bool
	State                              bool
	People, Processes, Resources, Tos  []web.Option
	Kinds, Places, Lots, Units, Timely []web.Option
}

// fresh is the choice of a record that the event creates.
const fresh = "new"

// newRecordPage says which fields an action has.
func newRecordPage(q *web.Request, row vf.Row) *recordPage {
	page := &recordPage{Form: q.Form(), Action: row.Action, Row: row, Title: q.T("vf.do." + string(row.Action)), Hint: q.T("vf.do_hint." + string(row.Action)), ForOthers: q.Who.Can(vf.TakeOther)}
	page.TwoSided = !slices.Contains([]vf.Action{vf.Raise, vf.Lower, vf.Move, vf.Combine, vf.Separate}, row.Action)
	page.Input = row.InputOutput == vf.Input || row.InputOutput == vf.OutputInput
	page.Output = row.InputOutput == vf.Output || row.InputOutput == vf.OutputInput
	page.Resource, page.NewResource = row.TakesResource(), row.CreateResource == vf.Optional
	page.To, page.NewTo = row.TakesTarget() && (row.CreateResource == vf.OptionalTo || row.ContainedEffect != vf.NoEffect), row.CreateResource == vf.OptionalTo
	page.Off = row.ContainedEffect == vf.Remove
	page.Kind = !page.Resource || page.NewResource || !row.ChangesQuantity()
	page.Quantity, page.Effort = row.EventQuantity != vf.EffortOnly, row.EventQuantity != vf.ResourceOnly
	page.Place, page.State = row.LocationEffect != vf.NoEffect, row.StateEffect != vf.NoEffect
	return page
}

// newEvent asks first what was done, then for what belongs to that.
func (p *pages) newEvent(q *web.Request) error {
	row, known := vf.Action(q.Form().Raw("action")).Row()
	if !known {
		return p.chooseDeed(q)
	}
	return p.showRecord(q, row)
}

func (p *pages) chooseDeed(q *web.Request) error {
	var page recordPage
	for _, d := range deeds {
		group := deed{Title: q.T("vf.deeds." + d.word)}
		for _, a := range d.actions {
			group.Actions = append(group.Actions, deedLink{q.T("vf.do." + string(a)), q.T("vf.do_hint." + string(a)), address(q, "action", string(a))})
		}
		page.Deeds = append(page.Deeds, group)
	}
	return q.Render(web.Page{Template: "vf/record.html", Title: q.T("vf.event.record"), Active: active("history"), Data: page,
		Crumbs: []web.Crumb{{Label: q.T("vf.tab.history"), Path: q.Path("history")}, {Label: q.T("vf.event.record")}}})
}

func (p *pages) showRecord(q *web.Request, row vf.Row) error {
	page := newRecordPage(q, row)
	if page.NewResource && row.Action == vf.Produce {
		page.Form.Default("resourceInventoriedAs", fresh)
	}
	if page.NewTo {
		page.Form.Default("toResourceInventoriedAs", fresh)
	}
	page.Form.Default("provider", string(q.Who.Agent))
	if err := q.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error { return page.choose(q, r) }); err != nil {
		return err
	}
	return q.Render(web.Page{Template: "vf/record.html", Title: page.Title, Active: active("history"), Data: page,
		Crumbs: []web.Crumb{{Label: q.T("vf.tab.history"), Path: q.Path("history")}, {Label: q.T("vf.event.record"), Path: q.Path("record")}, {Label: page.Title}}})
}

// recordEvent records what the form says.
func (p *pages) recordEvent(q *web.Request) error {
	row, known := vf.Action(q.Form().Raw("action")).Row()
	if !known {
		return p.chooseDeed(q)
	}
	step, err := p.readEvent(q, newRecordPage(q, row))
	if err != nil {
		return err
	}
	if q.Form().OK() {
		done, err := p.core.Do(q.R.Context(), q.Who, q.Idempotency(), step)
		if err == nil {
			return q.Redirect(whereto(q, step.Event, done[0].Resource), "vf.event.done")
		}
		if !q.Form().Blame(err) {
			return err
		}
	}
	return p.showRecord(q, row)
}

// whereto is the page on which the event shows: its record, else its process.
func whereto(q *web.Request, e vf.Event, made store.ID) string {
	switch i := first(made, e.ResourceInventoriedAs, e.ToResourceInventoriedAs); {
	case i != "":
		return q.Path("resources", string(i))
	case e.InputOf != "":
		return q.Path("processes", string(e.InputOf))
	case e.OutputOf != "":
		return q.Path("processes", string(e.OutputOf))
	}
	return q.Path("history")
}

// readEvent reads the fields of the action. Errors of fields are the form's.
func (p *pages) readEvent(q *web.Request, page *recordPage) (vf.Recording, error) {
	f, e := page.Form, vf.Event{Action: page.Action, Provider: q.Who.Agent}
	if page.ForOthers {
		e.Provider = f.ID("provider", web.Required)
	}
	if e.ActsUnder = f.ID("actsUnder"); e.ActsUnder != "" {
		var err error
		if e.Provider, err = p.actsFor(q, e.ActsUnder); err != nil {
			return vf.Recording{}, err
		}
	}
	if e.Receiver = e.Provider; page.TwoSided && f.Raw("receiver") != "" {
		e.Receiver = f.ID("receiver")
	}
	if page.Input {
		e.InputOf = f.ID("inputOf")
	}
	if page.Output {
		e.OutputOf = f.ID("outputOf")
	}
	step := vf.Recording{}
	if page.Resource {
		e.ResourceInventoriedAs = page.record(f, "resourceInventoriedAs", page.NewResource, &step)
	}
	if page.To {
		e.ToResourceInventoriedAs = page.record(f, "toResourceInventoriedAs", page.NewTo, &step)
	}
	if page.Kind {
		e.ResourceConformsTo = f.ID("resourceConformsTo")
	}
	if page.Place {
		e.ToLocation = f.ID("toLocation")
	}
	if page.State {
		e.State = f.Text("state", web.Max(300))
	}
	e.HasPointInTime, e.Note = f.Time("hasPointInTime"), f.Text("note", web.Max(5000))
	unit, err := p.unitOf(q, e)
	if err != nil {
		return step, err
	}
	if page.Quantity && f.Raw("resourceQuantity") != "" {
		a := f.Amount("resourceQuantity", unit)
		e.ResourceQuantity = &a
	}
	if page.Effort && f.Raw("effortQuantity") != "" {
		a := f.Amount("effortQuantity", quantity.Unit(f.Choice("effortUnit", wordsOf(efforts), web.Required)))
		e.EffortQuantity = &a
	}
	step.Event = e
	return step, nil
}

// record reads which record a field names, or that the event creates one.
func (page *recordPage) record(f *web.Form, name string, mayCreate bool, step *vf.Recording) store.ID {
	if !mayCreate || f.Raw(name) != fresh {
		return f.ID(name)
	}
	step.New = &vf.Resource{Name: f.Text("name", web.Max(300)), TrackingIdentifier: f.Text("trackingIdentifier", web.Max(300)), OfBatchLot: f.ID("ofBatchLot")}
	return ""
}

// unitOf is the unit that the amount is typed in: that of the record, for
// life; else the one that was chosen.
func (p *pages) unitOf(q *web.Request, e vf.Event) (unit quantity.Unit, err error) {
	if i := first(e.ResourceInventoriedAs, e.ToResourceInventoriedAs); i != "" {
		err = q.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
			x, _, err := vf.GetResource(r, i)
			unit = x.Accounting.Unit
			return err
		})
	}
	if unit == "" {
		unit = quantity.Unit(q.Form().Choice("unit", wordsOf(unitsFor(q))))
	}
	return unit, err
}
