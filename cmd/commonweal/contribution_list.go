package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"commonweal/contribution"
	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// ListCommand lists contributions.
type ListCommand struct {
	Within
	Person  string `help:"Of this member." placeholder:"HANDLE"`
	Project string `help:"To this project, by name or identifier." placeholder:"NAME"`
	Kind    string `help:"Of this kind." placeholder:"KIND"`
	State   string `help:"In this state: logged, validated, disputed, rejected or amended." enum:"logged,validated,disputed,rejected,amended," default:""`
	Before  string `help:"Logged before this number: the last one of the page before." placeholder:"NUMBER"`
	Limit   int    `help:"How many at most." default:"20"`
}

// Help implements kong.HelpProvider.
func (c *ListCommand) Help() string {
	return `With --json each contribution is an object with all its fields; go on with --before and the number of the last one.` + exitStatuses
}

// Run implements the command.
func (c *ListCommand) Run(g *Globals) error { return c.within(g, c.run) }

func (c *ListCommand) run(x *inside) error {
	f, err := c.filter(x)
	if err != nil {
		return err
	}
	list, called := []contribution.Entry{}, map[store.ID]string{}
	err = x.read(func(r *store.Snapshot) (err error) {
		if err := x.who.Must(contribution.See); err != nil {
			return err
		}
		if list, err = x.h.Contribution.List(r, f); err != nil {
			return err
		}
		var ids []store.ID
		for _, e := range list {
			ids = append(ids, e.Person, e.Project)
		}
		called, err = x.names(r, ids)
		return err
	})
	if err != nil {
		return err
	}
	var rows [][]string
	for _, e := range list {
		rows = append(rows, []string{e.No.String(), e.At.In(time.UTC).Format(time.DateOnly), called[e.Person], called[e.Project], e.Kind, e.Quantity.String(), priceless(e), e.State.String(), clip(e.Note)})
	}
	return x.table(list, "number,day,person,project,kind,quantity,value,state,note", rows)
}

// priceless is a contribution's value, or a dash where it has none of its own.
func priceless(e contribution.Entry) string {
	if e.Value.Unit == "" {
		return "-"
	}
	return e.Value.String()
}

// clip keeps a note on its line.
func clip(note string) string {
	note = strings.Join(strings.Fields(note), " ")
	if r := []rune(note); len(r) > 48 {
		return string(r[:47]) + "…"
	}
	return note
}

func (c *ListCommand) filter(x *inside) (f contribution.Filter, err error) {
	if c.Limit < 1 || c.Limit > 10_000 {
		return f, fault.Invalidf("contribution.limit", "limit", "%d is not a number of contributions to list; choose 1 to 10000", c.Limit)
	}
	f = contribution.Filter{Kind: c.Kind, Limit: c.Limit}
	if c.State != "" {
		if err := f.State.UnmarshalText([]byte(c.State)); err != nil {
			return f, err
		}
	}
	if c.Before != "" {
		if f.Before, err = contribution.ParseEntryNo(c.Before); err != nil {
			return f, err
		}
	}
	if c.Person != "" {
		m, err := x.member(c.Person)
		if err != nil {
			return f, err
		}
		f.Person = m.Agent
	}
	if c.Project == "" {
		return f, nil
	}
	s, err := x.settings()
	if err == nil {
		f.Project, err = projectCalled(s, c.Project)
	}
	return f, err
}

// settings are the kinds and projects of the commons.
func (x *inside) settings() (s *contribution.Settings, err error) {
	err = x.read(func(r *store.Snapshot) (err error) {
		if err := x.who.Must(contribution.See); err != nil {
			return err
		}
		s, err = contribution.LoadSettings(r)
		return err
	})
	return s, err
}

// ShowCommand shows one contribution.
type ShowCommand struct {
	Within
	Number string `arg:"" help:"Number of the contribution."`
}

// Help implements kong.HelpProvider.
func (c *ShowCommand) Help() string {
	return `Shows every field, the note and the decisions with their reasons.` + exitStatuses
}

