package contribution

import (
	"encoding/json"
	"html"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"commonweal/contribution/equation"
	"commonweal/platform/store"
)

var (
	inputTag   = regexp.MustCompile(`<input[^>]*>`)
	selectTag  = regexp.MustCompile(`(?s)<select[^>]* name="([^"]*)"[^>]*>(.*?)</select>`)
	optionTag  = regexp.MustCompile(`<option value="([^"]*)"( selected)?>`)
	attribute  = regexp.MustCompile(` (name|value|type)="([^"]*)"`)
	isChecked  = regexp.MustCompile(` checked`)
	editorPath = "/contribution/equations/new"
)

// fields returns what a browser without scripts would send of the page's
// editor: every field as it stands.
func (p page) fields() url.Values {
	p.t.Helper()
	_, body, found := strings.Cut(p.body, `hx-post="/c/workshop/contribution/equations/live"`)
	if !found {
		p.t.Fatalf("shows no editor:\n%s", mainOf(p.body))
	}
	body, _, _ = strings.Cut(body, "</form>")
	out := url.Values{}
	for _, tag := range inputTag.FindAllString(body, -1) {
		at := map[string]string{}
		for _, m := range attribute.FindAllStringSubmatch(tag, -1) {
			at[m[1]] = html.UnescapeString(m[2])
		}
		if at["type"] != "checkbox" && at["type"] != "radio" || isChecked.MatchString(tag) {
			out.Add(at["name"], at["value"])
		}
	}
	for _, m := range selectTag.FindAllStringSubmatch(body, -1) {
		chosen := ""
		for i, o := range optionTag.FindAllStringSubmatch(m[2], -1) {
			if i == 0 || o[2] != "" {
				chosen = html.UnescapeString(o[1])
			}
		}
		out.Set(html.UnescapeString(m[1]), chosen)
	}
	return out
}

// press sends the editor with one of its buttons.
func (s *site) press(who string, fields url.Values, do string) page {
	s.t.Helper()
	f := maps.Clone(fields)
	f.Set("do", do)
	return s.ask(who, "POST", editorPath, "application/x-www-form-urlencoded", strings.NewReader(f.Encode()))
}

// start opens the editor with one of the examples.
func (s *site) start(name string) page {
	s.t.Helper()
	return s.get("ada", editorPath+"?start="+name+"&project="+string(s.project.ID)).shows(200, "What it would do")
}

func (s *site) versions() (list []Version) {
	s.t.Helper()
	must(s.t, s.db.Read(ctx, s.commons.ID, func(r *store.Snapshot) (err error) {
		list, err = Versions(r)
		return err
	}))
	return list
}

// Every example can be saved as it is, tried out, put into force, and paid by.
func TestEquationFromExampleToPayment(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.worked()
		s.get("ada", "/contribution/equations").shows(200, "No rules for sharing yet", "New value equation")
		if f := s.get("ada", editorPath+"?start=hours").shows(200).fields(); f.Get("project") != string(s.project.ID) {
			t.Errorf("without a project the form begins with %q", f.Get("project"))
		}
		s.get("ada", editorPath).shows(200, "Everyone by hours", "Commons fund first", "most under-paid", "plus 20 %")
		for _, name := range starts {
			saved := s.press("ada", s.start(name).fields(), "save").leads("/contribution/equations/")
			at := strings.TrimPrefix(saved.to, "/c/workshop")
			shown := s.get("ada", at).shows(200, "Draft", "Next: try it out.")
			hash := shown.find(`<code>([0-9a-f]{64})</code>`)
			s.post("ada", at+"/adopt", "hash", hash).shows(422, "is draft and cannot become adopted")
			s.get("ada", at+"/try").shows(200, "Simulation: nothing is paid", "I have tried it")
			s.post("ada", at+"/simulate", "hash", hash).leads("/contribution/equations/")
			s.post("ada", at+"/adopt", "hash", strings.Repeat("0", 64)).shows(422, "was changed since you read it")
			s.post("ada", at+"/adopt", "hash", hash).leads("/contribution/equations/")
			s.get("", at).shows(303)
			s.get("bas", at).shows(200, "In force", "Nothing was shared out by this version yet").hides("Retire this version")
			s.sell("10")
			s.post("ada", "/contribution/distributions/new", "do", "run", "equation", strings.Split(at, "/")[3], "income", string(s.left()[0].ID)).leads("/contribution/distributions/")
			s.get("bas", at).shows(200, "Shared out").hides("Nothing was shared out by this version yet")
			s.post("ada", at+"/retire", "hash", hash).leads("/contribution/equations/")
		}
		s.get("bas", "/contribution/equations").shows(200, "Retired", "Everyone by hours")
	})
}

