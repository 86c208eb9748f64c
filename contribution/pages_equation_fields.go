package contribution

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"commonweal/contribution/equation"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
	"commonweal/vf"
	"commonweal/vf/naming"
)

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
	Play                                 *gameEdit // nil: the receivers have weights
	First, Last, HasMore                 bool
	Open, MoreOpen                       bool // unfolded
	Says                                 partSummary
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
	Folds, Open, MoreOpen               bool // Folds: one of several
	Says                                ruleWords
}

type riskEdit struct {
	P, At, Kind, Factor string
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
	for _, a := range agents {
		label := naming.Known(q, map[store.ID]vf.Agent{a.ID: a}).Of(a.ID)
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
	page.Exit = editExit(q, s, page.Text, show)
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
	e.Play = editGame(b, e.P, e.At, page.Choices.Agents, show)
	for j, r := range b.Rules {
		e.RuleEdits = append(e.RuleEdits, editRule(r, e.P, i, j, page, show))
	}
	plain := equation.Bucket{Sequence: b.Sequence, Key: b.Key, Label: b.Label, Percent: b.Percent}
	other := b
	other.Fixed, other.Rules, other.Leftover, other.Game = nil, nil, equation.Leftover{}, equation.Game{}
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
