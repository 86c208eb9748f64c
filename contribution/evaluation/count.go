package evaluation

import (
	"cmp"
	"math/big"
	"slices"

	"commonweal/platform/fault"
)

// count is a round being counted.
type count struct {
	rules   Rules
	items   map[string]Item
	seats   seating
	members map[string][]string // item → raters on its panel, in order
	marks   map[string][]Mark   // item → marks, one each member
	factors map[string]*big.Rat // rater → factor, when normalizing
}

func newCount(r Rules, items []Item, panels []Panel, declared []Conflict, answers []Answer) (*count, error) {
	if err := r.Check(); err != nil {
		return nil, err
	}
	byID, err := itemsByID(items)
	if err != nil {
		return nil, err
	}
	for _, p := range panels {
		if _, known := byID[p.Item]; !known {
			return nil, fault.NotFoundf("evaluation.unknown_item", "panels", "a panel was drawn for %q, which is not in this round", p.Item)
		}
	}
	c := &count{rules: r, items: byID, seats: newSeating(panels, declared)}
	answered, err := newBook(r, byID, c.seats, answers)
	if err != nil {
		return nil, err
	}
	c.seat(panels, answers)
	if err := c.collect(answered); err != nil {
		return nil, err
	}
	c.normalize()
	return c, nil
}

// seat lists each item's panel: who was drawn, or who answered.
func (c *count) seat(panels []Panel, answers []Answer) {
	c.members = make(map[string][]string, len(c.items))
	for _, p := range panels {
		c.members[p.Item] = append(c.members[p.Item], p.Raters...)
	}
	if panels == nil {
		for _, a := range answers {
			c.members[a.Item] = append(c.members[a.Item], a.Rater)
		}
	}
	for id, raters := range c.members {
		slices.Sort(raters)
		c.members[id] = slices.Compact(raters)
	}
}

// collect turns answers into marks.
func (c *count) collect(answered book) error {
	c.marks = make(map[string][]Mark, len(c.items))
	for id, raters := range c.members {
		for _, rater := range raters {
			m, err := c.mark(answered[rater], rater, id)
			if err != nil {
				return err
			}
			c.marks[id] = append(c.marks[id], m)
		}
	}
	return nil
}

// mark returns what the rater's answers say about the item.
func (c *count) mark(said map[string]Answer, rater, item string) (Mark, error) {
	m := Mark{Rater: rater, Weight: c.rules.weight(rater), Fate: Missing}
	a, answered := said[item]
	if !answered {
		m.Reason = NoAnswer
		return m, nil
	}
	m.Verdict, m.Comment = a.Verdict, a.Comment
	if a.Verdict != Duplicate {
		m.Plain, m.Reason = c.worth(a)
	} else {
		first, err := firstOriginal(said, a)
		if err != nil {
			return Mark{}, err
		}
		m.Original = first
		if m.Plain, _ = c.worth(said[first]); m.Plain == nil {
			m.Reason = OriginalMissing
		} else if c.rules.Duplicate == nil {
			m.Plain.SetInt64(0)
		} else {
			m.Plain.Mul(m.Plain, c.rules.Duplicate)
		}
	}
	if m.Plain != nil {
		m.Fate, m.Value = Kept, m.Plain
	}
	return m, nil
}

// worth returns what an answer that is no duplicate is worth, or why nothing.
func (c *count) worth(a Answer) (*big.Rat, Reason) {
	switch {
	case a.Verdict == Dismissed:
		return new(big.Rat), ""
	case a.Verdict != Scored:
		return nil, NoAnswer
	case a.Score == 0 && c.rules.BareZero == ZeroMissing:
		return nil, BareZeroReason
	}
	return new(big.Rat).SetInt64(a.Score), ""
}

// firstOriginal follows one rater's chain of duplicates to the item that he
// does not call a duplicate. A circle is refused.
func firstOriginal(said map[string]Answer, a Answer) (string, error) {
	for step := 0; step <= len(said); step++ {
		next := said[a.Original]
		if next.Verdict != Duplicate {
			return a.Original, nil
		}
		a = next
	}
	return "", fault.Invalidf("evaluation.duplicate_cycle", "original",
		"%q calls items duplicates of each other in a circle through %q; one of them must be the original", a.Rater, a.Item)
}

// panel counts one item.
func (c *count) panel(id string) PanelResult {
	p := PanelResult{Marks: slices.Clone(c.marks[id]), Spread: new(big.Rat), Status: Unscored}
	valid := make([]*Mark, 0, len(p.Marks))
	for i := range p.Marks {
		if p.Marks[i].Value != nil {
			valid = append(valid, &p.Marks[i])
		}
	}
	p.Valid = len(valid)
	if p.Valid < c.rules.Quorum {
		return p
	}
	slices.SortFunc(valid, func(a, b *Mark) int {
		return cmp.Or(a.Value.Cmp(b.Value), cmp.Compare(a.Rater, b.Rater))
	})
	p.Spread = c.rules.Spread.of(valid)
	kept := trim(valid, c.rules.Trim)
	p.Low, p.High = kept[0].Value, kept[len(kept)-1].Value
	p.Score = c.round(weightedMean(kept))
	p.Status = HasScore
	if c.rules.Spread.Measure != AnySpread && p.Spread.Cmp(new(big.Rat).SetInt64(c.rules.Spread.Most)) > 0 {
		p.Status = Disputed
	}
	return p
}