// shown is a contribution with its history.
type shown struct {
	contribution.Entry
	Note      string                  `json:"note,omitempty"`
	Who       string                  `json:"who"`
	Decisions []contribution.Decision `json:"decisions"`
}

// Run implements the command.
func (c *ShowCommand) Run(g *Globals) error {
	no, err := contribution.ParseEntryNo(c.Number)
	if err != nil {
		return err
	}
	return c.within(g, func(x *inside) error { return c.run(x, no) })
}

func (c *ShowCommand) run(x *inside, no contribution.EntryNo) error {
	var v shown
	called := map[store.ID]string{}
	err := x.read(func(r *store.Snapshot) (err error) {
		if err := x.who.Must(contribution.See); err != nil {
			return err
		}
		if v.Entry, err = contribution.GetEntry(r, no); err != nil {
			return err
		}
		if v.Decisions, err = contribution.Decisions(r, no); err != nil {
			return err
		}
		ids := []store.ID{v.Person, v.Project}
		for _, d := range v.Decisions {
			ids = append(ids, d.By)
		}
		called, err = x.names(r, ids)
		return err
	})
	if err != nil {
		return err
	}
	v.Note, v.Who = v.Entry.Note, called[v.Person]
	var b strings.Builder
	fmt.Fprintf(&b, "%s of %s by %s on %s for %s: %s, worth %s.", v.Quantity, v.Kind, v.Who, v.At.Format(time.DateOnly), called[v.Project], v.State, priceless(v.Entry))
	if v.Note != "" {
		fmt.Fprintf(&b, "\nNote: %s", v.Note)
	}
	for _, d := range v.Decisions {
		fmt.Fprintf(&b, "\n%s by %s, entry %d of the log: %s", d.Verdict, called[d.By], d.Seq, cmp.Or(d.Reason, "-"))
	}
	return x.answer(v, "%s", b.String())
}

// KindsCommand lists kinds.
type KindsCommand struct{ Within }

// Help implements kong.HelpProvider.
func (c *KindsCommand) Help() string { return `Kinds are changed on the pages.` + exitStatuses }

// Run implements the command.
func (c *KindsCommand) Run(g *Globals) error { return c.within(g, c.run) }

func (c *KindsCommand) run(x *inside) error {
	s, err := x.settings()
	if err != nil {
		return err
	}
	list := slices.SortedFunc(maps.Values(s.Kinds), func(a, b contribution.Kind) int { return strings.Compare(a.Kind, b.Kind) })
	var rows [][]string
	for _, k := range list {
		rate := "-"
		if !k.Rate.IsZero() {
			rate = k.Rate.String()
		}
		rows = append(rows, []string{k.Kind, k.Name, string(k.Stream), string(k.Unit), rate, fmt.Sprint(k.Validation.Validators)})
	}
	return x.table(list, "kind,name,stream,unit,rate,validators", rows)
}

// ProjectsCommand lists projects, or opens one.
type ProjectsCommand struct {
	Within
	Open string `help:"Open a project of this name; stewards only." placeholder:"NAME"`
}

// Help implements kong.HelpProvider.
func (c *ProjectsCommand) Help() string {
	return `A project is what contributions and income belong to.` + exitStatuses
}

// Run implements the command.
func (c *ProjectsCommand) Run(g *Globals) error { return c.within(g, c.run) }

func (c *ProjectsCommand) run(x *inside) error {
	if c.Open != "" {
		p, err := contribution.OpenProject(x.ctx, x.h.Store, x.who, "", c.Open)
		if err != nil {
			return err
		}
		return x.answer(p, "Opened %s as %s.", p.Name, p.ID)
	}
	s, err := x.settings()
	if err != nil {
		return err
	}
	list := slices.SortedFunc(maps.Values(s.Projects), func(a, b contribution.Project) int { return cmp.Compare(a.ID, b.ID) })
	var rows [][]string
	for _, p := range list {
		state := "open"
		if p.Closed {
			state = "closed"
		}
		rows = append(rows, []string{string(p.ID), p.Name, state})
	}
	return x.table(list, "identifier,name,state", rows)
}
