package equation

import (
	"maps"
	"slices"

	"commonweal/platform/fault"
)

// WhyHeld says, for every bucket with rules, which contributions could not be
// valued and why, so that somebody can mend them: the first of each rule and
// reason, with the formula and its numbers.
func (r *Result) WhyHeld() ([]Nothing, error) {
	if r.run == nil {
		return nil, fault.Conflictf("equation.no_payments", "distribution", "the inputs of distribution %s are not at hand; run it again from them", r.Distribution)
	}
	var all []Nothing
	for i, c := range r.run.claims {
		if c == nil {
			continue
		}
		b := &r.run.p.buckets[i]
		t := nothings{bucket: b.Key, at: map[group]int{}}
		for k, v := range c.values {
			for _, event := range slices.Sorted(maps.Keys(v.held)) {
				t.add(b.rules[k].ID, v.held[event], event)
			}
		}
		r.run.addTraces(b, t.list)
		all = append(all, t.list...)
	}
	return all, nil
}
