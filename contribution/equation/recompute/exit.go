package recompute

import (
	"math/big"
	"slices"

	"commonweal/contribution/equation"
)

// leave cuts a claim to what its contributor keeps who has left. It returns
// why the claim cannot be valued, if it must be valued at cost and cannot.
func (c *computation) leave(k *claim) string {
	k.created = k.original
	if len(k.rule.RiskMultipliers) == 0 {
		return ""
	}
	for _, x := range c.in.Exits {
		if x.Person != k.row.Person || k.row.Day >= x.Day {
			continue
		}
		kept := k.original
		switch c.keeps(x, k) {
		case equation.KeepNothing:
			kept = new(big.Int)
		case equation.KeepAtCost:
			cost, problem := c.worth(withoutMultipliers(k.rule), k.row)
			if problem != "" {
				return problem
			}
			kept = cost
		}
		k.original = smaller(k.original, kept)
	}
	return ""
}

// keeps reads the equation's rule for those who leave.
func (c *computation) keeps(x equation.Exit, k *claim) equation.Keep {
	if slices.Contains(x.Bought, k.rule.ID) {
		return equation.KeepNothing
	}
	rule := equation.DefaultExitRule()
	if c.e.Exit != nil {
		rule = *c.e.Exit
	}
	vested := rule.FrozenFrom != "" && dayText(x.Day) >= rule.FrozenFrom
	if vested || !slices.Contains(rule.AtFault, x.Way) {
		return equation.KeepAll
	}
	if slices.Contains(rule.CashKinds, k.row.Kind) {
		return rule.Cash
	}
	return rule.NonCash
}

// withoutMultipliers is the same rule with every risk multiplier at 1.
func withoutMultipliers(r *equation.Rule) *equation.Rule {
	plain := *r
	plain.RiskMultipliers = slices.Clone(r.RiskMultipliers)
	for i := range plain.RiskMultipliers {
		plain.RiskMultipliers[i].Factor = "1"
	}
	return &plain
}

// frozen reports whether a contribution came too late to earn slices.
func (c *computation) frozen(r *equation.Rule, row equation.Contribution) bool {
	return c.e.Exit != nil && c.e.Exit.FrozenFrom != "" && len(r.RiskMultipliers) > 0 && dayText(row.Day) >= c.e.Exit.FrozenFrom
}
