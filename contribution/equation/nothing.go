package equation

import (
	"cmp"
	"slices"

	"commonweal/platform/fault"
)

// Nothing is why contributions of a person earned nothing from a bucket.
type Nothing struct {
	Bucket string `json:"bucket"` // key
	Rule   string `json:"rule,omitempty"`
	Reason Reason `json:"reason"`
	Count  int    `json:"count"`
	// Contributions are the first of them, at most 20 indexes in the Ledger.
	Contributions []int32 `json:"contributions"`
	// Trace is the formula with the numbers of the first, when it is held.
	Trace *Trace `json:"trace,omitempty"`
}

// WhyNothing says, for every bucket with rules, why contributions of a person
// earned nothing in this distribution. Contributions that were paid are not
// mentioned. It refuses a person without contributions.
func (r *Result) WhyNothing(person string) ([]Nothing, error) {
	if r.run == nil {
		return nil, fault.Conflictf("equation.no_payments", "distribution", "the inputs of distribution %s are not at hand; run it again from them", r.Distribution)
	}
	i := slices.Index(r.run.s.in.Ledger.People, person)
	if i < 0 {
		return nil, fault.NotFoundf("equation.no_contribution", "person", "%q has no contribution in this ledger", clip(person))
	}
	var all []Nothing
	for b := range r.run.p.buckets {
		if r.run.claims[b] != nil {
			all = append(all, r.run.nothing(int32(i), b)...)
		}
	}
	return all, nil
}

// nothing looks at one person and bucket.
func (d *distribution) nothing(person int32, i int) []Nothing {
	b, l := &d.p.buckets[i], d.s.in.Ledger
	t := nothings{bucket: b.Key, at: map[group]int{}}
	m := newMatcher(&d.s.in, d.p, b)
	reached := d.s.in.reach(b.Filter)
	for event := range l.Person {
		if l.Person[event] != person {
			continue
		}
		rule, why := m.match(int32(event))
		if why == chosen && reached != nil {
			if _, found := slices.BinarySearch(reached.events, int32(event)); !found {
				why = outside
			}
		}
		if why != chosen {
			t.add("", verdictReasons[why], int32(event))
			continue
		}
		if reason := d.unpaid(i, rule, int32(event)); reason != "" {
			t.add(b.rules[rule].ID, reason, int32(event))
		}
	}
	d.addTraces(b, t.list)
	slices.SortFunc(t.list, func(a, b Nothing) int { return cmp.Or(cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Reason, b.Reason)) })
	return t.list
}

// nothings groups contributions by rule and reason.
type nothings struct {
	bucket string
	list   []Nothing
	at     map[group]int
}

// group is a rule and a reason.
type group struct {
	rule   string
	reason Reason
}

const shown = 20

func (t *nothings) add(rule string, reason Reason, event int32) {
	key := group{rule, reason}
	i, ok := t.at[key]
	if !ok {
		i = len(t.list)
		t.at[key] = i
		t.list = append(t.list, Nothing{Bucket: t.bucket, Rule: rule, Reason: reason})
	}
	n := &t.list[i]
	if n.Count++; len(n.Contributions) < shown {
		n.Contributions = append(n.Contributions, event)
	}
}

// unpaid returns why a claim got nothing; empty when its person's claims were paid.
func (d *distribution) unpaid(i, k int, event int32) Reason {
	c, sp := d.claims[i], d.spent[i]
	if reason, held := c.values[k].held[event]; held {
		return reason
	}
	at, _ := slices.BinarySearch(c.sel.rules[k].events, event)
	person := d.s.in.Ledger.Person[event]
	switch {
	case c.e[k][at] <= 0:
		return c.whyNot(d.s.in.Ledger, k, at, c.aging)
	case d.r.Buckets[i].Payable == 0:
		return BucketEmpty
	case sp.e[k][at] == 0:
		return OlderFirst
	case sp.paid[person] > 0:
		return ""
	}
	p := slices.IndexFunc(sp.parts, func(p part) bool { return p.owner == person })
	switch {
	case p < 0:
		return EvenAlready
	case d.p.buckets[i].cap.person < d.p.step || d.p.buckets[i].Cap.PerPersonPerPeriod != "":
		return OverPersonCap
	}
	return BelowStep
}

// addTraces shows the formula of what is held.
func (d *distribution) addTraces(b *bucket, list []Nothing) {
	for i := range list {
		for k := range b.rules {
			if b.rules[k].ID != list[i].Rule {
				continue
			}
			if t := d.trace(&b.rules[k], list[i].Contributions[0]); t.Held == list[i].Reason || list[i].Reason == HeldNegative || list[i].Reason == HeldTooLarge {
				list[i].Trace = &t
			}
		}
	}
}
