package main

import (
	"strings"
	"time"

	"golang.org/x/text/language"

	"commonweal/contribution"
	"commonweal/contribution/intake/quickadd"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// LogCommand logs a contribution.
type LogCommand struct {
	Within
	Text        []string `arg:"" help:"What was given: \"2.5h sanding the frame yesterday\", \"12.50 EUR screws\", \"3 kg apples\"."`
	Kind        string   `help:"Kind of contribution; without it, the first kind that the amount fits." placeholder:"KIND"`
	Project     string   `help:"Project, by name or identifier. May be left out when there is one, or when the text says #project." placeholder:"NAME"`
	For         string   `help:"Log for this member instead; stewards only." placeholder:"HANDLE"`
	Link        []string `help:"Address of something that shows it. May be given again." placeholder:"URL"`
	Deliverable string   `help:"Order or shipment it was done for: order:A-17." placeholder:"ORDER"`
	Corrects    string   `help:"Number of the contribution that this one replaces." placeholder:"NUMBER"`
	Key         string   `help:"Do it once, however often this command runs with the same key." placeholder:"TEXT"`
}

// Help implements kong.HelpProvider.
func (c *LogCommand) Help() string {
	return `The text is read as the pages read it: an amount, perhaps a day, the rest is the note. What cannot be understood is refused, and nothing is logged. A logged contribution is a claim until somebody else confirms it.

  commonweal contribution log --as joris --project "Open workshop" 2.5h mended the band saw yesterday` + exitStatuses
}

// Run implements the command.
func (c *LogCommand) Run(g *Globals) error { return c.within(g, c.run) }

func (c *LogCommand) run(x *inside) error {
	ask, err := c.ask(x)
	if err != nil {
		return err
	}
	e, err := contribution.LogContribution(x.ctx, x.h.Store, x.who, c.Key, ask)
	if err != nil {
		return err
	}
	return x.answer(e, "Logged as number %s: %s of %s, %s.", e.No, e.Quantity, e.Kind, e.State)
}

// ask reads the text against the kinds and projects of the commons.
func (c *LogCommand) ask(x *inside) (ask contribution.LogAsk, err error) {
	var s *contribution.Settings
	if err := x.read(func(r *store.Snapshot) (err error) { s, err = contribution.LoadSettings(r); return err }); err != nil {
		return ask, err
	}
	now := x.h.Store.Now()
	got := quickadd.Parse(strings.Join(c.Text, " "), language.English, now, s.Zone, knownProjects(s))
	if !got.Complete() {
		reason := "it says no amount"
		if len(got.Doubts) > 0 {
			reason = got.Doubts[0].String()
		}
		return ask, fault.Invalidf("contribution.text", "text", "%q cannot be logged: %s", strings.Join(c.Text, " "), reason)
	}
	k, err := kindFor(s, c.Kind, got.Draft.Quantity.Unit)
	if err != nil {
		return ask, err
	}
	ask = contribution.LogAsk{Kind: k.Kind, Quant: quantity.Micros(got.Draft.Quantity.Micros, k.Unit), Note: got.Draft.Note, Deliverable: c.Deliverable}
	if ask.Note == "" {
		ask.Note = got.Draft.Subject
	}
	if at, err := time.ParseInLocation(time.DateOnly, got.Draft.Day, s.Zone); err == nil && got.Draft.Day != now.In(s.Zone).Format(time.DateOnly) {
		ask.From = at.Add(12 * time.Hour)
	}
	for _, link := range c.Link {
		ask.Evidence = append(ask.Evidence, contribution.Evidence{Link: link})
	}
	return ask, c.names(x, s, got, &ask)
}

// names looks up whom and what the command and its text name.
func (c *LogCommand) names(x *inside, s *contribution.Settings, got quickadd.Result, ask *contribution.LogAsk) (err error) {
	project := c.Project
	if project == "" {
		project = got.Draft.Project
	}
	if ask.Project, err = projectCalled(s, project); err != nil {
		return err
	}
	if c.For != "" {
		m, err := x.member(c.For)
		if err != nil {
			return err
		}
		ask.Person = m.Agent
	}
	if c.Corrects != "" {
		no, err := contribution.ParseEntryNo(c.Corrects)
		if err != nil {
			return err
		}
		ask.Corrects = &no
	}
	return nil
}

// knownProjects are the projects that a text may name with #.
func knownProjects(s *contribution.Settings) (known quickadd.Known) {
	for id, p := range s.Projects {
		if !p.Closed {
			known.Projects = append(known.Projects, quickadd.Named{ID: string(id), Names: []string{p.Name, strings.ReplaceAll(p.Name, " ", "-")}})
		}
	}
	return known
}

// kindFor is the kind of a name, or the best one for a unit: work for hours.
func kindFor(s *contribution.Settings, name string, unit quantity.Unit) (found contribution.Kind, err error) {
	if name != "" {
		k, known := s.Kinds[name]
		if !known {
			return k, fault.NotFoundf("contribution.unknown_kind", "kind", "%q is not a kind of contribution here; commonweal contribution kinds lists them", name)
		}
		return k, nil
	}
	for _, name := range []string{"work", "purchase", "goods"} {
		if k, known := s.Kinds[name]; known && !k.Retired && k.Unit == unit {
			return k, nil
		}
	}
	for _, k := range s.Kinds {
		if !k.Retired && k.Unit == unit && (found.Kind == "" || k.Kind < found.Kind) {
			found = k
		}
	}
	if found.Kind == "" {
		err = fault.NotFoundf("contribution.unknown_kind", "kind", "no kind of contribution here is counted in %s", unit)
	}
	return found, err
}

// projectCalled finds a project by name or identifier; the only open one for none.
func projectCalled(s *contribution.Settings, text string) (found store.ID, err error) {
	n := 0
	for id, p := range s.Projects {
		if string(id) == text || strings.EqualFold(p.Name, text) || text == "" && !p.Closed {
			found = id
			n++
		}
	}
	if n != 1 {
		return "", fault.NotFoundf("contribution.unknown_project", "project", "%d projects are called %q; commonweal contribution projects lists them", n, text)
	}
	return found, nil
}

// ValidateCommand decides about a contribution.
type ValidateCommand struct {
	Within
	Number  string `arg:"" help:"Number of the contribution, such as 4211 or 4211.17."`
	Verdict string `arg:"" help:"accept, reject, appeal, uphold or grant." enum:"accept,reject,appeal,uphold,grant" default:"accept"`
	Reason  string `help:"Why; needed for everything but accept." placeholder:"TEXT"`
}

// Help implements kong.HelpProvider.
func (c *ValidateCommand) Help() string {
	return `accept and reject are the validator's; appeal is the contributor's, after a rejection; uphold (the rejection stands) and grant (it counts after all) are a steward's who did not decide before. Nobody decides about their own contribution.` + exitStatuses
}

// Run implements the command.
func (c *ValidateCommand) Run(g *Globals) error {
	no, err := contribution.ParseEntryNo(c.Number)
	if err != nil {
		return err
	}
	return c.within(g, func(x *inside) error { return c.run(x, no) })
}

func (c *ValidateCommand) run(x *inside, no contribution.EntryNo) error {
	d, err := contribution.ValidateContribution(x.ctx, x.h.Store, x.who, "", contribution.ValidateAsk{Entry: no, Verdict: contribution.Verdict(c.Verdict), Reason: c.Reason})
	if err != nil {
		return err
	}
	return x.answer(d, "Contribution %s is %s.", d.Entry, d.State)
}
