package contribution

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"commonweal/contribution/equation"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
	"commonweal/vf"
)

// editorPage is the form of an equation with what it would do beside it.
type editorPage struct {
	Form      *web.Form
	ID        store.ID // of the equation; "" for a new one
	Was       string   // hash of the version that was opened, so that nobody overwrites what they have not read
	Text      equation.Equation
	Starts    []startCard // to choose from; nil once there is something to edit
	Projects  []web.Option
	Bases     []web.Option
	Units     []web.Option // of constants
	Constants []constantEdit
	Buckets   []bucketEdit
	Step      string
	Minimum   string
	Names     []nameHelp
	Sim       simView
	Action    string
	Live      string
	Choices   choices
}

// startCard is an equation to begin from.
type startCard struct{ Name, Text, Href string }

// nameHelp is a name that formulas may use, with its meaning.
type nameHelp struct{ Name, Text string }

// choices are the options of the selects that every bucket and rule shows.
type choices struct {
	Agents, Leftovers, Periods, Policies, Which, Claims, Streams, Divisions, Above, Scopes, Kinds []web.Option
}

// constantEdit, bucketEdit, receiverEdit, ruleEdit and riskEdit are parts of
// an equation as the form shows them: P is the beginning of their fields'
// names, numbers are in the reader's language.
type constantEdit struct {
	equation.Constant
	P, Shown string
	I        int
}

type bucketEdit struct {
	equation.Bucket
	P, At                                string // At: "0", for buttons
	N                                    int    // from 1
	Percent, CapBucket, CapPerson        string
	CapPeriod, CapPersonPeriod, Discount string
	Periods, Division, Which             string
	Orders, Shipments, Processes         string
	Receivers                            []receiverEdit
	RuleEdits                            []ruleEdit
	First, Last, HasMore                 bool
	Projects                             []projectChoice
}

type projectChoice struct {
	ID, Name string
	Chosen   bool
}

type receiverEdit struct {
	P, At, Agent, Weight string
}

type ruleEdit struct {
	equation.Rule
	P, At, Stream, Premium, PerClaimCap string
	ProcessTypes, ResourceTypes         string
	KindChoices                         []projectChoice
	Risks                               []riskEdit
	HasMore                             bool
}

type riskEdit struct {
	P, At, Kind, Factor string
}

// newEquation offers equations to begin from, then the form.
func (p *Practice) newEquation(q *web.Request) error {
	return p.edit(q, "", "", func(s *Settings) (equation.Equation, error) {
		name := q.R.URL.Query().Get("start")
		if !slices.Contains(starts, name) {
			return equation.Equation{}, nil
		}
		return startFrom(q, s, name, q.R.URL.Query().Get("project")), nil
	})
}

// openEquation opens a version in the form. One that is in force or retired
// becomes the text of the next version.
func (p *Practice) openEquation(q *web.Request) error {
	id, n, err := versionAsked(q)
	if err != nil {
		return err
	}
	var v Version
	err = p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		if v, err = GetVersion(r, id, n); err != nil {
			return err
		}
		q.Form().Default("was", lastHash(r, id))
		return nil
	})
	if err != nil {
		return err
	}
	return p.edit(q, id, "", func(*Settings) (equation.Equation, error) {
		override(q.Form(), &v.Text)
		return v.Text, nil
	})
}

// lastHash is the hash of the newest version of an equation.
func lastHash(r store.Reader, id store.ID) string {
	list, err := VersionsOf(r, id)
	if err != nil || len(list) == 0 {
		return ""
	}
	return list[len(list)-1].Hash
}

// editEquation answers the buttons of the form: it changes its shape, tries it
// out, or saves it.
func (p *Practice) editEquation(q *web.Request) error {
	f := q.Form()
	do := f.Raw("do")
	id := f.ID("id")
	return p.edit(q, id, do, func(s *Settings) (equation.Equation, error) {
		return equationForm{q, f}.equation(s.Currency), nil
	})
}

// liveEquation answers while somebody types: what is wrong yet, or what the
// equation would do.
func (p *Practice) liveEquation(q *web.Request) error { return p.editEquation(q) }

// errSaved ends the reading when there is nothing left to show.
var errSaved = fault.New(fault.Conflict, "contribution.saved", "", "saved")

