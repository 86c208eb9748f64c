package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/schollz/progressbar/v3"

	"commonweal/contribution"
	"commonweal/contribution/intake"
	"commonweal/platform/auth"
	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// ImportCommand brings in what people did elsewhere.
type ImportCommand struct {
	Git            ImportGitCommand            `cmd:"" help:"The history of a git repository: each commit is a claim of its author and helpers."`
	Timesheet      ImportTimesheetCommand      `cmd:"" help:"Hours from a spreadsheet or a time tracker."`
	Praise         ImportPraiseCommand         `cmd:"" help:"Praise items, or the scores that were given to them."`
	Sourcecred     ImportSourceCredCommand     `cmd:"" help:"What a SourceCred instance paid, or who made what in its graph."`
	Opencollective ImportOpenCollectiveCommand `cmd:"" help:"Transactions of Open Collective: income with its fees, refunds and expenses."`
	Jsonld         ImportJSONLDCommand         `cmd:"" help:"Everything that another ledger holds, in the words of ValueFlows."`
	Undo           ImportUndoCommand           `cmd:"" help:"Take a whole import back."`
}

// importFlags are the flags of every import.
type importFlags struct {
	Commons        string `help:"The commons, by the last part of its address." required:"" short:"c"`
	As             string `help:"The steward in whose name it is done, by name. The first steward when empty."`
	Project        string `help:"Project of all records that name none."`
	Map            string `help:"CSV file of two columns, identity and person: a member's name, - to leave out, + for a new member. Who is not in it is taken for the only member of the same name." type:"existingfile"`
	CreatePeople   bool   `help:"Make members of people who are not known here."`
	CreateProjects bool   `help:"Open the projects that are not known here."`
	SkipBad        bool   `help:"Leave bad lines out; otherwise one bad line refuses the whole file."`
	DryRun         bool   `help:"Say what would happen, and change nothing."`
}

// importing is one import from the command line.
type importing struct {
	*importFlags
	g      *Globals
	h      *House
	who    auth.Identity
	plan   contribution.ImportPlan
	people map[string]store.ID // folded name → member; "" for a name of several
}

// open puts the house together and finds the commons, the steward and the plan.
func (f *importFlags) open(g *Globals) (*importing, error) {
	h, err := g.open()
	if fault.CodeOf(err) == "store.in_use" {
		return nil, fault.New(fault.Unavailable, "import.server_running", "", "the server is running on this database: import on the page %s/c/%s/contribution/import, or stop the server and run this again", g.Origin, f.Commons)
	}
	if err != nil {
		return nil, err
	}
	run := &importing{importFlags: f, g: g, h: h, plan: contribution.ImportPlan{MakePeople: f.CreatePeople, MakeProjects: f.CreateProjects, MakeKinds: true, SkipBad: f.SkipBad}}
	if err := run.prepare(); err != nil {
		return nil, errors.Join(err, h.Close())
	}
	return run, nil
}

func (run *importing) prepare() error {
	c, found, err := run.h.Directory.BySlug(run.g.ctx, run.Commons)
	if err != nil {
		return err
	}
	if !found {
		return fault.NotFoundf("import.commons", "commons", "there is no commons %q on this host", run.Commons)
	}
	if err := run.h.Store.Read(run.g.ctx, c.ID, run.members); err != nil {
		return err
	}
	if run.Project != "" {
		if run.plan.Project, err = run.project(); err != nil {
			return err
		}
	}
	if run.Map != "" {
		run.plan.People, err = run.mapping()
	}
	return err
}

// members finds the steward who acts, and everybody by name.
func (run *importing) members(r *store.Snapshot) error {
	all, err := auth.Members(r)
	if err != nil {
		return err
	}
	run.people = map[string]store.ID{}
	for _, m := range all {
		if !m.Active() {
			continue
		}
		name := intake.Fold(m.Name)
		if _, twice := run.people[name]; twice {
			run.people[name] = ""
		} else {
			run.people[name] = m.Agent
		}
		chosen := run.As == "" || intake.Fold(run.As) == name
		if run.who.Agent == "" && m.Role == auth.Steward && chosen {
			run.who = run.h.as(m)
		}
	}
	if run.who.Agent == "" {
		return fault.NotFoundf("import.steward", "as", "there is no steward %q in %s", run.As, run.Commons)
	}
	return nil
}

