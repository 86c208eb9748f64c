package sortition

import (
	"cmp"
	"slices"
	"strings"

	"commonweal/platform/fault"
)

// kind is all people who count towards the same quotas.
type kind struct {
	quotas []int // places in Rule.Quotas
	people []string
}

// pool is the people by kind, in an order that does not depend on how they are
// listed.
type pool struct {
	size   int
	quotas []Quota
	kinds  []kind
	// later and rest are, for each kind, how many people of it and those after it
	// count towards each quota, and how many there are.
	later [][]int
	rest  []int
}

// sorted sorts the pool into kinds.
func sorted(people []Person, r Rule) (*pool, error) {
	p := &pool{size: r.Size, quotas: slices.Clone(r.Quotas)}
	p.sortQuotas()
	byKey, seen := map[string]int{}, map[string]bool{}
	for _, person := range people {
		if person.ID == "" || seen[person.ID] {
			return nil, fault.Invalidf("sortition.person", "people", "%q is in the pool twice, or is no id", person.ID)
		}
		seen[person.ID] = true
		key := make([]byte, len(p.quotas))
		var quotas []int
		for i, q := range p.quotas {
			if q.counts(person) {
				key[i] = 1
				quotas = append(quotas, i)
			}
		}
		at, known := byKey[string(key)]
		if !known {
			at = len(p.kinds)
			byKey[string(key)] = at
			p.kinds = append(p.kinds, kind{quotas: quotas})
		}
		p.kinds[at].people = append(p.kinds[at].people, person.ID)
	}
	slices.SortFunc(p.kinds, func(a, b kind) int { return slices.Compare(a.quotas, b.quotas) })
	for _, k := range p.kinds {
		slices.Sort(k.people)
	}
	p.sumLater()
	return p, nil
}

// sortQuotas puts the attributes with the most values first. Kinds follow that
// order, so that one value after the other is settled and forgotten, and the ways
// to be half done stay few.
func (p *pool) sortQuotas() {
	values := map[string]int{}
	for _, q := range p.quotas {
		values[q.Attribute]++
	}
	slices.SortFunc(p.quotas, func(a, b Quota) int {
		return cmp.Or(values[b.Attribute]-values[a.Attribute], strings.Compare(a.Attribute, b.Attribute), strings.Compare(a.Value, b.Value))
	})
}

// sumLater sums the kinds from the last back.
func (p *pool) sumLater() {
	p.later, p.rest = make([][]int, len(p.kinds)+1), make([]int, len(p.kinds)+1)
	p.later[len(p.kinds)] = make([]int, len(p.quotas))
	for k := len(p.kinds) - 1; k >= 0; k-- {
		p.later[k] = slices.Clone(p.later[k+1])
		for _, q := range p.kinds[k].quotas {
			p.later[k][q] += len(p.kinds[k].people)
		}
		p.rest[k] = p.rest[k+1] + len(p.kinds[k].people)
	}
}

// without is the pool without some quotas; kinds stay as they are.
func (p *pool) without(dropped []bool) *pool {
	out := *p
	out.quotas = slices.Clone(p.quotas)
	for i := range out.quotas {
		if dropped[i] {
			out.quotas[i].Min, out.quotas[i].Max = 0, p.size
		}
	}
	return &out
}

// conflict finds quotas that contradict each other, of which none can be left
// out, by leaving out one after the other.
func (p *pool) conflict() ([]Quota, error) {
	dropped := make([]bool, len(p.quotas))
	for i := range p.quotas {
		dropped[i] = true
		g, err := newGraph(p.without(dropped), mostNodes)
		if err != nil {
			return nil, err
		}
		dropped[i] = g == nil // it contradicts without this one, so this one is no part of it
	}
	var out []Quota
	for i, q := range p.quotas {
		if !dropped[i] {
			out = append(out, q)
		}
	}
	return out, nil
}

// infeasible names the quotas that contradict each other.
func (p *pool) infeasible() error {
	quotas, err := p.conflict()
	if err != nil {
		return err
	}
	var names []string
	for _, q := range quotas {
		names = append(names, q.Attribute+" "+q.Value)
	}
	return fault.Conflictf("sortition.infeasible", "quotas", "no panel of %d from this pool meets these quotas together: %s; widen one of them, or the pool", p.size, strings.Join(names, ", "))
}
