package main

import (
	"os"

	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// PersonCommands are the commands about what the host keeps about somebody.
type PersonCommands struct {
	Export PersonExportCommand `cmd:"" help:"Write everything that is kept about somebody into a zip file."`
	Erase  PersonEraseCommand  `cmd:"" help:"Delete somebody's account and everything personal about them."`
}

// PersonExportCommand writes what is kept about a person.
type PersonExportCommand struct {
	Handle string `arg:"" help:"The name they sign in with."`
	Out    string `help:"File to write; nothing may be there yet." required:"" type:"path"`
}

// Help implements kong.HelpProvider.
func (c *PersonExportCommand) Help() string {
	return `People do this themselves on the page of their account; this is for those who cannot sign in. The file is readable by its owner alone.` + exitStatuses
}

// Run implements the command.
func (c *PersonExportCommand) Run(g *Globals) (err error) {
	h, err := g.open()
	if err != nil {
		return err
	}
	defer h.Close()
	a, err := h.Gate.AccountByName(g.ctx, c.Handle)
	if err != nil {
		return err
	}
	all, err := h.Directory.All(g.ctx)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(c.Out, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fault.Conflictf("commonweal.person_file", "out", "%s cannot be written; name a file that is not there yet", c.Out)
	}
	defer func() {
		if closed := f.Close(); err == nil {
			err = closed
		}
		if err != nil {
			os.Remove(c.Out)
		}
	}()
	folder := func(id store.ID) string {
		for _, x := range all {
			if x.ID == id {
				return x.Slug
			}
		}
		return string(id)
	}
	if err := h.Gate.Portable(g.ctx, h.Gate.Operator(store.Host), a.ID, folder, f); err != nil {
		return err
	}
	return g.answer(map[string]string{"out": c.Out, "account": string(a.ID)}, "Wrote %s: everything that is kept about %s.", c.Out, c.Handle)
}

// PersonEraseCommand erases a person.
type PersonEraseCommand struct {
	Handle string `arg:"" help:"The name they sign in with."`
	Sure   bool   `help:"Say that you are sure: it cannot be undone."`
}

// Help implements kong.HelpProvider.
func (c *PersonEraseCommand) Help() string {
	return `What they did stays in the books, under a number without a name, and every proof stays valid. Their words, and what was written about their contributions, are destroyed. Backups made before still hold them: let those expire.

People do this themselves on the page of their account; this is for those who cannot sign in.` + exitStatuses
}

// Run implements the command.
func (c *PersonEraseCommand) Run(g *Globals) error {
	if !c.Sure {
		return fault.Invalidf("commonweal.person_sure", "sure", "erasing somebody cannot be undone; say --sure")
	}
	h, err := g.open()
	if err != nil {
		return err
	}
	defer h.Close()
	a, err := h.Gate.AccountByName(g.ctx, c.Handle)
	if err != nil {
		return err
	}
	if err := h.Gate.EraseFor(g.ctx, h.Gate.Operator(store.Host), a.ID); err != nil {
		return err
	}
	return g.answer(map[string]string{"account": string(a.ID)}, "Everything personal about %s is erased.", c.Handle)
}
