package main

import (
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"commonweal/credit/clearing"
	"commonweal/credit/clearing/circulation"
	"commonweal/credit/clearing/sheets"
	"commonweal/platform/fault"
	"commonweal/quantity"
)

// ClearCommand clears a register of obligations; it opens no database.
type ClearCommand struct {
	RegisterFiles
	Out         string `help:"Folder to write, which must not be there yet. Without it the name of the file with -cleared." type:"path" placeholder:"FOLDER"`
	Method      string `help:"How to solve: auto, cost-scaling or network-simplex. Every one clears as much; of equally good set-offs they may find others." enum:"auto,cost-scaling,network-simplex" default:"auto"`
	OldestFirst bool   `help:"Of all set-offs that clear as much, take the one that takes away most debt times age in days. It costs about a second run."`
	Circles     int    `help:"Show so many circles, the largest first: all circles together are the set-off." placeholder:"N"`
	Compare     bool   `help:"Say what would be cleared without looking ahead: between pairs alone, and in circles as they come."`
}

// RegisterFiles are the files that say what a round is about.
type RegisterFiles struct {
	Obligations string `arg:"" help:"File of obligations: a header with id, debtor, creditor, amount, and where known due, weight and unit." type:"existingfile"`
	Lines       string `help:"File of lines of mutual credit: a header with member, balance, overdraft, room, and where there are several circuits hub." type:"existingfile" placeholder:"FILE"`
	Start       string `help:"The certificate of another round, usually the last one: begin at its prices." type:"existingfile" placeholder:"FILE"`
	Unit        string `help:"Unit of the amounts, where the file has no column for it." placeholder:"EUR"`
}

// Help implements kong.HelpProvider.
func (c *ClearCommand) Help() string {
	return `It writes set-offs.csv (every obligation before and after), remainders.csv (what stays open), certificate.csv (prices that prove that no other set-off clears more), summary.json, and with --lines credit.csv. The same register gives the same files to the byte. Nothing is sent anywhere.

  printf 'id,debtor,creditor,amount\n1,Ada,Bas,100\n2,Bas,Cleo,80\n3,Cleo,Ada,50\n' > obligations.csv
  commonweal credit clear obligations.csv --unit EUR
  commonweal credit clearing check obligations-cleared obligations.csv --unit EUR` + exitStatuses
}

// Run implements the command.
func (c *ClearCommand) Run(g *Globals) error {
	register, start, err := c.read()
	if err != nil {
		return err
	}
	o := clearing.Options{Start: start, OldestFirst: c.OldestFirst, Workers: runtime.NumCPU()}
	if c.Method != "auto" {
		o.Method = circulation.Method(c.Method)
	}
	result, err := clearing.Solve(g.ctx, &register.Problem, o)
	if err != nil {
		return err
	}
	out := cleared{Folder: c.folder()}
	if out.Summary, err = register.WriteRound(out.Folder, result, o); err != nil {
		return err
	}
	if c.Circles > 0 {
		out.circles(register, result, c.Circles)
	}
	if c.Compare {
		if err := out.compare(&register.Problem); err != nil {
			return err
		}
	}
	return g.answer(out, "%s", out)
}

// folder is where the round goes.
func (c *ClearCommand) folder() string {
	if c.Out != "" {
		return c.Out
	}
	return strings.TrimSuffix(c.Obligations, filepath.Ext(c.Obligations)) + "-cleared"
}

// read reads the files that say what the round is about.
func (c *RegisterFiles) read() (register *sheets.Register, start *clearing.Certificate, err error) {
	if err := inFile(c.Obligations, func(f io.Reader) (err error) { register, err = sheets.Read(f); return err }); err != nil {
		return nil, nil, err
	}
	if register.Unit != "" && c.Unit != "" && string(register.Unit) != c.Unit {
		return nil, nil, fault.Invalidf("clearing.other_unit", "unit", "the obligations are in %q, not in %q; leave --unit away", register.Unit, c.Unit)
	}
	if c.Unit != "" {
		register.Unit = quantity.Unit(c.Unit)
	}
	if c.Lines != "" {
		if err := inFile(c.Lines, register.ReadLines); err != nil {
			return nil, nil, err
		}
	}
	if c.Start != "" {
		start = &clearing.Certificate{}
		if err := inFile(c.Start, func(f io.Reader) (err error) { *start, err = register.ReadPrices(f); return err }); err != nil {
			return nil, nil, err
		}
	}
	return register, start, nil
}

// inFile reads a file with a reader of its kind.
func inFile(path string, read func(io.Reader) error) error {
	f, err := os.Open(path)
	if err != nil {
		return fault.Invalidf("clearing.file", "", "%s cannot be read: %v", path, err)
	}
	defer f.Close()
	return read(f)
}
