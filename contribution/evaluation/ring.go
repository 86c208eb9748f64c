package evaluation

import (
	"cmp"
	"math/big"
	"slices"
	"strings"
)

// Ring is a group of members who gave mostly to each other. It is reported,
// never punished by itself: a small workshop that works together looks the
// same as a ring that trades favors, and people must look.
type Ring struct {
	Members []string `json:"members"` // in order
	Inward  int64    `json:"inward"`  // what they gave each other
	Given   int64    `json:"given"`   // all that they gave
}

// Share returns the inward part of what the group gave, 0 to 1.
func (r Ring) Share() *big.Rat { return big.NewRat(r.Inward, r.Given) }

// RingRule says what is reported.
type RingRule struct {
	Above   *big.Rat `json:"above"`   // inward share above which a group is listed
	Largest int      `json:"largest"` // biggest group that is a ring, and not simply the commons
}

// ringLevels are the parts of a giver's gifts that an edge must carry to count
// as strong, tried from the strongest down: one over each.
var ringLevels = []int64{1, 2, 3, 4, 6, 8, 12, 16, 24, 32}

// Rings lists closed groups: members linked to each other in circles of strong
// gifts, at one of several levels of strength, whose inward share is above the
// rule's. Of nested groups the smallest that qualifies is listed. The order of
// gifts never matters; rings come back by falling share.
func Rings(rule RingRule, gifts []Gift) []Ring {
	given := map[string]int64{}
	for _, g := range gifts {
		given[g.From] = saturate(given[g.From], g.Amount)
	}
	var found []Ring
	listed := map[string]bool{}
	for _, level := range ringLevels {
		for _, r := range weigh(circles(strongLinks(gifts, given, level)), gifts, given) {
			if len(r.Members) > rule.Largest || r.Share().Cmp(rule.Above) <= 0 ||
				slices.ContainsFunc(r.Members, func(m string) bool { return listed[m] }) {
				continue
			}
			found = append(found, r)
			for _, m := range r.Members {
				listed[m] = true
			}
		}
	}
	slices.SortFunc(found, func(a, b Ring) int {
		return cmp.Or(b.Share().Cmp(a.Share()), strings.Compare(a.Members[0], b.Members[0]))
	})
	return found
}

// strongLinks keeps the gifts that carry at least one part in level of what
// their giver gave.
func strongLinks(gifts []Gift, given map[string]int64, level int64) map[string][]string {
	links := map[string][]string{}
	for _, g := range gifts {
		if g.Amount > given[g.From]/level || (given[g.From]%level == 0 && g.Amount == given[g.From]/level) {
			links[g.From] = append(links[g.From], g.To)
		}
	}
	return links
}

// weigh measures groups that share no member, in one pass over the gifts.
func weigh(groups [][]string, gifts []Gift, given map[string]int64) []Ring {
	rings, of := make([]Ring, len(groups)), map[string]int{}
	for i, members := range groups {
		rings[i].Members = members
		for _, m := range members {
			of[m] = i
			rings[i].Given = saturate(rings[i].Given, given[m])
		}
	}
	for _, g := range gifts {
		from, a := of[g.From]
		to, b := of[g.To]
		if a && b && from == to {
			rings[from].Inward = saturate(rings[from].Inward, g.Amount)
		}
	}
	return rings
}
