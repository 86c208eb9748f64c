package shapley

import (
	"slices"

	"commonweal/platform/fault"
)

// MaxGroups is the number of groups that a game may state.
const MaxGroups = 500

// Game is a game stated by the worth of some groups: each can do at least what
// any part of it can, so a group that is not listed is worth as much as the
// best listed part of it, and zero when there is none.
type Game struct {
	Players []string // unique
	Groups  []Group
}

// Group is a group of players and what they make together, in a unit of the
// caller's (whole cents, millionths of a euro, hours).
type Group struct {
	Members Coalition
	Worth   int64
}

// Worth returns what a group of players is worth.
func (g Game) Worth(s Coalition) int64 {
	most := int64(0)
	for _, group := range g.Groups {
		if group.Members&^s == 0 {
			most = max(most, group.Worth)
		}
	}
	return most
}

// Check refuses a game that cannot be played: nobody, too many, somebody
// twice, a group of nobody or of strangers, a group stated twice or worth less
// than nothing, and a game in which nobody is worth anything.
func (g Game) Check() error {
	if err := checkSample(g.Players, Sampling{Orders: DefaultOrders}); err != nil {
		return err
	}
	if n := len(g.Groups); n > MaxGroups {
		return fault.Invalidf("shapley.groups", "groups", "the game states %d groups; at most %d are allowed", n, MaxGroups)
	}
	for i, group := range g.Groups {
		same := func(other Group) bool { return other.Members == group.Members }
		switch {
		case group.Members == 0 || group.Members&^everybody(len(g.Players)) != 0:
			return fault.Invalidf("shapley.group", "groups", "group %d has no members, or some who do not play", i+1)
		case group.Worth < 0:
			return fault.Invalidf("shapley.negative_worth", "groups", "group %d is worth %d; nobody is worth less than nothing", i+1, group.Worth)
		case slices.ContainsFunc(g.Groups[:i], same):
			return fault.Invalidf("shapley.group_twice", "groups", "the worth of group %d is stated twice; say it once", i+1)
		}
	}
	if g.Worth(everybody(len(g.Players))) == 0 {
		return fault.Invalidf("shapley.no_worth", "groups", "no group is worth anything, so there is nothing to divide by")
	}
	return nil
}

// Values returns the value of each player, in their order: exactly for up to
// MaxExact players, by drawing orders for more.
func (g Game) Values(by Sampling) (Estimate, error) {
	if err := g.Check(); err != nil {
		return Estimate{}, err
	}
	if len(g.Players) > MaxExact {
		return Sample(g.Players, g.Worth, g.Worth(everybody(len(g.Players))), by)
	}
	values, err := Exact(len(g.Players), g.Worth)
	return Estimate{Values: values}, err
}
