package evaluation

import (
	"slices"

	"commonweal/platform/fault"
)

// Item is something to be rated: one contribution, or one deliverable.
type Item struct {
	ID      string   `json:"id"`
	Author  string   `json:"author"`
	Sharers []string `json:"sharers,omitempty"` // people who share a claim on it
}

// Conflict is a declared conflict of interest: Rater does not judge what
// Author made.
type Conflict struct {
	Rater  string `json:"rater"`
	Author string `json:"author"`
}

// conflicts is the set of declared ones.
type conflicts map[Conflict]bool

func conflictSet(declared []Conflict) conflicts {
	set := make(conflicts, len(declared))
	for _, c := range declared {
		set[c] = true
	}
	return set
}

// bars says why the rater may not judge the item, or "" when he may.
func (c conflicts) bars(rater string, item Item) string {
	switch {
	case rater == item.Author:
		return "is its author"
	case slices.Contains(item.Sharers, rater):
		return "shares a claim on it"
	case c[Conflict{rater, item.Author}]:
		return "has declared a conflict with its author"
	}
	for _, sharer := range item.Sharers {
		if c[Conflict{rater, sharer}] {
			return "has declared a conflict with somebody who shares a claim on it"
		}
	}
	return ""
}

// itemsByID indexes items and refuses an empty or repeated id.
func itemsByID(items []Item) (map[string]Item, error) {
	byID := make(map[string]Item, len(items))
	for _, i := range items {
		if _, twice := byID[i.ID]; twice || i.ID == "" {
			return nil, fault.Invalidf("evaluation.duplicate_item", "items", "the item %q is listed twice or has no id; each item needs its own", i.ID)
		}
		byID[i.ID] = i
	}
	return byID, nil
}
