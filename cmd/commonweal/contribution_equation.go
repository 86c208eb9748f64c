package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"commonweal/contribution"
	"commonweal/contribution/equation"
	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// EquationCommands are the commands of value equations.
type EquationCommands struct {
	List  EquationListCommand  `cmd:"" help:"List value equations and their versions."`
	Show  EquationShowCommand  `cmd:"" help:"Print the text of a version, ready to be edited and saved."`
	Check EquationCheckCommand `cmd:"" help:"Check the text of an equation; nothing is saved."`
	Save  EquationSaveCommand  `cmd:"" help:"Save a text as a draft."`
	Adopt EquationAdoptCommand `cmd:"" help:"Simulate the last draft on all contributions so far, and put it into force."`
}

// EquationListCommand lists versions.
type EquationListCommand struct{ Within }

// Help implements kong.HelpProvider.
func (c *EquationListCommand) Help() string {
	return `Only an adopted version distributes; a retired one once did, or was given up.` + exitStatuses
}

// Run implements the command.
func (c *EquationListCommand) Run(g *Globals) error { return c.within(g, c.run) }

func (c *EquationListCommand) run(x *inside) error {
	list, err := x.versions()
	if err != nil {
		return err
	}
	var rows [][]string
	for _, v := range list {
		rows = append(rows, []string{string(v.ID), fmt.Sprint(v.Version), string(v.State), v.At.Format("2006-01-02"), v.Text.Name, v.Hash[:12]})
	}
	return x.table(list, "equation,version,state,since,name,hash", rows)
}

// versions are all versions of all equations here.
func (x *inside) versions() (list []contribution.Version, err error) {
	err = x.read(func(r *store.Snapshot) (err error) {
		if err := x.who.Must(contribution.See); err != nil {
			return err
		}
		list, err = contribution.Versions(r)
		return err
	})
	return list, err
}

// equationCalled finds the versions of an equation by identifier or name, or
// of the only one.
func (x *inside) equationCalled(text string) (found []contribution.Version, err error) {
	list, err := x.versions()
	if err != nil {
		return nil, err
	}
	ids := map[store.ID]bool{}
	for _, v := range list {
		if text == "" || string(v.ID) == text || strings.EqualFold(v.Text.Name, text) {
			ids[v.ID] = true
		}
	}
	if len(ids) != 1 {
		return nil, fault.NotFoundf("contribution.unknown_equation", "equation", "%d value equations are called %q; commonweal contribution equation list lists them", len(ids), text)
	}
	for _, v := range list {
		if ids[v.ID] {
			found = append(found, v)
		}
	}
	return found, nil
}

// EquationShowCommand prints a text.
type EquationShowCommand struct {
	Within
	Equation string `arg:"" optional:"" help:"Identifier or name. May be left out when there is one."`
	Number   int64  `help:"Number of the version; the last when left out." placeholder:"N"`
}

// Help implements kong.HelpProvider.
func (c *EquationShowCommand) Help() string { return `The text is JSON.` + exitStatuses }

// Run implements the command.
func (c *EquationShowCommand) Run(g *Globals) error { return c.within(g, c.run) }

func (c *EquationShowCommand) run(x *inside) error {
	list, err := x.equationCalled(c.Equation)
	if err != nil {
		return err
	}
	v := list[len(list)-1]
	if c.Number != 0 {
		if c.Number < 1 || c.Number > v.Version {
			return fault.NotFoundf("contribution.unknown_equation", "version", "there is no version %d of this value equation", c.Number)
		}
		v = list[c.Number-1]
	}
	if x.JSON {
		return x.answer(v, "")
	}
	text, err := json.MarshalIndent(v.Text, "", "  ")
	if err != nil {
		return err
	}
	return x.answer(nil, "%s", text)
}

// readEquation reads the text of an equation from a file, or standard input for "-".
func readEquation(path string) (text equation.Equation, err error) {
	from := io.Reader(os.Stdin)
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return text, fault.New(fault.NotFound, "contribution.equation_file", "file", "%s cannot be read: %v", path, errors.Unwrap(err))
		}
		defer f.Close()
		from = f
	}
	content, err := io.ReadAll(io.LimitReader(from, contribution.MostEquation+1))
	if err != nil {
		return text, err
	}
	text, err = contribution.ReadEquation(string(content))
	if f := fault.As(err); f != nil {
		return text, f.InField("file")
	}
	return text, err
}

