package contribution

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"commonweal/contribution/equation"
	"commonweal/platform/web"
	"commonweal/quantity"
)

// The editor keeps a whole equation in the fields of one form. A field is
// named as Check names it, "buckets[1].percent", so that what is wrong shows
// beside it; hidden fields ending in ".n" say how long each list is.

// equationForm reads an equation from the fields of a form. What cannot be
// read stays as it was typed, for Check to refuse and the page to show again.
type equationForm struct {
	q *web.Request
	f *web.Form
}

// bounds of what the editor reads, far beyond what anybody writes by hand.
const (
	mostBuckets   = 40
	mostRules     = 40
	mostReceivers = 100
	mostConstants = 60
	mostGroups    = 200
)

func (x equationForm) count(name string, most int) int {
	n, err := strconv.Atoi(x.f.Raw(name + ".n"))
	if err != nil {
		return 0
	}
	return min(max(n, 0), most)
}

func (x equationForm) text(name string) string {
	return strings.TrimSpace(strings.ToValidUTF8(x.f.Raw(name), "\uFFFD"))
}

// decimal reads a number typed in the reader's language.
func (x equationForm) decimal(name string) equation.Decimal {
	text := x.text(name)
	if text == "" {
		return ""
	}
	if a, err := quantity.ParseLocal(x.q.Lang, text, "one"); err == nil {
		return equation.Decimal(a.Decimal())
	}
	return equation.Decimal(text)
}

// names reads a list typed with commas between.
func (x equationForm) names(name string) []string {
	var out []string
	for part := range strings.SplitSeq(x.text(name), ",") {
		if part = strings.TrimSpace(part); part != "" && !slices.Contains(out, part) {
			out = append(out, part)
		}
	}
	return out
}

// equation reads the whole form.
func (x equationForm) equation(currency quantity.Unit) equation.Equation {
	e := equation.Equation{Project: x.text("project"), Name: x.text("name"), Version: 1, Unit: quantity.Unit(x.text("unit")),
		Base: equation.Base(x.text("base")), Step: x.decimal("step"), MinimumPayout: x.decimal("minimumPayout")}
	if e.Unit == "" {
		e.Unit = currency
	}
	for i := range x.count("constants", mostConstants) {
		at := fmt.Sprintf("constants[%d].", i)
		e.Constants = append(e.Constants, equation.Constant{Name: x.text(at + "name"), Value: x.decimal(at + "value"), Unit: x.text(at + "unit")})
	}
	for i := range x.count("buckets", mostBuckets) {
		e.Buckets = append(e.Buckets, x.bucket(fmt.Sprintf("buckets[%d].", i), i))
	}
	e.Exit = x.exit()
	identify(&e)
	return e
}

func (x equationForm) bucket(at string, i int) equation.Bucket {
	b := equation.Bucket{Sequence: i + 1, Key: x.text(at + "key"), Label: x.text(at + "label"), Percent: x.decimal(at + "percent"),
		AboveOwed: equation.AboveOwed(x.text(at + "aboveOwed")), Scope: equation.Scope(x.text(at + "scope")),
		Leftover: equation.Leftover{To: equation.LeftoverTo(x.text(at + "leftover.to"))},
		Cap: equation.Cap{Bucket: x.decimal(at + "cap.bucket"), PerPerson: x.decimal(at + "cap.perPerson"), PerPeriod: x.decimal(at + "cap.perPeriod"),
			PerPersonPerPeriod: x.decimal(at + "cap.perPersonPerPeriod"), Until: x.text(at + "cap.until")},
	}
	if b.Leftover.To == equation.ToReceiver {
		b.Leftover.Agent = x.text(at + "leftover.agent")
	}
	if b.Cap.PerPeriod != "" || b.Cap.PerPersonPerPeriod != "" {
		b.Cap.Period = equation.Period(x.text(at + "cap.period"))
	}
	for j := range x.count(at+"fixed", mostReceivers) {
		r := fmt.Sprintf("%sfixed[%d].", at, j)
		b.Fixed = append(b.Fixed, equation.Receiver{Agent: x.text(r + "agent"), Weight: x.decimal(r + "weight")})
	}
	b.Game = x.game(at, b)
	for j := range x.count(at+"rules", mostRules) {
		b.Rules = append(b.Rules, x.rule(fmt.Sprintf("%srules[%d].", at, j), equation.Division(x.text(at+"division"))))
	}
	if len(b.Rules) > 0 {
		b.Filter, b.Policy = x.filter(at+"filter."), x.policy(at+"policy.")
	}
	return b
}

