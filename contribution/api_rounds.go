package contribution

import (
	"context"
	"slices"
	"time"

	"commonweal/contribution/evaluation"
	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/graphql"
	"commonweal/platform/store"
	"commonweal/quantity"
	"commonweal/vf"
	"commonweal/vf/resolve"
)

// roundFields answers evaluation rounds, and what the asker has to do in them.
func (a *api) roundFields() graphql.Fields {
	return resolve.Merge(
		resolve.ConnectionOf("ContributionRound"),
		resolve.Same[Round]("ContributionRound", "id", "name", "state", "from", "until", "kinds", "opens", "closes", "items", "raters", "answered", "scored"),
		resolve.Same[RoundAnswer]("ContributionAnswer", "declines"),
		resolve.Same[evaluation.Gift]("ContributionGift", "amount"),
		graphql.Fields{
			"ContributionRound.mode":     reads(func(r *Round) any { return string(r.Rules.Mode) }),
			"ContributionRound.names":    reads(func(r *Round) any { return string(r.Rules.Names) }),
			"ContributionRound.karma":    money(func(r *Round) quantity.Amount { return r.Rules.Karma }),
			"ContributionRound.projects": resolve.ToMany(resolve.Agents, func(p any) []store.ID { return p.(*Round).Projects }),
			"ContributionRound.marks":    reads(marksOf),
			"ContributionRound.budget":   reads(func(r *Round) any { return entryNumber(r.Rules.Give.Budget) }),
			"ContributionRound.openedAt": reads(func(r *Round) any { return entryNumber(r.No) }),
			"ContributionRound.closedAt": reads(func(r *Round) any { return entryNumber(r.ClosedNo) }),

			"ContributionAnswer.number":   resolve.Text(numberAnswered),
			"ContributionAnswer.verdict":  resolve.Text(func(x *RoundAnswer) string { return string(x.Verdict) }),
			"ContributionAnswer.score":    reads(scoreOf),
			"ContributionAnswer.original": resolve.Text(func(x *RoundAnswer) string { return x.Original }),
			"ContributionAnswer.comment":  resolve.Text(func(x *RoundAnswer) string { return x.Comment }),
			"ContributionAnswer.gifts":    reads(func(x *RoundAnswer) any { return boxed(x.Gifts) }),
			"ContributionAnswer.logEntry": reads(func(x *RoundAnswer) any { return entryNumber(x.Seq) }),
			"ContributionGift.to":         agentOf(func(g *evaluation.Gift) store.ID { return store.ID(g.To) }),
			"ContributionGift.note":       resolve.Text(func(g *evaluation.Gift) string { return g.Note }),

			"Query.contributionRounds":       asks(See, roundList),
			"Query.contributionRound":        asks(See, roundNamed),
			"Query.contributionRoundSeats":   asks(Evaluate, a.seatsInRound),
			"Query.contributionRoundAnswers": asks(Evaluate, answersInRound),
		})
}

// marksOf are the marks of the scale; none where points are given to people.
func marksOf(r *Round) any {
	out := []any{}
	for _, v := range r.Rules.Count.Scale.Values {
		out = append(out, v)
	}
	return out
}

// numberAnswered is the contribution an answer is about; none for gifts.
func numberAnswered(x *RoundAnswer) string {
	if x.Item == giftsItem {
		return ""
	}
	return x.Item
}

func scoreOf(x *RoundAnswer) any {
	if x.Verdict != evaluation.Scored {
		return nil
	}
	return x.Score
}

var roundsAfter = store.SQL(`SELECT content FROM contribution_round WHERE commons_id = $1 AND (opens, id) > ($2, $3) ORDER BY opens, id LIMIT $4`)

func roundList(q *graphql.Query, args graphql.Args) (any, error) {
	list, w, err := timedPage(q, args, scanRound, roundsBefore, roundsAfter)
	return resolve.PageOf(list, w, func(r *Round) string { return resolve.PackTimed(vf.Cursor{At: store.Micros(r.Opens), ID: r.ID}) }, func(r *Round) any { return r }), err
}

func roundNamed(q *graphql.Query, args graphql.Args) (any, error) {
	round, err := GetRound(q.Reader, args.ID("id"))
	if fault.KindOf(err) == fault.NotFound {
		return nil, nil
	}
	return &round, err
}

// seatsInRound is what the asker was drawn to judge.
func (a *api) seatsInRound(q *graphql.Query, args graphql.Args) (any, error) {
	round, err := GetRound(q.Reader, args.ID("round"))
	if err != nil {
		return nil, err
	}
	seats, err := seatsOf(q.Reader, round, string(q.Who.Agent))
	if err != nil {
		return nil, err
	}
	nos := make([]EntryNo, len(seats))
	for i, item := range seats {
		if nos[i], err = ParseEntryNo(item); err != nil {
			return nil, err
		}
	}
	found, err := a.byNumber(q, nos)
	out := []any{}
	for _, no := range nos {
		if e := found[no]; e != nil {
			out = append(out, e)
		}
	}
	return out, err
}

