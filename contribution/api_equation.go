package contribution

import (
	"context"

	"commonweal/contribution/equation"
	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/graphql"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf/resolve"
)

// equationFields answers versions of value equations, and what they would do.
func (a *api) equationFields() graphql.Fields {
	change := func(of func(*equation.PersonChange) int64) graphql.Field {
		return money(func(c *changed) quantity.Amount { return quantity.Micros(of(&c.PersonChange), c.unit) })
	}
	return resolve.Merge(
		resolve.Same[Version]("ContributionEquation", "id", "version", "state", "hash"),
		resolve.Same[Simulation]("ContributionSimulation", "pot"),
		graphql.Fields{
			"ContributionEquation.name":    reads(func(v *Version) any { return v.Text.Name }),
			"ContributionEquation.changed": reads(func(v *Version) any { return v.At }),
			"ContributionEquation.unit":    reads(func(v *Version) any { return resolve.Unit(v.Text.Unit) }),
			"ContributionEquation.project": agentOf(func(v *Version) store.ID { return store.ID(v.Text.Project) }),
			"ContributionEquation.text":    reads(func(v *Version) any { return v.Text.Canonical() }),
			"Query.contributionEquations": asks(See, func(q *graphql.Query, _ graphql.Args) (any, error) {
				list, err := Versions(q.Reader)
				return boxed(list), err
			}),
			"Query.contributionSimulation":   asks(See, a.simulate),
			"ContributionSimulation.draft":   reads(func(s *Simulation) any { return s.Draft }),
			"ContributionSimulation.current": reads(func(s *Simulation) any { return orNone(s.Current) }),
			"ContributionSimulation.changes": reads(changesOf),
			"ContributionOutcome.paid":       money(paidIn),
			"ContributionOutcome.residue":    money(leftIn),
			"ContributionOutcome.lines":      reads(func(r *equation.Result) any { return boxed(linesIn(r)) }),
			"ContributionChange.receiver":    agentOf(func(c *changed) store.ID { return store.ID(c.Receiver) }),
			"ContributionChange.current":     change(func(c *equation.PersonChange) int64 { return c.Current }),
			"ContributionChange.draft":       change(func(c *equation.PersonChange) int64 { return c.Draft }),
			"ContributionChange.change":      change(func(c *equation.PersonChange) int64 { return c.Change }),
		})
}

// changed is what changes for one receiver, with its unit.
type changed struct {
	equation.PersonChange
	unit quantity.Unit
}

// orNone is null for nothing.
func orNone[T any](x *T) any {
	if x == nil {
		return nil
	}
	return x
}

func changesOf(s *Simulation) any {
	out := []any{}
	if s.Changes != nil {
		for _, c := range s.Changes.People {
			out = append(out, &changed{c, s.Pot.Unit})
		}
	}
	return out
}

// linesIn are the lines of a run that nothing was booked of.
func linesIn(r *equation.Result) []namedLine {
	lines := make([]namedLine, len(r.Lines))
	for i, l := range r.Lines {
		lines[i] = namedLine{Line: Line{Receiver: store.ID(l.Receiver), Kind: string(l.Kind), Amount: quantity.Micros(l.Amount, r.Unit)}, bucket: r.Buckets[l.Bucket].Key}
	}
	return lines
}

// paidIn is what the lines of a run come to: parts of its pot.
func paidIn(r *equation.Result) quantity.Amount {
	paid := quantity.Amount{Unit: r.Unit}
	for _, l := range r.Lines {
		paid.Micros += l.Amount
	}
	return paid
}

// leftIn is what a run leaves in the pot.
func leftIn(r *equation.Result) quantity.Amount {
	return quantity.Micros(r.Pot-paidIn(r).Micros, r.Unit)
}

// simulate runs a version, or a text that nobody has saved, on past data.
func (a *api) simulate(q *graphql.Query, args graphql.Args) (any, error) {
	id := args.ID("equation")
	text, err := a.simulated(q, id, args)
	if err != nil {
		return nil, err
	}
	pot, err := amountOf(args, "pot")
	if err == nil && !args.Has("pot") {
		pot, err = usualPot(q.Reader, text.Unit)
	}
	if err != nil {
		return nil, err
	}
	if pot.Sign() < 0 {
		return nil, fault.Invalidf("contribution.pot_negative", "pot", "a pot is zero or more")
	}
	current, err := inForce(q.Reader, id, text)
	if err != nil {
		return nil, err
	}
	got, err := a.Simulate(q.Reader, text, current, pot, args.Text("deliverable"), args.Flag("afresh"))
	return &got, err
}

// simulated is the text to run: that of a version, for whoever reads the books,
// or one that was sent, for who may save it.
func (a *api) simulated(q *graphql.Query, id store.ID, args graphql.Args) (text equation.Equation, err error) {
	if !args.Has("text") {
		v, err := GetVersion(q.Reader, id, int64(args.Int("version", 0)))
		return v.Text, err
	}
	if err := q.Who.Must(Configure); err != nil {
		return text, err
	}
	if text, err = ReadEquation(args.Text("text")); err != nil {
		return text, err
	}
	text.Version = 1
	return text, text.Check()
}

func (a *api) equationActs() graphql.Fields {
	return graphql.Fields{
		"Mutation.saveContributionEquation": acting(Configure, "", func(ctx context.Context, who auth.Identity, key string, ask struct {
			Equation store.ID `json:"equation"`
			Text     string   `json:"text"`
		}) (Version, error) {
			text, err := ReadEquation(ask.Text)
			if err != nil {
				return Version{}, err
			}
			return SaveEquation(ctx, a.DB, who, key, SaveEquationAsk{ask.Equation, text})
		}),
		"Mutation.simulateContributionEquation": acting(Configure, "version", on(a.DB, MarkSimulated)),
		"Mutation.adoptContributionEquation":    acting(Configure, "version", on(a.DB, AdoptEquation)),
		"Mutation.retireContributionEquation":   acting(Configure, "version", on(a.DB, RetireEquation)),
	}
}
