package credit

import (
	"math"

	"commonweal/platform/auth"
	"commonweal/platform/graphql"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf/resolve"
)

// apiLine is a line of a statement.
type apiLine struct {
	Posting
	unit quantity.Unit
}

// apiLeg is a leg of a payment.
type apiLeg struct {
	Leg
	unit quantity.Unit
}

// mostLines is how many lines one answer has.
const mostLines = 500

// linesOfAccounts answers statements: of as many accounts as the query names,
// each with its own page.
func linesOfAccounts(q *graphql.Query, parents []any, args graphql.Args) ([]any, error) {
	before, out := int64(args.Int("before", math.MaxInt)), make([]any, len(parents))
	first, err := resolve.First(args)
	if err != nil {
		return nil, err
	}
	for i, p := range parents { // accounts of one holder: few
		x := p.(*apiAccount)
		if !x.open() {
			continue
		}
		posted, err := Postings(q.Reader, x.ID, before, min(first, mostLines))
		if err != nil {
			return nil, err
		}
		lines := make([]*apiLine, len(posted))
		for i, p := range posted {
			lines[i] = &apiLine{p, x.currency.Unit}
		}
		out[i] = anys(lines)
	}
	return out, nil
}

// anys are values of the API.
func anys[T any](list []*T) []any {
	out := make([]any, len(list))
	for i, v := range list {
		out[i] = v
	}
	return out
}

func (a *api) paymentFields() graphql.Fields {
	return resolve.Merge(resolve.Same[apiPayment]("CreditPayment", "id", "workflow", "state", "at", "until", "category"), resolve.Same[apiLeg]("CreditLeg", "kind", "name"), graphql.Fields{
		"CreditPayment.currency": reads(func(p *apiPayment) any { return &p.currency }),
		"CreditPayment.author":   resolve.To(resolve.Agents, resolve.By(func(p *apiPayment) store.ID { return p.Author })),
		"CreditPayment.reverses": resolve.To(loadPayments, resolve.By(func(p *apiPayment) store.ID { return p.Reverses })),
		"CreditPayment.note": resolve.Text(func(p *apiPayment) string {
			if !p.words {
				return ""
			}
			return p.Note
		}),
		"CreditPayment.legs": reads(func(p *apiPayment) any {
			legs := make([]*apiLeg, len(p.Legs))
			for i, l := range p.Legs {
				legs[i] = &apiLeg{l, p.currency.Unit}
			}
			return anys(legs)
		}),
		"CreditLeg.from":   resolve.To(loadAccounts, resolve.By(func(l *apiLeg) store.ID { return l.From })),
		"CreditLeg.to":     resolve.To(loadAccounts, resolve.By(func(l *apiLeg) store.ID { return l.To })),
		"CreditLeg.amount": amount(func(l *apiLeg) (Micros, quantity.Unit, bool) { return l.Amount, l.unit, true }),
		"Query.creditPayment": {Needs: Pay, Batch: func(q *graphql.Query, _ []any, args graphql.Args) ([]any, error) {
			v, err := resolve.OneOf(q, loadPayments, args.ID("id"))
			return []any{v}, err
		}},
	})
}

// loadPayments finds payments that the reader sees.
func loadPayments(q *graphql.Query, ids []store.ID) ([]any, error) {
	found, err := store.AllOf(q.Reader, scanPayment, paymentsByID, parsed(ids))
	if err != nil {
		return nil, err
	}
	s, err := settings.Get(q.Reader)
	if err != nil {
		return nil, err
	}
	var named []store.ID
	for _, p := range found {
		named = append(named, accountsOf(p.Legs)...)
	}
	held, err := store.AllOf(q.Reader, scanAccount, accountsByID, named)
	byAccount, byID, sees := map[store.ID]Account{}, map[store.ID]any{}, readerOf(q.Who)
	for _, a := range held {
		byAccount[a.ID] = a
	}
	account := func(id store.ID) Account { return byAccount[id] }
	for _, p := range found {
		if c := s.Currencies[p.Currency]; sees.payment(p, c, account) {
			byID[p.ID] = &apiPayment{p, c, sees.note(p, account)}
		}
	}
	return resolve.InOrder(ids, byID, err)
}

// acts are the same acts as those of the pages.
func (a *api) acts() graphql.Fields {
	return graphql.Fields{
		"Mutation.payCredit": {Act: a.does(func(q *graphql.Query, who auth.Identity, key string, args graphql.Args) (Payment, error) {
			ask, err := payAskOf(args.In("payment"))
			if err != nil {
				return Payment{}, err
			}
			return MakePayment(q.Context, a.Store, who, key, ask)
		})},
		"Mutation.moveCredit": {Act: a.does(func(q *graphql.Query, who auth.Identity, key string, args graphql.Args) (Payment, error) {
			part, err := measureOf(args, "amount")
			if err != nil {
				return Payment{}, err
			}
			return MovePayment(q.Context, a.Store, who, key, MoveAsk{Payment: args.ID("payment"), To: State(args.Text("to")), Amount: part, Reason: args.Text("reason")})
		})},
		"Mutation.refundCredit": {Act: a.does(func(q *graphql.Query, who auth.Identity, key string, args graphql.Args) (Payment, error) {
			part, err := measureOf(args, "amount")
			if err != nil {
				return Payment{}, err
			}
			return Refund(q.Context, a.Store, who, key, RefundAsk{Payment: args.ID("payment"), Amount: part, Note: args.Text("note")})
		})},
	}
}

// does makes an act of the API, which answers the payment as its maker sees it.
func (a *api) does(act func(*graphql.Query, auth.Identity, string, graphql.Args) (Payment, error)) func(*graphql.Query, graphql.Args) (any, error) {
	return func(q *graphql.Query, args graphql.Args) (any, error) {
		p, err := act(q, q.Who, q.IdempotencyKey(args), args)
		if err != nil {
			return nil, err
		}
		var s *Settings
		err = a.Store.Read(q.Context, q.Who.Commons, func(r *store.Snapshot) (err error) { s, err = settings.Get(r); return err })
		if err != nil {
			return nil, err
		}
		return &apiPayment{p, s.Currencies[p.Currency], true}, nil
	}
}

// measureOf reads an amount; none where it is left out.
func measureOf(in graphql.Args, name string) (quantity.Amount, error) {
	if !in.Has(name) {
		return quantity.Amount{}, nil
	}
	return quantity.Parse(in.In(name).Text("hasNumericalValue"), quantity.Unit(in.In(name).Text("hasUnit")))
}

// payAskOf reads a payment.
func payAskOf(in graphql.Args) (ask PayAsk, err error) {
	ask = PayAsk{Workflow: in.Text("workflow"), Note: in.Text("note"), Private: in.Flag("private"), UpTo: in.Flag("upTo"), About: About{Category: in.Text("category")}}
	if ask.Until, err = resolve.When(in, "until"); err != nil {
		return ask, err
	}
	list, _ := in["legs"].([]any)
	for _, one := range list {
		fields, _ := one.(map[string]any)
		leg := graphql.Args(fields)
		amount, err := measureOf(leg, "amount")
		if err != nil {
			return ask, err
		}
		ask.Legs = append(ask.Legs, AskedLeg{From: leg.ID("from"), To: leg.ID("to"), Amount: amount, Gift: leg.Flag("gift")})
	}
	return ask, nil
}
