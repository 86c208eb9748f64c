package main

import "fmt"

// ClearingCheckCommand checks a round offline.
type ClearingCheckCommand struct {
	Folder string `arg:"" help:"The folder that credit clear wrote." type:"existingdir"`
	RegisterFiles
}

// Help implements kong.HelpProvider.
func (c *ClearingCheckCommand) Help() string {
	return `It solves nothing: the prices of certificate.csv bound what any set-off could clear, and the bound is what this one clears. It opens no database and asks nobody. The first flaw is named, with its file and line.

  commonweal credit clearing check obligations-cleared obligations.csv` + exitStatuses
}

// Run implements the command.
func (c *ClearingCheckCommand) Run(g *Globals) error {
	register, start, err := c.read()
	if err != nil {
		return err
	}
	s, err := register.CheckRound(c.Folder, start)
	if err != nil {
		return err
	}
	text := fmt.Sprintf("Good. %s of %s %s is set off in circles, no net position changed but by credit, and no other set-off of this register is worth more.\n  snapshot %s", s.Cleared, s.Gross, s.Unit, s.Snapshot)
	return g.answer(s, "%s", text)
}
