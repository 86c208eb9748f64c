package sortition

import (
	"slices"

	"commonweal/platform/fault"
)

// Person is somebody in the pool.
type Person struct {
	ID     string            `json:"id"`
	Values map[string]string `json:"values,omitempty"` // by attribute
}

// Quota is that a panel has between Min and Max people with a value of an
// attribute.
type Quota struct {
	Attribute string `json:"attribute"`
	Value     string `json:"value"`
	Min       int    `json:"min"`
	Max       int    `json:"max"`
}

// counts reports whether somebody counts towards the quota.
func (q Quota) counts(p Person) bool {
	v, has := p.Values[q.Attribute]
	return has && v == q.Value
}

// Aim is what the lot is fair by.
type Aim string

// The aims.
const (
	Uniform Aim = "uniform" // every panel that meets the quotas is as likely
	MaxMin  Aim = "max_min" // the smallest chance is as large as it can be
)

// Rule says what panels there can be, and how one is drawn.
type Rule struct {
	Size     int     `json:"size"`
	Quotas   []Quota `json:"quotas,omitempty"`
	Aim      Aim     `json:"aim,omitempty"`      // uniform unless stated
	Reserves int     `json:"reserves,omitempty"` // so many stand by, in order
}

// Bounds of a draw: with them it takes seconds at most.
const (
	MostQuotas = 64
	MostSize   = 1000
)

// check refuses a rule that cannot be, for a pool of so many.
func (r Rule) check(pool int) error {
	if r.Size < 1 || r.Size > MostSize || r.Size > pool {
		return fault.Invalidf("sortition.size", "size", "a panel of %d cannot be drawn from a pool of %d; want between 1 and %d", r.Size, pool, min(pool, MostSize))
	}
	if r.Reserves < 0 || r.Reserves > pool-r.Size {
		return fault.Invalidf("sortition.reserves", "reserves", "%d reserves cannot be found beside a panel of %d from a pool of %d", r.Reserves, r.Size, pool)
	}
	if !slices.Contains([]Aim{"", Uniform, MaxMin}, r.Aim) {
		return fault.Invalidf("sortition.aim", "aim", "%q is no aim; choose uniform or max_min", string(r.Aim))
	}
	if len(r.Quotas) > MostQuotas {
		return fault.Invalidf("sortition.quotas", "quotas", "there are %d quotas; at most %d", len(r.Quotas), MostQuotas)
	}
	for i, q := range r.Quotas {
		if q.Min < 0 || q.Max < q.Min || q.Max > MostSize {
			return fault.Invalidf("sortition.quota", "quotas", "between %d and %d people with %s %q cannot be", q.Min, q.Max, q.Attribute, q.Value)
		}
		if slices.ContainsFunc(r.Quotas[:i], func(o Quota) bool { return o.Attribute == q.Attribute && o.Value == q.Value }) {
			return fault.Invalidf("sortition.quota_twice", "quotas", "%s %q has two quotas; state one", q.Attribute, q.Value)
		}
	}
	return nil
}
