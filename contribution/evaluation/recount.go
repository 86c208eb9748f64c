package evaluation

import (
	"math/big"
	"slices"

	"commonweal/platform/fault"
)

// Recount counts one panel again from its marks as they were published,
// perhaps without their raters: what each says and is worth is taken as given,
// as far as the rules let it be so; fates, spread and score are worked out
// afresh. The order of the marks never matters, but marks of equal worth may
// change places between kept and trimmed.
//
// It refuses, with evaluation.bad_mark, a mark that no answer could have made:
// off the scale, a dismissal that is worth something, a duplicate that is no
// part of a mark, a weight beyond the cap.
func Recount(r Rules, marks []Mark) (PanelResult, error) {
	if err := r.Check(); err != nil {
		return PanelResult{}, err
	}
	again := slices.Clone(marks)
	for i := range again {
		if err := again[i].possible(r); err != nil {
			return PanelResult{}, err
		}
		again[i].Fate = Kept
		if again[i].Value == nil {
			again[i].Fate = Missing
		}
	}
	c := &count{rules: r, marks: map[string][]Mark{"": again}}
	return c.panel(""), nil
}

// RecountItem counts the panels of one item again, as Recount does. That too
// few different people judged its author is taken as stated: the marks alone
// do not tell. A second panel that was not due is refused.
func RecountItem(r Rules, stated ItemResult) (ItemResult, error) {
	again := ItemResult{Item: stated.Item, Author: stated.Author}
	for n, p := range stated.Panels {
		counted, err := Recount(r, p.Marks)
		switch {
		case err != nil:
			return again, err
		case n == 0:
			again = again.first(counted, stated.Reason == TooFewRaters)
		case n == 1 && again.Status == Disputed:
			again = again.second(counted)
		default:
			return again, fault.Invalidf("evaluation.bad_mark", "panels", "panel %d of %q was not due", n+1, stated.Item)
		}
	}
	return again, nil
}

// possible refuses a mark that no answer could have made.
func (m Mark) possible(r Rules) error {
	most := int64(1)
	if len(r.Weights) > 0 {
		most = r.WeightCap
	}
	if m.Weight < 1 || m.Weight > most {
		return fault.Invalidf("evaluation.bad_mark", "marks", "a mark counts %d times; by the rules it counts 1 to %d times", m.Weight, most)
	}
	if (m.Plain == nil) != (m.Value == nil) {
		return fault.Invalidf("evaluation.bad_mark", "marks", "a mark says something and is worth nothing, or the other way round")
	}
	if m.Value == nil {
		return nil
	}
	top := new(big.Rat).SetInt64(r.Scale.Top())
	if m.Value.Sign() < 0 || m.Value.Cmp(top) > 0 || !r.Normalize && m.Value.Cmp(m.Plain) != 0 {
		return fault.Invalidf("evaluation.bad_mark", "marks", "a mark of %s is worth %s, which the rules do not allow", m.Plain.RatString(), m.Value.RatString())
	}
	switch m.Verdict {
	case Scored:
		if r.given(m.Plain) {
			return nil
		}
	case Dismissed:
		if m.Plain.Sign() == 0 {
			return nil
		}
	case Duplicate:
		if m.Plain.Sign() == 0 {
			return nil
		}
		if r.Duplicate != nil && r.Duplicate.Sign() > 0 && r.given(new(big.Rat).Quo(m.Plain, r.Duplicate)) {
			return nil
		}
	}
	return fault.Invalidf("evaluation.bad_mark", "marks", "no answer %q is worth %s by the rules", m.Verdict, m.Plain.RatString())
}

// given reports whether a fraction is a mark that a rater could give.
func (r Rules) given(v *big.Rat) bool {
	return v.IsInt() && v.Num().IsInt64() && (v.Sign() != 0 || r.BareZero != ZeroMissing) && r.Scale.Allows(v.Num().Int64()) == nil
}