// edit reads an equation, does what the button asks, and shows the form.
func (p *Practice) edit(q *web.Request, id store.ID, do string, read func(*Settings) (equation.Equation, error)) error {
	f := q.Form()
	page := editorPage{Form: f, ID: id, Was: f.Raw("was"), Action: q.Path("contribution", "equations", "new"), Live: q.Path("contribution", "equations", "live")}
	var s *Settings
	err := p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) (err error) {
		if s, err = settings.Get(r); err != nil {
			return err
		}
		page.Text, err = read(s)
		return err
	})
	if err != nil {
		return err
	}
	if len(page.Text.Buckets) == 0 && page.Text.Name == "" && q.R.Method == "GET" {
		return p.showStarts(q, s)
	}
	changed := changeShape(&page.Text, do)
	if !changed && do != "" || q.R.Header.Get("HX-Request") == "true" {
		text := page.Text
		text.Version = 1
		if err := text.Check(); err != nil {
			blameEquation(q, err)
		}
	}
	if (do == "save" || do == "simulate") && f.OK() && q.R.PathValue("version") == "" {
		switch err := p.saveEdited(q, &page, do); {
		case err == errSaved:
			return nil
		case err != nil:
			return err
		}
	}
	return p.showEditor(q, s, page, changed)
}

// saveEdited keeps the draft and leads to it; what stops it is put into the form.
func (p *Practice) saveEdited(q *web.Request, page *editorPage, do string) error {
	f := q.Form()
	err := p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		if page.ID != "" && page.Was != "" && lastHash(r, page.ID) != page.Was {
			if again, _ := equalText(r, page.ID, page.Text); !again {
				f.Fail("name", "contribution.equation_changed", "somebody else saved this equation since you opened it; open it again in another window and compare")
			}
		}
		return nil
	})
	if err != nil || !f.OK() {
		return err
	}
	v, err := SaveEquation(q.R.Context(), p.DB, q.Who, q.Idempotency(), SaveEquationAsk{ID: page.ID, Text: page.Text})
	if err == nil && do == "simulate" {
		v, err = MarkSimulated(q.R.Context(), p.DB, q.Who, "", VersionAsk{ID: v.ID, Version: v.Version, Hash: v.Hash})
	}
	if err != nil {
		if !f.Blame(err) {
			return err
		}
		return nil
	}
	if err := q.Redirect(versionPath(q, v), "contribution.equations.done_"+do, "name", v.Text.Name, "version", v.Version); err != nil {
		return err
	}
	return errSaved
}

// equalText reports whether the newest version is what is being saved: then a
// form was sent twice.
func equalText(r store.Reader, id store.ID, text equation.Equation) (bool, error) {
	list, err := VersionsOf(r, id)
	if err != nil || len(list) == 0 {
		return false, err
	}
	last := list[len(list)-1]
	text.Version = int(last.Version)
	return text.Hash() == last.Hash, nil
}

// blameEquation puts what Check found into the form, beside the fields.
func blameEquation(q *web.Request, err error) { q.Form().Blame(err) }

func (p *Practice) showStarts(q *web.Request, s *Settings) error {
	page := editorPage{Form: q.Form(), Projects: projectOptions(s.openProjects())}
	for _, name := range starts {
		page.Starts = append(page.Starts, startCard{q.T("contribution.starts." + name), q.T("contribution.starts." + name + "_text"), name})
	}
	return q.Render(web.Page{Template: "contribution/equation_start.html", Title: q.T("contribution.equations.new"), Active: atMoney, Data: page,
		Crumbs: []web.Crumb{{Label: q.T("contribution.money.equations"), Path: q.Path("contribution", "equations")}}})
}

