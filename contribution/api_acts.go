package contribution

import (
	"context"

	"commonweal/platform/auth"
	"commonweal/platform/graphql"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf/resolve"
)

// acts are the same acts as those of the pages, under the same capabilities.
func (a *api) acts() graphql.Fields {
	return resolve.Merge(a.entryActs(), a.settingActs(), a.equationActs(), a.moneyActs(), a.roundActs(), a.karmaActs(), a.exitActs(), a.importActs())
}

// deed is an act as the API calls it: by somebody, under a key.
type deed[A, R any] func(ctx context.Context, who auth.Identity, key string, ask A) (R, error)

// on is an act on a database.
func on[A, R any](db *store.Store, act func(context.Context, *store.Store, auth.Identity, string, A) (R, error)) deed[A, R] {
	return func(ctx context.Context, who auth.Identity, key string, ask A) (R, error) {
		return act(ctx, db, who, key, ask)
	}
}

// acting answers a field of Mutation with what an act makes. What is asked is
// an argument, by its name, or all of them when it has none.
func acting[A, R any](needs auth.Capability, argument string, act deed[A, R]) graphql.Field {
	return graphql.Field{Needs: needs, Act: func(q *graphql.Query, args graphql.Args) (any, error) {
		out, err := done(q, args, argument, act)
		return &out, err
	}}
}

// actingOn is acting for an act that asks for nothing but what it is about.
func actingOn[R any](needs auth.Capability, argument string, act deed[store.ID, R]) graphql.Field {
	return graphql.Field{Needs: needs, Act: func(q *graphql.Query, args graphql.Args) (any, error) {
		out, err := act(q.Context, q.Who, q.IdempotencyKey(args), args.ID(argument))
		return &out, err
	}}
}

// done reads what is asked and does it.
func done[A, R any](q *graphql.Query, args graphql.Args, argument string, act deed[A, R]) (R, error) {
	var ask A
	key, in := q.IdempotencyKey(args), args.In(argument)
	if argument == "" {
		delete(args, "idempotencyKey")
		in = args
	}
	if err := resolve.Decode(in, &ask); err != nil {
		var none R
		return none, err
	}
	return act(q.Context, q.Who, key, ask)
}

func (a *api) entryActs() graphql.Fields {
	return graphql.Fields{
		"Mutation.logContribution":      {Needs: Log, Act: a.logAct},
		"Mutation.validateContribution": {Needs: Log, Act: a.validateAct}, // who gave it may appeal
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
		if *to, err = amountOf(in, name); err != nil {
			return ask, err
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

// amountOf reads a measure; none when it was not given.
func amountOf(in graphql.Args, name string) (quantity.Amount, error) {
	if !in.Has(name) {
		return quantity.Amount{}, nil
	}
	measure := in.In(name)
	a, err := quantity.Parse(measure.Text("hasNumericalValue"), quantity.Unit(measure.Text("hasUnit")))
	return a, inField(err, name)
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
