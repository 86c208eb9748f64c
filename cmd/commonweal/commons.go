package main

import (
	"fmt"
	"slices"
	"strings"

	"commonweal/platform/commons"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// CommonsCommands are the commands of the host's commons.
type CommonsCommands struct {
	List  CommonsListCommand  `cmd:"" help:"List the commons of this host."`
	Found CommonsFoundCommand `cmd:"" help:"Found a commons."`
}

// CommonsListCommand lists the commons of the host.
type CommonsListCommand struct{}

// Help implements kong.HelpProvider.
func (c *CommonsListCommand) Help() string { return `By address.` + exitStatuses }

// told is a commons as the command line answers it.
type toldCommons struct {
	Address   string        `json:"address"`
	ID        store.ID      `json:"id"`
	Name      string        `json:"name"`
	Statement string        `json:"statement"`
	Currency  quantity.Unit `json:"currency"`
	Language  string        `json:"language"`
	Zone      string        `json:"zone"`
	OpenBooks bool          `json:"openBooks"`
	Practices []string      `json:"practices"`
}

func tellCommons(c commons.Commons) toldCommons {
	return toldCommons{c.Slug, c.ID, c.Name, c.Statement, c.Currency, c.Language, c.Zone, c.OpenBooks, c.Practices}
}

// Run implements the command.
func (c *CommonsListCommand) Run(g *Globals) error {
	h, err := g.open()
	if err != nil {
		return err
	}
	defer h.Close()
	all, err := h.Directory.All(g.ctx)
	if err != nil {
		return err
	}
	list, rows := make([]toldCommons, len(all)), [][]string{}
	for i, x := range all {
		list[i] = tellCommons(x)
		rows = append(rows, []string{x.Slug, x.Name, string(x.Currency), openness(x.OpenBooks), strings.Join(x.Practices, " ")})
	}
	return g.table(list, "address,name,currency,books,practices", rows)
}

func openness(open bool) string {
	if open {
		return "open"
	}
	return "closed"
}

// CommonsFoundCommand founds a commons.
type CommonsFoundCommand struct {
	Address   string   `arg:"" help:"Its address, as in /c/ADDRESS: lower-case letters, digits and hyphens. It never changes."`
	Name      string   `help:"As people read it." required:""`
	Currency  string   `help:"Code of ISO 4217 that its books are kept in. It never changes." default:"EUR"`
	Steward   string   `help:"Sign-in name of its first steward, who needs an account on this host." placeholder:"HANDLE"`
	Statement string   `help:"What it is for, in one sentence."`
	Language  string   `help:"Language of its pages." default:"en"`
	Zone      string   `help:"Time zone its days are counted in." default:"Europe/Amsterdam"`
	OpenBooks bool     `help:"Outsiders may read its books."`
	Practices []string `help:"Practices to switch on." default:"contribution"`
}

// Help implements kong.HelpProvider.
func (c *CommonsFoundCommand) Help() string {
	return `An interrupted founding is finished by the same command.` + exitStatuses
}

// Run implements the command.
func (c *CommonsFoundCommand) Run(g *Globals) error {
	h, err := g.open()
	if err != nil {
		return err
	}
	defer h.Close()
	ask := commons.Ask{Slug: c.Address, Currency: quantity.Unit(c.Currency), Settings: commons.Settings{
		Name: c.Name, Statement: c.Statement, Language: c.Language, Zone: c.Zone, OpenBooks: c.OpenBooks, Practices: c.Practices}}
	if c.Steward != "" {
		a, err := h.Gate.AccountByName(g.ctx, c.Steward)
		if err != nil {
			return err
		}
		ask.Founder = a.ID
	}
	founded, err := h.Directory.Found(g.ctx, h.Gate.Operator(store.Host), ask)
	if err != nil {
		return err
	}
	return g.answer(tellCommons(founded), "%s is founded at %s/c/%s.", founded.Name, h.Gate.Origin(), founded.Slug)
}

// SettingsCommands are the commands of a commons' settings.
type SettingsCommands struct {
	List SettingsListCommand `cmd:"" help:"List the settings of a commons."`
	Set  SettingsSetCommand  `cmd:"" help:"Change one."`
}

// SettingsListCommand lists settings.
type SettingsListCommand struct{ Within }

// Help implements kong.HelpProvider.
func (c *SettingsListCommand) Help() string {
	return `Address and currency never change; the others are changed with settings set.` + exitStatuses
}

// Run implements the command.
func (c *SettingsListCommand) Run(g *Globals) error { return c.within(g, c.run) }

func (c *SettingsListCommand) run(x *inside) error {
	if err := x.who.Must(commons.CanSettings); err != nil {
		return err
	}
	t := tellCommons(x.c)
	return x.table(t, "setting,value", [][]string{{"address", t.Address}, {"currency", string(t.Currency)}, {"name", t.Name}, {"statement", t.Statement},
		{"language", t.Language}, {"zone", t.Zone}, {"open-books", yesNo(t.OpenBooks)}, {"practices", strings.Join(t.Practices, " ")}})
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// SettingsSetCommand changes a setting.
type SettingsSetCommand struct {
	Within
	Setting string   `arg:"" help:"name, statement, language, zone, open-books or practices." enum:"name,statement,language,zone,open-books,practices"`
	Value   []string `arg:"" help:"The new value; yes or no for open-books; words for practices."`
}

// Help implements kong.HelpProvider.
func (c *SettingsSetCommand) Help() string {
	return `With open-books yes, everybody may read contributions, income and distributions, without names and notes.

  commonweal settings set open-books yes --commons windworks` + exitStatuses
}

// Run implements the command.
func (c *SettingsSetCommand) Run(g *Globals) error { return c.within(g, c.run) }

func (c *SettingsSetCommand) run(x *inside) error {
	s, value := x.c.Settings(), strings.Join(c.Value, " ")
	switch c.Setting {
	case "name":
		s.Name = value
	case "statement":
		s.Statement = value
	case "language":
		s.Language = value
	case "zone":
		s.Zone = value
	case "practices":
		s.Practices = slices.Clone(c.Value)
	case "open-books":
		if value != "yes" && value != "no" {
			return fault.Invalidf("commonweal.setting", "value", "open-books is yes or no, not %q", value)
		}
		s.OpenBooks = value == "yes"
	}
	changed, err := x.h.Directory.Change(x.ctx, x.who, s)
	if err != nil {
		return err
	}
	return x.answer(tellCommons(changed), "%s", fmt.Sprintf("%s of %s is now: %s", c.Setting, changed.Slug, value))
}
