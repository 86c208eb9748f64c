package contribution

import (
	"cmp"
	"slices"

	"commonweal/contribution/equation"
	"commonweal/platform/store"
	"commonweal/vf"
)

// walks follows what was delivered for a distribution back to the contributions
// behind it, by the flows that were recorded before it was opened.
func (r *Replay) walks(l *equation.Ledger, d Distribution) ([]equation.Walk, error) {
	if d.Deliverable == "" {
		return nil, nil
	}
	var things []vf.Event
	for _, e := range r.things {
		if e.Created.Before(d.At) {
			things = append(things, e)
		}
	}
	slices.SortFunc(things, func(a, b vf.Event) int { return cmp.Or(a.Time().Compare(b.Time()), cmp.Compare(a.ID, b.ID)) })
	g, err := buildFlows(&r.s, things, l, d.delivered(), nil, func(ids []store.ID) (map[store.ID]vf.Process, error) {
		named := make(map[store.ID]vf.Process, len(ids))
		for _, id := range ids {
			named[id] = r.flows[id]
		}
		return named, nil
	})
	if err != nil {
		return nil, err
	}
	return g.walkBack(l, d)
}
