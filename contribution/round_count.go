package contribution

import (
	"cmp"
	"math/big"
	"slices"
	"time"

	"commonweal/contribution/evaluation"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// RoundInput is everything that the result of a round follows from. CountRound
// needs no database: whoever has the journal and the published answers counts
// the round again.
type RoundInput struct {
	Rules     RoundRules
	Basis     RoundBasis
	Panels    []evaluation.Panel // of modes scores and points
	Second    []evaluation.Panel // nil without
	Answers   []RoundAnswer
	History   []evaluation.Gift // mode give: what was given in earlier rounds of the window
	Withdrawn []string          // contributions that are not validated any more: no rating, no karma
}

// RoundResult is what a round found, with its whole trace.
type RoundResult struct {
	Items     []evaluation.ItemResult `json:"items,omitempty"`    // modes scores and points
	Points    []evaluation.PointTotal `json:"points,omitempty"`   // mode points: by contributor
	Receipts  []evaluation.Receipt    `json:"receipts,omitempty"` // mode give
	Ratings   []Rating                `json:"ratings"`
	Karma     []KarmaGrant            `json:"karma"`
	Rings     []evaluation.Ring       `json:"rings,omitempty"` // groups that judged mostly each other: reported, never punished
	Withdrawn []string                `json:"withdrawn,omitempty"`
}

// Rating is what a contribution is worth in the eyes of its peers. Value
// equations read it as "rating": Num / Den.
type Rating struct {
	Entry EntryNo  `json:"entry"`
	Score *big.Rat `json:"score"` // exact
	Num   int64    `json:"num"`   // the same fraction, or the nearest that fits 31 bits
	Den   int64    `json:"den"`
}

// KarmaGrant is karma that a round grants.
type KarmaGrant struct {
	Person store.ID        `json:"person"`
	Domain store.ID        `json:"domain,omitempty"` // a project; empty for the whole commons
	Amount quantity.Amount `json:"amount"`
	Entry  *EntryNo        `json:"entry,omitempty"` // the contribution it is for; nil in mode give
	At     time.Time       `json:"at,omitzero"`     // since when it counts; zero: since the round closed
}

// cause is how the grant is kept: "round:ID", or "round:ID/ENTRY".
func (g KarmaGrant) cause(round store.ID) string {
	if g.Entry == nil {
		return "round:" + string(round)
	}
	return "round:" + string(round) + "/" + g.Entry.String()
}

// since is when the grant begins to count, of a round that closed at a moment.
func (g KarmaGrant) since(closed time.Time) time.Time {
	if g.At.IsZero() {
		return closed
	}
	return g.At
}

// ringsIn lists groups that keep more than two thirds of their points among
// themselves: of up to six people, and of no more than half of those who
// received any, for in a small commons the few who work are no ring.
func ringsIn(gifts []evaluation.Gift) []evaluation.Ring {
	received := map[string]bool{}
	for _, g := range gifts {
		received[g.To] = true
	}
	return evaluation.Rings(evaluation.RingRule{Above: big.NewRat(2, 3), Largest: min(6, len(received)/2)}, gifts)
}

// CountRound counts a round. The order of anything in the input never matters.
func CountRound(in RoundInput) (RoundResult, error) {
	if in.Rules.Mode == GiveMode {
		return countGiving(in)
	}
	result, err := countScores(in)
	if err != nil {
		return result, err
	}
	if in.Rules.Mode == PointMode {
		if err := result.countPoints(in); err != nil {
			return result, err
		}
	}
	result.Rings = ringsIn(marksAsGifts(result.Items))
	return result, result.settle(in, result.ratedItems())
}

// marks are the answers of the people on the panels, as the rules know them.
func (in RoundInput) marks(panels []evaluation.Panel) []evaluation.Answer {
	seated := map[[2]string]bool{}
	for _, p := range panels {
		for _, rater := range p.Raters {
			seated[[2]string{rater, p.Item}] = true
		}
	}
	var out []evaluation.Answer
	for _, a := range in.Answers {
		if a.Verdict != Skipped && seated[[2]string{a.Rater, a.Item}] {
			out = append(out, a.Answer)
		}
	}
	return out
}

func countScores(in RoundInput) (RoundResult, error) {
	items, declared := in.Basis.items(), in.Basis.Declared
	counted, err := evaluation.Scores(in.Rules.Count, items, in.Panels, declared, in.marks(in.Panels))
	if err != nil {
		return RoundResult{}, err
	}
	if in.Second != nil {
		counted, err = evaluation.SecondPanel(in.Rules.Count, counted, items, in.Second, declared, in.marks(in.Second))
	}
	return RoundResult{Items: counted.Items, Withdrawn: in.Withdrawn}, err
}

// scored is a contribution, or in mode give a part of what a member received.
type scored struct {
	item  string
	score *big.Rat
}

func (res RoundResult) ratedItems() (out []scored) {
	for _, item := range res.Items {
		if item.Score != nil {
			out = append(out, scored{item.Item, item.Score})
		}
	}
	return out
}

// settle turns scores into ratings, and ratings into karma.
func (res *RoundResult) settle(in RoundInput, list []scored) error {
	byID := map[string]RoundItem{}
	for _, item := range in.Basis.Items {
		byID[item.ID] = item
	}
	for _, s := range list {
		if slices.Contains(in.Withdrawn, s.item) {
			continue
		}
		no, err := ParseEntryNo(s.item)
		if err != nil {
			return err
		}
		rating := ratingOf(no, s.score)
		res.Ratings = append(res.Ratings, rating)
		if in.Rules.Mode == GiveMode {
			continue
		}
		item := byID[s.item]
		if err := res.grant(in.Rules, KarmaGrant{Person: store.ID(item.Author), Domain: item.Project, Entry: &no, At: item.At}, s.score); err != nil {
			return err
		}
	}
	return nil
}

// grant adds karma for points, rounded half to even to a millionth.
func (res *RoundResult) grant(rules RoundRules, g KarmaGrant, points *big.Rat) (err error) {
	g.Amount, err = quantity.FromRat(new(big.Rat).Mul(points, rules.Karma.Rat()), evaluation.Karma, quantity.HalfEven)
	if err == nil && g.Amount.Sign() > 0 {
		res.Karma = append(res.Karma, g)
	}
	return err
}

// ratingOf keeps a score as the columns do, in two numbers of 31 bits: exactly
// where it fits, else rounded half to even to the most decimals, at most six,
// that fit.
func ratingOf(no EntryNo, score *big.Rat) Rating {
	exact := score
	for den := int64(1_000_000); !fits(score) && den >= 1; den /= 10 {
		scaled := new(big.Rat).Mul(exact, new(big.Rat).SetInt64(den))
		score = new(big.Rat).SetFrac(roundHalfEven(scaled), big.NewInt(den))
	}
	return Rating{Entry: no, Score: exact, Num: score.Num().Int64(), Den: score.Denom().Int64()}
}

func fits(v *big.Rat) bool {
	most := big.NewInt(ratable)
	return v.Num().CmpAbs(most) <= 0 && v.Denom().Cmp(most) <= 0
}

// roundHalfEven rounds a fraction of zero or more to a whole number.
func roundHalfEven(v *big.Rat) *big.Int {
	q, r := new(big.Int).QuoRem(v.Num(), v.Denom(), new(big.Int))
	switch c := r.Lsh(r, 1).Cmp(v.Denom()); {
	case c > 0, c == 0 && q.Bit(0) == 1:
		q.Add(q, big.NewInt(1))
	}
	return q
}

// countPoints replaces each score by points × participation: the points are
// the median of the panel's marks (the lower of two in the middle, so that they
// are on the scale), the participation is how much of what the contributor was
// asked to judge they judged.
func (res *RoundResult) countPoints(in RoundInput) error {
	rules := in.Rules.Participation
	rules.Scale = in.Rules.Count.Scale
	part, err := participation(rules, in)
	if err != nil {
		return err
	}
	return res.multiply(rules, part)
}

// multiply multiplies the points of each item by its contributor's part.
func (res *RoundResult) multiply(rules evaluation.PointRules, part map[string]quantity.Amount) (err error) {
	var entries []evaluation.Points
	for i := range res.Items {
		item := &res.Items[i]
		if item.Score == nil {
			continue
		}
		if item.Score = median(item.Panels[0].Marks); item.Score.Sign() == 0 {
			continue // dismissed
		}
		multiplier, asked := part[item.Author]
		if !asked {
			multiplier = quantity.Of(1, quantity.One)
		}
		entries = append(entries, evaluation.Points{Member: item.Author, Deliverable: item.Item, Points: item.Score.Num().Int64(), Participation: multiplier})
		item.Score = new(big.Rat).Mul(item.Score, multiplier.Rat())
	}
	res.Points, err = evaluation.CountPoints(rules, entries)
	return err
}

// median of the marks that count; the lower of two in the middle.
func median(marks []evaluation.Mark) *big.Rat {
	var values []*big.Rat
	for _, m := range marks {
		if m.Fate == evaluation.Kept && m.Value != nil {
			values = append(values, m.Value)
		}
	}
	slices.SortFunc(values, (*big.Rat).Cmp)
	return new(big.Rat).Set(values[(len(values)-1)/2])
}

// participation is lowest + (most − lowest) × answered ÷ asked of everybody who
// was drawn, cut to a millionth.
func participation(rules evaluation.PointRules, in RoundInput) (map[string]quantity.Amount, error) {
	asked, answered := map[string]int64{}, map[string]int64{}
	for _, panel := range in.Panels {
		for _, rater := range panel.Raters {
			asked[rater]++
		}
	}
	for _, a := range in.marks(in.Panels) {
		answered[a.Rater]++
	}
	out := make(map[string]quantity.Amount, len(asked))
	for rater, n := range asked {
		var err error
		if out[rater], err = takesPart(rules, answered[rater], n); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// takesPart is the multiplier of somebody who answered so many of what they
// were asked.
func takesPart(rules evaluation.PointRules, answered, asked int64) (quantity.Amount, error) {
	extra, err := quantity.MulDivMicros(rules.Most.Micros-rules.Lowest.Micros, answered, asked, quantity.Down)
	return quantity.Micros(rules.Lowest.Micros+extra, quantity.One), err
}

// marksAsGifts reads marks as what raters gave to contributors, to look for
// groups that judge each other.
func marksAsGifts(items []evaluation.ItemResult) []evaluation.Gift {
	sums := map[[2]string]int64{}
	for _, item := range items {
		for _, panel := range item.Panels {
			for _, m := range panel.Marks {
				if m.Value != nil && m.Value.Sign() > 0 {
					sums[[2]string{m.Rater, item.Author}] += roundHalfEven(m.Value).Int64()
				}
			}
		}
	}
	var out []evaluation.Gift
	for pair, n := range sums {
		if n > 0 {
			out = append(out, evaluation.Gift{From: pair[0], To: pair[1], Amount: n})
		}
	}
	slices.SortFunc(out, func(a, b evaluation.Gift) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To)) })
	return out
}

