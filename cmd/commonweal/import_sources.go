package main

import (
	"bufio"
	"os"
	"strings"
	"time"

	"golang.org/x/text/language"

	"commonweal/contribution"
	"commonweal/contribution/evaluation"
	"commonweal/contribution/intake/gitlog"
	"commonweal/contribution/intake/timesheet"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/platform/table"
	"commonweal/quantity"
)

// ImportGitCommand imports the history of a repository.
type ImportGitCommand struct {
	importFlags
	Path       string    `arg:"" help:"Folder of the repository." type:"existingdir"`
	PerCommit  string    `help:"What a commit is worth: a duration such as 1h or 30m, or point." default:"point"`
	PerLine    string    `help:"What each changed line adds: a duration such as 6s. Needs --most-lines."`
	MostLines  int64     `help:"How many lines of a commit count at most."`
	MostPerDay string    `help:"What the commits of one person and day are worth at most."`
	Author     int64     `help:"Weight of the author in a shared commit." default:"4"`
	CoAuthor   int64     `help:"Weight of each Co-authored-by." default:"4"`
	Reviewer   int64     `help:"Weight of each Reviewed-by." default:"1"`
	Since      time.Time `help:"Only commits written on or after this day." format:"2006-01-02"`
	Until      time.Time `help:"Only commits written before this day." format:"2006-01-02"`
	Branch     string    `help:"Branch, tag or commit to start from; the current one when empty."`
	Paths      []string  `help:"Only commits that touch these paths." name:"path"`
	Mailmap    string    `help:"A mailmap that goes before the repository's own." type:"existingfile"`
	Merges     bool      `help:"Count merge commits too."`
	Link       string    `help:"Address of a commit without its hash, for the evidence: https://example.org/repo/commit/"`
}

// Run implements the command.
func (c *ImportGitCommand) Run(g *Globals) error {
	options := &gitlog.Options{Path: c.Path, Rev: c.Branch, Paths: c.Paths, Since: c.Since, Until: c.Until, Merges: c.Merges, Mailmap: c.Mailmap,
		Rules: gitlog.Rules{MostLines: c.MostLines, Author: c.Author, CoAuthor: c.CoAuthor, Reviewer: c.Reviewer}}
	for _, f := range []struct {
		name, text string
		to         *quantity.Amount
	}{{"per-commit", c.PerCommit, &options.Rules.Each}, {"per-line", c.PerLine, &options.Rules.PerLine}, {"most-per-day", c.MostPerDay, &options.Rules.MostPerDay}} {
		var err error
		if *f.to, err = worth(f.name, f.text); err != nil {
			return err
		}
	}
	run, err := c.open(g)
	if err != nil {
		return err
	}
	run.plan.Link = c.Link
	src, err := run.file(contribution.FormatGit, c.Path, contribution.ReadOptions{Git: options})
	return run.do(src, err)
}

// worth reads a duration, or a number of points.
func worth(flag, text string) (quantity.Amount, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return quantity.Amount{}, nil
	}
	if number, points := strings.CutSuffix(strings.TrimSuffix(text, "s"), "point"); points {
		if number = strings.TrimSpace(number); number == "" {
			number = "1"
		}
		return quantity.Parse(number, "point")
	}
	a, err := quantity.ParseDuration(language.English, text, quantity.Hour)
	if err == nil {
		a, err = quantity.Convert(a, quantity.Hour, quantity.HalfEven)
	}
	if f := fault.As(err); f != nil {
		return a, f.InField(flag)
	}
	return a, err
}

// ImportTimesheetCommand imports hours.
type ImportTimesheetCommand struct {
	importFlags
	File     string `arg:"" help:"CSV or other delimited text, UTF-8, UTF-16 or Windows-1252." type:"existingfile"`
	Template string `help:"Name of a saved template. Guessed from the header when empty."`
	Preset   string `help:"The time tracker that wrote the file: toggl, clockify, harvest or kimai." enum:",toggl,clockify,harvest,kimai" default:""`
	Dates    string `help:"Order of the dates: ymd, dmy or mdy." enum:",ymd,dmy,mdy" default:""`
	Language string `help:"How numbers are written, such as nl." default:"en"`
	Zone     string `help:"Time zone of start and end times, such as Europe/Amsterdam."`
	Person   string `help:"Whose hours these are, when no column says."`
}

// Run implements the command.
func (c *ImportTimesheetCommand) Run(g *Globals) error {
	run, err := c.open(g)
	if err != nil {
		return err
	}
	t, err := c.template(run)
	if err != nil {
		run.h.Close()
		return err
	}
	src, err := run.file(contribution.FormatTimesheet, c.File, contribution.ReadOptions{Template: t})
	return run.do(src, err)
}

// template finds out how the file is read.
func (c *ImportTimesheetCommand) template(run *importing) (*timesheet.Template, error) {
	t, err := c.found(run)
	if err != nil {
		return nil, err
	}
	if c.Dates != "" {
		t.Dates = timesheet.Order(c.Dates)
	}
	if t.Lang, err = language.Parse(c.Language); err != nil {
		return nil, fault.Invalidf("import.language", "language", "%q is not a language such as nl or en", c.Language)
	}
	if c.Zone != "" {
		t.Zone = c.Zone
	}
	if c.Person != "" {
		t.Person = c.Person
	}
	return t, nil
}

