package contribution

import (
	"strings"
	"time"

	"commonweal/contribution/equation"
	"commonweal/platform/store"
	"commonweal/platform/web"
	"commonweal/quantity"
)

// equationWords is a value equation in plain words, as a page shows it.
type equationWords struct {
	Head      []string
	Constants []constantWords
	Buckets   []bucketWords
	Exit      []string // what somebody keeps who leaves; nil when nobody has slices
}

type constantWords struct{ Name, Value, Unit string }

// bucketWords is one bucket: its name, its share in a sentence, and what it
// does, a sentence a line.
type bucketWords struct {
	N                 int // its place, from 1
	Key, Title, Share string
	Lines             []string
	Rules             []ruleWords
}

// ruleWords is one rule: what it counts, the formula, and its conditions.
type ruleWords struct {
	Title, Formula string
	Lines          []string
}

// wording turns rules into sentences for one reader.
type wording struct {
	q      *web.Request
	s      *Settings
	called names
	unit   quantity.Unit
}

// words describes an equation to a reader.
func (w wording) words(e equation.Equation) equationWords {
	w.unit = e.Unit
	out := equationWords{Head: w.head(e), Exit: w.exit(e)}
	for _, c := range e.Constants {
		unit := c.Unit
		if unit != "" {
			unit = unitWords(w.q, unit)
		}
		out.Constants = append(out.Constants, constantWords{c.Name, w.number(c.Value), unit})
	}
	for i, b := range e.Buckets {
		out.Buckets = append(out.Buckets, w.bucket(e, b))
		out.Buckets[i].N = i + 1
	}
	return out
}

func (w wording) t(key string, args ...any) string {
	return w.q.T("contribution.rules."+key, args...)
}

// number writes an exact decimal in the reader's language.
func (w wording) number(d equation.Decimal) string {
	if n, err := d.Micros(); err == nil {
		return w.q.Amount(quantity.Micros(n, "one"))
	}
	return string(d)
}

func (w wording) money(d equation.Decimal) string {
	if n, err := d.Micros(); err == nil {
		return w.q.Quantity(quantity.Micros(n, w.unit))
	}
	return string(d)
}

// list joins names as people say them: "a, b and c".
func (w wording) list(parts []string) string {
	if len(parts) < 2 {
		return strings.Join(parts, "")
	}
	last := len(parts) - 1
	return w.t("and", "list", strings.Join(parts[:last], ", "), "last", parts[last])
}

func (w wording) head(e equation.Equation) []string {
	out := []string{w.t("base_" + string(e.Base))}
	if e.MinimumPayout != "" {
		out = append(out, w.t("minimum", "amount", w.money(e.MinimumPayout)))
	}
	if e.Step != "" {
		out = append(out, w.t("step", "amount", w.money(e.Step)))
	}
	return out
}

func (w wording) bucket(e equation.Equation, b equation.Bucket) bucketWords {
	out := bucketWords{Key: b.Key, Title: b.Label, Share: w.t("share_"+string(e.Base), "percent", w.number(b.Percent))}
	if out.Title == "" {
		out.Title = b.Key
	}
	add := func(line string) { out.Lines = append(out.Lines, line) }
	switch {
	case len(b.Game.Groups) > 0:
		out.Lines = append(out.Lines, w.game(b)...)
	case len(b.Fixed) > 0:
		add(w.fixed(b.Fixed))
	}
	for _, line := range w.filter(b.Filter, len(b.Rules) > 0) {
		add(line)
	}
	for _, r := range b.Rules {
		out.Rules = append(out.Rules, w.rule(r))
	}
	if len(b.Rules) > 0 && b.Rules[0].Division == equation.OldestFirst {
		add(w.t("oldest_first"))
	}
	if line := w.policy(b.Policy); line != "" {
		add(line)
	}
	if b.Scope == equation.ScopeDeliverable {
		add(w.t("scope"))
	}
	out.Lines = append(out.Lines, w.caps(b.Cap)...)
	if b.AboveOwed == equation.Proportional {
		add(w.t("above_proportional"))
	}
	add(w.leftover(b.Leftover))
	return out
}

func (w wording) fixed(list []equation.Receiver) string {
	if len(list) == 1 {
		return w.t("fixed_one", "name", w.called.of(store.ID(list[0].Agent)))
	}
	parts := make([]string, len(list))
	for i, r := range list {
		parts[i] = w.t("weighted", "name", w.called.of(store.ID(r.Agent)), "weight", w.number(r.Weight))
	}
	return w.t("fixed_many", "names", w.list(parts))
}

func (w wording) filter(f equation.Filter, counts bool) []string {
	if !counts {
		return nil
	}
	var out []string
	switch {
	case f.From != "" && f.To != "":
		out = append(out, w.t("dates_between", "from", w.day(f.From), "to", w.day(f.To)))
	case f.From != "":
		out = append(out, w.t("dates_from", "from", w.day(f.From)))
	case f.To != "":
		out = append(out, w.t("dates_to", "to", w.day(f.To)))
	}
	add := func(key string, list []string) {
		if len(list) > 0 {
			out = append(out, w.t(key, "list", w.deliverables(list)))
		}
	}
	add("orders", f.Orders)
	add("shipments", f.Shipments)
	add("processes", f.Processes)
	switch {
	case len(f.Projects) == 1 && f.Projects[0] == equation.AnyProject:
		out = append(out, w.t("any_project"))
	case len(f.Projects) > 0:
		out = append(out, w.t("projects", "list", w.list(w.projects(f.Projects))))
	}
	return out
}

