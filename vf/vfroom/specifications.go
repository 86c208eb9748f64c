package vfroom

import (
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
	"commonweal/vf"
	"commonweal/vf/naming"
)

func (p *pages) specificationRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /c/{commons}/specifications", Needs: vf.See, Handle: p.specifications},
		{Pattern: "POST /c/{commons}/specifications", Needs: vf.Arrange, Handle: p.addSpecification},
		{Pattern: "POST /c/{commons}/specifications/stages", Needs: vf.Arrange, Handle: p.addStage},
		{Pattern: "GET /c/{commons}/specifications/{id}", Needs: vf.See, Handle: p.specification},
		{Pattern: "POST /c/{commons}/specifications/{id}", Needs: vf.Arrange, Handle: p.describeSpecification},
		{Pattern: "POST /c/{commons}/specifications/{id}/policy", Needs: vf.Arrange, Handle: p.govern},
	}
}

// specificationsPage is the kinds of things that the commons knows, and the
// kinds of processes.
type specificationsPage struct {
	Tabs     []web.Tab
	Form     *web.Form
	Rows     []specificationRow
	Stages   []vf.ProcessSpecification
	Units    []web.Option
	Efforts  []web.Option
	First    string
	Next     string
	Filtered bool
}

type specificationRow struct {
	vf.ResourceSpecification
	Href string
}

func (p *pages) specifications(q *web.Request) error {
	page := specificationsPage{Tabs: tabs(q, "specifications"), Form: q.Form()}
	search, after := page.Form.Text("find", web.Max(200)), vf.After{Name: page.Form.Raw("name_after"), ID: store.ID(page.Form.Raw("after"))}
	page.Filtered = search != ""
	err := q.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		list, err := vf.Specifications(r, search, after, shown+1)
		if err != nil {
			return err
		}
		if after.ID != "" {
			page.First = q.Path("specifications")
		}
		if len(list) > shown {
			list = list[:shown]
			page.Next = byName(q, list[shown-1].Name, list[shown-1].ID)
		}
		for _, s := range list {
			if !naming.IsMember(q) {
				s.Note = ""
			}
			page.Rows = append(page.Rows, specificationRow{s, q.Path("specifications", string(s.ID))})
		}
		page.Stages, err = vf.ProcessSpecifications(r, "", vf.After{}, choices)
		return err
	})
	if err != nil {
		return err
	}
	page.Units = unitOptions(q, unitsFor(q))
	page.Efforts = append([]web.Option{{Label: q.T("vf.choose_none")}}, unitOptions(q, efforts)...)
	if q.WantsJSON() {
		return q.JSON(map[string]any{"specifications": page.Rows, "next": page.Next})
	}
	return q.Render(web.Page{Template: "vf/specifications.html", Title: q.T("vf.tab.specifications"), Active: active("specifications"), Data: page})
}

// byName is the address of the page of a list by name that follows an entry.
func byName(q *web.Request, name string, id store.ID) string {
	v := q.R.URL.Query()
	v.Set("name_after", name)
	v.Set("after", string(id))
	return q.R.URL.Path + "?" + v.Encode()
}

func (p *pages) addSpecification(q *web.Request) error {
	f := q.Form()
	s := vf.ResourceSpecification{Name: f.Text("name", web.Required, web.Max(300)), Note: f.Text("note", web.Max(5000)), Substitutable: f.Bool("substitutable"),
		DefaultUnitOfResource: quantity.Unit(f.Choice("unit", wordsOf(unitsFor(q)), web.Required)), DefaultUnitOfEffort: quantity.Unit(f.Choice("effort", wordsOf(efforts)))}
	if f.OK() {
		done, err := p.core.Do(q.R.Context(), q.Who, q.Idempotency(), vf.Adding{Thing: s})
		if err == nil {
			return q.Redirect(q.Path("specifications", string(done[0].ID)), "vf.specification.added")
		}
		if !f.Blame(err) {
			return err
		}
	}
	return p.specifications(q)
}

// addStage adds a kind of process, which things may then be at as their stage.
func (p *pages) addStage(q *web.Request) error {
	f := q.Form()
	s := vf.ProcessSpecification{Name: f.Text("stage", web.Required, web.Max(300))}
	if f.OK() {
		_, err := p.core.Do(q.R.Context(), q.Who, q.Idempotency(), vf.Adding{Thing: s})
		if err == nil {
			return q.Redirect(q.Path("specifications"), "vf.specification.stage_added")
		}
		if !f.Blame(err) {
			return err
		}
	}
	return p.specifications(q)
}

// specificationPage is one kind of thing: what there is of it, and its rules.
type specificationPage struct {
	Form     *web.Form
	Tabs     []web.Tab
	Spec     vf.ResourceSpecification
	Unit     string
	Rules    []ruleRow
	Changes  []ruleChange
	Rows     []resourceRow
	All      string
	Policies string // where the form of the rules goes
}

// ruleRow is one rule of a kind of thing: what may be chosen, and what it means.
type ruleRow struct {
	Field, Label, Now, Meaning string
	Options                    []web.Option
}

// ruleChange is when the rules became what, and by whom.
type ruleChange struct {
	vf.PolicyChange
	Who  string
	Text []string
}

