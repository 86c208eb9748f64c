package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"commonweal/platform/auth"
	"commonweal/platform/commons"
	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// DemoCommand fills a fresh data folder with the demo federation.
type DemoCommand struct {
	Serve  bool   `help:"Then serve it; a folder that holds the demo already is only served."`
	Listen string `help:"Address to listen on." default:"localhost:8080" env:"COMMONWEAL_LISTEN"`
	Until  string `help:"Last day of the demo's three years, YYYY-MM-DD; today when empty. The same day gives the same demo."`
}

// Help implements kong.HelpProvider.
func (c *DemoCommand) Help() string {
	return `Three invented commons live through three years in a few seconds: Windworks, a small open-hardware network; the Market Garden, a food hub; and Lantern, a care co-operative. Every row comes from the same acts that people use, so the log of the demo verifies like any other.

The demo goes into the folder commonweal-demo, unless --data or --database says otherwise. Delete that folder to begin again.

Exit status: 0 done; 64 wrong command line; 65 a date that cannot be read; 73 the folder holds a database already.`
}

// demoPassword is printed with the demo: everybody in it is invented.
const demoPassword = "open books for everyone"

// demoYears is how long the demo lives.
const demoYears = 3

// Run implements the command.
func (c *DemoCommand) Run(g *Globals) error {
	if g.Database == "" && filepath.Base(g.Data) == "commonweal-data" {
		g.Data = filepath.Join(filepath.Dir(g.Data), "commonweal-demo")
	}
	last, err := c.lastDay(time.Now().UTC())
	if err != nil {
		return err
	}
	clock := &demoClock{}
	clock.set(last.AddDate(-demoYears, 0, 0))
	fresh, err := c.fresh(g)
	if err != nil {
		return err
	}
	if !fresh {
		clock.live()
	}
	h, err := g.openAt(clock.read)
	if err != nil {
		return err
	}
	defer h.Close()
	if fresh {
		if err := fillDemo(g, h, clock, last); err != nil {
			return err
		}
	}
	clock.live()
	if err := g.answer(demoAnswer(g.Data), demoWelcome, demoPassword); err != nil || !c.Serve {
		return err
	}
	return serve(g, h, c.Listen, false)
}

// fresh reports whether there is nothing yet where the demo goes.
func (c *DemoCommand) fresh(g *Globals) (bool, error) {
	if g.Database != "" {
		return true, nil // founding the commons refuses what is there already
	}
	_, err := os.Stat(filepath.Join(g.Data, "commonweal.db"))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return true, nil
	case err == nil && !c.Serve:
		err = fault.Conflictf("demo.exists", "data", "%s holds a database already; choose another folder with --data, or serve it with --serve", g.Data)
	}
	return false, err
}

// demoWelcome says how to come in and where to look first.
const demoWelcome = `Sign in as noor (steward) or as joris (member) with the password: %s
Look first at Windworks: what noor has to confirm, then Distributions, and in one of them "Why?" beside any amount.`

func demoAnswer(data string) map[string]any {
	return map[string]any{"data": data, "steward": "noor", "member": "joris", "password": demoPassword, "commons": []string{"windworks", "garden", "lantern"}}
}

// lastDay reads --until.
func (c *DemoCommand) lastDay(now time.Time) (time.Time, error) {
	if c.Until == "" {
		return now, nil
	}
	day, err := time.Parse(time.DateOnly, c.Until)
	if err != nil || day.After(now) || day.Year() < 2000 {
		return day, fault.Invalidf("demo.until", "until", "%q is not a day between 2000-01-01 and today, written YYYY-MM-DD", c.Until)
	}
	return day, nil
}

// demoClock is set as the demo lives through its years, and then runs on.
type demoClock struct {
	mu      sync.Mutex
	now     time.Time
	running bool
}

func (c *demoClock) read() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.running {
		return time.Now()
	}
	return c.now
}

func (c *demoClock) set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = t
}

func (c *demoClock) live() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.running = true
}

// fillDemo founds the commons of the demo and lets their years pass, day by
// day: within a day each commons acts in its own order, all of them at once.
func fillDemo(g *Globals, h *House, clock *demoClock, last time.Time) error {
	noor, err := h.Gate.CreateAdmin(g.ctx, auth.Person{Name: "Noor Example", Handle: "noor", Password: demoPassword})
	if err != nil {
		return err
	}
	lives, err := foundDemo(g.ctx, h, noor)
	if err != nil {
		return err
	}
	first := clock.read()
	days := int(last.Sub(first).Hours()/24) + 1
	bar := g.progress("Three years pass")
	defer bar.end()
	for n := range days {
		today := demoDay{n: n, left: days - 1 - n, at: first.AddDate(0, 0, n)}
		clock.set(today.at)
		acting, ctx := errgroup.WithContext(g.ctx)
		for _, l := range lives {
			acting.Go(func() error { return l.live(ctx, today) })
		}
		if err := acting.Wait(); err != nil {
			return err
		}
		bar.report(int64(n+1), int64(days))
	}
	return nil
}

// foundDemo founds every commons of the cast with its people and projects.
func foundDemo(ctx context.Context, h *House, noor auth.Account) (lives []*demoLife, err error) {
	known := map[string]auth.Account{"noor": noor}
	for _, s := range demoScripts() {
		l := newDemoLife(h, s)
		l.commons, err = h.Directory.Found(ctx, h.Gate.Operator(store.Host), commons.Ask{Slug: s.slug, Currency: "EUR", Founder: noor.ID,
			Settings: commons.Settings{Name: s.name, Statement: s.statement, Language: "en", Zone: "Europe/Amsterdam", OpenBooks: true, Practices: []string{"contribution", "credit"}}})
		if err != nil {
			return nil, err
		}
		for _, p := range s.people {
			if err := l.admit(ctx, p, known); err != nil {
				return nil, err
			}
		}
		if err := l.settle(ctx); err != nil {
			return nil, err
		}
		lives = append(lives, l)
	}
	return lives, nil
}

// as returns the identity of a member, for acts of the demo.
func (h *House) as(m auth.Membership) auth.Identity {
	return h.Gate.Table().As(auth.Identity{Account: m.Account, Commons: m.Commons, Agent: m.Agent, Name: m.Name, Role: m.Role})
}