func (s *site) left() (list []Income) {
	s.t.Helper()
	must(s.t, s.db.Read(ctx, s.commons.ID, func(r *store.Snapshot) (err error) {
		list, err = IncomeLeft(r, "EUR")
		return err
	}))
	return list
}

// whole is an equation in which everything is set that the editor knows.
func (w *workshop) whole() equation.Equation {
	e := w.allToMakers()
	e.Name, e.Base, e.MinimumPayout, e.Step = "All of it", equation.Whole, "5", "0.05"
	e.Constants = []equation.Constant{{Name: "hourRate", Value: "12.5", Unit: "EUR/hour"}, {Name: "factor", Value: "1.25"}, {Name: "careRate", Value: "9", Unit: "EUR/careHour"}}
	b := &e.Buckets[0]
	b.Percent, b.Sequence, b.Leftover = "60.5", 2, equation.Leftover{To: equation.ToNext}
	b.Filter = equation.Filter{From: "2020-01-01", To: "2040-12-31", Zone: "Europe/Amsterdam", Projects: []string{string(w.project.ID)}}
	b.Cap = equation.Cap{Bucket: "5000", PerPerson: "2500.50", PerPeriod: "9000", PerPersonPerPeriod: "4000", Period: equation.Quarter, Until: "2039-01-01"}
	b.AboveOwed, b.Policy = equation.Proportional, equation.Policy{Kind: equation.Recent, Period: equation.Month, Discount: "0.1"}
	b.Rules = []equation.Rule{
		{ID: "work", Kinds: []string{"work"}, Claim: equation.UntilPaid, Premium: "20", Division: equation.OldestFirst, Formula: "hours * hourRate * factor * riskFactor",
			PerClaimCap: "100", RiskMultipliers: []equation.RiskMultiplier{{Kind: "work", Factor: "2"}}},
		{ID: "goods", Kinds: []string{"goods", "purchase"}, ResourceTypes: []string{"plank"}, Claim: equation.Forever, Division: equation.OldestFirst, Formula: "value"},
		{ID: "care", Kinds: []string{"care"}, Streams: []string{equation.Care}, Claim: equation.Once, Division: equation.OldestFirst, Formula: "hours * careRate"},
	}
	fund := equation.Bucket{Sequence: 1, Key: "fund", Label: "Fund", Percent: "10", Leftover: equation.Leftover{To: equation.ToReceiver, Agent: string(w.bas.Agent)},
		Fixed: []equation.Receiver{{Agent: string(w.cleo.Agent), Weight: "2"}, {Agent: string(w.commons.Agent), Weight: "1.5"}}}
	order := equation.Bucket{Sequence: 3, Key: "order", Label: "The order", Percent: "20", Scope: equation.ScopeDeliverable,
		Filter: equation.Filter{Orders: []string{equation.OfIncome, "A-17"}, Shipments: []string{"S-1"}, Processes: []string{"P-1"}, Projects: []string{equation.AnyProject}},
		Policy: equation.Policy{Kind: equation.Balanced, From: "2024-01-01"},
		Rules:  []equation.Rule{{ID: "any", Claim: equation.UntilPaid, Formula: "value", Unit: "kilogram"}}}
	lately := equation.Bucket{Sequence: 4, Key: "lately", Percent: "5", Policy: equation.Policy{Kind: equation.Immediate, Period: equation.Year, Periods: 3},
		Rules: []equation.Rule{{ID: "late", Kinds: []string{"work"}, ProcessTypes: []string{"repair"}, Claim: equation.UntilPaid, Formula: "value"}}}
	poster := equation.Bucket{Sequence: 5, Key: "poster", Label: "The poster", Percent: "1", Fixed: []equation.Receiver{{Agent: string(w.bas.Agent)}, {Agent: string(w.cleo.Agent)}},
		Game: equation.Game{Groups: []equation.Group{{Agents: []string{string(w.bas.Agent)}, Worth: "2.5"}, {Agents: []string{string(w.bas.Agent), string(w.cleo.Agent)}, Worth: "10"}}}}
	e.Exit = &equation.ExitRule{AtFault: []equation.Way{equation.Resigned}, CashKinds: []string{"money", "silver"}, Cash: equation.KeepAll, NonCash: equation.KeepAtCost,
		Price: "0.75", ClawBackMonths: 18, FrozenFrom: "2030-01-01"}
	e.Buckets = []equation.Bucket{fund, *b, order, lately, poster}
	return e
}

