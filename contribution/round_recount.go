package contribution

import (
	"encoding/json"
	"math/big"
	"slices"

	"commonweal/contribution/evaluation"
	"commonweal/platform/fault"
	"commonweal/quantity"
)

// RecountPublished counts a round whose names are never published again, from
// the marks and gifts in its published result.
//
// Panels are drawn by a public lot, so whoever could tell which marks of
// several contributions are of one judge could often work out who that judge
// is. Hence the published marks have no numbers for judges, neither for the
// round nor within a contribution: each contribution has a heap of marks. The
// recount takes each heap as given, as far as the rules let it be so (as many
// marks as the panel has seats, each on the scale), and works out everything
// after it: quorum, spread, which marks are trimmed, scores, ratings, karma.
//
// What only the judges of a heap could prove is bounded instead of counted:
// how many different people judged somebody's work (Rules.RatersEach), how
// much a contributor took part (mode points), by how much a pair of mutual
// gifts was damped.
//
// Faults: contribution.recount, which says what cannot be.
func RecountPublished(in RoundInput, published RoundResult) (RoundResult, error) {
	if in.Rules.Mode == GiveMode {
		return recountGiving(in, published)
	}
	res := RoundResult{Withdrawn: in.Withdrawn}
	if len(published.Items) != len(in.Basis.Items) {
		return res, cannotBe("items", "the result has %d contributions, the round %d", len(published.Items), len(in.Basis.Items))
	}
	for i, item := range published.Items {
		again, err := recountItem(in, item)
		if err != nil {
			return res, err
		}
		if i > 0 && published.Items[i-1].Item >= item.Item {
			return res, cannotBe("items", "contribution %s is not in its place in the result", item.Item)
		}
		res.Items = append(res.Items, again)
	}
	if err := checkFew(in, res.Items); err != nil {
		return res, err
	}
	if in.Rules.Mode == PointMode {
		if err := res.recountPoints(in, published); err != nil {
			return res, err
		}
	}
	return res, res.settle(in, res.ratedItems())
}

// cannotBe is the fault of a published result that no count could have given.
func cannotBe(field, format string, args ...any) *fault.Error {
	return fault.Invalidf("contribution.recount", field, format, args...)
}

// panelOf returns the raters of an item; nil when it has no panel.
func panelOf(panels []evaluation.Panel, item string) []string {
	for _, p := range panels {
		if p.Item == item {
			return p.Raters
		}
	}
	return nil
}

// recountItem counts the panels of one contribution.
func recountItem(in RoundInput, item evaluation.ItemResult) (again evaluation.ItemResult, err error) {
	i := slices.IndexFunc(in.Basis.Items, func(b RoundItem) bool { return b.ID == item.Item })
	if i < 0 || len(item.Panels) == 0 {
		return again, cannotBe("items", "contribution %s was not judged in the round", item.Item)
	}
	seats := [][]string{panelOf(in.Panels, item.Item), panelOf(in.Second, item.Item)}
	if len(item.Panels) > 2 || (len(item.Panels) == 2) != (seats[1] != nil) {
		return again, cannotBe("panels", "contribution %s has the findings of %d panels, which is not how many were drawn", item.Item, len(item.Panels))
	}
	for n, stated := range item.Panels {
		if len(seats[n]) != len(stated.Marks) {
			return again, cannotBe("marks", "a panel of %d judged contribution %s; the result has %d marks", len(seats[n]), item.Item, len(stated.Marks))
		}
	}
	item.Author = in.Basis.Items[i].Author
	return evaluation.RecountItem(in.Rules.Count, item)
}

// checkFew checks which contributors are said to have been judged by too few
// different people. How many there were is at least the most marks that one of
// their contributions has, and at most all of their marks, or the people on
// their panels.
func checkFew(in RoundInput, items []evaluation.ItemResult) error {
	type bounds struct{ least, sum, scored, few int }
	by := map[string]*bounds{}
	seats := map[string]map[string]bool{}
	for _, item := range items {
		b := by[item.Author]
		if b == nil {
			b, seats[item.Author] = &bounds{}, map[string]bool{}
			by[item.Author] = b
		}
		first := item.Panels[0]
		b.least, b.sum = max(b.least, first.Valid), b.sum+first.Valid
		for _, rater := range panelOf(in.Panels, item.Item) {
			seats[item.Author][rater] = true
		}
		switch {
		case item.Reason == evaluation.TooFewRaters:
			b.few++
		case first.Status != evaluation.Unscored:
			b.scored++
		}
	}
	for author, b := range by {
		most := min(b.sum, len(seats[author]))
		if b.few > 0 && (b.scored > 0 || b.least >= in.Rules.Count.RatersEach) || b.scored > 0 && most < in.Rules.Count.RatersEach {
			return cannotBe("raters_each", "%s was judged by %d to %d people; %d of their contributions have no score for being judged by fewer than %d, and %d have one",
				author, b.least, most, b.few, in.Rules.Count.RatersEach, b.scored)
		}
	}
	return nil
}

// recountPoints multiplies points by the parts that contributors are said to
// have taken: each one that their seats allow, and no more answers in all than
// marks.
func (res *RoundResult) recountPoints(in RoundInput, published RoundResult) error {
	rules := in.Rules.Participation
	rules.Scale = in.Rules.Count.Scale
	asked := map[string]int64{}
	for _, p := range in.Panels {
		for _, rater := range p.Raters {
			asked[rater]++
		}
	}
	part := map[string]quantity.Amount{}
	for _, total := range published.Points {
		for _, line := range total.Lines {
			if err := tookPossibly(rules, asked[line.Member], line.Participation); err != nil {
				return err
			}
			if before, known := part[line.Member]; known && before != line.Participation {
				return cannotBe("participation", "%s takes part in two ways", line.Member)
			}
			part[line.Member] = line.Participation
		}
	}
	return res.multiply(rules, part)
}

