package contribution

import (
	"cmp"
	"context"
	"slices"
	"time"

	"commonweal/platform/auth"
	"commonweal/platform/graphql"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf/resolve"
)

// karmaShare is what one person holds.
type karmaShare struct {
	person store.ID
	amount quantity.Amount
}

func (a *api) karmaFields() graphql.Fields {
	return graphql.Fields{
		"Query.contributionHalfLives": asks(See, func(q *graphql.Query, _ graphql.Args) (any, error) {
			list, err := HalfLives(q.Reader)
			return boxed(list), err
		}),
		"ContributionHalfLife.from":     reads(func(h *DecidedHalfLife) any { return h.From }),
		"ContributionHalfLife.days":     reads(func(h *DecidedHalfLife) any { return int64(h.Value / (24 * time.Hour)) }),
		"ContributionHalfLife.decision": resolve.Text(func(h *DecidedHalfLife) string { return h.Decision }),
		"ContributionHalfLife.by":       agentOf(func(h *DecidedHalfLife) store.ID { return h.By }),
		"ContributionConflicts.with":    resolve.ToMany(resolve.Agents, func(p any) []store.ID { return p.(*conflicted).with }),

		"ContributionKarma.person": agentOf(func(k *karmaShare) store.ID { return k.person }),
		"ContributionKarma.amount": money(func(k *karmaShare) quantity.Amount { return k.amount }),
		"Query.contributionKarma": asks(See, func(q *graphql.Query, args graphql.Args) (any, error) {
			record, err := a.karmaRecord(q.Reader)
			if err != nil {
				return nil, err
			}
			held, err := record.AllAt(args.Text("project"), q.Reader.Now())
			var list []karmaShare
			for id, amount := range held {
				if amount.Sign() > 0 {
					list = append(list, karmaShare{store.ID(id), amount})
				}
			}
			slices.SortFunc(list, func(x, y karmaShare) int {
				return cmp.Or(cmp.Compare(y.amount.Micros, x.amount.Micros), cmp.Compare(x.person, y.person))
			})
			return boxed(list), err
		}),
	}
}

// conflicted is with whom the asker has declared a conflict.
type conflicted struct{ with []store.ID }

func (a *api) karmaActs() graphql.Fields {
	return graphql.Fields{
		"Mutation.setContributionHalfLife": {Needs: Configure, Act: func(q *graphql.Query, args graphql.Args) (any, error) {
			list, err := done(q, args, "", on(a.DB, SetHalfLife))
			return boxed(list), err
		}},
		"Mutation.sanctionContributionKarma": {Needs: Sanction, Act: func(q *graphql.Query, args graphql.Args) (any, error) {
			return done(q, args, "", on(a.DB, SanctionKarma))
		}},
		"Mutation.declareContributionConflict": acting(Evaluate, "", a.declareConflict),
	}
}

func (a *api) declareConflict(ctx context.Context, who auth.Identity, key string, ask ConflictAsk) (conflicted, error) {
	all, err := DeclareConflict(ctx, a.DB, who, key, ask)
	var out conflicted
	for _, c := range all {
		if c.Rater == string(who.Agent) {
			out.with = append(out.with, store.ID(c.Author))
		}
	}
	return out, err
}