func (p *Practice) showEditor(q *web.Request, s *Settings, page editorPage, changed bool) error {
	live := strings.HasSuffix(q.R.URL.Path, "/live")
	err := p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		if !live {
			if err := page.options(q, r, s); err != nil {
				return err
			}
			page.parts(q, s)
		}
		if q.Form().OK() && !changed {
			return p.trial(q, r, s, page.ID, page.Text, &page.Sim)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if live {
		return q.Fragment("contribution/equation_edit.html#live", page)
	}
	title := q.T("contribution.equations.new")
	if page.ID != "" {
		title = q.T("contribution.equations.edit", "name", page.Text.Name)
	}
	return q.Render(web.Page{Template: "contribution/equation_edit.html", Title: title, Active: atMoney, Data: page,
		Crumbs: []web.Crumb{{Label: q.T("contribution.money.equations"), Path: q.Path("contribution", "equations")}}})
}

// formulaNames are the inputs that formulas may use, in the order in which
// people meet them.
var formulaNames = []string{"value", "hours", "quantity", "rate", "valuePerUnit", "pricePerUnit", "valuePerUnitOfUse", "rating", "karma", "seniorityMonths", "importance", "riskFactor", "role", "stream", "kind"}

// options fills in what may be chosen.
func (page *editorPage) options(q *web.Request, r store.Reader, s *Settings) error {
	t := func(key string) string { return q.T("contribution.editor." + key) }
	options := func(group string, values ...string) []web.Option {
		out := make([]web.Option, len(values))
		for i, v := range values {
			out[i] = web.Option{Value: v, Label: t(group + "_" + cmp.Or(v, "none"))}
		}
		return out
	}
	page.Projects = projectOptions(s.openProjects())
	page.Bases = []web.Option{{Value: "remaining", Label: t("base_remaining"), Hint: t("base_remaining_hint")}, {Value: "whole", Label: t("base_whole"), Hint: t("base_whole_hint")}}
	unit := string(page.Text.Unit)
	for _, u := range []string{unit + "/hour", unit + "/careHour", unit + "/loveHour", unit, "", unit + "/month"} {
		page.Units = append(page.Units, web.Option{Value: u, Label: unitWords(q, u)})
	}
	page.Choices = choices{
		Leftovers: options("leftover", "", "next", "receiver"), Periods: options("period", "week", "month", "quarter", "year"),
		Policies: options("policy", "", "balanced", "immediate", "recent"), Which: options("which", "own", "any", "some"),
		Claims: options("claim", "until_paid", "forever", "once"), Streams: options("stream", "livelihood", "love", "care"),
		Divisions: options("division", "", "oldest_first"), Above: options("above", "", "proportional"), Scopes: options("scope", "", "deliverable"),
	}
	for _, k := range s.openKinds() {
		page.Choices.Kinds = append(page.Choices.Kinds, web.Option{Value: k.Kind, Label: k.Name})
	}
	for _, name := range formulaNames {
		page.Names = append(page.Names, nameHelp{name, t("name_" + name)})
	}
	agents, err := vf.Agents(r, vf.AgentFilter{Limit: 500})
	if err != nil {
		return err
	}
	page.Choices.Agents = []web.Option{{Label: t("choose_agent")}}
	called := names{q, nil}
	for _, a := range agents {
		called.agents = map[store.ID]vf.Agent{a.ID: a}
		label := called.of(a.ID)
		if a.ID == s.Agent {
			label = t("the_commons")
		}
		page.Choices.Agents = append(page.Choices.Agents, web.Option{Value: string(a.ID), Label: label})
	}
	return nil
}

// unitWords says "EUR per hour" for "EUR/hour".
func unitWords(q *web.Request, unit string) string {
	above, below, per := strings.Cut(unit, "/")
	switch {
	case unit == "":
		return q.T("contribution.editor.unit_number")
	case !per:
		return above
	}
	return q.T("contribution.editor.unit_per", "above", above, "below", q.UnitName(quantity.Unit(below)))
}

// parts turns the equation into the fields of the form.
func (page *editorPage) parts(q *web.Request, s *Settings) {
	show := func(d equation.Decimal) string {
		if n, err := d.Micros(); err == nil && d != "" {
			return q.Plain(quantity.Micros(n, "one"))
		}
		return string(d)
	}
	page.Step, page.Minimum = show(page.Text.Step), show(page.Text.MinimumPayout)
	for i, c := range page.Text.Constants {
		page.Constants = append(page.Constants, constantEdit{c, fmt.Sprintf("constants[%d].", i), show(c.Value), i})
		if !slices.ContainsFunc(page.Units, func(o web.Option) bool { return o.Value == c.Unit }) {
			page.Units = append(page.Units, web.Option{Value: c.Unit, Label: unitWords(q, c.Unit)})
		}
	}
	for i, b := range page.Text.Buckets {
		page.Buckets = append(page.Buckets, editBucket(b, i, len(page.Text.Buckets), page, s, show))
	}
}

func editBucket(b equation.Bucket, i, n int, page *editorPage, s *Settings, show func(equation.Decimal) string) bucketEdit {
	e := bucketEdit{Bucket: b, P: fmt.Sprintf("buckets[%d].", i), At: strconv.Itoa(i), N: i + 1, First: i == 0, Last: i == n-1,
		Percent: show(b.Percent), CapBucket: show(b.Cap.Bucket), CapPerson: show(b.Cap.PerPerson), CapPeriod: show(b.Cap.PerPeriod),
		CapPersonPeriod: show(b.Cap.PerPersonPerPeriod), Discount: show(b.Policy.Discount),
		Orders: strings.Join(b.Filter.Orders, ", "), Shipments: strings.Join(b.Filter.Shipments, ", "), Processes: strings.Join(b.Filter.Processes, ", ")}
	if b.Policy.Periods > 0 {
		e.Periods = strconv.Itoa(b.Policy.Periods)
	}
	if len(b.Rules) > 0 && b.Rules[0].Division == equation.OldestFirst {
		e.Division = string(equation.OldestFirst)
	}
	switch {
	case len(b.Filter.Projects) == 0:
		e.Which = "own"
	case b.Filter.Projects[0] == equation.AnyProject:
		e.Which = "any"
	default:
		e.Which = "some"
	}
	for _, p := range s.openProjects() {
		e.Projects = append(e.Projects, projectChoice{string(p.ID), p.Name, slices.Contains(b.Filter.Projects, string(p.ID))})
	}
	for j, r := range b.Fixed {
		e.Receivers = append(e.Receivers, receiverEdit{fmt.Sprintf("%sfixed[%d].", e.P, j), fmt.Sprintf("%d.%d", i, j), r.Agent, show(r.Weight)})
	}
	for j, r := range b.Rules {
		e.RuleEdits = append(e.RuleEdits, editRule(r, e.P, i, j, page, show))
	}
	plain := equation.Bucket{Sequence: b.Sequence, Key: b.Key, Label: b.Label, Percent: b.Percent}
	other := b
	other.Fixed, other.Rules, other.Leftover = nil, nil, equation.Leftover{}
	e.HasMore = equation.Equation{Buckets: []equation.Bucket{other}}.Hash() != equation.Equation{Buckets: []equation.Bucket{plain}}.Hash()
	return e
}

func editRule(r equation.Rule, bucket string, i, j int, page *editorPage, show func(equation.Decimal) string) ruleEdit {
	e := ruleEdit{Rule: r, P: fmt.Sprintf("%srules[%d].", bucket, j), At: fmt.Sprintf("%d.%d", i, j), Premium: show(r.Premium), PerClaimCap: show(r.PerClaimCap),
		Stream: equation.Livelihood, ProcessTypes: strings.Join(r.ProcessTypes, ", "), ResourceTypes: strings.Join(r.ResourceTypes, ", ")}
	if len(r.Streams) > 0 {
		e.Stream = r.Streams[0]
	}
	e.HasMore = e.Stream != equation.Livelihood || e.PerClaimCap != "" || e.ProcessTypes != "" || e.ResourceTypes != "" || len(r.RiskMultipliers) > 0 || r.Unit != ""
	known := map[string]bool{}
	for _, k := range page.Choices.Kinds {
		known[k.Value] = true
		e.KindChoices = append(e.KindChoices, projectChoice{k.Value, k.Label, slices.Contains(r.Kinds, k.Value)})
	}
	for _, k := range r.Kinds {
		if !known[k] { // a kind that is no longer logged keeps its word
			e.KindChoices = append(e.KindChoices, projectChoice{k, k, true})
		}
	}
	for k, m := range r.RiskMultipliers {
		e.Risks = append(e.Risks, riskEdit{fmt.Sprintf("%sriskMultipliers[%d].", e.P, k), fmt.Sprintf("%s.%d", e.At, k), m.Kind, show(m.Factor)})
	}
	return e
}
