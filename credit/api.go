package credit

import (
	"cmp"
	_ "embed"
	"slices"
	"time"

	"commonweal/platform/graphql"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
	"commonweal/vf/resolve"
)

//go:embed schema.graphql
var sdl string

// Part is the practice's part of the GraphQL schema. Its audiences are those of
// the pages; acts are the same acts.
func Part(p *Practice) graphql.Part {
	a := &api{p}
	return graphql.Part{Room: "credit", Practice: true, SDL: sdl, Fields: resolve.Merge(a.currencyFields(), a.accountFields(), a.paymentFields(), a.acts())}
}

type api struct{ *Practice }

// apiAccount is an account with its balance, as one reader sees it.
type apiAccount struct {
	Account
	currency Currency
	balance  Micros
	sees     reader
}

// apiPayment is a payment as one reader sees it.
type apiPayment struct {
	Payment
	currency Currency
	words    bool // the reader sees the description
}

// reads answers a field with a value of its parent.
func reads[T any](f func(*T) any) graphql.Field {
	return graphql.Field{Read: func(p any) any { return f(p.(*T)) }}
}

// amount answers a field with an amount of its parent; null for none.
func amount[T any](f func(*T) (Micros, quantity.Unit, bool)) graphql.Field {
	return reads(func(x *T) any {
		n, unit, shown := f(x)
		if !shown {
			return nil
		}
		a := n.of(unit)
		return &a
	})
}

func (a *api) currencyFields() graphql.Fields {
	return resolve.Merge(resolve.Same[Currency]("CreditCurrency", "id", "name", "decimals", "backing"), graphql.Fields{
		"CreditCurrency.unit":   reads(func(c *Currency) any { return resolve.Unit(c.Unit) }),
		"CreditCurrency.closed": reads(func(c *Currency) any { return c.Closed }),
		"CreditCurrency.fund":   members(resolve.To(loadAccounts, resolve.By(func(c *Currency) store.ID { return c.Fund }))),
		"Query.creditCurrencies": {Needs: See, Batch: func(q *graphql.Query, _ []any, _ graphql.Args) ([]any, error) {
			s, err := settings.Get(q.Reader)
			if err != nil {
				return nil, err
			}
			var list []any
			for _, c := range s.Order {
				if c.Public || readerOf(q.Who).member {
					list = append(list, &c)
				}
			}
			return []any{list}, nil
		}},
	})
}

// members is a field that only members are answered.
func members(f graphql.Field) graphql.Field {
	f.Needs = Pay
	return f
}

func (a *api) accountFields() graphql.Fields {
	return resolve.Merge(resolve.Same[apiAccount]("CreditAccount", "id", "role", "standing"), graphql.Fields{
		"CreditAccount.currency": reads(func(x *apiAccount) any { return &x.currency }),
		"CreditAccount.agent":    resolve.To(resolve.Agents, resolve.By(func(x *apiAccount) store.ID { return x.Agent })),
		"CreditAccount.label":    resolve.Text(func(x *apiAccount) string { return x.Terms.Label }),
		"CreditAccount.balance":  amount(func(x *apiAccount) (Micros, quantity.Unit, bool) { return x.balance, x.currency.Unit, x.open() }),
		"CreditAccount.spendable": amount(func(x *apiAccount) (Micros, quantity.Unit, bool) {
			return x.position(x.balance).Spendable(), x.currency.Unit, x.limits()
		}),
		"CreditAccount.room": amount(func(x *apiAccount) (Micros, quantity.Unit, bool) {
			room, bounded := x.position(x.balance).Room()
			return room, x.currency.Unit, bounded && x.limits()
		}),
		"CreditAccount.floor": amount(func(x *apiAccount) (Micros, quantity.Unit, bool) { return x.Floor, x.currency.Unit, x.limits() }),
		"CreditAccount.ceiling": amount(func(x *apiAccount) (Micros, quantity.Unit, bool) {
			if x.Ceiling == nil {
				return 0, "", false
			}
			return *x.Ceiling, x.currency.Unit, x.limits()
		}),
		"CreditAccount.lines":  {Batch: linesOfAccounts},
		"CreditLine.payment":   resolve.To(loadPayments, resolve.By(func(l *apiLine) store.ID { return l.Payment })),
		"CreditLine.amount":    amount(func(l *apiLine) (Micros, quantity.Unit, bool) { return l.Amount, l.unit, true }),
		"CreditLine.kind":      resolve.Text(func(l *apiLine) string { return string(l.Kind) }),
		"CreditLine.at":        reads(func(l *apiLine) any { return l.At.Format(time.RFC3339Nano) }),
		"CreditLine.logEntry":  reads(func(l *apiLine) any { return l.Seq }),
		"Query.creditAccounts": {Needs: Pay, Batch: accountList},
		"Query.creditAccount": {Needs: Pay, Batch: func(q *graphql.Query, _ []any, args graphql.Args) ([]any, error) {
			v, err := resolve.OneOf(q, loadAccounts, args.ID("id"))
			return []any{v}, err
		}},
	})
}

func (x *apiAccount) open() bool   { return x.sees.balance(x.Account, x.currency) }
func (x *apiAccount) limits() bool { return x.sees.limits(x.Account) }

// accountList answers the accounts of somebody.
func accountList(q *graphql.Query, _ []any, args graphql.Args) ([]any, error) {
	agent := args.ID("agent")
	if agent == "" {
		agent = q.Who.Agent
	}
	held, err := store.AllOf(q.Reader, scanAccount, accountsByAgents, []store.ID{agent})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(held, func(a, b Account) int { return cmp.Compare(a.ID, b.ID) })
	list, err := seen(q, held)
	return []any{list}, err
}

// seen gives accounts their balances and their reader.
func seen(q *graphql.Query, held []Account) ([]any, error) {
	s, err := settings.Get(q.Reader)
	if err != nil {
		return nil, err
	}
	ids := make([]store.ID, len(held))
	for i, a := range held {
		ids[i] = a.ID
	}
	records, err := vf.GetResources(q.Reader, ids)
	out, sees := make([]any, len(held)), readerOf(q.Who)
	for i, a := range held {
		out[i] = &apiAccount{a, s.Currencies[a.Currency], Micros(records[a.ID].Accounting.Micros), sees}
	}
	return out, err
}

// loadAccounts finds accounts by their identifiers.
func loadAccounts(q *graphql.Query, ids []store.ID) ([]any, error) {
	found, err := store.AllOf(q.Reader, scanAccount, accountsByID, parsed(ids))
	if err != nil {
		return nil, err
	}
	list, err := seen(q, found)
	byID := map[store.ID]any{}
	for _, v := range list {
		byID[v.(*apiAccount).ID] = v
	}
	return resolve.InOrder(ids, byID, err)
}

// parsed are the identifiers that can be some.
func parsed(ids []store.ID) []store.ID {
	return slices.DeleteFunc(slices.Clone(ids), func(id store.ID) bool { _, ok := store.ParseID(string(id)); return !ok })
}
