package main

import (
	"os"
	"slices"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"commonweal/books"
	"commonweal/books/ledger"
	"commonweal/platform/commons"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// BooksCommands are the commands of the open books.
type BooksCommands struct {
	Export BooksExportCommand `cmd:"" help:"Write the books of a commons to a file: the whole log, a journal for hledger or Beancount, tables, events."`
	Import BooksImportCommand `cmd:"" help:"Bring a bank statement, or a journal of hledger, Ledger or Beancount."`
}

// BooksExportCommand writes the books of a commons to a file.
type BooksExportCommand struct {
	Commons string `help:"Address of the commons, as in /c/ADDRESS." required:""`
	Format  string `help:"log, hledger, beancount, years, csv, jsonl, opencollective, ocds or pie-chart." enum:"log,hledger,beancount,years,csv,jsonl,opencollective,ocds,pie-chart" default:"hledger"`
	Out     string `help:"File to write; for log, csv and years a folder, or a name ending in .zip. Nothing may be there yet." required:"" type:"path"`
	From    string `help:"First day of the period: 2026-01-01."`
	To      string `help:"Last day of the period: 2026-12-31."`
	By      string `help:"Time that the days count by: when it happened, or when it was recorded." enum:"happened,recorded" default:"happened"`
	Entries int64  `help:"Know no more than the first entries of the log."`
	Account string `help:"Keep what touches an account or those below it, such as Expenses:Fees."`
	Agent   string `help:"Keep what has this agent, by identifier, as its other party."`
	Unit    string `help:"Keep one unit, such as EUR or hour."`
	Project string `help:"Keep one project, by its name or identifier; also the one of a pie chart, where it may be left out when there is only one."`
	Private bool   `help:"Add names of people and, to a log, private notes. Keep such a file to yourself."`
}

// Run implements the command.
func (c *BooksExportCommand) Run(g *Globals) error {
	h, err := g.open()
	if err != nil {
		return err
	}
	defer h.Close()
	of, err := h.commons(g, c.Commons)
	if err != nil {
		return err
	}
	x := books.Export{Commons: of.ID, Format: books.Format(c.Format), Private: c.Private,
		Filter: ledger.Filter{From: c.From, To: c.To, Size: c.Entries, Unit: quantity.Unit(c.Unit), Account: ledger.Account(c.Account), Agent: store.ID(c.Agent)}}
	if c.By == string(ledger.Recorded) {
		x.Filter.By = ledger.Recorded
	}
	if c.Project != "" || x.Format == books.PieChartFormat {
		if x.Filter.Project, err = h.projectNamed(g, of, c.Project); err != nil {
			return err
		}
	}
	bar := g.progress("Writing")
	x.Progress = bar.report
	filter, err := h.Books.Export(g.ctx, x, c.Out)
	bar.end()
	if err != nil {
		return err
	}
	return g.answer(map[string]any{"out": c.Out, "format": c.Format, "filter": filter, "hash": filter.Hash()},
		"Wrote %s: the books of %s as of entry %d of the log (filter %s).", c.Out, of.Name, filter.Size, filter.Hash())
}

// commons finds a commons by its address.
func (h *House) commons(g *Globals, slug string) (commons.Commons, error) {
	c, found, err := h.Directory.BySlug(g.ctx, slug)
	if err == nil && !found {
		err = fault.NotFoundf("commons.unknown", "commons", "there is no commons at %q on this host", slug)
	}
	return c, err
}

// projectNamed finds a project by its name or identifier; the only one when
// nothing is given.
func (h *House) projectNamed(g *Globals, of commons.Commons, name string) (id store.ID, err error) {
	err = h.Store.Read(g.ctx, of.ID, func(r *store.Snapshot) error {
		list, err := projects(r)
		if err != nil {
			return err
		}
		var names []string
		for _, p := range list {
			if string(p.ID) == name || strings.EqualFold(p.Name, name) || name == "" && len(list) == 1 {
				id = p.ID
				return nil
			}
			names = append(names, p.Name)
		}
		slices.Sort(names)
		return fault.Invalidf("books.project", "project", "say which project the pie chart is of: %s", strings.Join(names, ", "))
	})
	return id, err
}

// progress is a bar on standard error, or nothing: where nobody would see it,
// and when the answer is JSON.
type progress struct{ bar *progressbar.ProgressBar }

func (g *Globals) progress(what string) *progress {
	f, isFile := g.err.(*os.File)
	if g.JSON || !isFile || !term.IsTerminal(int(f.Fd())) {
		return &progress{}
	}
	return &progress{progressbar.NewOptions64(1, progressbar.OptionSetWriter(f), progressbar.OptionSetDescription(what),
		progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionClearOnFinish(), progressbar.OptionShowCount())}
}

// report says how far the work is.
func (p *progress) report(done, total int64) {
	if p.bar != nil {
		p.bar.ChangeMax64(max(total, 1))
		_ = p.bar.Set64(done) // a bar that cannot be drawn stops nothing
	}
}

func (p *progress) end() {
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}
