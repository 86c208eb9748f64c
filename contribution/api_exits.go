package contribution

import (
	"commonweal/platform/graphql"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf/resolve"
)

// exitFields answers who left, and what became of their claims.
func (a *api) exitFields() graphql.Fields {
	return resolve.Merge(
		resolve.Same[Exit]("ContributionExit", "id", "way", "from", "at", "decision"),
		resolve.Same[BuyBack]("ContributionBuyBack", "slices", "amount", "at"),
		resolve.Same[ClawBack]("ContributionClawBack", "sold", "decision"),
		graphql.Fields{
			"ContributionExit.number":    reads(func(x *Exit) any { return x.No }),
			"ContributionExit.person":    agentOf(func(x *Exit) store.ID { return x.Person }),
			"ContributionExit.project":   agentOf(func(x *Exit) store.ID { return x.Project }),
			"ContributionExit.buyBack":   reads(func(x *Exit) any { return orNone(x.BuyBack) }),
			"ContributionExit.clawBack":  reads(func(x *Exit) any { return orNone(x.ClawBack) }),
			"ContributionExit.revokedAt": reads(func(x *Exit) any { return entryNumber(x.RevokedAt) }),

			"ContributionBuyBack.number":  reads(func(b *BuyBack) any { return b.No }),
			"ContributionBuyBack.event":   resolve.To(resolve.Events, resolve.By(func(b *BuyBack) store.ID { return b.Event })),
			"ContributionClawBack.number": reads(func(c *ClawBack) any { return c.No }),

			"ContributionOffer.slices": money(func(o *Offer) quantity.Amount { return o.Counts }),
			"ContributionOffer.amount": money(func(o *Offer) quantity.Amount { return o.Amount }),
			"ContributionOffer.own":    money(func(o *Offer) quantity.Amount { return o.Own }),
			"ContributionOffer.price":  reads(func(o *Offer) any { return string(o.Price) }),

			"Query.contributionExits": asks(SeeExits, func(q *graphql.Query, _ graphql.Args) (any, error) {
				list, err := Exits(q.Reader)
				return boxed(list), err
			}),
			"Query.contributionBuyBackOffer": asks(SeeExits, func(q *graphql.Query, args graphql.Args) (any, error) {
				x, err := GetExit(q.Reader, args.ID("exit"))
				if err != nil {
					return nil, err
				}
				o, err := a.OfferBuyBack(q.Reader, x, args.ID("equation"))
				return &o, err
			}),
		})
}

func (a *api) exitActs() graphql.Fields {
	return graphql.Fields{
		"Mutation.recordContributionExit":   acting(Leave, "exit", on(a.DB, RecordExit)),
		"Mutation.buyBackContributionExit":  acting(Run, "", a.BuyBack),
		"Mutation.clawBackContributionExit": acting(Leave, "", on(a.DB, RecordClawBack)),
		"Mutation.revokeContributionExit":   acting(Leave, "", on(a.DB, RevokeExit)),
	}
}
