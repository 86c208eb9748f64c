package equation

import (
	"slices"

	"commonweal/quantity"
)

// oldestFirst replaces the entitlements of a bucket by what division
// oldest_first leaves of them: claims of older days keep all, those of the day
// on which the money runs out keep a proportional part, later ones nothing.
// The parts of that day are whole millionths by largest remainder, first over
// people, then over each person's claims in the order of rules and ledger, so the
// new entitlements add up to the limit exactly.
func (d *distribution) oldestFirst(b *bucket, c *claims, sp *spent, limit int64) error {
	l := d.s.in.Ledger
	day, rest := c.boundary(l, limit)
	shares, err := d.boundaryShares(c, day, rest)
	if err != nil {
		return err
	}
	sp.e = make([][]int64, len(c.e))
	for k, e := range c.e {
		sp.e[k] = make([]int64, len(e))
		for i, event := range c.sel.rules[k].events {
			if l.Day[event] < day {
				sp.e[k][i] = e[i]
			}
		}
	}
	for person, places := range c.onDay(l, day) {
		weights := make([]int64, len(places))
		for i, at := range places {
			weights[i] = c.e[at.rule][at.index]
		}
		for i, n := range apportionInOrder(shares[person], weights) {
			sp.e[places[i].rule][places[i].index] = n
		}
	}
	sp.sums, err = c.add(l, b, d.p.minor, sp.e)
	return err
}

// boundary returns the day on which the limit runs out and what is left for it.
func (c *claims) boundary(l *Ledger, limit int64) (day int32, rest int64) {
	totals := map[int32]int64{}
	for k, e := range c.e {
		for i, event := range c.sel.rules[k].events {
			totals[l.Day[event]] += e[i]
		}
	}
	order := make([]int32, 0, len(totals))
	for day := range totals {
		order = append(order, day)
	}
	slices.Sort(order)
	for _, day := range order {
		if totals[day] > limit {
			return day, limit
		}
		limit -= totals[day]
	}
	return order[len(order)-1] + 1, 0
}

// place is a claim: rule and index among the rule's contributions.
type place struct{ rule, index int32 }

// onDay returns the claims of a day that have an entitlement, by person.
func (c *claims) onDay(l *Ledger, day int32) map[int32][]place {
	out := map[int32][]place{}
	for k, e := range c.e {
		for i, event := range c.sel.rules[k].events {
			if l.Day[event] == day && e[i] > 0 {
				out[l.Person[event]] = append(out[l.Person[event]], place{int32(k), int32(i)})
			}
		}
	}
	return out
}

// boundaryShares splits what is left for the boundary day over people.
func (d *distribution) boundaryShares(c *claims, day int32, rest int64) (map[int32]int64, error) {
	places := c.onDay(d.s.in.Ledger, day)
	people := make([]int32, 0, len(places))
	for p := range places {
		people = append(people, p)
	}
	slices.Sort(people)
	weights, ties := make([]int64, len(people)), make([]quantity.TieKey, len(people))
	for i, p := range people {
		for _, at := range places[p] {
			weights[i] += c.e[at.rule][at.index]
		}
		ties[i] = d.s.ties[p]
	}
	shares, err := quantity.ApportionInt64(rest, weights, ties)
	out := map[int32]int64{}
	for i, n := range shares {
		out[people[i]] = n
	}
	return out, err
}
