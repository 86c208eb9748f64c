package contribution

import (
	"fmt"

	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
	"commonweal/vf"
)

func (p *Practice) kindsRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /c/{commons}/contribution/kinds", Needs: Configure, Handle: p.kinds},
		{Pattern: "GET /c/{commons}/contribution/kinds/{kind}", Needs: Configure, Handle: p.kindForm},
		{Pattern: "POST /c/{commons}/contribution/kinds/{kind}", Needs: Configure, Handle: p.saveKindForm},
		{Pattern: "POST /c/{commons}/contribution/kinds/{kind}/project", Needs: Configure, Handle: p.saveOverride},
	}
}

// kindsPage lists the kinds of contribution.
type kindsPage struct {
	Tabs  []web.Tab
	Kinds []kindRow
}

// kindRow is one kind in words.
type kindRow struct {
	Kind
	Href, Stream, Unit, Rule string
}

func (p *Practice) kinds(q *web.Request) error {
	page := kindsPage{Tabs: roomTabs(q, "kinds")}
	err := p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		s, err := settings.Get(r)
		if err != nil {
			return err
		}
		list := s.openKinds()
		list = append(list, sortedBy(s.Kinds, func(k Kind) (string, bool) { return k.Name, k.Retired })...)
		for _, k := range list {
			page.Kinds = append(page.Kinds, kindRow{Kind: k, Href: q.Path("contribution", "kinds", k.Kind), Stream: q.T("contribution.stream." + string(k.Stream)),
				Unit: unitLabel(q, k.Unit), Rule: ruleText(q, k.Validation)})
		}
		return nil
	})
	if err != nil {
		return err
	}
	return q.Render(web.Page{Template: "contribution/kinds.html", Title: q.T("contribution.kind.title"), Active: "/contribution", Data: page})
}

// unitLabel is a unit in words, for a list of choices.
func unitLabel(q *web.Request, u quantity.Unit) string {
	if u == "one" {
		return q.T("contribution.project.pieces")
	}
	return q.UnitName(u)
}

// ruleText says in words how a kind is validated.
func ruleText(q *web.Request, v Validation) string {
	text := q.T("contribution.kind.validators_"+fmt.Sprint(v.Validators), "n", v.Validators)
	if v.StewardsOnly && v.Validators > 0 {
		text += q.T("contribution.kind.and_stewards")
	}
	if !v.ValidBelow.IsZero() {
		text += q.T("contribution.kind.and_below", "quantity", q.Quantity(v.ValidBelow))
	}
	if v.SilentDays > 0 {
		text += q.T("contribution.kind.and_silent", "days", v.SilentDays)
	}
	if !v.MonthlyMaximum.IsZero() {
		text += q.T("contribution.kind.and_maximum", "quantity", q.Quantity(v.MonthlyMaximum))
	}
	if v.NoReturnFavor {
		text += q.T("contribution.kind.and_no_favor")
	}
	return text
}

// kindPage is the form of one kind.
type kindPage struct {
	Form      *web.Form
	Kind      Kind
	Currency  quantity.Unit
	New       bool
	Action    string
	Streams   []web.Option
	Actions   []web.Option
	Units     []web.Option
	Counts    []web.Option
	Projects  []web.Option
	Overrides []overrideRow
}

// overrideRow is a project that validates a kind by its own rule.
type overrideRow struct{ ID, Project, Rule string }

// newKind is the address under which a kind is added.
const newKind = "new"

