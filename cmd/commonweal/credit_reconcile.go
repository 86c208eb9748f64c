package main

import (
	"fmt"
	"strings"

	"commonweal/credit"
	"commonweal/platform/fault"
	"commonweal/platform/store"
)

// ReconcileCommand compares ledgers with neighboring communities.
type ReconcileCommand struct {
	Within
	Neighbor string `arg:"" optional:"" help:"By its name; every neighbor when left out."`
}

// Help implements kong.HelpProvider.
func (c *ReconcileCommand) Help() string {
	return `Asks each neighbor what it has of the payments between both, and pairs them by their identifiers, the hashes of what was agreed, both amounts, and what became of each. What is still under way is counted apart. A difference ends with exit status 65.

  commonweal credit reconcile --commons garden` + exitStatuses
}

// Run implements the command.
func (c *ReconcileCommand) Run(g *Globals) error { return c.within(g, c.run) }

func (c *ReconcileCommand) run(x *inside) error {
	var ask []credit.Neighbor
	err := x.read(func(r *store.Snapshot) error {
		s, err := credit.LoadSettings(r)
		for _, n := range s.Neighbors {
			if c.Neighbor == "" || strings.EqualFold(n.Name, c.Neighbor) {
				ask = append(ask, n)
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	if len(ask) == 0 {
		return fault.NotFoundf("credit.unknown_neighbor", "neighbor", "there is no such neighbor of this commons")
	}
	var all []credit.Reconciliation
	var text strings.Builder
	differ := 0
	for _, n := range ask {
		out, err := x.h.Credit.Relay.Reconcile(x.ctx, x.who, n.ID)
		if err != nil {
			return err
		}
		all = append(all, out)
		differ += len(out.Differ)
		fmt.Fprintf(&text, "%s: %d payments, %d under way, %d differ\n", n.Name, out.Compared, out.Open, len(out.Differ))
		for _, d := range out.Differ {
			fmt.Fprintf(&text, "  %s: we have %s, they %s\n", d.ID, sharedText(d.Ours), sharedText(d.Theirs))
		}
	}
	if err := x.answer(all, "%s", strings.TrimSuffix(text.String(), "\n")); err != nil || differ == 0 {
		return err
	}
	return fault.Invalidf("credit.ledgers_differ", "", "%d payments between communities are not the same on both sides", differ)
}

// sharedText is what one side has, for people.
func sharedText(s *credit.Shared) string {
	if s == nil {
		return "nothing"
	}
	return fmt.Sprintf("%d for %d, %s", s.Given, s.Got, s.State)
}
