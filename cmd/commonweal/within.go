package main

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"commonweal/platform/auth"
	"commonweal/platform/commons"
	"commonweal/platform/fault"
	"commonweal/platform/store"
	"commonweal/vf"
)

// Within is what every command has that works inside one commons.
type Within struct {
	Commons string `help:"Address of the commons, as in /c/ADDRESS. May be left out when the host has one commons." env:"COMMONWEAL_COMMONS" placeholder:"ADDRESS"`
	As      string `help:"Act as this member, by the name they sign in with. Without it you act as the operator of the machine, who may do everything and is nobody in the books." placeholder:"HANDLE"`
}

// inside is a command at work in one commons.
type inside struct {
	*Globals
	h   *House
	c   commons.Commons
	who auth.Identity
}

// within puts the house together, finds the commons and who acts, and lets the
// command do its work there.
func (w Within) within(g *Globals, work func(*inside) error) error {
	h, err := g.open()
	if err != nil {
		return err
	}
	defer h.Close()
	x := &inside{Globals: g, h: h}
	if err := x.find(w); err != nil {
		return err
	}
	return work(x)
}

func (x *inside) find(w Within) (err error) {
	if x.c, err = x.h.oneCommons(x.Globals, w.Commons); err != nil {
		return err
	}
	if w.As == "" {
		x.who = x.h.Gate.Operator(x.c.ID)
		return nil
	}
	m, err := x.member(w.As)
	if err != nil {
		return err
	}
	x.who = x.h.as(m)
	return nil
}

// oneCommons finds a commons by its address, or the only one of the host.
func (h *House) oneCommons(g *Globals, slug string) (commons.Commons, error) {
	if slug != "" {
		return h.commons(g, slug)
	}
	all, err := h.Directory.All(g.ctx)
	if err != nil {
		return commons.Commons{}, err
	}
	if len(all) != 1 {
		return commons.Commons{}, fault.Invalidf("commons.which", "commons", "this host has %d commons; say which with --commons ADDRESS", len(all))
	}
	return all[0], nil
}

// member finds a present member by sign-in name, agent, or name in this commons.
func (x *inside) member(text string) (found auth.Membership, err error) {
	err = x.read(func(r *store.Snapshot) error {
		members, err := auth.Members(r)
		if err != nil {
			return err
		}
		var account store.ID
		if a, err := x.h.Gate.AccountByName(x.ctx, strings.TrimPrefix(text, "@")); err == nil {
			account = a.ID
		}
		n := 0
		for _, m := range members {
			if m.Active() && (m.Account == account && account != "" || string(m.Agent) == text || strings.EqualFold(m.Name, text)) {
				found = m
				n++
			}
		}
		if n != 1 {
			return fault.NotFoundf("commonweal.member", "member", "%d members of %s are called %q; write the name somebody signs in with", n, x.c.Name, text)
		}
		return nil
	})
	return found, err
}

// read reads one moment of the commons.
func (x *inside) read(f func(*store.Snapshot) error) error { return x.h.Store.Read(x.ctx, x.c.ID, f) }

// names finds what to call agents; the command line runs on the machine of the
// books and shows names.
func (x *inside) names(r store.Reader, ids []store.ID) (map[store.ID]string, error) {
	agents, err := vf.GetAgents(r, ids)
	out := make(map[store.ID]string, len(agents))
	for id, a := range agents {
		out[id] = a.Name
		if a.Name == "" {
			out[id] = string(id)
		}
	}
	return out, err
}

// table prints rows under a heading, or v in JSON.
func (g *Globals) table(v any, heading string, rows [][]string) error {
	if g.JSON {
		return g.answer(v, "")
	}
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, strings.ReplaceAll(heading, ",", "\t"))
	for _, row := range rows {
		fmt.Fprintln(w, strings.Join(row, "\t"))
	}
	w.Flush()
	_, err := fmt.Fprint(g.out, b.String())
	return err
}