// project finds the project of records that name none, or opens it.
func (run *importing) project() (id store.ID, err error) {
	err = run.h.Store.Read(run.g.ctx, run.who.Commons, func(r *store.Snapshot) error {
		s, err := contribution.LoadSettings(r)
		if err != nil {
			return err
		}
		for _, p := range s.Projects {
			if intake.Fold(p.Name) == intake.Fold(run.Project) && !p.Closed {
				id = p.ID
			}
		}
		return nil
	})
	switch {
	case err != nil || id != "":
		return id, err
	case !run.CreateProjects:
		return "", fault.NotFoundf("import.project", "project", "there is no open project %q; add --create-projects to open it", run.Project)
	case run.DryRun:
		return "", fault.NotFoundf("import.project", "project", "the project %q would be opened; open it first to see the dry run", run.Project)
	}
	p, err := contribution.OpenProject(run.g.ctx, run.h.Store, run.who, "", run.Project)
	return p.ID, err
}

// mapping reads the file that says who identities are.
func (run *importing) mapping() (map[string]store.ID, error) {
	f, err := os.Open(run.Map)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows := csv.NewReader(f)
	rows.FieldsPerRecord, rows.Comment = 2, '#'
	out := map[string]store.ID{}
	for {
		row, err := rows.Read()
		if err == io.EOF {
			return out, nil
		}
		line, _ := rows.FieldPos(0)
		if err != nil {
			return nil, fault.Invalidf("import.map", "map", "%v; write two columns, identity and person", err)
		}
		identity, person := strings.TrimSpace(row[0]), strings.TrimSpace(row[1])
		switch {
		case person == "-":
			out[identity] = contribution.LeaveOut
		case person == "+":
			out[identity] = contribution.MakeNew
		case run.people[intake.Fold(person)] != "":
			out[identity] = run.people[intake.Fold(person)]
		case line == 1 && strings.EqualFold(identity, "identity"): // a header
		default:
			return nil, fault.Invalidf("import.map", "map", "%q is not the name of exactly one member; write a member's name, - or +", person).AtLine(line)
		}
	}
}

// file returns the source of a file on this machine.
func (run *importing) file(format contribution.Format, path string, o contribution.ReadOptions) (contribution.ImportSource, error) {
	name := filepath.Base(path)
	records, err := contribution.ReadSource(format, name, func() (io.ReadCloser, error) { return os.Open(path) }, o)
	return contribution.ImportSource{Batch: contribution.Batch{ID: store.NewID(), Source: string(format), File: name}, Records: records}, err
}

// do runs the import, or its dry run, and says what it did.
func (run *importing) do(src contribution.ImportSource, err error) error {
	defer run.h.Close()
	if err != nil {
		return err
	}
	m := run.h.Importer()
	if err := run.match(m, src); err != nil {
		return err
	}
	if run.DryRun {
		report, err := m.Survey(run.g.ctx, run.who, src, run.plan)
		if err != nil {
			return err
		}
		return run.tell(report)
	}
	bar := run.g.bar("importing")
	result, err := m.Run(run.g.ctx, run.who, src, run.plan, bar)
	if err != nil {
		return err
	}
	return run.g.answer(result, "%s", run.text(result))
}

// match takes people whom neither the map nor an earlier import knows for the
// one member of the same name, and says so: whoever runs this can see it in a
// dry run, and write another person or - in the map.
func (run *importing) match(m *contribution.Importer, src contribution.ImportSource) error {
	plan := run.plan
	plan.MakePeople = false // who has a namesake here is no new member
	report, err := m.Survey(run.g.ctx, run.who, src, plan)
	if err != nil {
		return err
	}
	for _, u := range report.Unknown {
		if u.Suggest == "" {
			continue
		}
		if run.plan.People == nil {
			run.plan.People = map[string]store.ID{}
		}
		run.plan.People[u.ID] = store.ID(u.Suggest)
		run.g.note(fmt.Sprintf("%s, %q: taken for the member of that name", u.ID, u.Name))
	}
	return nil
}

// text says in words what an import did.
func (run *importing) text(r contribution.ImportResult) string {
	var parts []string
	for _, part := range []struct {
		n    int
		text string
	}{{r.Contributions, "new contributions"}, {r.Incomes, "new incomes"}, {r.Refunds, "refunds"}, {r.Kept, "records of history"},
		{r.Repeated, "here already"}, {r.LeftOut, "left out"}, {r.BadLines, "bad lines skipped"}} {
		if part.n > 0 {
			parts = append(parts, fmt.Sprintf("%s: %d", part.text, part.n))
		}
	}
	if r.Records() == 0 {
		return strings.Join(append([]string{"nothing new"}, parts...), "; ")
	}
	if r.Round != "" {
		parts = append(parts, "they became the evaluation round "+string(r.Round))
	}
	return fmt.Sprintf("%s\nTo take it back: commonweal import undo %s --commons %s --reason …", strings.Join(parts, "; "), r.Batch.ID, run.Commons)
}

