package vfroom

import (
	"slices"

	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
	"commonweal/vf"
	"commonweal/vf/naming"
)

// unitsFor are what things are counted in.
func unitsFor(q *web.Request) []quantity.Unit {
	return []quantity.Unit{quantity.One, "kilogram", "gram", "litre", "metre", "squareMetre", "cubicMetre", "hour", "day", "kilowattHour", "kilometre", q.Commons.Currency}
}

// efforts are what work and use are counted in.
var efforts = []quantity.Unit{"hour", "minute-Time", "day", quantity.CareHour, quantity.LoveHour, "kilometre", "kilowattHour"}

func wordsOf(units []quantity.Unit) []string {
	words := make([]string, len(units))
	for i, u := range units {
		words[i] = string(u)
	}
	return words
}

// unitOptions words units for a select.
func unitOptions(q *web.Request, units []quantity.Unit) []web.Option {
	out := make([]web.Option, len(units))
	for i, u := range units {
		out[i] = web.Option{Value: string(u), Label: q.UnitName(u)}
		if u == quantity.One {
			out[i].Label = q.T("vf.pieces")
		}
	}
	return out
}

// choose fills in what may be chosen in the form that records an event.
func (page *recordPage) choose(q *web.Request, r *store.Snapshot) (err error) {
	f := page.Form
	if page.Roles, err = roleOptions(q, r); err != nil {
		return err
	}
	if page.TwoSided || page.ForOthers {
		if page.People, err = agentOptions(q, r, f.Raw("provider"), f.Raw("receiver")); err != nil {
			return err
		}
	}
	if page.Input || page.Output {
		if page.Processes, err = processOptions(q, r, f.Raw("inputOf"), f.Raw("outputOf")); err != nil {
			return err
		}
	}
	if page.Resource || page.To {
		all, err := resourceOptions(q, r, f.Raw("resourceInventoriedAs"), f.Raw("toResourceInventoriedAs"))
		if err != nil {
			return err
		}
		page.Resources, page.Tos = withNew(q, all, page.NewResource), withNew(q, all, page.NewTo)
	}
	if page.Kind || page.NewResource {
		if page.Kinds, err = specificationOptions(q, r, q.T("vf.choose")); err != nil {
			return err
		}
	}
	if page.Place {
		if page.Places, err = placeOptions(q, r); err != nil {
			return err
		}
	}
	if page.NewResource || page.NewTo {
		if page.Lots, err = lotOptions(q, r); err != nil {
			return err
		}
	}
	page.Units, page.Timely = unitOptions(q, unitsFor(q)), unitOptions(q, efforts)
	return nil
}

// withNew puts before the records that none is meant, or a new one.
func withNew(q *web.Request, all []web.Option, mayCreate bool) []web.Option {
	out := []web.Option{{Label: q.T("vf.choose_none")}}
	if mayCreate {
		out = append(out, web.Option{Value: fresh, Label: q.T("vf.choose_new")})
	}
	return slices.Concat(out, all)
}

// given are the identifiers among what a form names already.
func given(texts ...string) (ids []store.ID) {
	for _, text := range texts {
		if id, ok := store.ParseID(text); ok {
			ids = append(ids, id)
		}
	}
	return ids
}

// agentOptions lists people and organizations by name, and those that are
// chosen already however many there are.
func agentOptions(q *web.Request, r store.Reader, chosen ...string) ([]web.Option, error) {
	list, err := vf.Agents(r, vf.AgentFilter{Limit: choices})
	if err != nil {
		return nil, err
	}
	agents, err := vf.GetAgents(r, append(given(chosen...), q.Who.Agent))
	if err != nil {
		return nil, err
	}
	for _, a := range list {
		delete(agents, a.ID)
	}
	for _, a := range agents {
		list = append(list, a)
	}
	out := []web.Option{{Label: q.T("vf.choose")}}
	for _, a := range list {
		agents[a.ID] = a
	}
	called := naming.Known(q, agents)
	for _, a := range list {
		out = append(out, web.Option{Value: string(a.ID), Label: called.Of(a.ID)})
	}
	return out, nil
}

// processOptions lists the newest processes that are not finished, and those
// that are chosen already.
func processOptions(q *web.Request, r store.Reader, chosen ...string) ([]web.Option, error) {
	out := []web.Option{{Label: q.T("vf.choose")}}
	named, err := vf.GetProcesses(r, given(chosen...))
	if err != nil {
		return nil, err
	}
	for _, x := range named {
		out = append(out, web.Option{Value: string(x.ID), Label: x.Name})
	}
	list, err := vf.Processes(r, vf.ProcessFilter{Limit: choices})
	for _, x := range list {
		if _, there := named[x.ID]; !there && !x.Finished {
			out = append(out, web.Option{Value: string(x.ID), Label: x.Name})
		}
	}
	return out, err
}

// resourceOptions lists the newest records that hold something, and those that
// are chosen already.
func resourceOptions(q *web.Request, r store.Reader, chosen ...string) ([]web.Option, error) {
	list, err := vf.Resources(r, vf.ResourceFilter{Limit: choices})
	if err != nil {
		return nil, err
	}
	n, err := load(q, r, wanted{records: list, resources: given(chosen...)})
	if err != nil {
		return nil, err
	}
	var out []web.Option
	add := func(x vf.Resource) {
		out = append(out, web.Option{Value: string(x.ID), Label: q.T("vf.resource.option", "what", n.resource(x.ID), "amount", x.Onhand, "who", n.agents.Of(x.Custodian))})
	}
	for _, id := range given(chosen...) {
		if x, there := n.resources[id]; there && !slices.ContainsFunc(list, func(l vf.Resource) bool { return l.ID == id }) {
			add(x)
		}
	}
	for _, x := range list {
		add(x)
	}
	return out, nil
}

func placeOptions(q *web.Request, r store.Reader) ([]web.Option, error) {
	list, err := vf.List[vf.SpatialThing](r, vf.ListFilter{Limit: choices})
	out := []web.Option{{Label: q.T("vf.choose")}}
	for _, x := range list {
		if !x.Private {
			out = append(out, web.Option{Value: string(x.ID), Label: x.Name})
		}
	}
	return out, err
}

func lotOptions(q *web.Request, r store.Reader) ([]web.Option, error) {
	list, err := vf.List[vf.BatchLotRecord](r, vf.ListFilter{Limit: choices})
	out := []web.Option{{Label: q.T("vf.choose_none")}}
	for _, x := range list {
		out = append(out, web.Option{Value: string(x.ID), Label: x.BatchLotCode})
	}
	return out, err
}