// The editor loses nothing: an equation in which everything is set comes out
// of the form as it went in, in every language, and unpressed buttons change nothing.
func TestEditorKeepsEverything(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		text := s.whole()
		v := s.adopt(text)
		at := "/contribution/equations/" + string(v.ID) + "/1"
		for n, lang := range []string{"en", "nl"} {
			open := s.ask("ada", "GET", at+"/edit", "", nil, "Accept-Language", lang).shows(200)
			f := open.fields()
			f.Set("do", "try")
			tried := s.ask("ada", "POST", editorPath, "application/x-www-form-urlencoded", strings.NewReader(f.Encode()), "Accept-Language", lang).shows(200)
			f = tried.fields()
			f.Set("do", "save")
			s.ask("ada", "POST", editorPath, "application/x-www-form-urlencoded", strings.NewReader(f.Encode()), "Accept-Language", lang).leads("/contribution/equations/" + string(v.ID) + "/2")
			list := s.versions()
			got := list[len(list)-1].Text
			got.Version = 1
			if got.Hash() != v.Text.Hash() {
				t.Errorf("through the form in %s it became\n%s\nwas\n%s", lang, got.Canonical(), v.Text.Canonical())
			}
			if n == 0 && len(list) != 2 || n == 1 && len(list) != 2 {
				t.Errorf("saving twice made %d versions", len(list))
			}
		}
		s.get("bas", at).shows(200, "10 % of the whole income", "Cleo (2)", "Less than €5.00 is not paid out", "with 20 % on top", "counts 2 times", "oldest contributions are paid first",
			"At most €2,500.50 for one person each time", "10 % less for every month", "the order that the income is for and A-17", "What is not needed goes to Bas")
	})
}

// What is wrong is shown at its field, everything typed is kept, and nothing is saved.
func TestFormulaErrorsAtTheirFields(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		for name, c := range map[string]struct{ field, value, says string }{
			"units":    {"buckets[1].rules[0].formula", "hours + value", "units differ"},
			"syntax":   {"buckets[1].rules[0].formula", "hours * (", "character"},
			"name":     {"buckets[1].rules[0].formula", "salary * 2", "neither an input nor a constant"},
			"percent":  {"buckets[0].percent", "101", "out of range"},
			"negative": {"buckets[0].percent", "-1", "out of range"},
			"huge":     {"buckets[1].cap.bucket", strings.Repeat("9", 39), "cap.bucket"},
			"markup":   {"buckets[0].percent", `"><script>alert(1)</script>`, "is no number"},
			"nobody":   {"buckets[0].fixed[0].agent", "", "empty"},
		} {
			f := s.start("fund").fields()
			f.Set(c.field, c.value)
			p := s.press("ada", f, "save").shows(422, c.says, "<summary", `aria-invalid="true"`).hides("<script>alert")
			if p.fields().Get(c.field) != c.value {
				t.Errorf("%s: the form lost %q and shows %q", name, c.value, p.fields().Get(c.field))
			}
			if !strings.Contains(p.body, `id="f-`+c.field+`-error"`) {
				t.Errorf("%s: no error beside %s", name, c.field)
			}
		}
		if list := s.versions(); len(list) != 0 {
			t.Errorf("%d versions were saved", len(list))
		}
	})
}