// countGiving counts a round of mode give. What a member received is spread in
// equal parts over their contributions of the round, so that ratings add up to
// it; a member without contributions still earns karma.
func countGiving(in RoundInput) (RoundResult, error) {
	var gifts []evaluation.Gift
	var declines []string
	for _, a := range in.Answers {
		gifts = append(gifts, a.Gifts...)
		if a.Declines {
			declines = append(declines, a.Rater)
		}
	}
	// What somebody gave to one who declined later was not received: it is unspent.
	gifts = slices.DeleteFunc(gifts, func(g evaluation.Gift) bool { return slices.Contains(declines, g.To) })
	giving, err := evaluation.Give(in.Rules.Give, giveMembers(in.Basis, declines), gifts, in.History)
	if err != nil {
		return RoundResult{}, err
	}
	res := RoundResult{Receipts: giving.Receipts, Withdrawn: in.Withdrawn, Rings: ringsIn(gifts)}
	return res, res.settleGifts(in)
}

// settleGifts turns what members received into ratings and karma.
func (res *RoundResult) settleGifts(in RoundInput) error {
	domain := in.domain()
	made := map[string][]string{}
	for _, item := range in.Basis.Items {
		if !slices.Contains(in.Withdrawn, item.ID) {
			made[item.Author] = append(made[item.Author], item.ID)
		}
	}
	var list []scored
	for _, r := range res.Receipts {
		if err := res.grant(in.Rules, KarmaGrant{Person: store.ID(r.Member), Domain: domain}, r.Weight); err != nil {
			return err
		}
		each := new(big.Rat).SetInt64(int64(max(len(made[r.Member]), 1)))
		for _, item := range made[r.Member] {
			list = append(list, scored{item, new(big.Rat).Quo(r.Weight, each)})
		}
	}
	return res.settle(in, list)
}

// domain is the project of all contributions of the round, or none.
func (in RoundInput) domain() (out store.ID) {
	for i, item := range in.Basis.Items {
		if i > 0 && item.Project != out {
			return ""
		}
		out = item.Project
	}
	return out
}

// scoredCount is how many contributions, or members, have a result.
func (res RoundResult) scoredCount() int {
	n := len(res.ratedItems())
	for _, r := range res.Receipts {
		if r.Weight.Sign() > 0 {
			n++
		}
	}
	return n
}
