package evaluation

import (
	"maps"
	"math/big"
	"slices"
	"strings"

	"commonweal/platform/fault"
	"commonweal/quantity"
)

// PointRules say how a round of mode points is counted: each deliverable has
// points on a fixed scale, and each person's points are multiplied by how much
// he took part.
type PointRules struct {
	Scale  Scale           `json:"scale"`
	Lowest quantity.Amount `json:"lowest"` // smallest participation multiplier, in one
	Most   quantity.Amount `json:"most"`   // largest
}

// ParticipationRules are the bounds that Thinklab uses: half to one and a half.
func ParticipationRules(scale Scale) PointRules {
	return PointRules{scale, quantity.MustParse("0.5", quantity.One), quantity.MustParse("1.5", quantity.One)}
}

// Points is what a person is given for one deliverable.
type Points struct {
	Member        string          `json:"member"`
	Deliverable   string          `json:"deliverable"`
	Points        int64           `json:"points"`
	Participation quantity.Amount `json:"participation"` // multiplier, in one
}

// PointTotal is a person's points and what they come from.
type PointTotal struct {
	Member string   `json:"member"`
	Lines  []Points `json:"lines"` // in order of deliverable
	Total  *big.Rat `json:"total"` // sum of points × participation, exact
}

// CountPoints counts a round of mode points, in order of member. It refuses
// points off the scale, a participation outside the bounds, and two entries for
// one person and deliverable.
func CountPoints(r PointRules, entries []Points) ([]PointTotal, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	lines := map[string][]Points{}
	seen := make(map[[2]string]bool, len(entries))
	for _, p := range entries {
		if err := r.Scale.Allows(p.Points); err != nil {
			return nil, err
		}
		if p.Participation.Unit != quantity.One || p.Participation.Micros < r.Lowest.Micros || p.Participation.Micros > r.Most.Micros {
			return nil, fault.Invalidf("evaluation.participation", "participation",
				"%q has the participation %s; it is %s to %s", p.Member, p.Participation.Decimal(), r.Lowest.Decimal(), r.Most.Decimal())
		}
		key := [2]string{p.Member, p.Deliverable}
		if seen[key] || p.Member == "" {
			return nil, fault.Invalidf("evaluation.duplicate_points", "points", "%q has points for %q twice, or no name", p.Member, p.Deliverable)
		}
		seen[key] = true
		lines[p.Member] = append(lines[p.Member], p)
	}
	var totals []PointTotal
	for _, m := range slices.Sorted(maps.Keys(lines)) {
		totals = append(totals, total(m, lines[m]))
	}
	return totals, nil
}

func (r PointRules) check() error {
	if err := r.Scale.Check(); err != nil {
		return err
	}
	if r.Lowest.Unit != quantity.One || r.Most.Unit != quantity.One || r.Lowest.Sign() < 0 || r.Most.Micros < r.Lowest.Micros {
		return fault.Invalidf("evaluation.bad_point_rule", "participation", "a participation from %s to %s cannot be; want 0 ≤ lowest ≤ most, in one", r.Lowest, r.Most)
	}
	return nil
}

func total(member string, lines []Points) PointTotal {
	slices.SortFunc(lines, func(a, b Points) int { return strings.Compare(a.Deliverable, b.Deliverable) })
	t := PointTotal{Member: member, Lines: lines, Total: new(big.Rat)}
	for _, l := range lines {
		t.Total.Add(t.Total, new(big.Rat).Mul(new(big.Rat).SetInt64(l.Points), l.Participation.Rat()))
	}
	return t
}
