package evaluation

import (
	"maps"
	"math/big"
	"slices"
)

// Scores counts a round of mode scores: the answers of panels about items.
//
// For each item it collects the panel's marks (a dismissed item is worth 0, a
// duplicate a part of the SAME rater's mark of the original, nothing at all is
// missing), normalizes them where the rules say so, drops the lowest and
// highest, and takes the exact mean of the rest. The order of items, panels
// and answers never matters.
//
// panels is nil for imported rounds, in which everybody who answered was on
// the panel. It refuses the whole round for an answer that is off the scale,
// from somebody who may not judge the item, or given twice, and for duplicates
// that run in a circle.
func Scores(r Rules, items []Item, panels []Panel, declared []Conflict, answers []Answer) (Result, error) {
	count, err := newCount(r, items, panels, declared, answers)
	if err != nil {
		return Result{}, err
	}
	var result Result
	heard := count.ratersByAuthor()
	for _, id := range slices.Sorted(maps.Keys(count.items)) {
		author := count.items[id].Author
		result.Items = append(result.Items, ItemResult{Item: id, Author: author}.first(count.panel(id), len(heard[author]) < r.RatersEach))
	}
	return result, nil
}

// ratersByAuthor returns the different people who marked something of each
// author.
func (c *count) ratersByAuthor() map[string]map[string]bool {
	heard := map[string]map[string]bool{}
	for id, marks := range c.marks {
		author := c.items[id].Author
		if heard[author] == nil {
			heard[author] = map[string]bool{}
		}
		for _, m := range marks {
			if m.Value != nil {
				heard[author][m.Rater] = true
			}
		}
	}
	return heard
}

// first is the item after its first panel; few says that too few different
// people marked anything of its author.
func (i ItemResult) first(p PanelResult, few bool) ItemResult {
	i.Status, i.Score, i.Panels = p.Status, standing(p), []PanelResult{p}
	switch {
	case p.Status == Unscored:
		i.Reason = BelowQuorum
	case few:
		i.Status, i.Reason, i.Score = Unscored, TooFewRaters, nil
	}
	return i
}

// second is a disputed item after its second panel.
func (i ItemResult) second(p PanelResult) ItemResult {
	i.Panels = append(slices.Clone(i.Panels), p)
	switch p.Status {
	case HasScore:
		i.Status, i.Score = HasScore, p.Score
	case Disputed:
		i.Status, i.Score = Contested, p.Score
	}
	return i
}

// standing is the score that counts: none while a second panel is awaited.
func standing(p PanelResult) *big.Rat {
	if p.Status == Disputed {
		return nil
	}
	return p.Score
}

// SecondPanel adds the findings of second panels about disputed items. The
// second panel's mean stands, whatever its spread (then the item is contested,
// for there is no third panel); below quorum the item stays disputed. Both
// findings remain in the result.
func SecondPanel(r Rules, first Result, items []Item, panels []Panel, declared []Conflict, answers []Answer) (Result, error) {
	count, err := newCount(r, items, panels, declared, answers)
	if err != nil {
		return Result{}, err
	}
	out := Result{Items: slices.Clone(first.Items)}
	for i, item := range out.Items {
		if _, asked := count.seats.seats[item.Item]; item.Status != Disputed || !asked {
			continue
		}
		out.Items[i] = item.second(count.panel(item.Item))
	}
	return out, nil
}
