package evaluation

import (
	"fmt"

	"commonweal/platform/fault"
)

// Verdict is the kind of answer a rater gives.
type Verdict string

// The verdicts. A rater who gives none leaves the item missing, which is not a
// zero.
const (
	Scored    Verdict = "scored"    // a mark on the scale
	Dismissed Verdict = "dismissed" // not a contribution: worth zero
	Duplicate Verdict = "duplicate" // says the same as another item: worth a part of it
)

// Answer is what one rater says of one item.
type Answer struct {
	Rater    string  `json:"rater"`
	Item     string  `json:"item"`
	Verdict  Verdict `json:"verdict"`
	Score    int64   `json:"score,omitempty"`    // with Scored: the mark
	Original string  `json:"original,omitempty"` // with Duplicate: the item it repeats
	Comment  string  `json:"comment,omitempty"`
}

// check refuses an answer that means nothing.
func (a Answer) check(r Rules, items map[string]Item) error {
	if _, known := items[a.Item]; !known {
		return fault.NotFoundf("evaluation.unknown_item", "item", "the item %q is not in this round", a.Item)
	}
	switch a.Verdict {
	case Scored:
		return r.allows(a.Score)
	case Dismissed:
		return nil
	case Duplicate:
		if _, known := items[a.Original]; !known {
			return fault.NotFoundf("evaluation.unknown_item", "original",
				"%q is said to repeat %q, which is not in this round; name an item of the round, or give it a score", a.Item, a.Original)
		}
		return nil
	}
	return fault.Invalidf("evaluation.bad_verdict", "verdict", "%q is not a verdict; it is scored, dismissed or duplicate", a.Verdict)
}

// book is the answers of a round: rater → item → answer.
type book map[string]map[string]Answer

// newBook checks the answers and indexes them. Two answers of one rater to one
// item are refused: the last one counts only where the caller kept only it.
func newBook(r Rules, items map[string]Item, seats seating, answers []Answer) (book, error) {
	b := book{}
	for _, a := range answers {
		if err := a.check(r, items); err != nil {
			return nil, err
		}
		if why := seats.bars(a.Rater, items[a.Item]); why != "" {
			return nil, fault.Forbiddenf("evaluation.not_on_panel", "%q may not judge %q: %s", a.Rater, a.Item, why)
		}
		if _, twice := b[a.Rater][a.Item]; twice {
			return nil, fault.Invalidf("evaluation.duplicate_answer", "answers", "%q answered twice about %q; keep the last answer", a.Rater, a.Item)
		}
		if b[a.Rater] == nil {
			b[a.Rater] = map[string]Answer{}
		}
		b[a.Rater][a.Item] = a
	}
	return b, nil
}

// seating knows who sits where. Without panels, as in imported rounds,
// everybody may judge everything that is not his own.
type seating struct {
	seats  map[string]map[string]bool // item → raters; nil without panels
	barred conflicts
}

func newSeating(panels []Panel, declared []Conflict) seating {
	s := seating{barred: conflictSet(declared)}
	if panels != nil {
		s.seats = make(map[string]map[string]bool, len(panels))
	}
	for _, p := range panels {
		if s.seats[p.Item] == nil {
			s.seats[p.Item] = make(map[string]bool, len(p.Raters))
		}
		for _, r := range p.Raters {
			s.seats[p.Item][r] = true
		}
	}
	return s
}

// bars says why the rater may not judge the item, or "" when he may.
func (s seating) bars(rater string, item Item) string {
	if why := s.barred.bars(rater, item); why != "" {
		return fmt.Sprintf("%s %s", rater, why)
	}
	if s.seats != nil && !s.seats[item.ID][rater] {
		return fmt.Sprintf("%s was not drawn for it", rater)
	}
	return ""
}
