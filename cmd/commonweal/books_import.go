package main

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"

	"commonweal/books/bank"
	"commonweal/books/intake"
	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// BooksImportCommand brings a bank statement or a journal.
type BooksImportCommand struct {
	File    string `arg:"" help:"Statement (CAMT.053, MT940, CSV of a known bank) or journal (hledger, Ledger, Beancount)." type:"existingfile"`
	Commons string `help:"The commons, by the last part of its address." required:"" short:"c"`
	As      string `help:"The steward in whose name it is done, by name. The first steward when empty."`
	Account string `help:"Number of the account, where the file has another one or none."`
	Opening bool   `help:"Book what was in the bank before the first statement of an account, beyond what the books have."`
	Map     string `help:"JSON file that says what the accounts and commodities of a journal are. Without it they are what their names suggest; see --write-map." type:"existingfile"`
	Write   string `help:"Write what the names suggest to a file for --map, and change nothing." name:"write-map" type:"path"`
	DryRun  bool   `help:"Say what would happen, and change nothing."`
}

// Help implements kong.HelpProvider.
func (c *BooksImportCommand) Help() string {
	return `Lines that are here already, from whatever file and format, are recognized and do not come in again. Say afterwards what each line is, on the page "Bank" of the commons.

Exit status: 0 done; 65 the file cannot be read, every line of it that is wrong is told; 66 no such commons or steward.`
}

// Run implements the command.
func (c *BooksImportCommand) Run(g *Globals) error {
	run, err := (&importFlags{Commons: c.Commons, As: c.As}).open(g)
	if err != nil {
		return err
	}
	defer run.h.Close()
	how, err := c.reading()
	if err != nil {
		return err
	}
	if c.Write != "" {
		return c.writeMap(g, how)
	}
	report, err := survey(run, c.File, how)
	if err != nil {
		return err
	}
	if len(report.Bad) > 0 {
		return report.Bad
	}
	if c.DryRun {
		return g.answer(report, "%d new, %d here already, from %s to %s.", report.New(), report.Known, report.FirstDay, report.LastDay)
	}
	file, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer file.Close()
	batch := bank.Batch{ID: store.NewID(), Format: how.Format, File: filepath.Base(c.File)}
	result, err := run.h.Bank.Run(g.ctx, run.who, batch, how, file, g.bar("importing"))
	if err != nil {
		return err
	}
	return g.answer(result, "%d new, %d here already.\nSay what the lines are, or take them back: %s/c/%s/books/bank", result.Brought, result.Known, g.Origin, c.Commons)
}

// survey is the dry run of a file on this machine.
func survey(run *importing, path string, how bank.Reading) (*bank.Report, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return run.h.Bank.Survey(run.g.ctx, run.who, how, file)
}

// reading says how the file is read.
func (c *BooksImportCommand) reading() (how bank.Reading, err error) {
	file, err := os.Open(c.File)
	if err != nil {
		return how, err
	}
	defer file.Close()
	head, err := io.ReadAll(io.LimitReader(file, 32<<10))
	if err != nil {
		return how, err
	}
	how.Format, how.Opening = bank.Detect(c.File, head), c.Opening
	if c.Account != "" {
		how.As = intake.AccountOf(c.Account)
	}
	if !how.Format.IsJournal() {
		return how, nil
	}
	if c.Map != "" {
		text, err := os.ReadFile(c.Map)
		if err == nil {
			err = json.Unmarshal(text, &how.Mapping)
		}
		if err != nil {
			return how, fault.Invalidf("import.map", "map", "%v; write one with --write-map", err)
		}
		return how, nil
	}
	how.Mapping, err = c.suggested(how)
	return how, err
}

// suggested is what the names of a journal's accounts suggest.
func (c *BooksImportCommand) suggested(how bank.Reading) (m bank.Mapping, err error) {
	file, err := os.Open(c.File)
	if err != nil {
		return m, err
	}
	defer file.Close()
	j, err := how.Journal(file)
	if err != nil {
		return m, err
	}
	return bank.Suggest(j)
}

// writeMap writes what the names suggest, to be changed and read back.
func (c *BooksImportCommand) writeMap(g *Globals, how bank.Reading) error {
	if !how.Format.IsJournal() {
		return fault.Invalidf("import.map", "write-map", "only journals have accounts to map")
	}
	text, err := json.MarshalIndent(how.Mapping, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(c.Write, append(text, '\n'), 0o644); err != nil {
		return err
	}
	return g.answer(map[string]any{"map": c.Write}, "Wrote %s. Look at it, then import with --map %s.", c.Write, c.Write)
}
