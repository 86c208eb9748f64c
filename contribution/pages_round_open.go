package contribution

import (
	"strings"
	"time"

	"commonweal/contribution/evaluation"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
)

// roundPresets are ways to evaluate that communities use, in the order in
// which the page offers them.
var roundPresets = []string{"praise", "quick", "give"}

// newRoundPage is the form that opens a round.
type newRoundPage struct {
	Tabs     []web.Tab
	Form     *web.Form
	Preset   string
	Presets  []presetView
	Panel    bool // the way has panels
	Projects []web.Option
	Kinds    []web.Option
	Names    []web.Option
	Spreads  []web.Option
}

type presetView struct {
	Name, Title, Text, Href string
	Current                 bool
}

func preset(f *web.Form) string {
	for _, name := range roundPresets {
		if f.Raw("preset") == name {
			return name
		}
	}
	return roundPresets[0]
}

// newRound shows the form, filled in with the preset.
func (p *Practice) newRound(q *web.Request) error {
	f := q.Form()
	name := preset(f)
	page := newRoundPage{Tabs: roomTabs(q, "rounds"), Form: f, Preset: name, Panel: name != "give"}
	for _, each := range roundPresets {
		page.Presets = append(page.Presets, presetView{Name: each, Title: q.T("contribution.open.preset_" + each), Text: q.T("contribution.open.preset_" + each + "_text"),
			Href: q.Path("contribution", "rounds", "new") + "?preset=" + each, Current: each == name})
	}
	for _, each := range []Names{NamesAfter, NamesNobody, NamesAlways} {
		page.Names = append(page.Names, web.Option{Value: string(each), Label: q.T("contribution.open.names_" + string(each)), Hint: q.T("contribution.open.names_" + string(each) + "_hint")})
	}
	for _, each := range []string{"", "range", "mad"} {
		page.Spreads = append(page.Spreads, web.Option{Value: each, Label: q.T("contribution.open.spread_" + each)})
	}
	err := p.DB.Read(q.R.Context(), q.Commons.ID, func(r *store.Snapshot) error {
		s, err := settings.Get(r)
		if err != nil {
			return err
		}
		page.Projects = append(anyOption(q, "contribution.filter.any_project"), projectOptions(s.openProjects())...)
		page.Kinds = kindOptions(q, s)
		members, err := presentAgents(r)
		defaultsOfRound(q, f, name, r.Now().In(s.Zone), len(members))
		return err
	})
	if err != nil {
		return err
	}
	return q.Render(web.Page{Template: "contribution/round_new.html", Title: q.T("contribution.open.title"), Active: "/contribution", Data: page,
		Crumbs: []web.Crumb{{Label: q.T("contribution.rounds.title"), Path: q.Path("contribution", "rounds")}, {Label: q.T("contribution.open.title")}}})
}

// defaultsOfRound fills the form with what a preset and the size of the
// commons suggest.
func defaultsOfRound(q *web.Request, f *web.Form, preset string, now time.Time, members int) {
	first := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, now.Location()).AddDate(0, -1, 0)
	size := min(3, max(members-1, 1))
	values := map[string]string{
		"name": q.T("contribution.open.name_default", "day", now), "from": first.Format(time.DateOnly), "until": now.Format(time.DateOnly),
		"closes": now.AddDate(0, 0, 7).In(q.Zone).Format("2006-01-02") + "T20:00", "names": string(NamesAfter), "size": q.Plain(quantity.Of(int64(size), quantity.One)),
		"quorum": q.Plain(quantity.Of(int64(min(2, size)), quantity.One)), "trim": "0", "second_days": "3", "budget": "100", "damping": "0", "window": "90",
		"givers": "0", "raters_each": "0", "duplicate": q.Plain(quantity.MustParse("0.1", quantity.One)),
	}
	switch preset {
	case "praise":
		values["scale"], values["karma"] = joinMarks(evaluation.Praise), q.Plain(quantity.MustParse("0.1", evaluation.Karma))
	case "quick":
		values["scale"], values["karma"], values["duplicate"] = joinMarks(evaluation.FivePoint), q.Plain(quantity.Of(1, evaluation.Karma)), "0"
	case "give":
		values["karma"] = q.Plain(quantity.MustParse("0.1", evaluation.Karma))
	}
	for name, v := range values {
		f.Default(name, v)
	}
}

