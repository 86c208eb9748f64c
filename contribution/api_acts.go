package contribution

import (
	"commonweal/platform/graphql"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf/resolve"
)

// acts are the same acts as those of the pages.
func (a *api) acts() graphql.Fields {
	return graphql.Fields{
		"Mutation.logContribution":      {Act: a.logAct},
		"Mutation.validateContribution": {Act: a.validateAct},
		"Mutation.openDistribution": {Act: distributionAct(func(q *graphql.Query, args graphql.Args) (Distribution, error) {
			ask := OpenAsk{Equation: args.ID("equation"), Incomes: args.IDs("incomes"), Deliverable: args.Text("deliverable")}
			return OpenDistribution(q.Context, a.DB, q.Who, q.IdempotencyKey(args), ask)
		})},
		"Mutation.distribute": {Act: distributionAct(func(q *graphql.Query, args graphql.Args) (Distribution, error) {
			return a.Distribute(q.Context, q.Who, q.IdempotencyKey(args), args.ID("distribution"))
		})},
		"Mutation.cancelDistribution": {Act: distributionAct(func(q *graphql.Query, args graphql.Args) (Distribution, error) {
			return CancelDistribution(q.Context, a.DB, q.Who, q.IdempotencyKey(args), args.ID("distribution"))
		})},
		"Mutation.reverseDistribution": {Act: distributionAct(func(q *graphql.Query, args graphql.Args) (Distribution, error) {
			return ReverseDistribution(q.Context, a.DB, q.Who, q.IdempotencyKey(args), ReverseAsk{args.ID("distribution"), args.Text("reason")})
		})},
	}
}

func distributionAct(act func(*graphql.Query, graphql.Args) (Distribution, error)) func(*graphql.Query, graphql.Args) (any, error) {
	return func(q *graphql.Query, args graphql.Args) (any, error) {
		d, err := act(q, args)
		return &d, err
	}
}

func (a *api) logAct(q *graphql.Query, args graphql.Args) (any, error) {
	ask, err := logAskOf(args.In("contribution"))
	if err != nil {
		return nil, err
	}
	e, err := LogContribution(q.Context, a.DB, q.Who, q.IdempotencyKey(args), ask)
	return &e, err
}

// logAskOf reads what somebody says they gave.
func logAskOf(in graphql.Args) (ask LogAsk, err error) {
	ask = LogAsk{Kind: in.Text("kind"), Person: in.ID("person"), Project: in.ID("project"), Process: in.ID("process"), Note: in.Text("note"), Deliverable: in.Text("deliverable")}
	for name, to := range map[string]*quantity.Amount{"quantity": &ask.Quant, "rate": &ask.Rate, "value": &ask.Value} {
		if !in.Has(name) {
			continue
		}
		if *to, err = quantity.Parse(in.In(name).Text("hasNumericalValue"), quantity.Unit(in.In(name).Text("hasUnit"))); err != nil {
			return ask, inField(err, name)
		}
	}
	if ask.From, err = resolve.When(in, "from"); err != nil {
		return ask, err
	}
	if ask.To, err = resolve.When(in, "to"); err != nil {
		return ask, err
	}
	for _, link := range in.Texts("links") {
		ask.Evidence = append(ask.Evidence, Evidence{Link: link})
	}
	if in.Has("corrects") {
		no, err := ParseEntryNo(in.Text("corrects"))
		if err != nil {
			return ask, inField(err, "corrects")
		}
		ask.Corrects = &no
	}
	return ask, nil
}

func (a *api) validateAct(q *graphql.Query, args graphql.Args) (any, error) {
	no, err := ParseEntryNo(args.Text("number"))
	if err != nil {
		return nil, inField(err, "number")
	}
	ask := ValidateAsk{Entry: no, Verdict: Verdict(args.Text("verdict")), Reason: args.Text("reason")}
	if _, err := ValidateContribution(q.Context, a.DB, q.Who, q.IdempotencyKey(args), ask); err != nil {
		return nil, err
	}
	var e Entry
	err = a.DB.Read(q.Context, q.Who.Commons, func(r *store.Snapshot) (err error) {
		e, err = GetEntry(r, no)
		return err
	})
	return &e, err
}
