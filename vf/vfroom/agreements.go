package vfroom

import (
	"slices"
	"time"

	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/vf"
)

func (p *pages) agreementRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /c/{commons}/agreements", Needs: vf.See, Handle: p.agreements},
		{Pattern: "GET /c/{commons}/agreements/new", Needs: vf.Take, Handle: p.newAgreement},
		{Pattern: "POST /c/{commons}/agreements/new", Needs: vf.Take, Handle: p.addAgreement},
		{Pattern: "GET /c/{commons}/agreements/{id}", Needs: vf.See, Handle: p.agreement},
		{Pattern: "POST /c/{commons}/agreements/{id}/record", Needs: vf.Take, Handle: p.recordClause},
		{Pattern: "POST /c/{commons}/agreements/{id}/promise", Needs: vf.Take, Handle: p.promise},
		{Pattern: "POST /c/{commons}/agreements/{id}/close", Needs: vf.Take, Handle: p.closeClause},
		{Pattern: "POST /c/{commons}/agreements/{id}/bundle", Needs: vf.Take, Handle: p.bundleAgreement},
		{Pattern: "GET /c/{commons}/bundles/{id}", Needs: vf.See, Handle: p.bundle},
	}
}

// agreementsPage is who agreed on what with whom.
type agreementsPage struct {
	Tabs        []web.Tab
	Form        *web.Form
	Rows        []agreementRow
	First, Next string
	Filtered    bool
}

// agreementRow is one agreement in a list.
type agreementRow struct {
	ID            store.ID
	Name, Href    string
	Parties       []string
	Made          time.Time
	Clauses, Kept int
	Late          bool
	State, Tone   string
	Bundle        store.ID
	sides         [2][]flowRow // what is given, and in return
}

func (p *pages) agreements(q *web.Request) error {
	page := agreementsPage{Tabs: tabs(q, "agreements"), Form: q.Form()}
	filter := vf.ListFilter{Search: page.Form.Text("find", web.Max(200))}
	page.Filtered = filter.Search != ""
	err := q.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		list, first, next, err := latest[vf.Agreement](q, r, filter)
		if err != nil {
			return err
		}
		page.First, page.Next = first, next
		page.Rows, err = agreementRows(q, r, list)
		return err
	})
	if err != nil {
		return err
	}
	if q.WantsJSON() {
		return q.JSON(map[string]any{"agreements": page.Rows, "next": page.Next})
	}
	return q.Render(web.Page{Template: "vf/agreements.html", Title: q.T("vf.tab.agreements"), Active: active("agreements"), Data: page})
}

// agreementRows words agreements with their clauses: as many questions for
// many as for one.
func agreementRows(q *web.Request, r *store.Snapshot, list []vf.Agreement) ([]agreementRow, error) {
	ids := make([]store.ID, len(list))
	for i, a := range list {
		ids[i] = a.ID
	}
	var sides [2]map[store.ID][]vf.Commitment
	var w wanted
	var promised []store.ID
	for side, name := range [...]string{"clauseOf", "reciprocalClauseOf"} {
		of, err := vf.Linked[vf.Commitment](r, name, ids)
		if err != nil {
			return nil, err
		}
		for _, list := range of {
			for _, c := range list {
				w.want(c.PlannedFlow)
				promised = append(promised, c.ID)
			}
		}
		sides[side] = of
	}
	met, err := vf.MetOf(r, promised)
	if err != nil {
		return nil, err
	}
	n, err := load(q, r, w)
	if err != nil {
		return nil, err
	}
	rows := make([]agreementRow, len(list))
	for i, a := range list {
		rows[i] = agreementRow{ID: a.ID, Name: a.Name, Href: q.Path("agreements", string(a.ID)), Made: a.Created, Bundle: a.BundledIn}
		for side, of := range sides {
			for _, c := range of[a.ID] {
				rows[i].add(side, n.flow(c.About, c.PlannedFlow, met[c.ID], r.Now()))
			}
		}
		rows[i].sum(q)
	}
	return rows, nil
}

// add takes up a clause on one side.
func (a *agreementRow) add(side int, row flowRow) {
	a.sides[side] = append(a.sides[side], row)
	a.Clauses++
	if row.Done {
		a.Kept++
	}
	a.Late = a.Late || row.Late
	for _, who := range [...]string{row.From, row.To} {
		if who != "" && !slices.Contains(a.Parties, who) {
			a.Parties = append(a.Parties, who)
		}
	}
}

// sum says how the agreement stands, and names it by what is given when it has no name.
func (a *agreementRow) sum(q *web.Request) {
	for _, side := range a.sides {
		if a.Name == "" && len(side) > 0 {
			a.Name = side[0].says(q)
		}
	}
	if a.Name == "" {
		a.Name = q.T("vf.agreement.nameless")
	}
	switch {
	case a.Clauses > 0 && a.Kept == a.Clauses:
		a.State, a.Tone = q.T("vf.agreement.kept"), "good"
	case a.Late:
		a.State, a.Tone = q.T("vf.flow.late"), "warn"
	default:
		a.State, a.Tone = q.T("vf.agreement.open"), "accent"
	}
}

// agreementForm begins an agreement with a first promise.
type agreementForm struct {
	Form                   *web.Form
	As, With, Kinds, Units []web.Option
	Ways                   []web.Option
}

// fill offers what may be chosen for a promise.
func (page *agreementForm) fill(q *web.Request, r store.Reader) (err error) {
	page.Units = unitOptions(q, unitsFor(q))
	for _, way := range ways {
		page.Ways = append(page.Ways, web.Option{Value: way, Label: q.T("vf.deed." + way)})
	}
	if page.As, err = behalf(q, r); err != nil {
		return err
	}
	if page.With, err = agentOptions(q, r, page.Form.Raw("with")); err != nil {
		return err
	}
	page.Kinds, err = specificationOptions(q, r, q.T("vf.choose_none"))
	return err
}

func (p *pages) newAgreement(q *web.Request) error {
	page := agreementForm{Form: q.Form()}
	page.Form.Default("way", ways[0])
	err := q.Store.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error { return page.fill(q, r) })
	if err != nil {
		return err
	}
	return q.Render(web.Page{Template: "vf/agreement_new.html", Title: q.T("vf.agreement.new"), Active: active("agreements"), Data: page,
		Crumbs: []web.Crumb{{Label: q.T("vf.tab.agreements"), Path: q.Path("agreements")}, {Label: q.T("vf.agreement.new")}}})
}

func (p *pages) addAgreement(q *web.Request) error {
	f := q.Form()
	a := &vf.Agreement{About: vf.About{ID: store.NewID(), Name: f.Text("name", web.Required, web.Max(300)), Note: f.Text("note", web.Max(5000))}}
	c := readPromise(q)
	c.ClauseOf = a.ID
	return p.doAnd(q, func([]vf.Done) string { return q.Path("agreements", string(a.ID)) }, "vf.agreement.made", p.newAgreement, vf.Adding{Thing: a}, vf.Adding{Thing: c})
}

// readPromise reads what somebody promises to somebody.
func readPromise(q *web.Request) *vf.Commitment {
	f := q.Form()
	return &vf.Commitment{About: vf.About{Name: f.Text("what", web.Max(300))}, PlannedFlow: vf.PlannedFlow{Action: vf.Action(f.Choice("way", ways, web.Required)),
		Provider: first(f.ID("as"), q.Who.Agent), Receiver: f.ID("with", web.Required), ResourceConformsTo: f.ID("kind"),
		ResourceQuantity: amountOf(q, "amount", unitsFor(q), web.Required), Due: startOf(f.Date("due"), q.Zone, 1)}}
}
