package equation

import (
	"fmt"
	"math/big"
	"slices"

	"commonweal/contribution/equation/formula"
	"commonweal/platform/fault"
	"commonweal/quantity"
	"commonweal/quantity/shapley"
)

// Game divides a bucket over its fixed receivers by what they add to each other
// (package shapley): for a small joint piece of work of which people can say what each
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

// Group is some of the bucket's receivers and what they make together. Only the
// proportions of the worths decide, so any one unit serves.
type Group struct {
	Agents []string `json:"agents"`
	Worth  Decimal  `json:"worth"`
}

// isSet reports whether there is a game.
func (g Game) isSet() bool { return len(g.Groups) > 0 || g.Seed != "" || g.Orders != 0 }

// players lists the bucket's fixed receivers, sorted.
func (b Bucket) players() []string {
	var all []string
	for _, r := range b.Fixed {
		all = append(all, r.Agent)
	}
	slices.Sort(all)
	return all
}

// stated returns the game of the bucket with worths in millionths.
func (b Bucket) stated() (shapley.Game, error) {
	s := shapley.Game{Players: b.players()}
	for _, group := range b.Game.Groups {
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

// play works out the weights of the bucket's receivers, sorted: their values,
// scaled to integers.
func (b Bucket) play() (receivers []Receiver, weights []*big.Int, p *played, err error) {
	p = &played{}
	if p.game, err = b.stated(); err != nil {
		return nil, nil, nil, err
	}
	if p.Estimate, err = p.game.Values(shapley.Sampling{Seed: b.Game.Seed, Orders: b.Game.Orders}); err != nil {
		return nil, nil, nil, err
	}
	for _, player := range p.game.Players {
		receivers = append(receivers, Receiver{Agent: player})
	}
	return receivers, p.Weights(), p, nil
}

// everybody is the worth of all players together, in millionths.
func (p *played) everybody() int64 {
	return p.game.Worth(shapley.Coalition(uint64(1)<<len(p.game.Players) - 1))
}

// normal returns the game of a number of players in canonical form.
func (g Game) normal(players int) Game {
	g.Groups = slices.Clone(g.Groups)
	for i := range g.Groups {
		group := &g.Groups[i]
		group.Agents, group.Worth = slices.Compact(sorted(group.Agents)), group.Worth.canonical()
	}
	slices.SortStableFunc(g.Groups, func(a, b Group) int { return slices.Compare(a.Agents, b.Agents) })
	if players <= shapley.MaxExact {
		g.Seed, g.Orders = "", 0 // nothing is drawn
	}
	if g.Orders == shapley.DefaultOrders {
		g.Orders = 0
	}
	return g
}

// game checks the game of a bucket, whose receivers then have no weights;
// before is how much was wrong before the bucket's receivers were looked at.
func (c *checker) game(field string, b *Bucket, before int) {
	players := b.players()
	for i, r := range b.Fixed {
		if r.Weight != "" {
			c.fail(fmt.Sprintf("%sfixed[%d].weight", field, i), "weight_and_game", "the weight of %s follows from the game; leave it empty", clip(r.Agent))
		}
	}
	for i, group := range b.Game.Groups {
		at := fmt.Sprintf("%sgame.groups[%d].", field, i)
		for _, agent := range group.Agents {
			if !slices.Contains(players, agent) {
				c.fail(at+"agents", "stranger", "%q is in a group of the game, but no receiver of the bucket", clip(agent))
			}
		}
		if len(group.Agents) == 0 {
			c.fail(at+"agents", "empty", "the group has no members; choose them")
		}
		if c.amount(at+"worth", group.Worth); group.Worth == "" {
			c.fail(at+"worth", "empty", "the group has no worth; write what it makes by itself, zero if nothing")
		}
	}
	c.text(field+"game.seed", b.Game.Seed, false)
	if m := b.Game.Orders; m != 0 && (m < shapley.MinOrders || m > shapley.MaxOrders) {
		c.fail(field+"game.orders", "orders", "%d orders cannot be drawn; it is %d to %d", m, shapley.MinOrders, shapley.MaxOrders)
	}
	if len(c.list) > before {
		return
	}
	if _, err := b.stated(); err != nil {
		c.list = append(c.list, fault.As(err).InField(field+"game.groups"))
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