// EquationCheckCommand checks a text.
type EquationCheckCommand struct {
	File string `arg:"" help:"File with the JSON text; - reads standard input."`
}

// Help implements kong.HelpProvider.
func (c *EquationCheckCommand) Help() string {
	return `Lists every fault with its field. It needs no database.` + exitStatuses
}

// Run implements the command.
func (c *EquationCheckCommand) Run(g *Globals) error {
	text, err := readEquation(c.File)
	if err != nil {
		return err
	}
	text.Version = max(text.Version, 1)
	if text.Project == "" {
		text.Project = "any" // it is chosen when the text is saved
	}
	if err := text.Check(); err != nil {
		return err
	}
	return g.answer(map[string]any{"name": text.Name, "hash": text.Hash(), "buckets": len(text.Buckets)}, "%s is right: %d buckets, hash %s.", text.Name, len(text.Buckets), text.Hash())
}

// EquationSaveCommand saves a draft.
type EquationSaveCommand struct {
	Within
	File     string `arg:"" help:"File with the JSON text; - reads standard input."`
	Equation string `help:"Identifier or name of the equation that this is the next version of; a new equation without it." placeholder:"NAME"`
	Project  string `help:"Project the equation is of, by name or identifier, where the text names none." placeholder:"NAME"`
}

// Help implements kong.HelpProvider.
func (c *EquationSaveCommand) Help() string {
	return `The receiver @commons in a text stands for the commons itself.` + exitStatuses
}

// itself is the receiver that stands for the commons in a text typed by hand.
const itself = "@commons"

// Run implements the command.
func (c *EquationSaveCommand) Run(g *Globals) error {
	text, err := readEquation(c.File)
	if err != nil {
		return err
	}
	return c.within(g, func(x *inside) error { return c.run(x, text) })
}

func (c *EquationSaveCommand) run(x *inside, text equation.Equation) error {
	ask := contribution.SaveEquationAsk{Text: text}
	if c.Equation != "" {
		list, err := x.equationCalled(c.Equation)
		if err != nil {
			return err
		}
		ask.ID = list[0].ID
	}
	if c.Project != "" {
		s, err := x.settings()
		if err != nil {
			return err
		}
		id, err := projectCalled(s, c.Project)
		if err != nil {
			return err
		}
		ask.Text.Project = string(id)
	}
	for _, b := range ask.Text.Buckets {
		for i := range b.Fixed {
			if b.Fixed[i].Agent == itself {
				b.Fixed[i].Agent = string(x.c.Agent)
			}
		}
	}
	v, err := contribution.SaveEquation(x.ctx, x.h.Store, x.who, "", ask)
	if err != nil {
		return err
	}
	return x.answer(v, "Saved version %d of %s (%s) as a draft.", v.Version, v.Text.Name, v.ID)
}

// EquationAdoptCommand puts a version into force.
type EquationAdoptCommand struct {
	Within
	Equation string `arg:"" optional:"" help:"Identifier or name. May be left out when there is one."`
	Pot      string `help:"Amount to simulate with." default:"1000" placeholder:"AMOUNT"`
}

// Help implements kong.HelpProvider.
func (c *EquationAdoptCommand) Help() string {
	return `The version is run on everything that was contributed so far before it may be adopted; see the pages for who gains and who loses. The version in force retires.` + exitStatuses
}

// Run implements the command.
func (c *EquationAdoptCommand) Run(g *Globals) error { return c.within(g, c.run) }

func (c *EquationAdoptCommand) run(x *inside) error {
	list, err := x.equationCalled(c.Equation)
	if err != nil {
		return err
	}
	v := list[len(list)-1]
	if err := x.simulate(v.Text, c.Pot); err != nil {
		return err
	}
	ask := contribution.VersionAsk{ID: v.ID, Version: v.Version, Hash: v.Hash}
	if v.State == contribution.Draft {
		if _, err = contribution.MarkSimulated(x.ctx, x.h.Store, x.who, "", ask); err != nil {
			return err
		}
	}
	if v, err = contribution.AdoptEquation(x.ctx, x.h.Store, x.who, "", ask); err != nil {
		return err
	}
	return x.answer(v, "Version %d of %s is in force.", v.Version, v.Text.Name)
}
