package contribution

import (
	"maps"
	"slices"

	"commonweal/contribution/equation"
	"commonweal/platform/graphql"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf/resolve"
)

// derived is a derivation with what its claims are.
type derived struct {
	*equation.Derivation
	of     *Distribution
	claims []any
}

// claimed is one contribution behind a line.
type claimed struct {
	equation.ClaimStep
	unit  quantity.Unit
	entry *Entry
}

// stepped is one step, with its unit.
type stepped struct {
	equation.Step
	unit quantity.Unit
}

type argument struct{ name, value string }

func (a *api) whyFields() graphql.Fields {
	amount := func(f func(*claimed) int64) graphql.Field {
		return money(func(c *claimed) quantity.Amount { return quantity.Micros(f(c), c.unit) })
	}
	return graphql.Fields{
		"Query.contributionWhy":               asks(See, a.why),
		"ContributionDerivation.distribution": reads(func(d *derived) any { return d.of }),
		"ContributionDerivation.receiver":     agentOf(func(d *derived) store.ID { return store.ID(d.Receiver) }),
		"ContributionDerivation.bucket":       reads(func(d *derived) any { return d.Bucket }),
		"ContributionDerivation.amount":       money(func(d *derived) quantity.Amount { return quantity.Micros(d.Amount, d.Unit) }),
		"ContributionDerivation.claims":       reads(func(d *derived) any { return d.claims }),
		"ContributionDerivation.steps": reads(func(d *derived) any {
			out := make([]any, len(d.Steps))
			for i, s := range d.Steps {
				out[i] = &stepped{s, d.Unit}
			}
			return out
		}),
		"ContributionArgument.name":  resolve.Text(func(x *argument) string { return x.name }),
		"ContributionArgument.value": reads(func(x *argument) any { return x.value }),
		"ContributionStep.key":       reads(func(s *stepped) any { return s.Key }),
		"ContributionStep.amount":    money(func(s *stepped) quantity.Amount { return quantity.Micros(s.Amount, s.unit) }),
		"ContributionStep.arguments": reads(func(s *stepped) any {
			var out []argument
			for _, name := range slices.Sorted(maps.Keys(s.Args)) {
				out = append(out, argument{name, s.Args[name]})
			}
			return boxed(out)
		}),
		"ContributionClaim.contribution": reads(func(c *claimed) any {
			if c.entry == nil {
				return nil
			}
			return c.entry
		}),
		"ContributionClaim.person":   agentOf(func(c *claimed) store.ID { return store.ID(c.Person) }),
		"ContributionClaim.rule":     reads(func(c *claimed) any { return c.Rule }),
		"ContributionClaim.kind":     reads(func(c *claimed) any { return c.Kind }),
		"ContributionClaim.formula":  reads(func(c *claimed) any { return c.Trace.Formula }),
		"ContributionClaim.trace":    reads(func(c *claimed) any { return c.Trace.Text }),
		"ContributionClaim.value":    amount(func(c *claimed) int64 { return c.Value }),
		"ContributionClaim.original": amount(func(c *claimed) int64 { return c.Original }),
		"ContributionClaim.before":   amount(func(c *claimed) int64 { return c.Before }),
		"ContributionClaim.entitled": amount(func(c *claimed) int64 { return c.Entitled }),
		"ContributionClaim.paid":     amount(func(c *claimed) int64 { return c.Amount }),
	}
}

// why explains one line: what the page of the line shows.
func (a *api) why(q *graphql.Query, args graphql.Args) (any, error) {
	d, err := GetDistribution(q.Reader, args.ID("distribution"))
	if err != nil {
		return nil, err
	}
	out := &derived{of: &d}
	if out.Derivation, err = a.Why(q.Reader, d, args.ID("receiver"), args.Text("bucket")); err != nil {
		return nil, err
	}
	nos, err := a.numbersOf(q.Reader, out.Derivation)
	if err != nil {
		return nil, err
	}
	entries, err := a.byNumber(q, slices.Collect(maps.Values(nos)))
	for _, c := range out.Claims {
		out.claims = append(out.claims, &claimed{c, out.Unit, entries[nos[c.ID]]})
	}
	if out.claims == nil {
		out.claims = []any{}
	}
	return out, err
}