// bar shows progress on a terminal, and nothing anywhere else.
func (g *Globals) bar(what string) func(done, total int) {
	f, ok := g.err.(*os.File)
	if !ok || g.JSON {
		return nil
	}
	if info, err := f.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return nil
	}
	bar := progressbar.NewOptions64(-1, progressbar.OptionSetWriter(f), progressbar.OptionSetDescription(what), progressbar.OptionShowCount(), progressbar.OptionClearOnFinish())
	return func(done, total int) {
		bar.ChangeMax(total)
		bar.Set(done)
	}
}

// dryRun is what a dry run answers in JSON.
type dryRun struct {
	Ready    bool                    `json:"ready"`
	Rows     int                     `json:"rows"`
	Repeated int                     `json:"repeated"`
	LeftOut  int                     `json:"leftOut"`
	Records  map[string]int          `json:"records"`
	BadLines int                     `json:"badLines"`
	Bad      []badLine               `json:"bad,omitempty"`
	Unknown  []contribution.Stranger `json:"unknown,omitempty"`
	Projects []string                `json:"projects,omitempty"`
	Payers   []intake.Identity       `json:"payers,omitempty"`
	FirstDay string                  `json:"firstDay,omitempty"`
	LastDay  string                  `json:"lastDay,omitempty"`
}

// badLine is a line that cannot be imported.
type badLine struct {
	Line    int    `json:"line"`
	Field   string `json:"field,omitempty"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// tell prints a dry run. A file that could not be imported as it is ends with
// the status of bad input.
func (run *importing) tell(r *contribution.ImportReport) error {
	d := dryRun{Ready: r.Ready(&run.plan), Rows: r.Rows, Repeated: r.Repeated, LeftOut: r.LeftOut, Records: r.Records, BadLines: r.BadLines,
		Projects: r.Projects, Payers: r.Payers, FirstDay: r.FirstDay, LastDay: r.LastDay}
	for _, f := range r.Bad {
		d.Bad = append(d.Bad, badLine{f.Line, f.Field, f.Code, f.Message})
	}
	for _, u := range r.Unknown {
		d.Unknown = append(d.Unknown, contribution.Stranger{Identity: u.Identity, Records: u.Records, Suggest: u.Suggest})
	}
	if err := run.g.answer(d, "%s", d.text()); err != nil {
		return err
	}
	if r.Stopped != nil {
		return r.Stopped
	}
	if !d.Ready {
		return fault.Invalidf("import.not_ready", "", "the file cannot be imported like this; see above")
	}
	return nil
}

func (d *dryRun) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d records would be new", d.Rows)
	if d.FirstDay != "" {
		fmt.Fprintf(&b, ", from %s to %s", d.FirstDay, d.LastDay)
	}
	fmt.Fprintf(&b, "; %d are here already, %d are left out.\n", d.Repeated, d.LeftOut)
	for _, bad := range d.Bad {
		fmt.Fprintf(&b, "  line %d: %s %s\n", bad.Line, bad.Field, bad.Message)
	}
	if n := d.BadLines - len(d.Bad); n > 0 {
		fmt.Fprintf(&b, "  and %d more bad lines\n", n)
	}
	for _, u := range d.Unknown {
		fmt.Fprintf(&b, "  not known here: %s, %q, in %d records\n", u.ID, u.Name, u.Records)
	}
	for _, p := range d.Projects {
		fmt.Fprintf(&b, "  no such project: %s\n", p)
	}
	return strings.TrimRight(b.String(), "\n")
}

// note tells something beside the answer.
func (g *Globals) note(text string) { fmt.Fprintln(g.err, text) }

// Importer returns what brings sources in.
func (h *House) Importer() *contribution.Importer {
	return &contribution.Importer{DB: h.Store, Folder: h.Place.Repositories,
		Enroll: func(ctx context.Context, commons store.ID, people []auth.Person, also func(*store.Tx, int, []auth.Membership) error) error {
			_, err := h.Gate.EnrollWith(ctx, h.Gate.Operator(commons), people, auth.Member, also)
			return err
		},
		Actor: h.actor,
	}
}

// actor is who long work acts as: who started it, with the rights they have now.
func (h *House) actor(ctx context.Context, commons, account store.ID) (auth.Identity, error) {
	m, err := h.Gate.MembershipOf(ctx, commons, account)
	if err == nil && !m.Active() {
		err = fault.Forbiddenf("import.left", "who started this no longer belongs to the commons")
	}
	return h.as(m), err
}
