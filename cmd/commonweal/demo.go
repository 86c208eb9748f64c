package main

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"commonweal/contribution"
	"commonweal/contribution/equation"
	"commonweal/platform/auth"
	"commonweal/platform/commons"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/quantity"
)

// DemoCommand fills a fresh data folder with the demo federation.
type DemoCommand struct {
	Serve  bool   `help:"Then serve it."`
	Listen string `help:"Address to listen on." default:"localhost:8080" env:"COMMONWEAL_LISTEN"`
}

// demoPassword is printed with the demo: everybody in it is invented.
const demoPassword = "open books for everyone"

// Run implements the command.
func (c *DemoCommand) Run(g *Globals) error {
	if g.Database == "" && g.Data == "commonweal-data" {
		g.Data = "commonweal-demo"
	}
	fresh := true
	if _, err := os.Stat(filepath.Join(g.Data, "commonweal.db")); err == nil {
		if !c.Serve {
			return fault.Conflictf("demo.exists", "data", "%s holds a database already; choose another folder with --data", g.Data)
		}
		fresh = false
	}
	clock := &demoClock{now: time.Now().UTC().AddDate(-3, 0, 0)}
	h, err := g.openAt(clock.read)
	if err != nil {
		return err
	}
	defer h.Close()
	if fresh {
		if err := fillDemo(g, h, clock); err != nil {
			return err
		}
	}
	clock.live()
	fmt.Fprintf(g.out, "Sign in as noor (steward) or as joris (member) with the password: %s\n", demoPassword)
	if !c.Serve {
		return nil
	}
	return serve(g, h, c.Listen, false)
}

// demoClock is set by the demo as it lives through its years, and then runs on.
type demoClock struct {
	now     time.Time
	running bool
}

func (c *demoClock) read() time.Time {
	if c.running {
		return time.Now()
	}
	return c.now
}

func (c *demoClock) live() { c.running = true }

// fillDemo founds the demo's commons and lets its people act.
func fillDemo(g *Globals, h *House, clock *demoClock) error {
	admin, err := h.Gate.CreateAdmin(g.ctx, auth.Person{Name: "Noor Example", Handle: "noor", Password: demoPassword})
	if err != nil {
		return err
	}
	c, err := h.Directory.Found(g.ctx, h.Gate.Operator(store.Host), commons.Ask{Slug: "windworks", Currency: "EUR", Founder: admin.ID,
		Settings: commons.Settings{Name: "Windworks", Statement: "Small wind turbines that a village can build and mend.", Language: "en", Zone: "Europe/Amsterdam", OpenBooks: true, Practices: []string{"contribution"}}})
	if err != nil {
		return err
	}
	people, err := h.Gate.Enroll(g.ctx, h.Gate.Operator(c.ID), []auth.Person{
		{Name: "Joris Example", Handle: "joris", Password: demoPassword}, {Name: "Amina Example", Handle: "amina"}, {Name: "Tomás Example", Handle: "tomas"},
		{Name: "Yuki Example", Handle: "yuki"}, {Name: "Fenna Example", Handle: "fenna"}}, auth.Member)
	if err != nil {
		return err
	}
	noor, err := h.Gate.MembershipOf(g.ctx, c.ID, admin.ID)
	if err != nil {
		return err
	}
	d := &demoYears{g: g, h: h, clock: clock, noor: h.as(noor)}
	for _, m := range people {
		d.people = append(d.people, h.as(m))
	}
	return d.live()
}

// as returns the identity of a member, for acts of the demo.
func (h *House) as(m auth.Membership) auth.Identity {
	return h.Gate.Table().As(auth.Identity{Account: m.Account, Commons: m.Commons, Agent: m.Agent, Name: m.Name, Role: m.Role})
}

// demoYears lets three years pass.
type demoYears struct {
	g      *Globals
	h      *House
	clock  *demoClock
	noor   auth.Identity
	people []auth.Identity
}

var demoNotes = []string{"winding the stator", "carving blades", "welding the yaw bearing", "answering mail", "workshop evening", "testing on the roof", "writing the manual"}

func (d *demoYears) live() error {
	project, err := contribution.OpenProject(d.g.ctx, d.h.Store, d.noor, "", "Turbine 3 kW")
	if err != nil {
		return err
	}
	v, err := d.rules(project)
	if err != nil {
		return err
	}
	for day := 0; d.clock.now.Before(time.Now().AddDate(0, 0, -2)); day++ {
		d.clock.now = d.clock.now.Add(24 * time.Hour)
		who := d.people[day%len(d.people)]
		ask := contribution.LogAsk{Kind: []string{"work", "work", "care", "use", "purchase"}[day%5], Project: project.ID, Note: demoNotes[day%len(demoNotes)]}
		unit := map[string]quantity.Unit{"work": "hour", "care": quantity.CareHour, "use": "hour", "purchase": "EUR"}[ask.Kind]
		ask.Quant = quantity.Micros(int64(1+day%7)*quantity.Scale/2, unit)
		e, err := contribution.LogContribution(d.g.ctx, d.h.Store, who, "", ask)
		if err != nil {
			return err
		}
		if day%11 != 0 {
			if _, err := contribution.ValidateContribution(d.g.ctx, d.h.Store, d.noor, "", contribution.ValidateAsk{Entry: e.No, Verdict: contribution.Accept}); err != nil {
				return err
			}
		}
		if day%90 == 89 {
			if err := d.pay(project, v, day); err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *demoYears) rules(project contribution.Project) (contribution.Version, error) {
	ctx, db := d.g.ctx, d.h.Store
	v, err := contribution.SaveEquation(ctx, db, d.noor, "", contribution.SaveEquationAsk{Text: equation.Equation{
		Project: string(project.ID), Name: "Those who make it", Unit: "EUR", Base: equation.Remaining,
		Buckets: []equation.Bucket{
			{Sequence: 1, Key: "fund", Label: "Commons fund", Percent: "10", Fixed: []equation.Receiver{{Agent: string(d.noor.Commons), Weight: "1"}}},
			{Sequence: 2, Key: "makers", Label: "Makers", Percent: "100", Rules: []equation.Rule{
				{ID: "work", Kinds: []string{"work", "use", "purchase"}, Claim: equation.UntilPaid, Formula: "value"}}},
		}}})
	if err != nil {
		return v, err
	}
	ask := contribution.VersionAsk{ID: v.ID, Version: v.Version, Hash: v.Hash}
	if _, err := contribution.MarkSimulated(ctx, db, d.noor, "", ask); err != nil {
		return v, err
	}
	return contribution.AdoptEquation(ctx, db, d.noor, "", ask)
}

func (d *demoYears) pay(project contribution.Project, v contribution.Version, day int) error {
	ctx, db := d.g.ctx, d.h.Store
	_, err := contribution.RecordIncome(ctx, db, d.noor, "", contribution.IncomeAsk{Kind: contribution.Sale, Project: project.ID, PayerName: "Village of Exampledorp",
		At: d.clock.now, Gross: quantity.Of(int64(600+day%400), "EUR"), Reference: fmt.Sprintf("INV-%04d", day),
		Deductions: []contribution.DeductionAsk{{Kind: "processor", ToName: "Example Payments", Amount: quantity.MustParse("7.25", "EUR")}}})
	if err != nil {
		return err
	}
	opened, err := contribution.OpenDistribution(ctx, db, d.noor, "", contribution.OpenAsk{Equation: v.ID})
	if err != nil {
		return err
	}
	_, err = d.h.Contribution.Distribute(ctx, d.noor, "", opened.ID)
	return err
}