func (w wording) day(text string) string {
	if t, err := time.ParseInLocation(time.DateOnly, text, w.q.Zone); err == nil {
		return w.t("day", "day", t)
	}
	return text
}

func (w wording) deliverables(list []string) string {
	named := make([]string, len(list))
	for i, d := range list {
		named[i] = d
		if d == equation.OfIncome {
			named[i] = w.t("of_income")
		}
	}
	return w.list(named)
}

func (w wording) projects(ids []string) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		if p, known := w.s.Projects[store.ID(id)]; known {
			id = p.Name
		}
		out[i] = id
	}
	return out
}

func (w wording) rule(r equation.Rule) ruleWords {
	out := ruleWords{Title: w.t("any_kind"), Formula: r.Formula}
	if len(r.Kinds) > 0 {
		kinds := make([]string, len(r.Kinds))
		for i, k := range r.Kinds {
			kinds[i] = w.s.kindName(k)
		}
		out.Title = w.list(kinds)
	}
	if r.Formula == "" && len(r.Kinds) > 0 {
		out.Formula = equation.DefaultFormula(r.Kinds[0])
	}
	add := func(line string) { out.Lines = append(out.Lines, line) }
	for _, s := range r.Streams {
		add(w.t("stream_" + s))
	}
	if len(r.ProcessTypes) > 0 {
		add(w.t("process_types", "list", w.list(r.ProcessTypes)))
	}
	if len(r.ResourceTypes) > 0 {
		add(w.t("resource_types", "list", w.list(r.ResourceTypes)))
	}
	add(w.claim(r))
	if r.PerClaimCap != "" {
		add(w.t("per_claim_cap", "amount", w.money(r.PerClaimCap)))
	}
	for _, m := range r.RiskMultipliers {
		add(w.t("risk", "kind", w.s.kindName(m.Kind), "factor", w.number(m.Factor)))
	}
	return out
}

func (w wording) claim(r equation.Rule) string {
	if r.Claim == equation.UntilPaid && r.Premium != "" && r.Premium != "0" {
		return w.t("until_paid_plus", "percent", w.number(r.Premium))
	}
	return w.t("claim_" + string(r.Claim))
}

func (w wording) policy(p equation.Policy) string {
	switch p.Kind {
	case equation.Immediate:
		return w.t("policy_immediate", "n", p.Periods, "period", w.t("period_"+string(p.Period)))
	case equation.Recent:
		return w.t("policy_recent", "discount", w.percentOf(p.Discount), "period", w.t("period_"+string(p.Period)))
	case equation.Balanced:
		if p.From != "" {
			return w.t("policy_balanced_from", "from", w.day(p.From))
		}
		return w.t("policy_balanced")
	}
	return ""
}

// percentOf writes a fraction as a percentage.
func (w wording) percentOf(d equation.Decimal) string {
	n, err := d.Micros()
	if err != nil || n > 1_000_000 {
		return string(d)
	}
	return w.q.Amount(quantity.Micros(n*100, "one"))
}

func (w wording) caps(c equation.Cap) []string {
	var out []string
	add := func(key string, d equation.Decimal, args ...any) {
		if d != "" {
			out = append(out, w.t(key, append([]any{"amount", w.money(d)}, args...)...))
		}
	}
	period := ""
	if c.Period != "" {
		period = w.t("period_" + string(c.Period))
	}
	add("cap_bucket", c.Bucket)
	add("cap_person", c.PerPerson)
	add("cap_period", c.PerPeriod, "period", period)
	add("cap_person_period", c.PerPersonPerPeriod, "period", period)
	if c.Until != "" {
		out = append(out, w.t("cap_until", "day", w.day(c.Until)))
	}
	return out
}

func (w wording) leftover(l equation.Leftover) string {
	switch l.To {
	case equation.ToNext:
		return w.t("leftover_next")
	case equation.ToReceiver:
		return w.t("leftover_receiver", "name", w.called.of(store.ID(l.Agent)))
	}
	return w.t("leftover_pot")
}

// lines is the equation as plain lines, for comparing versions: each named
// after the part it belongs to.
func (e equationWords) lines() []string {
	out := append([]string{}, e.Head...)
	for _, c := range e.Constants {
		out = append(out, strings.TrimSpace(c.Name+" = "+c.Value+" "+c.Unit))
	}
	out = append(out, e.Exit...)
	for _, b := range e.Buckets {
		at := b.Title + ": "
		out = append(out, at+b.Share)
		for _, line := range b.Lines {
			out = append(out, at+line)
		}
		for _, r := range b.Rules {
			out = append(out, at+r.Title+" = "+r.Formula)
			for _, line := range r.Lines {
				out = append(out, at+r.Title+": "+line)
			}
		}
	}
	return out
}

// partiesOf lists the agents that an equation names.
func partiesOf(list ...equation.Equation) []store.ID {
	var ids []store.ID
	add := func(agent string) {
		if id, ok := store.ParseID(agent); ok {
			ids = append(ids, id)
		}
	}
	for _, e := range list {
		for _, b := range e.Buckets {
			for _, r := range b.Fixed {
				add(r.Agent)
			}
			add(b.Leftover.Agent)
		}
	}
	return ids
}