// found is the saved template, the preset, or what the header says.
func (c *ImportTimesheetCommand) found(run *importing) (*timesheet.Template, error) {
	name := c.Template + c.Preset
	if name == "" {
		f, err := os.Open(c.File)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		rows, err := table.Open(bufio.NewReader(f), table.Format{})
		if err != nil {
			return nil, err
		}
		t, remarks := timesheet.Guess(rows.Header)
		for _, r := range remarks {
			if !run.g.JSON {
				run.g.note(r.Text)
			}
		}
		return &t, nil
	}
	var list []timesheet.Template
	err := run.h.Store.Read(run.g.ctx, run.who.Commons, func(r *store.Snapshot) (err error) {
		list, err = contribution.Templates(r)
		return err
	})
	for _, t := range list {
		if t.Name == c.Template || c.Preset != "" && strings.HasPrefix(strings.ToLower(t.Name), c.Preset) {
			return &t, err
		}
	}
	if err == nil {
		err = fault.NotFoundf("import.template", "template", "there is no template %q; save it on the import page first", name)
	}
	return nil, err
}

// ImportPraiseCommand imports praise, or its scores.
type ImportPraiseCommand struct {
	importFlags
	File     string `arg:"" help:"CSV of praise items, or with --scores of quantifications." type:"existingfile"`
	Scores   bool   `help:"The file holds the scores that were given."`
	BareZero bool   `help:"A score of 0 is a score of nothing rather than a missing one."`
	Karma    string `help:"Karma that each point of a score grants." default:"0.1"`
	Decimals *int   `help:"Round scores to so many decimals, as some communities did; otherwise they stay exact."`
}

// Run implements the command.
func (c *ImportPraiseCommand) Run(g *Globals) error {
	run, err := c.open(g)
	if err != nil {
		return err
	}
	format := contribution.FormatPraise
	if c.Scores {
		format = contribution.FormatPraiseScores
	}
	secret, err := run.h.Importer().Secret(g.ctx, run.who)
	if err != nil {
		run.h.Close()
		return err
	}
	karma, err := quantity.Parse(c.Karma, evaluation.Karma)
	if err != nil {
		run.h.Close()
		return err
	}
	run.plan.Karma, run.plan.Decimals = &karma, c.Decimals
	src, err := run.file(format, c.File, contribution.ReadOptions{BareZero: c.BareZero, Secret: secret})
	return run.do(src, err)
}

// ImportSourceCredCommand imports a ledger or a graph of SourceCred.
type ImportSourceCredCommand struct {
	importFlags
	File  string `arg:"" help:"data/ledger.json of the instance, or with --graph its graph.json." type:"existingfile"`
	Graph bool   `help:"The file is a graph: its authorship becomes claims."`
	Unit  string `help:"Unit in which past payouts are kept." default:"grain"`
}

// Run implements the command.
func (c *ImportSourceCredCommand) Run(g *Globals) error {
	run, err := c.open(g)
	if err != nil {
		return err
	}
	format := contribution.FormatSourceCred
	if c.Graph {
		format = contribution.FormatGraph
	}
	src, err := run.file(format, c.File, contribution.ReadOptions{Unit: quantity.Unit(c.Unit)})
	return run.do(src, err)
}

// ImportOpenCollectiveCommand imports transactions.
type ImportOpenCollectiveCommand struct {
	importFlags
	File     string   `arg:"" help:"CSV of transactions as the site exports it." type:"existingfile"`
	Accounts []string `help:"Only the money of these accounts, by the last part of their address." name:"account"`
}

// Run implements the command. With --project the money of all accounts goes to
// that project; otherwise each account is a project of its own.
func (c *ImportOpenCollectiveCommand) Run(g *Globals) error {
	run, err := c.open(g)
	if err != nil {
		return err
	}
	src, err := run.file(contribution.FormatOpenCollective, c.File, contribution.ReadOptions{Accounts: c.Accounts})
	run.plan.AllToProject = c.Project != ""
	return run.do(src, err)
}

// ImportUndoCommand takes an import back.
type ImportUndoCommand struct {
	importFlags
	Batch  string `arg:"" help:"The number of the import, as it was printed and as its page shows it."`
	Reason string `help:"Why; everybody who contributed can read it." required:""`
}

// Run implements the command.
func (c *ImportUndoCommand) Run(g *Globals) error {
	run, err := c.open(g)
	if err != nil {
		return err
	}
	defer run.h.Close()
	b, err := contribution.ReverseImport(g.ctx, run.h.Store, run.who, contribution.ReverseImportAsk{Batch: store.ID(c.Batch), Reason: c.Reason}, g.bar("taking back"))
	if err != nil {
		return err
	}
	return g.answer(b, "%d records of %s were taken back.", b.Rows, b.File)
}
