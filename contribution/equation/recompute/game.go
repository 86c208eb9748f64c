package recompute

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"commonweal/contribution/equation"
	"commonweal/quantity"
)

// exactPlayers is the most players of a game that is worked out exactly.
const exactPlayers = 12

// game divides a bucket by the Shapley values of its game. The exact ones are
// computed by another way than the engine's: what a group makes beyond all its
// parts (its dividend, after Harsanyi 1963) is shared equally by its members.
func (c *computation) game(i int, b *equation.Bucket, available *big.Int) *big.Int {
	var players []string
	for _, r := range b.Fixed {
		players = append(players, r.Agent)
	}
	var values []*big.Rat
	if len(players) <= exactPlayers {
		values = dividends(b.Game, players)
	} else {
		values = drawn(b.Game, players)
	}
	for k, share := range c.split(available, values, players) {
		c.line(i, players[k], equation.LineFixed, share)
	}
	return available
}

// makes returns what a group of players makes: the best listed part of it.
func makes(g equation.Game, there func(string) bool) *big.Rat {
	best := new(big.Rat)
	for _, group := range g.Groups {
		absent := slices.ContainsFunc(group.Agents, func(a string) bool { return !there(a) })
		if worth := rat(group.Worth); !absent && worth.Cmp(best) > 0 {
			best = worth
		}
	}
	return best
}

func dividends(g equation.Game, players []string) []*big.Rat {
	values := make([]*big.Rat, len(players))
	for i := range values {
		values[i] = new(big.Rat)
	}
	// Möbius inversion, player by player: afterwards what is kept for a group is
	// its dividend.
	kept := make([]*big.Rat, 1<<len(players))
	for set := range kept {
		kept[set] = makes(g, func(a string) bool { return set&(1<<slices.Index(players, a)) != 0 })
	}
	for i := range players {
		for set := range kept {
			if set&(1<<i) != 0 {
				kept[set] = new(big.Rat).Sub(kept[set], kept[set&^(1<<i)])
			}
		}
	}
	for set, dividend := range kept {
		members := int64(strings.Count(fmt.Sprintf("%b", set), "1"))
		for i := range players {
			if set&(1<<i) != 0 {
				values[i].Add(values[i], new(big.Rat).Quo(dividend, big.NewRat(members, 1)))
			}
		}
	}
	return values
}

// drawn returns what each player adds over the orders drawn: in order k the
// players come by the lots of "seed/k".
func drawn(g equation.Game, players []string) []*big.Rat {
	orders := g.Orders
	if orders == 0 {
		orders = 20_000
	}
	values := make([]*big.Rat, len(players))
	for i := range values {
		values[i] = new(big.Rat)
	}
	for k := 1; k <= orders; k++ {
		lot := map[string]quantity.TieKey{}
		for _, p := range players {
			lot[p] = quantity.TieKeyFor(fmt.Sprintf("%s/%d", g.Seed, k), p)
		}
		order := slices.SortedFunc(slices.Values(players), func(a, b string) int {
			x, y := lot[a], lot[b]
			return slices.Compare(x[:], y[:])
		})
		there, before := map[string]bool{}, new(big.Rat)
		for _, p := range order {
			there[p] = true
			after := makes(g, func(a string) bool { return there[a] })
			i := slices.Index(players, p)
			values[i].Add(values[i], new(big.Rat).Sub(after, before))
			before = after
		}
	}
	return values
}
