package contribution

import (
	_ "embed"
	"maps"

	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/graphql"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
	"commonweal/vf/resolve"
)

//go:embed schema.graphql
var sdl string

// Part is the practice's part of the GraphQL schema. Its audiences are those
// of the pages; acts are the same acts.
func Part(p *Practice) graphql.Part {
	a := &api{p}
	fields := graphql.Fields{}
	for _, f := range []graphql.Fields{a.entryFields(), a.settingFields(), a.karmaFields(), a.owedFields(), a.incomeFields(), a.distributionFields(), a.whyFields(), a.equationFields(),
		a.roundFields(), a.exitFields(), a.importFields(), a.acts()} {
		maps.Copy(fields, f)
	}
	return graphql.Part{Room: "contribution", Practice: true, SDL: sdl, Fields: fields}
}

type api struct{ *Practice }

// asks answers a field of Query that needs a capability.
func asks(needs auth.Capability, f func(q *graphql.Query, args graphql.Args) (any, error)) graphql.Field {
	return graphql.Field{Needs: needs, Batch: func(q *graphql.Query, _ []any, args graphql.Args) ([]any, error) {
		v, err := f(q, args)
		return []any{v}, err
	}}
}

// reads answers a field with a value of its parent.
func reads[T any](f func(*T) any) graphql.Field {
	return graphql.Field{Read: func(p any) any { return f(p.(*T)) }}
}

// agentOf answers a field with an agent.
func agentOf[T any](f func(*T) store.ID) graphql.Field {
	return resolve.To(resolve.Agents, resolve.By(f))
}

// money answers a field with an amount; none without a unit.
func money[T any](f func(*T) quantity.Amount) graphql.Field {
	return reads(func(x *T) any {
		a := f(x)
		if a.Unit == "" {
			return nil
		}
		return &a
	})
}

// boxed turns the values of a list into values of the API.
func boxed[T any](list []T) []any {
	out := make([]any, len(list))
	for i := range list {
		out[i] = &list[i]
	}
	return out
}

// entryNumber is a number of a log entry; null for not yet.
func entryNumber(seq int64) any {
	if seq == 0 {
		return nil
	}
	return seq
}

// member reports whether the asker reads notes and names.
func member(q *graphql.Query) bool { return q.Who.Can(vf.SeePrivate) }

// inField names the argument that an error is about.
func inField(err error, name string) error {
	if f := fault.As(err); f != nil {
		return f.InField(name)
	}
	return err
}
