package main

import (
	"fmt"
	"io"
	"math/big"
	"os"
	"strings"
	"text/tabwriter"

	"commonweal/contribution/equation"
	"commonweal/contribution/equation/formula"
	"commonweal/platform/fault"
	"commonweal/quantity"
	"commonweal/quantity/shapley"
)

// GameCommand divides what a few people made together.
type GameCommand struct {
	File   string `arg:"" optional:"" help:"A group a line, with what it makes by itself: Ada + Bas: 80. Without a file, standard input." type:"existingfile"`
	Amount string `help:"Divide this amount." placeholder:"90"`
	Unit   string `help:"In this currency or unit." default:"EUR"`
	Lot    string `help:"What decides equal remainders: the number of the distribution." default:"lot"`
	Seed   string `help:"Word for the lots that draw orders of more than twelve people." placeholder:"TEXT"`
	Orders int    `help:"How many orders are drawn." default:"20000"`
}

// Help implements kong.HelpProvider.
func (c *GameCommand) Help() string {
	return `Each gets what they add to those who are there already, on average over every order in which people can come (the Shapley value). A group that is not listed makes as much as the best listed part of it. Up to twelve people are worked out exactly; for more, orders are drawn by lot and the error is stated.

  printf 'Ada: 30\nBas: 20\nAda + Bas: 80\n' | commonweal contribution game --amount 90` + exitStatuses
}

// dividedGame is the answer: exact values as fractions, amounts rounded once.
type dividedGame struct {
	Everybody string         `json:"everybody"` // what all make together
	Orders    int            `json:"orders,omitempty"`
	Error     string         `json:"error,omitempty"` // of the values, in 95 of 100 games
	Players   []dividedShare `json:"players"`
}

type dividedShare struct {
	Player string           `json:"player"`
	Adds   string           `json:"adds"`    // exact: a decimal or a fraction
	Part   string           `json:"percent"` // of everybody's, for reading
	Amount *quantity.Amount `json:"amount,omitempty"`
}

// Run implements the command.
func (c *GameCommand) Run(g *Globals) error {
	text, err := c.read()
	if err != nil {
		return err
	}
	game, err := shapley.Parse(text, func(worth string) (int64, error) { return equation.Decimal(worth).Micros() })
	if err != nil {
		return err
	}
	values, err := game.Values(shapley.Sampling{Seed: c.Seed, Orders: c.Orders})
	if err != nil {
		return err
	}
	out, err := c.divide(game, values)
	if err != nil {
		return err
	}
	return g.answer(out, "%s", out)
}

// longestGame bounds the text of a game.
const longestGame = 1 << 20

func (c *GameCommand) read() (string, error) {
	from := io.Reader(os.Stdin)
	if c.File != "" {
		file, err := os.Open(c.File)
		if err != nil {
			return "", err
		}
		defer file.Close()
		from = file
	}
	data, err := io.ReadAll(io.LimitReader(from, longestGame+1))
	if err == nil && len(data) > longestGame {
		err = fault.Invalidf("shapley.groups", "groups", "the text is longer than a million bytes")
	}
	return string(data), err
}

func (c *GameCommand) divide(game shapley.Game, values shapley.Estimate) (out dividedGame, err error) {
	all := new(big.Rat)
	for _, v := range values.Values {
		all.Add(all, v)
	}
	out.Everybody, out.Orders = exactly(all), values.Orders
	if values.Error != nil {
		out.Error = exactly(values.Error)
	}
	var amounts []quantity.Amount
	if c.Amount != "" {
		total, err := quantity.Parse(c.Amount, quantity.Unit(c.Unit))
		if err != nil {
			return out, err
		}
		if amounts, err = values.Divide(total, game.Players, c.Lot); err != nil {
			return out, err
		}
	}
	for i, v := range values.Values {
		share := dividedShare{Player: game.Players[i], Adds: exactly(v), Part: new(big.Rat).Quo(new(big.Rat).Mul(v, big.NewRat(100, 1)), all).FloatString(2)}
		if amounts != nil {
			share.Amount = &amounts[i]
		}
		out.Players = append(out.Players, share)
	}
	return out, nil
}

// exactly writes a number of millionths, as a decimal or a fraction.
func exactly(r *big.Rat) string {
	return formula.DecimalText(new(big.Rat).Quo(r, big.NewRat(quantity.Scale, 1)))
}

// String is the answer for people.
func (d dividedGame) String() string {
	var b strings.Builder
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprint(t, "player\tadds\tpercent\tamount\n")
	for _, p := range d.Players {
		amount := "-"
		if p.Amount != nil {
			amount = p.Amount.String()
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", p.Player, p.Adds, p.Part, amount)
	}
	t.Flush()
	fmt.Fprintf(&b, "Everybody together makes %s.", d.Everybody)
	if d.Orders > 0 {
		fmt.Fprintf(&b, " Drawn from %d orders; each value is within %s of the exact one, in 95 of 100 games.", d.Orders, d.Error)
	}
	return b.String()
}