// Without scripts the buttons add, remove and move parts; nonsense changes nothing.
func TestEditorChangesShape(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		f := s.start("fund").fields()
		labels := func(f url.Values) string {
			return f.Get("buckets[0].label") + "," + f.Get("buckets[1].label") + "," + f.Get("buckets[2].label")
		}
		for _, step := range []struct{ do, want string }{
			{"down.bucket.0", "Makers,Commons fund,"}, {"up.bucket.1", "Commons fund,Makers,"}, {"add.makers", "Commons fund,Makers,"},
			{"remove.bucket.0", "Makers,,"}, {"remove.bucket.7", "Makers,,"}, {"up.bucket.0", "Makers,,"}, {"down.bucket.-3", "Makers,,"}, {"add.rule.99999999999999", "Makers,,"},
		} {
			f = s.press("ada", f, step.do).shows(200).fields()
			if labels(f) != step.want {
				t.Fatalf("after %s the parts are %q, want %q", step.do, labels(f), step.want)
			}
		}
		f = s.press("ada", f, "add.rule.0").shows(200).fields()
		f = s.press("ada", f, "add.risk.0.1").shows(200).fields()
		f = s.press("ada", f, "add.constant").shows(200).fields()
		if f.Get("buckets[0].rules.n") != "2" || f.Get("buckets[0].rules[1].riskMultipliers.n") != "1" || f.Get("constants.n") != "1" {
			t.Errorf("the form has %s rules, %s risks, %s numbers", f.Get("buckets[0].rules.n"), f.Get("buckets[0].rules[1].riskMultipliers.n"), f.Get("constants.n"))
		}
		f = s.press("ada", f, "remove.rule.0.1").shows(200).fields()
		if f.Get("buckets[0].rules.n") != "1" || f.Get("buckets[0].rules[0].id") != "value" {
			t.Errorf("the rule that was left is %q", f.Get("buckets[0].rules[0].id"))
		}
	})
}

// While somebody types, a fragment says what is wrong or what it would do.
func TestLiveSimulation(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.worked()
		s.adopt(s.allToMakers())
		f := s.start("plus").fields()
		f.Set("pot", "30")
		live := func() page {
			return s.ask("ada", "POST", "/contribution/equations/live", "application/x-www-form-urlencoded", strings.NewReader(f.Encode()), "HX-Request", "true")
		}
		live().shows(200, "Simulation: nothing is paid", "Of €30.00", "24.00", "3.33", "Inequality (Gini)").hides("<html", "<form")
		f.Set("buckets[0].percent", "50")
		live().shows(200, "0 people gain", "3 lose", "-12.00")
		f.Set("buckets[0].rules[0].formula", "nonsense *")
		live().shows(422, "To mend first", "#f-buckets%5b0%5d.rules%5b0%5d.formula")
		f.Set("buckets[0].rules[0].formula", "value")
		f.Set("pot", "-5")
		live().shows(422, "a pot is zero or more")
		if d := s.owed(s.bas); !d.IsZero() {
			t.Errorf("a simulation paid %s", d)
		}
	})
}

// Sliders turn numbers of a version without keeping them.
func TestTryOut(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.worked()
		v := s.adopt(s.allToMakers())
		at := "/contribution/equations/" + string(v.ID) + "/1"
		s.get("bas", at+"/try?pot=30").shows(200, `type="range"`, "0 people gain").hides("Edit with these numbers")
		s.get("bas", at+"/try?pot=30&buckets%5B0%5D.percent=50").shows(200, "3 lose", "-12.00")
		s.get("bas", at+"/try?pot=30&buckets%5B0%5D.percent=150").shows(422, "out of range")
		s.get("ada", at+"/edit?buckets%5B0%5D.percent=50").shows(200, `name="buckets[0].percent" value="50"`)
		if s.versions()[0].Text.Buckets[0].Percent != "100" {
			t.Error("trying changed the version")
		}
		got := s.ask("bas", "GET", at+"/try?pot=30", "", nil, "Accept", "application/json").shows(200)
		var answer struct {
			Simulation bool `json:"simulation"`
			Changes    []struct{ Who string }
		}
		must(t, json.Unmarshal([]byte(got.body), &answer))
		if !answer.Simulation || len(answer.Changes) != 3 {
			t.Errorf("the JSON is %s", got.body)
		}
	})
}