func joinMarks(s evaluation.Scale) string {
	texts := make([]string, len(s.Values))
	for i, v := range s.Values {
		texts[i] = quantity.Of(v, quantity.One).Decimal()
	}
	return strings.Join(texts, ", ")
}

// startRound opens the round that the form describes.
func (p *Practice) startRound(q *web.Request) error {
	f := q.Form()
	ask := RoundAsk{Name: f.Text("name", web.Required, web.Max(200)), From: f.Date("from", web.Required), Until: f.Date("until", web.Required),
		Closes: f.Time("closes", web.Required), Rules: rulesOfForm(f)}
	if project := f.ID("project"); project != "" {
		ask.Projects = []store.ID{project}
	}
	if kind := f.Text("kind", web.Max(40)); kind != "" {
		ask.Kinds = []string{kind}
	}
	if f.OK() {
		round, err := p.OpenRound(q.R.Context(), q.Who, q.Idempotency(), ask)
		if err == nil {
			return q.Redirect(q.Path("contribution", "rounds", string(round.ID)), "contribution.open.done", "n", round.Items)
		}
		if !f.Blame(err) {
			return err
		}
	}
	return p.newRound(q)
}

// rulesOfForm reads the rules.
func rulesOfForm(f *web.Form) RoundRules {
	rules := RoundRules{Mode: ScoreMode, Names: Names(f.Choice("names", []string{string(NamesAfter), string(NamesNobody), string(NamesAlways)}, web.Required)),
		Karma: f.Amount("karma", evaluation.Karma)}
	if preset(f) == "give" {
		rules.Mode, rules.WindowDays = GiveMode, int(f.Int("window", 0, 3650))
		rules.Give = evaluation.GiveRules{Budget: f.Int("budget", 1, mostBudget, web.Required), Damping: f.Int("damping", 0, mostTop), GiversEach: int(f.Int("givers", 0, 1000))}
		if f.Bool("spread_rest") {
			rules.Give.Unspent = evaluation.SpreadEven
		}
		return rules
	}
	if f.Bool("points") {
		rules.Mode = PointMode
	}
	size := int(f.Int("size", 1, 50, web.Required))
	rules.Panel = evaluation.PanelRule{Size: size, Least: size, MostEach: mostEach}
	rules.Count = evaluation.Rules{Scale: scaleOfForm(f), Quorum: int(f.Int("quorum", 1, 50, web.Required)), Trim: int(f.Int("trim", 0, 20)),
		Duplicate: f.Amount("duplicate", quantity.One).Rat(), Normalize: f.Bool("normalize"), RatersEach: int(f.Int("raters_each", 0, 50)),
		Spread: evaluation.Spread{Measure: evaluation.SpreadMeasure(f.Choice("spread", []string{"range", "mad"}))}}
	if rules.Count.Spread.Measure != evaluation.AnySpread {
		rules.Count.Spread.Most, rules.SecondDays = f.Int("spread_most", 0, mostTop, web.Required), int(f.Int("second_days", 1, mostDays, web.Required))
	}
	if rules.Mode == PointMode {
		rules.Participation = evaluation.ParticipationRules(rules.Count.Scale)
	}
	return rules
}

// scaleOfForm reads "0, 1, 3, 5, 8".
func scaleOfForm(f *web.Form) evaluation.Scale {
	scale := evaluation.Scale{Name: "own"}
	for _, known := range evaluation.Scales() {
		if joinMarks(known) == f.Raw("scale") {
			return known
		}
	}
	for _, word := range strings.FieldsFunc(f.Text("scale", web.Required, web.Max(1000)), func(c rune) bool { return c == ',' || c == ' ' || c == ';' }) {
		mark, err := quantity.Parse(word, quantity.One)
		if err != nil || mark.Micros%quantity.Scale != 0 {
			f.Fail("scale", "contribution.round_scale", "%q is not a whole number; write the marks from the lowest to the highest, such as 0, 1, 3, 5, 8", word)
			break
		}
		scale.Values = append(scale.Values, mark.Micros/quantity.Scale)
	}
	return scale
}