func (p *Practice) kindForm(q *web.Request) error {
	page := kindPage{Form: q.Form(), New: q.R.PathValue("kind") == newKind, Action: q.Path("contribution", "kinds", q.R.PathValue("kind"))}
	err := p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		s, err := settings.Get(r)
		if err != nil {
			return err
		}
		k, known := s.Kinds[q.R.PathValue("kind")]
		if !known && !page.New {
			return fault.NotFoundf("contribution.unknown_kind", "kind", "%q is not a kind of contribution here", q.R.PathValue("kind"))
		}
		page.Kind, page.Currency = k, s.Currency
		page.prefill(q, k)
		page.Projects = projectOptions(s.openProjects())
		for _, project := range sortedBy(s.Projects, func(p Project) (string, bool) { return p.Name, true }) {
			if v, own := project.Validation[k.Kind]; own {
				page.Overrides = append(page.Overrides, overrideRow{string(project.ID), project.Name, ruleText(q, v)})
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	title := page.Kind.Name
	if page.New {
		title = q.T("contribution.kind.add")
	}
	return q.Render(web.Page{Template: "contribution/kind.html", Title: title, Active: "/contribution", Data: page,
		Crumbs: []web.Crumb{{Label: q.T("contribution.kind.title"), Path: q.Path("contribution", "kinds")}, {Label: title}}})
}

// prefill shows a kind in its form.
func (page *kindPage) prefill(q *web.Request, k Kind) {
	f := page.Form
	for _, stream := range []Stream{Livelihood, Care, Love} {
		page.Streams = append(page.Streams, web.Option{Value: string(stream), Label: q.T("contribution.stream." + string(stream)), Hint: q.T("contribution.stream." + string(stream) + "_hint")})
	}
	for _, action := range []vf.Action{vf.Work, vf.Use, vf.Transfer, vf.Cite, vf.Produce} {
		page.Actions = append(page.Actions, web.Option{Value: string(action), Label: q.T("contribution.action." + string(action))})
	}
	for _, u := range append([]quantity.Unit{quantity.CareHour, quantity.LoveHour, page.Currency}, outputUnits...) {
		page.Units = append(page.Units, web.Option{Value: string(u), Label: unitLabel(q, u)})
	}
	for n := range 3 {
		page.Counts = append(page.Counts, web.Option{Value: fmt.Sprint(n), Label: q.T("contribution.kind.validators_"+fmt.Sprint(n), "n", n)})
	}
	if page.New {
		f.Default("validators", "1")
		return
	}
	v := k.Validation
	f.Default("name", k.Name)
	f.Default("evidence", k.Evidence)
	if !k.Rate.IsZero() {
		f.Default("rate", q.Plain(k.Rate))
	}
	f.Default("validators", fmt.Sprint(v.Validators))
	if v.SilentDays > 0 {
		f.Default("silent", fmt.Sprint(v.SilentDays))
	}
	if !v.ValidBelow.IsZero() {
		f.Default("below", q.Plain(v.ValidBelow))
	}
	if !v.MonthlyMaximum.IsZero() {
		f.Default("maximum", q.Plain(v.MonthlyMaximum))
	}
}

// validationOf reads a validation rule from a form.
func validationOf(f *web.Form, unit quantity.Unit) Validation {
	v := Validation{Validators: int(f.Int("validators", 0, 2)), StewardsOnly: f.Bool("stewards"), NoReturnFavor: f.Bool("no_favor"), SilentDays: int(f.Int("silent", 0, 365))}
	if below := f.Amount("below", unit); !below.IsZero() {
		v.ValidBelow = below
	}
	if most := f.Amount("maximum", unit); !most.IsZero() {
		v.MonthlyMaximum = most
	}
	if v.ValidBelow.Sign() < 0 || v.MonthlyMaximum.Sign() < 0 {
		f.Fail("below", "contribution.kind", "a limit below zero lets nothing pass; leave it empty for no limit")
	}
	return v
}

// settingsOf reads the settings for an act that a form prepares.
func (p *Practice) settingsOf(q *web.Request) (s *Settings, err error) {
	err = p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		s, err = settings.Get(r)
		return err
	})
	return s, err
}

// saveKindForm changes a kind, or adds one. What a kind is and is counted in
// stays what it was: contributions logged under it depend on that.
func (p *Practice) saveKindForm(q *web.Request) error {
	s, err := p.settingsOf(q)
	if err != nil {
		return err
	}
	f := q.Form()
	k, known := s.Kinds[q.R.PathValue("kind")]
	if q.R.PathValue("kind") == newKind {
		k = Kind{Kind: f.Text("word", web.Required, web.Max(40)), Stream: Stream(f.Text("stream", web.Required)), Action: vf.Action(f.Text("action", web.Required)), Unit: quantity.Unit(f.Text("unit", web.Required))}
		k.FaceValue = k.Unit == s.Currency
		if _, taken := s.Kinds[k.Kind]; taken {
			f.Fail("word", "contribution.kind_taken", "there is a kind %q already; change it, or choose another word", k.Kind)
		}
	} else if !known {
		return fault.NotFoundf("contribution.unknown_kind", "kind", "%q is not a kind of contribution here", q.R.PathValue("kind"))
	}
	k.Name, k.Evidence, k.Retired = f.Text("name", web.Required, web.Max(80)), f.Text("evidence", web.Max(120)), f.Bool("retired")
	k.Rate = quantity.Amount{}
	if rate := f.Amount("rate", s.Currency); !rate.IsZero() && !k.FaceValue {
		k.Rate = rate
	}
	k.Validation = validationOf(f, k.Unit)
	if f.OK() {
		if _, err = ConfigureKind(q.R.Context(), p.DB, q.Who, q.Idempotency(), s.Currency, k); err == nil {
			return q.Redirect(q.Path("contribution", "kinds"), "contribution.kind.saved", "name", k.Name)
		}
		if !f.Blame(err) {
			return err
		}
	}
	return p.kindForm(q)
}

// saveOverride gives a project its own validation rule for a kind, or takes it away.
func (p *Practice) saveOverride(q *web.Request) error {
	s, err := p.settingsOf(q)
	if err != nil {
		return err
	}
	f := q.Form()
	k, known := s.Kinds[q.R.PathValue("kind")]
	project, exists := s.Projects[f.ID("project", web.Required)]
	if !known || f.OK() && !exists {
		return noProject()
	}
	own := map[string]Validation{}
	for kind, v := range project.Validation {
		own[kind] = v
	}
	if f.Raw("do") == "remove" {
		delete(own, k.Kind)
	} else {
		own[k.Kind] = validationOf(f, k.Unit)
	}
	project.Validation = own
	if f.OK() {
		if _, err = ConfigureProject(q.R.Context(), p.DB, q.Who, q.Idempotency(), project); err == nil {
			return q.Redirect(q.Path("contribution", "kinds", k.Kind), "contribution.kind.override_saved", "name", project.Name)
		}
		if !f.Blame(err) {
			return err
		}
	}
	return p.kindForm(q)
}
