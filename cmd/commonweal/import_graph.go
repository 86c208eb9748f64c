package main

import (
	"io"
	"os"

	"commonweal/vf"
	"commonweal/vf/jsonld"
)

// ImportJSONLDCommand brings in what another ledger holds.
type ImportJSONLDCommand struct {
	Within
	File   string `arg:"" help:"The document; - reads the standard input." type:"existingfile"`
	DryRun bool   `help:"Say what would come in, and change nothing."`
}

// Help implements kong.HelpProvider.
func (c *ImportJSONLDCommand) Help() string {
	return `A document in JSON-LD with things in the words of ValueFlows, such as what /c/COMMONS/everything.jsonld of another host gives. All of it comes in, or nothing. Things keep their identifiers; what is here already stays as it is, so the same document again adds nothing. Contexts from elsewhere are never fetched.` + exitStatuses
}

// Run implements the command.
func (c *ImportJSONLDCommand) Run(g *Globals) error {
	text, err := c.read()
	if err != nil {
		return err
	}
	graph, err := jsonld.ReadGraph(text)
	if err != nil {
		return err
	}
	return c.within(g, func(x *inside) error {
		came, err := vf.Imported{}, error(nil)
		said := "%d things came in; %d were here already."
		if c.DryRun {
			came, err = x.h.Core.Rehearse(x.ctx, x.who, graph)
			said = "%d things would come in; %d are here already. Nothing was changed."
		} else {
			came, err = x.h.Core.Import(x.ctx, x.who, "", graph)
		}
		if err != nil {
			return err
		}
		fresh, known := came.Total()
		return x.answer(came, said, fresh, known)
	})
}

// read reads the document, no more of it than could be taken.
func (c *ImportJSONLDCommand) read() ([]byte, error) {
	in := io.Reader(os.Stdin)
	if c.File != "-" {
		f, err := os.Open(c.File)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in = f
	}
	return io.ReadAll(io.LimitReader(in, jsonld.MaxDocument+1))
}