func answersInRound(q *graphql.Query, args graphql.Args) (any, error) {
	list, err := AnswersBy(q.Reader, args.ID("round"), q.Who.Agent)
	return boxed(list), err
}

// roundAsk is a round as the API asks for it: what its form asks, with the
// defaults of the schema.
type roundAsk struct {
	Name       string          `json:"name"`
	From       string          `json:"from"`
	Until      string          `json:"until"`
	Projects   []store.ID      `json:"projects"`
	Kinds      []string        `json:"kinds"`
	Opens      time.Time       `json:"opens"`
	Closes     time.Time       `json:"closes"`
	Mode       RoundMode       `json:"mode"`
	Names      Names           `json:"names"`
	Karma      quantity.Amount `json:"karma"`
	Panel      int             `json:"panel"`
	Marks      []int64         `json:"marks"`
	Quorum     int             `json:"quorum"`
	Trim       int             `json:"trim"`
	Duplicate  string          `json:"duplicate"`
	Normalize  bool            `json:"normalize"`
	RatersEach int             `json:"ratersEach"`
	Spread     string          `json:"spread"`
	SpreadMost int64           `json:"spreadMost"`
	SecondDays int             `json:"secondDays"`
	Budget     int64           `json:"budget"`
	Damping    int64           `json:"damping"`
	GiversEach int             `json:"giversEach"`
	WindowDays int             `json:"windowDays"`
	SpreadRest bool            `json:"spreadRest"`
}

// round is what it asks of the practice.
func (x roundAsk) round() (ask RoundAsk, err error) {
	ask = RoundAsk{Name: x.Name, From: x.From, Until: x.Until, Projects: x.Projects, Kinds: x.Kinds, Opens: x.Opens, Closes: x.Closes,
		Rules: RoundRules{Mode: x.Mode, Names: x.Names, Karma: x.Karma}}
	if x.Mode == GiveMode {
		ask.Rules.WindowDays = x.WindowDays
		ask.Rules.Give = evaluation.GiveRules{Budget: x.Budget, Damping: x.Damping, GiversEach: x.GiversEach}
		if x.SpreadRest {
			ask.Rules.Give.Unspent = evaluation.SpreadEven
		}
		return ask, nil
	}
	duplicate, err := quantity.Parse(x.Duplicate, quantity.One)
	if err != nil {
		return ask, inField(err, "duplicate")
	}
	ask.Rules.Panel = evaluation.PanelRule{Size: x.Panel, Least: x.Panel, MostEach: mostEach}
	ask.Rules.Count = evaluation.Rules{Scale: scaleOf(x.Marks), Quorum: x.Quorum, Trim: x.Trim, Duplicate: duplicate.Rat(), Normalize: x.Normalize,
		RatersEach: x.RatersEach, Spread: evaluation.Spread{Measure: evaluation.SpreadMeasure(x.Spread)}}
	if x.Spread != "" {
		ask.Rules.Count.Spread.Most, ask.Rules.SecondDays = x.SpreadMost, x.SecondDays
	}
	if x.Mode == PointMode {
		ask.Rules.Participation = evaluation.ParticipationRules(ask.Rules.Count.Scale)
	}
	return ask, nil
}

// scaleOf is the known scale of these marks, or one of their own.
func scaleOf(marks []int64) evaluation.Scale {
	if marks == nil {
		return evaluation.Praise
	}
	for _, known := range evaluation.Scales() {
		if slices.Equal(known.Values, marks) {
			return known
		}
	}
	return evaluation.Scale{Name: "own", Values: marks}
}

func (a *api) roundActs() graphql.Fields {
	return graphql.Fields{
		"Mutation.openContributionRound": acting(Configure, "round", func(ctx context.Context, who auth.Identity, key string, x roundAsk) (Round, error) {
			ask, err := x.round()
			if err != nil {
				return Round{}, err
			}
			return a.OpenRound(ctx, who, key, ask)
		}),
		"Mutation.answerContributionRound": acting(Evaluate, "", on(a.DB, AnswerRound)),
		"Mutation.giveContributionRound":   acting(Evaluate, "", on(a.DB, GiveRound)),
		"Mutation.closeContributionRound":  actingOn(Configure, "round", a.CloseRound),
		"Mutation.cancelContributionRound": actingOn(Configure, "round", on(a.DB, CancelRound)),
	}
}
