package equation

import (
	"fmt"
	"math/big"
	"slices"

	"commonweal/contribution/equation/formula"
	"commonweal/quantity"
	"commonweal/quantity/shapley"
)

// Game divides a bucket over receivers by what they add to each other (package
// shapley): for a small joint piece of work of which people can say what each
// group of them could have made alone. A receiver's weight is the Shapley
// value; the bucket is then split by largest remainder, as for any weights.
type Game struct {
	// Groups states what groups make by themselves. A group that is not listed
	// makes as much as the best listed part of it.
	Groups []Group `json:"groups,omitempty"`
	// Seed and Orders are for more than shapley.MaxExact receivers, whose orders
	// are drawn by lot (shapley.Sample); 0 is shapley.DefaultOrders.
	Seed   string `json:"seed,omitempty"`
	Orders int    `json:"orders,omitempty"`
}

// Group is some of a game's receivers and what they make together. Only the
// proportions of the worths decide, so any one unit serves.
type Group struct {
	Agents []string `json:"agents"`
	Worth  Decimal  `json:"worth"`
}

// Players lists the receivers of the game, each once, sorted.
func (g Game) Players() []string {
	var all []string
	for _, group := range g.Groups {
		all = append(all, group.Agents...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Payees lists the agents whom the bucket pays as such, whatever was
// contributed: its fixed receivers, or the players of its game.
func (b Bucket) Payees() []string {
	agents := b.Game.Players()
	for _, r := range b.Fixed {
		agents = append(agents, r.Agent)
	}
	return agents
}

// stated returns the game with worths in millionths.
func (g Game) stated() (shapley.Game, error) {
	s := shapley.Game{Players: g.Players()}
	for _, group := range g.Groups {
		worth, err := group.Worth.Micros()
		if err != nil {
			return s, err
		}
		var members shapley.Coalition
		for _, agent := range group.Agents {
			if i, found := slices.BinarySearch(s.Players, agent); found && i < shapley.MaxPlayers {
				members |= 1 << i
			}
		}
		s.Groups = append(s.Groups, shapley.Group{Members: members, Worth: worth})
	}
	return s, s.Check()
}

// played is a game that was worked out.
type played struct {
	shapley.Estimate
	game shapley.Game
}

// play works out the weights of a game: the values, scaled to integers.
func (g Game) play() (receivers []Receiver, weights []*big.Int, p *played, err error) {
	p = &played{}
	if p.game, err = g.stated(); err != nil {
		return nil, nil, nil, err
	}
	if p.Estimate, err = p.game.Values(shapley.Sampling{Seed: g.Seed, Orders: g.Orders}); err != nil {
		return nil, nil, nil, err
	}
	for _, player := range p.game.Players {
		receivers = append(receivers, Receiver{Agent: player})
	}
	return receivers, scaled(p.Values), p, nil
}

// everybody is the worth of all players together, in millionths.
func (p *played) everybody() int64 {
	return p.game.Worth(shapley.Coalition(uint64(1)<<len(p.game.Players) - 1))
}

func (g Game) normal() Game {
	g.Groups = slices.Clone(g.Groups)
	for i := range g.Groups {
		group := &g.Groups[i]
		group.Agents, group.Worth = slices.Compact(sorted(group.Agents)), group.Worth.canonical()
	}
	slices.SortStableFunc(g.Groups, func(a, b Group) int { return slices.Compare(a.Agents, b.Agents) })
	if len(g.Players()) <= shapley.MaxExact {
		g.Seed, g.Orders = "", 0 // nothing is drawn
	}
	if g.Orders == shapley.DefaultOrders {
		g.Orders = 0
	}
	return g
}

// game checks a game; everything is said of the field "game", because its
// groups are one text in the editor.
func (c *checker) game(field string, g Game) {
	n := len(c.list)
	for i, group := range g.Groups {
		for _, agent := range group.Agents {
			c.text(field, agent, true)
			c.notItself(field, agent)
		}
		if _, ok := c.amount(field, group.Worth); ok && group.Worth == "" {
			c.fail(field, "empty", "group %d has no worth; write what it makes by itself", i+1)
		}
	}
	c.text(field, g.Seed, false)
	if g.Orders != 0 && (g.Orders < shapley.MinOrders || g.Orders > shapley.MaxOrders) {
		c.fail(field, "orders", "%d orders cannot be drawn; it is %d to %d", g.Orders, shapley.MinOrders, shapley.MaxOrders)
	}
	if len(c.list) > n {
		return
	}
	if _, err := g.stated(); err != nil {
		c.fail(field, "game", "%v", fmt.Errorf("the groups say nothing to divide by: %w", err))
	}
}

// game explains a line that follows from a game.
func (e *explanation) game(amount int64) {
	p := e.b.game
	i := slices.Index(p.game.Players, e.d.Receiver)
	args := []string{"people", fmt.Sprint(len(p.game.Players)), "adds", decimalOf(p.Values[i]), "total", micros(p.everybody()), "alone", micros(p.game.Worth(1 << i))}
	if p.Error == nil {
		e.step("game", amount, args...)
		return
	}
	e.step("game_drawn", amount, append(args, "orders", fmt.Sprint(p.Orders), "seed", e.b.Game.Seed, "error", decimalOf(p.Error))...)
}

// decimalOf writes a number of millionths, exactly or as a fraction.
func decimalOf(r *big.Rat) string {
	return formula.DecimalText(new(big.Rat).Quo(r, big.NewRat(quantity.Scale, 1)))
}