// tookPossibly refuses a participation that no number of answers comes to.
func tookPossibly(rules evaluation.PointRules, asked int64, stated quantity.Amount) error {
	if asked == 0 && stated == quantity.Of(1, quantity.One) {
		return nil
	}
	for answered := int64(0); asked > 0 && answered <= asked; answered++ {
		if may, err := takesPart(rules, answered, asked); err == nil && may == stated {
			return nil
		}
	}
	return cannotBe("participation", "nobody who was asked %d times takes part %s times", asked, stated)
}

// recountGiving adds up what members received, gift by gift.
func recountGiving(in RoundInput, published RoundResult) (RoundResult, error) {
	res := RoundResult{Withdrawn: in.Withdrawn}
	if len(published.Receipts) != len(in.Basis.Raters) {
		return res, cannotBe("receipts", "the result has %d members, the round %d", len(published.Receipts), len(in.Basis.Raters))
	}
	budget := new(big.Rat).SetInt64(in.Rules.Give.Budget * int64(len(in.Basis.Raters)))
	spread, receiving := new(big.Rat), 0
	for i, stated := range published.Receipts {
		if stated.Member != in.Basis.Raters[i] {
			return res, cannotBe("receipts", "%s is not in their place in the result", stated.Member)
		}
		again, given, err := recountReceipt(in.Rules.Give, len(in.Basis.Raters)-1, stated)
		if err != nil {
			return res, err
		}
		if spread.Add(spread, given); again.Spread != nil {
			receiving++
		}
		res.Receipts = append(res.Receipts, again)
	}
	whole := in.Rules.Give.Unspent == evaluation.SpreadEven && receiving > 1
	if c := spread.Cmp(budget); c > 0 || whole && c != 0 {
		return res, cannotBe("receipts", "%s points were given; the budgets come to %s", spread.RatString(), budget.RatString())
	}
	return res, res.settleGifts(in)
}

// recountReceipt adds up one receipt. given is what went to the member, before
// any damping.
func recountReceipt(rules evaluation.GiveRules, others int, stated evaluation.Receipt) (again evaluation.Receipt, given *big.Rat, err error) {
	again, given = stated, new(big.Rat)
	again.Weight, again.Reason = new(big.Rat), ""
	if len(stated.Received) > others || (stated.Spread != nil) && (rules.Unspent != evaluation.SpreadEven || stated.Spread.Sign() < 0) {
		return again, given, cannotBe("receipts", "%s received %d gifts of %d colleagues, or a part of the rest that the rules do not spread", stated.Member, len(stated.Received), others)
	}
	for _, g := range stated.Received {
		amount := new(big.Rat).SetInt64(g.Amount)
		if g.To != stated.Member || g.Amount < 1 || g.Counts == nil || g.Counts.Sign() <= 0 || g.Counts.Cmp(amount) > 0 || rules.Damping == 0 && g.Counts.Cmp(amount) != 0 {
			return again, given, cannotBe("receipts", "a gift of %d to %s cannot count as it does", g.Amount, stated.Member)
		}
		given.Add(given, amount)
		again.Weight.Add(again.Weight, g.Counts)
	}
	if stated.Spread != nil {
		given.Add(given, stated.Spread)
		again.Weight.Add(again.Weight, stated.Spread)
	}
	if len(stated.Received) < rules.GiversEach {
		again.Weight.SetInt64(0)
		if len(stated.Received) > 0 {
			again.Reason = evaluation.TooFewRaters
		}
	}
	return again, given, nil
}

// sameResult says where two published results differ; nil when they are the
// same. Marks of equal worth without raters may differ in which is trimmed.
func sameResult(stated, counted RoundResult) error {
	for _, part := range []struct {
		field           string
		stated, counted any
	}{
		{"ratings", stated.Ratings, counted.Ratings}, {"karma", stated.Karma, counted.Karma}, {"items", inOrder(stated.Items), inOrder(counted.Items)},
		{"points", stated.Points, counted.Points}, {"receipts", stated.Receipts, counted.Receipts}, {"rings", stated.Rings, counted.Rings},
		{"withdrawn", stated.Withdrawn, counted.Withdrawn},
	} {
		a, err := json.Marshal(part.stated)
		if err != nil {
			return err
		}
		b, err := json.Marshal(part.counted)
		if err != nil {
			return err
		}
		if string(a) != string(b) {
			return cannotBe(part.field, "the %s of the round are not what its answers come to", part.field)
		}
	}
	return nil
}

// inOrder leaves of marks without raters what they are worth and what became of
// them, in order: which of two marks of equal worth was trimmed makes no
// difference.
func inOrder(items []evaluation.ItemResult) []evaluation.ItemResult {
	out := slices.Clone(items)
	for i := range out {
		out[i].Panels = slices.Clone(out[i].Panels)
		for j := range out[i].Panels {
			p := &out[i].Panels[j]
			p.Marks = slices.Clone(p.Marks)
			for k, m := range p.Marks {
				if m.Rater == "" {
					p.Marks[k] = evaluation.Mark{Plain: m.Value, Value: m.Value, Weight: m.Weight, Fate: m.Fate}
				}
			}
			if len(p.Marks) > 0 && p.Marks[0].Rater == "" {
				p.Marks = publishedMarks(p.Marks, NamesNobody)
			}
		}
	}
	return out
}
