package equation

import (
	"fmt"
	"slices"
	"strings"

	"commonweal/platform/fault"
)

func (c *checker) rules(field string, b *Bucket, ids map[string]bool) {
	for i := range b.Rules {
		r := &b.Rules[i]
		at := fmt.Sprintf("%srules[%d].", field, i)
		c.text(at+"id", r.ID, true)
		if ids[r.ID] {
			c.fail(at+"id", "duplicate", "two rules have the id %q; it identifies claims, so each needs its own", clip(r.ID))
		}
		ids[r.ID] = true
		c.rule(at, r)
		if r.division() != b.Rules[0].division() {
			c.fail(at+"division", "division_mixed", "the rules of one bucket share one division; this one is %s, the first is %s", r.division(), b.Rules[0].division())
		}
		for j := range i {
			if tie(r, &b.Rules[j]) {
				c.fail(at+"kinds", "rules_tie", "a contribution can match this rule and %q, and neither is more specific; name process or resource types in one of them", clip(b.Rules[j].ID))
			}
		}
	}
}

func (c *checker) rule(at string, r *Rule) {
	c.texts(at+"kinds", r.Kinds)
	c.texts(at+"processTypes", r.ProcessTypes)
	c.texts(at+"resourceTypes", r.ResourceTypes)
	if len(r.Streams) > 1 {
		c.fail(at+"streams", "streams", "a rule covers one stream, because their hours differ; make a rule for each of %s", strings.Join(r.Streams, ", "))
	}
	for i, s := range r.Streams {
		if s != Livelihood && s != Love && s != Care {
			c.fail(fmt.Sprintf("%sstreams[%d]", at, i), "choice", "%q is no stream; it is livelihood, love or care", clip(s))
		}
	}
	if r.Claim != UntilPaid && r.Claim != Forever && r.Claim != Once {
		c.fail(at+"claim", "choice", "%q is no kind of claim; it is until_paid, forever or once", clip(string(r.Claim)))
	}
	if r.division() != InProportion && r.division() != OldestFirst {
		c.fail(at+"division", "choice", "%q is no division; it is proportional or oldest_first", clip(string(r.Division)))
	}
	if r.Premium != "" && c.decimal(at+"premium", r.Premium, ratZero, nil).Sign() > 0 && r.Claim != UntilPaid {
		c.fail(at+"premium", "premium", "a premium is what until_paid repays on top; a %s claim has none", clip(string(r.Claim)))
	}
	if n, ok := c.amount(at+"perClaimCap", r.PerClaimCap); ok && r.PerClaimCap != "" && (n == 0 || n%c.e.Unit.Step() != 0) {
		c.fail(at+"perClaimCap", "cap", "%s is no limit for a claim; it is a positive multiple of %s", r.PerClaimCap, micros(c.e.Unit.Step()))
	}
	c.formula(at, r)
	c.risk(at, r)
}

func (c *checker) formula(at string, r *Rule) {
	if _, ok := r.formulaText(); !ok {
		c.fail(at+"formula", "formula_needed", "the kinds of this rule have no default formula in common; write one")
		return
	}
	f, err := r.compileFormula(c.e)
	if err != nil {
		c.list = append(c.list, fault.As(err).InField(at+"formula"))
		return
	}
	if len(r.RiskMultipliers) > 0 && !f.Reads("riskFactor") {
		c.fail(at+"formula", "risk_unused", "the rule has risk multipliers, but its formula does not use riskFactor")
	}
}

func (c *checker) risk(at string, r *Rule) {
	seen := map[string]bool{}
	for i, m := range r.RiskMultipliers {
		field := fmt.Sprintf("%sriskMultipliers[%d].", at, i)
		c.text(field+"kind", m.Kind, true)
		if seen[m.Kind] || (len(r.Kinds) > 0 && !slices.Contains(r.Kinds, m.Kind)) {
			c.fail(field+"kind", "risk_kind", "%q is listed twice, or the rule does not cover it", clip(m.Kind))
		}
		seen[m.Kind] = true
		if m.Factor == "" {
			c.fail(field+"factor", "empty", "the factor is empty; 1 changes nothing")
		}
		c.amount(field+"factor", m.Factor)
	}
}

func (r *Rule) division() Division {
	if r.Division == "" {
		return InProportion
	}
	return r.Division
}

// specificity ranks a rule: the more of process and resource type it names,
// the better it matches.
func (r *Rule) specificity() int {
	n := 0
	if len(r.ProcessTypes) > 0 {
		n++
	}
	if len(r.ResourceTypes) > 0 {
		n++
	}
	return n
}

// tie reports whether some contribution could match both rules equally well.
func tie(a, b *Rule) bool {
	return a.specificity() == b.specificity() && a.stream() == b.stream() && overlap(a.Kinds, b.Kinds) &&
		overlap(a.ProcessTypes, b.ProcessTypes) && overlap(a.ResourceTypes, b.ResourceTypes)
}

// overlap reports whether two sets meet; the empty set is everything.
func overlap(a, b []string) bool {
	if len(a) == 0 || len(b) == 0 {
		return true
	}
	return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}

// Warnings returns what can be saved but is probably not meant.
func (e Equation) Warnings() fault.List {
	var list fault.List
	for i, b := range e.Buckets {
		for j, r := range b.Rules {
			for _, k := range r.Kinds {
				if why := kinds[k].doubtful; why != "" {
					list = append(list, fault.Invalidf("equation.doubtful_kind", fmt.Sprintf("buckets[%d].rules[%d].kinds", i, j), "a rule for %s: %s", k, why))
				}
			}
		}
		if b.Scope == ScopeDeliverable && len(b.Filter.Orders)+len(b.Filter.Shipments)+len(b.Filter.Processes) == 0 {
			list = append(list, fault.Invalidf("equation.scope_without_deliverable", fmt.Sprintf("buckets[%d].scope", i),
				"the bucket caps pay per deliverable, but its filter names none; every contribution counts in full"))
		}
	}
	return list
}