func (x equationForm) filter(at string) equation.Filter {
	f := equation.Filter{From: x.text(at + "from"), To: x.text(at + "to"), Zone: x.text(at + "zone"),
		Orders: x.names(at + "orders"), Shipments: x.names(at + "shipments"), Processes: x.names(at + "processes")}
	if x.text(at+"which") == "any" {
		f.Projects = []string{equation.AnyProject}
	}
	if x.text(at+"which") == "some" {
		f.Projects = x.f.RawAll(at + "projects")
	}
	return f
}

// policy reads a pay policy with the settings that its kind has.
func (x equationForm) policy(at string) equation.Policy {
	p := equation.Policy{Kind: equation.PolicyKind(x.text(at + "kind"))}
	switch p.Kind {
	case equation.Immediate:
		p.Period = equation.Period(x.text(at + "period"))
		p.Periods, _ = strconv.Atoi(x.text(at + "periods")) // Check refuses zero
	case equation.Recent:
		p.Period, p.Discount = equation.Period(x.text(at+"period")), x.decimal(at+"discount")
	case equation.Balanced:
		p.From = x.text(at + "from")
	}
	return p
}

func (x equationForm) rule(at string, division equation.Division) equation.Rule {
	r := equation.Rule{ID: x.text(at + "id"), Kinds: x.f.RawAll(at + "kinds"), ProcessTypes: x.names(at + "processTypes"), ResourceTypes: x.names(at + "resourceTypes"),
		Unit: quantity.Unit(x.text(at + "unit")), Claim: equation.ClaimType(x.text(at + "claim")), Division: division,
		Formula: x.text(at + "formula"), PerClaimCap: x.decimal(at + "perClaimCap")}
	if s := x.text(at + "stream"); s != "" && s != equation.Livelihood {
		r.Streams = []string{s}
	}
	if r.Claim == equation.UntilPaid {
		r.Premium = x.decimal(at + "premium")
	}
	for k := range x.count(at+"riskMultipliers", mostRules) {
		m := fmt.Sprintf("%sriskMultipliers[%d].", at, k)
		r.RiskMultipliers = append(r.RiskMultipliers, equation.RiskMultiplier{Kind: x.text(m + "kind"), Factor: x.decimal(m + "factor")})
	}
	return r
}

// identify gives buckets and rules that are new their keys: they are never
// changed afterwards, because claims are known by them.
func identify(e *equation.Equation) {
	keys, ids := map[string]bool{}, map[string]bool{}
	for _, b := range e.Buckets {
		keys[b.Key] = true
		for _, r := range b.Rules {
			ids[r.ID] = true
		}
	}
	for i := range e.Buckets {
		b := &e.Buckets[i]
		if b.Key == "" {
			b.Key = unused(keys, slug(b.Label, "bucket"))
		}
		for j := range b.Rules {
			if b.Rules[j].ID == "" {
				b.Rules[j].ID = unused(ids, b.Key)
			}
		}
	}
}

// unused returns the first of base, base-2, base-3, ... that is not taken, and takes it.
func unused(taken map[string]bool, base string) string {
	name := base
	for n := 2; taken[name]; n++ {
		name = base + "-" + strconv.Itoa(n)
	}
	taken[name] = true
	return name
}

// slug turns a name into a key: lower-case ASCII letters and digits with
// dashes between.
func slug(name, otherwise string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
		if b.Len() == 40 {
			break
		}
	}
	if key := strings.Trim(b.String(), "-"); key != "" {
		return key
	}
	return otherwise
}

// override takes over the percentages and constants that sliders send, plain
// decimals in every language.
func override(f *web.Form, e *equation.Equation) {
	for i := range e.Buckets {
		if name := fmt.Sprintf("buckets[%d].percent", i); f.Has(name) {
			e.Buckets[i].Percent = equation.Decimal(f.Raw(name))
		}
	}
	for i := range e.Constants {
		if name := fmt.Sprintf("constants[%d].value", i); f.Has(name) {
			e.Constants[i].Value = equation.Decimal(f.Raw(name))
		}
	}
}
