package main

import (
	"cmp"
	"fmt"
	"strings"

	"commonweal/governance/recount"
)

// RecountCommand counts an audit package again.
type RecountCommand struct {
	File  string `arg:"" help:"The audit package. A single dash reads standard input."`
	Token string `help:"Find the ballot of whoever has this token, as it was counted." placeholder:"TOKEN"`
}

// Help implements kong.HelpProvider.
func (c *RecountCommand) Help() string {
	return `It opens no database and asks nobody: the result must follow from the settings, the roll, the ballots and the seed in the package. The first stage that differs is named.

  commonweal governance recount board.count.json` + exitStatuses
}

// Run implements the command.
func (c *RecountCommand) Run(g *Globals) error {
	data, err := readBallots(c.File)
	if err != nil {
		return err
	}
	p, err := recount.Check(data)
	if err != nil {
		return err
	}
	if c.Token != "" {
		return c.find(g, p)
	}
	if g.JSON {
		return g.answer(p.Result, "")
	}
	if err := g.answer(nil, "Good. The recount agrees in every byte of the result.\n"); err != nil {
		return err
	}
	return p.Result.Text(g.out, p.Election.Options)
}

// find shows the line of a ballot.
func (c *RecountCommand) find(g *Globals, p recount.Package) error {
	b, err := p.Find(c.Token)
	if err != nil {
		return err
	}
	var marks []string
	for i, m := range b.Marks {
		if m != 0 {
			marks = append(marks, fmt.Sprintf("%q: %d", cmp.Or(p.Election.Options[i].Name, p.Election.Options[i].ID), m))
		}
	}
	return g.answer(b, "Good. The recount agrees, and your ballot is in it: %s.", cmp.Or(strings.Join(marks, ", "), "blank"))
}