// Only stewards edit; a version somebody else saved meanwhile is not overwritten unread.
func TestWhoEditsEquations(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		f := s.start("hours").fields()
		s.get("bas", editorPath).shows(403)
		s.press("bas", f, "save").shows(403)
		s.press("", f, "save").shows(401)
		saved := s.press("ada", f, "save").leads("/contribution/equations/")
		s.press("ada", f, "save").leads(strings.TrimPrefix(saved.to, "/c/workshop")) // a double click
		at := strings.TrimPrefix(saved.to, "/c/workshop")
		if list := s.versions(); len(list) != 1 {
			t.Fatalf("a double click made %d versions", len(list))
		}
		mine, theirs := s.get("ada", at+"/edit").fields(), s.get("ada", at+"/edit").fields()
		theirs.Set("constants[0].value", "30")
		s.press("ada", theirs, "save").leads(at)
		mine.Set("constants[0].value", "40")
		s.press("ada", mine, "save").shows(422, "somebody else saved this equation")
		s.post("bas", at+"/retire", "hash", "x").shows(403)
		s.get("ada", "/contribution/equations/nonsense").shows(404)
		s.get("ada", "/contribution/equations/"+string(s.project.ID)+"/1").shows(404)
		s.get("ada", at+"/nonsense").shows(404)
	})
}

// Names with markup are shown, not run, wherever an equation is shown.
func TestMarkupInEquations(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		f := s.start("fund").fields()
		evil := `<img src=x onerror=alert(1)>"'`
		f.Set("name", evil)
		f.Set("buckets[0].label", evil)
		saved := s.press("ada", f, "save").leads("/contribution/equations/")
		at := strings.TrimPrefix(saved.to, "/c/workshop")
		for _, path := range []string{at, at + "/edit", at + "/try", "/contribution/equations"} {
			s.get("ada", path).shows(200, "&lt;img src=x onerror=alert(1)&gt;").hides("<img src=x")
		}
	})
}

// Two versions are compared in words, and only what changed is shown.
func TestCompareVersions(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		v := s.adopt(s.allToMakers())
		next := s.allToMakers()
		next.Buckets[0].Percent, next.Buckets[0].Cap.PerPerson = "90", "500"
		_, err := SaveEquation(ctx, s.db, s.ada, "", SaveEquationAsk{ID: v.ID, Text: next})
		must(t, err)
		p := s.get("bas", "/contribution/equations/"+string(v.ID)+"/2").shows(200, "What changed since version 1")
		_, diff, _ := strings.Cut(p.body, `id="diff"`)
		diff, _, _ = strings.Cut(diff, "</section>")
		for _, want := range []string{"<del>Makers: 100 % of what is left", "Makers: 90 % of what is left", "At most €500.00 for one person"} {
			if !strings.Contains(diff, want) {
				t.Errorf("the differences lack %q: %s", want, mainOf(diff))
			}
		}
		if strings.Contains(diff, "It is owed until it is paid") {
			t.Error("the differences show what is the same")
		}
	})
}

// A diff has what is gone and what is new, in order, and nothing that is in both.
func TestDiffOf(t *testing.T) {
	got := diffOf([]string{"a", "b", "c", "d"}, []string{"b", "x", "d", "e"})
	want := []diffLine{{"gone", "a"}, {"gone", "c"}, {"new", "x"}, {"new", "e"}}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if len(diffOf(nil, nil)) != 0 || len(diffOf([]string{"a"}, []string{"a"})) != 0 {
		t.Error("equal texts differ")
	}
}
