package main

import (
	"commonweal/governance/recount"
)

// RecountCommand counts an audit package again.
type RecountCommand struct {
	File string `arg:"" help:"The audit package. A single dash reads standard input."`
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
	if g.JSON {
		return g.answer(p.Result, "")
	}
	if err := g.answer(nil, "Good. The recount agrees in every byte of the result.\n"); err != nil {
		return err
	}
	return p.Result.Text(g.out, p.Election.Options)
}
