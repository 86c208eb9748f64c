package main

import (
	"strconv"
	"strings"
	"time"

	"commonweal/books"
	"commonweal/platform/fault"
	"commonweal/platform/journal/neighbors"
	"commonweal/platform/journal/witness"
	"commonweal/platform/store"
)

// NeighborsCommands are the commands about who cosigns the log of a commons.
type NeighborsCommands struct {
	List   NeighborsListCommand   `cmd:"" help:"List who cosigns the log, and how it stands with them."`
	Add    NeighborsAddCommand    `cmd:"" help:"Ask a neighbor to cosign the log."`
	Remove NeighborsRemoveCommand `cmd:"" help:"Ask a neighbor no more."`
	Enough NeighborsEnoughCommand `cmd:"" help:"Say how many cosignatures are enough."`
	Policy NeighborsPolicyCommand `cmd:"" help:"Print the policy for readers, or replace it from a file."`
	Ask    NeighborsAskCommand    `cmd:"" help:"Ask everybody who is due now; a host that serves does it every minute."`
}

// NeighborsListCommand lists neighbors.
type NeighborsListCommand struct{ Within }

// Help implements kong.HelpProvider.
func (c *NeighborsListCommand) Help() string {
	return `With the size of the newest head that each cosigned, and what kept them from the present one.` + exitStatuses
}

// toldNeighbor is a neighbor as the command line answers it.
type toldNeighbor struct {
	Name    string    `json:"name"`
	URL     string    `json:"url"`
	Key     string    `json:"key"`
	Size    int64     `json:"size"` // of the newest head it cosigned; 0 for none
	Problem string    `json:"problem,omitempty"`
	Asked   time.Time `json:"asked,omitzero"`
}

// Run implements the command.
func (c *NeighborsListCommand) Run(g *Globals) error {
	return c.within(g, tellNeighbors)
}

// tellNeighbors prints how it stands with each neighbor.
func tellNeighbors(x *inside) error {
	if err := x.who.Must(books.See); err != nil {
		return err
	}
	list, rows := []toldNeighbor{}, [][]string{}
	err := x.read(func(r *store.Snapshot) error {
		p, err := neighbors.ReadPolicy(r)
		if err != nil {
			return err
		}
		asked, err := neighbors.ReadAsked(r)
		if err != nil {
			return err
		}
		newest, err := neighbors.Newest(r)
		for _, w := range p.Witnesses {
			a := asked[w.Key]
			list = append(list, toldNeighbor{w.Name, w.URL, w.Key, newest[w.Key], a.Problem, a.At})
			rows = append(rows, []string{w.Name, w.URL, strconv.FormatInt(newest[w.Key], 10), a.Problem})
		}
		return err
	})
	if err != nil {
		return err
	}
	return x.table(list, "name,address,cosigned entries,problem", rows)
}

// set changes the policy of the commons by f.
func (w Within) set(g *Globals, f func(witness.Policy) (witness.Policy, error)) error {
	return w.within(g, func(x *inside) error {
		p, err := x.h.Books.PolicyOf(x.ctx, x.c.ID)
		if err != nil {
			return err
		}
		if p, err = f(p); err != nil {
			return err
		}
		if err := x.h.Books.SetNeighbors(x.ctx, x.who, "", p); err != nil {
			return err
		}
		return x.answer(map[string]string{"policy": p.String()}, "%s", strings.TrimSuffix(p.String(), "\n"))
	})
}

// NeighborsAddCommand adds a neighbor.
type NeighborsAddCommand struct {
	Within
	Name string `arg:"" help:"What you call them; one word."`
	URL  string `arg:"" help:"Address of their witness: https://commons.example/witness."`
	Key  string `arg:"" help:"Key of their witness, as their page /witness shows it."`
}

// Help implements kong.HelpProvider.
func (c *NeighborsAddCommand) Help() string {
	return `Their host has to watch your log first: send them its key, which neighbors policy --log prints.` + exitStatuses
}

// Run implements the command.
func (c *NeighborsAddCommand) Run(g *Globals) error {
	return c.set(g, func(p witness.Policy) (witness.Policy, error) {
		return books.WithNeighbor(p, witness.Witness{Name: c.Name, Key: c.Key, URL: c.URL}), nil
	})
}

// NeighborsRemoveCommand removes a neighbor.
type NeighborsRemoveCommand struct {
	Within
	Name string `arg:"" help:"The neighbor, as neighbors list calls them."`
}

// Run implements the command.
func (c *NeighborsRemoveCommand) Run(g *Globals) error {
	return c.set(g, func(p witness.Policy) (witness.Policy, error) { return books.WithoutNeighbor(p, c.Name) })
}

// NeighborsEnoughCommand says how many are enough.
type NeighborsEnoughCommand struct {
	Within
	Number int `arg:"" help:"How many cosignatures a receipt wants; 0 for none."`
}

// Run implements the command.
func (c *NeighborsEnoughCommand) Run(g *Globals) error {
	return c.set(g, func(p witness.Policy) (witness.Policy, error) {
		if c.Number < 0 || c.Number > len(p.Witnesses) {
			return p, fault.Invalidf("books.enough", "number", "%d of %d neighbors cannot be enough", c.Number, len(p.Witnesses))
		}
		return books.Enough(p.Witnesses, c.Number), nil
	})
}

// NeighborsPolicyCommand prints or replaces the policy.
type NeighborsPolicyCommand struct {
	Within
	File string `arg:"" optional:"" help:"File with the new policy, without lines that begin with log." type:"path"`
	Log  bool   `help:"Print the key of the log alone, for a neighbor to watch it by."`
}

// Help implements kong.HelpProvider.
func (c *NeighborsPolicyCommand) Help() string {
	return `What it prints is for readers: commonweal verify --policy FILE. It names the log and the witnesses by their keys, and says which cosignatures are enough (C2SP tlog-policy).` + exitStatuses
}

// Run implements the command.
func (c *NeighborsPolicyCommand) Run(g *Globals) error {
	if c.File != "" {
		text, err := readShort(c.File, "file")
		if err != nil {
			return err
		}
		return c.set(g, func(witness.Policy) (witness.Policy, error) { return witness.ParsePolicy(text) })
	}
	return c.within(g, c.tell)
}

// tell prints the policy, or the key of the log.
func (c *NeighborsPolicyCommand) tell(x *inside) error {
	if err := x.who.Must(books.See); err != nil {
		return err
	}
	key := x.h.Key.Verifier(x.c.ID)
	if c.Log {
		return x.answer(map[string]string{"key": key}, "%s", key)
	}
	p, err := x.h.Books.PolicyOf(x.ctx, x.c.ID)
	if err != nil {
		return err
	}
	p.Logs = []witness.Log{{Key: key, URL: x.h.Gate.Origin() + "/c/" + x.c.Slug + "/log"}}
	return x.answer(map[string]string{"policy": p.String()}, "%s", strings.TrimSuffix(p.String(), "\n"))
}

// NeighborsAskCommand asks the neighbors now.
type NeighborsAskCommand struct{ Within }

// Run implements the command.
func (c *NeighborsAskCommand) Run(g *Globals) error {
	return c.within(g, func(x *inside) error {
		if err := x.who.Must(books.Neighbors); err != nil {
			return err
		}
		if err := x.h.Asker.Ask(x.ctx, x.c.ID); err != nil {
			return err
		}
		return tellNeighbors(x)
	})
}