func (p *pages) specification(q *web.Request) error {
	page := specificationPage{Form: q.Form(), Tabs: tabs(q, "specifications")}
	err := q.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error { return page.fill(q, r) })
	if err != nil {
		return err
	}
	if q.WantsJSON() {
		return q.JSON(page)
	}
	return q.Render(web.Page{Template: "vf/specification.html", Title: page.Spec.Name, Active: active("specifications"), Data: page,
		Crumbs: []web.Crumb{{Label: q.T("vf.tab.specifications"), Path: q.Path("specifications")}, {Label: page.Spec.Name}}})
}

func (page *specificationPage) fill(q *web.Request, r *store.Snapshot) error {
	id := store.ID(q.R.PathValue("id"))
	found, err := vf.GetSpecifications(r, []store.ID{id})
	if err != nil {
		return err
	}
	s, there := found[id]
	if !there {
		return absent("kind of thing", id)
	}
	page.Spec, page.Policies = s, q.Path("specifications", string(id), "policy")
	if !naming.IsMember(q) {
		page.Spec.Note = ""
	}
	if s.DefaultUnitOfResource != "" {
		page.Unit = unitOptions(q, []quantity.Unit{s.DefaultUnitOfResource})[0].Label
	}
	page.Form.Default("name", s.Name)
	page.Form.Default("note", page.Spec.Note)
	list, err := vf.Resources(r, vf.ResourceFilter{ConformsTo: id, InStock: true, Limit: shown + 1})
	if err != nil {
		return err
	}
	if len(list) > shown {
		list = list[:shown]
	}
	page.All = q.Path("resources") + "?used=too&kind=" + string(id)
	changes, err := vf.PolicyChanges(r, id)
	if err != nil {
		return err
	}
	w := wanted{records: list}
	for _, c := range changes {
		w.agents = append(w.agents, c.By)
	}
	n, err := load(q, r, w)
	if err != nil {
		return err
	}
	page.Rows, page.Rules = n.resourceRows(list), rulesOf(q, s.Policy)
	for _, rule := range page.Rules {
		page.Form.Default(rule.Field, rule.Now)
	}
	for _, c := range changes {
		change := ruleChange{PolicyChange: c, Who: n.agents.Of(c.By)}
		for _, rule := range rulesOf(q, c.Policy) {
			change.Text = append(change.Text, rule.Label+": "+rule.Meaning)
		}
		page.Changes = append(page.Changes, change)
	}
	return nil
}

// policies lists the rules of a kind of thing with what each may be; the words
// are messages vf.policy.FIELD and vf.policy.FIELD_VALUE.
var policies = []struct {
	field  string
	of     func(*vf.Policy) *string
	values []string
}{
	{"negativeBalance", func(p *vf.Policy) *string { return &p.NegativeBalance }, []string{vf.Forbid, vf.AllowAccounting, vf.Allow}},
	{"partialAccept", func(p *vf.Policy) *string { return &p.PartialAccept }, []string{vf.Allow, vf.Whole}},
	{"pairing", func(p *vf.Policy) *string { return &p.Pairing }, []string{vf.Required, vf.Warn, vf.Off}},
	{"wholeContainer", func(p *vf.Policy) *string { return &p.WholeContainer }, []string{vf.Whole, vf.Parts}},
	{"containers", func(p *vf.Policy) *string { return &p.Containers }, []string{vf.Single, vf.Several}},
	{"withdrawal", func(p *vf.Policy) *string { return &p.Withdrawal }, []string{vf.Mix, vf.FIFO}},
	{"profile", func(p *vf.Policy) *string { return &p.Profile }, []string{"", vf.Strict}},
}

// rulesOf says in words what a policy allows.
func rulesOf(q *web.Request, p vf.Policy) []ruleRow {
	full := p.Full()
	var rules []ruleRow
	for _, f := range policies {
		rule := ruleRow{Field: f.field, Label: q.T("vf.policy." + f.field), Now: *f.of(&full)}
		for _, v := range f.values {
			text := q.T("vf.policy." + f.field + "_" + v)
			rule.Options = append(rule.Options, web.Option{Value: v, Label: text})
			if v == rule.Now {
				rule.Meaning = text
			}
		}
		rules = append(rules, rule)
	}
	return rules
}

// govern changes the rules of a kind of thing from now on.
func (p *pages) govern(q *web.Request) error {
	f, id := q.Form(), store.ID(q.R.PathValue("id"))
	var policy vf.Policy
	for _, rule := range policies {
		*rule.of(&policy) = f.Choice(rule.field, rule.values)
	}
	if f.OK() {
		_, err := p.core.Do(q.R.Context(), q.Who, q.Idempotency(), vf.Governing{Specification: id, Policy: policy})
		if err == nil {
			return q.Redirect(q.Path("specifications", string(id)), "vf.policy.changed")
		}
		if !f.Blame(err) {
			return err
		}
	}
	return p.specification(q)
}

func (p *pages) describeSpecification(q *web.Request) error {
	f, id := q.Form(), store.ID(q.R.PathValue("id"))
	d := vf.Description{ID: id, Name: f.Text("name", web.Required, web.Max(300)), Note: f.Text("note", web.Max(5000))}
	if f.OK() {
		_, err := p.core.Do(q.R.Context(), q.Who, q.Idempotency(), vf.Describing{Kind: "specification", Description: d})
		if err == nil {
			return q.Redirect(q.Path("specifications", string(id)), "vf.described")
		}
		if !f.Blame(err) {
			return err
		}
	}
	return p.specification(q)
}
