package sortition

import (
	"errors"
	"math/big"
	"slices"
	"strings"

	"commonweal/platform/fault"
)

// Panel is what was drawn.
type Panel struct {
	Members  []string `json:"members"`            // in order of id
	Reserves []string `json:"reserves,omitempty"` // in the order in which they stand by
	// Chances are those that everybody in the pool had, as fractions, in order of id.
	Chances []Chance `json:"chances"`
	// Estimate is the number of panels from which the chances are estimated; 0
	// when they are exact.
	Estimate int `json:"estimate,omitempty"`
}

// Chance is how likely somebody was to be drawn.
type Chance struct {
	Person string `json:"person"`
	Chance string `json:"chance"` // a fraction such as "3/8"
}

// Draw draws a panel that meets the quotas. The lots are hashes of the seed, so
// that anybody who has it can draw them again.
//
// It refuses a pool from which no panel meets the quotas, and names those that
// contradict each other.
func Draw(seed string, people []Person, r Rule) (Panel, error) {
	if err := r.check(len(people)); err != nil {
		return Panel{}, err
	}
	p, err := sorted(people, r)
	if err != nil {
		return Panel{}, err
	}
	d, err := p.compose(r.Aim, &stream{seed: seed})
	if err != nil {
		return Panel{}, err
	}
	return p.panel(seed, d, r.Reserves), nil
}

// drawn is how many of each kind are on the panel, and how many were to be
// expected.
type drawn struct {
	composition []int
	expected    []*big.Rat
	estimate    int
}

// compose draws how many of each kind are on the panel.
func (p *pool) compose(aim Aim, lot *stream) (d drawn, err error) {
	most := mostNodes
	if aim == MaxMin {
		most = mostForFair
	}
	g, err := newGraph(p, most)
	switch {
	case errors.Is(err, errTooMany) && aim != MaxMin:
		d.composition, d.expected, d.estimate, err = p.repeated(lot)
	case err != nil:
	case g == nil:
		err = p.infeasible()
	case aim == MaxMin:
		var m mixture
		if m, err = g.maxMin(); err == nil {
			d = drawn{composition: m.pick(lot), expected: m.expected(len(p.kinds))}
		}
	default:
		d = drawn{composition: g.pick(lot), expected: g.expected()}
	}
	return d, err
}

// panel draws who of each kind, and works out everybody's chance.
func (p *pool) panel(seed string, d drawn, reserves int) Panel {
	out := Panel{Estimate: d.estimate}
	var left []string
	for k, kind := range p.kinds {
		order := byLot(seed, kind.people)
		out.Members = append(out.Members, order[:d.composition[k]]...)
		left = append(left, order[d.composition[k]:]...)
		chance := new(big.Rat).Quo(d.expected[k], big.NewRat(int64(len(kind.people)), 1)).RatString()
		for _, id := range kind.people {
			out.Chances = append(out.Chances, Chance{id, chance})
		}
	}
	slices.Sort(out.Members)
	slices.SortFunc(out.Chances, func(a, b Chance) int { return strings.Compare(a.Person, b.Person) })
	// By a lot of their own: by the first, whoever nearly was drawn would come first.
	out.Reserves = byLot(seed+"\x00reserves", left)[:reserves]
	return out
}

// Replace finds who takes the place of a member who cannot serve: the first
// reserve with whom the panel still meets the quotas.
func Replace(people []Person, r Rule, panel Panel, leaving string) (Panel, error) {
	at := slices.Index(panel.Members, leaving)
	if at < 0 {
		return panel, fault.Invalidf("sortition.no_member", "leaving", "%q is not on the panel", leaving)
	}
	byID := make(map[string]Person, len(people))
	for _, p := range people {
		byID[p.ID] = p
	}
	for i, reserve := range panel.Reserves {
		members := slices.Clone(panel.Members)
		members[at] = reserve
		if meets(r.Quotas, members, byID) {
			slices.Sort(members)
			panel.Members, panel.Reserves = members, slices.Delete(slices.Clone(panel.Reserves), i, i+1)
			return panel, nil
		}
	}
	return panel, fault.Conflictf("sortition.no_reserve", "leaving", "no reserve can take the place of %q and keep the quotas; draw more reserves, or again", leaving)
}

// meets reports whether people meet the quotas.
func meets(quotas []Quota, members []string, byID map[string]Person) bool {
	for _, q := range quotas {
		n := 0
		for _, id := range members {
			if q.counts(byID[id]) {
				n++
			}
		}
		if n < q.Min || n > q.Max {
			return false
		}
	}
	return true
}
